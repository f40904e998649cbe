"""The rows of the demo plant's workbook: masters here, orders in ``orders``."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.services.demo import catalogue as cat
from app.services.demo.orders import order_sheets
from app.services.demo.people import operator_rows
from app.services.demo.quality import inspection_rows

ZONE = ZoneInfo("Asia/Shanghai")
Rows = list[dict[str, object]]

CASTING = "浇注台"
TURN_MINUTES = {"SL-A": 52, "SL-B": 42, "SL-L": 56, "SL-G": 75}


def demo_rows(now: datetime, seed: int = 1, orders: int = 300) -> dict[str, Rows]:
    """All sheets of the demo plant as it stands at ``now`` (aware), one seed one plant.

    ``orders`` open production orders; more of them keep the plant and lengthen the book.
    """
    dice = random.Random(seed)
    local = now.astimezone(ZONE).replace(second=0, microsecond=0, tzinfo=None)
    sheets: dict[str, Rows] = {
        "Customers": _customers(),
        "Suppliers": _suppliers(),
        "ReasonCodes": _reasons(),
        "Items": _items(),
        "UnitConversions": _conversions(),
        "BOM": _bom(),
        "Shifts": _shifts(),
        "Exceptions": _exceptions(local),
        "WorkCentres": [
            {"centre_code": CASTING, "name": "线条浇注台", "shift_first_piece_min": 10}
        ],
        "Machines": _machines(),
        "Tools": _tools(),
        "ToolCopies": _tool_copies(local, dice),
        "Operators": operator_rows(local, dice),
        "SetupAttributes": _setup_attributes(),
        "SetupMatrix": _setup_matrix(),
        "Routings": _routings(),
        "InspectionPlans": inspection_rows(),
        "Stock": _stock(local),
        "Receipts": _receipts(local, days=max(40, orders * 40 // 300)),
    }
    sheets.update(order_sheets(local, dice, orders))
    return sheets


def finished_patterns() -> list[cat.Pattern]:
    """Every pattern with a mould of its own that is sold."""
    return [*cat.LINES, *cat.ORNAMENTS]


def _customers() -> Rows:
    safety = {"A": 2, "B": 1, "C": 0}
    return [
        {"customer_code": code, "short_name": name, "city": city, "grade": grade,
         "transit_days": transit, "truck_days": trucks, "ship_complete": complete,
         "over_under_pct": tolerance, "safety_days": safety[grade]}
        for code, name, city, _, grade, transit, trucks, complete, tolerance in cat.CUSTOMERS
    ]  # fmt: skip


def _suppliers() -> Rows:
    return [
        {"supplier_code": code, "name": name, "items": item, "lead_time_days": lead,
         "min_quantity": least}
        for code, name, item, lead, least in cat.SUPPLIERS
    ]  # fmt: skip


def _reasons() -> Rows:
    reasons = (
        ("报废", "S1", "脱模崩边", "浇注"), ("报废", "S2", "气孔", "浇注"), ("报废", "S3", "弯曲", "烘房"),
        ("报废", "S4", "厚薄不均", "浇注"), ("报废", "S5", "切短", "切割"), ("返工", "R1", "补孔", "修整"),
        ("返工", "R2", "漆面不良", "喷漆"), ("停机", "D1", "设备故障", "设备"), ("停机", "D2", "停电", "设备"),
        ("停机", "D3", "缺料", "仓库"), ("挂起", "H1", "等图纸", "跟单"), ("挂起", "H2", "等定金", "跟单"),
        ("挂起", "H3", "质量待定", "质检"), ("改期", "C1", "客户要求", "跟单"),
    )  # fmt: skip
    return [
        {"category": kind, "reason_code": code, "name": name, "department": dept}
        for kind, code, name, dept in reasons
    ]


# ---------------------------------------------------------------- items


def _items() -> Rows:
    rows = [row for pattern in finished_patterns() for row in _pattern_items(pattern)]
    for side, name, english in (("L", "左", "left"), ("R", "右", "right")):
        for colour in cat.CORNER_A.colours:
            rows.append(_finished(cat.CORNER_A, f"JH-A-{side}-{colour}", colour, name, english))
    rows += [
        {"item_code": part.code, "name": part.name, "name_en": part.name_en, "category": "半成品",
         "family": part.family, "base_unit": "件", "source": "自制", "weight_kg": part.weight,
         "setup_attr_3": part.mix, "scrap_pct": 0}
        for part in cat.COLUMN_PARTS
    ]  # fmt: skip
    rows.append(
        {"item_code": "LZ-200", "name": "罗马柱整套", "name_en": "Column, complete set",
         "specification": "h 2.4 m", "category": "成品", "family": "罗马柱", "base_unit": "套",
         "source": "自制", "pattern": "LZ", "colour": "白", "weight_kg": 57, "pack_qty": 1}
    )  # fmt: skip
    rows += [
        {"item_code": code, "name": name, "category": "半成品", "base_unit": "kg", "source": "虚拟"}
        for code, (name, _, _) in cat.MIXES.items()
    ]
    for code, name, english, unit, category, lead, *_ in cat.BOUGHT:
        row: dict[str, object] = {
            "item_code": code, "name": name, "name_en": english, "category": category,
            "base_unit": unit, "source": "采购", "lead_time_days": lead,
        }  # fmt: skip
        if code in ("GP-A", "GP-B", "GP-L"):
            row |= {"lot_tracked": "是", "shelf_life_days": 90}
        rows.append(row)
    return rows


def _pattern_items(pattern: cat.Pattern) -> Rows:
    return [_finished(pattern, f"{pattern.code}-{c}", c) for c in pattern.colours]


def _finished(
    pattern: cat.Pattern, code: str, colour: str, side: str = "", side_en: str = ""
) -> dict[str, object]:
    name_zh, name_en = cat.COLOURS[colour]
    line = pattern.kind == "line"
    return {
        "item_code": code,
        "name": pattern.name + side,
        "name_en": f"{pattern.name_en} {side_en}".strip() + f", {name_en}",
        "specification": f"{pattern.size}{'×2500' if line else ''} {name_zh}",
        "category": "成品",
        "family": pattern.family,
        "base_unit": pattern.unit,
        "source": "自制",
        "pattern": pattern.code,
        "colour": name_zh,
        "material": "GRG" if pattern.mix == "SL-G" else "石膏",
        "length_mm": 2500 if line else None,
        "weight_kg": pattern.weight,
        "setup_attr_1": pattern.code,
        "setup_attr_2": name_zh,
        "setup_attr_3": pattern.mix,
        "setup_attr_4": "2500" if line else None,
        "rounding": "整模" if pattern.code == "HX-12" else "整件",
        "pack_qty": pattern.pack,
        "default_location": "成品仓",
    }


def _conversions() -> Rows:
    rows: Rows = [{"unit": "t", "other_unit": "kg", "factor": 1000}]
    for pattern in cat.LINES:
        for colour in pattern.colours:
            code = f"{pattern.code}-{colour}"
            rows.append(
                {"item_code": code, "unit": "支", "other_unit": "米", "factor": "2.5"},
            )
            rows.append(
                {"item_code": code, "unit": "箱", "other_unit": "支", "factor": pattern.pack}
            )
    rows.append({"item_code": "GP-A", "unit": "包", "other_unit": "kg", "factor": 25})
    rows.append({"item_code": "GP-B", "unit": "包", "other_unit": "kg", "factor": 40})
    return rows


# ---------------------------------------------------------------- bill of material


def _bom() -> Rows:
    rows: Rows = []
    for code, (_, wet, components) in cat.MIXES.items():
        for number, (component, quantity) in enumerate(components, 1):
            rows.append(_bom_line(code, number, component, quantity, base=wet, base_unit="kg"))
    for pattern in finished_patterns():
        for colour in pattern.colours:
            rows += _piece_bom(pattern, f"{pattern.code}-{colour}", colour)
    for side in "LR":
        for colour in cat.CORNER_A.colours:
            rows += _piece_bom(cat.CORNER_A, f"JH-A-{side}-{colour}", colour)
    for part in cat.COLUMN_PARTS:
        rows += _piece_bom(part, part.code, "")
    for number, (inside, pieces) in enumerate(
        (("LZ-S", 2), ("LZ-CAP", 1), ("LZ-BASE", 1), ("HK", 1), ("CT-L", 2)), 1
    ):
        rows.append(_bom_line("LZ-200", number, inside, pieces, step=10))
    return rows


def _piece_bom(pattern: cat.Pattern, code: str, colour: str) -> Rows:
    cast, finish, pack = (20, 60, 80) if pattern.kind == "line" else (20, 70, 90)
    wet = round(pattern.weight / 1.186 / cat.POWDER_PER_WET[pattern.mix], 3)
    lines: list[tuple[str, object, int]] = [(pattern.mix, str(wet), cast), ("MR", "0.02", cast)]
    if pattern.kind == "line":
        lines.append(("GF-N", "0.05", cast))
    lines.append(("PE", "0.01", finish))
    if colour in ("G", "C"):
        lines += [("PR", "0.05", 65), ("PT-G" if colour == "G" else "PT-C", "0.08", 66)]
    if colour:
        lines += [("EPE", "2.6" if pattern.kind == "line" else "1", pack), ("LB", 1, pack)]
    rows = [
        _bom_line(code, n, item, qty, step=step) for n, (item, qty, step) in enumerate(lines, 1)
    ]
    if colour:
        carton = _bom_line(code, len(rows) + 1, "CT-M", 1, step=pack)
        carton["base_qty"] = pattern.pack
        rows.append(carton)
    return rows


def _bom_line(
    parent: str,
    number: int,
    component: str,
    quantity: object,
    *,
    base: int = 1,
    base_unit: str = "",
    step: int | None = None,
) -> dict[str, object]:
    return {
        "parent_code": parent, "revision": "A", "base_qty": base, "base_unit": base_unit or None,
        "line_no": number, "component_code": component, "quantity": quantity,
        "scrap_pct": 5 if component.startswith("SL-") else 0, "consumed_at_step": step,
    }  # fmt: skip


# ---------------------------------------------------------------- time

_DAY_BREAKS = "09:30-09:40;11:30-13:00;15:15-15:25"


def _shifts() -> Rows:
    rows: Rows = []
    for weekday in range(1, 7):
        day = {"weekday": weekday, "shift": "白班", "start": "07:30", "end": "17:30"}
        night = {"weekday": weekday, "shift": "夜班", "start": "20:00", "end": "04:30",
                 "breaks": "00:00-00:30"}  # fmt: skip
        rows += [
            {"calendar": "白班", **day, "breaks": _DAY_BREAKS},
            {"calendar": "浇注白班", **day, "breaks": "11:30-13:00"},
            {"calendar": "夜班", **night},
            {"calendar": "浇注两班", **day, "breaks": "11:30-13:00"},
            {"calendar": "浇注两班", **night},
            {"calendar": "烘房早班", **day, "breaks": "11:30-12:30"},
            {"calendar": "烘房晚班", "weekday": weekday, "shift": "晚班", "start": "12:30",
             "end": "22:00", "breaks": "17:30-18:00"},
            {"calendar": "加班台", "weekday": weekday, "shift": "加班", "start": "18:30",
             "end": "20:30", "kind": "加班"},
        ]  # fmt: skip
    for weekday in range(1, 8):
        rows.append({"calendar": "常开", "weekday": weekday, "shift": "全天", "start": "00:00",
                     "end": "24:00"})  # fmt: skip
    return rows


def _exceptions(now: datetime) -> Rows:
    rows: Rows = []
    for year in (now.year, now.year + 1):
        for first, last, name in ((f"{year}-01-01", f"{year}-01-01", "元旦"),
                                  (f"{year}-05-01", f"{year}-05-01", "劳动节"),
                                  (f"{year}-10-01", f"{year}-10-03", "国庆节")):  # fmt: skip
            for calendar in ("白班", "浇注白班", "夜班", "浇注两班", "烘房早班", "烘房晚班"):
                rows.append({"scope": calendar, "from": first, "to": last, "kind": "放假",
                             "reason": name})  # fmt: skip
    thursday = now + timedelta(days=(3 - now.weekday()) % 7 or 7)
    for oven in ("DR-03", "DR-04"):
        rows.append({"scope": oven, "from": f"{thursday:%Y-%m-%d}", "to": f"{thursday:%Y-%m-%d}",
                     "hours": "08:00-20:00", "kind": "限电", "reason": "限电通知"})  # fmt: skip
    return rows


# ---------------------------------------------------------------- stations


def _machines() -> Rows:
    rows: Rows = []

    def add(code: str, name: str, centre: str, calendar: str, **more: object) -> None:
        rows.append({"machine_code": code, "name": name, "work_centre": centre,
                     "calendar": calendar, "area": more.pop("area", "后段"), **more})  # fmt: skip

    add("MX-01", "搅拌机1", "搅拌", "浇注两班", area="浇注")
    add("MX-02", "搅拌机2", "搅拌", "浇注两班", area="浇注")
    add("MX-03", "GRG搅拌机", "花饰搅拌", "浇注白班", area="浇注", current_setup_3="SL-A")
    for n in range(1, 7):
        calendar = "浇注两班" if n <= 3 else "浇注白班" if n <= 5 else "加班台"
        add(f"CT-{n:02}", f"浇注台{n}", CASTING, calendar, area="浇注", kind="容量", capacity=12,
            unit="模位")  # fmt: skip
    for n in range(1, 4):
        add(f"OB-{n:02}", f"花饰台{n}", "花饰台", "浇注两班", area="浇注", kind="容量", capacity=8,
            unit="台位")  # fmt: skip
    add(
        "CR-01",
        "罗马柱架",
        "罗马柱架",
        "浇注白班",
        area="浇注",
        kind="容量",
        capacity=4,
        unit="台位",
    )
    for n in range(1, 5):
        add(f"DR-{n:02}", f"烘房{n}", "烘房", "常开", kind="批处理", capacity=216, unit="支",
            attributes="炉温=50", power_rule="优先 22:00-08:00")  # fmt: skip
    add("DY-01", "晾棚", "晾棚", "常开", kind="容量", capacity=600, unit="支")
    add("CL-01", "切割线", "切割", "白班", current_setup_1="PL-08", current_setup_4="2500")
    add("MS-01", "切角锯", "切角", "白班")
    for n in range(1, 7):
        add(f"FB-{n:02}", f"修整台{n}", "修整", "白班")
    add("SP-01", "喷房", "喷漆", "白班", current_setup_2="描金")
    add("RK-01", "漆后架", "漆后架", "常开", kind="容量", capacity=120, unit="支")
    add("GB-01", "描金台", "描金", "白班", current_setup_2="描金")
    add("PK-01", "包装台1", "包装", "白班")
    add("PK-02", "包装台2", "包装", "白班")
    add("QC-01", "检验台", "检验", "白班")
    add("MW-01", "模具间", "模具间", "白班", area="模具")
    return rows


# ---------------------------------------------------------------- moulds


def _mould_patterns() -> list[cat.Pattern]:
    return [*cat.LINES, *cat.ORNAMENTS, cat.CORNER_A, *cat.COLUMN_PARTS]


def mould_code(pattern: cat.Pattern) -> str:
    return f"M-{pattern.code}"


def _items_of(pattern: cat.Pattern) -> str:
    if pattern.code == "JH-A":
        return ";".join(f"JH-A-{side}-{c}:1" for c in pattern.colours for side in "LR")
    if not any(pattern.colours):
        return pattern.code
    return ";".join(f"{pattern.code}-{c}" for c in pattern.colours)


def _tools() -> Rows:
    return [
        {"tool_code": mould_code(p), "name": f"{p.name}模", "kind": "模具", "cavities": 1,
         "items": _items_of(p), "life": p.mould_life, "service_every": p.service_every,
         "service_min": 15, "mount_min": p.mount, "dismount_min": 2,
         "replace_days": 8 if p.family in ("花线", "客供花线", "角花", "灯盘") else 15}
        for p in _mould_patterns()
    ]  # fmt: skip


def _tool_copies(now: datetime, dice: random.Random) -> Rows:
    special = {("HX-15", 4): "维修", ("DP-60", 2): "维修"}
    service = {("PL-06", 18), ("PL-10", 16), ("FL-05", 12), ("HX-10", 10), ("HX-08", 10),
               ("HX-12C", 6)}  # fmt: skip
    rows: Rows = []
    for pattern in _mould_patterns():
        for copy in range(1, pattern.copies + 1):
            spot = (pattern.code, copy)
            rows.append(
                {"tool_code": mould_code(pattern), "copy_no": str(copy),
                 "shots_done": _shots(pattern, copy, dice),
                 "state": special.get(spot, "保养" if spot in service else "在库"),
                 "location": "模具间",
                 "available_from": f"{now + timedelta(days=1):%Y-%m-%d}"
                 if spot in service else None}
            )  # fmt: skip
    rows.append({"tool_code": "M-HX-18", "copy_no": "4", "shots_done": 0, "state": "在库",
                 "location": "制模中",
                 "available_from": f"{now + timedelta(days=8):%Y-%m-%d}"})  # fmt: skip
    return rows


def _shots(pattern: cat.Pattern, copy: int, dice: random.Random) -> int:
    """Casts done so far; one grapevine copy is 18 casts from its end."""
    if pattern.code == "HX-12" and copy == 3:
        return pattern.mould_life - 18
    if pattern.code in ("HX-15", "HX-18"):
        return dice.randint(0, 20)
    return dice.randrange(0, pattern.mould_life * 2 // 5)


# ---------------------------------------------------------------- changeovers


def _setup_attributes() -> Rows:
    return [
        {"work_centre": "切割", "position": 1, "name": "截面", "combine": "相加", "default_min": 6},
        {"work_centre": "切割", "position": 4, "name": "长度", "combine": "相加", "default_min": 3},
        {"work_centre": "喷漆", "position": 2, "name": "颜色", "combine": "取大", "default_min": 20},
        {"work_centre": "描金", "position": 2, "name": "颜色", "combine": "取大", "default_min": 20},
        {"work_centre": "花饰搅拌", "position": 3, "name": "配方", "combine": "相加",
         "default_min": 6},
    ]  # fmt: skip


def _setup_matrix() -> Rows:
    rows: Rows = [
        {"scope": "切割", "attribute": "截面", "from": "*", "to": "*", "minutes": 6},
        {"scope": "切割", "attribute": "长度", "from": "*", "to": "*", "minutes": 3},
        {"scope": "花饰搅拌", "attribute": "配方", "from": "*", "to": "*", "minutes": 6},
        {"scope": "花饰搅拌", "attribute": "配方", "from": "*", "to": "SL-G", "minutes": 15},
    ]
    for centre in ("喷漆", "描金"):
        rows += [
            {"scope": centre, "attribute": "颜色", "from": "描金", "to": "香槟", "minutes": 20,
             "cost": 15},
            {"scope": centre, "attribute": "颜色", "from": "香槟", "to": "描金", "minutes": 10,
             "cost": 10},
        ]  # fmt: skip
    return rows


# ---------------------------------------------------------------- routings


def _routings() -> Rows:
    rows: Rows = []
    for pattern in cat.LINES:
        for colour in pattern.colours:
            rows += _line_route(pattern, f"{pattern.code}-{colour}", colour)
    for pattern in cat.ORNAMENTS:
        for colour in pattern.colours:
            rows += _ornament_route(pattern, f"{pattern.code}-{colour}", colour)
    for side in "LR":
        for colour in cat.CORNER_A.colours:
            rows += _ornament_route(cat.CORNER_A, f"JH-A-{side}-{colour}", colour)
    for part in cat.COLUMN_PARTS:
        rows += _ornament_route(part, part.code, "", "罗马柱架")
    rows += [
        _step("LZ-200", 10, "齐套检查", "检验", 15, "分/件", run_skill="检验"),
        _step("LZ-200", 20, "成套包装", "包装", 20, "分/件", run_skill="包装"),
    ]
    return rows


def _step(item: str, number: int, name: str, centre: str, rate: object, basis: str,
          **more: object) -> dict[str, object]:  # fmt: skip
    row: dict[str, object] = {
        "item_code": item, "revision": "A", "step_no": number, "step_name": name,
        "work_centre": centre, "rate": rate, "rate_basis": basis,
    }  # fmt: skip
    if "run_skill" in more:
        row["run_heads"] = 1
    return row | more


def _drying(item: str, number: int, family: str, minutes: int) -> dict[str, object]:
    ovens = ";".join(f"DR-{n:02}:{minutes}" for n in range(1, 5))
    return _step(item, number, "烘干", "烘房", minutes, "分/批", machines=f"{ovens};DY-01:4320",
                 setup_min=40, setup_skill="烘房搬运", setup_heads=2, batch_max=216, batch_min=130,
                 batch_family=family, pausable="否", min_wait="60分")  # fmt: skip


def _line_route(pattern: cat.Pattern, item: str, colour: str) -> Rows:
    thick = pattern.size in ("150 mm", "180 mm")
    patterned = pattern.finishing > 4
    # A whole table, or half of one: what hangs beside it must find room, too.
    most = 12 if pattern.copies >= 12 else min(6, pattern.copies)
    rows = [
        _step(item, 10, "备模", "模具间", 10, "固定分", run_skill="换模"),
        _step(item, 20, "搅拌浇注", CASTING, TURN_MINUTES[pattern.mix], "分/模次",
              setup_min=3 * pattern.mount, pieces_per_cycle=1, copies_min=max(1, most // 2),
              copies_max=most, tool_type=mould_code(pattern), capacity_use=1, run_skill="浇注",
              first_piece="是", first_piece_min=10, pausable="整模次", min_wait="30分",
              max_wait="36时", instruction="浇完 24–60 min 内脱模"),
        _step(item, 30, "湿修", "花饰台", "0.5", "分/件", run_skill="湿修", max_wait="48时"),
        _drying(item, 40, "P50L" if thick else "P50", 1350 if thick else 1110),
        _step(item, 50, "切割", "切割", 30, "秒/件", run_skill="切割"),
        _step(item, 60, "修整", "修整", str(pattern.finishing), "分/件",
              run_skill="花线修整" if patterned else "修整"),
    ]  # fmt: skip
    rows += _painting(item, colour)
    rows += [
        _step(item, 70, "终检", "检验", 15, "固定分", setup_min=5, run_skill="检验",
              setup_skill="检验", setup_heads=1),
        _step(item, 80, "包装", "包装", "1.1", "分/件", setup_min=2, run_skill="包装"),
    ]  # fmt: skip
    return rows


def _painting(item: str, colour: str) -> Rows:
    """Primer, colour, rack; gilding of the big rose line may go to a workshop outside."""
    if colour not in ("G", "C"):
        return []
    outside = {"supplier": "ZS", "days": 5, "price": 9} if item == "HX-15-G" else {}
    centre, minutes = ("描金", 6) if colour == "G" else ("喷漆", "1.2")
    return [
        _step(item, 65, "底漆", "喷漆", "1.0", "分/件", run_skill="喷漆描金", min_wait="2时"),
        _step(item, 66, "描金" if colour == "G" else "喷香槟", centre, minutes, "分/件",
              run_skill="喷漆描金", **outside),
        _step(item, 67, "漆后晾", "漆后架", 360, "固定分", capacity_basis="按件"),
    ]  # fmt: skip


def _ornament_route(pattern: cat.Pattern, item: str, colour: str, centre: str = "花饰台") -> Rows:
    pour = 12 if pattern.code == "DP-100" else "2.5"
    finish: list[dict[str, object]] = [
        _step(item, 70, "修整", "修整", str(pattern.finishing), "分/件", run_skill="修整")
    ]
    paint = _painting(item, colour)
    for offset, row in enumerate(paint):
        row["step_no"] = 72 + 2 * offset
    mould = {"tool_type": mould_code(pattern), "copies_min": pattern.copies_usable,
             "copies_max": pattern.copies_usable}  # fmt: skip
    return [
        _step(item, 10, "上模", centre, pattern.mount * pattern.copies_usable, "固定分",
              run_skill="换模", tool_held_until_step=40, **mould),
        _step(item, 20, "搅拌", "花饰搅拌", 6, "固定分", run_skill="配料", pausable="否",
              max_wait="20分", wait_from_to="完–完"),
        _step(item, 30, "浇注", centre, pour, "分/件", run_skill="花饰浇注", pausable="否",
              min_wait="45分", max_wait="120分", instruction="搅拌后 20 分钟内浇完"),
        _step(item, 40, "脱模", centre, 2, "分/件", run_skill="花饰浇注", pausable="否"),
        _step(item, 50, "湿修", centre, 3, "分/件", run_skill="湿修", max_wait="48时"),
        _drying(item, 60, "P45", 1830),
        *finish,
        *paint,
        _step(item, 80, "全检", "检验", 2, "分/件", run_skill="检验"),
        _step(item, 90, "包装", "包装", 4, "分/件", run_skill="包装"),
    ]  # fmt: skip


# ---------------------------------------------------------------- stock


def _stock(now: datetime) -> Rows:
    counted = f"{now:%Y-%m-%d}"
    rows: Rows = []
    for code, _, _, _, _, _, _, stock, _ in cat.BOUGHT:
        if stock == 0:
            continue
        row: dict[str, object] = {"item_code": code, "location": "原料仓", "quantity": stock,
                                  "counted_on": counted, "status": "可用"}  # fmt: skip
        if code in ("GP-A", "GP-B"):
            row["lot"] = f"{code}-{now - timedelta(days=12):%m%d}"
            row["expires"] = f"{now + timedelta(days=78):%Y-%m-%d}"
        rows.append(row)
    rows.append({"item_code": "GP-B", "location": "原料仓", "quantity": 640, "lot": "GP-B-0817",
                 "expires": f"{now + timedelta(days=9):%Y-%m-%d}", "counted_on": counted,
                 "status": "可用"})  # fmt: skip
    rows.append({"item_code": "GF-S", "location": "原料仓", "quantity": 80, "lot": "GF-S-0902",
                 "counted_on": counted, "status": "冻结"})  # fmt: skip
    for code, left in (("HX-12-W", 60), ("PL-08-W", 24), ("PL-10-W", 13), ("HX-08-W", 9),
                       ("PL-06-W", 31), ("FL-05-W", 18), ("HX-10-W", 7), ("HX-12C-W", 5),
                       ("AR-R600-W", 8), ("PL-12-W", 22), ("JH-B-W", 6)):  # fmt: skip
        rows.append({"item_code": code, "location": "成品仓", "quantity": left,
                     "counted_on": counted, "status": "可用"})  # fmt: skip
    return rows


def _receipts(now: datetime, days: int) -> Rows:
    """Open purchases: the powder truck promised for the day after tomorrow comes two days late."""
    rows: Rows = []
    for number, day in enumerate(range(4, days, 5), 1):
        asked = now + timedelta(days=2 if day == 4 else day)
        rows.append(_receipt(f"PO26{number:03}-1", "YC", "GP-B", 20000, asked,
                             now + timedelta(days=day)))  # fmt: skip
        if number % 2:
            rows.append(_receipt(f"PO26{number:03}-2", "YC", "GP-A", 2500, asked,
                                 now + timedelta(days=day)))  # fmt: skip
    for number, (item, supplier, quantity, day) in enumerate(
        (("GF-S", "BX", 400, 5), ("RT", "HG", 100, 6), ("WR", "HG", 300, 6), ("WT", "HG", 250, 6),
         ("CT-M", "ZX", 4000, 4), ("CT-L", "ZX", 1000, 4), ("GF-N", "BX", 900, 8),
         ("LB", "ZX", 20000, 4), ("MR", "HG", 500, 6), ("PE", "HG", 400, 6)), 1
    ):  # fmt: skip
        when = now + timedelta(days=day)
        rows.append(_receipt(f"PO27{number:03}-1", supplier, item, quantity, when, when))
    return rows


def _receipt(number: str, supplier: str, item: str, quantity: int, asked: datetime,
             confirmed: datetime) -> dict[str, object]:  # fmt: skip
    return {"po_line": number, "supplier": supplier, "item_code": item, "open_quantity": quantity,
            "requested": f"{asked:%Y-%m-%d}", "confirmed_date": f"{confirmed:%Y-%m-%d}",
            "confirmed": "是"}  # fmt: skip
