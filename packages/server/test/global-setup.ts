// Runs once around a whole test run: the first test that wants a database starts the cluster, this stops it.
import { stopTestCluster } from './postgres.ts'

/** vitest's hook after the last test of a run. */
export async function teardown(): Promise<void> {
  await stopTestCluster()
}
