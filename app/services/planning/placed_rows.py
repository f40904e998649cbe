"""Placements of a plan, read column by column.

A hundred thousand placements are shown within a second only if nothing is done for each of them
that can be done for all: the driver's own values are taken, numbers in JSON are read in one go,
what the operations of an order share is read once per order, and a row is made when asked for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import numpy as np
from sqlalchemy import ColumnElement, Select, Table, case, func, select
from sqlalchemy.orm import Session

from app.core.choices import OperationState
from app.core.quantity import tidy, unscaled
from app.core.step import goes_to
from app.core.working_time import moment
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer, Machine, Operator, Supplier, ToolCopy, ToolType
from app.models.products import Item, Unit
from app.services.planning.lanes import share_of_places
from app.services.planning.placed_columns import (
    NEVER,
    Entries,
    Floats,
    Ints,
    OrderHead,
    PlacedColumns,
    PlacedRows,
    entries_of,
    moments_as_minutes,
)
from app.services.planning.plain_columns import as_seconds, as_text, plain
from app.services.planning.rows import PlacementRow

_PART = 900
"""Ids per statement: SQLite takes a limited number of values."""
PIN_MACHINE, PIN_START, STARTED, STALE = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Names:
    """Codes of what placements name by id; ``capacities``: of machines with several places."""

    machines: Mapping[int, str]
    suppliers: Mapping[int, str]
    tools: Mapping[int, str]
    operators: Mapping[int, str]
    capacities: Mapping[int, int]

    def place(self, lane: int) -> str:
        """Code of a machine, or of a subcontractor by the negative id."""
        return self.machines.get(lane, "") if lane > 0 else self.suppliers.get(-lane, "")

    @classmethod
    def load(cls, session: Session) -> Names:
        copies = session.execute(
            select(ToolCopy.id, ToolType.code, ToolCopy.copy_no).join(
                ToolType, ToolType.id == ToolCopy.tool_type_id
            )
        )
        tools = {row.id: f"{row.code}#{row.copy_no}" for row in copies}
        # A pool is named by its type, with a negative id.
        pools = session.execute(select(ToolType.id, ToolType.code))
        tools |= {-number: code for number, code in pools}
        machines = session.execute(
            select(Machine.id, Machine.code, Machine.kind, Machine.capacity)
        ).all()
        suppliers = session.execute(select(Supplier.id, Supplier.code))
        operators = session.execute(select(Operator.id, Operator.name))
        return cls(
            {row.id: row.code for row in machines},
            dict(suppliers.all()),
            tools,
            dict(operators.all()),
            {
                row.id: row.capacity
                for row in machines
                if row.kind == "cumulative" and row.capacity > 1
            },
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows by start, and the precedences between operations of one order."""

    rows: Sequence[PlacementRow]
    links: tuple[tuple[int, int], ...]


NOTHING = Placed((), ())


def read_placed(
    session: Session,
    plan_id: int,
    order_ids: Collection[int] | None = None,
    *,
    now: datetime | None = None,
) -> Placed:
    """The placements of a plan, or of some orders in it; without quotes that are over ``now``."""
    names = Names.load(session)
    if order_ids is None:
        heads = session.execute(_orders().where(_ORDER.id.in_(_planned(plan_id)))).all()
        found: list[Any] = list(session.execute(_placements(session, plan_id)).all())
    else:
        ids = sorted(order_ids)
        heads, found = [], []
        for start in range(0, len(ids), _PART):
            part = ids[start : start + _PART]
            heads += session.execute(_orders().where(_ORDER.id.in_(part))).all()
            found += session.execute(
                _placements(session, plan_id).where(_OPERATION.order_id.in_(part))
            ).all()
    reader = _Reader(names, [_head(row) for row in heads])
    return reader.placed(found, now)


def orders_of(session: Session, operation_ids: Collection[int]) -> set[int]:
    """Ids of the orders that operations belong to."""
    ids, found = sorted(operation_ids), set[int]()
    for start in range(0, len(ids), _PART):
        part = Operation.id.in_(ids[start : start + _PART])
        found |= set(session.scalars(select(Operation.order_id).where(part)))
    return found


def lane_id(machine_id: int | None, supplier_id: int | None) -> int:
    """Machines by their id, subcontractors by their id made negative."""
    return machine_id if machine_id is not None else -(supplier_id or 0)


def family_of(setup_attributes: Sequence[Any], family: str) -> str:
    """What colours bars alike: the first setup value, else the item's family."""
    first = str(setup_attributes[0]) if setup_attributes and setup_attributes[0] else ""
    return first or family


def share(done: Decimal, all_: Decimal) -> float:
    """Part done, between 0 and 1."""
    return min(float(done / all_), 1.0) if all_ > 0 else 0.0


# ---------------------------------------------------------------- statements

_PLACEMENT = cast(Table, Placement.__table__).c
_OPERATION = cast(Table, Operation.__table__).c
_ORDER = cast(Table, ProductionOrder.__table__).c
_ITEM = cast(Table, Item.__table__).c
_HOLD = cast(Table, CapacityHold.__table__).c


def _flag(value: int, condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, value), else_=0)


def _placements(session: Session, plan_id: int) -> Select[Any]:
    """In any order: arrays are sorted faster than texts. Tables, not classes: as columns."""
    # SQLite takes longer to count the seconds of a text than numpy.
    when = plain if session.get_bind().dialect.name == "sqlite" else as_seconds
    marks = (
        _flag(PIN_MACHINE, _OPERATION.pin_machine_id.is_not(None))
        + _flag(PIN_START, _OPERATION.pin_start.is_not(None))
        + _flag(STARTED, _OPERATION.state == OperationState.RUNNING)
        + _flag(STALE, _OPERATION.stale)
    )
    return (
        select(
            _PLACEMENT.operation_id,
            func.coalesce(_PLACEMENT.machine_id, -_PLACEMENT.supplier_id, 0), _PLACEMENT.copies,
            when(_PLACEMENT.setup_start_at), when(_PLACEMENT.start_at), when(_PLACEMENT.end_at),
            as_text(_PLACEMENT.segments), as_text(_PLACEMENT.tools),
            as_text(_PLACEMENT.crew), _OPERATION.order_id, _OPERATION.step_no, _OPERATION.name,
            as_text(_OPERATION.definition), plain(_OPERATION.quantity), plain(_OPERATION.good),
            marks,
        )
        .join_from(
            Placement.__table__, Operation.__table__, _OPERATION.id == _PLACEMENT.operation_id
        )
        .where(_PLACEMENT.plan_id == plan_id)
    )  # fmt: skip


def _planned(plan_id: int) -> Select[Any]:
    return (
        select(_OPERATION.order_id)
        .join_from(
            Placement.__table__, Operation.__table__, _OPERATION.id == _PLACEMENT.operation_id
        )
        .where(_PLACEMENT.plan_id == plan_id)
    )


def _orders() -> Select[Any]:
    unit, customer = cast(Table, Unit.__table__).c, cast(Table, Customer.__table__).c
    return (
        select(
            _ORDER.id, _ORDER.code, plain(_ORDER.type), as_seconds(_ORDER.internal_due),
            _ORDER.priority, _ITEM.code, _ITEM.name, _ITEM.family, as_text(_ITEM.setup_attributes),
            unit.code, customer.short_name, as_seconds(_HOLD.expires_at), _HOLD.owner,
        )
        .join_from(ProductionOrder.__table__, Item.__table__, _ITEM.id == _ORDER.item_id)
        .join(Unit.__table__, unit.id == _ITEM.unit_id)
        .outerjoin(Customer.__table__, customer.id == _ORDER.customer_id)
        .outerjoin(
            CapacityHold.__table__,
            # A component's order is held with the one it is made for.
            (_HOLD.order_id == func.coalesce(_ORDER.parent_order_id, _ORDER.id))
            & _HOLD.ended_at.is_(None),
        )
    )  # fmt: skip


def _head(row: Any) -> OrderHead:
    (number, code, kind, due, priority, item, name, family, setup, unit, customer, until,
     owner) = row  # fmt: skip
    return OrderHead(
        number, code, kind, item, name, customer or "", unit, _moment(due), priority,
        _family(setup, family), None if until is None else _moment(until),
        owner or "",
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _family(setup_attributes: str, family: str) -> str:
    return family_of(json.loads(setup_attributes), family)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# ---------------------------------------------------------------- columns of values

_BARE = bytes.maketrans(b"[],\n", b"    ")
_NEW_LINE, _NOUGHT, _NINE = b"\n09"


def _ints(values: Sequence[int]) -> Ints:
    return np.fromiter(values, np.int64, len(values))


def _numbers(documents: Sequence[str], width: int) -> Entries:
    """Entries of ``width`` whole numbers, out of a list of them in JSON for each placement."""
    written = "\n".join(documents).encode()
    signs = np.frombuffer(written, np.uint8)
    digit = (signs >= _NOUGHT) & (signs <= _NINE)
    begins = digit & np.concatenate(([True], ~digit[:-1]))
    lines = np.concatenate(([0], np.flatnonzero(signs == _NEW_LINE) + 1))
    counts = np.add.reduceat(begins, lines, dtype=np.int64)
    bare = written.translate(_BARE)
    values = np.fromstring(bare, np.int64, sep=" ") if counts.any() else np.zeros(0, np.int64)
    return entries_of(values, counts // width, width)


def _seconds(values: Sequence[Any]) -> Ints:
    """Moments as ``_placements`` reads them: numbers, or on SQLite UTC text."""
    if isinstance(values[0], str):
        return np.array(values, "datetime64[s]").astype(np.int64)
    return _ints(values)


def _minutes(seconds: Sequence[int]) -> Floats:
    return _ints(seconds) / 60.0


def _quantities(values: Sequence[Any]) -> list[Decimal]:
    read = unscaled if isinstance(values[0], int) else tidy
    known = {value: read(value) for value in set(values)}
    return [known[value] for value in values]


@dataclass(frozen=True, slots=True)
class _Raw:
    """What rows are made of besides their columns."""

    operations: Sequence[int]
    lanes: Sequence[int]
    setups: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    steps: Sequence[int]
    names: Sequence[str]
    marks: Sequence[int]
    head: Sequence[int]
    order_ends: Sequence[int]  # of the heads
    late: Sequence[int]
    progress: Mapping[int, float]  # where some is done
    share: Mapping[int, float]  # where it is less than all of the machine
    held_until: Mapping[int, int]


class _ReadRows(PlacedRows):
    """Rows out of the columns of one reading."""

    def __init__(self, columns: PlacedColumns, raw: _Raw, names: Names) -> None:
        super().__init__(columns)
        self._raw, self._names = raw, names
        tables = columns.segments, columns.crew, columns.tools
        self._values = [table.values for table in tables]
        self._listed: list[list[tuple[int, ...]]] | None = None
        self._offsets = [table.offsets.tolist() for table in tables]

    def _make(self, place: int) -> PlacementRow:
        raw, names = self._raw, self._names
        number = raw.head[place]
        head = self.columns.heads[number]
        lane, marks, until = raw.lanes[place], raw.marks[place], raw.held_until.get(place)
        crew = self._entries(1, place)
        used = tuple([tool for (tool,) in self._entries(2, place)])
        people = dict.fromkeys([one[0] for one in crew])
        # By place: names take longer.
        return PlacementRow(
            raw.operations[place], head.id, head.number, head.type, raw.steps[place],
            raw.names[place], head.item_code, head.item_name, head.customer,
            self.columns.quantity[place], head.unit, lane,
            self.columns.machine_codes[lane],
            _moment(raw.setups[place]), _moment(raw.starts[place]), _moment(raw.ends[place]),
            tuple([(moment(begin), moment(end)) for begin, end in self._entries(0, place)]),
            tuple([names.tools.get(tool, "") for tool in used]),
            tuple([names.operators.get(one, "") for one in people]),
            head.due, _moment(raw.order_ends[number]), raw.late[number],
            raw.progress.get(place, 0.0), bool(marks & PIN_MACHINE), bool(marks & PIN_START),
            bool(marks & STARTED), bool(marks & STALE), head.priority, head.family,
            tool_ids=used, held_until=None if until is None else _moment(until),
            quote_until=head.quote_until, quote_owner=head.quote_owner, crew=crew,
            share=raw.share.get(place, 1.0),
        )  # fmt: skip

    def _make_ready(self) -> None:
        if self._listed is None:
            self._listed = [list(map(tuple, values.tolist())) for values in self._values]

    def _entries(self, table: int, place: int) -> tuple[Any, ...]:
        offsets = self._offsets[table]
        low, high = offsets[place], offsets[place + 1]
        if self._listed is not None:
            return tuple(self._listed[table][low:high])
        return tuple(map(tuple, self._values[table][low:high].tolist())) if low < high else ()


class _Reader:
    """Placements as the driver gives them -> columns and rows."""

    def __init__(self, names: Names, heads: Sequence[OrderHead]) -> None:
        self._names = names
        self._heads = sorted(heads)
        self._ids = _ints([head.id for head in self._heads])

    def placed(self, found: Sequence[Any], now: datetime | None) -> Placed:
        found = self._valid(found, now)
        if not found:
            return NOTHING
        starts = _seconds([row[4] for row in found])
        numbers = _ints([row[0] for row in found])
        found = [found[place] for place in np.lexsort((numbers, starts)).tolist()]
        (operations, lanes, copies, setups, begins, ends, segments, tools, crews, order_ids, steps,
         names, definitions, quantities, goods, marks) = zip(*found, strict=True)  # fmt: skip
        kinds = {text: json.loads(text) for text in set(definitions)}
        setups, begins, ends = (_seconds(column).tolist() for column in (setups, begins, ends))
        head = self._heads_of(_ints(order_ids))
        order_ends, late = self._order_ends(head, _ints(ends))
        quantity = _quantities(quantities)
        raw = _Raw(
            operations, lanes, setups, begins, ends, steps, names, marks, head.tolist(),
            order_ends.tolist(), late.tolist(), _progress(goods, quantities),
            self._shares(lanes, definitions, kinds, quantity, copies),
            _held(order_ids, steps, definitions, kinds, tools, ends),
        )  # fmt: skip
        columns = self._columns(raw, quantity, segments, tools, crews)
        links = _links(operations, head, steps, definitions, kinds)
        return Placed(_ReadRows(columns, raw, self._names), links)

    def _heads_of(self, order_ids: Ints) -> Ints:
        """Numbers of the orders. Errors: LookupError for one that was not read."""
        head = np.searchsorted(self._ids, order_ids)
        if not np.array_equal(self._ids[head.clip(max=len(self._ids) - 1)], order_ids):
            raise LookupError("Placements and orders are not of one moment")
        return head

    def _valid(self, found: Sequence[Any], now: datetime | None) -> Sequence[Any]:
        """Without what is no longer held for a quote."""
        over = {
            head.id
            for head in self._heads
            if now is not None and head.quote_until is not None and head.quote_until <= now
        }
        return [row for row in found if row[9] not in over] if over else found

    def _order_ends(self, head: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """(end in seconds, minutes late) of each order."""
        last = np.zeros(len(self._heads), np.int64)
        np.maximum.at(last, head, ends)
        due = moments_as_minutes(one.due for one in self._heads) * 60
        return last, np.maximum((last - due.astype(np.int64)) // 60, 0)

    def _columns(
        self, raw: _Raw, quantity: Sequence[Decimal], segments: Sequence[str],
        tools: Sequence[str], crews: Sequence[str],
    ) -> PlacedColumns:  # fmt: skip
        count = len(raw.operations)
        head, marks = _ints(raw.head), _ints(raw.marks)
        return PlacedColumns(
            heads=tuple(self._heads),
            head=head,
            operation=_ints(raw.operations),
            step_name=raw.names,
            machine_codes={lane: self._names.place(lane) for lane in set(raw.lanes)},
            machine=_ints(raw.lanes),
            quantity=quantity,
            setup_start=_minutes(raw.setups),
            start=_minutes(raw.starts),
            end=_minutes(raw.ends),
            due=moments_as_minutes(one.due for one in self._heads)[head],
            order_end=_minutes(raw.order_ends)[head],
            late_minutes=_ints(raw.late)[head],
            progress=_filled(count, 0.0, raw.progress),
            share=_filled(count, 1.0, raw.share),
            held_until=_filled(count, NEVER, raw.held_until) / 60.0,
            quote_until=moments_as_minutes(one.quote_until for one in self._heads)[head],
            pin_machine=marks & PIN_MACHINE > 0,
            pin_start=marks & PIN_START > 0,
            started=marks & STARTED > 0,
            stale=marks & STALE > 0,
            segments=_numbers(segments, 2),
            crew=_numbers(crews, 4),
            tools=_numbers(tools, 1),
        )

    def _shares(
        self,
        lanes: Sequence[int],
        definitions: Sequence[str],
        kinds: Mapping[str, Any],
        quantities: Sequence[Decimal],
        copies: Sequence[int],
    ) -> dict[int, float]:
        """Which part of their machines operations take that share one."""
        capacities = self._names.capacities
        if not capacities:
            return {}
        return {
            place: share_of_places(
                kinds[definitions[place]], quantities[place], copies[place], capacities[lane]
            )
            for place, lane in enumerate(lanes)
            if lane in capacities
        }


def _filled(count: int, usual: float, others: Mapping[int, float]) -> Floats:
    column = np.full(count, usual)
    column[list(others)] = list(others.values())
    return column


def _progress(goods: Sequence[Any], quantities: Sequence[Any]) -> dict[int, float]:
    """Shares done, where any are (of quantities as the driver gives them)."""
    return {
        place: share(Decimal(good), Decimal(quantities[place]))
        for place, good in enumerate(goods)
        if good
    }


def _held(
    order_ids: Sequence[int],
    steps: Sequence[int],
    definitions: Sequence[str],
    kinds: Mapping[str, Any],
    tools: Sequence[str],
    ends: Sequence[int],
) -> dict[int, int]:
    """When the step that lets tools go ends, where it is a later one."""
    until = {text: _letting_go(kind) for text, kind in kinds.items()}
    if not any(until.values()):
        return {}
    end_of = dict(zip(zip(order_ids, steps, strict=True), ends, strict=True))
    found = {}
    for place, text in enumerate(definitions):
        wanted = until[text]
        if wanted and tools[place] != "[]":
            order, end = order_ids[place], ends[place]
            last = max(end_of.get((order, step), end) for step in wanted)
            if last > end:
                found[place] = last
    return found


def _letting_go(definition: Mapping[str, Any]) -> tuple[int, ...]:
    """Steps through which tools of this one are held."""
    return tuple(use[2] for use in definition.get("tools", ()) if len(use) > 2 and use[2])


# ---------------------------------------------------------------- precedences


def _links(
    operations: Sequence[int],
    head: Ints,
    steps: Sequence[int],
    definitions: Sequence[str],
    kinds: Mapping[str, Any],
) -> tuple[tuple[int, int], ...]:
    """Precedences between placed operations of one order."""
    by_step = np.lexsort((_ints(steps), head))
    order, number = head[by_step], _ints(operations)[by_step]
    special = {text for text, kind in kinds.items() if _is_special(kind)}
    apart = np.zeros(len(order), np.bool_)
    if special:
        apart = np.array([text in special for text in definitions], np.bool_)[by_step]
        apart = np.isin(order, order[apart])
    chain = np.flatnonzero((order[1:] == order[:-1]) & ~apart[1:])
    links = list(zip(number[chain].tolist(), number[chain + 1].tolist(), strict=True))
    others: defaultdict[int, list[tuple[int, int, Any]]] = defaultdict(list)
    for place in by_step[apart].tolist():
        kind = kinds[definitions[place]]
        others[int(head[place])].append((steps[place], operations[place], kind))
    for rows in others.values():
        links += _links_of_order(rows)
    return tuple(links)


def _is_special(definition: Mapping[str, Any]) -> bool:
    """Whether its place in the order is not simply between the steps before and after it."""
    return (
        definition.get("links") is not None
        or bool(definition.get("split_of"))
        or bool(definition.get("card"))
    )


def _links_of_order(rows: Sequence[tuple[int, int, Any]]) -> Iterable[tuple[int, int]]:
    """Of (step, operation, definition) in the order of steps."""
    whole = {step: definition.get("split_of") or step for step, _, definition in rows}
    parts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for step, operation, definition in rows:
        parts[whole[step]].append((operation, definition.get("card", 0)))
    previous: list[int] = []
    for step, operation, definition in rows:
        wanted = definition.get("links")
        before = previous if wanted is None else [link[0] for link in wanted]
        for one in before:
            found, own = parts[whole.get(one, one)], definition.get("card", 0)
            if any(card != own for _, card in found):
                cards, nexts = ({c for _, c in each} for each in (found, parts[whole[step]]))
                found = [part for part in found if goes_to(part[1], cards, own, nexts)]
            yield from ((part, operation) for part, _ in found)
        previous = [step]
