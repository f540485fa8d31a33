/**
 * Faults on purpose, for the harness that proves the store: deaths at named points, and planted bugs that it must catch. They live
 * in the product's own code because only there do they stand at the true places; without their environment variables they are nothing.
 * A death is honest and always allowed. A planted bug loses data, so a store refuses to open with one unless GRIDWRIGHT_CHAOS=1.
 */

export type FailPoint =
  | 'after-read'
  | 'before-apply'
  | 'before-commit'
  | 'after-commit'
  | 'outbox-before-send'
  | 'outbox-after-send'
/** `ack-before-commit` replies first and commits later; `no-lock` reads cases without a lock and lets the later of two entries fall; `forget-refusal` stores no refusals. */
export type Plant = 'ack-before-commit' | 'no-lock' | 'forget-refusal'

const failPoints: readonly string[] = [
  'after-read',
  'before-apply',
  'before-commit',
  'after-commit',
  'outbox-before-send',
  'outbox-after-send'
] satisfies FailPoint[]
const plants: readonly string[] = ['ack-before-commit', 'no-lock', 'forget-refusal'] satisfies Plant[]

const { GRIDWRIGHT_FAILPOINT: point = '', GRIDWRIGHT_PLANT: plant = '', GRIDWRIGHT_CHAOS: chaos } = process.env
const [deadlyPoint = '', pass = '1'] = point.split(':')
let passes = 0

/** Kills this process at the n-th pass of the point that GRIDWRIGHT_FAILPOINT=name[:n] names, as a power cut would. */
export function failPoint(name: FailPoint): void {
  if (name === deadlyPoint && ++passes >= Number(pass)) process.kill(process.pid, 'SIGKILL')
}

/** Whether GRIDWRIGHT_PLANT names this bug. */
export function planted(name: Plant): boolean {
  return name === plant
}

/** Throws for a name that does not exist, and for a planted bug without GRIDWRIGHT_CHAOS=1. */
export function checkChaos(): void {
  if (deadlyPoint !== '' && !failPoints.includes(deadlyPoint))
    throw new Error(`GRIDWRIGHT_FAILPOINT: no point ${deadlyPoint}; known: ${failPoints.join(' ')}`)
  if (plant !== '' && !plants.includes(plant))
    throw new Error(`GRIDWRIGHT_PLANT: no bug ${plant}; known: ${plants.join(' ')}`)
  if (plant !== '' && chaos !== '1')
    throw new Error('GRIDWRIGHT_PLANT makes the store lose data; it needs GRIDWRIGHT_CHAOS=1')
}
