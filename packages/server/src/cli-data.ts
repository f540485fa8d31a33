/** A data folder as the command line uses it: its database, unless DATABASE_URL names one, and the secret that signs tokens. */
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { openDatabase, type Database } from './database.ts'
import { databaseFault, isCode } from './postgres-fault.ts'
import { commandFault, said, type Terminal } from './terminal.ts'

const leastBytes = 32

/** The database of the environment or of the folder `data`, made where there is none; says what it does. Throws a `DatabaseFault`. */
export function openData(terminal: Terminal, data: string): Promise<Database> {
  const { DATABASE_URL: databaseUrl, DATABASE_APP_URL: appDatabaseUrl } = process.env
  return openDatabase({
    dataFolder: data,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(appDatabaseUrl ? { appDatabaseUrl } : {}),
    onProgress: message => terminal.print(said(terminal, message['zh-CN'], message.en))
  })
}

/** Whether there is a database already: one that DATABASE_URL names, or one made in the folder `data`. */
export function hasData(data: string): boolean {
  return Boolean(process.env['DATABASE_URL']) || existsSync(join(resolve(data), 'postgres.json'))
}

/** The signing secret of a data folder, made at first need; only its owner may read it. Throws `database.read-only-folder`, and a `CommandFault` for one that is too short. */
export async function secretIn(data: string): Promise<Uint8Array> {
  const given = process.env['GRIDWRIGHT_SECRET']
  const file = join(resolve(data), 'token-secret')
  const secret = new TextEncoder().encode(given ? given : await secretFile(file, madeSecret))
  if (secret.length < leastBytes)
    throw commandFault(
      [
        `签名密钥太短（${given ? 'GRIDWRIGHT_SECRET' : file}）：${secret.length} 字节`,
        `the secret that signs tokens is too short (${given ? 'GRIDWRIGHT_SECRET' : file}): ${secret.length} bytes`
      ],
      [`请用至少 ${leastBytes} 字节的随机文字。`, `Use a random text of at least ${leastBytes} bytes.`]
    )
  return secret
}

/** The text of a secret `file`, which `make` makes at first need; only its owner may read it. Throws `database.read-only-folder`. */
export async function secretFile(file: string, make: () => string): Promise<string> {
  try {
    if (!existsSync(file)) await keepSecret(file, make())
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR'))
      throw databaseFault('database.read-only-folder', file, error)
    throw error
  }
}

/** Under its name the file is whole or not there: who comes second at the same time reads the first one's. */
async function keepSecret(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const aside = `${file}.${randomUUID()}`
  await writeFile(aside, text, { mode: 0o600, flag: 'wx' })
  try {
    await link(aside, file)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error // another process made it first
  } finally {
    await rm(aside)
  }
}

const madeSecret = () => randomBytes(48).toString('base64url')
