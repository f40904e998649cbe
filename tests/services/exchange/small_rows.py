"""A small plant as rows of the workbook: every sheet has some, every kind of cell occurs."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai

Rows = dict[str, list[dict[str, Any]]]

_ROWS: Rows = {
    "Units": [
        {"unit_code": "支", "dimension": "件", "factor": "1"},
        {"unit_code": "kg", "dimension": "质量", "factor": "1"},
        {"unit_code": "t", "dimension": "质量", "factor": "1000"},
    ],
    "Skills": [{"skill_code": "浇注", "name": "石膏浇注"}],
    "Locations": [{"location_code": "成品仓", "name": "成品仓库"}],
    "WorkCentres": [
        {"centre_code": "浇注台", "name": "浇注台 1–2", "area": "浇注", "freeze_unit": "班",
         "freeze_locked": 2, "freeze_within": 4, "freeze_issued": "否",
         "shift_first_piece_min": 15},
    ],
    "Calendars": [
        {"calendar_code": "两班", "name": "白夜两班", "parent": "公司"},
        {"calendar_code": "公司", "name": "公司日历"},
    ],
    "CustomFields": [
        {"subject": "物料", "key": "角度", "name_zh": "角度", "name_en": "Angle", "kind": "文本",
         "position": 1, "on_papers": "是", "note": "端面"},
        {"subject": "订单", "key": "包装方式", "kind": "选项", "choices": "纸箱;木架",
         "required": "否"},
    ],
    "Shifts": [
        *(
            {"calendar": "白班", "weekday": day, "shift": "白", "start": "07:30", "end": "17:30",
             "breaks": "11:30-13:00;15:00-15:10"}
            for day in range(1, 7)
        ),
        *(
            {"calendar": "两班", "weekday": day, "shift": shift, "start": start, "end": end,
             "breaks": breaks, "date_rule": "开始日"}
            for day in range(1, 7)
            for shift, start, end, breaks in (("白", "08:00", "20:00", "12:00-13:00"),
                                              ("夜", "20:00", "04:30", "00:00-00:30"))
        ),
        {"calendar": "白班", "weekday": 7, "shift": "加", "start": "08:00", "end": "12:00",
         "kind": "加班", "cost_per_hour": "35.5"},
    ],
    "Rotation": [
        {"team": "浇注一班", "from": "2026-02-23", "cycle_days": 14, "sequence": "白7夜7"},
    ],
    "Customers": [
        {"customer_code": "C01", "short_name": "宏达", "name": "广州宏达", "city": "广州",
         "grade": "A", "transit_days": 1, "truck_days": "二,四", "ship_complete": "是",
         "over_under_pct": "3", "safety_days": 2},
        {"customer_code": "C02", "short_name": "Alpha", "transit_days": 0},
    ],
    "Suppliers": [
        {"supplier_code": "YC", "name": "应城石膏", "items": "GP-B", "lead_time_days": 6,
         "min_quantity": "20000", "price": "0.85", "priority": 1},
        {"supplier_code": "DD", "name": "电镀厂"},
    ],
    "SupplierItems": [
        {"supplier_code": "YC", "item_code": "FB", "lead_time_days": 9, "min_quantity": "5",
         "price": "12.5", "priority": 2},
    ],
    "ReasonCodes": [
        {"category": "报废", "reason_code": "S1", "name": "崩边", "department": "浇注"},
        {"category": "停机", "reason_code": "S1", "name": "停电"},
    ],
    "Items": [
        {"item_code": "0015-W", "name": "玫瑰150白", "category": "成品", "family": "花线",
         "base_unit": "支", "source": "自制", "colour": "白", "length_mm": "2500",
         "weight_kg": "6.4", "setup_attr_1": "HX-15", "setup_attr_2": "白", "scrap_pct": "4",
         "pack_qty": "6", "rounding": "整箱", "default_location": "成品仓", "特性:角度": "45°"},
        {"item_code": "0015-G", "name": "=1+1", "category": "成品", "family": "花线",
         "base_unit": "支", "source": "自制", "setup_attr_1": "HX-15", "setup_attr_2": "金"},
        {"item_code": "SL-A", "name": "浆料", "category": "半成品", "base_unit": "kg",
         "source": "虚拟"},
        {"item_code": "GP-B", "name": "石膏粉", "category": "原料", "base_unit": "kg",
         "source": "采购", "lot_tracked": "是", "shelf_life_days": 90, "lead_time_days": 6,
         "lead_time_clock": "工作日", "lot_rule": "最小+倍数", "lot_minimum": "20000",
         "lot_multiple": "1000", "safety_stock": "5000", "standard_cost": "0.85"},
        {"item_code": "FB", "name": "玻纤", "category": "辅料", "base_unit": "kg", "source": "采购",
         "status": "停用"},
    ],
    "UnitConversions": [
        {"item_code": "0015-W", "unit": "支", "other_unit": "米", "factor": "2.5"},
        {"unit": "kg", "other_unit": "t", "factor": "1/1000", "kind": "固定", "rounding": "不取整"},
    ],
    "BOM": [
        {"parent_code": "0015-W", "line_no": 1, "component_code": "SL-A", "quantity": "6.912345",
         "scrap_pct": "5", "consumed_at_step": 10},
        {"parent_code": "0015-G", "line_no": 1, "component_code": "SL-A", "quantity": "7"},
        {"parent_code": "SL-A", "base_qty": "10000", "line_no": 1, "component_code": "GP-B",
         "quantity": "6250", "note": "主料"},
        {"parent_code": "SL-A", "base_qty": "10000", "line_no": 2, "component_code": "FB",
         "quantity": "0.02", "unit": "t", "qty_kind": "变动", "alt_group": "纤维",
         "alt_priority": 1},
    ],
    "Routings": [
        {"item_code": "0015-W", "step_no": 10, "step_name": "浇注", "work_centre": "浇注台",
         "machines": "CT-01:52;CT-02", "setup_min": "15", "rate": "55", "rate_basis": "分/模次",
         "copies_min": 1, "copies_max": 2, "tool_type": "M-15/M-16;车架",
         "tool_held_until_step": 20, "setup_skill": "浇注", "setup_heads": 1,
         "run_skill": "浇注", "run_heads": 2, "min_wait": "30分", "max_wait": "36时",
         "wait_from_to": "完–完", "pausable": "整模次", "first_piece": "是", "first_piece_min": 10,
         "key_step": "是"},
        {"item_code": "0015-W", "step_no": 20, "step_name": "烘干", "work_centre": "烘房",
         "rate": "10", "rate_basis": "时/批", "batch_max": "216", "batch_min": "20",
         "batch_family": "P50", "pausable": "否", "predecessors": "10FS+5"},
        {"item_code": "0015-W", "step_no": 30, "step_name": "电镀", "rate": "1",
         "rate_basis": "固定分", "supplier": "DD", "days": "3", "price": "1.25",
         "yield_pct": "98", "reporting": "统计报", "instruction": "轻放"},
        {"family": "花线", "step_no": 10, "step_name": "整工序", "work_centre": "浇注台",
         "rate": "90", "rate_basis": "秒/件", "transfer_batch": "20", "wait_clock": "工作时间"},
    ],
    "InspectionPlans": [
        {"plan_code": "FQC-花线", "plan_name": "花线终检", "type": "终检", "family": "花线",
         "step_no": 10, "level": "II", "aql_critical": "0", "aql_major": "2.5",
         "aql_minor": "6.5", "number": 1, "characteristic": "长度", "critical": "是",
         "class": "CR", "reading": "测量", "nominal": "2500", "lower": "2498", "upper": "2502",
         "unit": "mm", "requirement": "两端量", "method": "钢卷尺", "gauge": "TM-03",
         "sample_size": 8, "frequency": "每车", "note": "干燥后"},
        {"plan_code": "FQC-花线", "type": "终检", "number": 2, "characteristic": "气孔",
         "class": "MI", "requirement": "> 2 mm ≤ 1 /m", "method": "目视"},
        {"plan_code": "IQC-GP", "type": "来料", "item_code": "GP-B", "number": 1,
         "characteristic": "储存温度", "lower": "-5.5", "upper": "40", "unit": "°C"},
    ],
    "Machines": [
        {"machine_code": "CT-01", "name": "浇注台1", "area": "浇注", "work_centre": "浇注台",
         "kind": "容量", "capacity": 12, "unit": "模位", "calendar": "两班", "efficiency": 95,
         "attributes": "吨位=100;炉温=50", "current_setup_1": "HX-15", "current_setup_2": "白",
         "hourly_rate": "80", "owner": "老王"},
        {"machine_code": "CT-02", "name": "浇注台2", "work_centre": "浇注台", "calendar": "白班",
         "attributes": "吨位=130", "state": "停", "down_until": "2026-03-04 08:00"},
        {"machine_code": "DR-01", "name": "烘房", "work_centre": "烘房", "kind": "批处理",
         "capacity": 216, "unit": "支", "calendar": "两班", "may_outsource": "是"},
    ],
    "Maintenance": [
        {"scope": "DR-01", "task": "风机", "interval": 30, "interval_unit": "天",
         "last": "2026-02-10", "minutes": 60, "skill": "机修", "move_days": 2},
        {"scope": "M-15", "task": "清模", "interval": 40, "interval_unit": "模次", "minutes": 15},
    ],
    "Tools": [
        {"tool_code": "M-15", "name": "玫瑰模", "cavities": 2, "items": "0015-W;0015-G",
         "machine_rule": "100/130", "cycle": "52", "cycle_basis": "分/模次", "life": 250,
         "service_every": 40, "service_min": 15, "mount_min": 5, "dismount_min": 2,
         "replace_days": 8},
        {"tool_code": "M-16", "name": "双花模", "cavities": 4, "items": "0015-W:2;0015-G:2"},
        {"tool_code": "车架", "name": "车架", "kind": "池", "pool_size": 30},
    ],
    "ToolCopies": [
        {"tool_code": "M-15", "copy_no": "01", "shots_done": 20, "state": "在机",
         "machine": "CT-01", "location": "台1"},
        {"tool_code": "M-15", "copy_no": "02", "active_cavities": 1, "state": "维修",
         "available_from": "2026-03-10"},
        {"tool_code": "M-16", "copy_no": "A"},
    ],
    "Operators": [
        {"badge": "0101", "name": "李敏", "team": "浇注一班", "area": "浇注", "calendar": "两班",
         "skills": "浇注:A;机修:C", "certificate_until": "机修=2027-03-31", "efficiency": 90,
         "overtime_cap": "20", "from": "2020-01-06", "role": "操作工"},
        {"badge": "0102", "name": "王强", "calendar": "白班", "skills": "浇注"},
    ],
    "Exceptions": [
        {"scope": "白班", "from": "2026-05-01", "to": "2026-05-05", "kind": "放假",
         "reason": "五一"},
        {"scope": "两班", "from": "2026-03-15", "kind": "加班", "hours": "08:00-12:00"},
        {"scope": "CT-02", "from": "2026-03-09", "kind": "停机",
         "hours": "08:00-10:00;13:00-14:00"},
        {"scope": "0102", "from": "2026-03-06", "to": "2026-03-07", "kind": "请假"},
        {"scope": "M-15#01", "from": "2026-03-08", "kind": "停机"},
    ],
    "SetupAttributes": [
        {"work_centre": "浇注台", "position": 1, "name": "模具", "combine": "相加",
         "default_min": 6},
        {"work_centre": "浇注台", "position": 2, "name": "颜色", "combine": "相加",
         "default_forbidden": "是", "campaign_min": 90},
    ],
    "SetupGroups": [{"attribute": "颜色", "name": "深色", "members": "金;红"}],
    "SetupMatrix": [
        {"scope": "浇注台", "attribute": "颜色", "from": "白", "to": "深色", "minutes": "10"},
        {"scope": "浇注台", "attribute": "颜色", "from": "深色", "to": "白", "minutes": "40",
         "cost": "15", "scrap_qty": "2.5", "scrap_item": "GP-B", "skill": "浇注", "heads": 1},
        {"scope": "CT-02", "attribute": "模具", "from": "*", "to": "HX-15", "minutes": "禁止"},
    ],
    "Stock": [
        {"item_code": "GP-B", "location": "原料仓", "lot": "L-1", "quantity": "13.2", "unit": "t",
         "produced": "2026-02-01", "expires": "2026-05-01", "counted_on": "2026-03-02"},
        {"item_code": "GP-B", "location": "原料仓", "lot": "L-2", "quantity": "800",
         "status": "待检", "counted_on": "2026-03-02"},
        {"item_code": "0015-G", "location": "成品仓", "quantity": "12", "counted_on": "2026-03-02"},
    ],
    "Receipts": [
        {"po_line": "PO26001-1", "supplier": "YC", "item_code": "GP-B", "open_quantity": "20",
         "unit": "t", "requested": "2026-03-05", "confirmed_date": "2026-03-06",
         "confirmed": "否", "inspection_days": 1, "transport": "汽运", "price": "850"},
    ],
    "Orders": [
        {"order_no": "MO-1", "sales_order_line": "XS-045-3", "customer": "宏达",
         "customer_po": "PO-7", "item_code": "0015-W", "quantity": "600", "unit": "米",
         "order_date": "2026-02-20", "requested": "2026-03-20", "kind": "到货", "priority": 3,
         "state": "已审核", "deliveries": "200@2026-03-15;400@2026-03-20", "over_pct": "3",
         "requirements": "轻放\n勿压", "特性:包装": "木箱"},
        {"order_no": "MO-2", "external_no": "E-77", "type": "备库", "item_code": "0015-G",
         "quantity": "100", "requested": "2026-03-18 12:00", "earliest_start": "2026-03-03",
         "state": "已下达", "promised": "2026-03-19", "safety_days": 0, "deposit": "是"},
        {"external_no": "E-78", "customer": "C02", "item_code": "0015-G", "quantity": "5",
         "requested": "2026-04-18"},
    ],
    "OrderProgress": [
        {"order_no": "MO-1", "step_no": 10, "good": "100", "scrap": "2", "location": "CT-01",
         "running": "是", "started_at": "2026-03-02 08:10", "remaining": "40",
         "tool_copies": "M-15#01", "issued": "SL-A:691.2", "remark": "夜班"},
        {"order_no": "MO-1", "step_no": 20, "good": "60", "in_rework": "3"},
    ],
}  # fmt: skip


def small_rows(**sheets: list[dict[str, Any]]) -> Rows:
    """The plant; ``sheets`` replace whole sheets."""
    return copy.deepcopy({key: list(rows) for key, rows in _ROWS.items()}) | sheets


def changed(rows: Rows, sheet: str, number: int, **cells: Any) -> Rows:
    """The rows with cells of one row typed over."""
    edited = copy.deepcopy(rows)
    edited[sheet][number].update(cells)
    return edited
