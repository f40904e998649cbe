"""The one description of the workbook: its sheets and columns, read by import, export and template.

Every column has a Chinese and an English header; both are accepted, and so are the synonyms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any

from app.core.choices import (
    BomLineKind,
    CapacityBasis,
    CharacteristicKind,
    ConversionKind,
    DateRule,
    DefectClass,
    ExceptionKind,
    FieldKind,
    FieldSubject,
    FreezeUnit,
    InspectionKind,
    IntervalUnit,
    ItemCategory,
    ItemRounding,
    ItemSource,
    LotRule,
    LotStatus,
    MachineState,
    OrderState,
    OrderType,
    PurchaseKind,
    QuantityKind,
    RateBasis,
    ReasonCategory,
    Reporting,
    RequestedKind,
    Rounding,
    SetupCombine,
    ShiftKind,
    ToolKind,
    ToolState,
    WaitClock,
)
from app.core.sampling import LEVELS
from app.services.exchange.field_notes import ACTION as ACTION_NOTE
from app.services.exchange.field_notes import NOTES


class Kind(StrEnum):
    """What a cell holds, and what it becomes."""

    CODE = "code"  # str, blanks cut
    TEXT = "text"  # str
    INTEGER = "integer"  # int
    QUANTITY = "quantity"  # Decimal >= 0
    SIGNED = "signed"  # Decimal, also below zero
    FACTOR = "factor"  # (numerator, denominator), typed 2.5 or 1/40
    BOOL = "bool"  # 是 / 否
    CHOICE = "choice"  # a stored value
    DATE = "date"  # date
    MOMENT = "moment"  # date, or datetime in the plant's wall clock
    TIME = "time"  # minutes of the day, 24:00 = 1440
    SPANS = "spans"  # 11:30-13:00;15:00-15:10 -> [[690, 780], [900, 910]]
    WEEKDAY = "weekday"  # 1..7, 一..日
    WEEKDAYS = "weekdays"  # 二,四 -> [2, 4]
    CODES = "codes"  # A;B -> ["A", "B"]
    RATED = "rated"  # CT-01:50;CT-02 -> [("CT-01", 50), ("CT-02", None)]
    GRADED = "graded"  # 浇注:A;修整 -> [("浇注", "A"), ("修整", None)]
    DATED = "dated"  # 喷漆=2027-03-31 -> {"喷漆": date}
    ATTRIBUTES = "attributes"  # 吨位=100;炉温=50 -> {"吨位": "100", ...}
    WAIT = "wait"  # 30分, 36时, 2天 -> minutes
    LINKS = "links"  # 10FS;20SS+30, kept as typed
    DELIVERIES = "deliveries"  # 200@2026-12-05;300@2026-12-20 -> [["200", "2026-12-05"], ...]
    SEQUENCE = "sequence"  # 白7夜7 -> [["白", 7], ["夜", 7]]
    ROUTE = "route"  # 浇注(52分/模次)→烘干(18时/批) -> steps, see route_cells
    POWER = "power"  # 仅 22:00-08:00; 优先 20:00-10:00, kept as typed
    ISSUED = "issued"  # 全部 -> "all", 无 -> "none", code:qty -> [(code, Decimal)]


LONGEST_TEXT = 10_000
LONGEST_NAME = 200
LONGEST_CODE = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``choices`` maps the words accepted to the stored value (first word = export).

    ``note``: what it is for, Chinese and English (from ``field_notes``); ``example``: as a planner
    would type it. ``longest``: characters a text may have; those that tell records apart stand in
    an index of the database, which holds no long ones.
    """

    key: str
    zh: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)
    note: tuple[str, str] = ("", "")
    example: str = ""
    synonyms: tuple[str, ...] = ()
    longest: int = LONGEST_TEXT

    def words(self) -> dict[Any, str]:
        """Stored value -> the word export writes."""
        found: dict[Any, str] = {}
        for word, value in self.choices.items():
            found.setdefault(value, word)
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; ``identity``: the columns that say which record a row is about.

    ``open_prefixes``: headers that begin so become typed characteristics (特性:浸水时间).
    """

    key: str
    zh: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    open_prefixes: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def choices(kind: type[StrEnum], *words: str) -> dict[str, Any]:
    """Words for the members of ``kind`` in their order; further words by ``|``, then the value."""
    found: dict[str, Any] = {}
    for member, names in zip(kind, words, strict=True):
        for name in names.split("|"):
            found[name] = member
    for member in kind:
        found.setdefault(member.value, member)
    return found


C, T, I, Q, B = Kind.CODE, Kind.TEXT, Kind.INTEGER, Kind.QUANTITY, Kind.BOOL
H = Kind.CHOICE
R = True

ACTION = Column("action", "操作", H, choices={"更新": "update", "新增": "update", "update": "update",
                "停用": "deactivate", "deactivate": "deactivate"}, note=ACTION_NOTE)  # fmt: skip

PAUSING = {"是": "anywhere", "yes": "anywhere", "整模次": "turns", "turns": "turns", "否": "never",
           "no": "never", "anywhere": "anywhere", "never": "never"}  # fmt: skip
MACHINE_KINDS = {"单台": "unary", "unary": "unary", "容量": "cumulative", "cumulative": "cumulative",
                 "批处理": "batch", "batch": "batch"}  # fmt: skip
WAIT_ENDS = {"完–始": "ES", "完-始": "ES", "完始": "ES", "ES": "ES", "始–始": "SS", "始-始": "SS", "SS": "SS",
             "完–完": "EE", "完-完": "EE", "EE": "EE"}  # fmt: skip


def _sheet(key: str, zh: str, identity: str, *columns: Column, open_prefixes: tuple[str, ...] = (),
           synonyms: tuple[str, ...] = ()) -> Sheet:  # fmt: skip
    telling = identity.split()
    noted = tuple(
        replace(
            column,
            note=NOTES.get(key, {}).get(column.key, ("", "")),
            longest=LONGEST_NAME if column.key in telling else LONGEST_TEXT,
        )
        for column in columns
    )
    return Sheet(key, zh, (ACTION, *noted), tuple(identity.split()), open_prefixes, synonyms)


UNITS = _sheet(
    "Units", "单位", "unit_code",
    Column("unit_code", "单位", C, R, example="kg"),
    Column("dimension", "量纲", T, example="质量"),
    Column("factor", "系数", Q, example="1"),
)  # fmt: skip
SKILLS = _sheet(
    "Skills", "技能", "skill_code",
    Column("skill_code", "技能", C, R, example="浇注"),
    Column("name", "名称", T, example="石膏浇注"),
)  # fmt: skip
LOCATIONS = _sheet(
    "Locations", "库位", "location_code",
    Column("location_code", "库位", C, R, example="成品仓"),
    Column("name", "名称", T, example="成品仓库"),
)  # fmt: skip
WORK_CENTRES = _sheet(
    "WorkCentres", "工作中心", "centre_code",
    Column("centre_code", "工作中心", C, R, example="浇注台"),
    Column("name", "名称", T, example="浇注台 1–6"),
    Column("area", "车间", T, example="浇注"),
    Column("freeze_unit", "冻结单位", H, choices=choices(FreezeUnit, "分钟", "班|班次", "天|工作日"), example="班"),
    Column("freeze_locked", "锁定", I, example="2", synonyms=("锁定分钟", "freeze_locked_min")),
    Column("freeze_within", "只换序", I, example="4", synonyms=("只换序分钟", "freeze_within_min")),
    Column("freeze_issued", "领料即锁定", B, example="是"),
    Column("shift_first_piece_min", "开班首件分", I, example="10", synonyms=("班首件分", "开班首件分钟")),
)  # fmt: skip
CALENDARS = _sheet(
    "Calendars", "日历", "calendar_code",
    Column("calendar_code", "日历", C, R, example="白班"),
    Column("name", "名称", T, example="白班 08:00–17:30"),
    Column("parent", "上级日历", C, example="公司"),
)  # fmt: skip
CUSTOM_FIELDS = _sheet(
    "CustomFields", "自定义字段", "subject key",
    Column("subject", "对象", H, R, choices(FieldSubject, "物料", "订单", "报工"), example="物料"),
    Column("key", "字段", T, R, example="浸水时间"),
    Column("name_zh", "中文名", T, example="浸水时间"),
    Column("name_en", "英文名", T, example="Soaking time"),
    Column("kind", "类型", H, choices=choices(FieldKind, "文本", "数字", "日期", "是否", "选项"), example="数字"),
    Column("choices", "选项", Kind.CODES, example=""),
    Column("required", "必填", B, example="否"),
    Column("position", "顺序", I, example="1"),
    Column("on_papers", "打印", B, example="是"),
    Column("note", "说明", T),
)  # fmt: skip
CUSTOMERS = _sheet(
    "Customers", "客户", "customer_code",
    Column("customer_code", "编码", C, R, example="C01", synonyms=("客户编码",)),
    Column("short_name", "简称", T, R, example="广州宏达", synonyms=("客户简称",)),
    Column("name", "全称", T, example="广州宏达装饰材料有限公司"),
    Column("city", "城市", T, example="广州"),
    Column("grade", "等级", T, example="A"),
    Column("transit_days", "运输天数", I, example="1"),
    Column("truck_days", "发车日", Kind.WEEKDAYS, example="二,四"),
    Column("ship_complete", "整单发货", B, example="否"),
    Column("over_under_pct", "溢短装", Q, example="3"),
    Column("safety_days", "安全天数", I, example="2"),
    Column("label_style", "标签样式", T),
)  # fmt: skip
SUPPLIERS = _sheet(
    "Suppliers", "供应商", "supplier_code",
    Column("supplier_code", "编码", C, R, example="YC", synonyms=("供应商编码",)),
    Column("name", "名称", T, R, example="应城石膏"),
    Column("items", "物料", Kind.CODES, example="GP-B"),
    Column("lead_time_days", "提前期", I, example="6"),
    Column("calendar", "日历", C),
    Column("min_quantity", "最小量", Q, example="20000"),
    Column("price", "单价", Q),
    Column("priority", "优先级", I, example="1"),
)  # fmt: skip
SUPPLIER_ITEMS = _sheet(
    "SupplierItems", "供应商物料", "supplier_code item_code",
    Column("supplier_code", "供应商", C, R, example="YC", synonyms=("供应商编码",)),
    Column("item_code", "物料编码", C, R, example="GP-B"),
    Column("lead_time_days", "提前期", I, example="6"),
    Column("min_quantity", "最小量", Q, example="20000"),
    Column("price", "单价", Q),
    Column("priority", "优先级", I, example="1"),
)  # fmt: skip
REASONS = _sheet(
    "ReasonCodes", "原因码", "category reason_code",
    Column("category", "类别", H, R, choices(ReasonCategory, "报废", "返工", "停机", "挂起", "改期"), example="报废"),
    Column("reason_code", "编码", C, R, example="S1", synonyms=("原因编码",)),
    Column("name", "名称", T, R, example="脱模崩边"),
    Column("department", "责任部门", T, example="浇注"),
)  # fmt: skip
ITEMS = _sheet(
    "Items", "物料", "item_code",
    Column("item_code", "物料编码", C, R, example="HX-15-W", synonyms=("料号", "产品编号", "item", "part_no")),
    Column("name", "品名", T, R, example="玫瑰花线150", synonyms=("名称", "名称规格")),
    Column("specification", "规格型号", T, example="150 mm×2500 白", synonyms=("规格",)),
    Column("name_en", "英文品名", T, example="Rose 150, White"),
    Column("category", "物料类别", H, R, choices(ItemCategory, "成品", "半成品", "原料", "辅料", "包装", "工装"), example="成品"),
    Column("family", "产品系列", T, example="花线"),
    Column("base_unit", "基本单位", C, R, example="支", synonyms=("单位",)),
    Column("source", "来源", H, R, choices(ItemSource, "自制", "采购", "委外", "虚拟"), example="自制"),
    Column("pattern", "花型", T, example="HX-15"),
    Column("colour", "颜色", T, example="白"),
    Column("material", "材质", T, example="石膏"),
    Column("length_mm", "长度mm", Q, example="2500"),
    Column("weight_kg", "单重kg", Q, example="6.4"),
    Column("setup_attr_1", "换型属性1", T, example="HX-15"),
    Column("setup_attr_2", "换型属性2", T, example="白"),
    Column("setup_attr_3", "换型属性3", T, example="SL-A"),
    Column("setup_attr_4", "换型属性4", T, example="2500"),
    Column("default_routing", "默认工艺", T),
    Column("default_bom", "默认BOM版本", T),
    Column("lot_tracked", "批次管理", B, example="否"),
    Column("shelf_life_days", "保质期天", I),
    Column("lead_time_days", "提前期天", I, synonyms=("采购/生产提前期天", "采购提前期天")),
    Column("lead_time_clock", "提前期类型", H, choices=choices(WaitClock, "日历日|自然时间", "工作日|工作时间")),
    Column("lot_rule", "批量规则", H, choices=choices(LotRule, "按单", "固定", "最小+倍数", "期间", "经济")),
    Column("lot_minimum", "最小批量", Q, synonyms=("min",)),
    Column("lot_multiple", "批量倍数", Q, synonyms=("multiple",)),
    Column("lot_fixed", "固定批量", Q, synonyms=("fixed",)),
    Column("lot_period_days", "期间天数", I, synonyms=("period_days",)),
    Column("rounding", "取整规则", H, choices=choices(ItemRounding, "整件", "整模", "整箱", "不取整"), example="整件"),
    Column("safety_stock", "安全库存", Q),
    Column("scrap_pct", "损耗率%", Q, example="0"),
    Column("pack_qty", "箱装数", Q, example="6"),
    Column("standard_cost", "标准成本", Q),
    Column("price", "售价", Q),
    Column("default_location", "默认库位", C, example="成品仓"),
    Column("drawing_no", "图号", T),
    Column("drawing_rev", "图纸版本", T),
    Column("status", "状态", H, choices={"启用": True, "active": True, "停用": False, "inactive": False}),
    open_prefixes=("特性:", "特性\uff1a", "spec:"),
)  # fmt: skip
CONVERSIONS = _sheet(
    "UnitConversions", "单位换算", "item_code unit other_unit",
    Column("item_code", "物料编码", C, example="HX-15-W"),
    Column("unit", "单位", C, R, example="支"),
    Column("other_unit", "换算单位", C, R, example="米"),
    Column("factor", "换算率", Kind.FACTOR, R, example="2.5"),
    Column("kind", "类型", H, choices=choices(ConversionKind, "固定", "浮动|浮动(按批)")),
    Column("rounding", "取整", H, choices=choices(Rounding, "向上", "向下", "四舍五入", "不取整")),
)  # fmt: skip
BOM = _sheet(
    "BOM", "物料清单", "parent_code revision line_no component_code consumed_at_step",
    Column("parent_code", "父件编码", C, R, example="HX-15-W"),
    Column("revision", "BOM版本", C, example="A"),
    Column("effective_from", "生效日", Kind.DATE),
    Column("effective_to", "失效日", Kind.DATE),
    Column("base_qty", "基数", Q, example="1"),
    Column("base_unit", "基数单位", C),
    Column("line_no", "序", I, example="1"),
    Column("component_code", "子件编码", C, R, example="SL-A"),
    Column("quantity", "用量", Q, R, example="8.959"),
    Column("unit", "单位", C),
    Column("qty_kind", "用量类型", H, choices=choices(QuantityKind, "变动", "固定", "百分比", "损耗")),
    Column("scrap_pct", "损耗率%", Q, example="5"),
    Column("consumed_at_step", "消耗工序号", I, example="20"),
    Column("alt_group", "替代组", T),
    Column("alt_priority", "替代优先级", I),
    Column("line_kind", "类型", H, choices=choices(BomLineKind, "消耗", "联产品", "副产品", "客供料")),
    Column("note", "位置/备注", T, synonyms=("备注",)),
)  # fmt: skip
ROUTINGS = _sheet(
    "Routings", "工艺路线", "item_code family revision step_no",
    Column("item_code", "物料编码", C, example="HX-15-W"),
    Column("family", "系列", C),
    Column("revision", "工艺版本", C, example="A"),
    Column("effective_from", "生效日", Kind.DATE),
    Column("effective_to", "失效日", Kind.DATE),
    Column("step_no", "工序号", I, R, example="20"),
    Column("step_name", "工序名称", T, R, example="搅拌浇注"),
    Column("route", "工艺流程", Kind.ROUTE, synonyms=("工艺路线", "工序流程", "流程")),
    Column("work_centre", "工作中心", C, example="浇注台"),
    Column("machines", "设备清单", Kind.RATED, example="CT-01:52;CT-02:55"),
    Column("predecessors", "前工序", Kind.LINKS),
    Column("setup_min", "准备时间分", Q, example="15"),
    Column("rate", "定额", Q, R, example="52"),
    Column("rate_basis", "定额单位", H, R, choices(RateBasis, "秒/件", "分/件", "时/百件", "件/时", "件/班", "秒/模次", "分/模次", "分/批", "时/批", "固定分"), example="分/模次"),
    Column("pieces_per_cycle", "每模次件数", I, example="1"),
    Column("copies_min", "上模数最小", I, example="2"),
    Column("copies_max", "上模数最大", I, example="4", synonyms=("上模数",)),
    Column("batch_max", "批处理最大装载", Q, synonyms=("批处理最大",)),
    Column("batch_min", "批处理最小装载", Q, synonyms=("批处理最小",)),
    Column("batch_family", "批处理族", C, example="P50"),
    Column("tool_type", "模具/工装编码", Kind.CODES, example="M-HX-15", synonyms=("模具编码", "工装编码")),
    Column("tool_held_until_step", "工装占用到工序", I),
    Column("capacity_use", "占用容量", Q, example="1"),
    Column("capacity_basis", "占用计", H, choices=choices(CapacityBasis, "按工序", "按副", "按件"), example="按副"),
    Column("setup_skill", "准备技能", C),
    Column("setup_heads", "准备人数", I),
    Column("run_skill", "加工技能", C, example="浇注"),
    Column("run_heads", "加工人数", I, example="1"),
    Column("min_wait", "后等待最小", Kind.WAIT, example="30分"),
    Column("max_wait", "后等待最大", Kind.WAIT, example="36时"),
    Column("wait_from_to", "等待计时起止", H, choices=WAIT_ENDS, example="完–始"),
    Column("wait_clock", "等待按", H, choices=choices(WaitClock, "自然时间", "工作时间")),
    Column("transfer_batch", "转移批量", Q),
    Column("pausable", "可中断", H, choices=PAUSING, example="整模次"),
    Column("first_piece", "首件", B, example="是"),
    Column("first_piece_min", "首件等待分", I, example="10"),
    Column("same_person", "同一人", B),
    Column("setup_needs_material", "准备需料到", B),
    Column("key_step", "关键工序", B),
    Column("reporting", "报工点", H, choices=choices(Reporting, "必报", "可不报|可不报(倒冲)|倒冲", "统计报")),
    Column("inspection_plan", "检验方案", T),
    Column("supplier", "委外供应商", C),
    Column("days", "委外天数", Q),
    Column("price", "委外单价", Q, synonyms=("单价",)),
    Column("yield_pct", "良率%", Q),
    Column("instruction", "作业指导", T),
)  # fmt: skip
INSPECTION_PLANS = _sheet(
    "InspectionPlans", "检验方案", "plan_code number",
    Column("plan_code", "方案编码", C, R, example="FQC-花线"),
    Column("plan_name", "方案名称", T, example="花线终检"),
    Column("type", "检验类型", H, R, choices(InspectionKind, "来料|IQC", "首件|FAI", "巡检|IPQC", "终检|FQC", "出货|OQC"), example="终检"),
    Column("item_code", "物料编码", C),
    Column("family", "系列", T, example="花线", synonyms=("产品系列",)),
    Column("step_no", "工序号", I, example="70"),
    Column("level", "检验水平", H, choices={level: level for level in LEVELS}, example="II"),
    Column("aql_critical", "AQL致命", Q, example="0", synonyms=("AQL CR",)),
    Column("aql_major", "AQL严重", Q, example="2.5", synonyms=("AQL MA",)),
    Column("aql_minor", "AQL轻微", Q, example="6.5", synonyms=("AQL MI",)),
    Column("sketch", "简图", T),
    Column("number", "序", I, R, example="1"),
    Column("characteristic", "检验项目", T, R, example="长度"),
    Column("critical", "关键特性", B, example="是"),
    Column("class", "缺陷类别", H, choices=choices(DefectClass, "CR|致命", "MA|严重", "MI|轻微"), example="MA"),
    Column("reading", "判定方式", H, choices=choices(CharacteristicKind, "测量|计量", "合格与否|计数"), example="测量"),
    Column("nominal", "标准值", Kind.SIGNED, example="2500"),
    Column("lower", "下限", Kind.SIGNED, example="2498", synonyms=("规格下限", "LSL")),
    Column("upper", "上限", Kind.SIGNED, example="2502", synonyms=("规格上限", "USL")),
    Column("unit", "单位", T, example="mm"),
    Column("requirement", "要求", T, example="", synonyms=("标准",)),
    Column("method", "检验方法", T, example="钢卷尺"),
    Column("gauge", "量具编号", C, example="TM-03"),
    Column("sample_size", "样本数", I, example="5"),
    Column("frequency", "频次", T, example="每车"),
    Column("note", "备注", T),
)  # fmt: skip
MACHINES = _sheet(
    "Machines", "设备", "machine_code",
    Column("machine_code", "设备编码", C, R, example="CT-01", synonyms=("机台", "设备")),
    Column("name", "名称", T, R, example="浇注台1", synonyms=("设备名称",)),
    Column("area", "车间", T, example="浇注"),
    Column("work_centre", "工作中心", C, example="浇注台"),
    Column("kind", "类型", H, choices=MACHINE_KINDS, example="容量"),
    Column("capacity", "容量", I, example="12"),
    Column("unit", "容量单位", T, example="模位"),
    Column("calendar", "日历", C, R, example="浇注两班"),
    Column("efficiency", "效率%", I),
    Column("attributes", "参数", Kind.ATTRIBUTES, example="吨位=100"),
    Column("current_setup_1", "当前换型1", T, synonyms=("当前模具",)),
    Column("current_setup_2", "当前换型2", T, synonyms=("当前颜色",)),
    Column("current_setup_3", "当前换型3", T),
    Column("current_setup_4", "当前换型4", T),
    Column("mounted_copies", "在机模具副号", Kind.CODES),
    Column("state", "开停状态", H, choices=choices(MachineState, "开", "停"), synonyms=("开/停状态",)),
    Column("down_until", "停至", Kind.MOMENT),
    Column("hourly_rate", "小时费率", Q),
    Column("may_outsource", "可委外", B),
    Column("power_rule", "峰谷电限制", Kind.POWER, example="仅 22:00-08:00"),
    Column("owner", "负责人", T),
)  # fmt: skip
MAINTENANCE = _sheet(
    "Maintenance", "设备保养", "scope task",
    Column("scope", "设备/模具", C, R, example="DR-01"),
    Column("task", "项目", T, R, example="风机检查"),
    Column("interval", "周期", I, R, example="30"),
    Column("interval_unit", "周期单位", H, R, choices(IntervalUnit, "天", "小时", "模次", "日期"), example="天"),
    Column("last", "上次", Kind.MOMENT),
    Column("minutes", "时长分", I, R, example="60"),
    Column("skill", "人员技能", C),
    Column("move_days", "可移动天", I, synonyms=("可移动±天",)),
)  # fmt: skip
TOOLS = _sheet(
    "Tools", "模具工装", "tool_code",
    Column("tool_code", "模具编码", C, R, example="M-HX-15"),
    Column("name", "名称", T, R, example="玫瑰花线150模"),
    Column("kind", "类型", H, choices=choices(ToolKind, "模具", "模头", "夹具", "池|载具"), example="模具"),
    Column("cavities", "穴数", I, example="1"),
    Column("copies", "副数", I),
    Column("items", "适用物料", Kind.RATED, example="HX-15-W;HX-15-G"),
    Column("machine_rule", "适用设备条件", T, example="50/100/130"),
    Column("cycle", "标准周期", Q),
    Column("cycle_basis", "周期单位", T),
    Column("life", "寿命模次", I, example="250"),
    Column("service_every", "保养间隔模次", I, example="40"),
    Column("service_min", "保养时长分", I, example="15"),
    Column("mount_min", "架模时间分", I, example="5"),
    Column("dismount_min", "拆模时间分", I, example="2"),
    Column("replace_days", "新模提前期天", I, example="8"),
    Column("pool_size", "池数量", I),
)  # fmt: skip
TOOL_COPIES = _sheet(
    "ToolCopies", "模具副", "tool_code copy_no",
    Column("tool_code", "模具编码", C, R, example="M-HX-15"),
    Column("copy_no", "副号", C, R, example="1"),
    Column("active_cavities", "有效穴数", I),
    Column("shots_done", "累计模次", I, example="20"),
    Column("state", "状态", H, choices=choices(ToolState, "在库", "在机", "保养", "维修", "外发", "停用", "报废"), example="在库"),
    Column("location", "位置", T, example="模具间"),
    Column("machine", "所在设备", C),
    Column("available_from", "可用自", Kind.MOMENT),
)  # fmt: skip
OPERATORS = _sheet(
    "Operators", "人员", "badge",
    Column("badge", "工号", C, R, example="1001"),
    Column("name", "姓名", T, R, example="李敏"),
    Column("team", "班组", T, example="浇注一班"),
    Column("area", "车间", T),
    Column("calendar", "日历", C, R, example="浇注白班", synonyms=("班别", "日历(班别)")),
    Column("skills", "技能", Kind.GRADED, example="浇注:A;湿修:B"),
    Column("certificate_until", "证书有效期", Kind.DATED, example="喷漆=2027-03-31"),
    Column("efficiency", "效率%", I),
    Column("overtime_cap", "加班上限", Q, example="36", synonyms=("加班上限 时/月",)),
    Column("from", "入职", Kind.DATE),
    Column("to", "离职", Kind.DATE),
    Column("role", "角色", T, example="操作工"),
)  # fmt: skip
SHIFTS = _sheet(
    "Shifts", "班制", "calendar weekday shift start",
    Column("calendar", "日历", C, R, example="白班"),
    Column("weekday", "星期", Kind.WEEKDAY, R, example="1"),
    Column("shift", "班次名", T, R, example="白班"),
    Column("start", "开始", Kind.TIME, R, example="07:30"),
    Column("end", "结束", Kind.TIME, R, example="17:30"),
    Column("breaks", "休息", Kind.SPANS, example="11:30-13:00;15:00-15:10"),
    Column("kind", "产能类型", H, choices=choices(ShiftKind, "正常", "加班")),
    Column("cost_per_hour", "小时费用", Q),
    Column("date_rule", "归属日", H, choices=choices(DateRule, "开始日", "结束日")),
)  # fmt: skip
ROTATION = _sheet(
    "Rotation", "轮班", "team",
    Column("team", "班组", C, R, example="浇注一班"),
    Column("from", "起始日", Kind.DATE, R, example="2026-11-02"),
    Column("cycle_days", "周期天", I, R, example="14"),
    Column("sequence", "顺序", Kind.SEQUENCE, R, example="白7夜7"),
)  # fmt: skip
EXCEPTIONS = _sheet(
    "Exceptions", "例外", "scope from to hours kind",
    Column("scope", "日历/设备/人员", C, R, example="白班", synonyms=("日历 或 设备 或 人员", "范围")),
    Column("from", "日期起", Kind.DATE, R, example="2026-10-01"),
    Column("to", "日期止", Kind.DATE, example="2026-10-03"),
    Column("hours", "时段", Kind.SPANS, example="08:00-20:00"),
    Column("kind", "类型", H, R, choices(ExceptionKind, "放假", "上班|上班(调休)|调休", "加班", "停机", "请假", "限电"), example="放假"),
    Column("reason", "原因", T, example="国庆节"),
    Column("cost_per_hour", "小时费用", Q),
)  # fmt: skip
SETUP_ATTRIBUTES = _sheet(
    "SetupAttributes", "换型属性", "work_centre position",
    Column("work_centre", "工作中心", C, R, example="切割"),
    Column("position", "属性序", I, R, example="1"),
    Column("name", "名称", T, R, example="截面"),
    Column("combine", "合并规则", H, R, choices(SetupCombine, "相加", "取大", "首个不同"), example="相加"),
    Column("default_min", "缺省分钟", I, example="6"),
    Column("default_forbidden", "缺省为禁止", B, example="否"),
    Column("campaign_min", "最短连产分钟", I, example="240", synonyms=("最短连续生产分钟", "最小连产分钟")),
)  # fmt: skip
SETUP_GROUPS = _sheet(
    "SetupGroups", "换型分组", "attribute name",
    Column("attribute", "属性", T, R, example="颜色"),
    Column("name", "组名", T, R, example="浅色"),
    Column("members", "成员", Kind.CODES, R, example="白;米白"),
)  # fmt: skip
SETUP_MATRIX = _sheet(
    "SetupMatrix", "换型矩阵", "scope attribute from to",
    Column("scope", "工作中心或设备", C, R, example="喷漆"),
    Column("attribute", "属性", T, R, example="颜色"),
    Column("from", "从", T, R, example="描金"),
    Column("to", "到", T, R, example="香槟"),
    Column("minutes", "时间分", T, R, example="20"),
    Column("cost", "费用元", Q, example="15", synonyms=("费用",)),
    Column("scrap_qty", "损耗量", Q),
    Column("scrap_item", "损耗物料", C),
    Column("skill", "需技能", C),
    Column("heads", "人数", I),
)  # fmt: skip
STOCK = _sheet(
    "Stock", "库存", "item_code location lot status reserved_order",
    Column("item_code", "物料编码", C, R, example="GP-B"),
    Column("location", "库位", C, R, example="原料仓"),
    Column("lot", "批号", C, example="GP-B-1111"),
    Column("quantity", "数量", Q, R, example="13200"),
    Column("unit", "单位", C),
    Column("produced", "生产/到货日", Kind.DATE),
    Column("expires", "失效日", Kind.DATE),
    Column("status", "状态", H, choices=choices(LotStatus, "可用", "待检", "冻结")),
    Column("reserved_order", "专用订单", C),
    Column("unit_price", "单价", Q),
    Column("counted_on", "盘点日", Kind.DATE, R, example="2026-11-23"),
)  # fmt: skip
RECEIPTS = _sheet(
    "Receipts", "到货", "po_line",
    Column("po_line", "采购单号-行", C, R, example="PO26001-1"),
    Column("supplier", "供应商", C, R, example="YC"),
    Column("item_code", "物料编码", C, R, example="GP-B"),
    Column("open_quantity", "未交数量", Q, R, example="20000"),
    Column("unit", "单位", C),
    Column("requested", "要求到货日", Kind.DATE),
    Column("confirmed_date", "确认到货日", Kind.DATE, R, example="2026-11-27"),
    Column("confirmed", "已确认", B, example="是"),
    Column("inspection_days", "检验天数", I),
    Column("transport", "运输方式", T),
    Column("reserved_order", "专用订单", C),
    Column("kind", "类型", H, choices=choices(PurchaseKind, "采购", "委外回收")),
    Column("price", "单价", Q),
    Column("note", "备注", T),
)  # fmt: skip
ORDERS = _sheet(
    "Orders", "订单", "order_no external_no",
    Column("order_no", "生产单号", C, example="MO2611-0123"),
    Column("sales_order_line", "销售单号-行", C, example="XS26-045-3"),
    Column("external_no", "外部单号", C),
    Column("type", "单据类型", H, choices=choices(OrderType, "正常", "加急", "样品", "试模", "返工", "补单", "备库", "委外"), example="正常"),
    Column("customer", "客户", C, example="C01", synonyms=("客户编码/简称", "客户编码", "客户简称")),
    Column("customer_po", "客户订单号", T, example="PO-045"),
    Column("customer_item", "客户料号", T),
    Column("item_code", "物料编码", C, R, example="HX-15-W"),
    Column("quantity", "数量", Q, R, example="270"),
    Column("unit", "单位", C, example="米"),
    Column("released_qty", "投产数量", Q),
    Column("over_pct", "溢装%", Q),
    Column("under_pct", "短装%", Q),
    Column("order_date", "下单日", Kind.DATE, example="2026-11-10"),
    Column("requested", "客户要求日", Kind.MOMENT, R, example="2026-12-05", synonyms=("交货期", "交期", "要求日")),
    Column("kind", "要求日类型", H, choices=choices(RequestedKind, "到货", "出厂"), example="到货"),
    Column("promised", "承诺交期", Kind.MOMENT),
    Column("safety_days", "安全天数", I),
    Column("priority", "优先级", I, example="5"),
    Column("earliest_start", "最早开工日", Kind.MOMENT),
    Column("ship_complete", "整单发货", B),
    Column("deliveries", "分批交货", Kind.DELIVERIES, example="200@2026-12-05;300@2026-12-20"),
    Column("state", "状态", H, choices=choices(OrderState, "草稿", "评审中", "已审核", "已下达", "生产中", "已完工", "已结案", "挂起", "驳回", "取消"), example="已审核"),
    Column("pre_plan", "预排", B),
    Column("parent_order", "上级生产单", C),
    Column("deposit", "定金到账", B),
    Column("drawing_ok", "图纸确认", B),
    Column("sample_ok", "封样确认", B),
    Column("requirements", "特殊要求", T),
    Column("remark", "备注", T),
    Column("merchandiser", "跟单员", T),
    open_prefixes=("特性:", "特性\uff1a", "spec:"),
)  # fmt: skip
PROGRESS = _sheet(
    "OrderProgress", "在制", "order_no card_no step_no",
    Column("order_no", "生产单号", C, R, example="MO2611-0123"),
    Column("card_no", "卡号", C),
    Column("step_no", "工序号", I, R, example="20"),
    Column("good", "已完成合格", Q, R, example="48", synonyms=("合格",)),
    Column("scrap", "报废", Q),
    Column("in_rework", "返工中", Q),
    Column("location", "当前所在", T, example="CT-01"),
    Column("running", "正在加工", B, example="是"),
    Column("started_at", "已开始时间", Kind.MOMENT, example="2026-11-23 08:10"),
    Column("remaining", "剩余件数", Q, example="60"),
    Column("tool_copies", "模具副号", Kind.CODES, example="1;2"),
    Column("issued", "已领料", Kind.ISSUED, example="全部"),
    Column("remark", "备注", T),
)  # fmt: skip

SHEETS: tuple[Sheet, ...] = (
    UNITS, SKILLS, LOCATIONS, WORK_CENTRES, CALENDARS, CUSTOM_FIELDS, SHIFTS, ROTATION,
    CUSTOMERS, SUPPLIERS, REASONS, ITEMS, SUPPLIER_ITEMS, CONVERSIONS, MACHINES, TOOLS,
    TOOL_COPIES, OPERATORS, EXCEPTIONS, MAINTENANCE, SETUP_ATTRIBUTES, SETUP_GROUPS, SETUP_MATRIX,
    BOM, ROUTINGS, INSPECTION_PLANS, STOCK, RECEIPTS, ORDERS, PROGRESS,
)  # fmt: skip
"""In the order of import: what others refer to comes first."""


@cache
def sheet(key: str) -> Sheet:
    """The sheet of that key. KeyError for another (a bug)."""
    return {s.key: s for s in SHEETS}[key]
