"""A shift as an interval on the time axis of its day: what gestures and keys move and stretch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

DAY = 24 * 60
SHORTEST = 15

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ShiftSpan:
    """Minutes after the midnight its day begins with; ``stop`` beyond 1440 = the next day.

    ``breaks`` lie inside, in their order.
    """

    weekday: int
    start: int
    stop: int
    breaks: tuple[Span, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ShiftSpan:
        """The span of a row of the sheet Shifts."""
        start, end = int(values["start"]), int(values["end"])
        stop = end if end > start else end + DAY
        breaks = sorted(_inside(start, int(a), int(b)) for a, b in values.get("breaks") or ())
        return cls(int(values["weekday"]), start, stop, tuple(breaks))

    def put(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The row with this day, these times and these breaks."""
        row = dict(values) | {
            "weekday": self.weekday,
            "start": self.start,
            "end": _clock_end(self.stop),
            "breaks": [[a % DAY, _clock_end(b)] for a, b in self.breaks],
        }
        if not row["breaks"]:
            del row["breaks"]
        return row

    @property
    def minutes(self) -> int:
        """Minutes worked."""
        return self.stop - self.start - sum(b - a for a, b in self.breaks)

    def moved(self, minutes: int, weekday: int | None = None) -> ShiftSpan:
        """Later or earlier, with its breaks; it always begins on its day."""
        by = min(max(minutes, -self.start), DAY - 1 - self.start)
        breaks = tuple((a + by, b + by) for a, b in self.breaks)
        return ShiftSpan(weekday or self.weekday, self.start + by, self.stop + by, breaks)

    def starting(self, at: int) -> ShiftSpan:
        """With another start; at most a day long, never shorter than ``SHORTEST``."""
        start = min(max(at, 0, self.stop - DAY), min(self.stop - SHORTEST, DAY - 1))
        return replace(self, start=start)._trimmed()

    def stopping(self, at: int) -> ShiftSpan:
        """With another end; at most a day long, never shorter than ``SHORTEST``."""
        stop = max(min(at, self.start + DAY), self.start + SHORTEST)
        return replace(self, stop=stop)._trimmed()

    def with_break(self, first: int, last: int, instead_of: int | None = None) -> ShiftSpan:
        """With a break more, or another one ``instead_of`` the break of that place."""
        kept = [each for place, each in enumerate(self.breaks) if place != instead_of]
        return replace(self, breaks=(*kept, (min(first, last), max(first, last))))._trimmed()

    def without_break(self, place: int) -> ShiftSpan:
        kept = tuple(each for number, each in enumerate(self.breaks) if number != place)
        return replace(self, breaks=kept)

    def _trimmed(self) -> ShiftSpan:
        """Breaks inside the shift, joined where they touch."""
        joined: list[Span] = []
        for first, last in sorted(self.breaks):
            first, last = max(first, self.start), min(last, self.stop)
            if first >= last or (first <= self.start and last >= self.stop):
                continue
            if joined and first <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(last, joined[-1][1])
            else:
                joined.append((first, last))
        return replace(self, breaks=tuple(joined))


def _inside(shift_start: int, start: int, end: int) -> Span:
    """A break after midnight is typed as 00:00 and lies on the shift's second day."""
    last = end if end > start else end + DAY
    moved = DAY if start < shift_start else 0
    return start + moved, last + moved


def _clock_end(minutes: int) -> int:
    return minutes if minutes <= DAY else minutes - DAY


def snapped(minutes: float, step: int) -> int:
    return round(minutes / step) * step


# ---------------------------------------------------------------- times as text

_TIME = re.compile(r"(\d{1,2})[::.点]?(\d{2})?")


def clock(minutes: int) -> str:
    """``07:30``; a time of the next day as ``04:30 +1``."""
    days, rest = divmod(minutes, DAY)
    if rest == 0 and days:
        return "24:00" if days == 1 else f"24:00 +{days - 1}"
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{text} +{days}" if days else text


def read_clock(text: str) -> int | None:
    """``7:30``, ``730``, ``0730``, ``7``, ``24:00`` as minutes of the day; None if it is none."""
    typed = text.strip().translate(_WIDE)
    if typed.isdecimal() and len(typed) in (3, 4):
        typed = f"{typed[:-2]}:{typed[-2:]}"
    found = _TIME.fullmatch(typed)
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    return minutes if minutes <= DAY and int(found[2] or 0) < 60 else None


def read_spans(text: str) -> list[list[int]] | None:
    """``12:00-13:00; 15:00-15:10`` as clock minutes; None if a part is none."""
    spans = []
    for part in re.split(r"[;,、\n\uff1b\uff0c]", text):
        if not part.strip():
            continue
        ends = [read_clock(end) for end in re.split(r"\s*[-–—~至到]\s*", part.strip())]
        if len(ends) != 2 or None in ends or ends[0] == ends[1]:
            return None
        spans.append([end for end in ends if end is not None])
    return spans


def spans_text(spans: Any) -> str:
    """The opposite of ``read_spans``."""
    return "; ".join(f"{clock(int(a))}-{clock(int(b))}" for a, b in spans or ())


_WIDE = {0xFF10 + n: str(n) for n in range(10)} | {0xFF1A: ":"}
