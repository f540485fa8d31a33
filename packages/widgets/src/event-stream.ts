// A subscription as server-sent events over fetch (GraphQL over SSE, distinct connections mode): shared, reconnecting, watched.

/**
 * News from the stream: something changed, a case or a transfer of points; `again`: the stream is open, for the first time or after a break, so that what was
 * read before may be old; `away`: it broke.
 */
export type News = { kind: 'changed'; id: string } | { kind: 'again' } | { kind: 'away' }

/** Longest silence in ms before a connection counts as dead; the server sends a ping every 12 s. */
const silenceMs = 40_000
const longestWaitMs = 30_000

/**
 * A function that adds a listener and returns its removal. The connection opens with the first listener and closes with the
 * last; when it breaks it is opened again after 1 s, 2 s, 4 s … 30 s (with jitter), at once when the network or the page is back.
 */
export function eventStream(
  open: (signal: AbortSignal) => Promise<Response>
): (listener: (news: News) => void) => () => void {
  const listeners = new Set<(news: News) => void>()
  const tell = (news: News) => listeners.forEach(listener => listener(news))
  let stop: AbortController | undefined

  return listener => {
    listeners.add(listener)
    if (!stop) {
      stop = new AbortController()
      void keepOpen(open, tell, stop.signal)
    }
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      stop?.abort()
      stop = undefined
    }
  }
}

async function keepOpen(
  open: (signal: AbortSignal) => Promise<Response>,
  tell: (news: News) => void,
  stopped: AbortSignal
): Promise<void> {
  for (let failures = 0; !stopped.aborted; failures++) {
    const opened = await listen(open, tell, stopped)
    if (stopped.aborted) return
    if (opened) failures = 0
    tell({ kind: 'away' })
    await pause(Math.min(longestWaitMs, 1000 * 2 ** failures) * (0.75 + Math.random() / 2), stopped)
  }
}

/** Reads one connection to its end; true if the server had accepted it. */
async function listen(
  open: (signal: AbortSignal) => Promise<Response>,
  tell: (news: News) => void,
  stopped: AbortSignal
): Promise<boolean> {
  const dead = new AbortController()
  let watch = setTimeout(() => dead.abort(), silenceMs)
  let opened = false
  const leave = () => dead.abort()
  stopped.addEventListener('abort', leave)
  try {
    const response = await open(dead.signal)
    if (!response.ok || !response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      return false
    opened = true
    tell({ kind: 'again' })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ;) {
      const { value, done } = await reader.read()
      if (done) return opened
      clearTimeout(watch)
      watch = setTimeout(() => dead.abort(), silenceMs)
      const blocks = (rest + value).split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ''
      for (const block of blocks) read(block, tell)
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return opened // the network's ways to fail
    throw error
  } finally {
    clearTimeout(watch)
    stopped.removeEventListener('abort', leave)
    dead.abort()
  }
}

type Change = { data?: Readonly<Record<string, { id: string }>> | null }

function read(block: string, tell: (news: News) => void): void {
  if (!/^event: ?next$/m.test(block)) return
  const lines = block.split(/\r?\n/).filter(line => line.startsWith('data:'))
  const { data } = JSON.parse(lines.map(line => line.slice(5)).join('\n')) as Change // a subscription has one field, and each of the documents asks for its id
  for (const { id } of Object.values(data ?? {})) tell({ kind: 'changed', id })
}

/** Waits `ms`, or less if the network or the page comes back. */
function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = new AbortController()
    const finish = () => {
      done.abort()
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    const options = { signal: done.signal, once: true }
    globalThis.addEventListener('online', finish, options)
    document.addEventListener('visibilitychange', finish, options)
    stopped.addEventListener('abort', finish, options)
  })
}
