"""Edits of the working plan: small frozen values, applied through ``app.services.edit``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, select

from app.core.choices import OperationState
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan, UnplacedOperation
from app.services.planning.stored_plan import (
    PlanContent,
    Reason,
    Spot,
    change_content,
    read_content,
    remove_spots,
    spot_of_row,
    working_plan,
    write_reasons,
    write_spots,
)

MANY_MOVES = 100


@dataclass(frozen=True, slots=True)
class Move:
    """One operation's place before and after; None = not placed, for the reason ``why``."""

    operation_id: int
    before: Spot | None
    after: Spot | None
    why: Reason | None = None


@dataclass(frozen=True, slots=True)
class MoveOperations:
    """Placements that change together, as the engine settled them.

    ``objective``: the plan's parts before and after, so that its figures stay true. ``name``: the
    operation a person moved, when it is the only one.
    """

    moves: tuple[Move, ...]
    objective: tuple[Mapping[str, float], Mapping[str, float]] | None = None
    name: str = field(default="", compare=False)

    @property
    def heavy(self) -> bool:
        """Whether it is undone in a job."""
        return len(self.moves) > MANY_MOVES

    @property
    def label(self) -> Message:
        gone = sum(move.after is None for move in self.moves)
        if gone:
            return message("planning.label_take_off", count=gone)
        if all(move.before is None for move in self.moves):
            return message("planning.label_place", count=len(self.moves))
        if self.name and len(self.moves) == 1:
            return message("planning.label_move_one", operation=self.name)
        return message("planning.label_move", count=len(self.moves))

    def apply(self, session: WritingSession) -> None:
        plan = _locked_plan(session)
        ids = [move.operation_id for move in self.moves]
        operations = _operations(session, ids)
        standing = {
            row.operation_id: spot_of_row(row)
            for row in session.scalars(
                select(Placement).where(
                    Placement.plan_id == plan.id, Placement.operation_id.in_(ids)
                )
            )
        }
        for move in self.moves:
            operation = operations.get(move.operation_id)
            if operation is None:
                raise NotFound(message("planning.operation_gone"))
            if standing.get(move.operation_id) != move.before:
                raise Conflict(
                    message("planning.moved_meanwhile", operation=_name(session, operation))
                )
            if operation.state is not OperationState.PENDING and _place(move.after) != _place(
                move.before
            ):
                raise RuleBroken(
                    message("planning.already_running", operation=_name(session, operation))
                )
        remove_spots(session, plan.id, ids)
        forget_reasons(session, plan.id, ids)
        write_spots(
            session,
            plan.id,
            {move.operation_id: move.after for move in self.moves if move.after is not None},
        )
        gone = {m.operation_id: m.why for m in self.moves if m.after is None and m.why is not None}
        write_reasons(session, plan.id, gone)
        if gone or any(move.before is None for move in self.moves):
            session.log_rows("unplaced_operation", ids, "move")
        if self.objective is not None:
            plan.objective = dict(self.objective[1])
        session.log_rows("placement", ids, "move")

    def inverse(self) -> MoveOperations:
        moves = tuple(replace(one, before=one.after, after=one.before) for one in self.moves)
        turned = None if self.objective is None else self.objective[::-1]
        return replace(self, moves=moves, objective=turned)


@dataclass(frozen=True, slots=True)
class Pin:
    """What a person fixed: the machine, the start, both or neither."""

    machine_id: int | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class PinChange:
    operation_id: int
    before: Pin
    after: Pin


@dataclass(frozen=True, slots=True)
class PinOperations:
    """Fix operations in machine or time, or let them go; the plan itself does not move."""

    pins: tuple[PinChange, ...]

    @property
    def label(self) -> Message:
        letting_go = all(pin.after == Pin() for pin in self.pins)
        code = "planning.label_unpin" if letting_go else "planning.label_pin"
        return message(code, count=len(self.pins))

    def apply(self, session: WritingSession) -> None:
        operations = _operations(session, [pin.operation_id for pin in self.pins])
        for pin in self.pins:
            row = operations.get(pin.operation_id)
            if row is None:
                raise NotFound(message("planning.operation_gone"))
            if Pin(row.pin_machine_id, row.pin_start) != pin.before:
                raise Conflict(message("planning.pin_changed", operation=_name(session, row)))
            row.pin_machine_id = pin.after.machine_id
            row.pin_start = pin.after.start

    def inverse(self) -> PinOperations:
        return PinOperations(
            tuple(PinChange(pin.operation_id, pin.after, pin.before) for pin in self.pins)
        )


@dataclass(frozen=True, slots=True)
class ReplacePlan:
    """A whole new schedule in place of the old one: one step to undo."""

    before: PlanContent
    after: PlanContent
    name: Message | None = field(default=None, compare=False)
    """What it is called on the undo stack, if it is no new schedule."""

    @property
    def heavy(self) -> bool:
        """All places are written anew: it is undone in a job."""
        return True

    @property
    def label(self) -> Message:
        if self.name is not None:
            return self.name
        return message("planning.label_replace", policy=self.after.policy)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if a placement is no longer where ``before`` has it."""
        standing = read_content(session, working_plan(session, lock=True))
        if standing.spots != self.before.spots:
            raise Conflict(message("planning.plan_changed"))
        change_content(session, standing, self.after)

    def inverse(self) -> ReplacePlan:
        return replace(self, before=self.after, after=self.before)


def _locked_plan(session: WritingSession) -> Plan:
    plan = working_plan(session, lock=True)
    if plan is None:
        raise NotFound(message("planning.no_working_plan"))
    return plan


def _operations(session: WritingSession, ids: list[int]) -> dict[int, Operation]:
    rows = session.scalars(select(Operation).where(Operation.id.in_(ids)))
    return {row.id: row for row in rows}


def _name(session: WritingSession, operation: Operation) -> str:
    order = session.get_one(ProductionOrder, operation.order_id)
    return f"{order.code}/{operation.step_no}"


def _place(spot: Spot | None) -> tuple[int | None, int] | None:
    return None if spot is None else (spot.machine_id, spot.start)


def forget_reasons(session: WritingSession, plan_id: int, ids: list[int]) -> None:
    """Drops why operations are unplaced."""
    session.execute(
        delete(UnplacedOperation).where(
            UnplacedOperation.plan_id == plan_id, UnplacedOperation.operation_id.in_(ids)
        )
    )
