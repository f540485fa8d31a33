// The door of @gridwright/forms: what people fill in.
export { answerMessage, type AnswerCode, type AnswerIssue } from './answer-issue.ts'
export type { Answer, Answers } from './answers.ts'
export { checkForms } from './check-forms.ts'
export { defaultsOf, fieldsOf, pruneAnswers, type Field, type FieldKind, type FieldOption } from './field.ts'
export { localizeForm, type FormSchema } from './form.ts'
export { photosIn, type AnsweredPhoto } from './photos.ts'
export { compileForm } from './validate-ajv.ts'
export type { Validate } from './verdict.ts'
