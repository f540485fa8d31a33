// Ziyun with points for tests: 3 for the one who asks, certified by the community's liaison, who also hands goods over.
import { ziyunFiles } from './ziyun.ts'

const points = {
  ledgers: { resident: { label: { 'zh-CN': '居民积分', en: 'Residents' }, unit: '0.5', floor: '0', spendable: true } },
  rules: {
    asked: {
      label: { 'zh-CN': '上报', en: 'Report' },
      ledger: 'resident',
      on: 'SUBMIT',
      to: 'applicant',
      points: '3',
      certify: { post: 'liaison' }
    }
  },
  shop: { label: { 'zh-CN': '积分超市', en: 'Points shop' }, ledger: 'resident', handOver: { post: 'liaison' } }
}
const goods = (soap: number) => `id,name,price,stock,limit,per\ntoothpaste,牙膏,3,1,1,month\nsoap,香皂,1.5,${soap},,\n`

/** The files with so much soap on the shelf, and one toothpaste. The liaison of the first community shares a household with resident-004. */
export function filesWith(soap: number): Map<string, string> {
  const files = ziyunFiles()
  const [head = '', ...rows] = (files.get('data/people.csv') ?? '').trimEnd().split('\n')
  const housed = rows.map(row => `${row},${/^(liaison-001|resident-004),/.test(row) ? 'h-004' : ''}`)
  return files
    .set('points.json', JSON.stringify(points))
    .set('data/goods.csv', goods(soap))
    .set('data/people.csv', [`${head},household`, ...housed, ''].join('\n'))
}

export const buyers = Array.from({ length: 50 }, (_, i) => `party-member-${String(i + 1).padStart(3, '0')}`)
