"""What is there as the plan goes on: materials as a balance, moulds as copies in use and usable.

The figures are the engine's own: what its checker counts as taken, made and held (``verify``).
Goods reserved for an order, and what a component's own order makes, go past the pooled stock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import func, select

from app.core.choices import ToolKind, ToolState
from app.core.quantity import SCALE, unscaled
from app.models.database import Database
from app.models.plant import ToolCopy, ToolType
from app.models.products import Item, Unit
from app.scheduling.problem import FOREVER, Tool
from app.scheduling.verify import structure
from app.scheduling.verify.materials import movements
from app.scheduling.verify.plan import Hold, Plan
from app.scheduling.verify.tools import shots_told
from app.services.planning.material_supply import ENDLESS
from app.services.planning.working import WorkingPlan

Span = tuple[int, int]
MINUTES_AFTER = 7 * 24 * 60
"""So long after the last placement copies are still counted."""


class LaneOf(StrEnum):
    """What a lane is of."""

    MATERIALS = "materials"
    MOULDS = "moulds"


class LaneState(StrEnum):
    """``THERE``: some is left. ``EMPTY``: nothing, or no copy, is left. ``SHORT``: more is taken
    than is there. ``TO_BUY``: the same, but it can be bought in time."""

    THERE = "there"
    EMPTY = "empty"
    SHORT = "short"
    TO_BUY = "to_buy"


@dataclass(frozen=True, slots=True)
class LaneStep:
    """From ``start`` (minutes since 1970 UTC) to the next step.

    ``level``: balance in the item's unit, or copies in use. ``usable``: copies (0 of a material).
    ``came``, ``went``: what arrived or was made, and what was taken, at ``start``.
    """

    start: int
    level: Decimal
    state: LaneState
    usable: int = 0
    came: Decimal = Decimal(0)
    went: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Lane:
    """``steps`` in order of time, the last one goes on. ``copies``: all that are not scrapped.

    ``uses``: (begin, end, operation id) in minutes since 1970 UTC, by begin.
    """

    of: LaneOf
    code: str
    name: str
    unit: str
    copies: int
    steps: tuple[LaneStep, ...]
    uses: tuple[tuple[int, int, int], ...]

    def end_of(self, step: int) -> int | None:
        """Where a step ends; None = it goes on."""
        return self.steps[step + 1].start if step + 1 < len(self.steps) else None

    def operations(self, step: int) -> tuple[int, ...]:
        """Who takes or makes it when the step begins; who has copies while it lasts."""
        begin, end = self.steps[step].start, self.end_of(step) or FOREVER
        found = (operation for a, b, operation in self.uses if a < end and b > begin)
        return tuple(dict.fromkeys(found))

    def step_at(self, at: float) -> int | None:
        """The step in which a moment lies; None before the first."""
        place = bisect_right(self.steps, at, key=lambda step: step.start) - 1
        return place if place >= 0 else None

    @property
    def trouble(self) -> LaneStep | None:
        """The first step at which there is not enough."""
        return next((step for step in self.steps if step.state is LaneState.SHORT), None)


def availability(database: Database, working: WorkingPlan) -> tuple[Lane, ...]:
    """Lanes of all materials the plan asks for and of all moulds, by code (a job's work)."""
    with database.read() as session:
        codes = {material.key for material in working.problem.materials}
        items = {
            code: (name, unit)
            for code, name, unit in session.execute(
                select(Item.code, Item.name, Unit.code).join(Unit, Unit.id == Item.unit_id)
            )
            if code in codes
        }
        types = {row.code: row for row in session.scalars(select(ToolType))}
        counted = select(ToolCopy.tool_type_id, func.count()).where(
            ToolCopy.state != ToolState.SCRAPPED
        )
        rows = session.execute(counted.group_by(ToolCopy.tool_type_id))
        copies: dict[int, int] = dict(rows.all())
        whole = {
            code: (row.name, _copies(row, copies.get(row.id, 0))) for code, row in types.items()
        }
    plan, _ = structure.read(working.problem, working.schedule)
    found = [*_Materials(working, plan).lanes(items), *_Moulds(working, plan).lanes(whole)]
    return tuple(sorted(found, key=lambda lane: (lane.of, lane.code)))


def _copies(row: ToolType, copies: int) -> int:
    return (row.capacity or copies) if row.kind is ToolKind.POOL else copies


class _Seen:
    """A plan as the checker reads it, with the way back to moments and ids."""

    def __init__(self, working: WorkingPlan, plan: Plan) -> None:
        self.problem, self.plan = working.problem, plan
        self._loaded = working.loaded
        self._shift = working.loaded.clock.origin_minute

    def minute(self, tick: int) -> int:
        return tick + self._shift

    def uses(self, spans: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
        """(begin, end, row of the plan) as (begin, end, operation id)."""
        found = [
            (self.minute(begin), self.minute(end), number)
            for begin, end, row in spans
            for number in self._loaded.stands_for(self.plan.rows[row].operation)
        ]
        return tuple(sorted(found))


class _Materials(_Seen):
    """Stock, receipts, and what the plan takes and makes."""

    def lanes(self, items: Mapping[str, tuple[str, str]]) -> Iterable[Lane]:
        moved: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for material, tick, quantity, row in movements(self.plan).tolist():
            if row >= 0:
                moved[material].append((max(tick, self.problem.now), quantity, row))
        for index, material in enumerate(self.problem.materials):
            name, unit = items.get(material.key, ("", ""))
            own = moved[index]
            uses = self.uses((tick, tick + 1, row) for tick, _, row in own)
            steps = self._steps(material.stock, material.receipts, own)
            yield Lane(LaneOf.MATERIALS, material.key, name, unit, 0, steps, uses)

    def _steps(
        self,
        stock: int,
        receipts: Sequence[tuple[int, int]],
        moved: Sequence[tuple[int, int, int]],
    ) -> tuple[LaneStep, ...]:
        """What can be bought within the lead time is no receipt: it says from when on it can."""
        endless = int(ENDLESS) * SCALE
        bought_from = min((t for t, q in receipts if q >= endless), default=FOREVER)
        came: defaultdict[int, int] = defaultdict(int)
        went: defaultdict[int, int] = defaultdict(int)
        given = [(max(t, self.problem.now), q) for t, q in receipts if q < endless]
        for tick, quantity in (*given, *((tick, quantity) for tick, quantity, _ in moved)):
            (came if quantity > 0 else went)[tick] += abs(quantity)
        ticks = {self.problem.now, *came, *went}
        level, steps = stock, []
        if bought_from < FOREVER:
            ticks.add(bought_from)
        for tick in sorted(ticks):
            level += came[tick] - went[tick]
            steps.append(
                LaneStep(
                    self.minute(tick),
                    unscaled(level),
                    _state(level, buying=tick >= bought_from),
                    came=unscaled(came[tick]),
                    went=unscaled(went[tick]),
                )
            )
        return _joined(steps)


def _state(level: int, *, buying: bool) -> LaneState:
    if level > 0:
        return LaneState.THERE
    if level == 0:
        return LaneState.EMPTY
    return LaneState.TO_BUY if buying else LaneState.SHORT


class _Moulds(_Seen):
    """Copies in use from setup to the end of their hold, against those that can be used."""

    def __init__(self, working: WorkingPlan, plan: Plan) -> None:
        super().__init__(working, plan)
        self._last = max(int(plan.end.max(initial=0)), self.problem.now) + MINUTES_AFTER
        self._holds: defaultdict[int, list[Hold]] = defaultdict(list)
        for hold in sorted(plan.hold_table.tolist(), key=lambda one: (one[2], one[3])):
            self._holds[hold[0]].append(Hold(*hold))
        usage = plan.usage
        shaping = usage.shapes > 0
        self._shaping = set(
            zip(usage.tool[shaping].tolist(), usage.row[shaping].tolist(), strict=True)
        )

    def lanes(self, whole: Mapping[str, tuple[str, int]]) -> Iterable[Lane]:
        tools: defaultdict[int, list[int]] = defaultdict(list)
        for number, tool in enumerate(self.problem.tools):
            tools[tool.tool_type].append(number)
        for index, code in enumerate(self.problem.tool_types):
            name, copies = whole.get(code, ("", 0))
            if not copies and not tools[index]:
                continue
            holds = [hold for number in tools[index] for hold in self._holds[number]]
            uses = self.uses((hold.start, hold.end, hold.row) for hold in holds)
            steps = self._steps(tools[index], holds)
            yield Lane(LaneOf.MOULDS, code, name, "", copies, steps, uses)

    def _steps(self, tools: Sequence[int], holds: Sequence[Hold]) -> tuple[LaneStep, ...]:
        now = self.problem.now
        used: defaultdict[int, int] = defaultdict(int)
        usable: defaultdict[int, int] = defaultdict(int)
        for hold in holds:
            used[max(hold.start, now)] += hold.units
            used[max(hold.end, now)] -= hold.units
        for number in tools:
            usable[now] += self.problem.tools[number].capacity
            for begin, end in self._unusable(number):
                usable[max(begin, now)] -= self.problem.tools[number].capacity
                usable[max(end, now)] += self.problem.tools[number].capacity
        steps, busy, there = [], 0, 0
        for tick in sorted({now, *used, *usable}):
            if tick > self._last:
                break
            busy, there = busy + used[tick], there + usable[tick]
            state = LaneState.THERE
            if busy >= there:
                state = LaneState.SHORT if busy > there else LaneState.EMPTY
            steps.append(LaneStep(self.minute(tick), Decimal(busy), state, there))
        return _joined(steps)

    def _unusable(self, number: int) -> list[Span]:
        """When a copy cannot be used: closed, in service, or worn out. Pauses count as use."""
        tool, holds = self.problem.tools[number], self._holds[number]
        closed = _without(self._closed(tool), self._pauses(holds))
        out = [*closed, *self._services(number, tool, holds)]
        if (worn := self._worn_from(number, tool, holds)) is not None:
            out.append((worn, FOREVER))
        return _union(out)

    def _closed(self, tool: Tool) -> list[Span]:
        """Between the windows of its calendar, as far as lanes are shown."""
        at, found = self.problem.now, []
        for window in self.problem.calendars[tool.calendar].windows:
            if window.end <= at or at >= self._last:
                continue
            if window.start > at:
                found.append((at, window.start))
            at = window.end
        if at < self._last:
            found.append((at, FOREVER))
        return found

    def _pauses(self, holds: Sequence[Hold]) -> list[Span]:
        """While it is held and nobody works with it, it may be closed."""
        found: list[Span] = []
        for hold in holds:
            own = self.plan.rows[hold.row].segments
            found += _without([(hold.start, hold.end)], _union(own))
        return _union(found)

    def _shots(self, number: int, hold: Hold) -> int:
        return shots_told(self.plan, hold.row) if (number, hold.row) in self._shaping else 0

    def _services(self, number: int, tool: Tool, holds: Sequence[Hold]) -> list[Span]:
        """A service is made in the first break that is long enough once its shots are made."""
        if tool.service_every is None or tool.service_minutes <= 0:
            return []
        minutes, found = tool.service_minutes, []
        made, free_from = tool.unserviced, self.problem.now
        for hold in holds:
            if hold.start - free_from >= minutes:
                if made >= tool.service_every:
                    found.append((free_from, free_from + minutes))
                made = 0
            made += self._shots(number, hold)
            free_from = hold.end
        if made >= tool.service_every:
            found.append((free_from, free_from + minutes))
        return found

    def _worn_from(self, number: int, tool: Tool, holds: Sequence[Hold]) -> int | None:
        """When its last shot is made; None = it lasts."""
        if tool.life is None:
            return None
        left = tool.life
        for hold in holds:
            left -= self._shots(number, hold)
            if left <= 0:
                return hold.end
        return None


def _joined(steps: Sequence[LaneStep]) -> tuple[LaneStep, ...]:
    """Without those at which nothing changes."""
    found: list[LaneStep] = []
    for step in steps:
        last = found[-1] if found else None
        quiet = not step.came and not step.went
        if last is None or not quiet or (last.level, last.state, last.usable) != (
            step.level, step.state, step.usable,
        ):  # fmt: skip
            found.append(step)
    return tuple(found)


def _union(spans: Iterable[Span]) -> list[Span]:
    """Sorted and disjoint."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def _without(spans: Iterable[Span], holes: Sequence[Span]) -> list[Span]:
    """Spans less the holes, which are sorted and disjoint."""
    found: list[Span] = []
    for begin, end in spans:
        at = begin
        for first, last in holes:
            if last <= at or first >= end:
                continue
            if first > at:
                found.append((at, first))
            at = last
        if at < end:
            found.append((at, end))
    return found
