"""Whether what an operation needs is there: material, mould, drawing, people, first piece.

Material is stock at hand, dealt out in the order of the plan; nothing is promised twice. What
nobody has recorded is said to be so, never taken as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.core.choices import USABLE_TOOLS, OperationState, ToolState
from app.core.messages import Message, message
from app.models.plant import ToolCopy
from app.services.planning.desk import Desk, Work
from app.services.planning.dispatch_rows import Lamp

NO_STOCK = "planning.no_stock_recorded"


class KitLamps:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stock_known = all(text.code != NO_STOCK for text in desk.loaded.warnings)
        self._short = self._deal_out()

    def lamps(self, index: int, people: Sequence[str], heads: int) -> tuple[Lamp, ...]:
        """Lamps of an operation with ``people`` named where it needs ``heads``.

        What it does not need is left out.
        """
        work = self._desk.works[index]
        found = (
            self._material(index, work),
            self._mould(work),
            self._drawing(work),
            _people(people, heads),
            self._first_piece(work),
        )
        return tuple(lamp for lamp in found if lamp is not None)

    def kitted(self, index: int) -> bool:
        """Whether material and mould are there now."""
        work = self._desk.works[index]
        lamps = (self._material(index, work), self._mould(work))
        return all(lamp is None or lamp.ok for lamp in lamps)

    # ------------------------------------------------------------ material

    def _deal_out(self) -> dict[int, list[tuple[int, int | None]]]:
        """Operation → (material, tick at which enough of it has arrived or None) it is short of."""
        desk = self._desk
        materials = desk.problem.materials
        stock = [material.stock for material in materials]
        taken = [0] * len(materials)
        short: dict[int, list[tuple[int, int | None]]] = {}
        ranked = sorted(desk.works, key=lambda i: (desk.works[i].placement.start, i))
        for index in ranked:
            for material, quantity in desk.problem.operations[index].consumes:
                taken[material] += quantity
                if taken[material] > stock[material]:
                    arrival = _arrival(
                        materials[material].receipts, taken[material] - stock[material]
                    )
                    short.setdefault(index, []).append((material, arrival))
        return short

    def _material(self, index: int, work: Work) -> Lamp | None:
        if not work.step.materials:
            return None
        if not self._stock_known:
            return Lamp("material", None, message("reports.lamp_no_stock"))
        short = self._short.get(index)
        if short is None or work.operation.state is OperationState.RUNNING:
            return Lamp("material", True)
        material, arrival = max(short, key=lambda pair: (pair[1] is None, pair[1] or 0))
        code = self._desk.problem.materials[material].key
        if arrival is None:
            return Lamp("material", False, message("reports.lamp_short", item=code))
        day = f"{self._desk.local(arrival):%m-%d}"
        return Lamp("material", False, message("reports.lamp_arrives", item=code, day=day))

    # ------------------------------------------------------------ mould, drawing, people

    def _mould(self, work: Work) -> Lamp | None:
        if not work.step.tools:
            return None
        desk = self._desk
        ids = desk.names_of_tools(work.placement.tools)
        if not ids:
            return Lamp("mould", None, message("reports.lamp_mould_open"))
        start = desk.loaded.clock.moment(work.placement.setup_start)
        for number in ids:
            copy = desk.copies.get(number)
            if copy is not None and not _usable(copy, start):
                name = desk.tools[number][0]
                return Lamp("mould", False, self._absent(name, copy))
        return Lamp("mould", True)

    def _absent(self, name: str, copy: ToolCopy) -> Message:
        state = message(f"reports.tool_{copy.state.value}")
        if copy.available_from is None or copy.state is ToolState.SCRAPPED:
            return message("reports.lamp_mould", mould=name, state=state)
        day = f"{copy.available_from.astimezone(self._desk.zone):%m-%d}"
        return message("reports.lamp_mould_until", mould=name, state=state, day=day)

    @staticmethod
    def _drawing(work: Work) -> Lamp:
        """The order says whether its drawing is confirmed; without a word the item's number is
        all that is known."""
        if work.order.drawing_ok is False:
            return Lamp("drawing", False, message("reports.lamp_drawing_open"))
        if work.order.drawing_ok or work.item.drawing_no:
            return Lamp("drawing", True)
        return Lamp("drawing", None, message("reports.lamp_no_drawing"))

    @staticmethod
    def _first_piece(work: Work) -> Lamp | None:
        """Results of first pieces are not recorded yet: it is always still to be made."""
        if not work.step.first_piece or work.operation.state is OperationState.RUNNING:
            return None
        return Lamp("first_piece", None, message("reports.lamp_first_piece"))


def _people(people: Sequence[str], heads: int) -> Lamp | None:
    if not heads:
        return None
    missing = heads - len(people)
    if missing <= 0:
        return Lamp("people", True)
    return Lamp("people", False, message("reports.lamp_people", count=missing))


def _usable(copy: ToolCopy, start: datetime) -> bool:
    if copy.state in USABLE_TOOLS:
        return copy.available_from is None or copy.available_from <= start
    return copy.available_from is not None and copy.available_from <= start


def _arrival(receipts: Sequence[tuple[int, int]], missing: int) -> int | None:
    for tick, quantity in receipts:
        missing -= quantity
        if missing <= 0:
            return tick
    return None
