"""Running work cut short: where it ends when only a first part of it is still made.

It goes on as it stands, on its machine with its tools and people, and ends sooner: its worked
stretches are the first ones of those it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.scheduling.problem import Mode, Pausing, Placement, Problem

Segment = tuple[int, int]


def worked(segments: Iterable[Segment], total: int, turn: int, pace: int) -> list[Segment]:
    """The first stretches of ``segments`` (ticks) that hold ``total`` seconds * 100 of work.

    ``pace``: seconds * 100 per minute. With ``turn`` > 0 (seconds * 100) each stretch holds whole
    turns and is rounded up to minutes by itself; else the sum is, once.
    """
    found: list[Segment] = []
    left = total if turn else -(-total // pace)
    for start, end in segments:
        if left <= 0:
            break
        if turn:
            amount = min(left, (end - start) * pace // turn * turn)
            found.append((start, start - (-amount // pace)))
        else:
            amount = min(left, end - start)
            found.append((start, start + amount))
        left -= amount
    return found


def shortened(problem: Problem, placement: Placement) -> Placement:
    """A placement that was made for more work of running work, ended when its work is done."""
    operation = problem.operations[placement.operation]
    mode = operation.modes[placement.mode]
    turn = 100 * mode.turn_seconds
    total = 100 * mode.run_seconds
    if turn:
        total = turn * -(-mode.quantity // pieces_per_turn(problem, mode, placement.tools))
    stepwise = turn if operation.pausing is Pausing.TURNS else 0
    pace = 60 * problem.machines[mode.machine].efficiency
    segments = worked(placement.segments, total, stepwise, pace)
    end = segments[-1][1] if segments else max(placement.start, problem.now)
    crew = tuple(replace(one, end=min(one.end, end)) for one in placement.crew if one.start < end)
    return replace(placement, end=end, segments=tuple(segments), crew=crew)


def pieces_per_turn(problem: Problem, mode: Mode, tools: Sequence[int]) -> int:
    """Pieces of one turn with these copies (positions)."""
    shaping = {demand.tool_type for demand in mode.tools if demand.shapes}
    copies = [problem.tools[tool] for tool in tools]
    cavities = sum(copy.cavities for copy in copies if copy.tool_type in shaping)
    return max(1, cavities if shaping else mode.pieces_per_turn)
