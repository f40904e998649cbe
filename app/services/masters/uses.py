"""Where a record is used: every foreign key that leads to it, found from the schema itself, and
what names it without a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, func, inspect, select
from sqlalchemy.orm import Session

from app.core.messages import Message, message
from app.models import Base
from app.models.access import CustomField
from app.services.masters.uses_by_name import users_by_name
from app.services.record_names import record_paths
from app.services.site_fields import carriers

MOST_EXAMPLES = 5
NAME_JOINT = " · "


@dataclass(frozen=True, slots=True)
class Use:
    """``count`` records of one kind (table name) use it; some of them by name."""

    kind: str
    count: int
    examples: tuple[str, ...]

    @property
    def text(self) -> Message:
        names = list(self.examples) + (["…"] if self.count > len(self.examples) else [])
        return message("masters.use", kind=kind_name(self.kind), count=self.count, names=names)


def kind_name(table: str) -> Message:
    """What people call the records of a table."""
    return message(f"masters.kind_{table}")


def uses(
    session: Session, model: type[Any], record_id: int, most: int = MOST_EXAMPLES
) -> tuple[Use, ...]:
    """Everything that refers to a record, but for the parts it owns itself (its own shifts …).

    ``most``: so many users of one kind are named.
    """
    owned = _owned(model)
    found = []
    for table, column in references(model):
        if table.name in owned:
            continue
        users = select(table.c.id).where(column == record_id)
        count = session.scalar(select(func.count()).select_from(users.subquery())) or 0
        if count:
            ids = session.scalars(users.order_by(table.c.id).limit(most)).all()
            found.append(Use(table.name, count, names(session, table.name, ids)))
    found += _holders(session, model, record_id, most)
    for kind, ids in users_by_name(session, model, record_id):
        found.append(Use(kind, len(ids), names(session, kind, ids[:most])))
    return _by_kind(found, most)


def _holders(session: Session, model: type[Any], record_id: int, most: int) -> list[Use]:
    """Records that hold a value of a field the site has defined."""
    if model is not CustomField:
        return []
    field = session.get_one(CustomField, record_id)
    rows = [row for row, _ in carriers(session, field.subject, field.key)]
    if not rows:
        return []
    return [Use(rows[0].__tablename__, len(rows), tuple(row.code for row in rows[:most]))]


def _by_kind(found: Iterable[Use], most: int) -> tuple[Use, ...]:
    """One entry for a kind that refers by several columns."""
    merged: dict[str, Use] = {}
    for use in found:
        old = merged.get(use.kind)
        if old is not None:
            examples = tuple(dict.fromkeys((*old.examples, *use.examples)))[:most]
            use = Use(use.kind, old.count + use.count, examples)
        merged[use.kind] = use
    return tuple(merged.values())


def references(model: type[Any]) -> list[tuple[Table, ColumnElement[Any]]]:
    """(table, column) of every foreign key that leads to the table of ``model``."""
    return _references(model.__tablename__)


@cache
def _references(target: str) -> list[tuple[Table, ColumnElement[Any]]]:
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == target for key in column.foreign_keys)
    ]


def names(session: Session, table: str, ids: Iterable[int]) -> tuple[str, ...]:
    """What the records of a table are called, ``HX-15-W · A · 20``, in the order of ``ids``."""
    wanted = list(ids)
    paths = record_paths(session, table, wanted)
    return tuple(NAME_JOINT.join(paths[number]) for number in wanted)


def _owned(model: type[Any]) -> set[str]:
    return {
        relation.mapper.local_table.name
        for relation in inspect(model).relationships
        if relation.cascade.delete_orphan
    }
