// What the rating sheets say by themselves, in Chinese and English. Labels of evaluations and sheets come from the server.

const zh = {
  ratings: '我的评分表',
  noRatings: '现在没有要您打分的',
  toRate: (count: number) => `还有 ${count} 个没打`,
  allRated: '都打完了',
  rated: (done: number, all: number) => `已打 ${done} / ${all}`,
  takesMarks: '打分截止',
  closed: '已经截止，不再打分',
  marks: (highest: string) => `0 到 ${highest} 分`,
  marksWrong: (highest: string) => `请填 0 到 ${highest} 之间的数`,
  given: (marks: string) => `已打 ${marks} 分`,
  notGiven: '还没打',
  notSaved: '还没保存',
  save: '保存',
  saveFor: (who: string) => `保存 ${who}`
}

/** The texts of one language; each language has them all. */
export type RatingTexts = typeof zh

const en: RatingTexts = {
  ratings: 'My rating sheets',
  noRatings: 'Nothing for you to rate right now',
  toRate: count => `${count} left to rate`,
  allRated: 'All rated',
  rated: (done, all) => `${done} of ${all} rated`,
  takesMarks: 'Takes marks',
  closed: 'Closed: no more marks are taken',
  marks: highest => `0 to ${highest} marks`,
  marksWrong: highest => `Please give a number from 0 to ${highest}`,
  given: marks => `You gave ${marks}`,
  notGiven: 'No marks yet',
  notSaved: 'Not saved yet',
  save: 'Save',
  saveFor: who => `Save ${who}`
}

/** The texts for a BCP 47 tag: Chinese for `zh…`, else English. */
export const ratingTextsIn = (lang: string): RatingTexts => (/^zh\b/i.test(lang) ? zh : en)
