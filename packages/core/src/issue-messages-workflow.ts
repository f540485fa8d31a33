/** The words of issues of workflows: code → [zh-CN, en]. */
export const workflowMessages: Readonly<Record<string, readonly [string, string]>> = {
  'workflow.id-differs': ['流程 id “{id}” 与文件名不同', 'the workflow’s id “{id}” differs from the file’s name'],
  'event.reserved': ['事件名 {event} 由系统专用；换一个', 'the event name {event} is the engine’s own; choose another'],
  'state.no-initial': ['状态 “{state}” 有子状态，要写 initial', 'state “{state}” has child states and needs initial'],
  'state.nested-end': [
    '结束状态 “{state}” 套在别的状态里，案子到不了头；移到最外层',
    'the end “{state}” lies within another state, so the case does not end; move it to the top level'
  ],
  'state.end-goes-on': [
    '结束状态 “{state}” 不能再有事件、子状态、承办人或时限',
    'the end “{state}” can have no events, children, owner or deadlines'
  ],
  'state.no-reply': [
    '案子在 “{state}” 结束却没有答复申请人；写上 meta.reply（件件有回音）',
    'the case ends in “{state}” without a reply to its applicant; add meta.reply'
  ],
  'state.reply-unsent': [
    '“{state}” 不是结束状态，它的 reply 永远不会发出；去掉它，或写上 type: final',
    '“{state}” is no end, so its reply is never sent; remove it or add type: final'
  ],
  'state.unreachable': [
    '状态 “{state}” 到不了；加一个通向它的转换，或删掉它',
    'state “{state}” cannot be reached; add a transition to it or delete it'
  ],
  'state.no-end': [
    '从 “{state}” 走不到任何结束状态；加一条出路',
    'no end can be reached from “{state}”; add a way out'
  ],
  'state.no-owner': ['状态 “{state}” 没有人负责；写上 meta.owner', 'nobody owns state “{state}”; add meta.owner'],
  'state.no-deadline': [
    '状态 “{state}” 没有时限，可能一直等下去；写上 meta.deadlines，或用 meta.noDeadline 说明理由',
    'state “{state}” has no deadline and may wait for ever; add meta.deadlines, or say why not in meta.noDeadline'
  ],
  'deadline.limit-unclear': [
    '时限要么写 within 和 clock，要么写 byCategory',
    'a deadline has either within and clock, or byCategory'
  ],
  'deadline.limit-missing': [
    '事项 “{service}” 的分类 “{category}” 没有环节 “{stage}” 的时限；加到 categories.json',
    'category “{category}” of service “{service}” has no limit for “{stage}”; add it to categories.json'
  ],
  'deadline.beyond-total': [
    '事项 “{service}” 的时限 {limit} 比总时限 “{total}”（{most}）还长，总时限先把案子带走，它永远等不到；缩短它，或放宽总时限',
    'for “{service}” the limit {limit} is longer than “{total}”, that of the whole ({most}), which moves the case on first, so it never expires; shorten it or lengthen that'
  ],
  'deadline.unhandled': [
    '到期事件 {event} 在状态 “{state}” 没有人处理；在 on 里加上它',
    'the expiry {event} is not handled in state “{state}”; add it to on'
  ],
  'deadline.guarded': [
    '到期事件 {event} 的每条出路都有条件，可能一条也不走；最后加一条没有条件的',
    'every way out on {event} is guarded and none may be taken; add a last one without a guard'
  ],
  'deadline.leads-nowhere': [
    '到期事件 {event} 之后会停在 “{state}”，再没有时限推它走；给它自己的时限，或加 target、repeat',
    'after {event} the case may stay in “{state}” with no limit left to move it; give it one of its own, or add a target or repeat'
  ],
  'deadline.repeat-idle': [
    '一到期（{event}）就离开了这个状态，repeat 永远用不上；去掉 repeat，或去掉 {event} 的 target',
    'the case leaves the state on {event}, so repeat is never used; remove repeat, or the target of {event}'
  ],
  'deadline.round': [
    '光靠到期就会从 “{state}” 一直兜回 “{state}”；在其中一步上报（raise）或结束',
    'expiries alone lead from “{state}” back to “{state}” for ever; raise or end on one of them'
  ],
  'raise.no-ladder': ['要上报或由 rung 负责，先在 meta.ladder 写出阶梯', 'raise and rung need meta.ladder'],
  'raise.unhandled': [
    '到顶事件 {event} 在状态 “{state}” 没有人处理；在 on 里加上它',
    '{event}, sent at the top, is not handled in state “{state}”; add it to on'
  ],
  'raise.guarded': [
    '到顶事件 {event} 在状态 “{state}” 的每条出路都有条件，可能一条也不走；最后加一条没有条件的',
    'every way out on {event}, sent at the top in state “{state}”, is guarded and none may be taken; add a last one without a guard'
  ],
  'review.unhandled': [
    '评价 {event}（尺度 {scale}）在状态 “{state}” 没有人处理；在 on 里加上它',
    'the review {event} of scale {scale} is not handled in state “{state}”; add it to on'
  ],
  'offer.too-many': [
    '“{name}” 最多可选 {most} 人，而一次最多派给 {limit} 人；把它的 maxItems 写小',
    '“{name}” lets {most} people be chosen, but an offer names at most {limit}; lower its maxItems'
  ],
  'offer.nobody': [
    '{event} 派给 {parties}，而那时这里面没有人；改 among，写岗位或登记类别',
    '{event} offers among {parties}, which then is nobody; name a post or a registration in among'
  ],
  'event.nobody': [
    '{event} 在状态 “{state}” 由 {parties} 发出，而案件走到这里时从来没有这样的人；改 by 或 owner',
    '{event} in state “{state}” is for {parties} to send, who is never anybody there; change by or owner'
  ],
  'state.nobody': [
    '状态 “{state}” 没有时限推动，而走到这里时可能没有人能办下去；改 owner，或加一个时限',
    'no limit moves a case on in state “{state}”, and there may be nobody who can; change owner, or add a deadline'
  ],
  'party.below-place': [
    '“{name}” 在 {level} 级，低于事项 “{service}” 的落点 {placeLevel}，找不到人；调整层级',
    '“{name}” is held at {level}, below {placeLevel} where cases of “{service}” are placed, so nobody is found; change a level'
  ],
  'transition.never-taken': [
    '{event} 的第 {before} 条没有条件，后面的永远走不到；调整先后或加条件',
    'way {before} of {event} has no guard, so those after it are never taken; reorder them or add a guard'
  ],
  'transition.shadowed': [
    '{event} 的第 {way} 条永远走不到：它的条件成立时，前面总有一条先成立；调整先后，或改条件',
    'way {way} of {event} is never taken: wherever its guard holds, an earlier one does; reorder them or change a guard'
  ],
  'transition.idle-reenter': [
    'reenter 在这里不起作用：只有转到本状态或它的子状态，写 true 才会重新进入；删掉它',
    'reenter changes nothing here: only with true, and a target that is this state or within it, is it entered anew; delete it'
  ]
}
