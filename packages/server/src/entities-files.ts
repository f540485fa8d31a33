// The tables of uploaded files: photos by the hash of their bytes, and the journal entries that name them.
import { defineEntity, p } from '@mikro-orm/postgresql'
import { locality, secured } from './entity.ts'

/** A file as one person uploaded it; `id` is `sha256:` and the hash of its bytes. One that is not `used` by an answer within a day is removed. */
const FileTable = defineEntity({
  name: 'FileTable',
  tableName: 'file',
  ...secured,
  indexes: [
    { name: 'file_uploads', properties: ['locality', 'uploaded_by', 'uploaded_at'] },
    { name: 'file_unused', properties: ['locality', 'uploaded_at'], where: 'not used' }
  ],
  properties: {
    locality: locality(),
    id: p.text().primary(),
    uploaded_by: p.text().primary(),
    uploaded_at: p.datetime(),
    type: p.text(),
    bytes: p.blob(),
    used: p.boolean()
  }
})

/** Which journal entries name a file: whoever may see their answers may see it. */
const CaseFileTable = defineEntity({
  name: 'CaseFileTable',
  tableName: 'case_file',
  ...secured,
  properties: {
    locality: locality(),
    file: p.text().primary(),
    case_id: p.uuid().primary(),
    ordinal: p.integer().primary()
  }
})

/** Both, in the order in which they are made. */
export const fileTables = [FileTable, CaseFileTable] as const
