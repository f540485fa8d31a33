// The outbox: notices are written with the case that they tell of, and sent afterwards. Leased, delivered, marked: at least once,
// and whoever delivers tells a second time by the key.
import type { Notice } from '@gridwright/workflows'
import { failPoint } from './chaos.ts'
import type { Store } from './store.ts'
import { milliseconds } from './store-case.ts'
import { startOnNews, type Log, type Worker } from './store-worker.ts'

type Sending = Pick<Store, 'session' | 'news' | 'localities'>
/** Delivers notices of a locality and returns the keys of those that are delivered; the others are tried again later. */
export type Deliver = (locality: string, notices: readonly Notice[]) => Promise<readonly string[]>
/** `onSent` hears of each notice delivered. Without `deliver` notices go to the inbox of the database. */
export type OutboxOptions = { readonly log: Log; readonly onSent?: () => void; readonly deliver?: Deliver }

const batch = 200
const leaseSeconds = 30

/** Sends the notices of all localities until stopped, soon after they are written. */
export function startOutbox(
  store: Sending,
  { log, onSent = () => undefined, deliver = toInbox(store) }: OutboxOptions
): Worker {
  return startOnNews('outbox', log, store.news, async () => {
    for (const locality of await store.localities()) {
      for (let more = true; more;) {
        const sent = await sendNotices(store, locality, deliver)
        sent.forEach(onSent)
        more = sent.length === batch
      }
    }
    return Infinity
  })
}

/** Sends one batch of `locality`'s unsent notices; returns the keys delivered. What fails is free again after its lease, later each time. */
export async function sendNotices(
  store: Sending,
  locality: string,
  deliver: Deliver = toInbox(store)
): Promise<readonly string[]> {
  const leased = await store.session.within(locality, run => run<Notice>(leaseSql, [locality, batch, leaseSeconds]))
  if (leased.length === 0) return []
  failPoint('outbox-before-send')
  const sent = await deliver(locality, leased)
  failPoint('outbox-after-send')
  await store.session.within(locality, run =>
    run('update notice set sent_at = clock_timestamp() where locality = $1 and key = any($2::text[])', [locality, sent])
  )
  return sent
}

const leaseSql = `
  with free as (select key from notice where locality = $1 and sent_at is null and leased_until <= clock_timestamp() order by leased_until, key limit $2 for update skip locked)
  update notice n set leased_until = clock_timestamp() + make_interval(secs => $3::float8 * least(power(2, n.attempts), 100)), attempts = n.attempts + 1
  from free where n.locality = $1 and n.key = free.key
  returning n.key, n.topic, to_json(n.to_keys) as to, n.case_id as case, n.params, ${milliseconds('n.at')} as at`

/** Delivery into the inbox: a row for each key that a notice goes to; a second time changes nothing. */
export function toInbox({ session }: Pick<Store, 'session'>): Deliver {
  return async (locality, notices) => {
    const rows = notices.map(({ key, topic, to, case: caseId, at, params }) => ({
      key,
      topic,
      to,
      case_id: caseId,
      at: new Date(at).toISOString(),
      params
    }))
    await session.within(locality, run =>
      run(
        `insert into inbox (locality, holder, at, notice, topic, case_id, params)
        select $1, unnest(n.to), n.at, n.key, n.topic, n.case_id, n.params
        from jsonb_to_recordset($2::jsonb) as n(key text, topic text, "to" text[], case_id uuid, at timestamptz, params jsonb) on conflict do nothing`,
        [locality, JSON.stringify(rows)]
      )
    )
    return notices.map(({ key }) => key)
  }
}
