"""Records of other sheets that belong to a record: the copies of a mould, the machines of a work
centre, the terms of a supplier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from app.core.codes import code_key
from app.models import materials as m
from app.models import plant as p
from app.models import products as r
from app.models.database import Database
from app.services.exchange.sheet_rows import lines
from app.services.exchange.sheets import sheet
from app.services.masters.reading import SheetReading, offers
from app.services.masters.rows import MasterRow, columns_of

Where = Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Related:
    """Rows of ``sheet`` whose column ``by`` names the owner; ``keys``: the columns shown."""

    sheet: str
    by: str
    keys: tuple[str, ...]
    where: Where


def _by(column: Any, model: type[Any]) -> Where:
    return lambda code: (
        column == select(model.id).where(model.code_key == code_key(code)).scalar_subquery()
    )


_SERVICE = ("task", "interval", "interval_unit", "last", "minutes")
_TERMS = ("lead_time_days", "min_quantity", "price", "priority")

RELATED: dict[str, tuple[Related, ...]] = {
    "Items": (
        Related("UnitConversions", "item_code", ("unit", "factor", "other_unit", "kind"),
                _by(r.UnitConversion.item_id, r.Item)),
        Related("SupplierItems", "item_code", ("supplier_code", *_TERMS),
                _by(m.SupplierItem.item_id, r.Item)),
    ),
    "Units": (
        Related("UnitConversions", "unit", ("item_code", "factor", "other_unit", "kind"),
                _by(r.UnitConversion.unit_id, r.Unit)),
    ),
    "Machines": (
        Related("Maintenance", "scope", _SERVICE, _by(p.Maintenance.machine_id, p.Machine)),
        Related("ToolCopies", "machine", ("tool_code", "copy_no", "active_cavities", "shots_done"),
                _by(p.ToolCopy.machine_id, p.Machine)),
    ),
    "WorkCentres": (
        Related("Machines", "work_centre", ("machine_code", "name", "kind", "capacity", "state"),
                _by(p.Machine.work_centre_id, p.WorkCentre)),
    ),
    "Tools": (
        Related("ToolCopies", "tool_code",
                ("copy_no", "active_cavities", "shots_done", "state", "location", "machine"),
                _by(p.ToolCopy.tool_type_id, p.ToolType)),
        Related("Maintenance", "scope", _SERVICE, _by(p.Maintenance.tool_type_id, p.ToolType)),
    ),
    "Operators": (
        Related("Exceptions", "scope", ("from", "to", "kind", "reason"),
                _by(p.CalendarException.operator_id, p.Operator)),
    ),
    "Suppliers": (
        Related("SupplierItems", "supplier_code", ("item_code", *_TERMS),
                _by(m.SupplierItem.supplier_id, p.Supplier)),
    ),
}  # fmt: skip
"""By the owner's sheet; the owner is found by its first identifying column."""


def related_rows(
    database: Database, key: str, code: str
) -> tuple[str, str, tuple[SheetReading, ...]]:
    """(sheet, code, a reading for each of ``RELATED[key]``), one snapshot."""
    with database.read() as session:
        found = []
        for each in RELATED[key]:
            columns = tuple(
                column for name in each.keys for column in columns_of(each.sheet)
                if column.key == name
            )  # fmt: skip
            rows = tuple(
                MasterRow(*line) for line in lines(session, each.sheet, (each.where(code),))
            )
            free = [column for column in columns if not column.identity]
            found.append(SheetReading(each.sheet, columns, rows, offers(session, each.sheet, free)))
        return key, code, tuple(found)


def owner_values(key: str, values: Mapping[str, Any], related: Related) -> dict[str, Any]:
    """What a new related record begins with."""
    return {related.by: values[sheet(key).identity[0]]}
