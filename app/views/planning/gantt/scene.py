"""What the raster draws, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.bars import Floats, Ints, PlanBars, Tracks, Windows
from app.views.planning.gantt.ghosts import GhostRows
from app.views.planning.gantt.style import Style
from app.views.planning.gantt.time_grid import TimeGrid


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is painted, at this moment. ``shades`` holds one code per bar (see style)."""

    bars: PlanBars
    tracks: Tracks
    shades: NDArray[np.uint8]
    windows: Sequence[Windows]
    calendar_of_row: Sequence[int]
    grid: TimeGrid
    style: Style
    ghosts: GhostRows | None = None
    """Where bars stood in another plan: on the ground, behind all bars."""


@dataclass(frozen=True, slots=True)
class ShownBars:
    """Bars drawn wide enough for words; x in logical pixels, ``slot`` numbers the tracks."""

    bar: Ints
    slot: Ints
    begin: Floats
    run: Floats
    end: Floats


_NONE = np.zeros(0, np.int64)
NOTHING_SHOWN = ShownBars(_NONE, _NONE, np.zeros(0), np.zeros(0), np.zeros(0))
