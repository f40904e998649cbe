"""Where work that runs may be cut, and the edit that cuts it.

It runs on to the end of a turn or batch, of a box, or of a piece; what was reported stays with it.
The rest becomes an operation of its own that has not begun and is set up for again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import select

from app.core.choices import SCHEDULED_STATES, OperationState
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.quantity import SCALE, tidy, unscaled
from app.core.standard_time import exact_seconds
from app.core.step import StepDefinition, ceil_fraction
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.scheduling import problem as engine
from app.scheduling.cutting import worked
from app.services.orders.renewing import OperationImage, image, leave_plan, new_operation
from app.services.planning.modes import (
    Task,
    Way,
    pieces_per_filling,
    runs_by_the_clock,
    runs_in_batches,
)
from app.services.planning.plant_records import MachineRecord, Plant
from app.services.planning.stored_plan import mark_unscheduled


class CutAt(StrEnum):
    TURN = "turn"  # a shot, or one of several batches, is finished
    BOX = "box"  # a transfer batch is full
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where running work of one operation may be cut, in pieces of its item's base unit.

    ``whole``: its quantity; ``left`` of it is still to be made. ``first``: how many of those are
    made at the next boundary, ``unit`` at each one after that. ``seconds``: work of a turn or batch
    if it is cut ``between_turns``, else of a piece. ``pauses``: it may pause only where it is cut.
    """

    at: CutAt
    whole: Decimal
    left: Decimal
    first: Fraction
    unit: Fraction
    seconds: Fraction
    between_turns: bool = False
    pauses: bool = False

    @property
    def count(self) -> int:
        return max(0, -((self.first - Fraction(self.left)) // self.unit))

    def keeps(self, most: int | None = None) -> list[Decimal]:
        """Quantities of the first part, reported pieces included; the next boundary first.

        ``most``: where there are more, only some of them are listed.
        """
        step = 1 if most is None else -(-self.count // most) or 1
        done = self.whole - self.left
        found = (self._pieces(number) for number in range(0, self.count, step))
        return list(dict.fromkeys(done + more for more in found if 0 < more < self.left))

    def _pieces(self, number: int) -> Decimal:
        exact = self.first + number * self.unit
        if self.between_turns and self.whole == self.whole.to_integral_value():
            return Decimal(exact.numerator // exact.denominator)
        return tidy(unscaled(int(exact * SCALE)))

    def holds(self, keep: Decimal) -> bool:
        """Whether a boundary lies there."""
        more = Fraction(keep - self.whole + self.left)
        number = round((more - self.first) / self.unit)
        near = (self._pieces(n) for n in (number - 1, number, number + 1) if 0 <= n < self.count)
        return any(Fraction(pieces) == more for pieces in near) and 0 < more < self.left

    def work(self, keep: Decimal) -> int:
        """Seconds of work to the boundary at which ``keep`` is the first part."""
        more = Fraction(keep - self.whole + self.left)
        if self.between_turns:
            return ceil_fraction(ceil_fraction(more / self.unit) * self.seconds)
        return ceil_fraction(more * self.seconds)

    def ends(self, keep: Decimal, segments: Sequence[tuple[int, int]], efficiency: int) -> int:
        """The minute at which that is made, worked in ``segments`` (the rest of what stands)."""
        turn = int(self.seconds * 100) if self.pauses else 0
        parts = worked(segments, 100 * self.work(keep), turn, 60 * efficiency)
        return parts[-1][1]


def boundaries(
    plant: Plant, name: str, task: Task, machine: MachineRecord, way: Way, row: Operation,
    copies: Sequence[int], *, alone: bool,
) -> Boundaries | Message:  # fmt: skip
    """Of running work on its machine with its copies (positions); or why it cannot be cut.

    ``alone``: it is not made together with operations of other orders.
    """
    step, mode = task.step, way.mode
    if not alone:
        return message("planning.batch_taken", operation=name)
    if task.taken_over or any(until is not None for _, until in task.tools):
        return message("planning.split_holds_tool", operation=name)
    if runs_by_the_clock(step, machine, row.quantity):
        return message("planning.cut_by_clock", operation=name)
    found = _by_turns(plant, task, machine, mode, row, copies)
    if found is None:
        found = _by_pieces(task, machine, row)
    if mode.run_seconds and ceil_fraction(_all_work(found)) != mode.run_seconds:
        return message("planning.cut_by_clock", operation=name)  # several loads on a full machine
    return found if found.keeps(1) else message("planning.cut_nothing", operation=name)


def _all_work(found: Boundaries) -> Fraction:
    left = Fraction(found.left)
    return (ceil_fraction(left / found.unit) if found.between_turns else left) * found.seconds


def _by_turns(
    plant: Plant, task: Task, machine: MachineRecord, mode: engine.Mode, row: Operation,
    copies: Sequence[int],
) -> Boundaries | None:  # fmt: skip
    """Shots, or batches one after the other; None where it is counted in pieces."""
    step = task.step
    if mode.turn_seconds:
        shaping = {demand.tool_type for demand in mode.tools if demand.shapes}
        tools = [plant.tools[copy] for copy in copies]
        cavities = sum(tool.cavities for tool in tools if tool.tool_type in shaping)
        filled = max(1, cavities if shaping else mode.pieces_per_turn)
        unit, seconds = filled * pieces_per_filling(plant, task), Fraction(mode.turn_seconds)
    elif step.batch_max and runs_in_batches(step):
        unit = Fraction(step.batch_max)
        seconds = _seconds(step, machine, step.batch_max)
    else:
        return None
    pauses = bool(mode.turn_seconds) and step.pausable == engine.Pausing.TURNS
    return Boundaries(CutAt.TURN, row.quantity, task.pieces, unit, unit, seconds, True, pauses)


def _by_pieces(task: Task, machine: MachineRecord, row: Operation) -> Boundaries:
    """Full boxes where the routing has some, else pieces (whole units of what is measured)."""
    box = task.step.transfer_batch
    unit = Fraction(box) if box else Fraction(1)
    made = Fraction(row.quantity - task.pieces)
    first = (made // unit + 1) * unit - made
    seconds = _seconds(task.step, machine, Decimal(1))
    at = CutAt.BOX if box else CutAt.PIECE
    return Boundaries(at, row.quantity, task.pieces, first, unit, seconds)


def _seconds(step: StepDefinition, machine: MachineRecord, pieces: Decimal) -> Fraction:
    """Of work on a machine, not rounded."""
    listed = {entry.machine: entry.rate for entry in step.machines}
    rate = Fraction(listed.get(machine.id) or step.rate)
    return exact_seconds(rate, step.rate_basis, pieces, machine.shift_seconds, None)


# ---------------------------------------------------------------- the edit


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of begun work, as an edit remembers it."""

    state: OperationState
    quantity: Decimal
    remaining: Decimal | None
    good: Decimal
    scrap: Decimal
    rework: Decimal

    @classmethod
    def of(cls, row: Operation) -> Begun:
        return cls(row.state, row.quantity, row.remaining, row.good, row.scrap, row.rework)

    def less(self, rest: Decimal) -> Begun:
        """Without so many pieces that are still to be made."""
        left = None if self.remaining is None else self.remaining - rest
        return replace(self, quantity=self.quantity - rest, remaining=left)


@dataclass(frozen=True, slots=True)
class CutBegun:
    """Begun work gives up what is still to be made but for a first part; ``back``: takes it back.

    The places in the plan are not touched, but that the rest has none.
    """

    order_id: int
    code: str
    step_no: int
    before: Begun
    rest: OperationImage
    back: bool = False

    @property
    def name(self) -> str:
        return f"{self.code}/{self.step_no}"

    @property
    def label(self) -> Message:
        after = self.before.less(self.rest.quantity)
        return message(
            "planning.label_split", operation=self.name, keep=after.quantity,
            rest=self.rest.quantity,
        )  # fmt: skip

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` where it is not as it was seen, ``NotFound``."""
        order = session.get(ProductionOrder, self.order_id)
        if order is None:
            raise NotFound(message("orders.gone"))
        numbers = (self.step_no, self.rest.step_no)
        rows = session.scalars(
            select(Operation).where(Operation.order_id == order.id, Operation.step_no.in_(numbers))
        )
        standing = {row.step_no: row for row in rows}
        row, rest = standing.get(self.step_no), standing.get(self.rest.step_no)
        after = self.before.less(self.rest.quantity)
        if row is None or Begun.of(row) != (after if self.back else self.before):
            raise Conflict(message("products.operations_changed", order=self.code))
        if self.back:
            self._join(session, row, rest)
        elif rest is not None:
            raise Conflict(message("products.operations_changed", order=self.code))
        else:
            self.shorten(row)
            rest = new_operation(session, order.id, self.rest)
            session.flush()
            if order.state in SCHEDULED_STATES:
                mark_unscheduled(session, [rest.id])

    def shorten(self, row: Operation) -> None:
        """The first part's quantities, on its record."""
        after = self.before.less(self.rest.quantity)
        row.quantity, row.remaining = after.quantity, after.remaining

    def _join(self, session: WritingSession, row: Operation, rest: Operation | None) -> None:
        if rest is None or image(rest) != replace(
            self.rest, pin_machine_id=rest.pin_machine_id, pin_start=rest.pin_start
        ):
            raise Conflict(message("products.operations_changed", order=self.code))
        if rest.state is not OperationState.PENDING or rest.good or rest.scrap or rest.rework:
            raise RuleBroken(message("products.operations_begun", order=self.code))
        leave_plan(session, [rest.id])
        session.delete(rest)
        session.flush()
        row.quantity, row.remaining = self.before.quantity, self.before.remaining

    def inverse(self) -> CutBegun:
        return replace(self, back=not self.back)


def rest_of_running(rest: OperationImage) -> OperationImage:
    """What runs has its material, so its rest asks for none."""
    plain = {k: v for k, v in json.loads(rest.definition).items() if k != "materials"}
    return replace(rest, definition=json.dumps(plain, ensure_ascii=False, sort_keys=True))
