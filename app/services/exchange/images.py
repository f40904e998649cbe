"""The rows one import left behind: kept while it writes, read to put back what was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import (
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models.access import ImportImage
from app.models.base import Base
from app.models.change_log import WritingSession
from app.models.images import column_values
from app.services.record_names import MANY

_TABLE = cast(Table, ImportImage.__table__)
T = TypeVar("T")


def write_images(session: WritingSession, batch_id: int) -> None:
    """Stores what the session has remembered of the rows it changed."""
    if session.images is None:
        return
    rows = [
        {"batch_id": batch_id, "kind": kind, "record_id": record_id,
         "before": image.before, "version_after": image.version_after}
        for kind, record_id, image in session.images
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(_TABLE), rows)


@dataclass(slots=True)
class Left:
    """What one import left, by table: rows it made, changed and removed.

    ``changed`` and ``removed``: what the row held before, as columns take it. ``versions``: the
    version each row was left with, of tables that have versions.
    """

    made: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed: defaultdict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    removed: defaultdict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    versions: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def kinds(self) -> set[str]:
        return {*self.made, *self.changed, *self.removed}

    def ids(self, kind: str) -> set[int]:
        """All rows of that table the import wrote, those it removed among them."""
        return {*self.made[kind], *self.changed[kind], *self.removed[kind]}

    def standing(self, kind: str) -> set[int]:
        """Rows that should still be there."""
        return {*self.made[kind], *self.changed[kind]}


def read_left(session: Session, batch_id: int) -> Left:
    """The images of a batch; nothing if none were kept."""
    left = Left()
    rows = session.execute(
        select(_TABLE.c.kind, _TABLE.c.record_id, _TABLE.c.before, _TABLE.c.version_after)
        .where(_TABLE.c.batch_id == batch_id)
        .order_by(_TABLE.c.id)
    ).all()
    there: dict[str, set[int]] = {}
    for kind, record_id, before, version in rows:
        table = Base.metadata.tables[kind]
        if version is not None:
            left.versions[kind][record_id] = version
        if before is None:
            left.made[kind].add(record_id)
            continue
        if kind not in there:
            there[kind] = _there(session, table, [r.record_id for r in rows if r.kind == kind])
        # Tables without versions do not say whether the import changed or removed a row.
        versioned = "version" in table.c
        gone = version is None if versioned else record_id not in there[kind]
        place = left.removed if gone else left.changed
        place[kind][record_id] = column_values(table, before)
    return left


def _there(session: Session, table: Table, ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in parts(ids):
        found |= set(session.scalars(select(table.c.id).where(table.c.id.in_(part))))
    return found


def parts(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in portions that one statement takes."""
    rest = list(values)
    for start in range(0, len(rest), MANY):
        yield rest[start : start + MANY]


# ---------------------------------------------------------------- putting back


def put_back(session: WritingSession, left: Left) -> None:
    """Every row as it was, version and all, in an order that foreign keys allow.

    The caller has made sure that nobody has changed the rows since.
    """
    early = _wanted_by_changed(left)
    _put_in(session, left, early)
    for table in Base.metadata.sorted_tables:
        _change_back(session, table, left.changed[table.name])
    for table in reversed(Base.metadata.sorted_tables):
        _take_out(session, table, left.made[table.name])
    late = {k: rows.keys() - early.get(k, set()) for k, rows in left.removed.items()}
    _put_in(session, left, late)


def _wanted_by_changed(left: Left) -> dict[str, set[int]]:
    """Removed rows that changed ones refer to again, with those that they refer to themselves.

    They come first; the others wait until the rows that may hold their keys are gone.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    rows = [(kind, row) for kind, rows in left.changed.items() for row in rows.values()]
    while rows:
        kind, row = rows.pop()
        for column in Base.metadata.tables[kind].columns:
            for key in column.foreign_keys:
                target, value = key.column.table.name, row.get(column.name)
                if value in left.removed[target] and value not in wanted[target]:
                    wanted[target].add(value)
                    rows.append((target, left.removed[target][value]))
    return wanted


def _put_in(session: WritingSession, left: Left, wanted: dict[str, set[int]]) -> None:
    for table in Base.metadata.sorted_tables:
        ids = sorted(wanted.get(table.name, ()))
        if ids:
            rows = [left.removed[table.name][record_id] for record_id in ids]
            session.connection().execute(insert(table), rows)
            session.log_rows(table.name, ids, "insert")


def _change_back(session: WritingSession, table: Table, rows: dict[int, dict[str, Any]]) -> None:
    if not rows:
        return
    _free_keys(session, table, rows)
    statement = update(table).where(table.c.id == bindparam("this_id"))
    by_columns: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record_id, row in sorted(rows.items()):
        by_columns[tuple(row)].append({**row, "this_id": record_id})
    for names, values in by_columns.items():
        told = statement.values({name: bindparam(name) for name in names})
        session.connection().execute(told, values)
    session.log_rows(table.name, sorted(rows), "update")


def _free_keys(session: WritingSession, table: Table, rows: dict[int, dict[str, Any]]) -> None:
    """Rows that get another key back let go of theirs first: two may have changed places."""
    for constraint in table.constraints:
        key = list(constraint.columns) if isinstance(constraint, UniqueConstraint) else []
        texts = [c for c in key if isinstance(c.type, String)]
        if not texts:
            continue
        column = texts[-1]
        changed = []
        for part in parts(sorted(rows)):
            query = select(table.c.id, *key).where(table.c.id.in_(part))
            changed += [
                record_id
                for record_id, *now in session.execute(query)
                if now != [rows[record_id].get(c.name) for c in key]
            ]
        if changed:
            named = update(table).where(table.c.id == bindparam("this_id"))
            named = named.values({column.name: bindparam("for_now")})
            session.connection().execute(
                named, [{"this_id": i, "for_now": f"~{i}"} for i in changed]
            )


def _take_out(session: WritingSession, table: Table, ids: set[int]) -> None:
    if not ids:
        return
    own = [c for c in table.columns for k in c.foreign_keys if k.column.table is table]
    for part in parts(sorted(ids)):
        if own:  # rows of one table that refer to each other leave together
            session.execute(
                update(table).where(table.c.id.in_(part)).values({c.name: None for c in own})
            )
    for part in parts(sorted(ids)):
        session.execute(delete(table).where(table.c.id.in_(part)))
    session.log_rows(table.name, sorted(ids), "delete")
