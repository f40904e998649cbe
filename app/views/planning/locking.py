"""Lock and unlock as one edit: pins in machine and in time are two flags."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.planning.edits import Pin, PinChange, PinOperations
from app.services.planning.rows import PlacementRow


def lock_edit(rows: Sequence[PlacementRow]) -> PinOperations:
    """Lock all in machine and time; when all are locked already, let all go."""
    locked = all(pin_of(row) == full_pin(row) for row in rows)
    return PinOperations(
        tuple(
            PinChange(row.operation_id, pin_of(row), Pin() if locked else full_pin(row))
            for row in rows
        )
    )


def pin_of(row: PlacementRow) -> Pin:
    """What is fixed now: a pinned operation stands where its pin says."""
    return Pin(
        machine_id=row.machine_id if row.pin_machine else None,
        start=row.start if row.pin_start else None,
    )


def full_pin(row: PlacementRow) -> Pin:
    """Fixed where it stands. A subcontractor's lane (negative id) is no machine to be pinned to."""
    return Pin(machine_id=row.machine_id if row.machine_id > 0 else None, start=row.start)
