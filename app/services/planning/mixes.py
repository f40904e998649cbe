"""Mixing tickets (配料单): what is weighed for the work of a shift, mix by mix."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from app.core.choices import ItemSource, QuantityKind
from app.core.quantity import tidy, whole_up
from app.core.step import MaterialNeed
from app.models.database import Database
from app.models.products import BillOfMaterial
from app.services.planning.desk import Desk, Work
from app.services.planning.dispatch import Asked, Stretch, paper_head, sorted_papers, stretches
from app.services.planning.dispatch_rows import MixPart, MixTicket
from app.services.products.recipes import Component, Recipes


def mix_tickets(
    database: Database,
    asked: Asked | None = None,
    *,
    actor: str,
    now: datetime | None = None,
    by_shift: bool = False,
) -> tuple[MixTicket, ...]:
    """A ticket for each operation of a production day and each mix it uses.

    A mix is an item that no order makes (a phantom) with a bill of material of its own; the
    quantity that bill is given for is one mix.
    """
    with database.read() as session:
        desk = Desk(session, actor, now)
        book = _Book(desk, Recipes.load(session))
        papers = sorted_papers(stretches(desk, asked or Asked()), by_shift=by_shift)
        return tuple(ticket for paper in papers for ticket in _of_paper(desk, book, paper))


def _of_paper(desk: Desk, book: _Book, paper: list[Stretch]) -> Iterable[MixTicket]:
    head = paper_head(desk, paper)
    for stretch in paper:
        for index in desk.by_machine.get(stretch.index, ()):
            work = desk.works[index]
            start = max(work.placement.setup_start, stretch.start)
            end = min(work.placement.end, stretch.end)
            if start >= end:
                continue
            pieces, _ = desk.made(work, start, end)
            if pieces <= 0:
                continue
            for mix in book.mixes(work):
                bill = book.bill(mix.need.item)
                if bill is None:
                    continue
                need = mix.need.for_pieces(pieces)
                parts, batch = book.parts(bill)
                yield MixTicket(
                    head=head,
                    mix_code=book.code(mix.need.item),
                    mix_name=book.name(mix.need.item),
                    revision=bill.revision,
                    batch=batch,
                    need=need,
                    mixes=whole_up(need / batch),
                    unit=book.unit(mix.need.item),
                    order=work.orders,
                    item_code=work.items,
                    item_name=work.item.name,
                    machine=desk.machine_code(work.mode.machine),
                    step_no=work.operation.step_no,
                    step_name=work.operation.name,
                    start=desk.local(start),
                    pieces=pieces,
                    piece_unit=work.unit,
                    parts=parts,
                )


class _Book:
    """Bills of material with their mixes unopened."""

    def __init__(self, desk: Desk, recipes: Recipes) -> None:
        self._recipes = recipes
        self._today: date = desk.now.astimezone(desk.zone).date()
        self._units = recipes.units

    def mixes(self, work: Work) -> list[Component]:
        """Mixes that the operation's step consumes."""
        found = self._recipes.direct_components(work.item.id, self._today)
        first = self._first_step(work)
        return [
            component
            for component in found
            if (component.step_no or first) == work.operation.step_no
            and self._recipes.items[component.need.item].source is ItemSource.PHANTOM
        ]

    def _first_step(self, work: Work) -> int | None:
        routing = self._recipes.routing(work.item.id, self._today)
        return routing.steps[0].step_no if routing is not None and routing.steps else None

    def bill(self, item_id: int) -> BillOfMaterial | None:
        bill = self._recipes.bom(item_id, self._today)
        return bill if bill is not None and bill.lines else None

    def parts(self, bill: BillOfMaterial) -> tuple[tuple[MixPart, ...], Decimal]:
        """The components of one mix, and how much one mix is, in the mix's unit."""
        direct = self._recipes.direct_components(bill.item_id, self._today)
        batch = max(component.need.base_quantity for component in direct)
        parts = tuple(
            MixPart(self.code(need.item), self.name(need.item), _of_batch(need, batch),
                    self.unit(need.item))
            for need in (component.need for component in direct)
        )  # fmt: skip
        return parts, batch

    def code(self, item_id: int) -> str:
        return self._recipes.items[item_id].code

    def name(self, item_id: int) -> str:
        return self._recipes.items[item_id].name

    def unit(self, item_id: int) -> str:
        return self._units.code(self._recipes.items[item_id].unit_id)


def _of_batch(need: MaterialNeed, batch: Decimal) -> Decimal:
    """Target of one mix, as the recipe says it: the loss is not weighed in."""
    if need.quantity_kind in (QuantityKind.FIXED, QuantityKind.PER_SETUP):
        return need.quantity
    amount = need.quantity * batch / need.base_quantity
    if need.quantity_kind is QuantityKind.PERCENT:
        amount /= 100
    return tidy(amount.quantize(Decimal("0.000001")))
