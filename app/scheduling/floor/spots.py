"""Where operations stand: the records that the floor books, and what is read from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.scheduling.problem import FOREVER, Assignment, Placement, Precedence
from app.scheduling.setups import State
from app.scheduling.shop import Way
from app.scheduling.timelines import Bookings
from app.scheduling.windows import Segment

NO_CALENDARS: frozenset[int] = frozenset()


@dataclass(slots=True)
class Spot:
    """Where an operation stands or could stand."""

    operation: int
    way: Way
    setup_start: int
    start: int
    end: int
    setup_segments: list[Segment]
    run_segments: list[Segment]
    tools: tuple[int, ...] = ()
    crew: tuple[Assignment, ...] = ()
    setup: int = 0
    change: int = 0
    cost: float = 0.0
    claims: list[tuple[int, int, int]] = field(default_factory=list)
    follower: tuple[int, tuple[object, ...]] | None = None
    batch: Batch | None = None
    shots: int = 0

    def runs(self) -> list[Segment]:
        return self.run_segments


@dataclass(slots=True)
class Batch:
    """Operations that share one run of an oven."""

    key: int
    machine: int
    family: int
    families: State
    lead: Spot
    load: int = 0
    members: list[int] = field(default_factory=list)
    first_piece: int = 0
    run: int = 0


@dataclass(slots=True)
class Bounds:
    """What neighbours and dates leave open: setup from ``held``, run from ``run`` and so on."""

    held: int
    run: int
    end: int = -FOREVER
    last_start: int = FOREVER
    last_end: int = FOREVER
    start_blame: Precedence | None = None
    end_blame: Precedence | None = None
    transfers: tuple[tuple[int, tuple[int, int]], ...] = ()


def placement(spot: Spot, crew: tuple[Assignment, ...]) -> Placement:
    return Placement(
        spot.operation,
        spot.way.index,
        spot.setup_start,
        spot.start,
        spot.end,
        joined(spot.setup_segments, spot.run_segments),
        spot.tools,
        crew,
    )


def joined(setup: list[Segment], run: list[Segment]) -> tuple[Segment, ...]:
    if setup and run and setup[-1][1] == run[0][0]:
        return (*setup[:-1], (setup[-1][0], run[0][1]), *run[1:])
    return (*setup, *run)


def latest_minutes(segments: list[Segment], minutes: int) -> list[Segment]:
    """The last ``minutes`` of worked time in the segments."""
    kept: list[Segment] = []
    for start, end in reversed(segments):
        if minutes <= 0:
            break
        begin = max(start, end - minutes)
        kept.append((begin, end))
        minutes -= end - begin
    return kept[::-1]


def covers(more: tuple[tuple[int, int], ...], fewer: tuple[tuple[int, int], ...]) -> bool:
    if more == fewer:
        return True
    have = dict(more)
    return all(have.get(skill, 0) >= heads for skill, heads in fewer)


def long_enough(
    machine: Bookings, i: int, held: int, run: int, setup: int, minutes: int, hard: int
) -> tuple[int, int]:
    """Earliest begin and position of a gap in which setup and run could fit without a pause.

    Stops at bookings that end after ``hard``: they may give way.
    """
    starts, ends = machine.starts, machine.ends
    count = len(ends)
    while i < count and ends[i] <= hard:
        at = held + setup
        if (at if at > run else run) + minutes <= starts[i]:
            break
        held = ends[i]
        i += 1
    return held, i
