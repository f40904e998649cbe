<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutLine</name>
    <message>
        <source>Name of the scenario</source>
        <translation>方案名称</translation>
    </message>
    <message>
        <source>Who pays</source>
        <translation>费用承担</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>AppContext</name>
    <message>
        <source>Something went wrong inside the program; nothing was changed. Please send the details to support.</source>
        <translation>程序内部出错，数据没有改动。请把详细信息发给技术支持。</translation>
    </message>
</context>
<context>
    <name>AttributePanel</name>
    <message>
        <source>New attribute</source>
        <translation>新属性</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>All four positions are in use: an item has at most four values.</source>
        <translation>四个位置均已使用：每个物料最多四个属性值。</translation>
    </message>
    <message>
        <source>Items have here: {values}</source>
        <translation>物料在此位置的值：{values}</translation>
    </message>
    <message>
        <source>No item has a value here yet: write it at the items.</source>
        <translation>还没有物料在此位置有值：请在物料中填写。</translation>
    </message>
    <message>
        <source>parts add up</source>
        <translation>各属性相加</translation>
    </message>
    <message>
        <source>the longest part counts</source>
        <translation>取最长的</translation>
    </message>
    <message>
        <source>the first part that differs counts</source>
        <translation>取首个不同的</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>属性序</translation>
    </message>
    <message>
        <source>Which of the four values of an item it is.</source>
        <translation>对应物料四个换型属性值中的哪一个。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What differs: mould, colour, length …</source>
        <translation>订单之间不同的是什么：模具、颜色、长度等。</translation>
    </message>
    <message>
        <source>Where no pair fits, a change takes so long.</source>
        <translation>没有适用的行时，转换需要的分钟数。</translation>
    </message>
    <message>
        <source>Where no pair fits, a change is forbidden.</source>
        <translation>没有适用的行时，禁止转换。</translation>
    </message>
    <message>
        <source>Shortest run, min</source>
        <translation>最短连产，分钟</translation>
    </message>
    <message>
        <source>Several parts</source>
        <translation>合并规则</translation>
    </message>
    <message>
        <source>How the attributes of this work centre are put together.</source>
        <translation>本工作中心各属性的时间如何合并。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>So long should be run before the next change. Plans keep it where that pays; 0 = any length.</source>
        <translation>换上后至少连续加工这么久再换。排程在划算时尽量做到；0 = 不限。</translation>
    </message>
    <message>
        <source>Not listed, min</source>
        <translation>未列出时，分钟</translation>
    </message>
    <message>
        <source>not listed: forbidden</source>
        <translation>未列出的不许换</translation>
    </message>
</context>
<context>
    <name>BomColumns</name>
    <message>
        <source>Component</source>
        <translation>子件</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>用量</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>占</translation>
    </message>
    <message>
        <source>Per</source>
        <translation>基数</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Loss %</source>
        <translation>损耗%</translation>
    </message>
    <message>
        <source>For 1 {unit}</source>
        <translation>每 1 {unit}</translation>
    </message>
    <message>
        <source>At step</source>
        <translation>消耗工序</translation>
    </message>
    <message>
        <source>Counted</source>
        <translation>计量方式</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Alternative</source>
        <translation>替代组</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>order</source>
        <translation>每单</translation>
    </message>
    <message>
        <source>the whole</source>
        <translation>总量</translation>
    </message>
    <message>
        <source>{step} (no such step)</source>
        <translation>{step}（无此工序）</translation>
    </message>
    <message>
        <source>{quantity} an order</source>
        <translation>每单 {quantity}</translation>
    </message>
    <message>
        <source>What one of the item at the top takes in all, with every loss</source>
        <translation>做 1 个最上层物料总共需要多少，已含各级损耗</translation>
    </message>
    <message>
        <source>For each piece, once an order, at each setup, or in per cent</source>
        <translation>按件、每单一次、每次换型或百分比</translation>
    </message>
    <message>
        <source>This item holds itself.</source>
        <translation>该物料包含了自己。</translation>
    </message>
    <message>
        <source>An alternative: another line of its group is taken first.</source>
        <translation>替代料：同组中另一行优先使用。</translation>
    </message>
    <message>
        <source>Comes out of the work; it is not needed for it.</source>
        <translation>这是产出，不是消耗。</translation>
    </message>
    <message>
        <source>This item is retired.</source>
        <translation>该物料已停用。</translation>
    </message>
    <message>
        <source>No order makes it: orders take what it holds.</source>
        <translation>不单独下单：订单直接领用它的组成。</translation>
    </message>
    <message>
        <source>Show quantities as written to change what they are for.</source>
        <translation>切换到“原样显示”后才能修改基数。</translation>
    </message>
    <message>
        <source>A quantity in per cent is of the whole.</source>
        <translation>百分比用量以总量为基数。</translation>
    </message>
    <message>
        <source>A quantity in per cent has no unit.</source>
        <translation>百分比用量没有单位。</translation>
    </message>
    <message>
        <source>Its units do not convert: it cannot be shown on this basis.</source>
        <translation>单位无法换算，不能按此基数显示。</translation>
    </message>
</context>
<context>
    <name>BomEditor</name>
    <message>
        <source>Sum of the per cents: {sum} %</source>
        <translation>百分比合计：{sum} %</translation>
    </message>
    <message>
        <source>Material for 1 {unit}: {cost} {currency}</source>
        <translation>每 1 {unit} 材料：{cost} {currency}</translation>
    </message>
    <message numerus="yes">
        <source>%n items without a standard cost</source>
        <translation>
            <numerusform>%n 个物料没有标准成本</numerusform>
        </translation>
    </message>
    <message>
        <source>This line belongs to {item}; it changes wherever {item} is used.</source>
        <translation>此行属于 {item}；修改会影响所有使用 {item} 的地方。</translation>
    </message>
    <message>
        <source>Add line</source>
        <translation>新增行</translation>
    </message>
    <message>
        <source>Paste lines from Excel</source>
        <translation>从 Excel 粘贴行</translation>
    </message>
    <message>
        <source>Remove line</source>
        <translation>删除行</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Go to this item</source>
        <translation>转到该物料</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Show what is in force on this day; empty = the planning date</source>
        <translation>显示当天有效的内容；空 = 计划日期</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>On</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>What quantities are shown for. What is typed is stored on this basis.</source>
        <translation>用量按什么基数显示；录入时也按此基数保存。</translation>
    </message>
    <message>
        <source>Quantities shown</source>
        <translation>用量显示</translation>
    </message>
    <message>
        <source>As written</source>
        <translation>原样显示</translation>
    </message>
    <message>
        <source>Per 1</source>
        <translation>每 1</translation>
    </message>
    <message>
        <source>Per 100</source>
        <translation>每 100</translation>
    </message>
    <message>
        <source>Per 1,000</source>
        <translation>每 1,000</translation>
    </message>
    <message>
        <source>Per 10,000</source>
        <translation>每 10,000</translation>
    </message>
    <message>
        <source>In per cent</source>
        <translation>百分比</translation>
    </message>
    <message>
        <source>Choose an item to see what it is made of.</source>
        <translation>选择一个物料，查看它由什么组成。</translation>
    </message>
    <message>
        <source>Bill of material</source>
        <translation>物料清单</translation>
    </message>
</context>
<context>
    <name>CalendarEditor</name>
    <message>
        <source>{hours} a week</source>
        <translation>每周 {hours}</translation>
    </message>
    <message>
        <source>A {kind} has the same code: exceptions would go there</source>
        <translation>有{kind}使用同一编码：例外会记到那里</translation>
    </message>
    <message>
        <source>There is no calendar yet.</source>
        <translation>还没有日历。</translation>
    </message>
    <message>
        <source>This record is not there any more.</source>
        <translation>该记录已不存在。</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年</translation>
    </message>
    <message>
        <source>Exceptions</source>
        <translation>例外</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Holidays</source>
        <translation>节假日</translation>
    </message>
    <message>
        <source>Whose working time</source>
        <translation>谁的工作时间</translation>
    </message>
    <message>
        <source>New calendar</source>
        <translation>新建日历</translation>
    </message>
    <message>
        <source>No person has a team yet: write it at the people, then give it a rotation here.</source>
        <translation>还没有人员填写班组：请先在人员中填写，再在这里安排轮班。</translation>
    </message>
    <message>
        <source>Teams over four weeks</source>
        <translation>四周班组排班</translation>
    </message>
    <message>
        <source>Choose a row to see when it works.</source>
        <translation>请选择一行，查看其工作时间。</translation>
    </message>
</context>
<context>
    <name>CalendarWords</name>
    <message>
        <source>Day off</source>
        <translation>放假</translation>
    </message>
    <message>
        <source>Worked instead</source>
        <translation>上班(调休)</translation>
    </message>
    <message>
        <source>Overtime</source>
        <translation>加班</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停机</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>请假</translation>
    </message>
    <message>
        <source>Power rationing</source>
        <translation>限电</translation>
    </message>
    <message>
        <source>H</source>
        <comment>mark: day off</comment>
        <translation>休</translation>
    </message>
    <message>
        <source>W</source>
        <comment>mark: worked</comment>
        <translation>班</translation>
    </message>
    <message>
        <source>O</source>
        <comment>mark: overtime</comment>
        <translation>加</translation>
    </message>
    <message>
        <source>S</source>
        <comment>mark: stop</comment>
        <translation>停</translation>
    </message>
    <message>
        <source>L</source>
        <comment>mark: leave</comment>
        <translation>假</translation>
    </message>
    <message>
        <source>P</source>
        <comment>mark: power</comment>
        <translation>限</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Mould</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} 时</translation>
    </message>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n 台设备</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n 人</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moulds</source>
        <translation>
            <numerusform>%n 副模具</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suppliers</source>
        <translation>
            <numerusform>%n 家供应商</numerusform>
        </translation>
    </message>
    <message>
        <source>Used by nobody yet</source>
        <translation>尚无设备或人员使用</translation>
    </message>
    <message>
        <source>, </source>
        <comment>joins a list</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>{who}: {change} a week, then {after}</source>
        <translation>{who}：每周 {change}，改后 {after}</translation>
    </message>
    <message>
        <source>{who}: {change} on these days</source>
        <translation>{who}：这些天 {change}</translation>
    </message>
</context>
<context>
    <name>Certainty</name>
    <message>
        <source>How sure the dates are</source>
        <translation>交期把握有多大</translation>
    </message>
</context>
<context>
    <name>CheckStep</name>
    <message>
        <source>Nothing was counted yet.</source>
        <translation>尚未统计。</translation>
    </message>
    <message>
        <source>Nothing would change.</source>
        <translation>不会有任何变化。</translation>
    </message>
    <message>
        <source>Nothing to report.</source>
        <translation>没有需要说明的。</translation>
    </message>
    <message>
        <source>To mend ({n})</source>
        <translation>待更正({n})</translation>
    </message>
    <message>
        <source>What changes ({n})</source>
        <translation>变化({n})</translation>
    </message>
    <message>
        <source>Notes ({n})</source>
        <translation>说明({n})</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message numerus="yes">
        <source>%n errors: mend them here, or leave the rows out. Nothing is written as long as there is one.</source>
        <translation>
            <numerusform>有 %n 处错误：请在此更正，或略过这些行。只要还有错误，就不会写入任何内容。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready to import: {counted}</source>
        <translation>可以导入：{counted}</translation>
    </message>
    <message>
        <source>{new} new, {changed} changed, {same} untouched</source>
        <translation>新增 {new}，变更 {changed}，未变 {same}</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>Same</source>
        <translation>未变</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>Rows that wait for a row that has to be mended</source>
        <translation>要等别的行更正后才能导入的行</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>等待</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Late orders</source>
        <translation>延误订单</translation>
    </message>
    <message>
        <source>Orders finishing later</source>
        <translation>推迟完工的订单</translation>
    </message>
    <message>
        <source>Tardiness</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>Overtime</source>
        <translation>加班</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>换型</translation>
    </message>
    <message>
        <source>Running at dear hours</source>
        <translation>优先时段外运行</translation>
    </message>
    <message>
        <source>No order finishes later.</source>
        <translation>没有订单推迟完工。</translation>
    </message>
    <message>
        <source>push right</source>
        <translation>顺推</translation>
    </message>
    <message>
        <source>squeeze in</source>
        <translation>插空</translation>
    </message>
    <message>
        <source>swap</source>
        <translation>对调</translation>
    </message>
    <message>
        <source>only if free</source>
        <translation>仅限空位</translation>
    </message>
    <message>
        <source>push right, then plan anew</source>
        <translation>顺推后重排</translation>
    </message>
    <message>
        <source>Take {count} off the plan</source>
        <translation>将 {count} 道工序移出计划</translation>
    </message>
    <message>
        <source>Not before {moment}: {reason}</source>
        <translation>最早 {moment}：{reason}</translation>
    </message>
    <message>
        <source>free</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>pushes {count}</source>
        <translation>推后 {count} 道</translation>
    </message>
    <message>
        <source>from {moment}</source>
        <translation>{moment} 起</translation>
    </message>
    <message>
        <source>{keep} of {all} {unit} stay</source>
        <translation>{all} {unit}中留 {keep}</translation>
    </message>
    <message>
        <source>{rest} {unit} to the tray</source>
        <translation>{rest} {unit}待排</translation>
    </message>
    <message>
        <source>{count} operations that follow lose their place, too</source>
        <translation>后面 {count} 道工序也失去位置</translation>
    </message>
    <message>
        <source>Runs to the end of a turn, {moment}</source>
        <translation>做到一模结束，{moment}</translation>
    </message>
    <message>
        <source>Runs until a box is full, {moment}</source>
        <translation>做到装满一箱，{moment}</translation>
    </message>
    <message>
        <source>Runs to the end of a piece, {moment}</source>
        <translation>做到一件结束，{moment}</translation>
    </message>
    <message>
        <source>Light oven batches</source>
        <translation>未装够的炉次</translation>
    </message>
    <message>
        <source>Campaigns cut short</source>
        <translation>未连产够的换型</translation>
    </message>
</context>
<context>
    <name>ClockField</name>
    <message>
        <source>Type a time of day like 18:00.</source>
        <translation>请按 18:00 填写时间。</translation>
    </message>
</context>
<context>
    <name>ColumnsStep</name>
    <message>
        <source>No sheet is taken.</source>
        <translation>没有选取任何工作表。</translation>
    </message>
    <message>
        <source>Choose what the sheets become first.</source>
        <translation>请先选择各工作表对应什么。</translation>
    </message>
    <message>
        <source>Fill another column</source>
        <translation>另填一列</translation>
    </message>
    <message>
        <source>rows of the mapping</source>
        <translation>映射里的行</translation>
    </message>
    <message>
        <source>choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>Our sheet</source>
        <translation>本系统的表</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Columns that need you</source>
        <translation>需要您决定的列</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>文件中</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>对应</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Sure</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>missing: choose a column or a value</source>
        <translation>缺少：请选一列或填一个值</translation>
    </message>
    <message>
        <source>not taken</source>
        <translation>不取</translation>
    </message>
    <message numerus="yes">
        <source>%n words without a meaning</source>
        <translation>
            <numerusform>%n 个词没有对应</numerusform>
        </translation>
    </message>
    <message>
        <source>you</source>
        <translation>您定</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>new line</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Revision {name}</source>
        <translation>版本 {name}</translation>
    </message>
    <message>
        <source>Both revisions hold the same.</source>
        <translation>两个版本内容相同。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message numerus="yes">
        <source>%n lines are the same in both.</source>
        <translation>
            <numerusform>两个版本有 %n 行相同。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DateField</name>
    <message>
        <source>year-month-day</source>
        <translation>年-月-日</translation>
    </message>
</context>
<context>
    <name>DayField</name>
    <message>
        <source>year-month-day</source>
        <translation>年-月-日</translation>
    </message>
</context>
<context>
    <name>DayPanel</name>
    <message>
        <source>Write hours like 18:30-20:30.</source>
        <translation>时段请写成 18:30-20:30。</translation>
    </message>
    <message>
        <source>Write an amount per hour.</source>
        <translation>请写每小时金额。</translation>
    </message>
    <message>
        <source>Write a day like 2026-10-01 or 10-01.</source>
        <translation>日期请写成 2026-10-01 或 10-01。</translation>
    </message>
    <message numerus="yes">
        <source>%n exceptions chosen</source>
        <translation>
            <numerusform>已选 %n 条例外</numerusform>
        </translation>
    </message>
    <message>
        <source>From calendar {calendar}: change it there</source>
        <translation>来自日历 {calendar}：请到那里修改</translation>
    </message>
    <message>
        <source>Exception</source>
        <translation>例外</translation>
    </message>
    <message>
        <source>Choose days in the year, or type them</source>
        <translation>在年历上选日期，或直接填写</translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>What these days are.</source>
        <translation>这些天是什么。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>First day: 2026-10-01, 10-01 or 10月1日.</source>
        <translation>第一天:2026-10-01、10-01 或 10月1日。</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Last day; empty = one day.</source>
        <translation>最后一天；空 = 一天。</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>Empty = the whole day. Overtime opens these hours, others close them.</source>
        <translation>空 = 全天。加班是增开这些时段，其他类型是关闭这些时段。</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>What people read when they ask why.</source>
        <translation>别人问为什么时看到的文字。</translation>
    </message>
    <message>
        <source>Cost per hour</source>
        <translation>小时费用</translation>
    </message>
    <message>
        <source>What the hours opened here cost.</source>
        <translation>这里增开的时段每小时的费用。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
</context>
<context>
    <name>DayPicker</name>
    <message>
        <source>Pick from the calendar</source>
        <translation>从日历中选择</translation>
    </message>
</context>
<context>
    <name>DaysPage</name>
    <message numerus="yes">
        <source>%n days worked</source>
        <translation>
            <numerusform>上班 %n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>{hours} of it overtime</source>
        <translation>其中加班 {hours}</translation>
    </message>
    <message>
        <source>It changes no hours: these days are so already.</source>
        <translation>工时不变：这些天本来就是这样。</translation>
    </message>
    <message>
        <source>{hours} now</source>
        <translation>现为 {hours}</translation>
    </message>
    <message>
        <source>The year before</source>
        <translation>上一年</translation>
    </message>
    <message>
        <source>The year after</source>
        <translation>下一年</translation>
    </message>
    <message>
        <source>Days of the year</source>
        <translation>全年日历</translation>
    </message>
    <message>
        <source>{marks}   bar: hours of 24</source>
        <translation>{marks}   下方横条：24 小时中的工时</translation>
    </message>
</context>
<context>
    <name>Describer</name>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>换型</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>加工</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>停顿</translation>
    </message>
    <message>
        <source>Order finishes</source>
        <translation>订单完工</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Capacity held</source>
        <translation>预留产能</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>for {owner} until {until}</source>
        <translation>为 {owner} 预留至 {until}</translation>
    </message>
    <message>
        <source>Late by</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>{count}, in all {time}</source>
        <translation>{count} 次，共 {time}</translation>
    </message>
    <message>
        <source>Slack</source>
        <translation>余量</translation>
    </message>
    <message>
        <source>machine and time</source>
        <translation>设备和时间</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>The routing has changed since this was planned.</source>
        <translation>排产后工艺路线已变更。</translation>
    </message>
    <message>
        <source>Kitted</source>
        <translation>齐套</translation>
    </message>
</context>
<context>
    <name>DeskActions</name>
    <message>
        <source>Schedule</source>
        <translation>排产</translation>
    </message>
    <message>
        <source>Show the whole plan</source>
        <translation>显示整个计划</translation>
    </message>
    <message>
        <source>Go to now</source>
        <translation>转到现在</translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation>放大到所选</translation>
    </message>
    <message>
        <source>Lock or unlock</source>
        <translation>锁定或解锁</translation>
    </message>
    <message>
        <source>Make together or take apart</source>
        <translation>合并生产 / 拆开</translation>
    </message>
    <message>
        <source>Follow the order</source>
        <translation>跟踪订单</translation>
    </message>
    <message>
        <source>Why here?</source>
        <translation>为什么在这里？</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>查找下一个</translation>
    </message>
    <message>
        <source>Find previous</source>
        <translation>查找上一个</translation>
    </message>
    <message>
        <source>Plan all open orders anew (F9)</source>
        <translation>重新排产所有未完成订单 (F9)</translation>
    </message>
    <message>
        <source>Lock or unlock in machine</source>
        <translation>锁定或解锁设备</translation>
    </message>
    <message>
        <source>Lock or unlock in time</source>
        <translation>锁定或解锁时间</translation>
    </message>
    <message>
        <source>Start as early as possible</source>
        <translation>尽早开始</translation>
    </message>
    <message>
        <source>Start as late as possible</source>
        <translation>尽晚开始</translation>
    </message>
    <message>
        <source>Take off the plan</source>
        <translation>移出计划</translation>
    </message>
    <message>
        <source>Open the order</source>
        <translation>打开订单</translation>
    </message>
    <message>
        <source>Move to machine</source>
        <translation>移到设备</translation>
    </message>
    <message>
        <source>Bring the plan up to date…</source>
        <translation>更新计划…</translation>
    </message>
    <message>
        <source>Go to a date…</source>
        <translation>转到日期…</translation>
    </message>
    <message>
        <source>List of steps</source>
        <translation>操作步骤列表</translation>
    </message>
    <message>
        <source>What bars and cards say…</source>
        <translation>条块和提示卡的文字…</translation>
    </message>
    <message>
        <source>Split…</source>
        <translation>拆分…</translation>
    </message>
    <message>
        <source>Place all of the tray</source>
        <translation>排入全部待排工序</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Steps of the order</source>
        <translation>订单工序</translation>
    </message>
    <message numerus="yes">
        <source>%n operations selected</source>
        <translation>
            <numerusform>已选 %n 道工序</numerusform>
        </translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Late orders</source>
        <translation>延误订单</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>换型</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>加工</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>The plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Select a bar to see what it needs; drag it to see what would follow.</source>
        <translation>点选一道工序查看它的需求；拖动它预览后果。</translation>
    </message>
    <message>
        <source>revision {revision} · {by} · {at}</source>
        <translation>版本 {revision} · {by} · {at}</translation>
    </message>
    <message>
        <source>Operations placed</source>
        <translation>已排工序</translation>
    </message>
    <message>
        <source>Not placed</source>
        <translation>未排</translation>
    </message>
    <message>
        <source>Planned as of</source>
        <translation>计划时点</translation>
    </message>
    <message>
        <source>Weighted tardiness</source>
        <translation>加权延误</translation>
    </message>
    <message>
        <source>Overtime</source>
        <translation>加班</translation>
    </message>
    <message>
        <source>Makespan</source>
        <translation>总工期</translation>
    </message>
    <message>
        <source>Moved operations</source>
        <translation>移动的工序</translation>
    </message>
    <message>
        <source>Running at dear hours</source>
        <translation>优先时段外运行</translation>
    </message>
    <message>
        <source>How sure is the date?</source>
        <translation>交期把握有多大？</translation>
    </message>
    <message>
        <source>On time</source>
        <translation>准时</translation>
    </message>
    <message>
        <source>Done by, 50 % sure</source>
        <translation>完成(50 % 把握)</translation>
    </message>
    <message>
        <source>Done by, 90 % sure</source>
        <translation>完成(90 % 把握)</translation>
    </message>
    <message>
        <source>Hurts most</source>
        <translation>影响最大</translation>
    </message>
    <message>
        <source>{count} replays of the plan with assumed durations</source>
        <translation>按假定的工时波动重演计划 {count} 次</translation>
    </message>
    <message>
        <source>Replaying the plan…</source>
        <translation>正在重演计划…</translation>
    </message>
    <message>
        <source>Replay the plan</source>
        <translation>重演计划</translation>
    </message>
    <message>
        <source>Light oven batches</source>
        <translation>未装够的炉次</translation>
    </message>
    <message>
        <source>Campaigns cut short</source>
        <translation>未连产够的换型</translation>
    </message>
</context>
<context>
    <name>DropMode</name>
    <message>
        <source>Push right: what is in the way goes later</source>
        <translation>顺推：挡住的往后移</translation>
    </message>
    <message>
        <source>Squeeze in: the first gap from there on; nothing else moves</source>
        <translation>插空：放进其后第一个空档，其他不动</translation>
    </message>
    <message>
        <source>Swap: changes places with the bar it is dropped on</source>
        <translation>对调：与放到的条块互换位置</translation>
    </message>
    <message>
        <source>Only if free: just there, or not at all if others had to move</source>
        <translation>仅限空位：就放在那里，若要动别的就不放</translation>
    </message>
    <message>
        <source>Push right, then lock what was dropped and plan anew around it</source>
        <translation>顺推，然后锁定放下的工序并围绕它重排</translation>
    </message>
    <message>
        <source>Drop: {mode}</source>
        <translation>放下：{mode}</translation>
    </message>
    <message>
        <source>What happens to bars in the way of a drop (R: the next)</source>
        <translation>放下时挡住的条块怎么处理(R 换下一种)</translation>
    </message>
    <message>
        <source>What happens to bars in the way of a drop</source>
        <translation>放下时挡住的条块怎么处理</translation>
    </message>
</context>
<context>
    <name>Editors</name>
    <message>
        <source>Working time</source>
        <translation>工作时间</translation>
    </message>
    <message>
        <source>Changeovers</source>
        <translation>换型</translation>
    </message>
    <message>
        <source>Bill of material</source>
        <translation>物料清单</translation>
    </message>
    <message>
        <source>Used in</source>
        <translation>用于</translation>
    </message>
    <message>
        <source>Routing</source>
        <translation>工艺路线</translation>
    </message>
</context>
<context>
    <name>ExceptionList</name>
    <message>
        <source>No exceptions: every week is like the other.</source>
        <translation>没有例外：每周都一样。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>天数</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Cost/h</source>
        <translation>费用/时</translation>
    </message>
    <message>
        <source>Given for</source>
        <translation>适用于</translation>
    </message>
</context>
<context>
    <name>ExchangePage</name>
    <message>
        <source>Exchange</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Export workbook…</source>
        <translation>导出工作簿…</translation>
    </message>
    <message>
        <source>Empty workbook…</source>
        <translation>空白模板…</translation>
    </message>
    <message>
        <source>The import workbook with headers, explanations and drop-down lists</source>
        <translation>带表头、说明和下拉列表的导入模板</translation>
    </message>
    <message>
        <source>Files to import</source>
        <translation>要导入的文件</translation>
    </message>
    <message>
        <source>Spreadsheets and mappings ({names})</source>
        <translation>表格和映射文件 ({names})</translation>
    </message>
    <message>
        <source>Export the whole plant</source>
        <translation>导出全部数据</translation>
    </message>
    <message>
        <source>Write the empty workbook</source>
        <translation>写出空白模板</translation>
    </message>
    <message>
        <source>Writing the workbook</source>
        <translation>正在写工作簿</translation>
    </message>
    <message>
        <source>Workbook (*.xlsx)</source>
        <translation>工作簿 (*.xlsx)</translation>
    </message>
    <message>
        <source>Written: {name}</source>
        <translation>已写出：{name}</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo this import</source>
        <translation>撤销此次导入</translation>
    </message>
    <message>
        <source>Import other files</source>
        <translation>导入其他文件</translation>
    </message>
    <message>
        <source>Files for the mapping {name}</source>
        <translation>按映射 {name} 导入的文件</translation>
    </message>
    <message>
        <source>Spreadsheets ({names})</source>
        <translation>表格文件 ({names})</translation>
    </message>
    <message>
        <source>mapping “{name}”</source>
        <translation>映射“{name}”</translation>
    </message>
    <message>
        <source>The import was taken back.</source>
        <translation>导入已撤销。</translation>
    </message>
</context>
<context>
    <name>FileColumns</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Sheets</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>是什么</translation>
    </message>
    <message>
        <source>The import workbook: it needs no mapping</source>
        <translation>导入模板：不需要映射</translation>
    </message>
    <message>
        <source>A spreadsheet of your own: it needs a mapping</source>
        <translation>自有表格：需要映射</translation>
    </message>
    <message>
        <source>It cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>上次使用</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从未</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>{new} new, {changed} changed</source>
        <translation>新增 {new}，变更 {changed}</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>can be undone</source>
        <translation>可撤销</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已被使用</translation>
    </message>
</context>
<context>
    <name>FilesStep</name>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop spreadsheets here</source>
        <translation>把表格拖到这里</translation>
    </message>
    <message>
        <source>Drop further files to add them.</source>
        <translation>可继续拖入文件。</translation>
    </message>
    <message>
        <source>Anywhere in this window: the import workbook, or spreadsheets of your own as they are. Nothing is written before you press Import.</source>
        <translation>拖到窗口任何位置都可以：导入模板，或您自己的表格原样。按“导入”之前不会写入任何内容。</translation>
    </message>
    <message>
        <source>The mapping “{name}” is used.</source>
        <translation>使用映射“{name}”。</translation>
    </message>
    <message>
        <source>Recognised by the names of the files: the mapping “{name}” is used.</source>
        <translation>已按文件名识别：使用映射“{name}”。</translation>
    </message>
    <message>
        <source>Recognised by the headers: the mapping “{name}” is used.</source>
        <translation>已按表头识别：使用映射“{name}”。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>After a file was changed in another program</source>
        <translation>文件在别的程序中改过之后</translation>
    </message>
    <message>
        <source>Map these files anew</source>
        <translation>重新映射这些文件</translation>
    </message>
    <message>
        <source>Use…</source>
        <translation>使用…</translation>
    </message>
    <message>
        <source>Choose files and check them with this mapping</source>
        <translation>选择文件并按此映射检查</translation>
    </message>
    <message>
        <source>Save as file…</source>
        <translation>另存为文件…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Undo this import</source>
        <translation>撤销此次导入</translation>
    </message>
    <message>
        <source>Saved mappings</source>
        <translation>已存映射</translation>
    </message>
    <message>
        <source>Latest imports</source>
        <translation>最近的导入</translation>
    </message>
    <message>
        <source>A mapping that is saved at the end of an import is found here, and recognises the next files of its kind.</source>
        <translation>导入时保存的映射列在这里，下次同类文件会自动识别。</translation>
    </message>
    <message>
        <source>Nothing was imported yet.</source>
        <translation>还没有导入过。</translation>
    </message>
    <message>
        <source>Save the mapping as a file</source>
        <translation>把映射另存为文件</translation>
    </message>
    <message>
        <source>Mapping (*.toml)</source>
        <translation>映射 (*.toml)</translation>
    </message>
    <message>
        <source>The file could not be written: {reason}</source>
        <translation>文件无法写入：{reason}</translation>
    </message>
    <message>
        <source>Written: {name}</source>
        <translation>已写出：{name}</translation>
    </message>
    <message>
        <source>Answered then:</source>
        <translation>当时的回答：</translation>
    </message>
</context>
<context>
    <name>FillPanel</name>
    <message>
        <source>{n} of {all} pairs would change</source>
        <translation>{all} 个转换中将改 {n} 个</translation>
    </message>
    <message>
        <source>Without a number, so left out: {names}</source>
        <translation>没有数字，不参与：{names}</translation>
    </message>
    <message>
        <source>No group yet: make them under Groups.</source>
        <translation>还没有分组：请在“分组”中建立。</translation>
    </message>
    <message>
        <source>forbidden</source>
        <translation>禁止</translation>
    </message>
    <message>
        <source>Fill by rule</source>
        <translation>按规则填充</translation>
    </message>
    <message>
        <source>by order (light → dark)</source>
        <translation>按顺序(浅 → 深)</translation>
    </message>
    <message>
        <source>by difference of numbers</source>
        <translation>按数值差</translation>
    </message>
    <message>
        <source>by group</source>
        <translation>按分组</translation>
    </message>
    <message>
        <source>Kind of rule</source>
        <translation>规则类型</translation>
    </message>
    <message>
        <source>Leave listed pairs as they are</source>
        <translation>已列出的不改</translation>
    </message>
    <message>
        <source>forbidden between groups</source>
        <translation>组间禁止</translation>
    </message>
    <message>
        <source>Fill in</source>
        <translation>填入</translation>
    </message>
    <message>
        <source>Values, parted by ;</source>
        <translation>各值用 ; 分开</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Base min</source>
        <translation>基本分钟</translation>
    </message>
    <message>
        <source>Minutes of every change.</source>
        <translation>每次转换都有的分钟数。</translation>
    </message>
    <message>
        <source>Step size</source>
        <translation>每级差值</translation>
    </message>
    <message>
        <source>A difference this large is a step.</source>
        <translation>相差这么多算一级。</translation>
    </message>
    <message>
        <source>Forbidden beyond</source>
        <translation>超过则禁止</translation>
    </message>
    <message>
        <source>A greater difference is forbidden.</source>
        <translation>差值更大时禁止转换。</translation>
    </message>
    <message>
        <source>Forbidden beyond steps</source>
        <translation>超过几级禁止</translation>
    </message>
    <message>
        <source>Within a group</source>
        <translation>组内</translation>
    </message>
    <message>
        <source>Minutes.</source>
        <translation>分钟。</translation>
    </message>
    <message>
        <source>Between groups</source>
        <translation>组间</translation>
    </message>
    <message>
        <source>never</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Per step up</source>
        <translation>变大每级</translation>
    </message>
    <message>
        <source>Minutes where it grows.</source>
        <translation>数值变大时每级的分钟数。</translation>
    </message>
    <message>
        <source>Per step down</source>
        <translation>变小每级</translation>
    </message>
    <message>
        <source>Minutes where it falls.</source>
        <translation>数值变小时每级的分钟数。</translation>
    </message>
    <message>
        <source>Per step down the list</source>
        <translation>往后每级</translation>
    </message>
    <message>
        <source>Per step back</source>
        <translation>往前每级</translation>
    </message>
</context>
<context>
    <name>FindingPanel</name>
    <message>
        <source>Why it matters</source>
        <translation>为什么重要</translation>
    </message>
    <message>
        <source>Open operations it touches</source>
        <translation>影响的未完工序</translation>
    </message>
    <message>
        <source>Their orders are late by</source>
        <translation>相关订单共延误</translation>
    </message>
    <message>
        <source>The same as</source>
        <translation>疑似相同</translation>
    </message>
    <message>
        <source>Merge…</source>
        <translation>合并…</translation>
    </message>
    <message>
        <source>Make one record of these, with everything that is theirs</source>
        <translation>将这些记录及其全部关联合并为一条</translation>
    </message>
    <message>
        <source>{weight} · {kind}</source>
        <translation>{weight} · {kind}</translation>
    </message>
    <message>
        <source>Open {record}</source>
        <translation>打开 {record}</translation>
    </message>
    <message>
        <source>Open the table</source>
        <translation>打开表格</translation>
    </message>
</context>
<context>
    <name>FormField</name>
    <message>
        <source>Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs.</source>
        <translation>此处刚被别人改为：{value}。回车写入您的值，Esc 采用对方的值。</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Go to this record</source>
        <translation>转到该记录</translation>
    </message>
</context>
<context>
    <name>FormSections</name>
    <message>
        <source>More</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Characteristics</source>
        <translation>特性</translation>
    </message>
    <message>
        <source>Compared at a changeover</source>
        <translation>换型比较项</translation>
    </message>
    <message>
        <source>How it is made</source>
        <translation>生产方式</translation>
    </message>
    <message>
        <source>Stock and purchasing</source>
        <translation>库存与采购</translation>
    </message>
    <message>
        <source>Cost and drawing</source>
        <translation>成本与图纸</translation>
    </message>
    <message>
        <source>Capacity</source>
        <translation>能力</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>当前状况</translation>
    </message>
    <message>
        <source>Cost and limits</source>
        <translation>费用与限制</translation>
    </message>
    <message>
        <source>Freezing of the plan</source>
        <translation>计划冻结</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>适用</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Life and service</source>
        <translation>寿命与保养</translation>
    </message>
    <message>
        <source>Skills and certificates</source>
        <translation>技能与证书</translation>
    </message>
    <message>
        <source>Working hours</source>
        <translation>工作时间</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>Papers</source>
        <translation>单据</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>名称与说明</translation>
    </message>
    <message>
        <source>Where it counts</source>
        <translation>用在哪里</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>明细行</translation>
    </message>
    <message>
        <source>Substitutes</source>
        <translation>替代料</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Tools and places</source>
        <translation>模具与占位</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Waiting and pausing</source>
        <translation>等待与中断</translation>
    </message>
    <message>
        <source>Checks and reports</source>
        <translation>检验与报工</translation>
    </message>
    <message>
        <source>Subcontracting</source>
        <translation>委外</translation>
    </message>
</context>
<context>
    <name>GanttOptions</name>
    <message>
        <source>By machine</source>
        <translation>按设备</translation>
    </message>
    <message>
        <source>By order</source>
        <translation>按订单</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人员</translation>
    </message>
    <message>
        <source>By mould</source>
        <translation>按模具</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>天数</translation>
    </message>
    <message>
        <source>Days on a page</source>
        <translation>每页天数</translation>
    </message>
    <message>
        <source>Rows of the chart</source>
        <translation>甘特图的行</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>第一天</translation>
    </message>
</context>
<context>
    <name>GanttOutput</name>
    <message>
        <source>Print the chart…</source>
        <translation>打印甘特图…</translation>
    </message>
    <message>
        <source>Chart as a workbook…</source>
        <translation>导出甘特图为工作簿…</translation>
    </message>
    <message>
        <source>Chart as a workbook</source>
        <translation>导出甘特图为工作簿</translation>
    </message>
    <message>
        <source>Excel workbook (*.xlsx)</source>
        <translation>Excel 工作簿 (*.xlsx)</translation>
    </message>
    <message>
        <source>Writing the chart as a workbook</source>
        <translation>正在写甘特图工作簿</translation>
    </message>
    <message>
        <source>Nothing is planned in these days.</source>
        <translation>这些天没有计划。</translation>
    </message>
    <message>
        <source>The chart is in {file}.</source>
        <translation>甘特图已写入 {file}。</translation>
    </message>
</context>
<context>
    <name>GanttView</name>
    <message>
        <source>Gantt chart of the plan</source>
        <translation>计划甘特图</translation>
    </message>
    <message>
        <source>The table of operations beside it lists the same operations.</source>
        <translation>旁边的工序表列出相同的工序。</translation>
    </message>
    <message>
        <source>The plan is still being read. Please try again in a moment.</source>
        <translation>正在读取计划，请稍后再试。</translation>
    </message>
    <message>
        <source>First piece of the shift, {start}–{end}: nothing is planned in it.</source>
        <translation>开班首件，{start}–{end}：其间不排活。</translation>
    </message>
</context>
<context>
    <name>Ghost</name>
    <message>
        <source>Promise {date}</source>
        <translation>可承诺 {date}</translation>
    </message>
    <message>
        <source>Late by {time}</source>
        <translation>晚 {time}</translation>
    </message>
    <message>
        <source>In time, but into the safety days</source>
        <translation>能按期，但占用安全天数</translation>
    </message>
    <message>
        <source>In time</source>
        <translation>能按期</translation>
    </message>
    <message>
        <source>Others move, but no order ends later</source>
        <translation>其他工序有移动，但没有订单变晚</translation>
    </message>
    <message>
        <source>Nobody gives way</source>
        <translation>无需其他订单让位</translation>
    </message>
    <message>
        <source>{count} orders end later, {late} of them late now: {names}</source>
        <translation>{count} 个订单推迟，其中 {late} 个因此延误：{names}</translation>
    </message>
    <message>
        <source>{count} orders end later: {names}</source>
        <translation>{count} 个订单推迟：{names}</translation>
    </message>
</context>
<context>
    <name>GhostLegend</name>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>was, in the working plan</source>
        <translation>原位置（工作计划）</translation>
    </message>
    <message>
        <source>A line leads from where the selection was to where it is.</source>
        <translation>细线从所选工序的原位置指向现位置。</translation>
    </message>
</context>
<context>
    <name>GhostStrip</name>
    <message>
        <source>Asked about</source>
        <translation>评估中的订单</translation>
    </message>
    <message>
        <source>Hold capacity</source>
        <translation>预留产能</translation>
    </message>
    <message>
        <source>Put into the plan</source>
        <translation>排入计划</translation>
    </message>
    <message>
        <source>The order is being put beside the plan…</source>
        <translation>正在把订单放到计划旁…</translation>
    </message>
    <message>
        <source>An order that is asked about, on the board</source>
        <translation>排产板上的评估订单</translation>
    </message>
    <message>
        <source>Who asks for it</source>
        <translation>谁要求的</translation>
    </message>
    <message>
        <source>Who asks that other orders give way</source>
        <translation>谁要求其他订单让位</translation>
    </message>
    <message>
        <source>For whom</source>
        <translation>为谁预留</translation>
    </message>
    <message>
        <source>For whom the capacity is held</source>
        <translation>产能为谁预留</translation>
    </message>
    <message>
        <source>Until when the capacity is held</source>
        <translation>产能预留到何时</translation>
    </message>
    <message>
        <source>Where it fits</source>
        <translation>放到空位</translation>
    </message>
    <message>
        <source>All steps where they fit first; nobody gives way</source>
        <translation>所有工序放到最早的空位；无需其他订单让位</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>撤下</translation>
    </message>
    <message>
        <source>Take the ghost off the board; nothing is written (Esc)</source>
        <translation>从排产板收起评估订单；不写入任何内容（Esc）</translation>
    </message>
</context>
<context>
    <name>GoToDate</name>
    <message>
        <source>Go to a date</source>
        <translation>转到日期</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Please type a date such as 12-5 or 2026-12-05 14:30.</source>
        <translation>请输入日期，例如 12-5 或 2026-12-05 14:30。</translation>
    </message>
</context>
<context>
    <name>GroupFields</name>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新分组</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Pairs can name the group like a value.</source>
        <translation>矩阵行里可以像值一样写组名。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Values, parted by ;</source>
        <translation>各值用 ; 分开</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
</context>
<context>
    <name>GroupPanel</name>
    <message>
        <source>In no group</source>
        <translation>未分组</translation>
    </message>
    <message>
        <source>Groups and their values</source>
        <translation>分组及其值</translation>
    </message>
    <message>
        <source>Drag values to a group. F2 renames a group, Delete takes out what is chosen.</source>
        <translation>把值拖到分组上。F2 给分组改名，Delete 去掉选中的内容。</translation>
    </message>
    <message>
        <source>Group to move to</source>
        <translation>移到的分组</translation>
    </message>
    <message>
        <source>Move there</source>
        <translation>移过去</translation>
    </message>
</context>
<context>
    <name>HeaderMenu</name>
    <message>
        <source>Sort ascending</source>
        <translation>升序</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>降序</translation>
    </message>
    <message>
        <source>Filter this column</source>
        <translation>筛选此列</translation>
    </message>
    <message>
        <source>Do not group by this column</source>
        <translation>取消按此列分组</translation>
    </message>
    <message>
        <source>Group by this column</source>
        <translation>按此列分组</translation>
    </message>
    <message>
        <source>Freeze up to here</source>
        <translation>冻结到此列</translation>
    </message>
    <message>
        <source>Unfreeze</source>
        <translation>取消冻结</translation>
    </message>
    <message>
        <source>Move to the left</source>
        <translation>左移</translation>
    </message>
    <message>
        <source>Move to the right</source>
        <translation>右移</translation>
    </message>
    <message>
        <source>Fit the width</source>
        <translation>自动列宽</translation>
    </message>
    <message>
        <source>Hide this column</source>
        <translation>隐藏此列</translation>
    </message>
    <message>
        <source>Open all groups</source>
        <translation>展开所有分组</translation>
    </message>
    <message>
        <source>Close all groups</source>
        <translation>折叠所有分组</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>取消分组</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>选择列</translation>
    </message>
    <message>
        <source>Clear all filters</source>
        <translation>清除所有筛选</translation>
    </message>
    <message>
        <source>Columns as at the start</source>
        <translation>恢复默认列</translation>
    </message>
</context>
<context>
    <name>HealthColumns</name>
    <message>
        <source>Rank</source>
        <translation>名次</translation>
    </message>
    <message>
        <source>1 = costs the schedule most</source>
        <translation>1 = 对排产影响最大</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Open operations</source>
        <translation>未完工序</translation>
    </message>
    <message>
        <source>How many operations still to be done it touches</source>
        <translation>涉及多少道尚未完成的工序</translation>
    </message>
    <message>
        <source>Late by</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>By how much their orders end late in the plan, together</source>
        <translation>相关订单在计划中合计延误多久</translation>
    </message>
    <message>
        <source>Why it matters</source>
        <translation>为什么重要</translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>Data health</source>
        <translation>数据体检</translation>
    </message>
    <message>
        <source>Search findings</source>
        <translation>搜索问题</translation>
    </message>
    <message>
        <source>Open record</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Merge…</source>
        <translation>合并…</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>%n 个错误</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warnings</source>
        <translation>
            <numerusform>%n 个警告</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n notes</source>
        <translation>
            <numerusform>%n 条提示</numerusform>
        </translation>
    </message>
    <message>
        <source>Show or hide findings of this weight</source>
        <translation>显示或隐藏该级别的问题</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Only findings of hidden weights.</source>
        <translation>只有已隐藏级别的问题。</translation>
    </message>
    <message>
        <source>Nothing found: the data is in good health.</source>
        <translation>没有发现问题，数据状况良好。</translation>
    </message>
</context>
<context>
    <name>HealthWatch</name>
    <message>
        <source>Checking the data</source>
        <translation>检查数据</translation>
    </message>
</context>
<context>
    <name>HolidayPanel</name>
    <message numerus="yes">
        <source>%n changes chosen</source>
        <translation>
            <numerusform>已选 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything stands there already</source>
        <translation>全部已在日历中</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有可填的内容</translation>
    </message>
    <message>
        <source>Read as the list of {year}, not of {asked}: its title or weekdays say so.</source>
        <translation>按 {year} 年读取，而不是 {asked} 年：标题或星期表明如此。</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>选用</translation>
    </message>
    <message>
        <source>What</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>There is nothing to choose in this line.</source>
        <translation>这一行没有可选的内容。</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>未读懂</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>未使用</translation>
    </message>
    <message>
        <source>add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>is there</source>
        <translation>已有</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>line {n}</source>
        <translation>第 {n} 行</translation>
    </message>
    <message>
        <source>Into all calendars</source>
        <translation>填入所有日历</translation>
    </message>
    <message>
        <source>Paste the official notice or your own list here; empty = the public holidays of the year.

2026-10-01..2026-10-03 off National Day
2026-10-10 working</source>
        <translation>在此粘贴放假通知或本公司的放假安排;留空 = 当年的国家法定安排。

10月1日至3日放假,共3天。10月10日(周六)上班。
2026-10-01..2026-10-03 放假 国庆</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Fill in</source>
        <translation>填入</translation>
    </message>
    <message>
        <source>The preview shows what would be added and what replaced.</source>
        <translation>预览会显示将添加和将替换的内容。</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>国家/地区</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年</translation>
    </message>
    <message>
        <source>List to paste</source>
        <translation>粘贴放假安排</translation>
    </message>
</context>
<context>
    <name>ImportStep</name>
    <message>
        <source>Keep the mapping for the next files of this kind, as</source>
        <translation>保存映射，供下次同类文件使用，名称</translation>
    </message>
    <message>
        <source>Name of the mapping</source>
        <translation>映射名称</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Everything is as it was before the import.</source>
        <translation>一切恢复到导入之前。</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>What came from {files} is in the plant now.</source>
        <translation>{files} 的内容已写入。</translation>
    </message>
    <message>
        <source>Ready to import</source>
        <translation>可以导入</translation>
    </message>
    <message>
        <source>All of {files} is written at once, or nothing of it. It can be undone afterwards.</source>
        <translation>{files} 将一次全部写入，否则一条也不写。之后可以撤销。</translation>
    </message>
    <message>
        <source>By the saved mapping “{name}”</source>
        <translation>按已存映射“{name}”</translation>
    </message>
    <message>
        <source>The mapping was not kept.</source>
        <translation>映射没有保存。</translation>
    </message>
</context>
<context>
    <name>JobView</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>KeptLane</name>
    <message>
        <source>No longer keep this lane in sight (Del)</source>
        <translation>不再固定显示这一行（Del）</translation>
    </message>
    <message>
        <source>No longer keep this lane in sight</source>
        <translation>不再固定显示这一行</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{code} is not counted any more.</source>
        <translation>{code} 已不再统计。</translation>
    </message>
</context>
<context>
    <name>LanePanel</name>
    <message>
        <source>{lane} – runs out</source>
        <translation>{lane} – 将缺料</translation>
    </message>
    <message>
        <source>{lane} – short</source>
        <translation>{lane} – 模具不足</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>The plan takes nothing that is counted in stock.</source>
        <translation>计划中没有消耗有库存记录的物料。</translation>
    </message>
    <message>
        <source>There are no moulds with copies.</source>
        <translation>没有登记副本的模具。</translation>
    </message>
    <message>
        <source>Availability</source>
        <translation>可用量</translation>
    </message>
    <message>
        <source>Show or hide a material or mould over time</source>
        <translation>显示或隐藏物料、模具随时间的可用量</translation>
    </message>
    <message>
        <source>Material</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Mould</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>Materials or moulds</source>
        <translation>物料或模具</translation>
    </message>
    <message>
        <source>Which material or mould</source>
        <translation>选择物料或模具</translation>
    </message>
    <message>
        <source>All are kept in sight below.</source>
        <translation>全部已固定显示在下方。</translation>
    </message>
    <message>
        <source>Keep in sight</source>
        <translation>固定显示</translation>
    </message>
    <message>
        <source>Keep this lane in sight and choose another one beside it</source>
        <translation>固定显示这一行，并在旁边另选一行</translation>
    </message>
</context>
<context>
    <name>LaneView</name>
    <message>
        <source>Material or mould over time</source>
        <translation>物料或模具随时间的可用量</translation>
    </message>
    <message>
        <source>from {begin}</source>
        <translation>{begin} 起</translation>
    </message>
    <message>
        <source>{level} left</source>
        <translation>余 {level}</translation>
    </message>
    <message>
        <source>nothing left</source>
        <translation>已用完</translation>
    </message>
    <message>
        <source>runs out: {short} short</source>
        <translation>缺料：差 {short}</translation>
    </message>
    <message>
        <source>{short} to be bought</source>
        <translation>需采购 {short}</translation>
    </message>
    <message>
        <source>in: {amount}</source>
        <translation>入 {amount}</translation>
    </message>
    <message>
        <source>taken: {amount}</source>
        <translation>领用 {amount}</translation>
    </message>
    <message>
        <source>{used} in use of {usable} usable</source>
        <translation>在用 {used} 副，可用 {usable} 副</translation>
    </message>
    <message>
        <source>{missing} of {copies} copies not usable</source>
        <translation>{copies} 副中 {missing} 副不可用</translation>
    </message>
    <message>
        <source>more in use than can be used</source>
        <translation>在用数超过可用数</translation>
    </message>
    <message>
        <source>none free</source>
        <translation>无空闲</translation>
    </message>
    <message>
        <source>Arrow keys walk the steps, Enter selects the operations concerned.</source>
        <translation>方向键逐段移动，回车键选中相关工序。</translation>
    </message>
    <message>
        <source>{used} of {usable}</source>
        <translation>{used}/{usable}</translation>
    </message>
    <message>
        <source>too many</source>
        <translation>超用</translation>
    </message>
    <message>
        <source>runs out</source>
        <translation>缺料</translation>
    </message>
    <message>
        <source>to be bought</source>
        <translation>需采购</translation>
    </message>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>共 %n 副</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>on time</source>
        <translation>准时</translation>
    </message>
    <message>
        <source>no due date</source>
        <translation>无交期</translation>
    </message>
    <message>
        <source>late up to a day</source>
        <translation>延误一天以内</translation>
    </message>
    <message>
        <source>late by more</source>
        <translation>延误更多</translation>
    </message>
    <message>
        <source>Something is short: {count}</source>
        <translation>缺料或缺模：{count}</translation>
    </message>
</context>
<context>
    <name>LineStrip</name>
    <message>
        <source>first step</source>
        <translation>首道工序</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>子件</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>用量</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Consumed at step</source>
        <translation>消耗工序</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ListField</name>
    <message>
        <source>Add a line</source>
        <translation>加一行</translation>
    </message>
    <message>
        <source>Remove the line</source>
        <translation>删除该行</translation>
    </message>
    <message>
        <source>Type what the line is about, or remove the line.</source>
        <translation>请填写该行内容，或删除该行。</translation>
    </message>
    <message>
        <source>A teaches, B works alone, C needs an A or B beside. Type one of them.</source>
        <translation>A 可带人，B 独立作业，C 需有 A 或 B 在旁。请填其中之一。</translation>
    </message>
    <message>
        <source>{day} expired</source>
        <translation>{day} 已过期</translation>
    </message>
    <message>
        <source>Skill</source>
        <translation>技能</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Certificate until</source>
        <translation>证书有效期</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
</context>
<context>
    <name>LoadDesk</name>
    <message>
        <source>Nothing is at work in this column.</source>
        <translation>该柱内没有作业。</translation>
    </message>
    <message>
        <source>Click on a column of the load to list its work.</source>
        <translation>点选负荷柱，列出其中的作业。</translation>
    </message>
    <message>
        <source>Work in a column</source>
        <translation>柱内作业</translation>
    </message>
    <message>
        <source>In this column</source>
        <translation>柱内时长</translation>
    </message>
</context>
<context>
    <name>LoadPanel</name>
    <message>
        <source>Load</source>
        <translation>负荷</translation>
    </message>
    <message>
        <source>Show or hide load against capacity</source>
        <translation>显示或收起负荷与能力</translation>
    </message>
    <message>
        <source>Work centres</source>
        <translation>工作中心</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Moulds</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>As planned</source>
        <translation>按计划</translation>
    </message>
    <message>
        <source>As if each order ended when it is due</source>
        <translation>按交期（各订单恰在交期完工）</translation>
    </message>
    <message>
        <source>Whose load</source>
        <translation>谁的负荷</translation>
    </message>
    <message>
        <source>Load as planned or as due</source>
        <translation>按计划或按交期的负荷</translation>
    </message>
</context>
<context>
    <name>LoadView</name>
    <message>
        <source>Load against capacity</source>
        <translation>负荷与能力</translation>
    </message>
    <message>
        <source>{work} h, nothing is open</source>
        <translation>{work} 小时，无开放时间</translation>
    </message>
    <message>
        <source>{work} h of {capacity} h ({share} %)</source>
        <translation>{work} / {capacity} 小时（{share} %）</translation>
    </message>
    <message>
        <source>{load} – overloaded</source>
        <translation>{load} – 超负荷</translation>
    </message>
    <message>
        <source>Arrow keys choose a column, Enter lists its orders.</source>
        <translation>方向键选择柱，回车列出其订单。</translation>
    </message>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n 台设备</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n 人</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n usable copies</source>
        <translation>
            <numerusform>%n 副可用</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>{site} – Taktline</source>
        <translation>{site} – Taktline</translation>
    </message>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>%n 个错误</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MasterColumns</name>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Retired records stay where they are used and are not offered any more.</source>
        <translation>停用的记录在已用之处保留，以后不再提供选择。</translation>
    </message>
    <message>
        <source>retired</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>For example: {example}</source>
        <translation>例如：{example}</translation>
    </message>
    <message>
        <source>Must be filled in.</source>
        <translation>必须填写。</translation>
    </message>
    <message>
        <source>Choose {one} or {other}.</source>
        <translation>请选择{one}或{other}。</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
</context>
<context>
    <name>MasterDataPage</name>
    <message>
        <source>Master data</source>
        <translation>主数据</translation>
    </message>
    <message>
        <source>Search this table</source>
        <translation>搜索本表</translation>
    </message>
    <message>
        <source>This table is empty.</source>
        <translation>此表没有数据。</translation>
    </message>
    <message>
        <source>Show retired</source>
        <translation>显示停用</translation>
    </message>
    <message>
        <source>Show records that are no longer offered, in grey.</source>
        <translation>以灰色显示不再提供选择的记录。</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制新增</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Where used</source>
        <translation>何处使用</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Show the chosen record with all its fields</source>
        <translation>显示所选记录的全部字段</translation>
    </message>
    <message>
        <source>Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs.</source>
        <translation>此处刚被别人改为：{value}。回车写入您的值，Esc 采用对方的值。</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>空</translation>
    </message>
    <message>
        <source>To look at; changed by what is posted</source>
        <translation>仅查看；由业务记账改变</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>Retire</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Offer these records again</source>
        <translation>重新提供选择</translation>
    </message>
    <message>
        <source>Keep these records where they are used, but offer them no more</source>
        <translation>已用之处保留，以后不再提供选择</translation>
    </message>
</context>
<context>
    <name>MasterPapers</name>
    <message>
        <source>Print incoming inspection sheets</source>
        <translation>打印来料检验单</translation>
    </message>
</context>
<context>
    <name>MendView</name>
    <message>
        <source>Accept “{text}”</source>
        <translation>改为“{text}”</translation>
    </message>
    <message numerus="yes">
        <source>Accept all %n of this kind</source>
        <translation>
            <numerusform>此类 %n 处全部按建议更正</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave these %n rows out</source>
        <translation>
            <numerusform>略过这 %n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing has to be mended.</source>
        <translation>没有需要更正的。</translation>
    </message>
    <message>
        <source>Only these rows</source>
        <translation>只看这些行</translation>
    </message>
    <message>
        <source>Another value</source>
        <translation>另填一个值</translation>
    </message>
    <message>
        <source>Put</source>
        <translation>填入</translation>
    </message>
    <message>
        <source>Leave this row out</source>
        <translation>略过此行</translation>
    </message>
    <message>
        <source>Set in the step Columns</source>
        <translation>到“列”一步设置</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>恢复原样</translation>
    </message>
    <message>
        <source>Take back what was typed or decided in this row</source>
        <translation>撤回在此行填入或决定的内容</translation>
    </message>
    <message>
        <source>What has to be mended</source>
        <translation>需要更正的内容</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>格数</translation>
    </message>
    <message>
        <source>With a proposal</source>
        <translation>有建议</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Open another database…</source>
        <translation>打开其他数据库…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Look for changes</source>
        <translation>查看更新</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo: {what}</source>
        <translation>重做：{what}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Before all of this</source>
        <translation>最初状态</translation>
    </message>
</context>
<context>
    <name>MergeColumns</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>{code} (stays)</source>
        <translation>{code}(保留)</translation>
    </message>
    <message>
        <source>{code} (retired)</source>
        <translation>{code}(停用)</translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message>
        <source>Merge records</source>
        <translation>合并记录</translation>
    </message>
    <message>
        <source>Everything that points to the record given up will point to the one that stays. The other is retired. This is one step to undo.</source>
        <translation>所有指向被放弃记录的内容都将改为指向保留的记录，被放弃的记录停用。此操作可一步撤销。</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Is given up</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>对调</translation>
    </message>
    <message>
        <source>What will move</source>
        <translation>将转移的内容</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>读取中…</translation>
    </message>
    <message>
        <source>Nothing points to it.</source>
        <translation>没有内容指向它。</translation>
    </message>
    <message>
        <source>{count} × {kind}: {names}{more}</source>
        <translation>{kind} {count} 条：{names}{more}</translation>
    </message>
    <message>
        <source>Answer the questions first</source>
        <translation>请先回答问题</translation>
    </message>
</context>
<context>
    <name>MomentField</name>
    <message>
        <source>This is no date. Type it like 2026-12-05 14:30.</source>
        <translation>日期无效。请按 2026-12-05 14:30 填写。</translation>
    </message>
</context>
<context>
    <name>NewCalendarPanel</name>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>New calendar</source>
        <translation>新建日历</translation>
    </message>
    <message>
        <source>Day shift, Monday to Saturday</source>
        <translation>白班，周一至周六</translation>
    </message>
    <message>
        <source>Two shifts of 12 hours</source>
        <translation>两班各 12 小时</translation>
    </message>
    <message>
        <source>Three shifts of 8 hours</source>
        <translation>三班各 8 小时</translation>
    </message>
    <message>
        <source>No shifts (the parent&apos;s hold)</source>
        <translation>不设班次(用上级日历的)</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Short and unique: Day shift, 白班.</source>
        <translation>简短且不重复，如 白班。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>For people to read, may be empty.</source>
        <translation>给人看的名称，可以不填。</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>上级日历</translation>
    </message>
    <message>
        <source>Its exceptions hold here too, its shifts where there are none</source>
        <translation>上级的例外这里也算；没有班次时用上级的班次</translation>
    </message>
    <message>
        <source>Begin with</source>
        <translation>起始模板</translation>
    </message>
    <message>
        <source>Everything can be changed later.</source>
        <translation>以后都可以修改。</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Details</source>
        <translation>详细</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>Type a number with at most six decimal places.</source>
        <translation>请输入数字，最多六位小数。</translation>
    </message>
    <message>
        <source>The number must be above zero.</source>
        <translation>数字必须大于零。</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <source>Insert a rush order…</source>
        <translation>插入加急单…</translation>
    </message>
    <message>
        <source>{machine} stands: {stretch}</source>
        <translation>{machine} 停机：{stretch}</translation>
    </message>
    <message>
        <source>{person} is away all day: {days}</source>
        <translation>{person} 全天请假：{days}</translation>
    </message>
    <message>
        <source>Overtime: mark at most 24 hours</source>
        <translation>加班：最多标出 24 小时</translation>
    </message>
    <message>
        <source>Overtime of {who}: {stretch}</source>
        <translation>{who} 加班：{stretch}</translation>
    </message>
    <message>
        <source>Extra shift of {who}: {stretch}</source>
        <translation>{who} 加开一班：{stretch}</translation>
    </message>
</context>
<context>
    <name>OperationColumns</name>
    <message>
        <source>Order no.</source>
        <translation>生产单号</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Why it is not placed</source>
        <translation>未排原因</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>品名</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Setup from</source>
        <translation>换型开始</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>Order late by</source>
        <translation>订单延误</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>machine and time</source>
        <translation>设备和时间</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>OrderColumns</name>
    <message>
        <source>Lamp</source>
        <translation>状态灯</translation>
    </message>
    <message>
        <source>Order no.</source>
        <translation>生产单号</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Customer&apos;s PO</source>
        <translation>客户订单号</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>品名</translation>
    </message>
    <message>
        <source>Specification</source>
        <translation>规格</translation>
    </message>
    <message>
        <source>Ordered</source>
        <translation>订单数量</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>In base unit</source>
        <translation>基本单位数量</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>合格</translation>
    </message>
    <message>
        <source>Still owed</source>
        <translation>欠数</translation>
    </message>
    <message>
        <source>Ordered less good, in the base unit</source>
        <translation>订单数量减合格数，按基本单位</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>要求日期</translation>
    </message>
    <message>
        <source>Promised</source>
        <translation>承诺交期</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>Projected finish</source>
        <translation>预计完工</translation>
    </message>
    <message>
        <source>Days ±</source>
        <translation>提前/延误</translation>
    </message>
    <message>
        <source>Days early (+) or late (−) against the internal due date</source>
        <translation>相对内部交期提前 (+) 或延误 (−) 的天数</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Cards</source>
        <translation>卡数</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>工序号</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Scrap</source>
        <translation>报废</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>流转卡</translation>
    </message>
    <message>
        <source>No. of</source>
        <translation>卡序</translation>
    </message>
    <message>
        <source>Printed</source>
        <translation>已打印</translation>
    </message>
    <message numerus="yes">
        <source>%n times</source>
        <translation>
            <numerusform>%n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>{card} (void)</source>
        <translation>{card}(作废)</translation>
    </message>
    <message>
        <source>not placed</source>
        <translation>未排</translation>
    </message>
</context>
<context>
    <name>OrderDetailPanel</name>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Ordered</source>
        <translation>订单数量</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>要求日期</translation>
    </message>
    <message>
        <source>Promised</source>
        <translation>承诺交期</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>Projected finish</source>
        <translation>预计完工</translation>
    </message>
    <message>
        <source>Days early (+) or late (−)</source>
        <translation>提前 (+) / 延误 (−) 天</translation>
    </message>
    <message>
        <source>Characteristics</source>
        <translation>特性</translation>
    </message>
    <message>
        <source>Requirements</source>
        <translation>特殊要求</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Routing</source>
        <translation>工艺路线</translation>
    </message>
    <message>
        <source>Materials</source>
        <translation>材料</translation>
    </message>
    <message>
        <source>Traveler cards</source>
        <translation>流转卡</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Capacity held</source>
        <translation>预留产能</translation>
    </message>
    <message>
        <source>for {owner}, expired {until}</source>
        <translation>为 {owner} 预留，已于 {until} 到期</translation>
    </message>
    <message>
        <source>for {owner} until {until}</source>
        <translation>为 {owner} 预留至 {until}</translation>
    </message>
    <message>
        <source>Goes before others</source>
        <translation>优先于他人</translation>
    </message>
    <message>
        <source>asked by {asked}, allowed by {allowed} on {date}</source>
        <translation>{asked} 要求，{allowed} 于 {date} 批准</translation>
    </message>
    <message>
        <source>Kitted</source>
        <translation>齐套</translation>
    </message>
</context>
<context>
    <name>OrderFormPanel</name>
    <message>
        <source>There is no such customer. Choose one from the list.</source>
        <translation>没有这个客户，请从列表中选择。</translation>
    </message>
    <message>
        <source>Choose the customer.</source>
        <translation>请选择客户。</translation>
    </message>
    <message>
        <source>There is no such item. Choose one from the list.</source>
        <translation>没有这个物料，请从列表中选择。</translation>
    </message>
    <message>
        <source>Choose the item.</source>
        <translation>请选择物料。</translation>
    </message>
    <message>
        <source>Type a number with at most six decimal places.</source>
        <translation>请输入数字，最多六位小数。</translation>
    </message>
    <message>
        <source>The quantity must be above zero.</source>
        <translation>数量必须大于零。</translation>
    </message>
    <message>
        <source>Type the date that the customer asked for.</source>
        <translation>请输入客户要求的日期。</translation>
    </message>
    <message>
        <source>This is no date. Type it like 2026-12-05.</source>
        <translation>这不是日期，请按 2026-12-05 的格式输入。</translation>
    </message>
    <message>
        <source>Type whole days from 0 to 365, or nothing.</source>
        <translation>请输入 0 到 365 的整天数，或留空。</translation>
    </message>
    <message>
        <source>Order no.</source>
        <translation>生产单号</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Customer&apos;s PO</source>
        <translation>客户订单号</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>要求日期</translation>
    </message>
    <message>
        <source>Promised</source>
        <translation>承诺交期</translation>
    </message>
    <message>
        <source>Earliest start</source>
        <translation>最早开工</translation>
    </message>
    <message>
        <source>Priority (1 first, 9 last)</source>
        <translation>优先级(1 最先)</translation>
    </message>
    <message>
        <source>Safety days</source>
        <translation>安全天数</translation>
    </message>
    <message>
        <source>Requirements</source>
        <translation>特殊要求</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>the customer&apos;s</source>
        <translation>按客户</translation>
    </message>
    <message>
        <source>code or name</source>
        <translation>编码或名称</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>New order</source>
        <translation>新建订单</translation>
    </message>
    <message>
        <source>Change order {number}</source>
        <translation>修改订单 {number}</translation>
    </message>
    <message>
        <source>Can we promise it?</source>
        <translation>能否承诺？</translation>
    </message>
</context>
<context>
    <name>OrdersPage</name>
    <message>
        <source>Orders</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Search orders</source>
        <translation>搜索订单</translation>
    </message>
    <message>
        <source>Show ended orders</source>
        <translation>显示已结束</translation>
    </message>
    <message>
        <source>New order</source>
        <translation>新建订单</translation>
    </message>
    <message>
        <source>Change order</source>
        <translation>修改订单</translation>
    </message>
    <message>
        <source>Cancel order</source>
        <translation>取消订单</translation>
    </message>
    <message>
        <source>Print travelers</source>
        <translation>打印流转卡</translation>
    </message>
    <message>
        <source>There are no open orders.</source>
        <translation>没有未完成的订单。</translation>
    </message>
    <message numerus="yes">
        <source>%n orders miss the customer&apos;s date</source>
        <translation>
            <numerusform>%n 张订单赶不上客户交期</numerusform>
        </translation>
    </message>
    <message>
        <source>Print inspection sheets</source>
        <translation>打印检验单</translation>
    </message>
    <message>
        <source>Can we promise it?</source>
        <translation>能否承诺？</translation>
    </message>
    <message>
        <source>Confirm held capacity</source>
        <translation>确认预留产能</translation>
    </message>
    <message>
        <source>Release held capacity</source>
        <translation>释放预留产能</translation>
    </message>
</context>
<context>
    <name>OrdersPanel</name>
    <message numerus="yes">
        <source>%n order(s) end later, in all by {time}</source>
        <translation>
            <numerusform>%n 张订单完工推迟，合计 {time}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them not placed any more</source>
        <translation>
            <numerusform>其中 %n 张不再排得下</numerusform>
        </translation>
    </message>
    <message>
        <source>Who loses</source>
        <translation>谁受损</translation>
    </message>
    <message>
        <source>Only orders that end later than in the working plan, by weighted delay</source>
        <translation>只列出比工作计划完工更晚的订单，按加权延误排序</translation>
    </message>
    <message>
        <source>Solve the scenario to see its orders.</source>
        <translation>求解方案后可查看订单。</translation>
    </message>
    <message>
        <source>No order ends later than in the working plan.</source>
        <translation>没有订单比工作计划完工更晚。</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Schedule</source>
        <translation>排产</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>主数据</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>体检</translation>
    </message>
    <message>
        <source>What-if</source>
        <translation>试排</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
</context>
<context>
    <name>PairPanel</name>
    <message>
        <source>Changed elsewhere meanwhile. Save writes yours; Esc takes theirs.</source>
        <translation>此处刚被别人改过。保存写入您的值，Esc 采用对方的值。</translation>
    </message>
    <message>
        <source>different</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>A pair needs minutes; or take it out.</source>
        <translation>必须有分钟数；不需要时请去掉该行。</translation>
    </message>
    <message numerus="yes">
        <source>%n pairs would change</source>
        <translation>
            <numerusform>将改 %n 个转换</numerusform>
        </translation>
    </message>
    <message>
        <source>Too many pairs are chosen to change them together</source>
        <translation>选中的转换太多，不能一起修改</translation>
    </message>
    <message>
        <source>Choose pairs in the grid</source>
        <translation>请在表格中选择转换</translation>
    </message>
    <message numerus="yes">
        <source>%n pairs chosen</source>
        <translation>
            <numerusform>已选 %n 个转换</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them are listed</source>
        <translation>
            <numerusform>其中 %n 个已列出</numerusform>
        </translation>
    </message>
    <message>
        <source>forbidden</source>
        <translation>禁止</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>Whole minutes, or x = forbidden.</source>
        <translation>整数分钟，x = 禁止。</translation>
    </message>
    <message>
        <source>The schedule never changes this way.</source>
        <translation>排程绝不这样转换。</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>What one changeover costs.</source>
        <translation>一次换型的费用。</translation>
    </message>
    <message>
        <source>Scrap</source>
        <translation>损耗量</translation>
    </message>
    <message>
        <source>Material lost in one changeover.</source>
        <translation>一次换型损耗的物料数量。</translation>
    </message>
    <message>
        <source>Scrap item</source>
        <translation>损耗物料</translation>
    </message>
    <message>
        <source>Code of the item that is lost.</source>
        <translation>损耗物料的编码。</translation>
    </message>
    <message>
        <source>Skill</source>
        <translation>技能</translation>
    </message>
    <message>
        <source>Who makes this changeover must have it.</source>
        <translation>做这种换型的人必须具备。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人数</translation>
    </message>
    <message>
        <source>So many people work on it.</source>
        <translation>同时参与换型的人数。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>A more general rule then decides.</source>
        <translation>之后由更一般的规则决定。</translation>
    </message>
    <message>
        <source>Also the other way round</source>
        <translation>反方向相同</translation>
    </message>
</context>
<context>
    <name>Papers</name>
    <message>
        <source>No inspection plan applies to these orders. Add one to the master data.</source>
        <translation>这些生产单没有适用的检验方案。请在基础数据中添加。</translation>
    </message>
    <message>
        <source>Nothing of the kind is planned for these machines in these shifts.</source>
        <translation>这些设备在这些班次没有此类计划。</translation>
    </message>
    <message>
        <source>No incoming inspection plan applies to these goods. Add one to the master data.</source>
        <translation>这些物料没有适用的来料检验方案。请在基础数据中添加。</translation>
    </message>
    <message>
        <source>Nothing is planned in these days.</source>
        <translation>这些天没有计划。</translation>
    </message>
</context>
<context>
    <name>PasteLines</name>
    <message>
        <source>Line {number}: {reason}</source>
        <translation>第 {number} 行：{reason}</translation>
    </message>
    <message numerus="yes">
        <source>Add %n lines</source>
        <translation>
            <numerusform>添加 %n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>These lines will be added. Nothing is written yet.</source>
        <translation>将添加以下各行，尚未写入。</translation>
    </message>
</context>
<context>
    <name>PastePreview</name>
    <message>
        <source>Checking the cells: {done} of {count}</source>
        <translation>正在检查单元格：{done} / {count}</translation>
    </message>
    <message numerus="yes">
        <source>%n cells change</source>
        <translation>
            <numerusform>修改 %n 个单元格</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n rows</source>
        <translation>
            <numerusform>涉及 %n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new rows</source>
        <translation>
            <numerusform>新增 %n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells cannot be taken</source>
        <translation>
            <numerusform>%n 个单元格无法采用</numerusform>
        </translation>
    </message>
    <message>
        <source>The cells hold these values already.</source>
        <translation>单元格中已是这些值。</translation>
    </message>
    <message>
        <source>Take the good ones</source>
        <translation>只采用正确的</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现值</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>新值</translation>
    </message>
    <message>
        <source>new row</source>
        <translation>新行</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>将要修改的内容</translation>
    </message>
    <message>
        <source>Only what cannot be taken</source>
        <translation>只看无法采用的</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>放弃</translation>
    </message>
</context>
<context>
    <name>PdfPreview</name>
    <message>
        <source>A3</source>
        <translation>A3</translation>
    </message>
    <message>
        <source>A4</source>
        <translation>A4</translation>
    </message>
    <message>
        <source>A5</source>
        <translation>A5</translation>
    </message>
    <message>
        <source>A4, two A5 cards</source>
        <translation>A4，两张 A5 卡</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter 信纸</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英文</translation>
    </message>
    <message>
        <source>Both languages</source>
        <translation>中英双语</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Language of the paper</source>
        <translation>纸面语言</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Fit width</source>
        <translation>适合宽度</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存为 PDF…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Drawing the paper</source>
        <translation>正在生成纸面</translation>
    </message>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n 页</numerusform>
        </translation>
    </message>
    <message>
        <source>There is nothing to print.</source>
        <translation>没有可打印的内容。</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>存为 PDF</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation>已保存 {name}。</translation>
    </message>
    <message>
        <source>The file could not be written: {reason}</source>
        <translation>文件写入失败：{reason}</translation>
    </message>
</context>
<context>
    <name>PlanPapers</name>
    <message>
        <source>Dispatch lists</source>
        <translation>派工单</translation>
    </message>
    <message>
        <source>Dispatch lists of these machines</source>
        <translation>这些设备的派工单</translation>
    </message>
    <message>
        <source>Print travelers</source>
        <translation>打印流转卡</translation>
    </message>
    <message>
        <source>Print inspection sheets</source>
        <translation>打印检验单</translation>
    </message>
</context>
<context>
    <name>PlanWindow</name>
    <message>
        <source>{site} – Schedule, second window</source>
        <translation>{site} – 排产，第二窗口</translation>
    </message>
    <message>
        <source>Linked selection</source>
        <translation>联动选择</translation>
    </message>
    <message>
        <source>Select here what is selected in the other windows</source>
        <translation>在这里同步选择其他窗口所选</translation>
    </message>
</context>
<context>
    <name>PlanWindows</name>
    <message>
        <source>Plan in a second window</source>
        <translation>在第二窗口打开计划</translation>
    </message>
</context>
<context>
    <name>PrintRun</name>
    <message>
        <source>Printing</source>
        <translation>正在打印</translation>
    </message>
    <message>
        <source>Pages printed: {count}</source>
        <translation>已打印 {count} 页</translation>
    </message>
    <message>
        <source>The printer stopped.</source>
        <translation>打印机已停止。</translation>
    </message>
</context>
<context>
    <name>PromiseColumns</name>
    <message>
        <source>Check</source>
        <translation>检查项</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>完工</translation>
    </message>
    <message>
        <source>90 %</source>
        <translation>90%</translation>
    </message>
    <message>
        <source>What it takes</source>
        <translation>代价</translation>
    </message>
    <message>
        <source>Proof</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Gives way</source>
        <translation>让位订单</translation>
    </message>
    <message>
        <source>Was to end</source>
        <translation>原完工</translation>
    </message>
    <message>
        <source>Then ends</source>
        <translation>改为完工</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>交期</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>later still</source>
        <translation>延误加重</translation>
    </message>
    <message>
        <source>becomes late</source>
        <translation>变为延误</translation>
    </message>
    <message>
        <source>Loses</source>
        <translation>失去</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>哪一个</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Was to start</source>
        <translation>原开始</translation>
    </message>
    <message>
        <source>Then starts</source>
        <translation>改为开始</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Order no.</source>
        <translation>生产单号</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
</context>
<context>
    <name>PromiseDialog</name>
    <message>
        <source>50 % and 90 %: {n} replays with uncertain durations.</source>
        <translation>50% 与 90%：按不确定工时重演计划 {n} 次得出。</translation>
    </message>
    <message>
        <source>with 90 %: {date}</source>
        <translation>90% 把握：{date}</translation>
    </message>
    <message>
        <source>as projected: {date}</source>
        <translation>按预计：{date}</translation>
    </message>
    <message>
        <source>Ends {end}; promise {promise}; 50 % by {p50}, 90 % by {p90}.</source>
        <translation>{end} 完工；可承诺 {promise}；50% 把握 {p50}，90% 把握 {p90}。</translation>
    </message>
    <message>
        <source>Re-mounting, against squeezing it in: setup {minutes}, cost {cost} {currency}.</source>
        <translation>重新换型（与插空排入相比）：准备 {minutes}，费用 {cost} {currency}。</translation>
    </message>
    <message>
        <source>Cost: no overtime rate is on record in the calendars.</source>
        <translation>费用：日历中没有登记加班费率。</translation>
    </message>
    <message>
        <source>Cost: {cost} {currency}.</source>
        <translation>费用：{cost} {currency}。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新评估</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>客户要求日</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>In the plan now</source>
        <translation>现计划完工</translation>
    </message>
    <message>
        <source>Earliest end</source>
        <translation>最早完工</translation>
    </message>
    <message>
        <source>Promise</source>
        <translation>可承诺</translation>
    </message>
    <message>
        <source>50 %</source>
        <translation>50%</translation>
    </message>
    <message>
        <source>90 %</source>
        <translation>90%</translation>
    </message>
    <message>
        <source>Chance to keep the date</source>
        <translation>按期把握</translation>
    </message>
    <message>
        <source>Can we?</source>
        <translation>能不能做</translation>
    </message>
    <message>
        <source>What would help</source>
        <translation>可行办法</translation>
    </message>
    <message>
        <source>Put into the form</source>
        <translation>填入表单</translation>
    </message>
    <message>
        <source>Promise this date</source>
        <translation>按此承诺</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Who asks for it: it stands in the order&apos;s detail</source>
        <translation>由谁提出（会记入订单详情）</translation>
    </message>
    <message>
        <source>Being worked out…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Hold capacity</source>
        <translation>预留产能</translation>
    </message>
    <message>
        <source>For whom</source>
        <translation>为谁</translation>
    </message>
    <message>
        <source>For whom the capacity is held</source>
        <translation>为谁预留产能</translation>
    </message>
    <message>
        <source>Until when the capacity is held</source>
        <translation>产能预留到何时</translation>
    </message>
    <message>
        <source>Save the order first, then ask again.</source>
        <translation>请先保存订单，再重新评估。</translation>
    </message>
    <message>
        <source>The plan has it just there, or there is nothing to place.</source>
        <translation>计划中已在此处，或没有可排入的工序。</translation>
    </message>
    <message>
        <source>Put into the plan</source>
        <translation>排入计划</translation>
    </message>
    <message>
        <source>Who asks for it</source>
        <translation>提出人</translation>
    </message>
    <message>
        <source>Show on the board</source>
        <translation>在排产板上显示</translation>
    </message>
    <message>
        <source>As ghost bars in the chart, where its steps can be dragged</source>
        <translation>以虚影条显示在图上，工序可拖动</translation>
    </message>
    <message>
        <source>Not from here: the answer says why. Make two orders by hand.</source>
        <translation>不能在此拆分，原因见答复；请手工拆成两张订单。</translation>
    </message>
</context>
<context>
    <name>PublishColumns</name>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>发布时间</translation>
    </message>
    <message>
        <source>By</source>
        <translation>发布人</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>On time %</source>
        <translation>准时率 %</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签收</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Order no.</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>工序号</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Was</source>
        <translation>原来</translation>
    </message>
    <message>
        <source>Is</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>taken off</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>other machine</source>
        <translation>换设备</translation>
    </message>
    <message>
        <source>other time</source>
        <translation>改时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>签收人</translation>
    </message>
    <message>
        <source>Signed at</source>
        <translation>签收时间</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>已签收</translation>
    </message>
    <message>
        <source>unread, overdue</source>
        <translation>未签收，已超时</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>未签收</translation>
    </message>
</context>
<context>
    <name>PublishStrip</name>
    <message>
        <source>Published: …</source>
        <translation>已发布：…</translation>
    </message>
    <message>
        <source>Not published yet</source>
        <translation>尚未发布</translation>
    </message>
    <message>
        <source>{count} differ from r{revision}</source>
        <translation>{count} 处与 r{revision} 不同</translation>
    </message>
    <message>
        <source>As published, r{revision}</source>
        <translation>与发布一致 r{revision}</translation>
    </message>
    <message>
        <source>{state} · {count} unread</source>
        <translation>{state} · {count} 份未签收</translation>
    </message>
    <message>
        <source>The working plan against the published one; go there to publish and to sign</source>
        <translation>工作计划与已发布计划的差异；点击前往发布和签收</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>Publish the working plan</source>
        <translation>发布工作计划</translation>
    </message>
    <message>
        <source>Make it the plan in force for everybody; each team gets a change notice</source>
        <translation>成为所有人的现行计划；各班组收到变更通知</translation>
    </message>
    <message>
        <source>Note for the history</source>
        <translation>历史备注</translation>
    </message>
    <message>
        <source>Nothing is published yet.</source>
        <translation>尚未发布任何计划。</translation>
    </message>
    <message>
        <source>The working plan is as published.</source>
        <translation>工作计划与已发布计划一致。</translation>
    </message>
    <message>
        <source>There is no change notice yet.</source>
        <translation>尚无变更通知。</translation>
    </message>
    <message>
        <source>Choose a notice to see its rows.</source>
        <translation>选择一份通知查看其内容。</translation>
    </message>
    <message>
        <source>Signed by the leader</source>
        <translation>班组长签收</translation>
    </message>
    <message>
        <source>Sign the notice</source>
        <translation>签收通知</translation>
    </message>
    <message>
        <source>Plan in force</source>
        <translation>现行计划</translation>
    </message>
    <message>
        <source>As it was known</source>
        <translation>当时所知</translation>
    </message>
    <message>
        <source>What publishing changes</source>
        <translation>发布将改变的内容</translation>
    </message>
    <message>
        <source>Change notices</source>
        <translation>变更通知</translation>
    </message>
    <message>
        <source>Published plans</source>
        <translation>已发布计划</translation>
    </message>
    <message>
        <source>Changes ({count})</source>
        <translation>变更（{count}）</translation>
    </message>
    <message>
        <source>Change notices ({count})</source>
        <translation>变更通知（{count}）</translation>
    </message>
    <message>
        <source>Unread and overdue: {teams}</source>
        <translation>未签收且已超时：{teams}</translation>
    </message>
    <message>
        <source>Not published yet: papers say so.</source>
        <translation>尚未发布：单据上会注明。</translation>
    </message>
    <message>
        <source>In force: r{revision}, {at}, {who} · {count} operations differ</source>
        <translation>现行：r{revision}，{at}，{who} · {count} 道工序不同</translation>
    </message>
    <message>
        <source>r{revision} in force {since} – {until}</source>
        <translation>r{revision} 有效期 {since} – {until}</translation>
    </message>
    <message>
        <source>Print change notices</source>
        <translation>打印变更通知</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>{answer} (proposed)</source>
        <translation>{answer}(建议)</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>RebasePanel</name>
    <message numerus="yes">
        <source>%n edits no longer fit what is planned now.</source>
        <translation>
            <numerusform>有 %n 项变更与现行计划不再相符。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ask the same on what stands now</source>
        <translation>按现状提出同样的变更</translation>
    </message>
    <message>
        <source>Leave this edit out</source>
        <translation>去掉此变更</translation>
    </message>
    <message>
        <source>Bring up to date</source>
        <translation>更新基准</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>RecordForm</name>
    <message>
        <source>must be filled in</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Pieces per shot</source>
        <translation>每模件数</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Own rate</source>
        <translation>单独定额</translation>
    </message>
</context>
<context>
    <name>RecordPanel</name>
    <message>
        <source>{field} was left as it is. {reason}</source>
        <translation>{field}未改动。{reason}</translation>
    </message>
    <message>
        <source>This record was removed elsewhere. What you typed is still here.</source>
        <translation>此记录已被别人删除。您输入的内容仍保留在此。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Close the panel</source>
        <translation>关闭面板</translation>
    </message>
    <message>
        <source>Choose a row to see it here.</source>
        <translation>选择一行，在此查看。</translation>
    </message>
    <message>
        <source>New: {kind}</source>
        <translation>新增：{kind}</translation>
    </message>
    <message>
        <source>Fields marked * must be filled in.</source>
        <translation>带 * 的字段必须填写。</translation>
    </message>
    <message numerus="yes">
        <source>%n rows chosen</source>
        <translation>
            <numerusform>已选 %n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Where used</source>
        <translation>何处使用</translation>
    </message>
    <message>
        <source>Go to a field: what it is for then stands here.</source>
        <translation>选中字段后，此处显示它的用途。</translation>
    </message>
</context>
<context>
    <name>RelatedTable</name>
    <message>
        <source>Life left</source>
        <translation>剩余寿命</translation>
    </message>
    <message>
        <source>Shots left of the mould&apos;s life, as a number and as a bar.</source>
        <translation>模具寿命剩余的模次，以数字和条形表示。</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>新增</translation>
    </message>
</context>
<context>
    <name>ReportColumns</name>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>未变</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>What it is and what to do</source>
        <translation>问题和处理办法</translation>
    </message>
</context>
<context>
    <name>RevisionBar</name>
    <message>
        <source>Use again</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>Retire this revision</source>
        <translation>停用此版本</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>valid, not preferred</source>
        <translation>可用，非首选</translation>
    </message>
    <message>
        <source>later</source>
        <translation>未生效</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>已失效</translation>
    </message>
    <message>
        <source>retired</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Copy as a new revision…</source>
        <translation>复制为新版本…</translation>
    </message>
    <message>
        <source>In force from, to…</source>
        <translation>生效日期…</translation>
    </message>
    <message>
        <source>Remove this revision</source>
        <translation>删除此版本</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>对比</translation>
    </message>
</context>
<context>
    <name>RevisionStrip</name>
    <message>
        <source>Type a day like 2026-12-05, or leave it empty.</source>
        <translation>请按 2026-12-05 的格式填写日期，或留空。</translation>
    </message>
    <message>
        <source>New revision</source>
        <translation>新版本</translation>
    </message>
    <message>
        <source>Dates of this revision</source>
        <translation>此版本的日期</translation>
    </message>
    <message>
        <source>in force from</source>
        <translation>生效日</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>this one ends the day before</source>
        <translation>当前版本在前一天失效</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Name of the new revision</source>
        <translation>新版本名称</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>生效日</translation>
    </message>
    <message>
        <source>In force to</source>
        <translation>失效日</translation>
    </message>
</context>
<context>
    <name>RotationPanel</name>
    <message>
        <source>Write a day like 2026-10-01 or 10-01.</source>
        <translation>日期请写成 2026-10-01 或 10-01。</translation>
    </message>
    <message>
        <source>New rotation</source>
        <translation>新建轮班</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>As it stands at the people: their team.</source>
        <translation>与人员资料中的班组一致。</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始日</translation>
    </message>
    <message>
        <source>First day of the first turn.</source>
        <translation>第一轮的第一天。</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>Name and days, over and over: Day7 Night7. A name is the beginning of a shift&apos;s name, a calendar, or off.</source>
        <translation>名称加天数，循环往复：白7夜7。名称是班次名的开头、日历编码，或 休。</translation>
    </message>
    <message>
        <source>Save rotation</source>
        <translation>保存轮班</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>RoutingEditor</name>
    <message>
        <source>Choose an item to see how it is made.</source>
        <translation>选择一个物料，查看它如何制造。</translation>
    </message>
    <message>
        <source>{item} has no routing yet: no order can be planned for it.</source>
        <translation>{item} 还没有工艺路线，无法为它排产。</translation>
    </message>
    <message>
        <source>Template of {family}</source>
        <translation>系列 {family} 的工艺模板</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>For so many pieces on the preferred machine</source>
        <translation>按所填件数，在首选设备上</translation>
    </message>
    <message>
        <source>New step</source>
        <translation>新工序</translation>
    </message>
    <message numerus="yes">
        <source>Template of {family}: %n items follow it.</source>
        <translation>
            <numerusform>系列 {family} 的模板：%n 个物料按它生产。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n orders</source>
        <translation>
            <numerusform>%n 个订单</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n open operations of {orders} still follow the old routing or recipe.</source>
        <translation>
            <numerusform>{orders}的 %n 道未完工序仍按旧的工艺或配方。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these orders have begun and keep their steps.</source>
        <translation>
            <numerusform>其中 %n 个订单已开工，工序保持不变。</numerusform>
        </translation>
    </message>
    <message>
        <source>Insert step</source>
        <translation>插入工序</translation>
    </message>
    <message>
        <source>A new step behind the chosen one</source>
        <translation>在所选工序之后新增一道工序</translation>
    </message>
    <message>
        <source>Duplicate step</source>
        <translation>复制工序</translation>
    </message>
    <message>
        <source>Remove step</source>
        <translation>删除工序</translation>
    </message>
    <message>
        <source>Move before the step above</source>
        <translation>上移一道</translation>
    </message>
    <message>
        <source>Move behind the step below</source>
        <translation>下移一道</translation>
    </message>
    <message>
        <source>Number 10, 20, 30 …</source>
        <translation>重编为 10、20、30 …</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Make an own routing from the template</source>
        <translation>由模板建立自己的工艺路线</translation>
    </message>
    <message>
        <source>Follow the template of the family</source>
        <translation>改用系列模板</translation>
    </message>
    <message>
        <source>Make this the template of the family</source>
        <translation>设为系列模板</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>All fields of the chosen step</source>
        <translation>所选工序的全部字段</translation>
    </message>
    <message>
        <source>Renew those not begun</source>
        <translation>更新未开工的</translation>
    </message>
    <message>
        <source>They follow the steps as they are now and lose their place in the plan where time, place or material changed.</source>
        <translation>它们改按现在的工序执行；时间、地点或用料有变的将退出计划，等待重排。</translation>
    </message>
    <message>
        <source> pcs</source>
        <translation> 件</translation>
    </message>
    <message>
        <source>Pieces that times are shown for</source>
        <translation>按多少件计算耗时</translation>
    </message>
    <message>
        <source>First step</source>
        <translation>新建首道工序</translation>
    </message>
    <message>
        <source>Drawing of the routing</source>
        <translation>工艺流程图</translation>
    </message>
</context>
<context>
    <name>RowChoice</name>
    <message>
        <source>All rows</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>Only rows in which this is filled</source>
        <translation>仅此列有内容的行</translation>
    </message>
    <message>
        <source>Only rows in which this is empty</source>
        <translation>仅此列为空的行</translation>
    </message>
    <message>
        <source>Only rows in which this is one of</source>
        <translation>仅此列为以下值的行</translation>
    </message>
    <message>
        <source>Rows that are taken</source>
        <translation>取哪些行</translation>
    </message>
    <message>
        <source>open; in work</source>
        <translation>已审核；生产中</translation>
    </message>
    <message>
        <source>Values whose rows are taken, parted by semicolons</source>
        <translation>要取的值，用分号隔开</translation>
    </message>
    <message>
        <source>Rows with the same value are one record</source>
        <translation>同一值的多行算一条记录</translation>
    </message>
    <message>
        <source>Only the first row of each value is taken; with further such columns, of each combination</source>
        <translation>每个值只取第一行；若有多列如此设置，则按各列组合</translation>
    </message>
    <message>
        <source>Take all of them, numbered</source>
        <translation>全部都取，并编号</translation>
    </message>
    <message>
        <source>“Put together from columns” then knows {number} (1, 2, …) and {letter} (A, B, …), for instance as revisions</source>
        <translation>“由多列拼成”中即可使用 {number}(1、2……)和 {letter}(A、B……)，例如作版本</translation>
    </message>
</context>
<context>
    <name>RowHeader</name>
    <message>
        <source>Subcontractors</source>
        <translation>外协</translation>
    </message>
    <message>
        <source>No work centre</source>
        <translation>未归工作中心</translation>
    </message>
    <message>
        <source>No team</source>
        <translation>未分班组</translation>
    </message>
    <message>
        <source>Moulds</source>
        <translation>模具</translation>
    </message>
    <message>
        <source>Dies</source>
        <translation>型模</translation>
    </message>
    <message>
        <source>Fixtures</source>
        <translation>夹具</translation>
    </message>
    <message>
        <source>Carts and racks</source>
        <translation>料车与料架</translation>
    </message>
    <message>
        <source>in service</source>
        <translation>保养中</translation>
    </message>
    <message>
        <source>in repair</source>
        <translation>维修中</translation>
    </message>
    <message>
        <source>lent out</source>
        <translation>外借</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>停用</translation>
    </message>
</context>
<context>
    <name>RowTable</name>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>No row matches the filter.</source>
        <translation>没有符合筛选的行。</translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n shown</source>
        <translation>
            <numerusform>显示 %n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>已选 %n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells</source>
        <translation>
            <numerusform>%n 个单元格</numerusform>
        </translation>
    </message>
    <message>
        <source>average {value}</source>
        <translation>平均 {value}</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>This column cannot be changed.</source>
        <translation>此列不能修改。</translation>
    </message>
    <message>
        <source>The table has no further column here.</source>
        <translation>表格在此处没有更多的列。</translation>
    </message>
    <message>
        <source>The table has no further row here.</source>
        <translation>表格在此处没有更多的行。</translation>
    </message>
    <message>
        <source>More than {most} cells cannot be pasted at once. Import them as a file.</source>
        <translation>一次最多粘贴 {most} 个单元格，更多请用文件导入。</translation>
    </message>
    <message>
        <source>The cells hold these values already.</source>
        <translation>单元格中已是这些值。</translation>
    </message>
</context>
<context>
    <name>RuleForm</name>
    <message>
        <source>From a column</source>
        <translation>取自一列</translation>
    </message>
    <message>
        <source>Always the same value</source>
        <translation>固定值</translation>
    </message>
    <message>
        <source>Put together from columns</source>
        <translation>由多列拼接</translation>
    </message>
    <message>
        <source>Text with names of columns in braces</source>
        <translation>文字，列名写在花括号里</translation>
    </message>
    <message>
        <source>List, parted by</source>
        <translation>清单，分隔符</translation>
    </message>
    <message>
        <source>all parts</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>part </source>
        <translation>第 </translation>
    </message>
    <message>
        <source>Look up in</source>
        <translation>查找于</translation>
    </message>
    <message>
        <source>where it stands in</source>
        <translation>按此列找</translation>
    </message>
    <message>
        <source>take there</source>
        <translation>取此列</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>pcs g</source>
        <translation>支 件</translation>
    </message>
    <message>
        <source>Translate words</source>
        <translation>词语对应</translation>
    </message>
    <message>
        <source>Multiply by</source>
        <translation>乘以</translation>
    </message>
    <message>
        <source>Add days</source>
        <translation>加天数</translation>
    </message>
    <message>
        <source>Write as</source>
        <translation>写成</translation>
    </message>
    <message>
        <source>If empty</source>
        <translation>为空时</translation>
    </message>
    <message>
        <source>then look up in</source>
        <translation>再到此表查找</translation>
    </message>
</context>
<context>
    <name>RulePanel</name>
    <message>
        <source>for example {example}</source>
        <translation>例如 {example}</translation>
    </message>
    <message>
        <source>becomes</source>
        <translation>对应</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>What comes of it</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>还没有。</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>文件中</translation>
    </message>
    <message>
        <source>With us</source>
        <translation>本系统</translation>
    </message>
</context>
<context>
    <name>SavedViews</name>
    <message>
        <source>As at the start</source>
        <translation>恢复初始状态</translation>
    </message>
    <message>
        <source>Save changes of “{view}”</source>
        <translation>保存对“{view}”的更改</translation>
    </message>
    <message>
        <source>Save as a new view…</source>
        <translation>另存为新视图…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Show this view at the start</source>
        <translation>启动时显示此视图</translation>
    </message>
    <message>
        <source>Save as a new view</source>
        <translation>另存为新视图</translation>
    </message>
    <message>
        <source>Rename view</source>
        <translation>重命名视图</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>视图名称</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>View: {view}</source>
        <translation>视图：{view}</translation>
    </message>
</context>
<context>
    <name>ScenarioGestures</name>
    <message>
        <source>Let it stand here, or let it go</source>
        <translation>固定在此，或取消固定</translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation>放大到所选</translation>
    </message>
    <message>
        <source>Follow the order</source>
        <translation>跟踪订单</translation>
    </message>
    <message>
        <source>Change the rush order…</source>
        <translation>修改加急单…</translation>
    </message>
    <message>
        <source>{what}: {order}…</source>
        <translation>{what}：{order}…</translation>
    </message>
    <message>
        <source>Cut what runs…</source>
        <translation>切断正在做的工序…</translation>
    </message>
</context>
<context>
    <name>SchedulePage</name>
    <message>
        <source>Schedule</source>
        <translation>排产</translation>
    </message>
    <message>
        <source>Find order, item, customer, machine…</source>
        <translation>查找订单、物料、客户、设备…</translation>
    </message>
    <message>
        <source>Find in the plan</source>
        <translation>在计划中查找</translation>
    </message>
    <message>
        <source>Nothing is planned yet.</source>
        <translation>还没有计划。</translation>
    </message>
    <message>
        <source>Schedule the open orders</source>
        <translation>排产未完成订单</translation>
    </message>
    <message>
        <source>No operation is planned.</source>
        <translation>没有已排工序。</translation>
    </message>
    <message>
        <source>Every operation has its place.</source>
        <translation>所有工序都已排上。</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Not placed ({count})</source>
        <translation>未排 ({count})</translation>
    </message>
    <message>
        <source>{place} of {count} found</source>
        <translation>第 {place} 个，共 {count} 个</translation>
    </message>
    <message>
        <source>Working plan r{revision} · late orders: {late}</source>
        <translation>工作计划 r{revision} · 延误订单：{late}</translation>
    </message>
    <message>
        <source>Operations not placed</source>
        <translation>未排的工序</translation>
    </message>
</context>
<context>
    <name>SetupMatrixEditor</name>
    <message>
        <source>From (rows) to (columns), minutes; x = forbidden</source>
        <translation>从(行)到(列)，分钟；x = 禁止</translation>
    </message>
    <message>
        <source>{start} → {end}: nothing listed</source>
        <translation>{start} → {end}：未规定</translation>
    </message>
    <message>
        <source>forbidden</source>
        <translation>禁止</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分</translation>
    </message>
    <message>
        <source>cost {cost}</source>
        <translation>费用 {cost}</translation>
    </message>
    <message>
        <source>Another rule fits as well; the older one decides.</source>
        <translation>另有一条规则同样合适，以较早的为准。</translation>
    </message>
    <message>
        <source>listed</source>
        <translation>单独规定</translation>
    </message>
    <message>
        <source>from the rule {rule} of a group</source>
        <translation>来自分组规则 {rule}</translation>
    </message>
    <message>
        <source>from the rule {rule}</source>
        <translation>来自规则 {rule}</translation>
    </message>
    <message>
        <source>the same value again needs nothing</source>
        <translation>相同的值不需要换型</translation>
    </message>
    <message>
        <source>the attribute&apos;s default</source>
        <translation>属性的缺省值</translation>
    </message>
    <message>
        <source>the machine&apos;s own</source>
        <translation>设备自己的</translation>
    </message>
    <message>
        <source>Work centre or machine</source>
        <translation>工作中心或设备</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Minutes from (rows) to (columns)</source>
        <translation>从(行)到(列)的分钟数</translation>
    </message>
    <message>
        <source>There is no work centre yet: changeovers belong to one.</source>
        <translation>还没有工作中心：换型属于工作中心。</translation>
    </message>
    <message>
        <source>Changeovers take no time here yet. A setup attribute says what differs from order to order: mould, colour, length.</source>
        <translation>这里的换型还不占时间。换型属性说明订单之间有什么不同：模具、颜色、长度。</translation>
    </message>
    <message>
        <source>Add attribute</source>
        <translation>添加属性</translation>
    </message>
    <message>
        <source>No item made here has a value of {name} yet. Values are written at the items; values to come can be put into a group.</source>
        <translation>在此生产的物料还没有“{name}”的值。值在物料中填写；将来的值可以先放入分组。</translation>
    </message>
    <message>
        <source>Go to the items</source>
        <translation>去物料表</translation>
    </message>
    <message>
        <source>A work centre has the same code: pairs would go there.</source>
        <translation>有工作中心编码相同：写入的行会归到那里。</translation>
    </message>
    <message>
        <source>Changed elsewhere meanwhile; shown when you are done with this cell.</source>
        <translation>别人刚作了修改；您填完这一格后显示。</translation>
    </message>
    <message>
        <source>Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs.</source>
        <translation>此处刚被别人改为：{value}。回车写入您的值，Esc 采用对方的值。</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Choose at most {n} cells at once; groups say the same in a few.</source>
        <translation>一次最多选 {n} 格；用分组几行即可表达。</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试算</translation>
    </message>
</context>
<context>
    <name>SheetChoice</name>
    <message>
        <source>{name} – {percent} %</source>
        <translation>{name} – {percent} %</translation>
    </message>
</context>
<context>
    <name>SheetsStep</name>
    <message>
        <source>These files hold no tables.</source>
        <translation>这些文件里没有表格。</translation>
    </message>
    <message>
        <source>becomes</source>
        <translation>对应</translation>
    </message>
    <message>
        <source>Also…</source>
        <translation>另作…</translation>
    </message>
    <message>
        <source>Make a further sheet of the same table</source>
        <translation>由同一张表再生成一张表</translation>
    </message>
    <message>
        <source>Click the row that holds the names of the columns; hold Shift for two rows.</source>
        <translation>单击表头所在的行；按住 Shift 可选两行。</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>略过</translation>
    </message>
    <message numerus="yes">
        <source>%n files of the same shape</source>
        <translation>
            <numerusform>%n 个同样格式的文件</numerusform>
        </translation>
    </message>
    <message>
        <source>No names of columns were found here.</source>
        <translation>这里没有找到表头。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>对应</translation>
    </message>
    <message>
        <source>Sure</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>略过</translation>
    </message>
    <message>
        <source>Without {name}</source>
        <translation>不要 {name}</translation>
    </message>
</context>
<context>
    <name>ShiftOptions</name>
    <message>
        <source>Dispatch list</source>
        <translation>派工单</translation>
    </message>
    <message>
        <source>Mould changes</source>
        <translation>换模 / 备模单</translation>
    </message>
    <message>
        <source>Mixing tickets</source>
        <translation>配料单</translation>
    </message>
    <message>
        <source>All machines</source>
        <translation>全部设备</translation>
    </message>
    <message>
        <source>Machines shown</source>
        <translation>图中显示的设备</translation>
    </message>
    <message>
        <source>Machines of the selection</source>
        <translation>所选工序的设备</translation>
    </message>
    <message>
        <source>By work centre</source>
        <translation>按工作中心</translation>
    </message>
    <message>
        <source>By shift</source>
        <translation>按班次</translation>
    </message>
    <message>
        <source>Kind of paper</source>
        <translation>单据类型</translation>
    </message>
    <message>
        <source>Shift date</source>
        <translation>生产日</translation>
    </message>
    <message>
        <source>A night shift belongs to the day it began.</source>
        <translation>夜班归属开始的那一天。</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Order of the lists</source>
        <translation>排列顺序</translation>
    </message>
    <message>
        <source>All shifts</source>
        <translation>全部班次</translation>
    </message>
</context>
<context>
    <name>ShiftPanel</name>
    <message>
        <source>A shift begins before midnight.</source>
        <translation>班次须在 24:00 之前开始。</translation>
    </message>
    <message>
        <source>Write breaks like 12:00-13:00; 15:00-15:10.</source>
        <translation>休息请写成 12:00-13:00; 15:00-15:10。</translation>
    </message>
    <message>
        <source>Write an amount per hour.</source>
        <translation>请写每小时金额。</translation>
    </message>
    <message>
        <source>A shift needs a name.</source>
        <translation>班次必须有名称。</translation>
    </message>
    <message>
        <source>Write a time like 07:30.</source>
        <translation>时间请写成 07:30。</translation>
    </message>
    <message numerus="yes">
        <source>Also the %n equal shifts of other days</source>
        <translation>
            <numerusform>其他 %n 天相同的班次一起改</numerusform>
        </translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>New shift</source>
        <translation>新建班次</translation>
    </message>
    <message>
        <source>Regular</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Overtime</source>
        <translation>加班</translation>
    </message>
    <message>
        <source>the day it begins</source>
        <translation>开始的那天</translation>
    </message>
    <message>
        <source>the day it ends</source>
        <translation>结束的那天</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>星期</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What the shift is called on lists and cards.</source>
        <translation>班次在各种单据上的名称。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Time of day, such as 07:30.</source>
        <translation>时刻，例如 07:30。</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Earlier than the start = runs over midnight.</source>
        <translation>早于开始 = 跨午夜。</translation>
    </message>
    <message>
        <source>Breaks</source>
        <translation>休息</translation>
    </message>
    <message>
        <source>Times in which nobody works: 12:00-13:00.</source>
        <translation>不工作的时段：12:00-13:00。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Overtime counts against people&apos;s caps.</source>
        <translation>加班计入个人加班上限。</translation>
    </message>
    <message>
        <source>Cost per hour</source>
        <translation>小时费用</translation>
    </message>
    <message>
        <source>What an hour of it costs more.</source>
        <translation>每小时另计的费用。</translation>
    </message>
    <message>
        <source>Belongs to</source>
        <translation>归属日</translation>
    </message>
    <message>
        <source>Which day a shift over midnight counts to in every list and figure.</source>
        <translation>跨午夜的班次在所有清单和统计中算哪一天。</translation>
    </message>
    <message>
        <source>Save shift</source>
        <translation>保存班次</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Why here?</source>
        <translation>为什么在这里？</translation>
    </message>
    <message>
        <source>Minutes per cause, and what would help (W)</source>
        <translation>各原因占多少分钟，怎样能提前 (W)</translation>
    </message>
</context>
<context>
    <name>SiteFields</name>
    <message>
        <source>{field} must be filled in.</source>
        <translation>{field}必须填写。</translation>
    </message>
</context>
<context>
    <name>SolveOptions</name>
    <message>
        <source>Aim</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Search for</source>
        <translation>搜索时间</translation>
    </message>
    <message>
        <source>Aim and time of the search</source>
        <translation>搜索目标和时间</translation>
    </message>
    <message>
        <source>On time</source>
        <translation>准时交货</translation>
    </message>
    <message>
        <source>Short lead times</source>
        <translation>缩短周期</translation>
    </message>
    <message>
        <source>Few changes</source>
        <translation>少变动</translation>
    </message>
    <message>
        <source>Finish early</source>
        <translation>尽早完工</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分</translation>
    </message>
</context>
<context>
    <name>SolvePanel</name>
    <message>
        <source>Objective over time</source>
        <translation>目标值曲线</translation>
    </message>
    <message>
        <source>Scheduling…</source>
        <translation>正在排产…</translation>
    </message>
    <message>
        <source>Last solve</source>
        <translation>上次排产</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Building the first plan…</source>
        <translation>正在生成初始计划…</translation>
    </message>
    <message>
        <source>Late orders: {late} · tardiness: {tardiness} h · setup: {setup} h</source>
        <translation>延误订单：{late} · 延误：{tardiness} 小时 · 换型：{setup} 小时</translation>
    </message>
    <message>
        <source>at dear hours: {dear} h</source>
        <translation>优先时段外运行：{dear} 小时</translation>
    </message>
    <message>
        <source>Objective {total}, proven bound {bound}</source>
        <translation>目标值 {total}，已证下界 {bound}</translation>
    </message>
    <message>
        <source>No bound: how much better a plan could be is not known.</source>
        <translation>没有下界：还能改进多少未知。</translation>
    </message>
    <message numerus="yes">
        <source>%n light oven batches</source>
        <translation>
            <numerusform>%n 炉未装够</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n campaigns cut short</source>
        <translation>
            <numerusform>%n 次未连产够就换型</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SolveRun</name>
    <message>
        <source>Scheduling: {policy}</source>
        <translation>正在排产：{policy}</translation>
    </message>
</context>
<context>
    <name>SplitDialog</name>
    <message>
        <source>{rest} {unit} become an operation of their own in the tray. What follows waits for both parts and goes to the tray, too.</source>
        <translation>{rest} {unit}成为待排栏中单独的一道工序。后面的工序要等两部分，也进入待排栏。</translation>
    </message>
    <message>
        <source>{rest} {unit} become an operation of their own in the tray, to be set up for again. What follows goes to the tray, too.</source>
        <translation>其余 {rest} {unit}成为待排栏中单独的一道工序，需重新上模准备。后面的工序也进入待排栏。</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Stay where it stands</source>
        <translation>留在原位</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{keep} {unit}, until {moment}</source>
        <translation>{keep} {unit}，到 {moment}</translation>
    </message>
    <message>
        <source>Runs on, up to</source>
        <translation>继续做到</translation>
    </message>
</context>
<context>
    <name>StartWindow</name>
    <message>
        <source>Taktline</source>
        <translation>Taktline</translation>
    </message>
    <message>
        <source>Which plant?</source>
        <translation>打开哪个工厂？</translation>
    </message>
    <message>
        <source>Orders, a schedule at finite capacity, and travelers that match it.</source>
        <translation>订单、有限产能排产，以及与计划一致的流转卡。</translation>
    </message>
    <message>
        <source>Open the demo plant</source>
        <translation>打开示例工厂</translation>
    </message>
    <message>
        <source>A maker of plaster cornices with 300 orders, to try everything on. Making it takes about a minute the first time.</source>
        <translation>一家石膏线厂，300 张订单，可以随意试用。首次生成约需一分钟。</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>Start an empty plant</source>
        <translation>新建空工厂</translation>
    </message>
    <message>
        <source>A new database file; fill it from a workbook under Exchange.</source>
        <translation>新建数据库文件，在「交换」里用工作簿导入数据。</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Open a database</source>
        <translation>打开数据库</translation>
    </message>
    <message>
        <source>A Taktline file on this computer.</source>
        <translation>本机上的 Taktline 文件。</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>or the address of the company database: postgresql://user@server/name</source>
        <translation>或公司数据库地址：postgresql://用户@服务器/库名</translation>
    </message>
    <message>
        <source>Address of the company database</source>
        <translation>公司数据库地址</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Making the demo plant: writing, importing, scheduling…</source>
        <translation>正在生成示例工厂：写出、导入、排产…</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The demo plant could not be made.</source>
        <translation>示例工厂生成失败。</translation>
    </message>
    <message>
        <source>A file for the new plant</source>
        <translation>新工厂的文件</translation>
    </message>
    <message>
        <source>Taktline database (*.sqlite)</source>
        <translation>Taktline 数据库 (*.sqlite)</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>in step at {time}</source>
        <translation>同步 {time}</translation>
    </message>
    <message>
        <source>planning date {moment}</source>
        <translation>计划日期 {moment}</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Sheets</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>StepField</name>
    <message>
        <source>Fill this in.</source>
        <translation>请填写。</translation>
    </message>
</context>
<context>
    <name>StepForm</name>
    <message>
        <source>Calendars, machines, work centres, people or teams, separated by commas</source>
        <translation>日历、设备、工作中心、人员或班组，用逗号分隔</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>StepWords</name>
    <message>
        <source>no machine</source>
        <translation>无设备</translation>
    </message>
    <message>
        <source>No machine can do this step with its tools.</source>
        <translation>没有设备能用其模具做这道工序。</translation>
    </message>
    <message>
        <source>{pieces} pieces at {place}: {time}.</source>
        <translation>{pieces} 件，在 {place}：{time}。</translation>
    </message>
    <message>
        <source>{pieces} pieces on {place}: {time} (setup {setup}, run {run}: {turns} turns with {copies}).</source>
        <translation>{pieces} 件，在 {place}：{time}（准备 {setup}，加工 {run}：{copies}共 {turns} 模次）。</translation>
    </message>
    <message>
        <source>{pieces} pieces on {place}: {time} (setup {setup}, run {run}).</source>
        <translation>{pieces} 件，在 {place}：{time}（准备 {setup}，加工 {run}）。</translation>
    </message>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n 副模</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>As long on %n other machines.</source>
        <translation>
            <numerusform>另有 %n 台设备耗时相同。</numerusform>
        </translation>
    </message>
    <message>
        <source>Otherwise: {others}.</source>
        <translation>其他：{others}。</translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>{ends} at least {least}, at most {most} pass{clock}.</source>
        <translation>{ends}，最少 {least}，最多 {most}{clock}。</translation>
    </message>
    <message>
        <source>{ends} at least {least} pass{clock}.</source>
        <translation>{ends}，最少 {least}{clock}。</translation>
    </message>
    <message>
        <source>{ends} at most {most} pass{clock}.</source>
        <translation>{ends}，最多 {most}{clock}。</translation>
    </message>
    <message>
        <source>Between its end and the start of the next step</source>
        <translation>本工序完工到下道开工</translation>
    </message>
    <message>
        <source>Between its start and the start of the next step</source>
        <translation>本工序开工到下道开工</translation>
    </message>
    <message>
        <source>Between its end and the end of the next step</source>
        <translation>本工序完工到下道完工</translation>
    </message>
    <message>
        <source> (working hours only)</source>
        <translation>（只计工作时间）</translation>
    </message>
    <message>
        <source>The next step may begin when the first {pieces} pieces are through.</source>
        <translation>前 {pieces} 件完成后，下道工序即可开始。</translation>
    </message>
    <message>
        <source>{tools} stays with the order until step {step} is done.</source>
        <translation>{tools} 随订单占用，直到工序 {step} 完成。</translation>
    </message>
    <message>
        <source>It pauses only between turns.</source>
        <translation>只在整模次之间中断。</translation>
    </message>
    <message>
        <source>It must not pause.</source>
        <translation>不可中断。</translation>
    </message>
    <message>
        <source>outside: {supplier}</source>
        <translation>委外：{supplier}</translation>
    </message>
    <message>
        <source>start–start</source>
        <translation>始–始</translation>
    </message>
    <message>
        <source>end–end</source>
        <translation>完–完</translation>
    </message>
</context>
<context>
    <name>Summaries</name>
    <message>
        <source>{item}: 1 {unit} {equals} {there} {other}, 1 {other} {equals_2} {back} {unit}</source>
        <translation>{item}:1 {unit} {equals} {there} {other},1 {other} {equals_2} {back} {unit}</translation>
    </message>
    <message>
        <source>All items</source>
        <translation>所有物料</translation>
    </message>
    <message>
        <source>usually; each lot is measured and keeps its own</source>
        <translation>常用值；每批实测，按批保存</translation>
    </message>
    <message>
        <source>Due since {day}</source>
        <translation>{day} 起已到期</translation>
    </message>
    <message>
        <source>Due next on {day}</source>
        <translation>下次 {day} 到期</translation>
    </message>
    <message>
        <source>{days} days {shift}</source>
        <translation>{shift} {days} 天</translation>
    </message>
    <message>
        <source>, then </source>
        <translation>，再 </translation>
    </message>
    <message>
        <source>{parts}, then from the beginning</source>
        <translation>{parts}，如此循环</translation>
    </message>
</context>
<context>
    <name>TableList</name>
    <message>
        <source>Products</source>
        <translation>产品</translation>
    </message>
    <message>
        <source>Plant</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Changeovers</source>
        <translation>换型</translation>
    </message>
    <message>
        <source>Partners</source>
        <translation>往来单位</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>数据表</translation>
    </message>
</context>
<context>
    <name>TableOutput</name>
    <message>
        <source>Export what is shown…</source>
        <translation>导出当前显示内容…</translation>
    </message>
    <message>
        <source>Print what is shown…</source>
        <translation>打印当前显示内容…</translation>
    </message>
    <message>
        <source>Export what is shown</source>
        <translation>导出当前显示内容</translation>
    </message>
    <message>
        <source>Excel workbook (*.xlsx)</source>
        <translation>Excel 工作簿 (*.xlsx)</translation>
    </message>
    <message>
        <source>Exporting the table</source>
        <translation>正在导出表格</translation>
    </message>
    <message>
        <source>%n rows exported to {name}.</source>
        <translation>已将 %n 行导出到 {name}。</translation>
    </message>
</context>
<context>
    <name>TargetChoice</name>
    <message>
        <source>not taken</source>
        <translation>不取</translation>
    </message>
    <message>
        <source>{name} (filled already)</source>
        <translation>{name}(已填)</translation>
    </message>
</context>
<context>
    <name>TeamStrip</name>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无人</translation>
    </message>
    <message>
        <source>turn: {turn}</source>
        <translation>轮次：{turn}</translation>
    </message>
    <message>
        <source>off</source>
        <translation>休息</translation>
    </message>
</context>
<context>
    <name>TemplateDialog</name>
    <message>
        <source>There is no {names}.</source>
        <translation>没有 {names} 这个占位符。</translation>
    </message>
    <message>
        <source>What bars and cards say</source>
        <translation>条块和提示卡的文字</translation>
    </message>
    <message>
        <source>On bars</source>
        <translation>条块上</translation>
    </message>
    <message>
        <source>From long to short, with | between: a bar shows what fits.</source>
        <translation>由长到短，用 | 隔开：条块显示放得下的一种。</translation>
    </message>
    <message>
        <source>On the card beside the pointer</source>
        <translation>指针旁的提示卡上</translation>
    </message>
    <message>
        <source>Placeholders</source>
        <translation>占位符</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>TimeAxis</name>
    <message>
        <source>Drag to zoom to a range; double-click a day to see it whole.</source>
        <translation>拖动可放大一段时间；双击某天显示全天。</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Drop here to take off the plan</source>
        <translation>放在这里即移出计划</translation>
    </message>
    <message>
        <source>Everything has its place. Drag a bar here to take it off the plan.</source>
        <translation>全部已排。把条块拖到这里可移出计划。</translation>
    </message>
    <message>
        <source>Not placed ({count})</source>
        <translation>未排 ({count})</translation>
    </message>
</context>
<context>
    <name>TrialPanel</name>
    <message>
        <source>Together: {minutes}</source>
        <translation>合计：{minutes}</translation>
    </message>
    <message>
        <source>forbidden</source>
        <translation>禁止</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分</translation>
    </message>
    <message>
        <source>What would it take</source>
        <translation>试算</translation>
    </message>
    <message>
        <source>From (left) to (right):</source>
        <translation>从(左)到(右):</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>TwinGantt</name>
    <message>
        <source>Was: working plan</source>
        <translation>原：工作计划</translation>
    </message>
    <message>
        <source>Is: {name}</source>
        <translation>现：{name}</translation>
    </message>
    <message>
        <source>{name}, not solved yet</source>
        <translation>{name}，尚未求解</translation>
    </message>
    <message>
        <source>Closed and opened times and bars moved by hand are shown; all else that the edits do is seen when it is solved.</source>
        <translation>图中已反映停机、加班等时间和手动移动的工序；其余影响求解后可见。</translation>
    </message>
    <message>
        <source>By machine</source>
        <translation>按设备</translation>
    </message>
    <message>
        <source>By order</source>
        <translation>按订单</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人员</translation>
    </message>
    <message>
        <source>By mould</source>
        <translation>按模具</translation>
    </message>
    <message>
        <source>Ghosts</source>
        <translation>叠影</translation>
    </message>
    <message>
        <source>One chart: the working plan&apos;s places behind the bars</source>
        <translation>一张图：工作计划的原位置衬在条形后面</translation>
    </message>
    <message>
        <source>Two charts</source>
        <translation>两张图</translation>
    </message>
    <message>
        <source>The working plan above, the scenario below</source>
        <translation>上为工作计划，下为方案</translation>
    </message>
    <message>
        <source>Is: {name}, changed since it was solved</source>
        <translation>现：{name}（求解后有变化）</translation>
    </message>
</context>
<context>
    <name>UndoList</name>
    <message>
        <source>Steps</source>
        <translation>操作步骤</translation>
    </message>
    <message>
        <source>Steps that can be undone</source>
        <translation>可以撤销的步骤</translation>
    </message>
    <message>
        <source>Before all of this</source>
        <translation>全部操作之前</translation>
    </message>
</context>
<context>
    <name>UpdateDialog</name>
    <message>
        <source>Bring the plan up to date</source>
        <translation>更新计划</translation>
    </message>
    <message>
        <source>Operations may start earlier than planned</source>
        <translation>工序可以比计划提前</translation>
    </message>
    <message>
        <source>Operations may pass each other on a machine</source>
        <translation>同一设备上可以改变先后</translation>
    </message>
    <message>
        <source>What can stay where it is stays</source>
        <translation>能不动的就不动</translation>
    </message>
    <message>
        <source>What has to move may change its machine</source>
        <translation>必须移动的可以换设备</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Planned from</source>
        <translation>计划不早于</translation>
    </message>
    <message>
        <source>Planned before</source>
        <translation>计划早于</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>those shown in the chart</source>
        <translation>图中显示的</translation>
    </message>
    <message>
        <source>those of the selection</source>
        <translation>选中的</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Trying…</source>
        <translation>正在试算…</translation>
    </message>
    <message>
        <source>Nothing has to move.</source>
        <translation>没有工序需要移动。</translation>
    </message>
    <message numerus="yes">
        <source>%n operations move</source>
        <translation>
            <numerusform>移动 %n 道工序</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n outside of it</source>
        <translation>
            <numerusform>其中范围外 %n 道</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lose their place</source>
        <translation>
            <numerusform>%n 道失去位置</numerusform>
        </translation>
    </message>
    <message>
        <source>late orders {before} → {after}</source>
        <translation>延误订单 {before} → {after}</translation>
    </message>
    <message>
        <source>tardiness {before} → {after} h</source>
        <translation>加权延误 {before} → {after} 小时</translation>
    </message>
    <message>
        <source>setup {before} → {after} h</source>
        <translation>换型 {before} → {after} 小时</translation>
    </message>
    <message>
        <source>at dear hours {before} → {after} h</source>
        <translation>优先时段外运行 {before} → {after} 小时</translation>
    </message>
    <message>
        <source>not placed</source>
        <translation>未排</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>工序</translation>
    </message>
    <message>
        <source>Was</source>
        <translation>原来</translation>
    </message>
    <message>
        <source>Will be</source>
        <translation>改为</translation>
    </message>
    <message>
        <source>Moved by</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>light oven batches {before} → {after}</source>
        <translation>未装够的炉次 {before} → {after}</translation>
    </message>
    <message>
        <source>campaigns cut short {before} → {after}</source>
        <translation>未连产够的换型 {before} → {after}</translation>
    </message>
</context>
<context>
    <name>UsesView</name>
    <message>
        <source>Retire instead</source>
        <translation>改为停用</translation>
    </message>
    <message>
        <source>It stays in the records that use it and is not offered any more.</source>
        <translation>在使用它的记录中保留，以后不再提供选择。</translation>
    </message>
    <message>
        <source>Where it is used</source>
        <translation>使用之处</translation>
    </message>
    <message>
        <source>Choose one row to see where it is used.</source>
        <translation>选择一行，查看它用在哪里。</translation>
    </message>
    <message numerus="yes">
        <source>It cannot be removed: %n records use it.</source>
        <translation>
            <numerusform>不能删除：有 %n 条记录在使用它。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing uses this record. It can be removed.</source>
        <translation>没有记录使用它，可以删除。</translation>
    </message>
    <message numerus="yes">
        <source>%n records use it.</source>
        <translation>
            <numerusform>有 %n 条记录在使用它。</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to this record</source>
        <translation>转到该记录</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove these too</source>
        <translation>连同这些一起删除</translation>
    </message>
    <message>
        <source>One step: undo brings all of it back.</source>
        <translation>一步完成，撤销即全部恢复。</translation>
    </message>
</context>
<context>
    <name>ViewControls</name>
    <message>
        <source>By machine</source>
        <translation>按设备</translation>
    </message>
    <message>
        <source>By order</source>
        <translation>按订单</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Meaning of the colours</source>
        <translation>颜色含义</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Item family</source>
        <translation>产品系列</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Lateness</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Go to now (.)</source>
        <translation>转到现在 (.)</translation>
    </message>
    <message>
        <source>Whole plan</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Show the whole plan (Ctrl+0)</source>
        <translation>显示整个计划 (Ctrl+0)</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人员</translation>
    </message>
    <message>
        <source>By mould</source>
        <translation>按模具</translation>
    </message>
</context>
<context>
    <name>WeekGrid</name>
    <message>
        <source>breaks {times}</source>
        <translation>休息 {times}</translation>
    </message>
    <message>
        <source>overtime</source>
        <translation>加班</translation>
    </message>
</context>
<context>
    <name>WeekPage</name>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Without a calendar: always open.</source>
        <translation>没有日历：全天可用。</translation>
    </message>
    <message>
        <source>These shifts are those of calendar {calendar}: open it</source>
        <translation>这些是日历 {calendar} 的班次：打开该日历</translation>
    </message>
    <message>
        <source>The shifts of {calendar} hold here: copy them to change them</source>
        <translation>这里用的是 {calendar} 的班次：复制过来再修改</translation>
    </message>
    <message>
        <source>Shifts overlap, the time counts once: {shifts}</source>
        <translation>班次重叠，时间只计一次：{shifts}</translation>
    </message>
    <message>
        <source>Copy {day} to</source>
        <translation>把{day}复制到</translation>
    </message>
    <message>
        <source>Monday to Friday</source>
        <translation>周一至周五</translation>
    </message>
    <message>
        <source>Monday to Saturday</source>
        <translation>周一至周六</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Day shift, Monday to Saturday</source>
        <translation>白班，周一至周六</translation>
    </message>
    <message>
        <source>Two shifts of 12 hours</source>
        <translation>两班各 12 小时</translation>
    </message>
    <message>
        <source>Three shifts of 8 hours</source>
        <translation>三班各 8 小时</translation>
    </message>
    <message>
        <source>Long and short weeks: every other Saturday off</source>
        <translation>大小周：隔周周六放假</translation>
    </message>
    <message>
        <source>Delete shift</source>
        <translation>删除班次</translation>
    </message>
    <message>
        <source>New shift</source>
        <translation>新建班次</translation>
    </message>
    <message>
        <source>Copy this day</source>
        <translation>复制这一天</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分</translation>
    </message>
    <message>
        <source>What drawn times are rounded to; Alt: to the minute</source>
        <translation>拖画时取整到多少；按住 Alt 精确到分钟</translation>
    </message>
    <message>
        <source>Equal days together</source>
        <translation>相同的天一起改</translation>
    </message>
    <message>
        <source>What is changed on one day is changed on all days with the same shift</source>
        <translation>改一天时，班次相同的各天一起改</translation>
    </message>
    <message>
        <source>Draw breaks</source>
        <translation>画休息</translation>
    </message>
    <message>
        <source>Dragging inside a shift draws a break (key B: half an hour)</source>
        <translation>在班次内拖动画出休息(B 键：半小时)</translation>
    </message>
    <message>
        <source>Copy day</source>
        <translation>复制一天</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>上级日历</translation>
    </message>
    <message>
        <source>Its exceptions hold here too, its shifts where there are none</source>
        <translation>上级的例外这里也算；没有班次时用上级的班次</translation>
    </message>
    <message>
        <source>Shifts of the week</source>
        <translation>每周班次</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
</context>
<context>
    <name>WhatIfActions</name>
    <message>
        <source>New scenario</source>
        <translation>新建方案</translation>
    </message>
    <message>
        <source>Duplicate the scenario</source>
        <translation>复制方案</translation>
    </message>
    <message>
        <source>Delete the scenario</source>
        <translation>删除方案</translation>
    </message>
    <message>
        <source>Solve</source>
        <translation>求解</translation>
    </message>
    <message>
        <source>Solve all scenarios</source>
        <translation>求解全部方案</translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Adopt the selected edits</source>
        <translation>采用所选变更</translation>
    </message>
    <message>
        <source>Bring the scenario up to date</source>
        <translation>更新方案基准</translation>
    </message>
    <message>
        <source>Decision sheet</source>
        <translation>方案决策单</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Find the plan of this scenario (F9)</source>
        <translation>求解此方案的计划 (F9)</translation>
    </message>
    <message>
        <source>Make its edits and its plan real, as one step; publishing is its own act</source>
        <translation>一步落实其变更和计划；发布需另行操作</translation>
    </message>
    <message>
        <source>Add an edit</source>
        <translation>添加变更</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>方案</translation>
    </message>
</context>
<context>
    <name>WhatIfColumns</name>
    <message>
        <source>not solved</source>
        <translation>未求解</translation>
    </message>
    <message>
        <source>stale</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>solved</source>
        <translation>已求解</translation>
    </message>
    <message>
        <source>{state}, older base</source>
        <translation>{state}，基准较旧</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>变更数</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>建立人</translation>
    </message>
    <message>
        <source>Solved at</source>
        <translation>求解时间</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>基准</translation>
    </message>
    <message>
        <source>unpublished</source>
        <translation>未发布</translation>
    </message>
    <message>
        <source>published r{revision}</source>
        <translation>已发布 r{revision}</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>变更内容</translation>
    </message>
    <message>
        <source>adopted</source>
        <translation>已采用</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Order no.</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Waits longer for</source>
        <translation>多等的资源</translation>
    </message>
    <message>
        <source>Later, weighted</source>
        <translation>加权延误</translation>
    </message>
    <message>
        <source>Was to end</source>
        <translation>原完工</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>现完工</translation>
    </message>
    <message>
        <source>Internal due</source>
        <translation>内部交期</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Was</source>
        <translation>原来</translation>
    </message>
    <message>
        <source>Is</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Load was</source>
        <translation>原负荷</translation>
    </message>
    <message>
        <source>Load is</source>
        <translation>现负荷</translation>
    </message>
    <message>
        <source>not placed</source>
        <translation>未排入</translation>
    </message>
</context>
<context>
    <name>WhatIfPage</name>
    <message>
        <source>What-if</source>
        <translation>试排</translation>
    </message>
    <message>
        <source>No scenario yet. Begin one: nothing in it is true before you adopt it.</source>
        <translation>尚无方案。请新建：采用之前一切都只是假设。</translation>
    </message>
    <message>
        <source>No edit yet: solving asks only for a better plan.</source>
        <translation>尚无变更：求解只寻找更好的计划。</translation>
    </message>
    <message>
        <source>Nothing is planned yet.</source>
        <translation>尚未排程。</translation>
    </message>
    <message>
        <source>Figures side by side</source>
        <translation>指标对比</translation>
    </message>
    <message>
        <source>Order by order</source>
        <translation>逐单对比</translation>
    </message>
    <message>
        <source>Was and is</source>
        <translation>前后对照</translation>
    </message>
    <message>
        <source>Scenarios in figures</source>
        <translation>方案指标对比</translation>
    </message>
    <message>
        <source>Orders of scenario {name}</source>
        <translation>方案 {name} 的订单</translation>
    </message>
    <message>
        <source>Edits of {name}</source>
        <translation>{name} 的变更</translation>
    </message>
    <message>
        <source>Solved {at} by {who} · {policy} · base: {base}</source>
        <translation>{at} 由 {who} 求解 · {policy} · 基准：{base}</translation>
    </message>
    <message>
        <source>Working plan</source>
        <translation>工作计划</translation>
    </message>
    <message>
        <source>{name} (stale)</source>
        <translation>{name}（已过期）</translation>
    </message>
    <message>
        <source>A plan has been published since the one this scenario is based on.</source>
        <translation>此方案所依据的计划之后，已发布了新的计划。</translation>
    </message>
    <message>
        <source>Bring up to date</source>
        <translation>更新基准</translation>
    </message>
    <message>
        <source>Stale: orders, plant or plan have changed since this was solved.</source>
        <translation>已过期：求解之后订单、工厂数据或计划有变化。</translation>
    </message>
    <message>
        <source>Solve again</source>
        <translation>重新求解</translation>
    </message>
    <message>
        <source>Solve the scenario to see the load of the machines.</source>
        <translation>求解后可查看设备负荷。</translation>
    </message>
    <message>
        <source>Load of the coming 7 days</source>
        <translation>未来 7 天负荷</translation>
    </message>
    <message>
        <source>Load in scenario {name}</source>
        <translation>方案 {name} 的负荷</translation>
    </message>
</context>
<context>
    <name>WhatIfRun</name>
    <message>
        <source>Scenario {name} ({place} of {count})</source>
        <translation>方案 {name}（{place}/{count}）</translation>
    </message>
</context>
<context>
    <name>WhereUsedView</name>
    <message>
        <source>Used in</source>
        <translation>用于</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Goes into one</source>
        <translation>每 1 个用量</translation>
    </message>
    <message>
        <source>holds itself</source>
        <translation>包含自身</translation>
    </message>
    <message>
        <source>alternative</source>
        <translation>替代料</translation>
    </message>
    <message>
        <source>comes out of it</source>
        <translation>产出</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>valid, not preferred</source>
        <translation>可用，非首选</translation>
    </message>
    <message>
        <source>later</source>
        <translation>未生效</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>已失效</translation>
    </message>
    <message>
        <source>retired</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>{quantity} an order</source>
        <translation>每单 {quantity}</translation>
    </message>
    <message>
        <source>Where used</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>No bill of material holds {item}.</source>
        <translation>没有物料清单使用 {item}。</translation>
    </message>
    <message>
        <source>Choose an item to see where it is used.</source>
        <translation>选择一个物料，查看它用在哪里。</translation>
    </message>
    <message numerus="yes">
        <source>held by %n items</source>
        <translation>
            <numerusform>%n 个物料使用</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WholeDayField</name>
    <message>
        <source>This is no day. Type it like 2026-12-05.</source>
        <translation>日期无效。请按 2026-12-05 填写。</translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message>
        <source>What would help {order}</source>
        <translation>{order} 怎样能提前</translation>
    </message>
    <message>
        <source>Why it stands here</source>
        <translation>为什么排在这里</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>What would help?</source>
        <translation>怎样能提前？</translation>
    </message>
    <message>
        <source>Trying remedies…</source>
        <translation>正在试算各种办法…</translation>
    </message>
    <message>
        <source>Asking the engine…</source>
        <translation>正在询问排产引擎…</translation>
    </message>
    <message>
        <source>Several orders are selected. Choose one operation, or one order.</source>
        <translation>选中了多张订单。请只选一道工序或一张订单。</translation>
    </message>
    <message>
        <source>Select an operation, or double-click to select its whole order.</source>
        <translation>请选一道工序，或双击选中整张订单。</translation>
    </message>
    <message>
        <source>From {begin} to {end}: {minutes}, of which</source>
        <translation>从 {begin} 到 {end}，共 {minutes}，其中</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing that was tried lets {order} end earlier.</source>
        <translation>试过的办法都不能让 {order} 提前完成。</translation>
    </message>
    <message numerus="yes">
        <source>%n remedies tried</source>
        <translation>
            <numerusform>试过 %n 个办法</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not tried for want of time</source>
        <translation>
            <numerusform>%n 个因时间不够未试</numerusform>
        </translation>
    </message>
    <message>
        <source>ends {end}, {gain} earlier</source>
        <translation>{end} 完成，提前 {gain}</translation>
    </message>
    <message>
        <source>on time</source>
        <translation>准时</translation>
    </message>
    <message>
        <source>still late</source>
        <translation>仍延误</translation>
    </message>
    <message numerus="yes">
        <source>%n other orders later</source>
        <translation>
            <numerusform>另有 %n 张订单推迟</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WideEditors</name>
    <message>
        <source>Open this here instead of the record at the right</source>
        <translation>在此打开，右侧的记录收起</translation>
    </message>
</context>
<context>
    <name>Wizard</name>
    <message>
        <source>Reading files</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>Comparing columns</source>
        <translation>正在比对列</translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation>正在检查文件</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Importing</source>
        <translation>正在导入</translation>
    </message>
    <message>
        <source>Taking an import back</source>
        <translation>正在撤销导入</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Cleaned</source>
        <translation>已清理</translation>
    </message>
    <message>
        <source>Assumed</source>
        <translation>已假定</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>关注</translation>
    </message>
    <message>
        <source>At risk</source>
        <translation>风险</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>延误</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Rush</source>
        <translation>加急</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>样品</translation>
    </message>
    <message>
        <source>Mould trial</source>
        <translation>试模</translation>
    </message>
    <message>
        <source>Rework</source>
        <translation>返工</translation>
    </message>
    <message>
        <source>Top-up</source>
        <translation>补单</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>备库</translation>
    </message>
    <message>
        <source>Subcontract</source>
        <translation>委外</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>In review</source>
        <translation>评审中</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>已审核</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>已下达</translation>
    </message>
    <message>
        <source>In production</source>
        <translation>生产中</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>已完工</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>已结案</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>挂起</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>驳回</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待加工</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>加工中</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Insert a rush order</source>
        <translation>插入加急单</translation>
    </message>
    <message>
        <source>Machine down</source>
        <translation>设备停机</translation>
    </message>
    <message>
        <source>Overtime or extra shift</source>
        <translation>加班或加开班次</translation>
    </message>
    <message>
        <source>Absence of a person</source>
        <translation>人员请假</translation>
    </message>
    <message>
        <source>Late material</source>
        <translation>物料迟到</translation>
    </message>
    <message>
        <source>Other date of an order</source>
        <translation>更改订单交期</translation>
    </message>
    <message>
        <source>Other priority of an order</source>
        <translation>更改订单优先级</translation>
    </message>
    <message>
        <source>Other quantity of an order</source>
        <translation>更改订单数量</translation>
    </message>
    <message>
        <source>An operation stands there</source>
        <translation>固定工序位置</translation>
    </message>
    <message>
        <source>Arrives on</source>
        <translation>到货日期</translation>
    </message>
    <message>
        <source>Wanted</source>
        <translation>要求交期</translation>
    </message>
    <message>
        <source>Priority (1 first, 9 last)</source>
        <translation>优先级（1 最先，9 最后）</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Begins at</source>
        <translation>开始于</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物料</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Asked for by</source>
        <translation>提出人</translation>
    </message>
    <message>
        <source>Approved by</source>
        <translation>批准人</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>For whom</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Until day (each day)</source>
        <translation>至（每天）</translation>
    </message>
    <message>
        <source>Extra shift, no overtime rate</source>
        <translation>加开一班（不计加班费）</translation>
    </message>
    <message>
        <source>Extra cost per hour</source>
        <translation>每小时加价</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>首日</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>末日</translation>
    </message>
    <message>
        <source>Purchase line</source>
        <translation>采购行</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Operation no.</source>
        <translation>工序号</translation>
    </message>
    <message>
        <source>Cut running work</source>
        <translation>切断正在做的工序</translation>
    </message>
    <message>
        <source>Ends after (empty: next boundary)</source>
        <translation>做到数量（留空：下一个切分点）</translation>
    </message>
</context>
<context>
    <name>WordsTable</name>
    <message>
        <source>In the file</source>
        <translation>文件中</translation>
    </message>
    <message>
        <source>With us</source>
        <translation>本系统</translation>
    </message>
</context>
<context>
    <name>WriteAside</name>
    <message numerus="yes">
        <source>Writing %n rows</source>
        <translation>
            <numerusform>正在写入 %n 行</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>YearGrid</name>
    <message>
        <source>closed</source>
        <translation>不开工</translation>
    </message>
    <message>
        <source>taken away: {hours}</source>
        <translation>被占去 {hours}</translation>
    </message>
    <message>
        <source>overtime</source>
        <translation>加班</translation>
    </message>
    <message>
        <source>{cost}/h</source>
        <translation>{cost}/时</translation>
    </message>
    <message>
        <source>{exception} (from calendar {calendar})</source>
        <translation>{exception}(来自日历 {calendar})</translation>
    </message>
</context>
</TS>
