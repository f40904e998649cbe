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


def lock_or_unlock(database: Database, operation_ids: Collection[int]) -> PinOperations | None:
    """Pin the placed operations in machine and start; if all are pinned so, let all go.

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
    pins = [
        (row.id, Pin(row.pin_machine_id, row.pin_start), Pin(row.machine_id, row.start_at))
        for row in found
    ]
    locked = all(now == full for _, now, full in pins)
    return PinOperations(
        tuple(PinChange(number, now, Pin() if locked else full) for number, now, full in pins)
    )
