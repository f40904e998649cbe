"""The edit that lets an operation stand where a person put it: on a machine, at a time, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OperationState
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.step import from_json
from app.models.change_log import WritingSession
from app.models.orders import Operation
from app.models.plant import Machine
from app.services.edit import Edit
from app.services.planning.edits import Pin, PinChange, PinOperations
from app.services.planning.production_batches import batch_mates
from app.services.planning.scenarios.named import RUSH, Place, order_of


@dataclass(frozen=True, slots=True)
class StandsThere:
    """Operation ``order``/``step`` stands on ``machine`` (code; "" = as it comes) and its run
    begins at ``start`` (UTC; None = as it comes).

    The two ``before`` say how it was locked. What is made together stands together.
    """

    kind: ClassVar[str] = "stands"

    order: str
    step: int
    machine: str = ""
    start: datetime | None = None
    machine_before: str = ""
    start_before: datetime | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        values: dict[str, object] = {"operation": f"{self.order}/{self.step}"}
        if self.machine:
            values["machine"] = self.machine
        if self.start is not None:
            values["start"] = self.start.astimezone(zone)
        code = "stands" if len(values) == 3 else "stands_on" if self.machine else "stands_at"
        return Message(f"scenarios.{code}", values)

    def filled(self, session: Session) -> StandsThere:
        """Errors: ``NotFound``; ``RuleBroken`` for work that has begun, a machine that may not do
        it, neither machine nor time, or work of an order that is only in the scenario."""
        if not self.machine and self.start is None:
            raise RuleBroken(message("scenarios.place_needed"))
        row = operation_of(session, self.order, self.step)
        order = order_of(session, self.order).code
        name = f"{order}/{self.step}"
        if row.state is not OperationState.PENDING:
            raise RuleBroken(message("planning.already_running", operation=name))
        machine = _machine(session, self.machine)
        if machine is not None and not _may(row, machine):
            raise RuleBroken(
                message("scenarios.wrong_machine", operation=name, machine=machine.code)
            )
        before = session.get(Machine, row.pin_machine_id) if row.pin_machine_id else None
        return replace(
            self,
            order=order,
            machine=machine.code if machine is not None else "",
            machine_before=before.code if before is not None else "",
            start_before=row.pin_start,
        )

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        row = operation_of(session, self.order, self.step)
        machine, before = (_machine(session, code) for code in (self.machine, self.machine_before))
        was = Pin(before.id if before is not None else None, self.start_before)
        pin = Pin(machine.id if machine is not None else None, self.start)
        changes = [PinChange(row.id, was, pin)]
        for mate in batch_mates(session, row.id):
            other = session.get_one(Operation, mate)
            if other.id != row.id:
                changes.append(PinChange(other.id, Pin(other.pin_machine_id, other.pin_start), pin))
        return (PinOperations(tuple(changes)),)

    def orders(self) -> tuple[str, ...]:
        return (self.order,)


def operation_of(session: Session, order: str, step: int) -> Operation:
    """The operation as it is recorded. Errors: ``NotFound``; ``RuleBroken`` for work that only the
    scenario knows."""
    if code_key(order).startswith(code_key(RUSH)):
        raise RuleBroken(message("scenarios.rush_stands", order=order))
    row = session.scalars(
        select(Operation).where(
            Operation.order_id == order_of(session, order).id, Operation.step_no == step
        )
    ).one_or_none()
    if row is None:
        raise NotFound(message("scenarios.no_step", order=order, step=step))
    return row


def _machine(session: Session, code: str) -> Machine | None:
    """None for no code. Errors: ``NotFound``."""
    if not code:
        return None
    found = session.scalars(select(Machine).where(Machine.code_key == code_key(code))).one_or_none()
    if found is None:
        raise NotFound(message("scenarios.no_machine", machine=code))
    return found


def _may(row: Operation, machine: Machine) -> bool:
    """Whether the routing lets the machine do it; moulds and people are the engine's to judge."""
    definition = from_json(row.definition)
    listed = {each.machine for each in definition.machines}
    return machine.id in listed if listed else definition.work_centre == machine.work_centre_id
