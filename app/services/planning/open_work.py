"""The work that is still to be done: open operations, and the positions they get in the problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import SCHEDULED_STATES, BomLineKind, OperationState
from app.core.step import LinkKind, StepDefinition, from_json, goes_to
from app.models.orders import BatchMember, CapacityHold, Operation, ProductionOrder

NOTHING: Mapping[ProductionOrder, Sequence[Operation]] = MappingProxyType({})


class OpenWork:
    """Orders with their operations by order; ``batch_of``: production batch by operation.

    ``open``: the operations of the problem, in its order; of those that are made together the
    first one. ``members``: all of them, by position. ``index``, ``order_index``: positions by id.
    """

    def __init__(
        self,
        orders: Sequence[ProductionOrder],
        rows: Mapping[int, Sequence[Operation]],
        batch_of: Mapping[int, int],
    ) -> None:
        self.orders, self.rows, self._batch_of = orders, rows, batch_of
        self.steps: dict[int, StepDefinition] = {
            row.id: from_json(row.definition) for rows in self.rows.values() for row in rows
        }
        self.open: list[Operation] = []
        self.members: dict[int, list[Operation]] = {}
        self.order_by_id = {order.id: order for order in orders}
        self.order_index: dict[int, int] = {}
        self.index: dict[int, int] = {}
        self._batch_index: dict[int, int] = {}
        for order in orders:
            for row in rows[order.id]:
                if not is_done(row):
                    self.order_index.setdefault(order.id, len(self.order_index))
                    self._number(row)

    @classmethod
    def of(
        cls,
        session: Session,
        asked: Mapping[ProductionOrder, Sequence[Operation]] = NOTHING,
        now: datetime | None = None,
    ) -> OpenWork:
        """All that is to be scheduled, with ``asked`` in place of the orders of the same ids.

        An order that is asked about without operations leaves; so does one for which capacity was
        held until before ``now``.
        """
        standing = {order.id for order in asked} | _lapsed(session, now)
        orders = [order for order in _orders(session) if order.id not in standing]
        rows: dict[int, Sequence[Operation]] = {
            **_operations(session, [order.id for order in orders]),
            **{order.id: operations for order, operations in asked.items()},
        }
        orders += [order for order, operations in asked.items() if operations]
        return cls(orders, defaultdict(list, rows), _batches(session))

    def _number(self, row: Operation) -> None:
        """Gives an operation its position: that of its production batch, if it has one."""
        batch = self._batch_of.get(row.id)
        known = None if batch is None else self._batch_index.get(batch)
        if known is not None:
            self.index[row.id] = known
            self.members.setdefault(known, [self.open[known]]).append(row)
            return
        if batch is not None:
            self._batch_index[batch] = len(self.open)
        self.index[row.id] = len(self.open)
        self.open.append(row)

    def made_together(self, row: Operation) -> list[Operation]:
        """All open operations that a position stands for."""
        return self.members.get(self.index[row.id], [row])

    def every(self) -> Iterable[Operation]:
        """All open operations, those of production batches one by one."""
        for row in self.open:
            yield from self.made_together(row)

    def links(self, row: Operation, order_id: int) -> Iterable[tuple[Operation, LinkKind, int]]:
        """Predecessors of an operation within its order."""
        rows = self.rows[order_id]
        links = self.steps[row.id].links
        if links is None:
            before = [other for other in rows if other.step_no < row.step_no]
            for other in self._parts(rows, before[-1].step_no, row) if before else ():
                yield other, LinkKind.FINISH_START, 0
            return
        for link in links:
            for other in self._parts(rows, link.step_no, row):
                if other.id != row.id:
                    yield other, link.kind, link.lag

    def _parts(self, rows: Sequence[Operation], step_no: int, after: Operation) -> list[Operation]:
        """The operation of a step, with all others that make a part of its quantity.

        Of cards that go through the step after it by themselves only the own one.
        """
        found = self._all_parts(rows, step_no)
        cards = {self.steps[one.id].card for one in found}
        own = self.steps[after.id].card
        if cards == {own}:
            return found
        nexts = {self.steps[one.id].card for one in self._all_parts(rows, after.step_no)}
        return [one for one in found if goes_to(self.steps[one.id].card, cards, own, nexts)]

    def _all_parts(self, rows: Sequence[Operation], step_no: int) -> list[Operation]:
        one = next((row for row in rows if row.step_no == step_no), None)
        if one is None:
            return []
        whole = self.steps[one.id].split_of or step_no
        return [row for row in rows if whole in (row.step_no, self.steps[row.id].split_of)]

    def owners(self) -> dict[int, int]:
        """Order by operation."""
        return {row.id: order_id for order_id, rows in self.rows.items() for row in rows}

    def needs(self) -> dict[int, list[tuple[int, Decimal]]]:
        """Component and quantity each open operation consumes by its recipe."""
        found: dict[int, list[tuple[int, Decimal]]] = {}
        for row in self.every():
            if row.state is OperationState.RUNNING:
                continue  # what has begun has its material
            pieces = pieces_left(row)
            found[row.id] = [
                (need.item, need.for_pieces(pieces))
                for need in self.steps[row.id].materials
                if need.line_kind is BomLineKind.CONSUME
            ]
        return found


def _lapsed(session: Session, now: datetime | None) -> set[int]:
    """Orders of holds that have expired, with those of their components."""
    if now is None:
        return set()
    over = select(CapacityHold.order_id).where(
        CapacityHold.ended_at.is_(None), CapacityHold.expires_at <= now
    )
    level = set(session.scalars(over))
    found: set[int] = set()
    while level:
        found |= level
        below = select(ProductionOrder.id).where(ProductionOrder.parent_order_id.in_(level))
        level = set(session.scalars(below)) - found
    return found


def _orders(session: Session) -> list[ProductionOrder]:
    wanted = ProductionOrder.state.in_(SCHEDULED_STATES) | ProductionOrder.pre_plan
    return list(session.scalars(select(ProductionOrder).where(wanted).order_by(ProductionOrder.id)))


def _operations(session: Session, order_ids: list[int]) -> dict[int, list[Operation]]:
    found: defaultdict[int, list[Operation]] = defaultdict(list)
    wanted = set(order_ids)
    in_work = select(ProductionOrder.id).where(
        ProductionOrder.state.in_(SCHEDULED_STATES) | ProductionOrder.pre_plan
    )
    rows = session.scalars(
        select(Operation)
        .where(Operation.order_id.in_(in_work))
        .order_by(Operation.order_id, Operation.step_no)
    )
    for row in rows:
        if row.order_id in wanted:
            found[row.order_id].append(row)
    return found


def _batches(session: Session) -> dict[int, int]:
    """Production batch by operation."""
    return dict(session.execute(select(BatchMember.operation_id, BatchMember.batch_id)).all())


def is_done(row: Operation) -> bool:
    if row.state is OperationState.DONE:
        return True
    return row.state is OperationState.PENDING and pieces_left(row) <= 0


def pieces_left(row: Operation) -> Decimal:
    """Pieces of an operation that are still to be made."""
    if row.state is OperationState.RUNNING and row.remaining is not None:
        return row.remaining
    return max(row.quantity - row.good - row.scrap - row.rework, Decimal(0))
