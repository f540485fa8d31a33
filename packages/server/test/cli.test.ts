// The command line as people run it: processes of their own on throw-away data folders, stopped by signals.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { closeAll } from '../src/cli-stop.ts'
import { findPostmaster } from '../src/postgres-process.ts'
import { gridwright } from './cli-process.ts'
import { testDatabase } from './postgres.ts'
import { folder } from './server-process.ts'

vi.setConfig({ testTimeout: 120_000 })

const starter = resolve(import.meta.dirname, '../../../examples/starter')

const start = (data: string, ...more: string[]) =>
  gridwright(['start', starter, '--data', data, '--port', '0', '--lang', 'en', ...more])

/** Whether the database of a data folder runs. */
const runs = (data: string) => findPostmaster(join(data, 'postgres')) !== undefined

test('signals beyond the first do not cut the stop short: the process ends by itself, and so has the database', async () => {
  const data = join(folder(), 'data')
  const { child, out, ended, prints } = start(data)
  await prints('Ctrl-C stops the server and the database.')
  expect(out()).toMatch(/Resident \(张丽\) {2}http:\/\/127\.0\.0\.1:\d+\/sign-in\//)
  const { port } = new URL(/Ready in .*: (\S+)/.exec(out())![1]!)
  const open = connect(Number(port), '127.0.0.1', () => open.write('POST /starter/graphql HTTP/1.1\r\n'))
  open.on('error', () => undefined)
  await pause(100)
  child.kill('SIGTERM')
  await prints('Stopping…')
  child.kill('SIGTERM')
  child.kill('SIGINT')
  await prints(/Still stopping.*SIGTERM again/)
  expect(await ended).toBe(0)
  expect(runs(data)).toBe(false)
})

test('a signal before it is ready stops what has been opened', async () => {
  const data = join(folder(), 'data')
  const { child, out, ended, prints } = start(data)
  await prints('Creating the database')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(out()).not.toContain('Ready')
  expect(runs(data)).toBe(false)
})

test('what does not stop within the limit is left behind, and the database is stopped all the same', async () => {
  const stopped: string[] = []
  const database = { stop: () => Promise.resolve(void stopped.push('database')) }
  const part = (name: string) => () => Promise.resolve(stopped.push(name))
  expect(await closeAll([part('store'), part('server')], database, 1000)).toBe(true)
  expect(stopped.splice(0)).toEqual(['server', 'store', 'database'])
  expect(await closeAll([part('store'), () => new Promise(() => undefined)], database, 20)).toBe(false)
  expect(stopped.splice(0)).toEqual(['database'])
  await expect(closeAll([() => Promise.reject(new Error('stuck'))], database, 1000)).rejects.toThrow('stuck')
  expect(stopped).toEqual(['database'])
})

test('with a database of one’s own, Ctrl-C stops the server only, and there are no sign-in links', async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const data = join(folder(), 'data')
  const { child, out, ended, prints } = gridwright(['start', starter, '--data', data, '--port', '0', '--lang', 'en'], {
    DATABASE_URL: database.url,
    DATABASE_APP_URL: database.appUrl,
    GRIDWRIGHT_SECRET: 'a secret for tests of thirty-two bytes and more'
  })
  await prints(/^Ctrl-C stops the server\.$/m)
  expect(out()).not.toContain('sign-in')
  expect(existsSync(data)).toBe(false)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('an audit of a locality that nobody published is no sound one', async () => {
  const data = join(folder(), 'data')
  const audit = (locality: string) => gridwright(['audit', 'verify', locality, '--data', data, '--lang', 'en'])
  const nowhere = audit('nowhere')
  expect(await nowhere.ended).toBe(1)
  expect(nowhere.out()).toMatch(/^locality\.unknown {2}no locality “nowhere”/m)
  expect(nowhere.out()).not.toContain('Sound')
  const { child, ended, prints } = start(data)
  await prints('Ready')
  child.kill('SIGTERM')
  await ended
  const known = audit('starter')
  expect(await known.ended).toBe(0)
  expect(known.out()).toContain('Sound')
  expect(runs(data)).toBe(false)
})

test('a folder with a mistake starts nothing: its issues are shown', async () => {
  const town = join(folder(), 'town')
  cpSync(starter, town, { recursive: true })
  const file = join(town, 'locality.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"name"', '"nmae"'))
  const { out, ended } = gridwright(['start', town, '--data', join(folder(), 'data'), '--port', '0'])
  expect(await ended).toBe(1)
  expect(out()).toMatch(/不能发布：[^]*locality\.json:\d+:\d+ {2}不认识的字段 “nmae”；是否想写 “name”？[^]*1 个错误/)
  expect(out()).not.toContain('    at ')
})

test('a folder that is watched is checked again at every change, until Ctrl-C ends it with the last status', async () => {
  const town = join(folder(), 'town')
  cpSync(starter, town, { recursive: true })
  const file = join(town, 'services/repair.json')
  const whole = readFileSync(file, 'utf8')
  const { child, out, ended, prints } = gridwright(['check', town, '--watch', '--lang', 'en'])
  const took = (times: number) => prints(new RegExp(`(?:[^]*Took \\d+\\.\\d\\d s; ){${times}}`))
  await took(1)
  expect(out()).toMatch(/^0 errors, 0 warnings$/m)
  writeFileSync(file, whole.replace('"title"', '"titel"'))
  await took(2)
  expect(out()).toMatch(/services\/repair\.json:5:3 {2}unknown field “titel”[^]*^1 error, 0 warnings$/m)
  rmSync(file)
  await took(3)
  writeFileSync(file, whole.replace('"title"', '"titel"'))
  await took(4)
  child.kill('SIGINT')
  expect(await ended).toBe(1)
})

test.each([
  [
    'a data folder that cannot be',
    ['start', starter, '--data', '/dev/null/data'],
    {},
    /^database\.read-only-folder {2}/m
  ],
  ['a port that is none', ['start', starter, '--port', 'abc'], {}, /端口是 0 到 65535/],
  ['a folder that is not there', ['check', '/dev/null/town'], {}, /没有文件夹/],
  ['a folder that is not there to watch', ['test', '/dev/null/town', '--watch'], {}, /没有文件夹/],
  ['a share that is none', ['test', starter, '--min-coverage', 'all'], {}, /百分比是 0 到 100/],
  ['a secret that is too short', ['token', 'starter', 'wang'], { GRIDWRIGHT_SECRET: 'short' }, /签名密钥太短/],
  [
    'a database that is not there',
    ['start', starter],
    { DATABASE_URL: 'postgres://a@127.0.0.1:1/b' },
    /database\.unreachable {2}/
  ]
])('%s is named with its cure, exit status 1, no stack', async (_, args, env, words) => {
  const { out, ended } = gridwright(args, env)
  expect(await ended).toBe(1)
  expect(out()).toMatch(words)
  expect(out()).not.toContain('    at ')
})

test('where the port is taken the next free one is used, and said', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise(done => taken.once('listening', done))
  const { port } = taken.address() as AddressInfo // it listens on TCP
  const { child, ended, prints } = start(join(folder(), 'data'), '--port', String(port))
  await prints(`Port ${port} is in use; trying ${port + 1}`)
  await prints('Ready')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('a table comes in from a clerk’s file, tells what it changes, and goes out again', async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const env = { DATABASE_URL: database.url, DATABASE_APP_URL: database.appUrl }
  const at = folder()
  const told = async (...args: string[]) => {
    const { out, ended } = gridwright([...args, '--data', at, '--lang', 'en'], env)
    return { status: await ended, out: out().replaceAll(at, '.') }
  }
  const publishing = gridwright(['start', starter, '--data', at, '--port', '0', '--lang', 'en'], {
    ...env,
    GRIDWRIGHT_SECRET: 'a secret for tests of thirty-two bytes and more'
  })
  await publishing.prints('Ready')
  writeFileSync(
    join(at, 'people.csv'),
    '\uFEFF编号,姓名,手机号（必填）,备注\r\nwindow-1,王明,13800000001,\r\nnew-1,赵新,13900000001,虚构\r\n,,,\r\n'
  )
  const people = join(at, 'people.csv')
  expect(await told('import', 'people', starter, people, '--dry-run')).toEqual({
    status: 0,
    out: 'people.csv: 2 rows, utf-8\n  + new-1\n1 added, 0 changed, 0 ended, 1 unchanged (dry run, nothing was stored)\ncolumns not used: 备注\n'
  })
  expect((await told('import', 'people', 'starter', people)).out).toContain(
    '1 added, 0 changed, 0 ended, 1 unchanged\n'
  )
  expect((await told('import', 'people', 'starter', people)).out).toContain(
    '0 added, 0 changed, 0 ended, 2 unchanged\n'
  )
  const held = join(at, 'held.csv')
  writeFileSync(held, '人员,岗位,区域,开始,结束\nnew-1,社区窗口,999999001001,2026/1/1,\n')
  expect((await told('import', 'appointments', 'starter', held)).out).toContain(
    '3 rows held today are not in the file and stay'
  )
  const complete = await told('import', 'appointments', 'starter', held, '--complete')
  expect(complete.out).toMatch(/^ {2}- officer-1 street-officer 999999001$/m)
  expect(complete.out).toContain('0 added, 0 changed, 3 ended, 1 unchanged')
  expect(complete.out).toMatch(/^! the post street-officer is held by 0 at 999999001, fewer than 1$/m)
  const sheet = join(at, 'out.xlsx')
  expect(await told('export', 'people', 'starter', sheet, '--personal', 'clear')).toEqual({
    status: 0,
    out: './out.xlsx: 5 rows\n'
  })
  expect((await told('import', 'people', 'starter', sheet)).out).toContain('0 added, 0 changed, 0 ended, 5 unchanged')
  expect(await told('export', 'cases', 'starter', join(at, 'cases.csv'))).toEqual({
    status: 0,
    out: './cases.csv: 0 rows\n'
  })
  expect(readFileSync(join(at, 'cases.csv'), 'utf8')).toMatch(/^\uFEFFNumber,Service,/)
})

test.each<[string, string[], RegExp]>([
  ['a table that is none', ['import', 'persons', 'starter', 'x.csv'], /'persons' is invalid/],
  [
    'a file that is not there',
    ['import', 'people', 'starter', '/nowhere.csv'],
    /^table\.missing {2}没有文件 \/nowhere\.csv\n请检查路径$/m
  ],
  ['a complete list of people', ['import', 'people', 'starter', 'x.csv', '--complete'], /^table\.held-only {2}/m],
  ['a file of another kind', ['export', 'cases', 'starter', 'x.doc'], /^table\.format {2}x\.doc/m],
  [
    'a filter that does nothing',
    ['export', 'people', 'starter', 'x.csv', '--service', 'a'],
    /^table\.idle-option {2}--service 对 people/m
  ],
  [
    'people as a person sees them',
    ['export', 'people', 'starter', 'x.csv', '--as', 'a'],
    /^table\.operator-only {2}people/m
  ],
  ['a list of nobody’s own', ['export', 'cases', 'starter', 'x.csv', '--box', 'TODO'], /^table\.box-of-whom {2}.*TODO/m]
])('%s is refused before anything is opened', async (_, args, words) => {
  const { out, ended } = gridwright([...args, '--data', '/dev/null/data'])
  expect(await ended).toBe(1)
  expect(out()).toMatch(words)
  expect(out()).not.toContain('    at ')
})
