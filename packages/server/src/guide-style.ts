/** The style of the printable guide: black on white, A4, an item a sheet; on a phone table rows become cards. */
export const guideStyle = `
@page { size: A4; margin: 12mm 14mm }
:root { --ink: #1b1f24; --soft: #57606a; --rule: #c9d1d9; --tint: #f3f5f7; --mark: #a3261d }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 190mm; padding: 8mm 6mm; color: var(--ink); background: #fff; font: 10.5pt/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 24pt; line-height: 1.25; margin: 0 0 3mm }
h2 { font-size: 16pt; line-height: 1.3; margin: 0 0 2mm }
h3 { font-size: 11.5pt; margin: 5mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 2mm }
a { color: inherit; text-underline-offset: .2em }
small { display: block; font-size: 9pt; color: var(--soft) }
sup { line-height: 0; font-size: 8pt; padding-left: .15em }
header { border-bottom: .8mm solid var(--mark); padding-bottom: 4mm; margin-bottom: 6mm }
header p, .summary, .hint { color: var(--soft) }
.lines { columns: 2; column-gap: 8mm }
.lines section { break-inside: avoid; margin-bottom: 4mm }
.lines h3 { margin: 0 0 1mm }
.lines ol { margin: 0; padding-left: 8mm }
.lines small { display: inline; padding-left: .6em }
article { border-top: .3mm solid var(--rule); margin-top: 12mm; padding-top: 8mm }
.number { display: inline-block; min-width: 1.9em; padding: 0 .35em; margin-right: .3em; text-align: center; color: #fff; background: var(--mark); border-radius: .25em; print-color-adjust: exact; -webkit-print-color-adjust: exact }
dl { margin: 0; border-top: .3mm solid var(--rule) }
dl div { display: grid; grid-template-columns: 30mm 1fr; gap: 3mm; padding: 1.2mm 0; border-bottom: .3mm solid var(--rule); break-inside: avoid }
dt { font-weight: 600 }
dd { margin: 0 }
table { width: 100%; border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm; border: .3mm solid var(--rule) }
th { background: var(--tint); font-weight: 600; print-color-adjust: exact; -webkit-print-color-adjust: exact }
th:last-child { min-width: 18mm }
tr { break-inside: avoid }
thead { display: table-header-group }
.limit { white-space: nowrap }
.most .limit { white-space: normal }
.most { margin-top: 2mm; font-weight: 600 }
strong { color: var(--mark) }
footer { font-size: 9pt; color: var(--soft) }
footer h3 { font-size: 9.5pt; margin: 4mm 0 1mm }
footer ul { list-style: none; margin: 0; padding: 0 }
@media (max-width: 36em) {
  body { padding: 4mm }
  .lines { columns: 1 }
  dl div { grid-template-columns: 1fr; gap: 0 }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr, td { display: block }
  tr { border: .3mm solid var(--rule); margin-bottom: 2mm; padding: 1mm 0 }
  td { border: 0; padding: .6mm 2mm; display: grid; grid-template-columns: 7em 1fr; gap: 2mm }
  td::before { content: attr(data-label); color: var(--soft) }
}
@media print {
  body { max-width: none; padding: 0; font-size: 8.8pt; line-height: 1.32 }
  h2 { font-size: 14pt; margin: 0 0 1mm }
  h3 { font-size: 10pt; margin: 3mm 0 1mm }
  p { margin: 0 0 1mm }
  small, footer { font-size: 8pt }
  th, td { padding: .6mm 1.6mm }
  dl div { padding: .6mm 0 }
  .most { margin-top: 1mm }
  article { break-before: page; border: 0; margin: 0; padding: 0 }
  a { text-decoration: none }
}
`
