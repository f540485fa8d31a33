import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decimal, Rounding } from '../src/decimal.ts'
import {
  addDecimal,
  compareDecimal,
  decimalOf,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  timesDecimal
} from '../src/decimal.ts'

const decimal = (text: string): Decimal => {
  const value = parseDecimal(text)
  if (value === undefined) throw new Error(`not a decimal: ${text}`)
  return value
}
const roundings: Rounding[] = ['half-up', 'half-even', 'down', 'up']
const anyDecimal = fc.record({
  units: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  scale: fc.integer({ min: 0, max: 12 })
})
const anyRounding = fc.constantFrom(...roundings)
const anyPlaces = fc.integer({ min: 0, max: 14 })

describe('what is written', () => {
  test.each(['0', '1.5', '-1.5', '0.75', '100.00', '-0.005', '12345678901234567890.123456789'])(
    '%s is read and written alike',
    text => expect(formatDecimal(decimal(text))).toBe(text)
  )

  test.each([
    '',
    '-',
    '.5',
    '5.',
    '+1',
    '01',
    '-00.5',
    '1e3',
    '1E-3',
    'NaN',
    'Infinity',
    '-Infinity',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    '０',
    '0x10'
  ])('%j is no decimal', text => expect(parseDecimal(text)).toBeUndefined())

  test('forty characters are read, one more is refused', () => {
    expect(parseDecimal('9'.repeat(40))?.units).toBe(10n ** 40n - 1n)
    expect(parseDecimal('9'.repeat(41))).toBeUndefined()
  })

  test('minus zero is zero', () => expect(formatDecimal(decimal('-0.0'))).toBe('0.0'))

  test.each([0.5, NaN, Infinity, 2 ** 53])('%s is no count', value =>
    expect(() => decimalOf(value)).toThrow(RangeError)
  )

  test('every decimal is read back as it was written', () => {
    fc.assert(
      fc.property(anyDecimal, value => {
        expect(parseDecimal(formatDecimal(value))).toEqual(value)
      })
    )
  })
})

describe('arithmetic is exact', () => {
  test.each([
    ['0.1', '0.2', '0.3', '-0.1', '0.02'],
    ['1.5', '3', '4.5', '-1.5', '4.5'],
    ['-0.75', '0.250', '-0.500', '-1.000', '-0.18750']
  ])('%s and %s', (left, right, sum, difference, product) => {
    const [a, b] = [decimal(left), decimal(right)]
    const results = [addDecimal(a, b), subtractDecimal(a, b), multiplyDecimal(a, b)].map(formatDecimal)
    expect(results).toEqual([sum, difference, product])
  })

  test('sums, differences and products agree with whole numbers at one common scale', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const [left, right] = [unitsAt(a, 24), unitsAt(b, 24)]
        expect(unitsAt(addDecimal(a, b), 24)).toBe(left + right)
        expect(unitsAt(subtractDecimal(a, b), 24)).toBe(left - right)
        expect(unitsAt(multiplyDecimal(a, b), 48)).toBe(left * right)
        expect(compareDecimal(a, b)).toBe(left < right ? -1 : left > right ? 1 : 0)
      })
    )
  })

  test('numbers compare whatever their scales', () => {
    expect(compareDecimal(decimal('1.50'), decimal('1.5'))).toBe(0)
    expect(compareDecimal(decimal('-1.51'), decimal('-1.5'))).toBe(-1)
    expect(compareDecimal(decimal('10'), decimal('9.999'))).toBe(1)
  })
})

describe('rounding', () => {
  test.each([
    ['2.5', { 'half-up': '3', 'half-even': '2', down: '2', up: '3' }],
    ['3.5', { 'half-up': '4', 'half-even': '4', down: '3', up: '4' }],
    ['-2.5', { 'half-up': '-3', 'half-even': '-2', down: '-2', up: '-3' }],
    ['2.4999', { 'half-up': '2', 'half-even': '2', down: '2', up: '3' }],
    ['-2.6', { 'half-up': '-3', 'half-even': '-3', down: '-2', up: '-3' }],
    ['-0.4', { 'half-up': '0', 'half-even': '0', down: '0', up: '-1' }],
    ['7', { 'half-up': '7', 'half-even': '7', down: '7', up: '7' }]
  ])('%s to whole numbers', (text, expected) => {
    const rounded = roundings.map(rounding => [rounding, formatDecimal(roundDecimal(decimal(text), 0, rounding))])
    expect(Object.fromEntries(rounded)).toEqual(expected)
  })

  test('rounding to more places than there are adds zeros', () => {
    expect(formatDecimal(roundDecimal(decimal('95.5'), 2, 'down'))).toBe('95.50')
  })

  test.each([
    ['2', '3', 2, 'half-up', '0.67'],
    ['2', '3', 2, 'down', '0.66'],
    ['-2', '3', 2, 'up', '-0.67'],
    ['1', '8', 2, 'half-even', '0.12'],
    ['3', '8', 2, 'half-even', '0.38'],
    ['19.5', '0.05', 0, 'half-up', '390'],
    ['0.0001', '1000', 2, 'up', '0.01'],
    ['12345.678', '1', 1, 'half-up', '12345.7']
  ] as const)('%s / %s to %i places, %s, is %s', (left, right, places, rounding, expected) => {
    expect(formatDecimal(divideDecimal(decimal(left), decimal(right), places, rounding))).toBe(expected)
  })

  test('division by zero is an error of the caller', () => {
    expect(() => divideDecimal(decimal('1'), decimal('0.00'), 2, 'half-up')).toThrow(RangeError)
  })

  test('a quotient is the multiple of its last place that the rounding asks for', () => {
    const divisors = anyDecimal.filter(({ units }) => units !== 0n)
    fc.assert(
      fc.property(anyDecimal, divisors, anyPlaces, anyRounding, (a, b, places, rounding) => {
        const quotient = divideDecimal(a, b, places, rounding)
        expect(quotient.scale).toBe(places)
        expectRounded(
          quotient.units,
          a.units * 10n ** BigInt(b.scale + places),
          b.units * 10n ** BigInt(a.scale),
          rounding
        )
      })
    )
  })

  test('rounding a decimal is dividing it by one', () => {
    fc.assert(
      fc.property(anyDecimal, anyPlaces, anyRounding, (value, places, rounding) => {
        const divided = divideDecimal(value, decimal('1'), places, rounding)
        expect(roundDecimal(value, places, rounding)).toEqual(divided)
      })
    )
  })
})

test.each([
  ['1.5', '0.5', 3n],
  ['-3', '0.50', -6n],
  ['0', '0.5', 0n],
  ['1.25', '0.5', undefined],
  ['1', '3', undefined]
])('%s in units of %s is %s', (value, unit, expected) => {
  expect(timesDecimal(decimal(value), decimal(unit))).toBe(expected)
})

function unitsAt({ units, scale }: Decimal, target: number): bigint {
  return units * 10n ** BigInt(target - scale)
}

// Says of a rounded whole number what its definition says, by distances from the exact fraction and not by its remainder.
function expectRounded(rounded: bigint, numerator: bigint, denominator: bigint, rounding: Rounding): void {
  const size = (value: bigint): bigint => (value < 0n ? -value : value)
  const error = size(rounded * denominator - numerator) // in 1 / |denominator|
  const unit = size(denominator)
  if (rounding === 'down') expect(size(rounded) * unit <= size(numerator) && error < unit).toBe(true)
  else if (rounding === 'up') expect(size(rounded) * unit >= size(numerator) && error < unit).toBe(true)
  else if (error * 2n !== unit) expect(error * 2n < unit).toBe(true)
  else if (rounding === 'half-even') expect(rounded % 2n).toBe(0n)
  else expect(size(rounded) * unit > size(numerator)).toBe(true)
}
