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
  nameless: '（未显示姓名）',
  addPhoto: '拍照或选照片',
  uploading: '正在上传…',
  noPhoto: '没有成功，请重试',
  unreadable: '读不出来，请换一张',
  retry: '重试',
  photosLate: '照片还没有都传上去：请稍等，或重试、删除',
  locate: '用我的位置',
  locating: '正在取位置…',
  located: '已附上位置',
  noPosition: '取不到位置：请在上面写明地点，或在浏览器里允许使用位置'
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
  nameless: '(name not shown)',
  addPhoto: 'Take or choose a photo',
  uploading: 'Uploading…',
  noPhoto: 'That did not work; please try again',
  unreadable: 'Cannot be read; please choose another',
  retry: 'Try again',
  photosLate: 'Some photos have not arrived: wait a moment, try again or remove them',
  locate: 'Use my position',
  locating: 'Finding your position…',
  located: 'Position attached',
  noPosition: 'No position: please say where it is, or allow the browser to tell'
}

/** The form's texts for a BCP 47 tag: Chinese for `zh…`, else English. */
export const formTextsIn = (lang: string): FormTexts => (/^zh\b/i.test(lang) ? zh : en)
