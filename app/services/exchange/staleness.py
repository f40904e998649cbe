"""After master data was written: open operations that no longer follow it are marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.models.change_log import WritingSession
from app.models.products import Item
from app.services.orders.stale import mark_stale
from app.services.products.affected import affected
from app.services.products.recipes import FEW

Rows = Iterable[tuple[str, Mapping[str, Any]]]

_HOW_THINGS_ARE_MADE = {
    "Units": {"unit"},
    "UnitConversions": {"unit_conversion"},
    "Items": {"item"},
    "BOM": {"bill_of_material", "bom_line"},
    "Routings": {"routing", "routing_step", "step_machine", "step_tool"},
}
"""Sheets whose rows decide how an item is made, and the tables they are written to."""

_ONLY_MATERIALS = {"Units", "UnitConversions", "BOM"}
"""Of these, those that decide only what the steps consume."""

_MADE = {"Items": "item_code", "UnitConversions": "item_code", "BOM": "parent_code",
         "Routings": "item_code"}  # fmt: skip
"""The column that names the item that is made."""


def mark_concerned(session: WritingSession, rows: Rows, on: date) -> None:
    """Mark the operations of items that ``rows`` (key of the sheet, values) may have changed.

    Rows as they were before count too: what left a list is named by nothing else any more.
    """
    written = {key for key, tables in _HOW_THINGS_ARE_MADE.items() if tables & set(session.changed)}
    named = [(key, values) for key, values in rows if key in written]
    if not written:
        return
    items = _items(session, named)
    concerned = None if items is None else affected(session, items, on)
    mark_stale(session, on, concerned, only_materials=written <= _ONLY_MATERIALS)


def _items(session: Session, rows: Rows) -> set[int] | None:
    """Ids of the items that the rows are about; None where that may be all."""
    codes: set[str] = set()
    families: set[str] = set()
    for key, values in rows:
        code = values.get(_MADE.get(key, ""))
        if code:
            codes.add(code_key(code))
        elif key == "Routings":
            families.add(code_key(values.get("family", "")))
        else:
            return None  # a unit, or a conversion that holds for every item
    if len(codes) > FEW:
        return None
    items = set(session.scalars(select(Item.id).where(Item.code_key.in_(codes))))
    return items | _of_families(session, families) if families else items


def _of_families(session: Session, families: set[str]) -> set[int]:
    alike = [
        name for name in session.scalars(select(Item.family).distinct())
        if name and code_key(name) in families
    ]  # fmt: skip
    return set(session.scalars(select(Item.id).where(Item.family.in_(alike))))
