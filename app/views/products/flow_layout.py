"""Where the steps of a routing stand in its drawing: columns by what follows what, lanes side by
side. Numbers only, no painting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FINISH_START = "FS"


@dataclass(frozen=True, slots=True)
class Arrow:
    """Step ``after`` follows step ``before`` (numbers); ``kind`` FS, SS or FF."""

    before: int
    after: int
    kind: str = FINISH_START


@dataclass(frozen=True, slots=True)
class Place:
    column: int
    lane: int


def places(steps: Sequence[int], arrows: Sequence[Arrow]) -> dict[int, Place]:
    """A place for each step, no two the same.

    A step stands one column behind the last one whose end it waits for; steps that begin or end
    together stand in one column. A step keeps the lane of what it follows where that is free.
    """
    columns = _columns(steps, arrows)
    taken: set[tuple[int, int]] = set()
    found: dict[int, Place] = {}
    before: dict[int, list[int]] = {}
    for arrow in arrows:
        before.setdefault(arrow.after, []).append(arrow.before)
    for step in sorted(steps, key=lambda each: (columns[each], steps.index(each))):
        column = columns[step]
        wished = [found[each].lane for each in before.get(step, ()) if each in found]
        lane = min(wished, default=0)
        while (column, lane) in taken:
            lane += 1
        taken.add((column, lane))
        found[step] = Place(column, lane)
    return found


def _columns(steps: Sequence[int], arrows: Sequence[Arrow]) -> dict[int, int]:
    """Longest way to each step; a circle of links ends after as many rounds as there are steps."""
    columns = dict.fromkeys(steps, 0)
    known = [arrow for arrow in arrows if arrow.before in columns and arrow.after in columns]
    for _ in steps:
        moved = False
        for arrow in known:
            least = columns[arrow.before] + (arrow.kind == FINISH_START)
            if columns[arrow.after] < least:
                columns[arrow.after] = least
                moved = True
        if not moved:
            break
    else:
        return {step: place for place, step in enumerate(steps)}
    return columns
