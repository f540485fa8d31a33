/** How a line of a score came about, in a sentence: what was counted, what that came to, and how it became points. zh-CN and en. */
import { plainDecimal, type Evaluation, type ScoreLine } from '@gridwright/core'
import { counted as plural, said } from './terminal.ts'

type Rule = Evaluation['indicators'][number]
/** `source` is the label of the sheet or evaluation that is read, `highest` the sheet's highest mark; `weighted` where numerators count differently. */
export type LineContext = {
  readonly language: string
  readonly source: string
  readonly highest: string
  readonly weighted: boolean
}

/** The sentence for `line` by its `rule`. */
export function howCounted(line: ScoreLine, rule: Rule, context: LineContext): string {
  if (line.value === null) return nothing(line, rule, context)
  return `${found(line, line.value, rule, context)}${said(context, '；', '; ')}${asPoints(rule, context)}`
}

function nothing({ counted, outOf }: ScoreLine, { kind, least, empty }: Rule, context: LineContext): string {
  const of = kind === 'ratio' ? outOf.length : counted.length
  const points = plainDecimal(empty)
  return least > 1
    ? said(
        context,
        `只有 ${of} 件，不足 ${least} 件，按规定得 ${points} 分`,
        `only ${of}, fewer than ${least}: ${points} points as declared`
      )
    : said(context, `没有可数的，按规定得 ${points} 分`, `nothing to judge by: ${points} points as declared`)
}

function found({ counted, outOf }: ScoreLine, value: string, { kind, unitMs }: Rule, context: LineContext): string {
  const [of, to] = [counted.length, outOf.length]
  const pair = (zh: string, en: string) => said(context, zh, en)
  if (kind === 'count') return pair(`${of} 件`, plural(of, 'event'))
  if (kind === 'sum') return pair(`${of} 件相加得 ${value}`, `${plural(of, 'event')} add up to ${value}`)
  if (kind === 'ratio')
    return context.weighted
      ? pair(`${of} 件各自折算，除以 ${to} 件，得 ${value}`, `${of}, each by its weight, over ${to} is ${value}`)
      : pair(`${of} 件 / ${to} 件 = ${value}`, `${of} / ${to} = ${value}`)
  if (kind === 'duration') {
    const [zh, en] = unitMs === 3_600_000 ? ['小时', 'hours'] : ['分钟', 'minutes']
    return pair(`${of} 件平均 ${value} ${zh}`, `mean of ${of} is ${value} ${en}`)
  }
  if (kind === 'review') return pair(`${of} 次评价平均 ${value}`, `mean of ${plural(of, 'review')} is ${value}`)
  if (kind === 'sheet')
    return pair(
      `“${context.source}”${of} 人打分，平均 ${value}，满分 ${context.highest}`,
      `“${context.source}”: mean of ${plural(of, 'mark')} is ${value} of ${context.highest}`
    )
  if (kind === 'scores')
    return pair(
      `“${context.source}”公布的 ${of} 个总分，平均 ${value}`,
      `“${context.source}”: mean of ${plural(of, 'published total')} is ${value}`
    )
  return pair(`${of} 件平均 ${value}`, `mean of ${of} is ${value}`)
}

function asPoints({ scale, steps }: Rule, context: LineContext): string {
  if (scale) {
    const [from, to] = [plainDecimal(scale.from), plainDecimal(scale.to)]
    return said(
      context,
      `${from} 得 0 分，${to} 得 100 分，其间按比例`,
      `${from} gives 0, ${to} gives 100, in proportion between`
    )
  }
  return steps
    .map(({ from, points }) =>
      said(
        context,
        `${plainDecimal(from)} 起 ${plainDecimal(points)} 分`,
        `from ${plainDecimal(from)}: ${plainDecimal(points)}`
      )
    )
    .join(said(context, '，', ', '))
}
