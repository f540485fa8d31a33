import { readFileSync, readdirSync, statSync } from 'node:fs'
import { check, runScenario, areasOf } from '@gridwright/workflows'
import { formatIssue } from '@gridwright/core'
const dir = process.argv[2]!
const files = new Map<string, string>()
const walk = (d: string, p: string) => {
  for (const f of readdirSync(d)) {
    const full = d + '/' + f
    if (statSync(full).isDirectory()) walk(full, p + f + '/')
    else if (/\.(json|csv)$/.test(f)) files.set(p + f, readFileSync(full, 'utf8'))
  }
}
walk(dir, '')
check(files)
const t0 = performance.now()
const { locality, issues } = check(files)
console.log('check ms', performance.now() - t0)
for (const i of issues) console.log(i.severity, formatIssue(i, 'zh-CN'), i.code)
if (locality) {
  const areas = areasOf(files)
  for (const [n, s] of locality.scenarios) {
    const r = await runScenario(locality, s, areas)
    console.log(r.failures.length ? 'FAIL' : 'ok', n, JSON.stringify(r.failures, null, 1))
  }
}
