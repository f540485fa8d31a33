/** Sentences of the server, zh-CN and en: refusals by code, notices by topic, events of the engine. Codes are public API. */
import { fillTemplate } from '@gridwright/core'

type Pair = readonly [string, string]

const refusals: Readonly<Record<string, Pair>> = {
  'signin.required': ['请先登录', 'Please sign in first'],
  'actor.unknown': ['没有您的登记信息，请联系社区', 'You are not registered here; please ask the community'],
  'service.unknown': ['没有这个事项', 'There is no such service'],
  'service.not-here': ['这个事项不在这里办，请选别处', 'This service is not offered here; please choose another place'],
  'area.unknown': ['没有这个区域', 'There is no such area'],
  'area.wrong-level': ['请选到“{expected}”一级的区域', 'Please choose an area at the level “{expected}”'],
  'channel.not-offered': ['这个事项不走该渠道', 'This service is not offered by that channel'],
  'channel.not-yours': [
    '只有负责录入的工作人员可以走这个渠道',
    'Only the workers who enter orders may use this channel'
  ],
  'applicant.not-yours': ['请为自己提交，或由工作人员代录', 'Please submit for yourself, or have a worker enter it'],
  'applicant.unknown': ['没有找到申请人', 'The applicant was not found'],
  'contact.name-invalid': ['请填写来电人姓名，60 字以内', 'Please give the caller’s name, at most 60 characters'],
  'contact.phone-invalid': ['请填写正确的电话号码', 'Please give a valid phone number'],
  'eligibility.denied': ['{reason}', '{reason}'],
  'answers.invalid': ['有些地方还没有填对', 'Some answers are not right yet'],
  'answers.unexpected': ['这一步不需要填写内容', 'This step takes no answers'],
  'answers.erased': [
    '填过的内容已经删除，无从知道填了什么',
    'What was answered has been erased and cannot be known any more'
  ],
  'file.missing': [
    '照片没有传上来，或放得太久已经清掉；请重新上传',
    'The photo was not uploaded, or waited too long and was removed; please upload it again'
  ],
  'file.too-large': [
    '照片太大：每张最多 {megabytes} MB、{megapixels} 百万像素',
    'The photo is too large: at most {megabytes} MB and {megapixels} megapixels'
  ],
  'file.unreadable': [
    '这个文件读不出来；请换一张 JPEG、PNG 或 WebP 照片',
    'This file cannot be read; please choose a JPEG, PNG or WebP photo'
  ],
  'file.too-many': [
    '一天最多传 {limit} 张照片，请明天再传',
    'At most {limit} photos can be uploaded in a day; please go on tomorrow'
  ],
  'file.unknown': ['没有这张照片，或您无权查看', 'There is no such photo, or you may not see it'],
  'case.unknown': ['没有这个案件，或您无权查看', 'There is no such case, or you may not see it'],
  'case.exists': ['这个编号已经用过', 'This id has been used'],
  'case.closed': ['案件已经结束', 'The case has ended'],
  'case.changed': ['案件刚刚有变化，请刷新后再试', 'The case has just changed; please look again'],
  'case.too-long': ['这个案件的步骤太多了', 'This case has too many steps'],
  'event.unknown': ['没有这个操作', 'There is no such action'],
  'event.not-now': ['现在不能这样做', 'This cannot be done now'],
  'event.not-yours': ['这一步不由您来做', 'This step is not yours to take'],
  'offer.missing': ['这件事没有派给您', 'This was not offered to you'],
  'offer.taken': ['已经被别人接走了', 'Someone else has already accepted it'],
  'offer.closed': ['派单已经收回', 'The offer has been withdrawn'],
  'offer.nobody': ['没有可以派的人', 'There is nobody to offer it to'],
  'offer.not-eligible': ['所选的人不在可派范围内', 'The chosen person may not be offered this'],
  'condition.unmet': ['条件不满足', 'The conditions are not met'],
  'condition.failed': ['条件无法判断，请联系管理员', 'The condition could not be judged; please ask the administrator'],
  'transfer.unknown': ['没有这笔积分', 'There is no such transfer of points'],
  'transfer.not-pending': ['这笔积分已经处理过了', 'This transfer has been settled already'],
  'transfer.not-posted': ['这笔积分没有入账，不能冲正', 'This transfer is not posted and cannot be reversed'],
  'transfer.reversed': ['这笔积分已经冲正过了', 'This transfer has been reversed already'],
  'certifier.not-yours': ['这笔积分不由您认证', 'These points are not yours to certify'],
  'certifier.is-beneficiary': ['自己的积分由别人认证', 'Your own points are certified by someone else'],
  'certifier.same-household': ['家人的积分由别人认证', 'Points of your household are certified by someone else'],
  'points.insufficient': ['积分不够：有 {balance}，需要 {price}', 'Not enough points: {balance} of {price}'],
  'good.unknown': ['没有这件物品', 'There is no such good'],
  'good.sold-out': ['已经换完了', 'It is sold out'],
  'good.limit-reached': [
    '这一期最多换 {limit} 件，您已经换过了',
    'At most {limit} in this period, and you have had them'
  ],
  'shop.not-here': ['这里没有积分超市', 'There is no points shop here'],
  'redemption.not-yours': ['这笔换购不由您办理', 'This redemption is not yours to settle'],
  'batch.too-large': ['一次最多 {limit} 笔', 'At most {limit} at a time'],
  'reason.missing': ['请说明理由', 'Please give a reason'],
  'reason.too-long': ['理由最多 {limit} 字', 'A reason has at most {limit} characters'],
  'command.reused': ['这个编号已用于另一次操作', 'This id was used for another command'],
  'command.id-invalid': ['操作的编号应是小写的 UUID', 'The id of a command must be a UUID in lower case'],
  'command.too-large': ['内容太多，最多 {limit} 个字符', 'This is too much: at most {limit} characters'],
  'command.text-invalid': [
    '内容里有不能保存的字符，请删去后再试',
    'The text holds a character that cannot be kept; please remove it and try again'
  ],
  'evaluation.unknown': ['没有这项考评', 'There is no such evaluation'],
  'window.unknown': ['没有这一期', 'There is no such period'],
  'window.not-begun': ['这一期还没有开始', 'This period has not begun'],
  'window.closed': ['这一期已经截止，不再打分', 'This period is closed to marks'],
  'window.open': [
    '这一期还没有截止，截止后才能公布',
    'This period is still open; scores are published once it is closed'
  ],
  'sheet.unknown': ['没有这张评分表', 'There is no such sheet'],
  'subject.unknown': ['这一期不评他', 'They are not judged in this period'],
  'rating.own': ['自己不能评自己', 'Nobody rates themselves'],
  'rating.not-yours': ['这张表不由您打分', 'This sheet is not yours to fill in'],
  'marks.invalid': ['分数应是 0 到满分之间的数', 'Marks are a number from 0 to the highest mark of the sheet'],
  'score.not-yours': ['这项考评不由您公布', 'These scores are not yours to publish'],
  'score.published': ['这一期已经公布过了', 'The scores of this period are published'],
  'score.unmeasured': [
    '有些事件没法计算，成绩没有公布，请联系管理员',
    'Some events could not be measured and nothing was published; please ask the administrator'
  ],
  'locality.unknown': ['没有发布这个属地', 'This locality is not published'],
  'deadline.none': ['现在没有到期的时限', 'No limit is due now'],
  'migration.other-rules': ['案件已不按计划里原来的规矩', 'The case does not go by the rules that the plan is for'],
  'migration.not-live': [
    '计划里的办法不是案件所在地现行的',
    'What the plan goes over to is not in force where the case is'
  ],
  'migration.pinned': ['计划让它留在原来的规矩', 'The plan leaves it where it is'],
  'migration.state-unknown': [
    '新规矩里没有案件能停的这个状态',
    'The new rules have no such state that a case can rest in'
  ],
  'migration.answers': ['申请时填的内容不合新表单', 'The answers of the application do not fit the new form'],
  'migration.nobody': ['到了那个状态没有人能接着办', 'Nobody could go on with it in that state'],
  'migration.moved-on': [
    '案件转过去之后又办过，或没有按这份计划转',
    'The case has gone on since, or was not moved by this plan'
  ],
  'migration.unplanned': ['计划里没有写它按的这套规矩', 'The plan says nothing of the rules that it goes by'],
  'migration.not-offered': ['案件所在地现在不办这个事项了', 'The service is no longer offered where the case is']
}

const notices: Readonly<Record<string, Pair>> = {
  'case.received': ['您的“{service}”（{number}）已收到', 'Your “{service}” ({number}) has been received'],
  'case.todo': ['“{service}”（{number}）等您处理：{state}', '“{service}” ({number}) waits for you: {state}'],
  'offer.made': ['有一件“{service}”（{number}）可以接单', 'A “{service}” ({number}) is offered to you'],
  'deadline.warned': [
    '“{service}”（{number}）快到时限：{state}',
    '“{service}” ({number}) is close to its limit: {state}'
  ],
  'case.urged': ['请尽快办理“{service}”（{number}）：{state}', 'Please hurry with “{service}” ({number}): {state}'],
  'review.asked': ['“{service}”（{number}）已办好，请评价', '“{service}” ({number}) is done; please say how it was'],
  'points.unearned': [
    '“{service}”（{number}）有一项积分没能计算，未记入存折，请联系管理员',
    'Points of “{service}” ({number}) could not be worked out and were not booked; please ask the administrator'
  ],
  'case.replied': ['“{service}”（{number}）已结束，请看答复', '“{service}” ({number}) has ended; please see the reply']
}

const engineEvents: Readonly<Record<string, Pair>> = {
  SUBMIT: ['提交', 'Submitted'],
  WARNED: ['临近时限，已提醒', 'Warned of the limit'],
  RECOMPUTED: ['按新公布的日历重算时限', 'Limits dated by the new calendar'],
  MIGRATED: ['转到新的规矩', 'Moved to the new rules'],
  UNMIGRATED: ['退回原来的规矩', 'Moved back to the former rules']
}

const words = {
  system: ['系统', 'The system'],
  applicant: ['申请人', 'The applicant'],
  somebody: ['工作人员', 'A worker'],
  whole: ['全程', 'In all']
} as const

/** The message of a refusal; a code without words (an extension's) stands for itself. */
export function refusalText(
  code: string,
  details: Readonly<Record<string, unknown>> | undefined,
  language: string
): string {
  const params = Object.fromEntries(Object.entries(details ?? {}).map(([key, value]) => [key, String(value)]))
  const pair = refusals[code]
  return pair ? fillTemplate(inLanguage(pair, language), params) : code
}

/** The sentence of a notice. */
export function noticeText(topic: string, params: Readonly<Record<string, string>>, language: string): string {
  const pair = notices[topic]
  return pair ? fillTemplate(inLanguage(pair, language), params) : topic
}

/** The label of an engine's own event, or undefined for an event of a workflow. */
export function engineEventText(event: string, language: string): string | undefined {
  const pair = engineEvents[event]
  return pair && inLanguage(pair, language)
}

/** A word for who or what has no name of its own. */
export function wordFor(who: keyof typeof words, language: string): string {
  return inLanguage(words[who], language)
}

function inLanguage(pair: Pair, language: string): string {
  return pair[language.toLowerCase().startsWith('en') ? 1 : 0]
}
