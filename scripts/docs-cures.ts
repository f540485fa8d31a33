// What to do about each issue of `gridwright check`, zh-CN and en, beyond what its message says; shown in docs/reference/issues.md.

/** Issue code → what to do. A code may stand without one: its message then says it all. */
export const cures: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'json.syntax': [
    '错处常在所指位置的前一行：少逗号、引号用了中文的、括号没配对。用能识别 JSON 的编辑器打开，它会标红。',
    'The slip is often on the line before: a missing comma, a curly quote, an unclosed bracket. An editor that knows JSON marks it.'
  ],
  'json.duplicate-key': [
    '同一对花括号里，一个名字只能出现一次；后写的会盖掉先写的，所以不许写两遍。',
    'A name may occur once between two braces; the second would silently replace the first.'
  ],
  'json.too-large': [
    '把大表放进 `data/` 的 CSV，把流程、表单分成几个文件。',
    'Put long tables into CSV under `data/`; split workflows and forms into files.'
  ],
  'json.too-deep': [
    '把深处的内容移到外层；流程的嵌套状态一般两层就够。',
    'Move what is deep outwards; two levels of nested states are usually enough.'
  ],
  'file.missing': [
    '`locality.json`、`calendar.json`、`grid.json`、`posts.json`、`categories.json` 每个属地都要有。从 `gridwright init` 新建的文件夹里拷一份来改。',
    'Every locality has `locality.json`, `calendar.json`, `grid.json`, `posts.json` and `categories.json`. Copy the missing one from a fresh `gridwright init`.'
  ],
  'file.unknown': [
    '文件名写错了，或放错了地方：事项在 `services/`，表单在 `forms/`，流程在 `workflows/`，情景在 `tests/`，表格在 `data/`。',
    'The name is misspelt or the place is wrong: services, forms, workflows and scenarios go to `services/`, `forms/`, `workflows/` and `tests/`, tables to `data/`.'
  ],
  'schema.unknown-field': [
    '看提示里最像的字段名；全部字段见[配置参考](config/README.md)。不认识的字段不会起作用，所以不许写。',
    'Take the suggested name; all fields stand in the [config reference](config/README.md). An unknown field would do nothing, so it is refused.'
  ],
  'schema.missing-field': ['照冒号后面的说明补上这个字段。', 'Add the field, as the words after the colon say.'],
  'schema.bad-name': [
    '标识用小写字母、数字、连字符；事件名用大写字母；字段名用字母开头。',
    'Identifiers are lower-case with hyphens, events upper-case; fields begin with a letter.'
  ],
  'schema.choice': ['只能从列出的几个里选。', 'Choose one of those that are listed.'],
  'schema.type': [
    '常见的是数字多写了引号，或该写列表 `[ ]` 的地方只写了一项。',
    'Often a number in quotes, or one item where a list `[ ]` belongs.'
  ],
  'schema.pattern': [
    '照提示里的样子写；时长写成 `PT4H`（4 小时）、`P3D`（3 天）。',
    'Write it like the example; durations are `PT4H` (4 hours), `P3D` (3 days).'
  ],
  'schema.shape': [
    '这里可以有几种写法，您写的哪种都不像；照提示里的样子改。',
    'Several forms are allowed here and this is none of them; follow the example.'
  ],
  'schema.limit': ['改到范围以内；太长的内容拆开。', 'Bring it within the bounds; split what is too long.'],
  'schema.invalid': [
    '对照[配置参考](config/README.md)里这个字段的一行。',
    'Compare the row of this field in the [config reference](config/README.md).'
  ],
  'name.unknown': [
    '名字拼错了，或它指的东西还没写：岗位在 `posts.json`，时钟在 `calendar.json`，分类在 `categories.json`，表单、流程各是一个文件。',
    'The name is misspelt, or what it names is not there yet: posts stand in `posts.json`, clocks in `calendar.json`, categories in `categories.json`; a form or workflow is a file.'
  ],
  'name.unused': [
    '没有用到的配置什么也不改变，容易误导人。',
    'Config that nothing refers to changes nothing and misleads its readers.'
  ],
  'time-zone.unknown': ['中国各地写 `Asia/Shanghai`。', 'All of China uses `Asia/Shanghai`.'],
  'category.circular': ['顺着路径看，把其中一个 `parent` 去掉。', 'Follow the path and remove one `parent`.'],
  'data.malformed': [
    '用表格软件另存为 CSV（UTF-8）；内容里有逗号的格子要加双引号。',
    'Save as CSV (UTF-8) from a spreadsheet; cells with a comma need double quotes.'
  ],
  'expect.count': [
    '`expect` 是您自己写下的应有数：先看数据少了谁、多了谁，再决定改哪一边。',
    '`expect` is the number you wrote down: see which rows are missing or extra, then decide which side to change.'
  ],

  'area.outside-layer': [
    '每一层只管自己的区域：locality.json 的 code 那一个、它下面的，和它上面一路到顶的。别处的区域写在别处那一层的 `data/areas.csv`。',
    'A layer has its own areas only: the one named by code in locality.json, those below it, and those above it up to the top. Others belong to the `data/areas.csv` of their own layer.'
  ],
  'layer.missing': [
    '`extends` 写从这个文件夹到底座文件夹的相对路径，如 `../chengdu`；那里要有 `locality.json`。',
    '`extends` is the path from this folder to that of the base, such as `../chengdu`, where a `locality.json` must be.'
  ],
  'layer.circular': [
    '从下往上只能是一条线：市、区、街道、社区。提示里的路径走了一圈；在该当最下层的那个文件夹里删掉 `extends`。',
    'Layers are one line upwards: city, district, street, community. The path shown comes back to its start; delete `extends` in the folder that should be the lowest.'
  ],
  'layer.too-many': [
    '行政层级没有这么多；把只有一两行的层并进上一层或下一层。',
    'No administration has as many; merge a layer of a line or two into its neighbour.'
  ],
  'layer.not-within': [
    '和底座一起发布时，岗位的权限、网格、节假日这些全属地只有一份；按区域有效的只有事项、表单、流程、时限、时钟和积分规则。',
    'Published with its base, rights of posts, the grid and holidays are one for the whole; what holds by area are services, forms, workflows, limits, clocks and earning rules.'
  ],
  'layer.twins': [
    '两层和底座一起发布，是同一个属地，一个名字只能有一个意思；名字里带上地方就不会撞。',
    'Layers published with their base are one locality, where a name means one thing; a name with the place in it never clashes.'
  ],
  'layer.same-id': [
    '每一层发布出来是一个单独的属地，标识不能相同。',
    'Each layer, once published, is a locality of its own, so its id must be its own.'
  ],
  'layer.code-outside': [
    '一层只能在底座的范围里：它的区划代码以底座的代码开头。',
    'A layer lies within its base: its division code begins with that of the base.'
  ],
  'layer.closed': [
    '上一层没有开放的地方，下面只能照用。要改，先同管底座的人商量：由他们在 `open` 里写上这个地方，或由您删掉这一处。[分层](../guide/zh/layers.md)讲哪些可以加、哪些可以收紧。',
    'What a base does not leave open holds for all who stand on it. Talk to those who keep the base: they add the place to `open`, or you delete it here. What may be added and narrowed is told in [layers](../guide/en/layers.md).'
  ],
  'layer.locked': [
    '锁住的地方谁也不能动。确有必要，请管底座的人从 `locked` 里去掉。',
    'Nobody may touch what is locked. If it must change, those who keep the base take it out of `locked`.'
  ],
  'layer.wider': [
    '可以收紧：时限更短（时钟不变，天和小时分别比，不换算）、渠道更少、资格条件在原条件后面加 `&& …`、封顶更低、人员和可见范围更严。放宽不行。',
    'Narrower is: a shorter limit on the same clock (days and hours are compared each by itself), fewer channels, the base’s condition with `&& …` after it, a lower cap, stricter staffing and sight. Wider is refused.'
  ],
  'layer.place-unknown': [
    '指针和检查报错里的一样，如 `services/report.json#/summary`；整个文件就只写文件名。',
    'Pointers are those that check prints, such as `services/report.json#/summary`; for a whole file write its name alone.'
  ],
  'layer.not-open': [
    '开放是定规矩的那一层的事：中间一层只能开放自己加的，或下面已经开放的。',
    'Opening is up to the layer that made the rule: one in the middle may open what it added itself, or what is open below.'
  ],
  'calendar.years-missing': [
    '按国务院办公厅的通知写上每年的放假日和补班日；或给时钟写 `"observesHolidays": false`，只看星期。',
    'Add each year’s holidays and make-up days as announced, or give the clock `"observesHolidays": false`.'
  ],
  'calendar.year-gap': [
    '列出的年份要连着，否则跨年的时限算不出来。',
    'The years must follow one another, or limits that cross the gap cannot be dated.'
  ],
  'calendar.date-outside-year': [
    '跨年的假期分开写在两年里。',
    'Split a holiday that crosses New Year between both years.'
  ],
  'calendar.range-reversed': [
    '`from` 是首日，`to` 是末日，两头都算。',
    '`from` is the first day, `to` the last; both count.'
  ],
  'calendar.holiday-repeated': [
    '看看是否既在一段里，又单独列了一次。',
    'See whether it stands in a range and alone as well.'
  ],
  'calendar.holiday-and-workday': [
    '补班日不能落在放假的日子里；核对通知。',
    'A make-up day cannot fall on a day off; compare the announcement.'
  ],
  'calendar.workday-without-effect': [
    '补班日应是星期六或星期日；多半是日期抄错了。',
    'A make-up day is a Saturday or Sunday; the date is probably mistyped.'
  ],
  'calendar.window-empty': [
    '过午夜的班次拆成两段：到 `24:00`，再从 `00:00` 起。',
    'Split a shift over midnight: until `24:00`, then from `00:00`.'
  ],
  'calendar.window-order': ['从早到晚排列。', 'Put them from morning to evening.'],
  'calendar.window-overlap': ['前一段的结束不能晚于后一段的开始。', 'A window may not end after the next begins.'],
  'calendar.day-end-before-opening': [
    '`dayEnds.at` 应在上班以后，通常就是下班时刻。',
    '`dayEnds.at` lies after opening, usually at closing time.'
  ],

  'condition.syntax': [
    '条件是 CEL 表达式：文字用单引号，“并且”是 `&&`，“或者”是 `||`，相等是 `==`。',
    'Conditions are CEL: text in single quotes, `&&` for and, `||` for or, `==` for equals.'
  ],
  'condition.type': [
    '数字不能和文字比；日期之间用 `days(a, b)`，岁数用 `age(出生日期)`。',
    'A number cannot be compared with text; use `days(a, b)` between dates, `age(birth)` for years.'
  ],
  'condition.unknown-name': [
    "可用的：事项里有 `answers`、`actor`、`applicant`、`area`、`now`、`today`；流程里另有 `case`、`form`、`history.count('EVENT')`。",
    "In a service: `answers`, `actor`, `applicant`, `area`, `now`, `today`; in a workflow also `case`, `form` and `history.count('EVENT')`."
  ],
  'condition.unguarded': [
    '选填的答案可能没有；例如 `has(answers.age) && answers.age >= 60`。',
    'An optional answer may be missing: `has(answers.age) && answers.age >= 60`.'
  ],
  'condition.forbidden': [
    '比对文字写法用 `re(文字, 式样)`；它不会卡住。',
    'To match text use `re(text, pattern)`, which cannot hang.'
  ],
  'condition.never': [
    '例：`answers.days < 3 && answers.days > 5`；两个里要的是其中之一，就写 `||`。',
    'For example `answers.days < 3 && answers.days > 5`; where either will do, write `||`.'
  ],
  'condition.too-complex': ['拆成几条转换，各写一部分条件。', 'Split it over several transitions.'],

  'form.if-unguarded': [
    '例：`"if": { "properties": { "kind": { "const": "other" } }, "required": ["kind"] }`；少了 `required`，还没选时分支就已经打开。',
    'For example `"if": { "properties": { "kind": { "const": "other" } }, "required": ["kind"] }`; without `required` the branch is open before anything is chosen.'
  ],
  'form.required-hidden': [
    '字段只在某个 `then` 里问，就把它的名字写进那个 `then` 的 `required`。',
    'A field asked only in a `then` belongs into the `required` of that `then`.'
  ],
  'form.branch-idle': [
    '`if` 说什么时候，`then` 说成立时问什么，`else` 说不成立时问什么。',
    '`if` says when, `then` what is asked if it holds, `else` what if not.'
  ],
  'form.type-missing': [
    '文字写 `"type": "string"`，数写 `"number"`，是否写 `"boolean"`，多选写 `"array"`。',
    'Text is `"type": "string"`, a number `"number"`, yes or no `"boolean"`, several choices `"array"`.'
  ],
  'form.format-type': [
    '地点：`{ "type": "object", "format": "place" }`；照片：`{ "type": "string", "format": "photo" }`。',
    'A place: `{ "type": "object", "format": "place" }`; a photo: `{ "type": "string", "format": "photo" }`.'
  ],
  'form.items-open': [
    '多选：`"items": { "type": "string", "enum": ["早", "晚"] }`；选人：`"items": { "type": "string", "format": "person" }`；照片把 person 换成 photo。',
    'Choices: `"items": { "type": "string", "enum": ["morning", "evening"] }`; people: `"items": { "type": "string", "format": "person" }`; photos: the same with photo.'
  ],
  'form.pattern-unsupported': [
    '电话、日期用 `format`；其余用简单的式样，如 `^[A-Z]{2}\\d{4}$`。',
    'Use `format` for phone numbers and dates, and simple patterns such as `^[A-Z]{2}\\d{4}$` for the rest.'
  ],

  'workflow.id-differs': ['文件改名时 `id` 也要改。', 'Rename both together.'],
  'event.reserved': [
    '`SUBMIT`、`WARNED`、`RECOMPUTED`、`MIGRATED`、`UNMIGRATED` 由系统写进流水。',
    '`SUBMIT`, `WARNED`, `RECOMPUTED`, `MIGRATED` and `UNMIGRATED` are written by the engine.'
  ],
  'state.no-initial': ['`initial` 写进入时先到哪个子状态。', '`initial` names the child in which the case begins.'],
  'state.nested-end': [
    '把 `"type": "final"` 的状态移到最外层 `states`。',
    'Move the state with `"type": "final"` to the outermost `states`.'
  ],
  'state.end-goes-on': [
    '结束就是结束；要能再办，就不要写 `final`。',
    'An end is an end; if the case may go on, it is not `final`.'
  ],
  'state.no-reply': [
    '在 `meta.replies` 写答复的话，在结束状态的 `meta.reply` 写它的名字。',
    'Write the words in `meta.replies` and name them in the end’s `meta.reply`.'
  ],
  'state.unreachable': ['多半是某个 `target` 写成了别的状态。', 'Usually some `target` names another state.'],
  'state.no-end': [
    '提示里的路径说明案子怎样走到这里；从这里加一条通向结束状态的转换。',
    'The path in the hint shows how a case gets here; add a way from here to an end.'
  ],
  'state.no-owner': [
    '`owner` 决定案子在谁的待办里：`applicant`、`assignee`、`rung`，或某个岗位 `{ "post": "…" }`。',
    '`owner` decides whose to-do list the case is on: `applicant`, `assignee`, `rung`, or a post `{ "post": "…" }`.'
  ],
  'state.no-deadline': [
    '例：`"deadlines": { "accept": { "within": "PT4H", "clock": "work", "onExpire": "UNACCEPTED" } }`，再在 `on` 里处理 `UNACCEPTED`。',
    'For example `"deadlines": { "accept": { "within": "PT4H", "clock": "work", "onExpire": "UNACCEPTED" } }`, with `UNACCEPTED` handled in `on`.'
  ],
  'deadline.limit-unclear': [
    '直接写 `within` 和 `clock`；或只写 `byCategory`，时限放在 `categories.json`。',
    'Write `within` and `clock`; or `byCategory` alone, with the limit in `categories.json`.'
  ],
  'deadline.limit-missing': [
    '时限可以写在这个分类，也可以写在它的上级分类。',
    'The limit may stand in the category or in one above it.'
  ],
  'deadline.unhandled': [
    '到期了要有去处：在这个状态的 `on` 里加上该事件。',
    'An expiry needs somewhere to go: add the event to this state’s `on`.'
  ],
  'deadline.guarded': [
    '到期时系统不能无路可走；最后一条不写 `guard`。',
    'On expiry there must be a way; leave the last one without `guard`.'
  ],
  'deadline.beyond-total': [
    '总时限一到就办结，一步的时限要短于它，同一个时钟上比较。',
    'The limit of the whole ends the case, so that of a step must be shorter, on the same clock.'
  ],
  'deadline.leads-nowhere': [
    '催办要写 `repeat`，说明隔多久、最多几次、用完怎么办。',
    'To urge again, write `repeat`: how often, how many times, and what then.'
  ],
  'deadline.round': [
    '到期只会兜圈子的案子永远办不完；让其中一步 `raise`，阶梯到顶就停。',
    'Such a case never ends; let one step `raise`: the ladder has a top.'
  ],
  'raise.no-ladder': [
    '`meta.ladder` 自下而上列出岗位，例 `[{ "post": "window" }, { "post": "street-officer" }]`。',
    '`meta.ladder` lists posts from the lowest up: `[{ "post": "window" }, { "post": "street-officer" }]`.'
  ],
  'raise.unhandled': [
    '升到顶时系统发 `atTop` 的事件；案子那时所在的状态要处理它。',
    'At the top the engine sends `atTop`; the state in which the case then is must handle it.'
  ],
  'review.unhandled': [
    '评价尺度里的每个事件，都要在这个状态的 `on` 里有去处。',
    'Every event of the scale needs a way in this state’s `on`.'
  ],
  'offer.nobody': [
    '`assignee` 要有人接了单才有，`offered` 要派单还开着才有，`system` 从来不是人；写 `{ "post": "…" }` 或 `{ "registration": "…" }`。',
    '`assignee` is somebody only once the case is taken, `offered` only while an offer is open, `system` never; write `{ "post": "…" }` or `{ "registration": "…" }`.'
  ],
  'event.nobody': [
    '派了单才有 `offered`，接了单才有 `assignee`；先有 `offer`，或让岗位、申请人来发。',
    'There is `offered` only after an `offer`, and `assignee` only once it is taken: offer first, or let a post or the applicant send it.'
  ],
  'state.nobody': [
    '写了 `noDeadline` 的状态要有人走得出去：让岗位或申请人发其中一个事件。',
    'A state with `noDeadline` needs somebody who can leave it: let a post or the applicant send one of its events.'
  ],
  'party.below-place': [
    '案件落在社区，就找不到只在网格任职的人；把岗位的层级提高，或把 `placeLevel` 降低。',
    'A case placed at a community finds nobody whose post is held at a grid; raise the post’s level or lower `placeLevel`.'
  ],
  'transition.idle-reenter': [
    '转到别的状态时，时限总会重新起算，不用写 `reenter`。',
    'On the way to another state limits begin anew in any case, without `reenter`.'
  ],
  'transition.never-taken': [
    '有条件的写在前面，没条件的放最后。',
    'Put those with a guard first and the one without last.'
  ],
  'transition.shadowed': [
    '先写窄的（`answers.days > 10`），再写宽的（`answers.days > 5`）。',
    'Put the narrow one first (`answers.days > 10`), then the wide one (`answers.days > 5`).'
  ],

  'migration.elsewhere': [
    '计划里记着属地、版本和办法的哈希，别处用不上；用 `gridwright migrate <属地> --plan` 重新写。',
    'A plan names hashes of one locality’s rules and fits no other; write one with `gridwright migrate <locality> --plan`.'
  ],
  'migration.not-live': [
    '审计划的时候又发布了新版本：重新写一份，把定好的抄过去。',
    'Something was published while the plan was reviewed: write it anew and carry over what was decided.'
  ],
  'migration.state-open': [
    '看这个状态里的案件在等什么，新规矩里哪一步等的是同样的事。[例子](../guide/zh/releases.md)。',
    'Ask what these cases wait for, and which step of the new rules waits for the same. [An example](../guide/en/releases.md).'
  ],
  'migration.answer-open': [
    '`rename` 里写新字段名；`default` 里写没回答的填什么；整条移到 `drop` 就是不要了。',
    'Name the new field in `rename`, the value for whoever has not answered in `default`, or move the field to `drop`.'
  ]
}
