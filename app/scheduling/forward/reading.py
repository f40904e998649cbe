"""The plan that stands in a ``State``, as columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.scheduling.forward.compiled import entry, reference
from app.scheduling.forward.records import SEGMENTS, SETUP_SEGMENTS
from app.scheduling.forward.shapes import segments


@entry
def worked_stretches(plant_arrays: Any, state_arrays: Any, operations: Any) -> Any:
    """(marks, segments) of some operations, setup and run joined where nothing lies between."""
    plant, state = reference(plant_arrays), reference(state_arrays)
    count = len(operations)
    at = np.zeros(count + 1, np.int64)
    found = np.zeros((2 * count + 16, 2), np.int64)
    size = 0
    for number in range(count):
        at[number] = size
        spot = state.spot[operations[number]]
        segments(plant, state, spot)
        if size + state.count[SEGMENTS] > len(found):
            more = np.zeros((2 * len(found) + state.count[SEGMENTS], 2), np.int64)
            more[:size] = found[:size]
            found = more
        for k in range(state.count[SEGMENTS]):
            start, end = state.segment[k, 0], state.segment[k, 1]
            if k > 0 and k == state.count[SETUP_SEGMENTS] and found[size - 1, 1] == start:
                found[size - 1, 1] = end
            else:
                found[size, 0], found[size, 1] = start, end
                size += 1
    at[count] = size
    return at, found[:size]
