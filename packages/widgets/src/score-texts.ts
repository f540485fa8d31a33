// What the score cards say by themselves, in Chinese and English. Labels of indicators and bands come from the server.

const zh = {
  scores: '成绩卡',
  noEvaluations: '这里还没有考评',
  evaluation: '考评',
  window: '考评期',
  mine: '我的成绩',
  others: '已公布的成绩',
  noScores: '这一期没有公布的成绩，或者没有您能看的',
  running: (instant: string) => `本期到 ${instant} 为止`,
  rating: (instant: string) => `本期已满，打分到 ${instant} 截止`,
  publishedBy: (who: string, instant: string) => `${who} 于 ${instant} 公布`,
  total: (total: string) => `${total} 分`,
  stars: (stars: number, most: number) => `${stars} 颗星，最多 ${most} 颗`,
  cards: { green: '绿牌', blue: '蓝牌', yellow: '黄牌', red: '红牌', black: '黑牌' },
  weight: (percent: string) => `占 ${percent}%`,
  value: (value: string) => `实际 ${value}`,
  noValue: '没有可数的，按规定给分',
  counted: (count: number) => `计入 ${count} 项`,
  countedOf: (count: number, outOf: number) => `计入 ${count} 项，比 ${outOf} 项`,
  countedOnly: '计入的是评分，或者您无权查看的单子',
  countedMore: (count: number) => `另有 ${count} 项：评分，或者您无权查看的单子`,
  details: '怎么算的',
  items: '计入了什么',
  sum: '合计',
  publishing: '公布成绩',
  preview: '试算',
  previewOff: '收起试算',
  previewNote: '按现在的情况试算，还不是正式成绩，什么都不保存',
  provisional: '试算',
  publish: (count: number) => `公布 ${count} 份成绩`,
  allPublished: '您要公布的都公布了',
  publishFrom: (instant: string) => `${instant} 截止打分，之后才能公布`,
  surePublish: (count: number, window: string) => `公布 ${window} 的 ${count} 份成绩？公布以后不能更改。`,
  published: (count: number) => `已公布 ${count} 份成绩`
}

/** The texts of one language; each language has them all. */
export type ScoreTexts = typeof zh

const en: ScoreTexts = {
  scores: 'Score cards',
  noEvaluations: 'No evaluations here yet',
  evaluation: 'Evaluation',
  window: 'Period',
  mine: 'My card',
  others: 'Published cards',
  noScores: 'Nothing is published for this period, or nothing that you may read',
  running: instant => `This period lasts until ${instant}`,
  rating: instant => `This period is over; marks are taken until ${instant}`,
  publishedBy: (who, instant) => `Published by ${who}, ${instant}`,
  total: total => `${total} points`,
  stars: (stars, most) => `${stars} of ${most} stars`,
  cards: { green: 'Green card', blue: 'Blue card', yellow: 'Yellow card', red: 'Red card', black: 'Black card' },
  weight: percent => `weighs ${percent}%`,
  value: value => `found ${value}`,
  noValue: 'nothing to count: points as the rules say',
  counted: count => `${count} counted`,
  countedOf: (count, outOf) => `${count} counted against ${outOf}`,
  countedOnly: 'What was counted are marks, or cases that you may not see',
  countedMore: count => `${count} more: marks, or cases that you may not see`,
  details: 'How it came about',
  items: 'What was counted',
  sum: 'Sum',
  publishing: 'Publish scores',
  preview: 'Try it out',
  previewOff: 'Hide the trial',
  previewNote: 'What the scores would be by now. They are not final, and nothing is kept.',
  provisional: 'Not final',
  publish: count => (count === 1 ? 'Publish 1 score' : `Publish ${count} scores`),
  allPublished: 'All that was yours to publish is published',
  publishFrom: instant => `Marks are taken until ${instant}; scores are published after that`,
  surePublish: (count, window) => `Publish ${count} of ${window}? What is published never changes.`,
  published: count => (count === 1 ? '1 score is published' : `${count} scores are published`)
}

/** The texts for a BCP 47 tag: Chinese for `zh…`, else English. */
export const scoreTextsIn = (lang: string): ScoreTexts => (/^zh\b/i.test(lang) ? zh : en)
