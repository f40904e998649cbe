"""Splitting an operation by quantity: a part stays where it stands, the rest has no place yet.

The rest is an operation of its own with the next free step number: what the operation follows it
follows, too, and whatever follows the operation waits for both. Work that runs is cut at a
boundary (see ``cutting``): it ends there, and stays what it is until then. Steps that longest waits
tie to it are parted with it: the rest goes through them as a card of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import ENDED_STATES, OperationState
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.step import Link, StepDefinition, from_json, to_json
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.scheduling import problem as engine
from app.scheduling import repair
from app.scheduling.cutting import shortened
from app.scheduling.objective import evaluate
from app.services.orders.renewing import OperationImage, OrderSteps, RenewOperations, image
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.cutting import Begun, CutBegun, rest_of_running
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.open_work import OpenWork
from app.services.planning.production_batches import batch_mates
from app.services.planning.stored_plan import (
    NOT_SCHEDULED_YET,
    PlanContent,
    Reason,
    read_content,
    schedule_of,
    spot_of,
    working_plan,
)
from app.services.site import now_of, site_row

WAITS = "planning.waits_for_rest"

NEAR = 3
"""So many boundaries are told of work that is to be cut elsewhere."""


@dataclass(frozen=True, slots=True)
class SplitOperation:
    """Several edits that are one step: off the plan, other quantities, the part back in place."""

    edits: tuple[MoveOperations | RenewOperations | CutBegun, ...]
    name: str
    keep: Decimal
    rest: Decimal

    @property
    def label(self) -> Message:
        return message("planning.label_split", operation=self.name, keep=self.keep, rest=self.rest)

    def apply(self, session: WritingSession) -> None:
        """Errors: of the edits; ``Conflict`` where something is not as it was seen."""
        for edit in self.edits:
            edit.apply(session)
            session.flush()

    def inverse(self) -> SplitOperation:
        return replace(self, edits=tuple(edit.inverse() for edit in reversed(self.edits)))


def split(database: Database, operation_id: int, keep: Decimal) -> SplitOperation:
    """The edit that leaves ``keep`` where the operation stands (a job's work; nothing is written).

    What follows the operation loses its place as well: it waits for the rest, which has none.

    Errors: ``NotFound``; ``RuleBroken`` if the quantity does not part, or the operation is made
    together with others, shares a tool with later steps or gets what another order makes; if it
    runs, where no boundary lies there.
    """
    with database.trial("split") as trial:
        found = read_part(trial, operation_id)
        if found.row.state is OperationState.RUNNING:
            return _cut(trial, found, keep)
        name, whole = found.name, found.row.quantity
        _refuse(trial, found, keep)
        off = _off(trial, operation_id, name)
        if off is not None:
            off.apply(trial)
            trial.flush()
        parted = found.parted(keep)
        parted.apply(trial)
        trial.flush()
        on = None if off is None else _on(trial, operation_id, off)
    edits = [edit for edit in (off, parted, on) if edit is not None]
    return SplitOperation(tuple(edits), name, keep, whole - keep)


@dataclass(frozen=True, slots=True)
class Parting:
    """An operation that is to be parted, with all of its order."""

    row: Operation
    order: ProductionOrder
    rows: Sequence[Operation]

    @property
    def name(self) -> str:
        return f"{self.order.code}/{self.row.step_no}"

    @property
    def begun(self) -> bool:
        row = self.row
        return row.state is not OperationState.PENDING or bool(row.good or row.scrap or row.rework)

    def parted(self, keep: Decimal) -> RenewOperations | CutBegun:
        """The edit of the operation alone; places are left as they are."""
        row, order, whole = self.row, self.order, image(self.row)
        runs = row.state is OperationState.RUNNING
        taken = {other.step_no for other in self.rows}
        rest = _rest(whole, self.rows, taken, row.quantity - keep, own_card=runs)
        if runs:
            rest = rest_of_running(rest)
        if self.begun:
            return CutBegun(order.id, order.code, row.step_no, Begun.of(row), rest)
        after = (replace(whole, quantity=keep), rest)
        return RenewOperations((OrderSteps(order.id, order.code, (whole,), after),))

    def along(self, session: Session, cut: CutBegun) -> RenewOperations | None:
        """What longest waits tie to work that runs, parted with it: the rest is a card of its own.

        None where there is nothing, or it cannot be parted; then it waits for both parts.
        """
        tied = self._tied(session)
        taken = {cut.rest.step_no, *(other.step_no for other in self.rows)}
        before, after = [], []
        for row in tied:
            share = cut.before.less(cut.rest.quantity).quantity / cut.before.quantity
            whole = row.quantity == row.quantity.to_integral_value()
            keep = (row.quantity * share).quantize(Decimal(1 if whole else "0.001"), ROUND_UP)
            if not 0 < keep < row.quantity:
                return None
            whole_image = image(row)
            rest = _rest(whole_image, self.rows, taken, row.quantity - keep, card=cut.rest.step_no)
            taken.add(rest.step_no)
            before.append(whole_image)
            after += [replace(whole_image, quantity=keep), rest]
        if not before:
            return None
        steps = OrderSteps(self.order.id, self.order.code, tuple(before), tuple(after))
        return RenewOperations((steps,))

    def _tied(self, session: Session) -> list[Operation]:
        """Steps that follow within longest waits; none if one of them does not part."""
        work = OpenWork([self.order], {self.order.id: self.rows}, {})
        found = {self.row.id: self.row}
        for row in sorted(self.rows, key=lambda one: one.step_no):
            if any(
                before.id in found and work.steps[before.id].max_wait is not None
                for before, _kind, _lag in work.links(row, self.order.id)
            ):
                found[row.id] = row
        tied = [row for number, row in found.items() if number != self.row.id]
        steps = {row.step_no: work.steps[row.id] for row in self.rows}
        for row in tied:
            begun = row.state is not OperationState.PENDING or row.good or row.scrap or row.rework
            if begun or batch_mates(session, row.id) or _holds(steps, row.step_no):
                return []
        return tied


def read_part(session: Session, operation_id: int) -> Parting:
    """Errors: ``NotFound``."""
    row = session.get(Operation, operation_id)
    order = None if row is None else session.get(ProductionOrder, row.order_id)
    if row is None or order is None:
        raise NotFound(message("planning.operation_gone"))
    rows = session.scalars(
        select(Operation).where(Operation.order_id == order.id).order_by(Operation.step_no)
    ).all()
    return Parting(row, order, rows)


# ---------------------------------------------------------------- work that runs


def _cut(session: WritingSession, found: Parting, keep: Decimal) -> SplitOperation:
    loaded, _ = _read(session)
    require_boundary(loaded, found, keep)
    name, whole = found.name, found.row.quantity
    cut = found.parted(keep)
    if not isinstance(cut, CutBegun):
        raise RuleBroken(message("planning.cut_unknown", operation=name))
    along = found.along(session, cut)
    cut.apply(session)
    session.flush()
    edits = [cut, _ended_there(session, found), along]
    return SplitOperation(
        tuple(edit for edit in edits if edit is not None), name, keep, whole - keep
    )


def require_boundary(loaded: LoadedPlant, found: Parting, keep: Decimal) -> None:
    """Errors: ``RuleBroken`` if running work cannot be cut so that ``keep`` is its first part."""
    index = loaded.operation_index().get(found.row.id)
    places = None if index is None else loaded.cuts.get(index)
    if places is None:
        raise RuleBroken(message("planning.cut_unknown", operation=found.name))
    if isinstance(places, Message):
        raise RuleBroken(places)
    if not places.holds(keep):
        near = sorted(places.keeps(), key=lambda one: abs(one - keep))[:NEAR]
        raise RuleBroken(
            message("planning.cut_elsewhere", operation=found.name, keeps=tuple(sorted(near)))
        )


def _ended_there(session: WritingSession, found: Parting) -> MoveOperations | None:
    """What has been cut ends sooner, and what waits for the rest leaves the plan."""
    loaded, content = _read(session)
    index = loaded.operation_index()[found.row.id]
    schedule = schedule_of(loaded, content.spots, content.unplaced)
    standing = {p.operation: p for p in schedule.placements}
    if index not in standing:
        return None
    short = shortened(loaded.problem, standing[index])
    if short.end <= loaded.problem.now:
        raise RuleBroken(message("planning.cut_over", operation=found.name))
    placed = {**standing, index: short}
    schedule = replace(schedule, placements=tuple(placed[o] for o in sorted(placed)))
    moves = [_moved(loaded, content, short)]
    waiting = _waiting(loaded, found)
    followers = [o for o in waiting if o in placed]
    if followers:
        result = repair.take_off(loaded.problem, schedule, followers)
        if result.refused is not None:
            raise RuleBroken(result.refused)
        schedule = result.schedule
        left = {p.operation for p in schedule.placements}
        gone = [o for o in standing if o not in left]
        moves += _left(loaded, content, gone, found.name)
    after = evaluate(loaded.problem, schedule).as_dict()
    return MoveOperations(tuple(moves), (dict(content.objective), after))


def _waiting(loaded: LoadedPlant, found: Parting) -> set[int]:
    """Positions of what follows the parts of an operation."""
    index = loaded.operation_index()[found.row.id]
    return {link.after for link in loaded.problem.precedences if link.before == index}


def _moved(loaded: LoadedPlant, content: PlanContent, placed: engine.Placement) -> Move:
    number = loaded.operation_ids[placed.operation]
    return Move(number, content.spots[number], spot_of(loaded, placed))


def _left(loaded: LoadedPlant, content: PlanContent, gone: Sequence[int], name: str) -> list[Move]:
    waits = Reason(WAITS, (("operation", name),))
    return [
        Move(number, content.spots[number], None, waits)
        for one in gone
        for number in loaded.stands_for(one)
    ]


# ---------------------------------------------------------------- what may be split


def _refuse(session: Session, found: Parting, keep: Decimal) -> None:
    row, order, rows, name = found.row, found.order, found.rows, found.name
    done = row.good + row.scrap + row.rework
    if row.state is not OperationState.PENDING or (done and done >= row.quantity):
        raise RuleBroken(message("planning.cut_nothing", operation=name))
    whole = row.quantity == row.quantity.to_integral_value()
    if not done < keep < row.quantity or (whole and keep != keep.to_integral_value()):
        raise RuleBroken(
            message("planning.split_quantity", operation=name, done=done, all=row.quantity)
        )
    if batch_mates(session, row.id):
        raise RuleBroken(message("planning.batch_taken", operation=name))
    steps = {other.step_no: from_json(other.definition) for other in rows}
    if _holds(steps, row.step_no):
        raise RuleBroken(message("planning.split_holds_tool", operation=name))
    used = {need.item for need in steps[row.step_no].materials}
    feeding = session.scalars(
        select(ProductionOrder.item_id).where(
            ProductionOrder.parent_order_id == order.id,
            ProductionOrder.state.not_in(ENDED_STATES),
        )
    )
    if used & set(feeding):
        raise RuleBroken(message("planning.split_fed", operation=name))


def _holds(steps: Mapping[int, StepDefinition], step_no: int) -> bool:
    """Whether a tool is kept over a step."""
    return any(
        use.held_until_step is not None and number <= step_no <= use.held_until_step
        for number, step in steps.items()
        for use in step.tools
    )


def _rest(
    whole: OperationImage, rows: Sequence[Operation], taken: Collection[int], quantity: Decimal,
    card: int = 0, *, own_card: bool = False,
) -> OperationImage:  # fmt: skip
    """The part that goes, under the next number not ``taken``; ``card``: 0 = that of the whole."""
    number = next(n for n in count(whole.step_no + 1) if n not in taken)
    step = from_json(json.loads(whole.definition))
    part = replace(
        step,
        step_no=number,
        links=_links(step, rows),
        split_of=step.split_of or step.step_no,
        card=number if own_card else card or step.card,
    )
    text = json.dumps(to_json(part), ensure_ascii=False, sort_keys=True)
    return replace(
        whole,
        step_no=number,
        definition=text,
        quantity=quantity,
        pin_machine_id=None,
        pin_start=None,
    )


def _links(step: StepDefinition, rows: Sequence[Operation]) -> tuple[Link, ...]:
    """What the operation follows, by name: the rest stands behind it in the numbers."""
    if step.links is not None:
        return step.links
    before = [other.step_no for other in rows if other.step_no < step.step_no]
    return (Link(before[-1]),) if before else ()


# ---------------------------------------------------------------- places


def _read(session: WritingSession) -> tuple[LoadedPlant, PlanContent]:
    loaded = load_problem(session, now_of(site_row(session)))
    return loaded, read_content(session, working_plan(session))


def _off(session: WritingSession, operation_id: int, name: str) -> MoveOperations | None:
    """The operation and what hangs on it leave the plan; None if it has no place."""
    loaded, content = _read(session)
    index = loaded.operation_index().get(operation_id)
    if index is None or operation_id not in content.spots:
        return None
    schedule = schedule_of(loaded, content.spots, content.unplaced)
    found = repair.take_off(loaded.problem, schedule, [index])
    if found.refused is not None:
        raise RuleBroken(found.refused)
    left = {p.operation for p in found.schedule.placements}
    gone = [p.operation for p in schedule.placements if p.operation not in left]
    return MoveOperations(tuple(_left(loaded, content, gone, name)))


def _on(session: WritingSession, operation_id: int, off: MoveOperations) -> MoveOperations:
    """The part that stays begins where the whole did, on its machine."""
    loaded, content = _read(session)
    index = loaded.operation_index()[operation_id]
    spot = next(move.before for move in off.moves if move.operation_id == operation_id)
    if spot is None:
        raise NotFound(message("planning.not_placed"))
    place = spot.machine_id if spot.machine_id is not None else -(spot.supplier_id or 0)
    schedule = schedule_of(loaded, content.spots, content.unplaced)
    start = spot.start - loaded.clock.origin_minute
    found = repair.move(
        loaded.problem, schedule, repair.Move(index, loaded.machine_index()[place], start)
    )
    if found.refused is not None:
        raise RuleBroken(found.refused)
    standing = {p.operation: p for p in schedule.placements}
    moves = tuple(
        Move(number, content.spots.get(number), spot_of(loaded, placed),
             content.unplaced.get(number, Reason(NOT_SCHEDULED_YET, ())))
        for placed in found.schedule.placements
        if placed != standing.get(placed.operation)
        for number in loaded.stands_for(placed.operation)
    )  # fmt: skip
    return MoveOperations(moves, (dict(content.objective), found.objective_after.as_dict()))
