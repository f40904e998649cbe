"""Which copies of moulds and units of pools an operation takes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from app.scheduling.floor.books import Books
from app.scheduling.floor.spots import NO_CALENDARS, Spot
from app.scheduling.problem import FOREVER, ToolDemand
from app.scheduling.shop import Way, uses
from app.scheduling.windows import Stretches


class Tooling(Books):
    """The choice of tools."""

    def _choose_tools(
        self, way: Way, start: int, end: int, shots: int = 0
    ) -> tuple[tuple[tuple[int, ...], int] | None, int]:
        """Copies with ``shots`` left, free in ``[start, end)``, and their cavities; or when."""
        if self.force is not None:
            tools = self.shop.problem.tools
            shaping = (t for t, d, _ in uses(self.shop, way, self.force) if d.shapes)
            return (self.force, sum(tools[t].cavities for t in shaping)), 0
        chosen: list[int] = []
        cavities = 0
        for demand in way.tools:
            until = FOREVER if demand.until is not None else end
            pools = self.shop.pools[demand.tool_type]
            if pools:
                pool, again = self._pool(pools, demand.count, start, until)
                if pool < 0:
                    self._short_of_tool(demand.tool_type)
                    return None, again
                chosen.append(pool)
                continue
            least = max(shots, 1) if demand.shapes else 0
            free, hints = self._free_copies(way, demand, start, until, least, chosen)
            if len(free) < demand.count:
                self._short_of_tool(demand.tool_type)
                missing = demand.count - len(free)
                hints.sort()
                return None, hints[missing - 1] if len(hints) >= missing else FOREVER
            picked = self._best_copies(free, demand.count, way.machine)
            chosen += picked
            if demand.shapes:
                cavities += sum(self.shop.problem.tools[t].cavities for t in picked)
        return (tuple(chosen), cavities), 0

    def _free_copies(
        self,
        way: Way,
        demand: ToolDemand,
        start: int,
        end: int,
        shots: int,
        taken: Sequence[int],
    ) -> tuple[list[int], list[int]]:
        """Copies free in ``[start, end)``; of the others, when each may be free for the run."""
        clock = self.shop.clock(way.machine, NO_CALENDARS, way.run_crew)
        free: list[int] = []
        hints: list[int] = []
        for tool in self.shop.copies[demand.tool_type]:
            life = self.life[tool]
            if tool in taken or (life is not None and life < shots):
                continue
            book = self.copies[tool]
            i = book.conflict(start, end)
            while i >= 0 and self.displace and self._kept(tool) and self.displace(book.owners[i]):
                i = book.conflict(start, end)
            if i < 0:
                due = 0
                if tool in self.made:
                    due = self._service_due(tool, start, end, shots)
                if due:
                    hints.append(due)
                else:
                    free.append(tool)
            else:
                hint = book.ends[-1]
                if end < FOREVER:
                    hint = book.opening(start, clock, way.least_run)
                    hint = hint if hint > start else book.ends[i]
                hints.append(hint)
        return free, hints

    def _kept(self, tool: int) -> bool:
        return self.keep is None or not self.keep.tools or tool in self.keep.tools

    def _best_copies(self, free: list[int], count: int, machine: int) -> list[int]:
        """Kept ones first, then those last used here, then those with most cavities."""
        if len(free) == count:
            return free
        tools, keep = self.shop.problem.tools, self.keep.tools if self.keep else ()
        last = self.last_machine if self.displace is None else [-1] * len(tools)
        free.sort(key=lambda t: (t not in keep, last[t] != machine, -tools[t].cavities, t))
        return free[:count]

    def _pool(self, pools: Iterable[int], units: int, start: int, end: int) -> tuple[int, int]:
        hint = FOREVER
        for tool in pools:
            profile = self.pools[tool]
            again = profile.conflict(start, end, units)
            while again and self.displace and self._push_users(profile, start, end):
                again = profile.conflict(start, end, units)
            if not again:
                return tool, 0
            hint = min(hint, again)
        return -1, hint

    def _lives(self, way: Way, tools: Sequence[int], shots: int) -> bool:
        """Whether each copy that shapes has so many shots left."""
        return not shots or all(
            not demand.shapes or (left := self.life[tool]) is None or left >= shots
            for tool, demand, _ in uses(self.shop, way, tools)
        )

    def _copies_free(self, way: Way, clock: Stretches, time: int, minutes: int) -> int:
        """From when on as many copies as asked for are free for so long, each for itself."""
        for demand in way.tools:
            copies = self.shop.copies[demand.tool_type]
            if demand.until is not None or not copies:
                continue
            lives, life = self.life, 1 if demand.shapes else 0
            openings = [
                self.copies[tool].opening(time, clock, minutes)
                for tool in copies
                if (left := lives[tool]) is None or left >= life
            ]
            if len(openings) < demand.count:
                self._short_of_tool(demand.tool_type)
                return FOREVER
            openings.sort()
            time = max(time, openings[demand.count - 1])
        return time

    def _service_due(self, tool: int, start: int, end: int, shots: int) -> int:
        """0 if a use of the copy leaves time for its services, else when to try again.

        A break as long as a service counts as one, so taking something off never does harm.
        """
        record, book, made = self.shop.problem.tools[tool], self.copies[tool], self.made[tool]
        minutes, most = record.service_minutes, record.service_every or 0
        i = bisect_right(book.ends, start)
        at, count, k = start, 0, i - 1
        while k >= 0 and at - book.ends[k] < minutes:
            count += made.get(book.owners[k], 0)
            at = book.starts[k]
            k -= 1
        if k < 0 and at - self.shop.now < minutes:
            count += record.unserviced
        if shots and count >= most:
            return (book.ends[i - 1] if i else self.shop.now) + minutes
        at, count = end, count + shots
        while i < len(book.ends) and book.starts[i] - at < minutes:
            more = made.get(book.owners[i], 0)
            if more and count >= most:
                return book.ends[i]
            count += more
            at = book.ends[i]
            i += 1
        return 0

    def _services_due(
        self, way: Way, tools: Sequence[int], start: int, end: int, shots: int
    ) -> int:
        """0 if all copies keep time for their services, else when to try again."""
        if not self.made:
            return 0
        worst = 0
        for tool, demand, _ in uses(self.shop, way, tools):
            if tool in self.made:
                until = FOREVER if demand.until is not None else end
                made = shots if demand.shapes else 0
                worst = max(worst, self._service_due(tool, start, until, made))
        return worst

    def _tools_busy(self, way: Way, tools: Sequence[int], start: int, end: int) -> int:
        """0, or when to try again; tools kept for a later operation must be free ever after."""
        worst = 0
        for tool, demand, units in uses(self.shop, way, tools):
            until = FOREVER if demand.until is not None else end
            if tool in self.pools:
                again = self.pools[tool].conflict(start, until, units)
            else:
                book = self.copies[tool]
                i = book.conflict(start, until)
                while i >= 0 and self.displace and self.displace(book.owners[i]):
                    i = book.conflict(start, until)
                again = 0 if i < 0 else book.ends[-1] if until >= FOREVER else book.ends[i]
            worst = max(worst, again)
        return worst

    def _tools_busy_before(self, spot: Spot, begin: int) -> bool:
        """Whether a tool of the spot is still elsewhere between ``begin`` and its setup."""
        for tool, _, units in self._uses(spot):
            if tool in self.pools:
                if self.pools[tool].conflict(begin, spot.setup_start, units):
                    return True
            elif self.copies[tool].conflict(begin, spot.setup_start) >= 0:
                return True
            elif tool in self.made:  # the break before it may have been a service
                book = self.copies[tool]
                i = bisect_right(book.ends, begin) - 1
                minutes = self.shop.problem.tools[tool].service_minutes
                if begin - (book.ends[i] if i >= 0 else self.shop.now) < minutes:
                    return True
        return False

    def _short_of_tool(self, tool_type: int) -> None:
        self.reason = ("no_tool", (("tool", self.shop.problem.tool_types[tool_type]),))
