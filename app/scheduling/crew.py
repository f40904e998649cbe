"""Who works: operators by name for setup and run, with hand-over where it is allowed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.scheduling.problem import FOREVER, Assignment
from app.scheduling.shop import Demand, Shift, Shop
from app.scheduling.timelines import Bookings, Heads, enough
from app.scheduling.windows import Segment, Stretches

Displace = Callable[[int], bool]
"""Takes an operation out of the way of a repair; False if it has to stay."""


@dataclass(slots=True)
class _Mark:
    """Before ``time`` nobody is free for ``minutes`` on the clock: plans only get fuller."""

    clock: Stretches
    time: int
    minutes: int


class Crews:
    """The operators' bookings, and the search for people who can work a stretch."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.bookings = [Bookings() for _ in shop.problem.operators]
        self.overtime: dict[tuple[int, int], int] = {}  # (operator, period) -> minutes
        self.displace: Displace | None = None
        self.heads = [Heads(dict(steps)) for steps in shop.on_shift]
        self._marks: dict[tuple[int, int, int, int], _Mark] = {}
        self._pending: dict[tuple[int, int], int] = {}
        self._team: list[Assignment] = []
        self.failed_skill = 0

    # -- searching ------------------------------------------------------------------------

    def begin(self) -> None:
        """Forgets the people picked so far for the operation at hand."""
        self._team = []
        self._pending = {}

    def earliest(self, heads: Demand, clock: Stretches, time: int, minutes: int) -> int:
        """No run that begins before this tick finds people for ``minutes`` on this clock."""
        if self.displace is not None or minutes <= 0:
            return time
        for skill, count in heads:
            size = minutes.bit_length()
            key = (id(clock), skill, count, size)
            mark = self._marks.get(key)
            if mark is None:
                least = max(self.shop.least_need[skill, count], 1 << (size - 1))
                mark = self._marks[key] = _Mark(clock, self.shop.now, least)
            free = self.heads[skill]
            if time <= mark.time:
                mark.time = time = enough(free, clock, mark.time, count, mark.minutes)
            time = enough(free, clock, time, count, minutes)
            if time >= FOREVER:
                self.failed_skill = skill
                return FOREVER
        return time

    def _reopen(self, start: int) -> None:
        """Somebody is free again from ``start`` on."""
        for mark in self._marks.values():
            if start < mark.time + mark.minutes:
                first = mark.clock.retreat(start, mark.minutes)
                mark.time = max(self.shop.now, min(mark.time, first))

    @property
    def team(self) -> tuple[Assignment, ...]:
        """The people picked since ``begin``."""
        return tuple(self._team)

    def fill(
        self, heads: Demand, segments: Sequence[Segment], *, setup: bool, prefer: Sequence[int] = ()
    ) -> int:
        """Finds people for all segments; 0, or the next time at which a start may succeed."""
        for skill, count in heads:
            for _ in range(count):
                for start, end in segments:
                    hint = self._cover(skill, start, end, setup, prefer)
                    if hint:
                        self.failed_skill = skill
                        return hint
        return 0

    def fill_same(
        self, heads: Demand, segments: Sequence[Segment], *, prefer: Sequence[int] = ()
    ) -> int:
        """Like ``fill`` for a run whose people may not change."""
        for skill, count in heads:
            for _ in range(count):
                hint = self._cover_all(skill, segments, prefer)
                if hint:
                    self.failed_skill = skill
                    return hint
        return 0

    def _cover(self, skill: int, start: int, end: int, setup: bool, prefer: Sequence[int]) -> int:
        """One head for one segment; people relieve each other at the ends of their windows."""
        time = start
        while time < end:
            chosen, reach, hint = self._longest(skill, time, end, prefer)
            if chosen < 0:
                return hint
            self._team.append(Assignment(chosen, time, reach, setup))
            if self.shop.capped[chosen]:
                for key, minutes in self._overtime_parts(chosen, time, reach):
                    self._pending[key] = self._pending.get(key, 0) + minutes
            time = reach
        return 0

    def _longest(
        self, skill: int, time: int, end: int, prefer: Sequence[int]
    ) -> tuple[int, int, int]:
        """(operator, until when, hint): who can stay longest from ``time`` on; -1 if nobody."""
        if self.displace is None and not prefer:
            return self._scan_free(skill, time, end)
        roster = self.shop.roster[skill]
        if prefer:
            roster = sorted(roster, key=lambda shift: shift.operator not in prefer)
        found = self._scan(roster, time, end, None)
        if found[1] < end and self.displace:  # nobody free stays to the end: push others away
            found = self._scan(roster, time, end, self.displace)
        return found

    def _scan_free(self, skill: int, time: int, end: int) -> tuple[int, int, int]:
        """The first in the roster who can stay: it packs people, and leaves whole ones free."""
        best, best_reach, hint = -1, time, FOREVER
        bookings = self.bookings
        for team in self.shop.teams[skill]:
            ends = team[0].ends
            i = bisect_right(ends, time)
            if i == len(ends):
                continue
            start = team[0].starts[i]
            if start > time:
                if start < hint:
                    hint = start
                continue
            for shift in team:
                book = bookings[shift.operator]
                ends = book.ends
                i = bisect_right(ends, time)
                if i < len(ends) and book.starts[i] <= time:
                    if ends[i] < hint:
                        hint = ends[i]
                    continue
                reach, again = self._reach(shift, time, end, None)
                if reach >= end:
                    return shift.operator, end, 0
                if reach > best_reach:
                    best, best_reach = shift.operator, reach
                elif again < hint:
                    hint = again
        return best, best_reach, hint

    def _scan(
        self, roster: Sequence[Shift], time: int, end: int, displace: Displace | None
    ) -> tuple[int, int, int]:
        best, best_reach, hint = -1, time, FOREVER
        for shift in roster:
            reach, again = self._reach(shift, time, end, displace)
            if reach >= end:
                return shift.operator, end, 0
            if reach > best_reach:
                best, best_reach = shift.operator, reach
            elif again < hint:
                hint = again
        return best, best_reach, hint

    def _reach(
        self, shift: Shift, time: int, end: int, displace: Displace | None
    ) -> tuple[int, int]:
        """(until when he can stay, when to ask again); the first is ``time`` if he cannot."""
        ends = shift.ends
        i = bisect_right(ends, time)
        if i == len(ends):
            return time, FOREVER
        if shift.starts[i] > time:
            return time, shift.starts[i]
        limit = ends[i] if ends[i] < end else end
        operator = shift.operator
        again = ends[i] if ends[i] > time else FOREVER
        book = self.bookings[operator]
        position = book.conflict(time, limit)
        while position >= 0 and displace and displace(book.owners[position]):
            position = book.conflict(time, limit)
        if position >= 0:
            again = book.ends[position]
            limit = book.starts[position]
            if limit <= time:
                return time, again
        if self._team:
            limit = self._own_limit(operator, time, limit)
            if limit <= time:
                return time, again
        if self.shop.capped[operator]:
            limit, later = self._overtime_limit(operator, time, limit)
            again = min(again, later)
        if limit >= end or limit <= time:
            return limit, again
        return self._last_cut(shift, time, limit), again

    @staticmethod
    def _last_cut(shift: Shift, time: int, limit: int) -> int:
        """The last end of a window of his own in ``(time, limit]``; ``time`` if there is none."""
        i = bisect_right(shift.cuts, limit) - 1
        return shift.cuts[i] if i >= 0 and shift.cuts[i] > time else time

    def _own_limit(self, operator: int, time: int, limit: int) -> int:
        """Nobody fills two heads at once."""
        for work in self._team:
            if work.operator == operator and work.start < limit and time < work.end:
                limit = max(time, work.start)
        return limit

    def _cover_all(self, skill: int, segments: Sequence[Segment], prefer: Sequence[int]) -> int:
        roster = sorted(self.shop.roster[skill], key=lambda s: s.operator not in prefer)
        hint = self._scan_all(roster, segments, None)
        if hint and self.displace:
            hint = self._scan_all(roster, segments, self.displace)
        return hint

    def _scan_all(
        self, roster: Sequence[Shift], segments: Sequence[Segment], displace: Displace | None
    ) -> int:
        hint = FOREVER
        for shift in roster:
            again = 0
            for start, end in segments:
                reach, ask = self._reach(shift, start, end, displace)
                if reach < end:
                    again = max(ask, start + 1)
                    break
            if not again:
                self._team += [Assignment(shift.operator, a, b, False) for a, b in segments]
                return 0
            hint = min(hint, again)
        return hint

    @staticmethod
    def named(operators: Sequence[int]) -> tuple[Assignment, ...]:
        """People to be preferred, in the form of a crew."""
        return tuple(Assignment(operator, 0, 0) for operator in operators)

    # -- overtime -------------------------------------------------------------------------

    def _overtime_parts(
        self, operator: int, start: int, end: int
    ) -> list[tuple[tuple[int, int], int]]:
        periods = self.shop.problem.overtime_periods
        parts: list[tuple[tuple[int, int], int]] = []
        for a, b in self.shop.overtime[operator].between(start, end):
            at = a
            while at < b:
                period = bisect_right(periods, at)
                until = min(b, periods[period]) if period < len(periods) else b
                parts.append(((operator, period), until - at))
                at = until
        return parts

    def _overtime_limit(self, operator: int, start: int, end: int) -> tuple[int, int]:
        """How long he can stay before his cap would be passed: to the overtime that does it.

        And from when on he could, at the end of that overtime, with what is left to him.
        """
        overtime = self.shop.overtime[operator]
        if overtime.next_open(start) >= end:
            return end, FOREVER
        cap = self.shop.problem.operators[operator].overtime_cap or 0
        used: dict[tuple[int, int], int] = {}
        for key, minutes in self._overtime_parts(operator, start, end):
            total = used.get(key, 0) + minutes
            used[key] = total
            left = cap - self.overtime.get(key, 0) - self._pending.get(key, 0)
            if total > left:
                first = overtime.next_open(start)
                later = overtime.closing(first) - left
                return max(start, first), later if left > 0 and later > start else FOREVER
        return end, FOREVER

    # -- booking --------------------------------------------------------------------------

    def book(self, crew: Sequence[Assignment], owner: int) -> None:
        for work in crew:
            self.bookings[work.operator].add(work.start, work.end, owner)
            if self.displace is None:
                self._count(work, 1)
            if self.shop.capped[work.operator]:
                for key, minutes in self._overtime_parts(work.operator, work.start, work.end):
                    self.overtime[key] = self.overtime.get(key, 0) + minutes

    def _count(self, work: Assignment, heads: int) -> None:
        """Free heads by skill speed up the making of a plan; a repair does not use them."""
        for skill in self.shop.skills_of[work.operator]:
            self.heads[skill].take(work.start, work.end, heads)

    def release(self, crew: Sequence[Assignment]) -> None:
        if crew and self._marks:
            self._reopen(min(work.start for work in crew))
        for work in crew:
            self.bookings[work.operator].remove(work.start, work.end)
            if self.displace is None:
                self._count(work, -1)
            if self.shop.capped[work.operator]:
                for key, minutes in self._overtime_parts(work.operator, work.start, work.end):
                    self.overtime[key] -= minutes

    def free(self, crew: Sequence[Assignment]) -> bool:
        """Whether all of these people are free for exactly these stretches."""
        used: dict[tuple[int, int], int] = {}
        for work in crew:
            if self.bookings[work.operator].conflict(work.start, work.end) >= 0:
                return False
            if self.shop.capped[work.operator]:
                for key, minutes in self._overtime_parts(work.operator, work.start, work.end):
                    used[key] = used.get(key, 0) + minutes
        return all(
            self.overtime.get(key, 0) + minutes
            <= (self.shop.problem.operators[key[0]].overtime_cap or 0)
            for key, minutes in used.items()
        )


def clipped(crew: Sequence[Assignment], start: int) -> tuple[Assignment, ...]:
    """The setup crew that is left when a setup begins only at ``start``."""
    return tuple(
        Assignment(work.operator, max(work.start, start), work.end, work.setup)
        for work in crew
        if work.end > start
    )


__all__ = ["Crews", "Displace", "clipped"]
