"""Schedules as plain integers: small and quick to send from a solver process.

They travel as the bytes of ``Columns``. Dataclasses would be pickled attribute by attribute.
"""

from __future__ import annotations

import numpy as np

from app.scheduling.columns import Columns
from app.scheduling.problem import Schedule, Unplaced

Packed = tuple[tuple[bytes, ...], tuple[tuple[int, str, tuple[tuple[str, str], ...]], ...]]


def pack(schedule: Schedule) -> Packed:
    """The schedule as 64-bit integers, and what is unplaced."""
    c = Columns.of(schedule.placements)
    parts = (c.times, c.segment_count, c.segments, c.tool_count, c.tools, c.crew_count, c.crew)
    unplaced = tuple((item.operation, item.reason, item.values) for item in schedule.unplaced)
    return tuple(part.tobytes() for part in parts), unplaced


def unpack(packed: Packed) -> Schedule:
    """The inverse of ``pack``."""
    data, unplaced = packed
    parts = [np.frombuffer(part, np.int64) for part in data]
    times, segment_count, segments, tool_count, tools, crew_count, crew = parts
    columns = Columns(
        times.reshape(-1, 5),
        segment_count,
        segments.reshape(-1, 2),
        tool_count,
        tools,
        crew_count,
        crew.reshape(-1, 4),
    )
    return Schedule(tuple(columns.placements()), tuple(Unplaced(*item) for item in unplaced))
