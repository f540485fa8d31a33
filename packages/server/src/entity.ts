// What all tables have: a key that begins with the locality, and row level security by it.
import { p } from '@mikro-orm/postgresql'

/** The first column of every key. */
export const locality = () => p.text().primary()

/** Whether a row is of the session's locality. */
export const tenant = "locality = nullif(current_setting('gridwright.locality', true), '')" // after COMMIT a local setting reads ''

/** Row level security of a table with a locality. */
export const secured = {
  rowLevelSecurity: 'force' as const,
  policies: [{ name: 'of_locality', command: 'all' as const, using: tenant, check: tenant }]
}
