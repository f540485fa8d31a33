// Exact decimal numbers for points and scores: written "0.75" in config, never floating point.

/** `units` / 10^`scale`: "1.50" is 150 units at scale 2. */
export type Decimal = { readonly units: bigint; readonly scale: number }

/** What becomes of dropped digits. `half-up` rounds a tie away from zero, `half-even` to the even neighbour, `down` cuts towards zero, `up` goes away from zero. */
export type Rounding = 'half-up' | 'half-even' | 'down' | 'up'

const maxLength = 40
const pattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/**
 * The number that `text` writes in plain digits, its scale the number of its decimal places. Undefined for anything else:
 * signs of plus, leading zeros, a bare point, exponents, NaN, Infinity, or more than 40 characters.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > maxLength || !pattern.test(text)) return undefined
  const point = text.indexOf('.')
  return { units: BigInt(text.replace('.', '')), scale: point < 0 ? 0 : text.length - point - 1 }
}

/** The decimal that a text of a checked config writes. Throws a RangeError where `parseDecimal` finds none. */
export function decimalIn(text: string): Decimal {
  const value = parseDecimal(text)
  if (!value) throw new RangeError(`no decimal: ${text}`)
  return value
}

/** The decimal of a whole number, such as a count. Throws a RangeError for any other number. */
export function decimalOf(integer: number): Decimal {
  if (!Number.isSafeInteger(integer)) throw new RangeError(`not a safe integer: ${integer}`)
  return { units: BigInt(integer), scale: 0 }
}

/** The plain digits of `value`, with as many decimal places as its scale: what `parseDecimal` reads. */
export function formatDecimal(value: Decimal): string {
  const sign = value.units < 0n ? '-' : ''
  const digits = magnitude(value.units)
    .toString()
    .padStart(value.scale + 1, '0')
  if (value.scale === 0) return sign + digits
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`
}

/** The digits of `value` without idle zeros: 1.50 is "1.5", 2.0 is "2". */
export function plainDecimal(value: Decimal): string {
  const text = formatDecimal(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** The exact sum, at the larger scale of the two. */
export function addDecimal(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale)
  return { units: unitsAt(left, scale) + unitsAt(right, scale), scale }
}

/** The exact difference, at the larger scale of the two. */
export function subtractDecimal(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale)
  return { units: unitsAt(left, scale) - unitsAt(right, scale), scale }
}

/** The exact product; its scale is the sum of the two. */
export function multiplyDecimal(left: Decimal, right: Decimal): Decimal {
  return { units: left.units * right.units, scale: left.scale + right.scale }
}

/** The quotient rounded once, from its exact value, to `places` decimal places. Throws a RangeError for division by zero. */
export function divideDecimal(dividend: Decimal, divisor: Decimal, places: number, rounding: Rounding): Decimal {
  const up = divisor.scale + places - dividend.scale
  const numerator = dividend.units * powerOfTen(Math.max(up, 0))
  const denominator = divisor.units * powerOfTen(Math.max(-up, 0))
  return { units: divideRounded(numerator, denominator, rounding), scale: places }
}

/** `value` at exactly `places` decimal places. */
export function roundDecimal(value: Decimal, places: number, rounding: Rounding): Decimal {
  if (places >= value.scale) return { units: unitsAt(value, places), scale: places }
  return { units: divideRounded(value.units, powerOfTen(value.scale - places), rounding), scale: places }
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`, whatever their scales. */
export function compareDecimal(left: Decimal, right: Decimal): -1 | 0 | 1 {
  const scale = Math.max(left.scale, right.scale)
  const [first, second] = [unitsAt(left, scale), unitsAt(right, scale)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** How many times `unit` goes into `value`: "1.5" is 3 times "0.5". Undefined where it does not go in evenly; `unit` is not zero. */
export function timesDecimal(value: Decimal, unit: Decimal): bigint | undefined {
  const scale = Math.max(value.scale, unit.scale)
  const [whole, part] = [unitsAt(value, scale), unitsAt(unit, scale)]
  return whole % part === 0n ? whole / part : undefined
}

function unitsAt(value: Decimal, scale: number): bigint {
  return scale === value.scale ? value.units : value.units * powerOfTen(scale - value.scale)
}

function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator // bigint division cuts towards zero and throws a RangeError on zero
  const rest = magnitude(numerator % denominator)
  if (rest === 0n || rounding === 'down') return quotient
  const awayFromZero = numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n
  if (rounding === 'up') return awayFromZero
  const twice = rest * 2n - magnitude(denominator)
  if (twice !== 0n) return twice > 0n ? awayFromZero : quotient
  return rounding === 'half-up' || quotient % 2n !== 0n ? awayFromZero : quotient
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
