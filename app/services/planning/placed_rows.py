"""Placements as rows, many at once: plain columns are read and turned into values column by column.

A hundred thousand placements are shown within a second only if nothing is done for each of them
that can be done for all: so the driver's own values are taken, texts of times and JSON are read in
one go, and what the operations of an order share is read once per order.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from app.core.choices import OperationState
from app.core.quantity import tidy, unscaled
from app.core.step import goes_to
from app.core.working_time import EPOCH
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer, Machine, Operator, Supplier, ToolCopy, ToolType
from app.models.products import Item, Unit
from app.services.planning.lanes import share_of_places
from app.services.planning.rows import PlacementRow

_PART = 900
"""Ids per statement: SQLite takes a limited number of values."""
_MINUTE = timedelta(minutes=1)
_STEP = itemgetter(0)
_RUNNING = OperationState.RUNNING.value

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Names:
    """Codes of what placements name by id; ``capacities``: of machines with several places."""

    machines: Mapping[int, str]
    suppliers: Mapping[int, str]
    tools: Mapping[int, str]
    operators: Mapping[int, str]
    capacities: Mapping[int, int]

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
        machines = session.execute(select(Machine.id, Machine.code))
        shared = select(Machine.id, Machine.capacity).where(
            Machine.kind == "cumulative", Machine.capacity > 1
        )
        suppliers = session.execute(select(Supplier.id, Supplier.code))
        operators = session.execute(select(Operator.id, Operator.name))
        return cls(
            dict(machines.all()),
            dict(suppliers.all()),
            tools,
            dict(operators.all()),
            dict(session.execute(shared).all()),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows by start, and the precedences between operations of one order."""

    rows: tuple[PlacementRow, ...]
    links: tuple[tuple[int, int], ...]


NOTHING = Placed((), ())


def read_placed(
    session: Session, plan_id: int, operation_ids: Collection[int] | None = None
) -> Placed:
    """The placements of a plan, or of some operations in it."""
    reader = _Reader(session, plan_id)
    if operation_ids is None:
        return reader.rows(session.execute(_placements(plan_id)).all())
    ids = sorted(operation_ids)
    found: list[Any] = []
    for start in range(0, len(ids), _PART):
        part = Placement.operation_id.in_(ids[start : start + _PART])
        found += session.execute(_placements(plan_id).where(part)).all()
    reader.read_ends()
    return reader.rows(found)


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


def _plain(column: Any) -> Any:
    """The driver's own value."""
    return type_coerce(column, NullType())


_COLUMNS = (
    Placement.operation_id, Placement.machine_id, Placement.supplier_id, Placement.copies,
    Placement.setup_start_at, Placement.start_at, Placement.end_at, Placement.segments,
    Placement.tools, Placement.crew, Operation.order_id, Operation.step_no, Operation.name,
    Operation.definition, Operation.quantity, Operation.good, Operation.state,
    Operation.pin_machine_id, Operation.pin_start, Operation.stale,
)  # fmt: skip


def _placements(plan_id: int) -> Select[Any]:
    return (
        select(*(_plain(column) for column in _COLUMNS))
        .join(Operation, Operation.id == Placement.operation_id)
        .where(Placement.plan_id == plan_id)
        .order_by(Placement.start_at, Placement.operation_id)
    )


def _orders(plan_id: int) -> Select[Any]:
    planned = (
        select(Operation.order_id)
        .join(Placement, Placement.operation_id == Operation.id)
        .where(Placement.plan_id == plan_id)
    )
    return (
        select(
            ProductionOrder.id, ProductionOrder.code, ProductionOrder.type,
            ProductionOrder.internal_due, ProductionOrder.priority, Item.code, Item.name,
            Item.family, Item.setup_attributes, Unit.code, Customer.short_name,
            CapacityHold.expires_at, CapacityHold.owner,
        )
        .join(Item, Item.id == ProductionOrder.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
        .outerjoin(
            CapacityHold,
            # A component's order is held with the one it is made for.
            (CapacityHold.order_id
             == func.coalesce(ProductionOrder.parent_order_id, ProductionOrder.id))
            & CapacityHold.ended_at.is_(None),
        )
        .where(ProductionOrder.id.in_(planned))
    )  # fmt: skip


# ---------------------------------------------------------------- columns of values


def _each(values: Sequence[Any], read: Callable[[Any], V]) -> list[V]:
    """``read`` of every value, once for those that are equal."""
    known = {value: read(value) for value in set(values)}
    return [known[value] for value in values]


def _moments(values: Sequence[Any]) -> list[Any]:
    """Times as aware UTC, None stays None."""
    if any(isinstance(value, str) for value in values[:1]) or _has_text(values):
        read = datetime.fromisoformat
        return [None if value is None else read(f"{value}+00:00") for value in values]
    return [None if value is None else value.astimezone(UTC) for value in values]


def _has_text(values: Sequence[Any]) -> bool:
    return isinstance(next((value for value in values if value is not None), None), str)


def _documents(values: Sequence[Any]) -> list[Any]:
    """JSON: texts are read as one list, a driver that has read them already is left alone."""
    if _has_text(values):
        found: list[Any] = json.loads(f"[{','.join(values)}]")
        return found
    return list(values)


def _definitions(values: Sequence[Any]) -> list[Any]:
    """Orders for the same item carry the same texts: each is read once."""
    return _each(values, json.loads) if _has_text(values) else list(values)


def _quantities(values: Sequence[Any]) -> list[Decimal]:
    if values and isinstance(values[0], int):
        return _each(values, unscaled)
    return _each(values, tidy)


class _Order:
    """What the operations of an order share."""

    __slots__ = ("customer", "due", "end", "family", "head", "item", "priority", "quote", "unit")

    def __init__(self, row: Any) -> None:
        (_, code, kind, due, priority, item, name, family, setup, unit, customer, until,
         owner) = row  # fmt: skip
        self.quote = until, owner or ""
        self.head = code, kind.value
        self.item = item, name
        self.customer = customer or ""
        self.unit = unit
        self.due: datetime = due
        self.priority = priority
        self.family = family_of(setup, family)
        self.end = EPOCH


class _Reader:
    def __init__(self, session: Session, plan_id: int) -> None:
        self._session, self._plan = session, plan_id
        self._names = Names.load(session)
        self._kits: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._crews: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._orders = {row[0]: _Order(row) for row in session.execute(_orders(plan_id))}

    def read_ends(self) -> None:
        """When whole orders end: asked of the tables where only a part of them is read."""
        rows = self._session.execute(
            select(Operation.order_id, func.max(Placement.end_at))
            .join(Operation, Operation.id == Placement.operation_id)
            .where(Placement.plan_id == self._plan)
            .group_by(Operation.order_id)
        )
        for order, end in rows:
            self._orders[order].end = end

    def rows(self, found: Sequence[Any]) -> Placed:
        if not found:
            return NOTHING
        columns = list(zip(*found, strict=True))
        (operations, machines, suppliers, copies, setups, starts, ends, segments, tools, crews,
         order_ids, steps, names, definitions, quantities, goods, states, pin_machines, pin_starts,
         stales) = columns  # fmt: skip
        setup_at, start_at, end_at = _moments(setups), _moments(starts), _moments(ends)
        quantity, good = _quantities(quantities), _quantities(goods)
        definition = _definitions(definitions)
        self._note_ends(order_ids, end_at)
        lanes = [lane_id(*pair) for pair in zip(machines, suppliers, strict=True)]
        places = {lane: self._place(lane) for lane in set(lanes)}
        tool_ids = [tuple(each) for each in _documents(tools)]
        crew = [tuple(map(tuple, each)) for each in _documents(crews)]
        progress = self._progress(good, quantity)
        held = self._held(order_ids, steps, definition, tool_ids, end_at)
        taken = self._shares(lanes, definition, quantity, copies)
        rows = zip(
            operations, order_ids, steps, names, quantity, lanes, setup_at, start_at, end_at,
            _stretches(_documents(segments)), tool_ids, crew, progress, pin_machines, pin_starts,
            states, stales, held, taken, strict=True,
        )  # fmt: skip
        return Placed(
            tuple([self._row(places, *row) for row in rows]),
            _links(operations, order_ids, steps, definition),
        )

    def _row(
        self, places: Mapping[int, str], operation: int, order_id: int, step: int, name: str,
        amount: Decimal, lane: int, setup: datetime, start: datetime, end: datetime,
        stretches: tuple[tuple[datetime, datetime], ...], used: tuple[int, ...], crew: Any,
        done: float, pin_machine: Any, pin_start: Any, state: str, stale: Any,
        until: datetime | None, part: float,
    ) -> PlacementRow:  # fmt: skip
        order = self._orders[order_id]
        late = (order.end - order.due) // _MINUTE if order.end > order.due else 0
        # Mostly by place: names take longer, a hundred thousand times.
        return PlacementRow(
            operation, order_id, *order.head, step, name, *order.item, order.customer, amount,
            order.unit, lane, places[lane], setup, start, end, stretches, self._tools(used),
            self._people(crew), order.due, order.end, late, done, pin_machine is not None,
            pin_start is not None, state == _RUNNING, bool(stale), order.priority, order.family,
            tool_ids=used, held_until=until, quote_until=order.quote[0],
            quote_owner=order.quote[1], crew=crew, share=part,
        )  # fmt: skip

    def _note_ends(self, order_ids: Sequence[int], ends: Sequence[datetime]) -> None:
        for number, end in zip(order_ids, ends, strict=True):
            order = self._orders[number]
            if end > order.end:
                order.end = end

    def _place(self, lane: int) -> str:
        names = self._names
        return names.machines.get(lane, "") if lane > 0 else names.suppliers.get(-lane, "")

    def _tools(self, used: tuple[int, ...]) -> tuple[str, ...]:
        if not used:
            return ()
        found = self._kits.get(used)
        if found is None:
            known = self._names.tools
            found = self._kits[used] = tuple([known.get(tool, "") for tool in used])
        return found

    def _people(self, crew: Sequence[Any]) -> tuple[str, ...]:
        if not crew:
            return ()
        known = self._names.operators
        who = tuple(dict.fromkeys(map(_STEP, crew)))
        found = self._crews.get(who)
        if found is None:
            found = self._crews[who] = tuple([known.get(one, "") for one in who])
        return found

    def _progress(self, good: Sequence[Decimal], quantity: Sequence[Decimal]) -> list[float]:
        return [
            share(done, all_) if done else 0.0 for done, all_ in zip(good, quantity, strict=True)
        ]

    def _shares(
        self,
        lanes: Sequence[int],
        definitions: Sequence[Mapping[str, Any]],
        quantities: Sequence[Decimal],
        copies: Sequence[int],
    ) -> list[float]:
        capacities = self._names.capacities
        if not capacities:
            return [1.0] * len(lanes)
        return [
            share_of_places(definition, quantity, count, capacities[lane])
            if lane in capacities
            else 1.0
            for lane, definition, quantity, count in zip(
                lanes, definitions, quantities, copies, strict=True
            )
        ]

    def _held(
        self,
        order_ids: Sequence[int],
        steps: Sequence[int],
        definitions: Sequence[Mapping[str, Any]],
        tools: Sequence[Sequence[int]],
        ends: Sequence[datetime],
    ) -> list[datetime | None]:
        """When the step that lets the tools go ends; None where that is this one or nowhere."""
        until = {id(one): _letting_go(one) for one in definitions}
        if not any(until.values()):
            return [None] * len(ends)
        end_of = dict(zip(zip(order_ids, steps, strict=True), ends, strict=True))
        found: list[datetime | None] = []
        for order, definition, used, end in zip(order_ids, definitions, tools, ends, strict=True):
            wanted = until[id(definition)] if used else ()
            later = [end_of.get((order, step), end) for step in wanted]
            found.append(max((one for one in later if one > end), default=None))
        return found


def _letting_go(definition: Mapping[str, Any]) -> tuple[int, ...]:
    """Steps through which tools of this one are held."""
    return tuple(use[2] for use in definition.get("tools", ()) if len(use) > 2 and use[2])


def _stretches(segments: Sequence[Any]) -> list[tuple[tuple[datetime, datetime], ...]]:
    """Minutes since 1970 as moments."""
    known: dict[int, datetime] = {}

    def at(minutes: int) -> datetime:
        found = known.get(minutes)
        if found is None:
            found = known[minutes] = EPOCH + timedelta(minutes=minutes)
        return found

    return [tuple([(at(start), at(end)) for start, end in parts]) for parts in segments]


def _links(
    operations: Sequence[int],
    order_ids: Sequence[int],
    steps: Sequence[int],
    definitions: Sequence[Mapping[str, Any]],
) -> tuple[tuple[int, int], ...]:
    """Precedences between placed operations of one order."""
    by_order: defaultdict[int, list[tuple[int, int, Any]]] = defaultdict(list)
    for operation, order, step, definition in zip(
        operations, order_ids, steps, definitions, strict=True
    ):
        by_order[order].append((step, operation, definition))
    links: list[tuple[int, int]] = []
    for rows in by_order.values():
        rows.sort(key=_STEP)
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
                links += [(part, operation) for part, _ in found]
            previous = [step]
    return tuple(links)
