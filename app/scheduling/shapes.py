"""The shape of one operation's work in time: setup into run, with the pauses calendars force."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from app.scheduling.problem import FOREVER, Pausing
from app.scheduling.windows import Segment, Stretches


@dataclass(slots=True)
class Work:
    """What has to be worked: minutes of setup, and the run.

    ``run``: minutes of the run when it is not cut. With ``turn`` > 0 (and pausing between turns)
    the run is ``total`` seconds * 100 in whole turns, and each stretch is rounded up to minutes.
    ``pace``: seconds * 100 per minute at the machine's efficiency.
    """

    setup: int
    run: int
    total: int = 0
    turn: int = 0
    pace: int = 6000


@dataclass(slots=True)
class Shape:
    setup_start: int
    setup_end: int
    start: int
    end: int
    runs: list[Segment] | None = None  # None: every open minute between start and end


def shape(
    work: Work,
    pausing: Pausing,
    setup_clock: Stretches,
    run_clock: Stretches,
    held: int,
    run: int,
    starts: Stretches | None = None,
) -> Shape | None:
    """The earliest shape whose setup starts at or after ``held`` and run at or after ``run``.

    ``starts``: the ticks at which the run may begin.
    """
    while True:
        found = _earliest(work, pausing, setup_clock, run_clock, held, run)
        if found is None or starts is None:
            return found
        run = starts.next_open(found.start)
        if run == found.start:
            return found
        if run >= FOREVER:
            return None


def _earliest(
    work: Work, pausing: Pausing, setup_clock: Stretches, run_clock: Stretches, held: int, run: int
) -> Shape | None:
    if pausing is Pausing.NEVER:
        return _whole(work, setup_clock, run_clock, held, run)
    if pausing is Pausing.TURNS:
        return _turns(work, setup_clock, run_clock, held, run)
    found = _into_run(work, setup_clock, run_clock, held, run)
    if found is None:
        return None
    begin, setup_end, start = found
    end = run_clock.advance(start, work.run)
    return None if end >= FOREVER else Shape(begin, setup_end, start, end)


def _into_run(
    work: Work, setup_clock: Stretches, run_clock: Stretches, held: int, run: int
) -> tuple[int, int, int] | None:
    """Setup start, setup end and run start; nothing but closed time lies between the last two."""
    setup = work.setup
    if setup == 0:
        start = run_clock.next_open(held if held > run else run)
        return None if start >= FOREVER else (start, start, start)
    begin = setup_clock.next_open(held)
    setup_end = setup_clock.advance(begin, setup)
    if setup_end >= FOREVER:
        return None
    start = run_clock.next_open(setup_end) if work.run else setup_end
    if start < run:
        begin = setup_clock.next_open(max(held, setup_clock.retreat(run, setup)))
        setup_end = setup_clock.advance(begin, setup)
        start = run_clock.next_open(setup_end) if work.run else setup_end
        if start < run:  # the setup crew is off just before: the setup must reach beyond
            opening = setup_clock.next_open(run)
            if opening >= FOREVER:
                return None
            begin = setup_clock.retreat(opening + 1, setup)
            setup_end = setup_clock.advance(begin, setup)
            start = run_clock.next_open(setup_end) if work.run else setup_end
    if setup_end >= FOREVER or start >= FOREVER:
        return None
    return begin, setup_end, start


def _whole(
    work: Work, setup_clock: Stretches, run_clock: Stretches, held: int, run: int
) -> Shape | None:
    """No pause at all: setup and run in one go."""
    setup, minutes = work.setup, work.run
    earliest = max(held, run - setup)
    if setup == 0 or setup_clock is run_clock:
        begin = run_clock.holding(earliest, setup + minutes)
        if begin >= FOREVER:
            return None
        return Shape(begin, begin + setup, begin + setup, begin + setup + minutes)
    while True:
        begin = setup_clock.holding(earliest, setup)
        if begin >= FOREVER:
            return None
        start = run_clock.holding(begin + setup, minutes) if minutes else begin + setup
        if start >= FOREVER:
            return None
        if start == begin + setup:
            return Shape(begin, start, start, start + minutes)
        earliest = start - setup


def _turns(
    work: Work, setup_clock: Stretches, run_clock: Stretches, held: int, run: int
) -> Shape | None:
    """Pauses in the run fall between turns; a run without turns is one turn."""
    turn = work.turn or work.total
    if turn and run_clock.longest * work.pace < turn:
        return None
    while True:
        found = _into_run(work, setup_clock, run_clock, held, run)
        if found is None:
            return None
        begin, setup_end, start = found
        closing = run_clock.closing(start)
        if work.run and (closing - start) * work.pace < turn:  # no turn fits before the closing
            run = run_clock.next_open(closing)
            if run >= FOREVER:
                return None
            continue
        runs = _stretches_of_turns(work, turn, run_clock, start)
        if runs is None:
            return None
        return Shape(begin, setup_end, start, runs[-1][1] if runs else start, runs)


def _stretches_of_turns(
    work: Work, turn: int, clock: Stretches, start: int
) -> list[Segment] | None:
    left, runs = work.total, []
    i = bisect_right(clock.ends, start)
    while left > 0:
        if i == len(clock.ends):
            return None
        begin = max(start, clock.starts[i])
        amount = min(left, (clock.ends[i] - begin) * work.pace // turn * turn)
        if amount:
            runs.append((begin, begin - (-amount // work.pace)))
            left -= amount
        i += 1
    return runs
