"""Schedules as plain integers: small and quick to send from a solver process.

They travel as the bytes of ``Columns``. Dataclasses would be pickled attribute by attribute. What
arrives stands in columns, too: its records are made for whoever asks for them.
"""

from __future__ import annotations

import numpy as np

from app.scheduling.columns import Columns, InColumns, Ints, columns_of
from app.scheduling.problem import Schedule, Unplaced

Part = tuple[str, bytes]
Packed = tuple[tuple[Part, ...], tuple[tuple[int, str, tuple[tuple[str, str], ...]], ...]]
NARROW, WIDE = np.dtype(np.int32), np.dtype(np.int64)


def pack(schedule: Schedule) -> Packed:
    """The schedule as integers, and what is unplaced."""
    c = columns_of(schedule)
    parts = (c.times, c.segment_count, c.segments, c.tool_count, c.tools, c.crew_count, c.crew)
    unplaced = tuple((item.operation, item.reason, item.values) for item in schedule.unplaced)
    return tuple(map(_packed, parts)), unplaced


def unpack(packed: Packed) -> Schedule:
    """The inverse of ``pack``."""
    data, unplaced = packed
    parts = [np.frombuffer(part, kind).astype(np.int64) for kind, part in data]
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
    return InColumns(columns, tuple(Unplaced(*item) for item in unplaced))


def _packed(part: Ints) -> Part:
    """Nearly always half as wide as it may be: nobody has to wait for empty bytes."""
    fits = np.iinfo(NARROW)
    narrow = part.min(initial=0) >= fits.min and part.max(initial=0) <= fits.max
    kind = NARROW if narrow else WIDE
    return kind.str, part.astype(kind).tobytes()
