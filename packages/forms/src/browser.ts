// The door of @gridwright/forms for browsers: the same verdicts without ajv.
export type { PlaceAnswer } from '@gridwright/core'
export { answerMessage, type AnswerCode, type AnswerIssue } from './answer-issue.ts'
export type { Answer, Answers } from './answers.ts'
export { defaultsOf, fieldsOf, pruneAnswers, type Field, type FieldKind, type FieldOption } from './field.ts'
export { localizeForm, type FormSchema } from './form.ts'
export { compileForm } from './validate-cfworker.ts'
export type { Validate } from './verdict.ts'
