// Tables of releases: config that was published, when, by whom, and what waits to be.
import { defineEntity, p } from '@mikro-orm/postgresql'
import { locality, secured } from './entity.ts'

/** Config files of a release by path, named by the content hash of the locality that they make. Never changed. */
export const ReleaseTable = defineEntity({
  name: 'ReleaseTable',
  tableName: 'release',
  ...secured,
  properties: { locality: locality(), hash: p.text().primary(), files: p.json<Record<string, string>>() }
})

/** When which release went live, who said so and why: a hash chain of its own. The last one counts. */
export const PublicationTable = defineEntity({
  name: 'PublicationTable',
  tableName: 'publication',
  ...secured,
  properties: {
    locality: locality(),
    ordinal: p.integer().primary(),
    release: p.text(),
    files: p.text(),
    effective_from: p.datetime(),
    who: p.text(),
    why: p.text(),
    approved_by: p.text().nullable(),
    signed_by: p.text().nullable(),
    previous_hash: p.text(),
    hash: p.text()
  }
})

/** A release that is to be published once a second person has approved. */
export const ProposalTable = defineEntity({
  name: 'ProposalTable',
  tableName: 'proposal',
  ...secured,
  properties: {
    locality: locality(),
    release: p.text().primary(),
    effective_from: p.datetime().nullable(),
    who: p.text(),
    why: p.text(),
    signed_by: p.text().nullable(),
    at: p.datetime()
  }
})

/** Which release holds the procedure of this hash, and as which service. */
export const ProcedureTable = defineEntity({
  name: 'ProcedureTable',
  tableName: 'procedure',
  ...secured,
  properties: { locality: locality(), hash: p.text().primary(), release: p.text(), service: p.text() }
})
