"""The first piece of each shift: the time that a machine keeps free for it.

Quality passes the first piece at the start of each shift, and after a repair or a service of the
machine; until then nothing is run. So the first so many open minutes from there on are taken out
of the machine's hours, whether work goes on from the shift before or begins anew, and nothing is
planned in them: neither run nor setup. (The first piece after a changeover is another matter: it
belongs to the routing step.) Overtime goes on with the shift before it, as in ``freezing``. Ovens
are left out: what is in them goes on from shift to shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.working_time import OpenWindow, Stretch
from app.services.plant.freezing import worked_shifts

Span = tuple[int, int]


def first_pieces(
    worked: Sequence[Stretch], hours: Sequence[OpenWindow], minutes: int, mended: Iterable[int]
) -> tuple[Span, ...]:
    """When first pieces are made, by time; in minutes since the epoch.

    ``worked``: what the machine works, by shift; ``hours``: its windows after repairs and services,
    which are over at ``mended``. A shift that is no longer than that has nothing else.
    """
    starts = sorted({*(start for start, _ in worked_shifts(worked)), *mended})
    found: list[Span] = []
    at = 0
    for number, start in enumerate(starts):
        until = starts[number + 1] if number + 1 < len(starts) else None
        left = minutes
        while at < len(hours) and hours[at].end <= start:
            at += 1
        for window in hours[at:]:
            if left == 0 or (until is not None and window.start >= until):
                break
            first = max(start, window.start)
            end = min(first + left, window.end, window.end if until is None else until)
            found.append((first, end))
            left -= end - first
    return tuple(found)


def without(hours: Sequence[OpenWindow], spans: Sequence[Span]) -> tuple[OpenWindow, ...]:
    """The windows less spans that lie inside them; both by time."""
    left: list[OpenWindow] = []
    at = 0
    for window in hours:
        begin = window.start
        while at < len(spans) and spans[at][0] < window.end:
            first, end = spans[at]
            if begin < first:
                left.append(replace(window, start=begin, end=first))
            begin = end
            at += 1
        if begin < window.end:
            left.append(replace(window, start=begin))
    return tuple(left)
