"""How much of the plan in force may change, in a planner's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import NotFound
from app.core.messages import message
from app.scheduling.stability import Limit
from app.services.planning.bridge import LoadedPlant


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """At most ``most`` operations that start before ``until`` on ``machines`` (codes) may move.

    ``until`` None: however late; no ``machines``: all.
    """

    most: int
    until: datetime | None = None
    machines: tuple[str, ...] = ()


def machines_named(loaded: LoadedPlant, codes: tuple[str, ...]) -> frozenset[int]:
    """Positions of machines by code. Errors: ``NotFound`` for an unknown one."""
    known = {machine.key.casefold(): i for i, machine in enumerate(loaded.problem.machines)}
    missing = [code for code in codes if code.casefold() not in known]
    if missing:
        raise NotFound(message("plans.no_machine", machine=missing[0]))
    return frozenset(known[code.casefold()] for code in codes)


def loaded_limits(loaded: LoadedPlant, limits: tuple[ChangeLimit, ...]) -> list[Limit]:
    """Limits as the engine takes them. Errors: ``NotFound`` for an unknown machine."""
    return [
        Limit(
            limit.most,
            None if limit.until is None else loaded.clock.tick(limit.until),
            machines_named(loaded, limit.machines) if limit.machines else None,
        )
        for limit in limits
    ]
