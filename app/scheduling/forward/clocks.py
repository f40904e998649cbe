"""Open time: the arithmetic of ``windows.Stretches``, on the stretches of a clock."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.problem import FOREVER


@compiled
def after_ends(plant: Any, clock: Any, time: Any) -> Any:
    """The first stretch that ends after ``time``."""
    low, high = plant.clock[clock].at, plant.clock[clock].end
    while low < high:
        middle = (low + high) // 2
        if plant.stretch[middle].end <= time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def last_begun(plant: Any, clock: Any, time: Any) -> Any:
    """The last stretch that begins at or before ``time``; the one before the first if none."""
    low, high = plant.clock[clock].at, plant.clock[clock].end
    while low < high:
        middle = (low + high) // 2
        if plant.stretch[middle].start <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def next_open(plant: Any, clock: Any, time: Any) -> Any:
    i = after_ends(plant, clock, time)
    if i == plant.clock[clock].end:
        return FOREVER
    return max(plant.stretch[i].start, time)


@compiled
def worked(plant: Any, clock: Any, time: Any) -> Any:
    i = last_begun(plant, clock, time)
    if i < plant.clock[clock].at:
        return 0
    s = plant.stretch[i]
    return s.before + min(time, s.end) - s.start


@compiled
def advance(plant: Any, clock: Any, time: Any, minutes: Any) -> Any:
    if minutes <= 0:
        return time
    target = worked(plant, clock, time) + minutes
    low, high = plant.clock[clock].at, plant.clock[clock].end
    last = high
    while low < high:
        middle = (low + high) // 2
        if plant.stretch[middle].full < target:
            low = middle + 1
        else:
            high = middle
    if low == last:
        return FOREVER
    return plant.stretch[low].start + target - plant.stretch[low].before


@compiled
def retreat(plant: Any, clock: Any, time: Any, minutes: Any) -> Any:
    if minutes <= 0:
        return time
    target = worked(plant, clock, time) - minutes
    if target < 0:
        return -FOREVER
    low, high = plant.clock[clock].at, plant.clock[clock].end
    while low < high:
        middle = (low + high) // 2
        if plant.stretch[middle].before <= target:
            low = middle + 1
        else:
            high = middle
    return plant.stretch[low - 1].start + target - plant.stretch[low - 1].before


@compiled
def holding(plant: Any, clock: Any, time: Any, minutes: Any) -> Any:
    if minutes > plant.clock[clock].longest:
        return FOREVER
    for i in range(after_ends(plant, clock, time), plant.clock[clock].end):
        start = max(plant.stretch[i].start, time)
        if plant.stretch[i].end - start >= minutes:
            return start
    return FOREVER


@compiled
def closing(plant: Any, clock: Any, time: Any) -> Any:
    i = after_ends(plant, clock, time)
    if i == plant.clock[clock].end or plant.stretch[i].start > time:
        return time
    return plant.stretch[i].end
