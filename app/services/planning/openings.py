"""Whether a row has room for an operation from a moment on, and if not then: since when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.messages import Message
from app.scheduling import problem as engine
from app.scheduling import repair
from app.scheduling.explain import Cause, Explainer, Wait, sentence

OWN = (Cause.RUN, Cause.SETUP, Cause.CLOSED, Cause.FIRST_PIECE)
"""No reason to be told: its own work, and hours that the chart shows as closed or as a
first piece."""


class Verdict(StrEnum):
    FREE = "free"  # there, and nothing else moves
    PUSH = "push"  # there, and others give way
    LATER = "later"  # nothing else moves, but it waits for something first
    BLOCKED = "blocked"  # not at all


@dataclass(frozen=True, slots=True)
class Opening:
    """What a row offers. ``pushed``: others that would move. ``reason``: of waiting or refusal.

    ``begin`` (of the setup) to ``end``: where it would stand, UTC; None when blocked.
    """

    verdict: Verdict
    begin: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    pushed: int = 0
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An opening in ticks, before it is told."""

    verdict: Verdict
    placement: engine.Placement | None = None
    pushed: int = 0
    reason: Message | None = None


def find_opening(
    explainer: Explainer,
    schedule: engine.Schedule,
    rows: Mapping[int, int],
    gesture: tuple[int, int, int],
) -> Found:
    """Two questions to the engine at most: with nothing moved, then with a push.

    ``explainer``: of the plan as it stands, ``schedule``, with its operations in ``rows``.
    ``gesture``: (operation, machine, tick).
    """
    problem = explainer.shop.problem
    operation, machine, tick = gesture

    def asked(mode: str) -> tuple[repair.MoveResult, engine.Placement | None]:
        result = repair.move(problem, schedule, repair.Move(operation, machine, tick, mode))
        if result.refused is not None:
            return result, None
        return result, _place(result, rows, operation, schedule)

    result, placed = asked(repair.SQUEEZE_IN)
    verdict = Verdict.FREE
    if placed is None or placed.start > tick:
        pushed, there = asked(repair.PUSH_RIGHT)
        if placed is None and there is None:
            return Found(Verdict.BLOCKED, reason=pushed.refused)
        if placed is None or (there is not None and there.start < placed.start):
            result, placed, verdict = pushed, there, Verdict.PUSH
    if placed is None:
        return Found(Verdict.BLOCKED, reason=result.refused)
    reason = None
    if placed.start > tick:
        after = explainer.after(result.schedule, places_of(result, rows))
        reason = _wait(after, operation, tick)
    if reason is not None and verdict is Verdict.FREE:
        verdict = Verdict.LATER
    return Found(verdict, placed, len(set(result.moved) - {operation}), reason)


def places_of(result: repair.MoveResult, rows: Mapping[int, int]) -> list[engine.Placement]:
    """Where that which moves stands then; ``rows``: where operations are found in the plan."""
    if isinstance(result, repair.Compiled):
        return result.columns.placements()
    placements, found = result.schedule.placements, []
    for operation in result.moved:
        row = rows.get(operation, -1)
        if not 0 <= row < len(placements) or placements[row].operation != operation:
            wanted = set(result.moved)  # something has come or gone: rows are others
            return [p for p in placements if p.operation in wanted]
        found.append(placements[row])
    return found


def _place(
    result: repair.MoveResult, rows: Mapping[int, int], operation: int, plan: engine.Schedule
) -> engine.Placement:
    """Where the operation itself stands then."""
    if isinstance(result, repair.Compiled):
        own = result.columns.operation == operation
        moved = result.columns.only(own).placements() if own.any() else []
    else:
        moved = [p for p in places_of(result, rows) if p.operation == operation]
    return moved[0] if moved else plan.placements[rows[operation]]


def _wait(explainer: Explainer, operation: int, tick: int) -> Message | None:
    """What it waits for the longest between the moment asked for and its start."""
    waits = explainer.operation(operation, follow=False).waits
    after = [wait for wait in waits if wait.cause not in OWN and wait.end > tick]
    if not after:
        return None

    def minutes(wait: Wait) -> int:
        return wait.end - max(wait.start, tick)

    return sentence(explainer.shop, max(after, key=minutes))
