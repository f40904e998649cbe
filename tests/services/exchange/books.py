"""Small workbooks for tests of the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.reports.workbook import write_rows

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


def small_plant() -> Rows:
    """One item on one machine with one mould, one order: the least that can be planned."""
    return {
        "Shifts": [
            {"calendar": "白班", "weekday": day, "shift": "白班", "start": "08:00", "end": "17:00",
             "breaks": "12:00-13:00"} for day in range(1, 6)
        ],
        "Customers": [{"customer_code": "C1", "short_name": "甲", "transit_days": 1,
                       "safety_days": 0}],
        "Items": [
            {"item_code": "A-1", "name": "线条", "category": "成品", "base_unit": "支",
             "source": "自制"},
            {"item_code": "M-1", "name": "浆", "category": "原料", "base_unit": "kg",
             "source": "采购"},
        ],
        "UnitConversions": [
            {"item_code": "A-1", "unit": "支", "other_unit": "米", "factor": "2.5"}
        ],
        "Machines": [{"machine_code": "T-1", "name": "台1", "work_centre": "台", "calendar": "白班",
                      "attributes": "吨位=100"}],
        "Tools": [{"tool_code": "MO-1", "name": "模", "items": "A-1", "machine_rule": "50/100",
                   "copies": 2}],
        "BOM": [{"parent_code": "A-1", "line_no": 1, "component_code": "M-1", "quantity": "3.25"}],
        "Routings": [{"item_code": "A-1", "step_no": 10, "step_name": "浇注", "work_centre": "台",
                      "rate": 10, "rate_basis": "分/模次", "tool_type": "MO-1", "copies_max": 2,
                      "pausable": "整模次"}],
        "Orders": [{"order_no": "MO-1", "customer": "甲", "item_code": "A-1", "quantity": 101,
                    "unit": "米", "requested": "2026-12-05", "kind": "到货", "state": "已审核"}],
    }  # fmt: skip


def book(tmp_path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], name: str = "p") -> Path:
    path = tmp_path / f"{name}.xlsx"
    write_rows(path, rows)
    return path
