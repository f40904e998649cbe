"""Gestures on the week: draw, move and stretch shifts and breaks. Nothing changes before the drop.

Each gesture says what the rows would be; the grid draws them as a ghost and tells what follows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from app.views.plant.shift_span import SHORTEST, ShiftSpan, snapped

Values = Mapping[str, Any]
Pair = tuple[Values | None, Values | None]
"""(row before, row after); None = there is none."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the pointer is: weekday and minutes after its midnight."""

    weekday: int
    minutes: float


class Gesture(ABC):
    """One gesture, from press to drop."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, at: Spot, step: int) -> None:
        self.at = at
        self.step = step
        self.now = at

    def move(self, spot: Spot, step: int) -> None:
        self.now, self.step = spot, step

    @abstractmethod
    def span(self) -> ShiftSpan | None:
        """The shift as it would be; None = nothing yet."""

    def row(self) -> Values | None:
        """The row it is about; None for a new shift."""
        return None

    def _snapped(self, minutes: float) -> int:
        return snapped(minutes, self.step)


class DrawShift(Gesture):
    """Drag over empty ground: a new shift from press to drop."""

    cursor = Qt.CursorShape.CrossCursor

    def span(self) -> ShiftSpan | None:
        first, last = sorted((self._snapped(self.at.minutes), self._snapped(self.now.minutes)))
        first = max(first, 0)
        if last - first < SHORTEST or first >= 24 * 60:
            return None
        return ShiftSpan(self.at.weekday, first, min(last, first + 24 * 60))


class _OnShift(Gesture):
    def __init__(self, at: Spot, step: int, row: Values) -> None:
        super().__init__(at, step)
        self._row = row
        self.before = ShiftSpan.of(row)

    def row(self) -> Values:
        return self._row


class MoveShift(_OnShift):
    """Drag a shift to another time and day."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def span(self) -> ShiftSpan | None:
        start = self._snapped(self.before.start + self.now.minutes - self.at.minutes)
        moved = self.before.moved(start - self.before.start, self.now.weekday)
        return moved if moved != self.before else None


class DragEdge(_OnShift):
    """Drag the start or the end of a shift."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, at: Spot, step: int, row: Values, *, end: bool) -> None:
        super().__init__(at, step, row)
        self._end = end

    def span(self) -> ShiftSpan | None:
        by = self.now.minutes - self.at.minutes
        if self._end:
            return self.before.stopping(self._snapped(self.before.stop + by))
        return self.before.starting(self._snapped(self.before.start + by))


class DrawBreak(_OnShift):
    """Drag inside a shift while breaks are drawn: a new break."""

    cursor = Qt.CursorShape.CrossCursor

    def span(self) -> ShiftSpan | None:
        first, last = sorted((self._snapped(self.at.minutes), self._snapped(self.now.minutes)))
        return self.before.with_break(first, last) if last > first else None


class DragBreak(_OnShift):
    """Drag a break, or one of its ends (``part``: "break", "break_start", "break_end")."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, at: Spot, step: int, row: Values, place: int, part: str) -> None:
        super().__init__(at, step, row)
        self._place, self._part = place, part

    def span(self) -> ShiftSpan | None:
        by = self.now.minutes - self.at.minutes
        first, last = self.before.breaks[self._place]
        if self._part == "break":
            moved = self._snapped(first + by)
            first, last = moved, moved + last - first
        elif self._part == "break_start":
            first = min(self._snapped(first + by), last - self.step)
        else:
            last = max(self._snapped(last + by), first + self.step)
        return self.before.with_break(first, last, instead_of=self._place)
