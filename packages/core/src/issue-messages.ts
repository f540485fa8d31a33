import { migrationMessages } from './issue-messages-migration.ts'
import { workflowMessages } from './issue-messages-workflow.ts'

/** The words of issues: code → [zh-CN, en]. `{name}` stands for a parameter. Public API: docs/reference/issues.md is made from it. */
export const issueMessages: Readonly<Record<string, readonly [string, string]>> = {
  'json.syntax': [
    '不是合法的 JSON（{problem}）；看看这里是否少了逗号、引号或括号',
    'not valid JSON ({problem}); look for a missing comma, quote or bracket here'
  ],
  'json.duplicate-key': ['字段 “{name}” 写了两次；留一个', 'field “{name}” is written twice; keep one'],
  'json.too-large': ['文件超过 {limit} 字节；拆成几个文件', 'the file is larger than {limit} bytes; split it'],
  'json.too-deep': ['嵌套超过 {limit} 层；请写得浅一些', 'nested more than {limit} deep; make it flatter'],
  'file.missing': ['缺少文件 {name}；每个属地都要有', 'file {name} is missing; every locality has one'],
  'file.unknown': [
    '不认识的文件 {name}；属地文件夹里没有这种文件',
    'unknown file {name}; a locality folder has none like it'
  ],
  'schema.unknown-field': ['不认识的字段 “{name}”', 'unknown field “{name}”'],
  'schema.missing-field': ['缺少字段 “{name}”：{about}', 'field “{name}” is missing: {about}'],
  'schema.bad-name': [
    '名字 “{name}” 不合写法；应当像 {expected}',
    'the name “{name}” is not written as names are; it should look like {expected}'
  ],
  'schema.choice': ['不能写 {value}', '{value} is not one of the choices'],
  'schema.type': ['这里应当是 {expected}，却是 {actual}', 'this should be {expected} but is {actual}'],
  'schema.pattern': ['{value} 不合写法；应当像 {expected}', '{value} is not written as it should be, like {expected}'],
  'schema.shape': [
    '{value} 不是这里能写的；应当像 {expected}',
    '{value} does not fit here; it should look like {expected}'
  ],
  'schema.limit': ['{value} 超出范围（{keyword} {limit}）', '{value} is out of range ({keyword} {limit})'],
  'schema.repeated': ['{value} 写了两次；留一个', '{value} is listed twice; keep one'],
  'schema.invalid': ['{value} 不合要求（{keyword}）', '{value} does not fit ({keyword})'],
  'name.unknown': ['没有叫 “{name}” 的 {kind}', 'there is no {kind} named “{name}”'],
  'name.unused': [
    '{kind} “{name}” 没有用到；删掉它，或在该用的地方引用',
    '{kind} “{name}” is never used; delete it or refer to it'
  ],
  'time-zone.unknown': ['没有时区 “{name}”', 'there is no time zone “{name}”'],
  'category.circular': [
    '分类自己成了自己的上级；去掉其中一个 parent',
    'the category is its own ancestor; remove one parent'
  ],
  'data.missing': [
    '这里写了应有的数目，却没有 {name}；补上这个文件，或去掉这些数',
    'counts are given here but there is no {name}; add the file or remove the counts'
  ],
  'area.code-digits': [
    '{level} 级的代码应是 {digits} 位数字，却是 “{code}”；改代码，或改 grid.json 的 codeDigits',
    'a code at level {level} has {digits} digits, “{code}” has not; change it, or codeDigits in grid.json'
  ],
  'area.code-parent': [
    '代码 “{code}” 不以上级 “{parent}” 开头；改其中一个',
    'the code “{code}” does not begin with its parent’s “{parent}”; change one of them'
  ],
  'post.too-few': [
    '岗位 “{post}” 在 {area} 有 {count} 人，少于 {limit} 人（共 {areas} 个区域这样）；补上任职，或改 min',
    'post “{post}” is held by {count} at {area}, fewer than {limit} (so in {areas} areas); appoint someone or change min'
  ],
  'post.too-many': [
    '岗位 “{post}” 在 {area} 有 {count} 人，多于 {limit} 人（共 {areas} 个区域这样）；减去多的，或改 max',
    'post “{post}” is held by {count} at {area}, more than {limit} (so in {areas} areas); remove some or change max'
  ],
  'data.malformed': [
    '这一行不成表格（{problem}）；看看是否少了逗号或引号',
    'this row is no table row ({problem}); look for a missing comma or quote'
  ],
  'columns.idle': [
    '列名 “{heading}” 本来就是 {column} 列；不必写，删掉它',
    'the heading “{heading}” is the column {column} anyway; delete this line'
  ],
  'expect.count': [
    '{what} 应有 {expected}，实有 {actual}；补上缺的，或改这个数',
    '{what}: {expected} expected, {actual} found; add what is missing or change the number'
  ],
  'area.outside-layer': [
    '区域 “{code}” 既不在本层的 “{root}” 之内，也不包含它；这一行归另一层，移到那里，或改 locality.json 的 code',
    'area “{code}” is neither within “{root}”, which this layer is for, nor above it; move the row to the layer it belongs to, or change code in locality.json'
  ],

  'layer.missing': [
    '底座 {name} 里没有 locality.json；改路径，或补上底座',
    'there is no locality.json in the base {name}; change the path or add the base'
  ],
  'layer.circular': ['几层互为底座；去掉其中一个 extends', 'these layers stand on each other; remove one extends'],
  'layer.too-many': ['叠了超过 {limit} 层；并掉几层', 'more than {limit} layers stand on each other; merge some'],
  'layer.same-id': [
    '“{name}” 已是底座的标识（{base}）；给这一层另起一个',
    '“{name}” is the base’s own id ({base}); give this layer another'
  ],
  'layer.code-outside': [
    '代码 “{code}” 不在底座的 “{root}” 之内（{base}）；改其中一个',
    'the code “{code}” does not lie within the base’s “{root}” ({base}); change one of them'
  ],
  'layer.closed': [
    '底座定死了 {from}（{base}），这里写的是 {to}；删掉这一处，或在底座的 open 里加上 “{name}”',
    'the base fixes {from} ({base}) and this says {to}; delete it here, or add “{name}” to open in the base'
  ],
  'layer.locked': [
    '底座锁住了 {from}（{base}），收紧也不行；删掉这一处',
    'the base locks {from} ({base}), not even narrower will do; delete it here'
  ],
  'layer.wider': [
    '{to} 不比底座的 {from} 紧（{base}）；这里只能收紧：按同样的写法改紧，或删掉这一处',
    '{to} is not narrower than the base’s {from} ({base}); this may only be narrowed: write less in the same terms, or delete it here'
  ],
  'layer.place-unknown': [
    '没有 “{name}” 这个地方；写成 文件#/指针，指到已有的值',
    'there is no place “{name}”; write file#/pointer to a value that is there'
  ],
  'layer.not-within': [
    '“{name}”（{base}）全属地只有一份，这里的改动只在单独发布这一层时有效；删掉这一处，或改在底座里',
    '“{name}” ({base}) is the same everywhere in the whole; this change holds only where the layer is published by itself: delete it here or make it in the base'
  ],
  'layer.twins': [
    '“{name}” 在 {other} 里已有，写法不同；两处改成一样，或改一个名字',
    '{other} has “{name}” already, written otherwise; write both alike or rename one'
  ],
  'layer.not-open': [
    '“{name}” 已被下层定死或锁住（{base}），这里不能开放；删掉这一项',
    '“{name}” is fixed or locked already ({base}) and cannot be opened here; delete this line'
  ],

  'calendar.years-missing': [
    '时钟 “{clock}” 看节假日，但日历一年也没列；加上 years',
    'clock “{clock}” observes holidays but the calendar lists no year; add years'
  ],
  'calendar.year-gap': ['日历缺 {year} 年；补上这一年', 'the calendar lacks the year {year}; add it'],
  'calendar.date-outside-year': ['{date} 不在 {year} 年；移到它那一年', '{date} is not in {year}; move it to its year'],
  'calendar.range-reversed': ['起止颠倒：{from} 晚于 {to}', '{from} is after {to}; turn them round'],
  'calendar.holiday-repeated': ['{date} 列了两次；留一次', '{date} is listed twice; keep one'],
  'calendar.holiday-and-workday': [
    '{date} 既放假又上班；留一个',
    '{date} is both a holiday and a make-up day; keep one'
  ],
  'calendar.workday-without-effect': [
    '{date} 是星期 {weekday}，本来就上班；删掉',
    '{date} (weekday {weekday}) is a working day anyway; delete it'
  ],
  'calendar.window-empty': [
    '{from} 到 {to} 没有时间；结束要晚于开始',
    'from {from} to {to} is no time; the end must be later'
  ],
  'calendar.window-order': [
    '{from} 应排在 {before} 之前；按先后排列',
    '{from} should come before {before}; put windows in order'
  ],
  'calendar.window-overlap': [
    '{from} 早于上一段的结束 {before}；不要重叠',
    '{from} is before the end {before} of the window above; they must not overlap'
  ],
  'calendar.day-end-before-opening': [
    '一天的截止 {at} 早于上班 {opens}；改晚',
    'the day end {at} is before opening {opens}; make it later'
  ],

  'condition.syntax': ['条件写错了：{problem}', 'the condition is not well formed: {problem}'],
  'condition.type': [
    '条件里类型不对：应当是 {expected}，却是 {actual}',
    'types differ in the condition: {expected} expected, {actual} found'
  ],
  'condition.unknown-name': ['条件里没有 “{name}” 可用', 'there is no “{name}” for this condition'],
  'condition.unguarded': [
    '“{name}” 可能没有填；先写 has({name}) &&',
    '“{name}” may be missing; put has({name}) && before it'
  ],
  'condition.forbidden': ['条件里不能用 “{name}”', '“{name}” may not be used in a condition'],
  'condition.never': [
    '条件永远不成立：它要求的互相矛盾；改写它',
    'the condition never holds: what it asks for contradicts itself; write it anew'
  ],
  'condition.too-complex': [
    '条件太复杂（{name} 超过 {limit}）；拆开写',
    'the condition is too complex ({name} over {limit}); split it'
  ],

  'form.empty': ['表单没有字段；在 properties 里至少写一个', 'the form has no field; declare one in properties'],
  'form.if-unguarded': [
    '“if” 没有要求字段 “{name}”，没填也会通过；在 if 里加 required',
    '“if” does not require “{name}”, so a missing answer passes; add it to required in the if'
  ],
  'form.field-unknown': [
    '没有字段 “{name}”；改正字段名或先声明它',
    'there is no field “{name}”; correct the name or declare it'
  ],
  'form.required-hidden': [
    '字段 “{name}” 只在另一分支里问，这里必填就填不成；把 required 移进那个分支',
    '“{name}” is asked only in another branch; move required there'
  ],
  'form.branch-idle': [
    '“{keyword}” 不起作用：if 要配 then 或 else，then 和 else 要有 if',
    '“{keyword}” does nothing: an if needs then or else, and those need an if'
  ],
  'form.test-impossible': [
    '字段 “{name}” 不可能是 “{value}”；改成它的选项之一',
    '“{name}” can never be “{value}”; use one of its options'
  ],
  'form.type-missing': [
    '字段 “{name}” 没有 type，这里也没有可限制的同名字段；写上 type',
    'field “{name}” has no type and refines no field asked here; add a type'
  ],
  'form.type-conflict': [
    '字段 “{name}” 在这里是 {type}，在别处是 {other}；统一类型或换个名字',
    'field “{name}” is {type} here and {other} elsewhere; use one type or another name'
  ],
  'form.title-missing': ['字段 “{name}” 没有名称；写上 title', 'field “{name}” has no label; add a title'],
  'form.keyword-idle': ['“{keyword}” 对 {type} 类型不起作用；删去它', '“{keyword}” does nothing for {type}; remove it'],
  'form.format-type': [
    'format: {format} 不能配 type: {type}；place 配 object，其余配 string',
    'format {format} does not go with type {type}; place goes with object, all others with string'
  ],
  'form.bounds-reversed': [
    '{low}（{least}）超过或等于 {high}（{most}），没有答案能满足；改正其一',
    '{low} ({least}) leaves nothing below {high} ({most}); correct one of them'
  ],
  'form.pattern-unsupported': [
    '正则式 “{pattern}” 用了不支持的写法或太大；只用字符、字符类、分组、重复和 ^ $',
    'pattern “{pattern}” uses what is not supported or is too large; use characters, classes, groups, repetition, ^ and $'
  ],
  'form.default-invalid': [
    '预先填的答案不合字段自己的要求（{problem}）；改正它',
    'the default breaks the field’s own rules ({problem}); correct it'
  ],
  'form.example-invalid': [
    '示例不合字段自己的要求（{problem}）；改正它',
    'the example breaks the field’s own rules ({problem}); correct it'
  ],
  'form.option-type': [
    '选项 “{value}” 不是 {type}；改正值或类型',
    'option “{value}” is not of type {type}; correct the value or the type'
  ],
  'form.option-duplicate': ['选项 “{value}” 写了两次；删去一个', 'option “{value}” is there twice; remove one'],
  'form.items-open': [
    '列表 “{name}” 没说每一项是什么；在 items 里写选项、format: person、format: photo 或一组字段',
    'list “{name}” does not say what its items are; give items options, format: person, format: photo or fields'
  ],
  'form.group-empty': ['字段组 “{name}” 里没有字段；写上 properties', 'group “{name}” has no field; add properties'],
  'form.too-deep': [
    '字段组 “{name}” 套得太深，最多 {limit} 层；拆成几个字段',
    'group “{name}” is nested more than {limit} deep; flatten it'
  ],

  ...workflowMessages,

  'points.not-a-multiple': [
    '{value} 不是最小单位 {unit} 的整数倍；改积分数，或改账的 unit',
    '{value} is no multiple of the unit {unit}; change it or the ledger’s unit'
  ],
  'rule.event-missing': [
    '事项 “{service}” 的流程没有事件 {event}；改 on，或从 services 里去掉它',
    'the workflow of “{service}” has no event {event}; change on, or take it out of services'
  ],
  'quantity.optional': [
    '“{name}” 可以不填，不填就没有数可算；在表单里设为必填',
    '“{name}” may be left empty, and then there is nothing to count; make it required in its form'
  ],
  'shop.not-spendable': [
    '账 “{name}” 不能换购；改 spendable，或换一本账',
    'points of “{name}” cannot be spent; set spendable, or name another ledger'
  ],
  'party.below-subject': [
    '“{name}” 在 {level} 级，低于被评者所在的 {placeLevel}，找不到人；换上级的岗位',
    '“{name}” is held at {level}, below {placeLevel} where the subjects are, so nobody is found; name a post at or above it'
  ],
  'sheet.worthless': [
    '满分是 0，打分没有意义；写大于 0 的数',
    'the highest mark is 0, so marks say nothing; make it larger'
  ],
  'weights.sum': ['各项权重之和是 {sum}，应当正好是 1；调整权重', 'the weights add up to {sum}, not to 1; change them'],
  'weights.foremost': [
    '要突出 “{name}”（权重 {weight}），但 “{other}” 的权重 {otherWeight} 不比它小；调低它，或改 foremost',
    '“{name}” must stand out (weight {weight}), but “{other}” weighs {otherWeight}; lower it or change foremost'
  ],
  'band.gap': [
    '第一档从 {from} 起，低于它的总分没有等次；第一档写 "0"',
    'the first band begins at {from}, so totals below it have none; begin at "0"'
  ],
  'band.order': [
    '{from} 不高于上一档的 {before}，两档重叠；从低到高排列',
    '{from} is not above {before} of the one before, so they overlap; order them from the lowest up'
  ],
  'band.unreachable': [
    '总分最高 100，到不了 {from}；改低，或删掉这一档',
    'a total is at most 100 and never reaches {from}; lower it or delete the band'
  ],
  'indicator.no-scale': [
    '这种数要说明怎样折成百分；写 scale 或 steps',
    'it must be said how this value becomes points; add scale or steps'
  ],
  'indicator.two-scales': ['scale 和 steps 只能写一个；删掉其中之一', 'scale and steps exclude each other; delete one'],
  'indicator.flat-scale': [
    'from 和 to 都是 {value}，折不成分；改其中一个',
    'from and to are both {value}, which gives no points; change one'
  ],
  'scores.window': [
    '“{name}” 每 {every} 一期，不短于本考评的 {own}；只能取更短的考评',
    '“{name}” has windows of a {every}, no shorter than {own} here; read an evaluation with shorter ones'
  ],
  'scores.subjects': [
    '“{name}” 评的不是同样的人，也不是这些区域的人；换一项考评，或改 subjects',
    '“{name}” judges neither the same subjects nor people of these areas; read another, or change subjects'
  ],
  'pick.idle-credit': [
    '评 {level} 时按案件所在区域算，credit 不起作用；删掉它',
    'for subjects at {level} events count where their case is, so credit changes nothing; delete it'
  ],
  ...migrationMessages
}
