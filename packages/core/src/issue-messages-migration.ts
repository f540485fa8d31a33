/** The words of issues in migration plans, as those of `issueMessages` that they are a part of. */
export const migrationMessages: Readonly<Record<string, readonly [string, string]>> = {
  'migration.elsewhere': [
    '这份计划是 “{locality}” 的；换成本属地的计划',
    'this plan is for “{locality}”; use one of this locality'
  ],
  'migration.not-live': [
    '计划要转到版本 {release}，现行的是 {live}；重新写一份计划',
    'the plan goes over to release {release} but {live} is live; write a new plan'
  ],
  'migration.twice': [
    '“{service}” 的同一套规矩写了两遍；留一处',
    'the same rules of “{service}” stand here twice; keep one'
  ],
  'migration.rules-unknown': [
    '现行版本里 “{service}” 没有 {hash} 这套办法；重新写一份计划',
    'the live release has no procedure {hash} of “{service}”; write a new plan'
  ],
  'migration.state-open': [
    '“{state}” 的案件往哪儿转还没有定；写新规矩里的状态，或写 null 让它们留在原来的规矩',
    'it is not decided where the cases in “{state}” go on; write a state of the new rules, or null to leave them where they are'
  ],
  'migration.state-missing': [
    '没有写 “{state}” 的案件往哪儿转；补上，或写 null 让它们留在原来的规矩',
    'it is not said where the cases in “{state}” go on; add it, or null to leave them where they are'
  ],
  'migration.answer-open': [
    '字段 “{name}” 怎么办还没有定；写新名字或填什么，不要的移到 drop',
    'it is not decided what becomes of the field “{name}”; write its new name or what to fill in, or move it to drop'
  ]
}
