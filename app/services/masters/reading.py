"""What the master data page reads: which tables there are, one table with what its cells offer,
and where a record is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.choices import LocationKind
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models import plant as p
from app.models.database import Database
from app.services.exchange.sheet_rows import lines
from app.services.exchange.sheets import SHEETS
from app.services.masters.edits import KINDS
from app.services.masters.rows import (
    NOT_MASTER_DATA,
    POSTED,
    MasterColumn,
    MasterRow,
    MasterTable,
    columns_of,
    record_name,
    sheet_title,
)
from app.services.masters.site_columns import fields_of, site_columns, typed_rows
from app.services.masters.uses import NAME_JOINT, Use, uses

MOST_USES_NAMED = 200

SCOPES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Exceptions", "scope"): ("Calendars", "Machines", "Operators", "ToolCopies"),
    ("Maintenance", "scope"): ("Machines", "Tools"),
    ("SetupMatrix", "scope"): ("WorkCentres", "Machines"),
}
"""Columns that name a record of one of several sheets."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A record in use that a cell can name; ``sheet`` says of which kind."""

    code: str
    name: str
    sheet: str


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One table as it is now; ``offers``: by column key, what the cell can name."""

    key: str
    columns: tuple[MasterColumn, ...]
    rows: tuple[MasterRow, ...]
    offers: Mapping[str, tuple[Offer, ...]]


def master_tables(database: Database) -> tuple[MasterTable, ...]:
    """All tables with their columns and counts, in the order of the workbook."""
    with database.read() as session:
        return tuple(
            MasterTable(each.key, sheet_title(each.key), columns_of(each.key),
                        _count(session, each.key), each.key not in POSTED)
            for each in SHEETS
            if each.key not in NOT_MASTER_DATA
        )  # fmt: skip


def _count(session: Session, key: str) -> int:
    kind = KINDS.get(key)
    if kind is None:
        return len(lines(session, key))
    query = select(func.count()).select_from(kind.model)
    if kind.model is p.Location:
        query = query.where(p.Location.kind == LocationKind.PHYSICAL)
    return session.scalar(query) or 0


def read_sheet(database: Database, key: str) -> SheetReading:
    """One table with the records its cells can name; one snapshot."""
    with database.read() as session:
        fields = fields_of(session, key)
        rows = tuple(
            MasterRow(number or -place, values)  # sums of moves have no number of their own
            for place, (number, values) in enumerate(lines(session, key), 1)
        )
        columns = columns_of(key) + site_columns(fields, (row.values for row in rows))
        return SheetReading(key, columns, typed_rows(rows, fields), offers(session, key, columns))


def offers(
    session: Session, key: str, columns: Iterable[MasterColumn]
) -> dict[str, tuple[Offer, ...]]:
    """By column: the records in use that its cells can name."""
    by_sheet: dict[str, tuple[Offer, ...]] = {}
    found = {}
    for column in columns:
        sheets = named_sheets(key, column)
        for each in sheets:
            if each not in by_sheet:
                by_sheet[each] = _in_use(session, each)
        if sheets:
            found[column.key] = tuple(offer for each in sheets for offer in by_sheet[each])
    return found


def named_sheets(key: str, column: MasterColumn) -> tuple[str, ...]:
    """The sheets whose records a cell of the column names."""
    return SCOPES.get((key, column.key), (column.refers,) if column.refers else ())


def _in_use(session: Session, key: str) -> tuple[Offer, ...]:
    """Code and name of the records of a sheet that are not retired, by code."""
    if key == "ToolCopies":
        return _copies(session)
    model = KINDS[key].model
    name = getattr(model, "short_name", getattr(model, "name", model.code))
    query = select(model.code, name).where(model.active).order_by(model.code)
    if model is p.Location:
        query = query.where(p.Location.kind == LocationKind.PHYSICAL)
    return tuple(
        Offer(code, called if called != code else "", key)
        for code, called in session.execute(query)
    )


def _copies(session: Session) -> tuple[Offer, ...]:
    query = select(p.ToolType.code, p.ToolCopy.copy_no, p.ToolType.name)
    rows = session.execute(query.join(p.ToolCopy, p.ToolCopy.tool_type_id == p.ToolType.id))
    return tuple(Offer(f"{code}#{copy}", name, "ToolCopies") for code, copy, name in rows)


def where_used(database: Database, key: str, record_id: int) -> tuple[Use, ...]:
    """Everything that refers to a record, by kind, named up to a limit. NotFound if it is gone."""
    model: type[Any] = KINDS[key].model
    with database.read() as session:
        if session.get(model, record_id) is None:
            raise NotFound(message("masters.gone", sheet=sheet_title(key), name=f"#{record_id}"))
        return uses(session, model, record_id, MOST_USES_NAMED)


def find_row(
    key: str, rows: Iterable[MasterRow], name: str | Mapping[str, Any]
) -> MasterRow | None:
    """The row somebody means by identifying values, by its name in words, or by a part of it.

    A name is that of ``record_name``, its beginning (a BOM by its parent), or its parts in any
    order, as uses and findings give them.
    """
    if not isinstance(name, str):
        wanted = {column: _folded(value) for column, value in name.items()}
        return next((row for row in rows if _holds(row, wanted)), None)
    parts = [code_key(part) for part in name.split(NAME_JOINT)]
    best, found = 0, None
    for row in rows:
        fits = _fits(key, row, parts)
        if fits > best:
            best, found = fits, row
    return found


_WHOLE, _BEGINNING, _PARTS = 3, 2, 1


def _holds(row: MasterRow, wanted: Mapping[str, Any]) -> bool:
    return all(_folded(row.values.get(column)) == value for column, value in wanted.items())


def _fits(key: str, row: MasterRow, parts: list[str]) -> int:
    """How well a name fits a row, 0 = not at all."""
    for language in ("en", "zh"):
        named = [
            code_key(part) for part in record_name(key, row.values, language).split(NAME_JOINT)
        ]
        if named == parts:
            return _WHOLE
        if named[: len(parts)] == parts or parts[: len(named)] == named:
            return _BEGINNING  # or the name of a part of the record
    if key == "ToolCopies" and parts == [code_key("{tool_code}#{copy_no}".format_map(row.values))]:
        return _WHOLE
    texts = {code_key(str(value)) for value in row.values.values()}
    return _PARTS if all(part in texts for part in parts) else 0


def _folded(value: Any) -> Any:
    return code_key(value) if isinstance(value, str) else value
