"""What rows held before a session changed them, so that the whole can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Column, Connection, Date, Table, inspect, select
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.base import NO_VALUE

from app.models.types import Quantity, UtcDateTime

_UNKNOWN = object()


@dataclass(slots=True)
class Image:
    """A row before the first change (None = it was not there) and the version it ended with
    (None = it is gone, or its table has no versions)."""

    before: dict[str, Any] | None
    version_after: int | None


class Images:
    """One image a row; told by the events of the flush, row by row."""

    def __init__(self) -> None:
        self._images: dict[tuple[str, int], Image] = {}

    def __iter__(self) -> Iterator[tuple[str, int, Image]]:
        """(table, id, image) in the order of the first change."""
        for (kind, record_id), image in self._images.items():
            yield kind, record_id, image

    def inserted(self, row: Any) -> None:
        self._images[row.__tablename__, row.id] = Image(None, _version(row))

    def about_to_change(self, row: Any, connection: Connection) -> None:
        """Before the row is updated or deleted."""
        place = (row.__tablename__, row.id)
        if place not in self._images:
            self._images[place] = Image(_committed(row, connection), None)

    def updated(self, row: Any) -> None:
        image = self._images.get((row.__tablename__, row.id))
        if image is not None:
            image.version_after = _version(row)

    def deleted(self, row: Any) -> None:
        place = (row.__tablename__, row.id)
        image = self._images[place]
        image.version_after = None
        if image.before is None:  # made and removed again: nothing ever happened
            del self._images[place]


def _version(row: Any) -> int | None:
    return getattr(row, "version", None)


def _committed(row: Any, connection: Connection) -> dict[str, Any]:
    """The row as the database holds it, as JSON can keep it."""
    state: InstanceState[Any] = inspect(row)
    values = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        value = state.committed_state.get(name, state.dict.get(name, _UNKNOWN))
        if value is NO_VALUE or value is _UNKNOWN:  # set without having been read
            table: Any = state.mapper.local_table
            found = connection.execute(select(table).where(table.c.id == row.id)).mappings().one()
            return plain(dict(found))
        values[name] = value
    return plain(values)


# ---------------------------------------------------------------- rows as JSON


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values as JSON can keep them exactly."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def column_values(table: Table, stored: Mapping[str, Any]) -> dict[str, Any]:
    """``plain`` turned back into what the columns of ``table`` take.

    A column that came into the table after the image was made keeps its default.
    """
    return {
        column.name: _value(column, stored[column.name])
        for column in table.columns
        if column.name in stored
    }


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Quantity):
        return Decimal(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value
