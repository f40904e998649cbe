"""Traveler cards of orders: issued, counted, and filled with what the paper shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import (
    ENDED_STATES,
    OrderState,
    OrderType,
    RateBasis,
    ReasonCategory,
)
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.format import Minutes
from app.core.messages import Message, message
from app.core.quantity import ceil_div, whole_up
from app.core.step import MaterialNeed, StepDefinition
from app.models.database import Database
from app.models.orders import Card, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import ReasonCode
from app.models.products import Item, Unit
from app.services.orders.paper import Head, PaperReader
from app.services.orders.traveler_rows import TravelerMaterial, TravelerRow, TravelerStep

NOT_PRINTED = ENDED_STATES | {OrderState.DRAFT, OrderState.IN_REVIEW}
"""Orders in these states have no valid paper."""

LEGEND = 8
"""Reason codes that fit the card."""

_STANDARD = {
    RateBasis.SECONDS_PER_PIECE: "seconds_per_piece",
    RateBasis.MINUTES_PER_PIECE: "minutes_per_piece",
    RateBasis.HOURS_PER_100: "hours_per_100",
    RateBasis.PIECES_PER_HOUR: "pieces_per_hour",
    RateBasis.PIECES_PER_SHIFT: "pieces_per_shift",
    RateBasis.SECONDS_PER_CYCLE: "seconds_per_cycle",
    RateBasis.MINUTES_PER_CYCLE: "minutes_per_cycle",
    RateBasis.MINUTES_PER_BATCH: "minutes_per_batch",
    RateBasis.HOURS_PER_BATCH: "hours_per_batch",
    RateBasis.FIXED_MINUTES: "fixed_minutes",
}


def order_ids_to_print(database: Database, numbers: Sequence[str] | None) -> tuple[int, ...]:
    """Ids of the named orders in their order, or (None) of all that may be printed.

    Errors: ``NotFound`` for an unknown number, ``RuleBroken`` for an order without valid paper.
    """
    with database.read() as session:
        rows = session.execute(
            select(
                ProductionOrder.code_key,
                ProductionOrder.id,
                ProductionOrder.code,
                ProductionOrder.state,
            ).order_by(ProductionOrder.internal_due, ProductionOrder.code)
        ).all()
    if numbers is None:
        wanted = {OrderState.APPROVED, OrderState.RELEASED, OrderState.IN_PRODUCTION}
        return tuple(row.id for row in rows if row.state in wanted)
    by_key = {row.code_key: row for row in rows}
    found = []
    for number in numbers:
        row = by_key.get(code_key(number))
        if row is None:
            raise NotFound(message("reports.no_such_order", order=number))
        if row.state in NOT_PRINTED:
            raise RuleBroken(message("reports.not_printable", order=row.code))
        found.append(row.id)
    return tuple(found)


def traveler_rows(
    database: Database,
    order_ids: Iterable[int],
    *,
    actor: str,
    now: datetime | None = None,
    register: bool = True,
    pieces_per_card: int | None = None,
) -> tuple[TravelerRow, ...]:
    """Cards of the orders, in their order.

    ``register``: the print is counted (paper leaves the office); a preview is not.
    ``pieces_per_card``: an order whose cards were never printed gets as many as that takes.
    """
    ids = list(dict.fromkeys(order_ids))
    if register:
        with database.write(actor) as session:
            _issue_cards(session, ids, pieces_per_card)
            _count_prints(session, ids)
            session.flush()
            return _Reader(session, ids, actor, now, 0).rows()
    with database.read() as session:
        return _Reader(session, ids, actor, now, 1).rows()


def _issue_cards(session: Session, ids: Sequence[int], pieces_per_card: int | None) -> None:
    """Cards for orders that have none; unprinted ones are dealt anew when a size is asked for."""
    found: defaultdict[int, list[Card]] = defaultdict(list)
    for card in session.scalars(select(Card).where(Card.order_id.in_(ids)).order_by(Card.number)):
        found[card.order_id].append(card)
    for order in session.scalars(select(ProductionOrder).where(ProductionOrder.id.in_(ids))):
        cards = found[order.id]
        if cards and (pieces_per_card is None or any(c.print_count or c.void for c in cards)):
            continue
        wanted = planned_cards(order.code, order.released_quantity, pieces_per_card)
        if [c.quantity for c in cards] == [c.quantity for c in wanted]:
            continue
        for card in cards:
            session.delete(card)
        session.flush()
        for card in wanted:
            card.order_id = order.id
            session.add(card)
    session.flush()


def planned_cards(number: str, pieces: Decimal, pieces_per_card: int | None) -> list[Card]:
    """Cards 1..n of an order; the last takes what is left."""
    count = ceil_div(whole_up(pieces), pieces_per_card) if pieces_per_card else 1
    full = Decimal(pieces_per_card or 0)
    return [
        Card(
            code=f"{number}-{n:02}",
            number=n,
            of=count,
            quantity=full if n < count else pieces - full * (count - 1),
            print_count=0,
        )
        for n in range(1, count + 1)
    ]


def _count_prints(session: Session, ids: Sequence[int]) -> None:
    for card in session.scalars(select(Card).where(Card.order_id.in_(ids), ~Card.void)):
        card.print_count += 1


class _Reader(PaperReader):
    """Reads all that the cards of some orders show, in a fixed number of statements."""

    def __init__(self, session: Session, ids: Sequence[int], actor: str, now: datetime | None,
                 ahead: int) -> None:  # fmt: skip
        """``ahead``: 1 in a preview: the number the next print will have."""
        super().__init__(session, ids, actor, now)
        self.ahead = ahead

    def rows(self) -> tuple[TravelerRow, ...]:
        self.reasons = self._reasons()
        self.items = self._items()
        return tuple(
            self._row(self.heads[i], card)
            for i in self.ids
            if i in self.heads
            for card in self.cards.get(i) or planned_cards(*self._uncarded(self.heads[i]), None)
        )

    @staticmethod
    def _uncarded(head: Head) -> tuple[str, Decimal]:
        return head[0].code, head[0].released_quantity

    # ------------------------------------------------------------ reading

    def _reasons(self) -> tuple[tuple[str, str], ...]:
        rows = self.session.execute(
            select(ReasonCode.code, ReasonCode.name)
            .where(ReasonCode.category == ReasonCategory.SCRAP)
            .order_by(ReasonCode.code)
            .limit(LEGEND)
        )
        return tuple((code, name) for code, name in rows)

    def _items(self) -> dict[int, tuple[str, str, str, str]]:
        needed = {
            need.item
            for steps in self.operations.values()
            for _, definition in steps
            for need in definition.materials
        }
        rows = self.session.execute(
            select(Item.id, Item.code, Item.name, Item.specification, Unit.code)
            .join(Unit, Unit.id == Item.unit_id)
            .where(Item.id.in_(needed))
        )
        return {i: (code, name, spec, unit) for i, code, name, spec, unit in rows}

    # ------------------------------------------------------------ one card

    def _row(self, head: Head, card: Card) -> TravelerRow:
        order, item, base_unit, unit, customer = head
        steps = self.operations.get(order.id, [])
        planned = [self.placements[o.id] for o, _ in steps if o.id in self.placements]
        hide = self.settings.hide_customer
        return TravelerRow(
            order_number=order.code,
            order_type=message(f"reports.type_{order.type}"),
            rush=order.type == OrderType.RUSH,
            card_code=card.code,
            card_number=card.number,
            card_of=card.of,
            revision=order.revision,
            print_no=card.print_count + self.ahead,
            printed_by=self.actor,
            printed_at=self.printed_at,
            plan=self.label,
            customer="" if hide else customer,
            customer_po="" if hide else order.customer_po,
            item_code=item.code,
            item_name=item.name,
            specification=item.specification,
            pattern=item.pattern,
            colour=item.colour,
            drawing=" ".join(part for part in (item.drawing_no, item.drawing_revision) if part),
            card_quantity=card.quantity,
            card_unit=base_unit,
            order_quantity=order.quantity,
            order_unit=unit,
            released_quantity=order.released_quantity,
            lot="",
            moulds="  ".join(f"{name} □" for name in self.moulds_of(planned)),
            cavities=str(self.cavities_of(planned) or ""),
            recipe=str(item.characteristics.get("recipe", item.characteristics.get("配方", ""))),
            internal_due=self.local(order.internal_due),
            planned_start=self.local(min(p.setup_start_at for p in planned)) if planned else None,
            requirements=order.requirements,
            steps=tuple(self._step(o, d) for o, d in steps),
            materials=self._materials([d for _, d in steps], card.quantity),
            reasons=self.reasons,
            fields=self.site_fields(order, item),
            blanks=self.report_fields,
        )

    def _step(self, operation: Operation, step: StepDefinition) -> TravelerStep:
        placement = self.placements.get(operation.id)
        marks = {
            "key": step.key_step,
            "inspection": bool(step.inspection_plan),
            "outside": step.supplier is not None,
        }
        rate = message(f"reports.{_STANDARD[step.rate_basis]}", rate=step.rate)
        return TravelerStep(
            operation_id=operation.id,
            step_no=operation.step_no,
            name=operation.name,
            marks=frozenset(mark for mark, is_set in marks.items() if is_set),
            place=self.place_of(placement, step),
            start=self.local(placement.start_at) if placement else None,
            shift=self._shift(placement),
            setup_minutes=step.setup_minutes,
            standard=rate,
            key_parameters=self._key_parameters(step),
        )

    def _shift(self, placement: Placement | None) -> str:
        if placement is None or placement.machine_id is None:
            return ""
        calendar = self.machines[placement.machine_id].calendar_id
        shift = self.shifts.at(calendar, placement.start_at)
        return f"{shift.day:%m-%d} {shift.name}" if shift else ""

    def _key_parameters(self, step: StepDefinition) -> tuple[Message | str, ...]:
        parts: list[Message | str] = []
        if step.instruction:
            parts.append(step.instruction)
        if step.batch_family:
            parts.append(message("reports.batch_family", family=step.batch_family))
        if step.min_wait:
            parts.append(message("reports.wait_at_least", wait=Minutes(step.min_wait)))
        if step.max_wait is not None:
            parts.append(message("reports.wait_at_most", wait=Minutes(step.max_wait)))
        if step.first_piece:
            parts.append(message("reports.first_piece_check"))
        if step.supplier is not None and step.supplier_days is not None:
            supplier = self.suppliers[step.supplier]
            parts.append(message("reports.outside", supplier=supplier, days=step.supplier_days))
        return tuple(parts)

    def _materials(
        self, steps: Sequence[StepDefinition], pieces: Decimal
    ) -> tuple[TravelerMaterial, ...]:
        needs: list[MaterialNeed] = [need for step in steps for need in step.materials]
        total: dict[int, Decimal] = {}
        for need in needs:
            total[need.item] = total.get(need.item, Decimal(0)) + need.for_pieces(pieces)
        return tuple(
            TravelerMaterial(*self.items[item][:3], quantity, self.items[item][3])
            for item, quantity in total.items()
        )
