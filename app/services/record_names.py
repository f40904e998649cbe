"""What a person calls a row of any table: ``Routing HX-15 A 20``, and which sheet it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.core.messages import Message, message
from app.models.base import Base

MANY = 10_000
"""So many values go into one statement: fewer than any database takes."""

PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bill_of_material": (("item_id",), ("revision",)),
    "batch_member": (("batch_id", "operation_id"), ()),
    "bom_line": (("bom_id",), ("line_no",)),
    "calendar_exception": (
        ("calendar_id", "machine_id", "operator_id", "tool_copy_id"),
        ("date_from",),
    ),
    "characteristic": (("plan_id",), ("number",)),
    "custom_field": ((), ("key",)),
    "lot": (("item_id",), ("code",)),
    "maintenance": (("machine_id", "tool_type_id"), ("name",)),
    "operation": (("order_id",), ("step_no",)),
    "operation_issue": (("operation_id", "item_id"), ()),
    "operator_skill": (("operator_id", "skill_id"), ()),
    "plan": ((), ("revision",)),
    "purchase_order_line": (("purchase_order_id",), ("line_no",)),
    "rotation": ((), ("team",)),
    "routing": (("item_id",), ("family", "revision")),
    "routing_step": (("routing_id",), ("step_no",)),
    "sales_order_line": (("sales_order_id",), ("line_no",)),
    "saved_view": ((), ("name",)),
    "setup_attribute": (("work_centre_id",), ("name",)),
    "setup_group": ((), ("attribute", "name")),
    "setup_pair": (("work_centre_id", "machine_id"), ("attribute", "from_value", "to_value")),
    "shift": (("calendar_id",), ("weekday", "name")),
    "site": ((), ("name",)),
    "step_machine": (("step_id", "machine_id"), ()),
    "step_tool": (("step_id", "tool_type_id"), ()),
    "stock_move": (("item_id",), ("document",)),
    "supplier_item": (("supplier_id", "item_id"), ()),
    "tool_copy": (("tool_type_id",), ("copy_no",)),
    "tool_item": (("tool_type_id", "item_id"), ()),
    "unit_conversion": (("item_id", "unit_id", "other_unit_id"), ()),
}
"""By table: the records its rows belong to, and what tells them apart there. Tables that are not
listed have a ``code``."""

SHEETS: dict[str, str] = {
    "bill_of_material": "BOM",
    "bom_line": "BOM",
    "calendar": "Calendars",
    "calendar_exception": "Exceptions",
    "customer": "Customers",
    "item": "Items",
    "lot": "Stock",
    "machine": "Machines",
    "maintenance": "Maintenance",
    "operation": "Orders",
    "operation_issue": "OrderProgress",
    "operator": "Operators",
    "operator_skill": "Operators",
    "production_order": "Orders",
    "card": "Orders",
    "characteristic": "InspectionPlans",
    "custom_field": "CustomFields",
    "inspection_plan": "InspectionPlans",
    "location": "Locations",
    "skill": "Skills",
    "unit": "Units",
    "work_centre": "WorkCentres",
    "purchase_order": "Receipts",
    "purchase_order_line": "Receipts",
    "reason_code": "ReasonCodes",
    "rotation": "Rotation",
    "routing": "Routings",
    "routing_step": "Routings",
    "setup_attribute": "SetupAttributes",
    "setup_group": "SetupGroups",
    "setup_pair": "SetupMatrix",
    "shift": "Shifts",
    "step_machine": "Routings",
    "step_tool": "Routings",
    "stock_move": "Stock",
    "supplier": "Suppliers",
    "supplier_item": "SupplierItems",
    "tool_copy": "ToolCopies",
    "tool_item": "Tools",
    "tool_type": "Tools",
    "unit_conversion": "UnitConversions",
}
"""By table: the sheet of the workbook a person looks the record up in."""


@dataclass(frozen=True, slots=True)
class RecordName:
    """``sheet``: key of the workbook's sheet, empty if there is none. ``code``: what the record is
    called there, ``root`` the code of the record it belongs to (an operation's order)."""

    sheet: str
    code: str
    root: str
    label: Message


def record_names(
    session: Session, wanted: Mapping[str, Iterable[int]]
) -> dict[tuple[str, int], RecordName]:
    """Names by (table, id). Rows that are not there any more are called by their number."""
    finder = _Finder(session)
    names = {}
    for kind, ids in wanted.items():
        numbers = set(ids)
        found = finder.paths(kind, numbers)
        for record_id in numbers:
            path = found.get(record_id) or (f"#{record_id}",)
            names[kind, record_id] = _name(kind, path)
    return names


def record_paths(session: Session, kind: str, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """By id: codes from the outermost record a row belongs to down to the row itself."""
    wanted = set(ids)
    found = _Finder(session).paths(kind, wanted)
    return {number: found.get(number) or (f"#{number}",) for number in wanted}


def _name(kind: str, path: tuple[str, ...]) -> RecordName:
    text = " ".join(path)
    label = message("records.named", kind=message(f"records.kind_{kind}"), name=text)
    return RecordName(SHEETS.get(kind, ""), text, path[0], label)


class _Finder:
    """Each row is asked for once, with the rows it belongs to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def paths(self, kind: str, ids: set[int]) -> dict[int, tuple[str, ...]]:
        """By id: codes from the outermost record to the row itself."""
        table = Base.metadata.tables[kind]
        parents, own = PARTS.get(kind, ((), ("code",)))
        rows = list(self._rows(table, ids, (*parents, *own)))
        above = {column: self._parents(table, column, rows) for column in parents}
        found = {}
        for row in rows:
            parts = [above[c].get(row[c], ()) for c in parents if row[c] is not None]
            text = [part for path in parts for part in path]
            text += [_text(row[c]) for c in own if row[c] not in (None, "")]
            found[row["id"]] = tuple(text) or (f"#{row['id']}",)
        return found

    def _parents(
        self, table: Table, column: str, rows: list[Any]
    ) -> dict[int, tuple[str, ...]]:  # fmt: skip
        ids = {row[column] for row in rows} - {None}
        (key,) = table.c[column].foreign_keys
        return self.paths(key.column.table.name, ids) if ids else {}

    def _rows(self, table: Table, ids: set[int], columns: tuple[str, ...]) -> Iterable[Any]:
        numbers = sorted(ids)
        for start in range(0, len(numbers), MANY):
            part = numbers[start : start + MANY]
            query = select(table.c.id, *(table.c[c] for c in columns)).where(table.c.id.in_(part))
            yield from self._session.execute(query).mappings()


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)
