// What a form says by itself, in Chinese and English; messages about answers come from the forms package.

const zh = {
  colon: '：',
  yes: '是',
  no: '否',
  optional: '（选填）',
  sensitive: '（敏感信息，只给经办人看）',
  choose: '请选择',
  clear: '清除',
  addRow: (title: string) => `添加${title}`,
  removeRow: (row: number) => `删除第 ${row} 项`,
  submit: '提交',
  sending: '正在提交…',
  mend: (count: number) => `有 ${count} 处需要修改：`,
  find: '输入姓名查找',
  found: (count: number) => (count === 0 ? '没有找到人' : `找到 ${count} 人`),
  foundMany: (count: number) => `先列出 ${count} 人，输入姓名可查找其他人`,
  searching: '正在查找…',
  failed: '查找不了，请稍后再试',
  chosen: (count: number) => `已选 ${count} 人`,
  nameless: '（未显示姓名）'
}

/** The form's texts of one language. */
export type FormTexts = typeof zh

const en: FormTexts = {
  colon: ': ',
  yes: 'Yes',
  no: 'No',
  optional: ' (optional)',
  sensitive: ' (sensitive: only those who handle it see this)',
  choose: 'Please choose',
  clear: 'Clear',
  addRow: title => `Add: ${title}`,
  removeRow: row => `Remove no. ${row}`,
  submit: 'Submit',
  sending: 'Sending…',
  mend: count => (count === 1 ? 'One answer needs mending:' : `${count} answers need mending:`),
  find: 'Type a name to search',
  found: count => (count === 0 ? 'Nobody found' : count === 1 ? '1 person found' : `${count} people found`),
  foundMany: count => `The first ${count} people; type a name to find others`,
  searching: 'Searching…',
  failed: 'The search does not work right now',
  chosen: count => (count === 1 ? '1 chosen' : `${count} chosen`),
  nameless: '(name not shown)'
}

/** The form's texts for a BCP 47 tag: Chinese for `zh…`, else English. */
export const formTextsIn = (lang: string): FormTexts => (/^zh\b/i.test(lang) ? zh : en)
