"""The shape of one operation's work in time (see ``scheduling.shapes``), and its segments."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.clocks import (
    advance,
    after_ends,
    closing,
    holding,
    next_open,
    retreat,
    worked,
)
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import ANYWHERE, NEVER, SEGMENTS, SETUP_SEGMENTS
from app.scheduling.problem import FOREVER


@compiled
def shape(plant: Any, spot: Any, pausing: Any, held: Any, run: Any) -> Any:
    """Writes the earliest times into ``spot``; False if there are none.

    ``spot`` says what is to be worked (setup, total, turn, pace), by which clocks and where.
    """
    starts = plant.machine[plant.way[spot.way].machine].starts
    while _earliest(plant, spot, pausing, held, run):
        if starts < 0:
            return True
        run = next_open(plant, starts, spot.start)
        if run == spot.start:
            return True
        if run >= FOREVER:
            return False
    return False


@compiled
def _earliest(plant: Any, spot: Any, pausing: Any, held: Any, run: Any) -> Any:
    minutes = -(-spot.total // spot.pace)
    spot.turns = 0
    if pausing == NEVER:
        return _whole(plant, spot, minutes, held, run)
    if pausing == ANYWHERE:
        if not _into_run(plant, spot, minutes, held, run):
            return False
        spot.end = advance(plant, spot.running, spot.start, minutes)
        return spot.end < FOREVER
    return _turns(plant, spot, minutes, held, run)


@compiled
def _into_run(plant: Any, spot: Any, minutes: Any, held: Any, run: Any) -> Any:
    """Setup and run start; nothing but closed time lies between setup and run."""
    setup, setting, running = spot.setup, spot.setting, spot.running
    if setup == 0:
        start = next_open(plant, running, max(held, run))
        spot.setup_start = spot.setup_end = spot.start = start
        return start < FOREVER
    begin = next_open(plant, setting, held)
    setup_end = advance(plant, setting, begin, setup)
    if setup_end >= FOREVER:
        return False
    start = next_open(plant, running, setup_end) if minutes else setup_end
    if start < run:
        begin = next_open(plant, setting, max(held, retreat(plant, setting, run, setup)))
        setup_end = advance(plant, setting, begin, setup)
        start = next_open(plant, running, setup_end) if minutes else setup_end
        if start < run:  # the setup crew is off just before: the setup must reach beyond
            first = next_open(plant, setting, run)
            if first >= FOREVER:
                return False
            begin = retreat(plant, setting, first + 1, setup)
            setup_end = advance(plant, setting, begin, setup)
            start = next_open(plant, running, setup_end) if minutes else setup_end
    spot.setup_start, spot.setup_end, spot.start = begin, setup_end, start
    return setup_end < FOREVER and start < FOREVER


@compiled
def _whole(plant: Any, spot: Any, minutes: Any, held: Any, run: Any) -> Any:
    """No pause at all: setup and run in one go."""
    setup, setting, running = spot.setup, spot.setting, spot.running
    earliest = max(held, run - setup)
    if setup == 0 or setting == running:
        begin = holding(plant, running, earliest, setup + minutes)
        if begin >= FOREVER:
            return False
    else:
        while True:
            begin = holding(plant, setting, earliest, setup)
            if begin >= FOREVER:
                return False
            start = begin + setup
            if minutes:
                start = holding(plant, running, begin + setup, minutes)
            if start >= FOREVER:
                return False
            if start == begin + setup:
                break
            earliest = start - setup
    spot.setup_start = begin
    spot.setup_end = spot.start = begin + setup
    spot.end = begin + setup + minutes
    return True


@compiled
def _turns(plant: Any, spot: Any, minutes: Any, held: Any, run: Any) -> Any:
    """Pauses in the run fall between turns; a run without turns is one turn."""
    running = spot.running
    turn = spot.turn if spot.turn else spot.total
    if turn and plant.clock[running].longest * spot.pace < turn:
        return False
    while True:
        if not _into_run(plant, spot, minutes, held, run):
            return False
        shut = closing(plant, running, spot.start)
        if minutes and (shut - spot.start) * spot.pace < turn:  # no turn before the closing
            run = next_open(plant, running, shut)
            if run >= FOREVER:
                return False
            continue
        spot.turns = 1
        spot.end = end_of_turns(plant, spot)
        return spot.end < FOREVER


@compiled
def end_of_turns(plant: Any, spot: Any) -> Any:
    """When all turns are done; FOREVER if they never are."""
    turn = spot.turn if spot.turn else spot.total
    left, end = spot.total, spot.start
    i = after_ends(plant, spot.running, spot.start)
    while left > 0:
        if i == plant.clock[spot.running].end:
            return FOREVER
        begin = max(spot.start, plant.stretch[i].start)
        amount = min(left, (plant.stretch[i].end - begin) * spot.pace // turn * turn)
        if amount:
            end = begin - (-amount // spot.pace)
            left -= amount
        i += 1
    return end


# -- segments ----------------------------------------------------------------------------------


@compiled
def between(plant: Any, state: Any, clock: Any, start: Any, end: Any, count: Any) -> Any:
    """Adds the open parts of ``[start, end)`` to the scratch; their new number."""
    if end <= start:
        return count
    i = after_ends(plant, clock, start)
    while i < plant.clock[clock].end and plant.stretch[i].start < end:
        state.segment[count, 0] = max(start, plant.stretch[i].start)
        state.segment[count, 1] = min(end, plant.stretch[i].end)
        count += 1
        i += 1
    return count


@compiled
def run_segments(plant: Any, state: Any, spot: Any, count: Any) -> Any:
    """Adds the worked stretches of the run to the scratch; their new number."""
    if not spot.turns:
        return between(plant, state, spot.running, spot.start + spot.late, spot.end, count)
    turn = spot.turn if spot.turn else spot.total
    left, first = spot.total, spot.start + spot.late
    i = after_ends(plant, spot.running, first)
    while left > 0:
        begin = max(first, plant.stretch[i].start)
        amount = min(left, (plant.stretch[i].end - begin) * spot.pace // turn * turn)
        if amount:
            state.segment[count, 0] = begin
            state.segment[count, 1] = begin - (-amount // spot.pace)
            count += 1
            left -= amount
        i += 1
    return count


@compiled
def segments(plant: Any, state: Any, spot: Any) -> Any:
    """Writes all worked stretches into the scratch, those of the setup first."""
    count = 0
    if spot.setup > 0:
        count = between(plant, state, spot.setting, spot.setup_start, spot.setup_end, 0)
    state.count[SETUP_SEGMENTS] = count
    state.count[SEGMENTS] = run_segments(plant, state, spot, count)


@compiled
def worked_run(plant: Any, state: Any, spot: Any) -> Any:
    """Minutes worked in the run."""
    if not spot.turns:
        open_before = worked(plant, spot.running, spot.start + spot.late)
        return worked(plant, spot.running, spot.end) - open_before
    minutes = 0
    for k in range(run_segments(plant, state, spot, 0)):
        minutes += state.segment[k, 1] - state.segment[k, 0]
    return minutes


@compiled
def setup_minutes(plant: Any, operation: Any, way: Any, minutes: Any) -> Any:
    """Of the whole setup, when the changeover takes ``minutes``."""
    whole = way.setup + minutes
    return whole + plant.operation[operation].first_piece if whole > 0 else 0


@compiled
def share(minutes: Any, p: Any, q: Any) -> Any:
    """ceil(minutes * p / q)"""
    return -(-minutes * p // q)


@compiled
def first_transfer(plant: Any, state: Any, spot: Any, p: Any, q: Any) -> Any:
    """When the first transfer batch, ceil(run * p / q) minutes of work, is done."""
    left = share(worked_run(plant, state, spot), p, q)
    if not spot.turns:
        if left <= 0:
            return spot.start
        return advance(plant, spot.running, spot.start + spot.late, left)
    reached = spot.start
    for k in range(run_segments(plant, state, spot, 0)):
        if left <= 0:
            break
        start, end = state.segment[k, 0], state.segment[k, 1]
        reached = min(end, start + left)
        left -= reached - start
    return reached
