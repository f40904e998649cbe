"""Schedules as plain integers: small and quick to send from a solver process.

Layout per placement: operation, mode, setup_start, start, end, the counts of segments, tools and
assignments, then those one after the other. Dataclasses would be pickled attribute by attribute.
"""

from __future__ import annotations

from array import array

from app.scheduling.problem import Assignment, Placement, Schedule, Unplaced

Packed = tuple[bytes, tuple[tuple[int, str, tuple[tuple[str, str], ...]], ...]]


def pack(schedule: Schedule) -> Packed:
    """The schedule as 64-bit integers, and what is unplaced."""
    numbers = array("q")
    for p in schedule.placements:
        counts = (len(p.segments), len(p.tools), len(p.crew))
        numbers.extend((p.operation, p.mode, p.setup_start, p.start, p.end, *counts))
        for segment in p.segments:
            numbers.extend(segment)
        numbers.extend(p.tools)
        for work in p.crew:
            numbers.extend((work.operator, work.start, work.end, work.setup))
    unplaced = tuple((item.operation, item.reason, item.values) for item in schedule.unplaced)
    return numbers.tobytes(), unplaced


def unpack(packed: Packed) -> Schedule:
    """The inverse of ``pack``."""
    data, unplaced = packed
    numbers = array("q")
    numbers.frombytes(data)
    values = numbers.tolist()
    placements = []
    at = 0
    while at < len(values):
        segments, tools, crew = values[at + 5 : at + 8]
        operation, mode, setup_start, start, end = values[at : at + 5]
        at += 8
        cuts = values[at : at + 2 * segments]
        at += 2 * segments
        held = tuple(values[at : at + tools])
        at += tools
        work = values[at : at + 4 * crew]
        at += 4 * crew
        pieces = tuple(zip(cuts[::2], cuts[1::2], strict=True))
        people = tuple(
            Assignment(work[k], work[k + 1], work[k + 2], bool(work[k + 3]))
            for k in range(0, len(work), 4)
        )
        placements.append(Placement(operation, mode, setup_start, start, end, pieces, held, people))
    return Schedule(tuple(placements), tuple(Unplaced(*item) for item in unplaced))
