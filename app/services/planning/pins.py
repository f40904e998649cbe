"""Locking operations where they stand: the edit that a press of L asks for."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.models.database import Database
from app.models.orders import Operation
from app.models.planning import Placement
from app.services.planning.edits import Pin, PinChange, PinOperations
from app.services.planning.production_batches import batch_mates
from app.services.planning.stored_plan import working_plan


def lock_or_unlock(
    database: Database,
    operation_ids: Collection[int],
    *,
    machine: bool = True,
    time: bool = True,
) -> PinOperations | None:
    """Pin the placed operations in machine, start or both; if all are pinned so, let all go.

    Machine and time are two flags: one that is not asked for stays as it is.

    What is made together is locked together. At a subcontractor there is no machine to be pinned
    to: only the start is. None when none of the operations is placed in the working plan.
    """
    with database.read() as session:
        plan = working_plan(session)
        mates = {mate for number in operation_ids for mate in batch_mates(session, number)}
        operation_ids = {*operation_ids, *mates}
        found = session.execute(
            select(
                Operation.id,
                Operation.pin_machine_id,
                Operation.pin_start,
                Placement.machine_id,
                Placement.start_at,
            )
            .join(Placement, Placement.operation_id == Operation.id)
            .where(
                Placement.plan_id == (plan.id if plan is not None else 0),
                Operation.id.in_(operation_ids),
            )
        ).all()
    if not found:
        return None
    pins = []
    for row in found:
        now = Pin(row.pin_machine_id, row.pin_start)
        full = Pin(
            row.machine_id if machine else now.machine_id, row.start_at if time else now.start
        )
        free = Pin(None if machine else now.machine_id, None if time else now.start)
        pins.append((row.id, now, full, free))
    locked = all(now == full for _, now, full, _ in pins)
    return PinOperations(
        tuple(PinChange(number, now, free if locked else full) for number, now, full, free in pins)
    )
