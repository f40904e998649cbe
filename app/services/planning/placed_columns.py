"""Placements as columns: what is asked of all of them at once is asked of arrays, not of rows.

The rows of a plan of 100,000 operations are made when somebody looks at them, one by one; whoever
counts, sorts or draws all of them reads the columns.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from app.core.working_time import minute
from app.services.planning.rows import PlacementRow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = np.nan
"""In a column of moments: there is none."""


class OrderHead(NamedTuple):
    """What all placements of an order share; see ``PlacementRow``."""

    id: int
    number: str
    type: str
    item_code: str
    item_name: str
    customer: str
    unit: str
    due: datetime | None
    priority: int
    family: str
    quote_until: datetime | None
    quote_owner: str


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Several entries for each placement: those of one lie at ``offsets[n]:offsets[n + 1]``."""

    values: Ints
    offsets: Ints

    @property
    def placement(self) -> Ints:
        """Whose each entry is."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def renewed(self, other: Entries, places: Ints) -> Entries:
        """With the entries of ``other`` at these places."""
        whose, counts = self.placement, np.diff(self.offsets)
        fresh = np.zeros(len(counts), np.bool_)
        fresh[places] = True
        counts[places] = np.diff(other.offsets)
        offsets = np.concatenate(([0], np.cumsum(counts)))
        values = np.zeros((int(offsets[-1]), self.values.shape[1]), np.int64)
        kept = np.flatnonzero(~fresh[whose])
        values[kept + (offsets[:-1] - self.offsets[:-1])[whose[kept]]] = self.values[kept]
        theirs = other.placement
        shift = offsets[places] - other.offsets[:-1]
        values[np.arange(len(theirs)) + shift[theirs]] = other.values
        return Entries(values, offsets)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedColumns:
    """The fields of ``PlacementRow`` as arrays, one entry per placement, in the order of the rows.

    Moments are minutes since 1970 UTC, ``NEVER`` where there is none. ``heads``: the orders, each
    once, ``head`` says which. ``machine_codes`` by ``machine``. ``segments``: (from, to); ``crew``:
    (person, from, to, setup 0|1); ``tools``: (copy), all in whole minutes.
    """

    heads: tuple[OrderHead, ...]
    head: Ints
    operation: Ints
    step_name: Sequence[str]
    machine: Ints
    machine_codes: Mapping[int, str]
    quantity: Sequence[Decimal]
    setup_start: Floats
    start: Floats
    end: Floats
    due: Floats
    order_end: Floats
    late_minutes: Ints
    progress: Floats
    share: Floats
    held_until: Floats
    quote_until: Floats
    pin_machine: Flags
    pin_start: Flags
    started: Flags
    stale: Flags
    segments: Entries
    crew: Entries
    tools: Entries

    def __len__(self) -> int:
        return len(self.operation)

    @property
    def order(self) -> Ints:
        """Id of each placement's order."""
        return np.fromiter((one.id for one in self.heads), np.int64, len(self.heads))[self.head]

    @property
    def late_orders(self) -> int:
        """Orders that end late."""
        return len(np.unique(self.head[self.late_minutes > 0]))

    def renewed(self, other: PlacedColumns) -> tuple[PlacedColumns, Ints] | None:
        """With what ``other`` says of the orders in it, and the places where it says it.

        None if not just the same operations of these orders have a place in both.
        """
        number = {head.id: place for place, head in enumerate(self.heads)}
        head = [number.get(each.id, -1) for each in other.heads]
        if min(head, default=-1) < 0:
            return None
        concerned = np.flatnonzero(np.isin(self.head, head))
        by_operation = np.argsort(self.operation[concerned])
        theirs = np.argsort(other.operation)
        places = np.zeros(len(other), np.int64)
        if not np.array_equal(self.operation[concerned[by_operation]], other.operation[theirs]):
            return None
        places[theirs] = concerned[by_operation]
        heads = list(self.heads)
        for place, each in zip(head, other.heads, strict=True):
            heads[place] = each
        changed: dict[str, Any] = {
            "heads": tuple(heads), "head": self.head, "operation": self.operation,
            "machine_codes": {**self.machine_codes, **other.machine_codes},
        }  # fmt: skip
        for field in fields(self):
            old, new = getattr(self, field.name), getattr(other, field.name)
            if field.name in changed:
                continue
            if isinstance(old, Entries):
                changed[field.name] = old.renewed(new, places)
            elif isinstance(old, np.ndarray):
                changed[field.name] = old.copy()
                changed[field.name][places] = new
            else:
                listed = changed[field.name] = list(old)
                for place, value in zip(places.tolist(), new, strict=True):
                    listed[place] = value
        return PlacedColumns(**changed), places


class PlacedRows(Sequence[PlacementRow]):
    """Rows of placements, each made when it is first asked for, and kept; equal to a tuple of them.

    ``columns`` says the same of all of them at once.
    """

    def __init__(self, columns: PlacedColumns) -> None:
        self.columns = columns
        self._made: list[PlacementRow | None] = [None] * len(columns)
        self._all_made: tuple[PlacementRow, ...] | None = None

    @abstractmethod
    def _make(self, place: int) -> PlacementRow:
        """The row at a place."""

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, place: int) -> PlacementRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PlacementRow]: ...
    def __getitem__(self, place: int | slice) -> PlacementRow | Sequence[PlacementRow]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        found = self._made[place]
        if found is None:
            found = self._made[place] = self._make(place % len(self))
        return found

    def _make_ready(self) -> None:
        """All rows are asked for, one after the other."""

    def __iter__(self) -> Iterator[PlacementRow]:
        if self._all_made is not None:
            return iter(self._all_made)
        self._make_ready()
        return (self[place] for place in range(len(self)))

    def complete(self) -> None:
        """Have all rows ready, for those who go through them in the window's thread."""
        self._all_made = tuple(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PlacedRows | tuple):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def renewed(self, other: Sequence[PlacementRow]) -> tuple[PlacedRows, Ints] | None:
        """These rows, with ``other`` ones of the same orders at their places, and which places
        those are; None if not just the same operations of these orders have a place.

        A row keeps its place, also where it begins earlier or later than before.
        """
        found = self.columns.renewed(columns_of(other))
        if found is None:
            return None
        columns, places = found
        return _RenewedRows(columns, self, dict(zip(places.tolist(), other, strict=True))), places


class _RenewedRows(PlacedRows):
    def __init__(
        self, columns: PlacedColumns, before: PlacedRows, fresh: Mapping[int, PlacementRow]
    ) -> None:
        super().__init__(columns)
        self._first: PlacedRows = before._first if isinstance(before, _RenewedRows) else before
        self._made = list(before._made)
        for place, row in fresh.items():
            self._made[place] = row

    def _make(self, place: int) -> PlacementRow:
        """What was never renewed says what it said at first."""
        return self._first[place]


def moments_as_minutes(moments: Iterable[datetime | None]) -> Floats:
    """Moments as a column."""
    return np.array([NEVER if one is None else one.timestamp() / 60 for one in moments], float)


def columns_of(rows: Sequence[PlacementRow]) -> PlacedColumns:
    """The columns of any rows: read already, or collected from rows that were made otherwise."""
    if isinstance(rows, PlacedRows):
        return rows.columns
    heads = {row.order_id: _head(row) for row in reversed(rows)}
    number = {order: place for place, order in enumerate(heads)}
    return PlacedColumns(
        heads=tuple(heads.values()),
        head=np.array([number[row.order_id] for row in rows], np.int64),
        operation=np.array([row.operation_id for row in rows], np.int64),
        step_name=[row.step_name for row in rows],
        machine_codes={row.machine_id: row.machine_code for row in rows},
        machine=np.array([row.machine_id for row in rows], np.int64),
        quantity=[row.quantity for row in rows],
        setup_start=moments_as_minutes(row.setup_start for row in rows),
        start=moments_as_minutes(row.start for row in rows),
        end=moments_as_minutes(row.end for row in rows),
        due=moments_as_minutes(row.due for row in rows),
        order_end=moments_as_minutes(row.order_end for row in rows),
        late_minutes=np.array([row.late_minutes for row in rows], np.int64),
        progress=np.array([row.progress for row in rows], np.float64),
        share=np.array([row.share for row in rows], np.float64),
        held_until=moments_as_minutes(row.held_until for row in rows),
        quote_until=moments_as_minutes(row.quote_until for row in rows),
        pin_machine=np.array([row.pin_machine for row in rows], np.bool_),
        pin_start=np.array([row.pin_start for row in rows], np.bool_),
        started=np.array([row.started for row in rows], np.bool_),
        stale=np.array([row.stale for row in rows], np.bool_),
        segments=_table([[tuple(map(minute, one)) for one in row.segments] for row in rows], 2),
        crew=_table([row.crew for row in rows], 4),
        tools=_table([[(one,) for one in row.tool_ids] for row in rows], 1),
    )


def entries_of(values: Ints, counts: Ints, width: int) -> Entries:
    """Entries of ``width`` numbers, so many of them for each placement."""
    return Entries(values.reshape(-1, width), np.concatenate(([0], np.cumsum(counts))))


def _table(entries: Sequence[Sequence[Sequence[int]]], width: int) -> Entries:
    flat = np.array(list(chain.from_iterable(entries)), np.int64)
    return entries_of(flat, np.array([len(each) for each in entries], np.int64), width)


def _head(row: PlacementRow) -> OrderHead:
    return OrderHead(
        row.order_id, row.order_number, row.order_type, row.item_code, row.item_name, row.customer,
        row.unit, row.due, row.priority, row.family, row.quote_until, row.quote_owner,
    )  # fmt: skip
