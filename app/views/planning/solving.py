"""The solve as a job: a plain function of plain values that runs in its own thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.views.jobs import Stop


def solve(
    database: Any,
    actor: str,
    policy: str,
    seconds: float,
    stop: Stop,
    report: Callable[[Any], None],
) -> Any:
    """Schedule the plant in a child process, so that the window stays fluid; SolveReport."""
    from app.services.planning.solving import schedule_plant

    return schedule_plant(
        database,
        policy=policy,
        seconds=seconds,
        actor=actor,
        stop=stop,
        report=report,
        in_child=True,
    )
