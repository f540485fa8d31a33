/**
 * A release as one signed file, for networks that nothing but a file gets into. The statement names each config file by its SHA-256 and is signed
 * with Ed25519 (RFC 8032) over its canonical JSON; the texts follow. A bundle has one spelling only: any byte that differs is found.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { canonicalJson } from '@gridwright/core'
import { bundleFault } from './bundle-fault.ts'

type Texts = Readonly<Record<string, string>>

/** What is signed. `files` is path → SHA-256 of its text in hex; `signer` the public key, 64 hex digits; instants are RFC 3339. */
export type Statement = {
  readonly format: 'gridwright-bundle'
  readonly version: 1
  readonly locality: string
  readonly release: string
  readonly who: string
  readonly why: string
  /** From when on it is to count; null for at once. */
  readonly effectiveFrom: string | null
  readonly at: string
  readonly signer: string
  readonly files: Texts
}
/** A statement that its signer did sign, with the texts that it names. */
export type Bundle = { readonly statement: Statement; readonly texts: ReadonlyMap<string, string> }
/** What a statement says besides what follows from the files and the key. */
export type Saying = Omit<Statement, 'format' | 'version' | 'signer' | 'files'>

/** Bytes that a bundle may have; one that is larger is not read. */
export const maxBundleBytes = 64_000_000

const format = 'gridwright-bundle'
const maxMarks = 100_000
const maxDepth = 8

/** The bundle of `texts` as the text of a file, signed with `key`. Throws `bundle.unfit` and `bundle.too-large` for what could not be read again. */
export function writeBundle(saying: Saying, texts: Texts, key: KeyObject): string {
  const tooLarge = bundleFault('bundle.too-large', saying.locality, String(maxBundleBytes))
  if (Object.values(texts).reduce((sum, { length }) => sum + length, 0) > maxBundleBytes) throw tooLarge
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, hashOf(text)]))
  const statement = { format, version: 1, ...saying, signer: publicKeyOf(key), files }
  const unfit = Object.entries(texts).find(([path, text]) => !isPath(path) || !text.isWellFormed())
  if (unfit || !isStatement(statement)) throw bundleFault('bundle.unfit', '', unfit?.[0] ?? misfit(statement))
  const text = spelled({ statement, texts, signature: sign(null, signedBytes(statement), key).toString('hex') })
  const bytes = Buffer.from(text)
  if (bytes.length > maxBundleBytes || !isFlat(bytes)) throw tooLarge
  return text
}

/**
 * The bundle in `bytes`, of which `file` is the name to complain with. What it costs is in proportion to `bytes`, whatever they are. Throws
 * `bundle.not-one`, `bundle.newer`, `bundle.altered` and `bundle.file-altered`. Whether the signer is trusted is for the caller to say.
 */
export function readBundle(bytes: Uint8Array, file: string): Bundle {
  const text = isFlat(bytes) ? decoded(bytes) : undefined
  const { statement, texts, signature } = shaped(text, file)
  if (!isSigned(statement, signature)) throw bundleFault('bundle.altered', file)
  const { files } = statement
  const paths = [...new Set([...Object.keys(files), ...Object.keys(texts)])]
  const wrong = paths.find(path => own(texts, path) === undefined || hashOf(texts[path] ?? '') !== own(files, path))
  if (wrong !== undefined) throw bundleFault('bundle.file-altered', file, isPath(wrong) ? wrong : '?')
  if (spelled({ statement, texts, signature }) !== text) throw bundleFault('bundle.altered', file)
  return { statement, texts: new Map(Object.entries(texts)) }
}

/** The public half of `key` as 64 hex digits, by which its owner is known. */
export function publicKeyOf(key: KeyObject): string {
  return Buffer.from(String(createPublicKey(key).export({ format: 'jwk' }).x), 'base64url').toString('hex')
}

type Spelling = { readonly statement: Statement; readonly texts: Texts; readonly signature: string }

/** What `text` says, if it has the shape of a bundle. */
function shaped(text: string | undefined, file: string): Spelling {
  const value = text === undefined ? undefined : parsed(text)
  if (!isRecord(value) || value['format'] !== format) throw bundleFault('bundle.not-one', file)
  const { version, signature, texts, ...rest } = value
  if (Number.isSafeInteger(version) && Number(version) > 1) throw bundleFault('bundle.newer', file, String(version))
  const statement = { ...rest, version }
  if (!isStatement(statement) || !isTexts(texts) || typeof signature !== 'string')
    throw bundleFault('bundle.not-one', file)
  return { statement, texts, signature }
}

/** The one way to write a bundle. */
function spelled({ statement, texts, signature }: Spelling): string {
  const { version, locality, release, who, why, effectiveFrom, at, signer, files } = statement
  const said = { format, version, locality, release, who, why, effectiveFrom, at, signer, signature }
  return `${JSON.stringify({ ...said, files, texts }, null, 1)}\n`
}

function signedBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement))
}

function isSigned(statement: Statement, signature: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(signature)) return false
  const x = Buffer.from(statement.signer, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, signedBytes(statement), key, Buffer.from(signature, 'hex'))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const own = (texts: Texts, path: string) => (Object.hasOwn(texts, path) ? texts[path] : undefined)

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const nesting: Readonly<Record<number, number>> = { 0x7b: 1, 0x5b: 1, 0x7d: -1, 0x5d: -1 }

/** Whether a parser would make few values of it, so that a text of brackets does not grow in memory. */
function isFlat(bytes: Uint8Array): boolean {
  let [depth, marks, inText] = [0, 0, false]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte === quote) inText = !inText
    else if (inText) i += byte === backslash ? 1 : 0
    else if (byte === comma || byte === colon) marks++
    else depth += nesting[byte] ?? 0
    if (depth > maxDepth || marks > maxMarks) return false
  }
  return true
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined // a TypeError is how the decoder says that bytes do not fit
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a SyntaxError is how the parser says that it is no JSON
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is Texts {
  return isRecord(value) && Object.values(value).every(text => typeof text === 'string' && text.isWellFormed())
}

const unseen = /[\p{Cc}\p{Cf}\p{Cs}]/u
const plain = (value: unknown, longest: number) =>
  typeof value === 'string' && value.length < longest && !unseen.test(value)
const hex64 = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const instant = (value: unknown) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]{0,8}([+-]\d\d:\d\d|Z)$/.test(value) &&
  Date.parse(value) >= 0

/** Relative, with forward slashes; only its beginning may lead up, to a layer below. */
function isPath(path: string): boolean {
  const steps = path.replace(/^(\.\.\/)+/, '').split('/')
  return plain(path, 300) && !path.includes('\\') && steps.every(step => step !== '' && step !== '.' && step !== '..')
}

const members: Readonly<Record<keyof Statement, (value: unknown) => boolean>> = {
  format: value => value === format,
  version: value => value === 1,
  locality: value => plain(value, 100),
  release: hex64,
  who: value => plain(value, 200) && value !== '',
  why: value => plain(value, 2_000),
  effectiveFrom: value => value === null || instant(value),
  at: instant,
  signer: hex64,
  files: value => isRecord(value) && Object.entries(value).every(([path, hash]) => isPath(path) && hex64(hash))
}

/** What of a statement is not as it should be. */
function misfit(value: Readonly<Record<string, unknown>>): string | undefined {
  const names = new Set([...Object.keys(members), ...Object.keys(value)])
  return [...names].find(name => !Object.hasOwn(members, name) || !members[name as keyof Statement](value[name])) // an own name of them
}

function isStatement(value: Readonly<Record<string, unknown>>): value is Statement {
  return misfit(value) === undefined
}
