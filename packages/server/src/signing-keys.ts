/** Keys in a data folder: the one that signs its bundles, and those of others whose bundles are taken. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { publicKeyOf } from './bundle.ts'
import { bundleFault } from './bundle-fault.ts'
import { secretFile } from './cli-data.ts'

/** A signer's public key, 64 hex digits, and whose it is as whoever trusts it has said; an instant in RFC 3339. */
export type TrustedKey = { readonly key: string; readonly name: string; readonly at: string }

const keyFile = (data: string) => join(resolve(data), 'signing-key')
const trustFile = (data: string) => join(resolve(data), 'trusted-keys.json')

/** The private key of the data folder, made at first need; only its owner may read it. */
export async function signingKey(data: string): Promise<KeyObject> {
  return createPrivateKey(await secretFile(keyFile(data), madeKey))
}

/** The public key of the data folder, where one was made. */
export async function ownKey(data: string): Promise<string | undefined> {
  return existsSync(keyFile(data)) ? publicKeyOf(await signingKey(data)) : undefined
}

/** The keys of others that are trusted, in the order in which they came to be. */
export async function trustedKeys(data: string): Promise<readonly TrustedKey[]> {
  if (!existsSync(trustFile(data))) return []
  const value: { keys: readonly TrustedKey[] } = JSON.parse(await readFile(trustFile(data), 'utf8'))
  return value.keys
}

/** Takes `key` among the trusted ones, or gives it another name. Throws `trust.no-key` for what is no public key. */
export async function trustKey(data: string, { key, name, at }: TrustedKey): Promise<TrustedKey> {
  const digits = key.replaceAll(/[\s:]/g, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digits)) throw bundleFault('trust.no-key', '', key)
  const trusted = { key: digits, name, at }
  await keep(data, [...(await trustedKeys(data)).filter(each => each.key !== digits), trusted])
  return trusted
}

/** Trusts the one key no longer that begins with `prefix`. Throws `trust.unknown` where none does, or several. */
export async function distrustKey(data: string, prefix: string): Promise<TrustedKey> {
  const keys = await trustedKeys(data)
  const [found, other] = keys.filter(({ key }) => key.startsWith(prefix.toLowerCase()))
  if (!found || other) throw bundleFault('trust.unknown', '', prefix)
  await keep(
    data,
    keys.filter(each => each !== found)
  )
  return found
}

async function keep(data: string, keys: readonly TrustedKey[]): Promise<void> {
  await mkdir(resolve(data), { recursive: true })
  const fresh = `${trustFile(data)}.new`
  await writeFile(fresh, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, trustFile(data)) // whole or not at all
}

function madeKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
