"""The database as rows of the workbook: what export writes, import reads back unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.core.format import number
from app.models.database import Database
from app.services.exchange.sheet_rows import READERS, lines
from app.services.exchange.sheets import Column, Kind, sheet
from app.services.site import site_row

Row = dict[str, object]


def export_rows(database: Database) -> dict[str, list[Row]]:
    """All sheets, cells as a planner would type them; from one snapshot."""
    with database.read() as session:
        zone = ZoneInfo(site_row(session).time_zone)
        return {
            key: [_typed_row(key, row, zone) for _, row in lines(session, key)] for key in READERS
        }


def _typed_row(key: str, row: Mapping[str, Any], zone: ZoneInfo) -> Row:
    columns = {column.key: column for column in sheet(key).columns}
    return {name: typed(columns.get(name), value, zone) for name, value in row.items()}


def typed(column: Column | None, value: Any, zone: ZoneInfo) -> object:
    """A value as a planner would type it into that column; ``zone``: the plant's clock."""
    if column is None:
        return value  # a typed characteristic
    if column.choices:
        return column.words().get(value, value)
    write = _WRITE.get(column.kind)
    if write is not None:
        return write(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    return value


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _spans(spans: list[list[int]]) -> str:
    return ";".join(f"{_clock(a)}-{_clock(b)}" for a, b in spans)


def _with_values(pairs: Iterable[tuple[str, object]], sign: str = ":") -> str:
    return ";".join(
        code if value is None else f"{code}{sign}{_plain(value)}" for code, value in pairs
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return number(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _factor(factor: tuple[Decimal, Decimal]) -> str:
    above, below = factor
    return number(above) if below == 1 else f"{number(above)}/{number(below)}"


_WRITE: dict[Kind, Callable[[Any], object]] = {
    Kind.BOOL: lambda value: "是" if value else "否",
    Kind.TIME: _clock,
    Kind.SPANS: _spans,
    Kind.WEEKDAYS: lambda days: ",".join(str(day) for day in days),
    Kind.CODES: lambda codes: ";".join(str(code) for code in codes),
    Kind.RATED: _with_values,
    Kind.GRADED: _with_values,
    Kind.DATED: lambda found: _with_values(found.items(), "="),
    Kind.ATTRIBUTES: lambda found: _with_values(found.items(), "="),
    Kind.WAIT: lambda minutes: f"{minutes}分",
    Kind.FACTOR: _factor,
    Kind.DELIVERIES: lambda found: ";".join(f"{q}@{day}" for q, day in found),
    Kind.SEQUENCE: lambda found: "".join(f"{name}{days}" for name, days in found),
    Kind.ISSUED: _with_values,
}
