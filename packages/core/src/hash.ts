/** Content hashes: SHA-256 over canonical JSON (RFC 8785 for the values that configs and journals hold: no lone surrogates, integers and short decimals). */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** JSON text with sorted keys and without white space; undefined members are left out. Equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no NaN and no Infinity')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`
  if (value instanceof Map) return canonicalJson(Object.fromEntries(value))
  if (value instanceof Set) return canonicalJson([...value])
  if (typeof value !== 'object') throw new Error(`canonical JSON has no ${typeof value}`)
  const members = value as Record<string, unknown> // every other object is read by its own keys
  const parts: string[] = []
  for (const key of Object.keys(members).sort()) {
    if (members[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(members[key])}`)
  }
  return `{${parts.join(',')}}`
}

/** SHA-256 of UTF-8 `text`, 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** Hash of a value's canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value))
}

/** A UUID (RFC 9562 version 8) that follows from `seed`: ids of new rows derive from their command's id and an ordinal. */
export function derivedUuid(seed: string): string {
  const hex = sha256Hex(seed)
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
