"""What a solver answers in a benchmark."""

from __future__ import annotations

from dataclasses import dataclass

from app.scheduling.problem import Schedule


class NotExpressed(ValueError):
    """The peer's model cannot state this instance."""


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """``schedule`` is None if the peer found none; ``bound`` of the weighted objective.

    ``trace``: (seconds, objective) of each better plan, in the peer's own objective.
    """

    schedule: Schedule | None
    status: str
    bound: float | None = None
    trace: tuple[tuple[float, float], ...] = ()
