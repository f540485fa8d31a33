/** The name a writer probably meant: the nearest known one by Damerau-Levenshtein distance. */

/** The known name within a third of the length of `name` (at least 2 edits), keeping some of its letters, or undefined. Ties go to the first in order. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance && distance < Math.max(name.length, candidate.length))
      [best, bestDistance] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) row.push(cheapest(a, b, { i, j, row, last, beforeLast }))
    ;[beforeLast, last] = [last, row]
  }
  return at(last, b.length)
}

type Table = { i: number; j: number; row: readonly number[]; last: readonly number[]; beforeLast: readonly number[] }

/** The least cost of the first `i` and `j` letters: leave one out, put one in, change one, or swap two neighbours. */
function cheapest(a: string, b: string, { i, j, row, last, beforeLast }: Table): number {
  const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
  const best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed)
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
  return swapped ? Math.min(best, at(beforeLast, j - 2) + 1) : best
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0
}
