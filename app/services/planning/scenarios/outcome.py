"""What a plan comes to: figures to compare, and order by order why it differs from another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scheduling import problem as engine
from app.scheduling.explain import Cause, Explainer, Explanation, sentence
from app.scheduling.lots import lots_of
from app.scheduling.objective import evaluate, overtimes
from app.scheduling.problem import FOREVER, MachineKind
from app.scheduling.shop import Shop
from app.scheduling.stability import churn
from app.services.planning.bridge import LoadedPlant

MOST_EXPLAINED = 80
"""Orders whose difference is traced to its cause, the largest first: each costs its chain."""

LOST = frozenset(
    {
        Cause.MACHINE, Cause.MATERIAL, Cause.TOOL, Cause.TOOL_CLOSED, Cause.SERVICE, Cause.PEOPLE,
        Cause.ABSENT,
    }
)  # fmt: skip
"""Causes that name what an order loses to others: machine time, material, moulds, people."""

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """``better``: -1 = less is better, 1 = more is, 0 = neither. ``unit``: ``h``, ``%``, money
    or nothing; ``digits`` after the point."""

    name: str
    better: int
    unit: str = ""
    digits: int = 0


FIGURES = (
    Figure("late_orders", -1),
    Figure("weighted_tardiness", -1, "h", 1),
    Figure("tardiness", -1, "h", 1),
    Figure("on_time", 1, "%", 1),
    Figure("unplaced", -1),
    Figure("setup", -1, "h", 1),
    Figure("setup_cost", -1, "money"),
    Figure("overtime", -1, "h", 1),
    Figure("overtime_cost", -1, "money"),
    Figure("light_batches", -1),
    Figure("short_campaigns", -1),
    Figure("dear", -1, "h", 1),
    Figure("wip", -1, "", 1),
    Figure("flow", -1, "h", 1),
    Figure("makespan", -1, "h", 1),
    Figure("moved", -1),
    Figure("moved_share", -1, "%", 1),
    Figure("shift", -1, "h", 1),
)


def figures_of(problem: engine.Problem, schedule: engine.Schedule) -> dict[str, float]:
    """By the names of ``FIGURES``. ``wip``: orders in work on average (flow over makespan);
    ``flow``: mean hours from an order's first work to its end; ``shift``: hours by which
    operations start at another time than in the plan in force, summed."""
    parts, change = evaluate(problem, schedule), churn(problem, schedule)
    ends = order_ends(problem, schedule)
    late = sum(max(0, end - problem.orders[order].due) for order, end in ends.items())
    orders = len(problem.orders)
    return {
        "late_orders": parts.late_orders,
        "weighted_tardiness": parts.weighted_tardiness_min / MINUTES_PER_HOUR,
        "tardiness": late / MINUTES_PER_HOUR,
        "on_time": 100 * (1 - parts.late_orders / orders) if orders else 100.0,
        "unplaced": len(problem.operations) - len(schedule.placements),
        "setup": parts.setup_min / MINUTES_PER_HOUR,
        "setup_cost": parts.setup_cost,
        "overtime": parts.overtime_min / MINUTES_PER_HOUR,
        "overtime_cost": overtime_cost(problem, schedule),
        "light_batches": parts.light_batches,
        "short_campaigns": parts.short_campaigns,
        "dear": parts.dear_min / MINUTES_PER_HOUR,
        "wip": parts.flow_min / parts.makespan_min if parts.makespan_min else 0.0,
        "flow": parts.flow_min / len(ends) / MINUTES_PER_HOUR if ends else 0.0,
        "makespan": parts.makespan_min / MINUTES_PER_HOUR,
        "moved": change.moved,
        "moved_share": 100 * change.share,
        "shift": change.shift_min / MINUTES_PER_HOUR,
    }


def number_of(figure: Figure, value: float | None) -> str:
    """The value with its digits and unit: ``12.5 h``, ``88.7 %``, ``140``; ``–`` if there is none.

    >>> number_of(Figure("setup", -1, "h", 1), 1238.25)
    '1,238.2 h'
    """
    if value is None:
        return "–"
    unit = "" if figure.unit in ("", "money") else f" {figure.unit}"
    return f"{value:,.{figure.digits}f}{unit}"


def order_ends(problem: engine.Problem, schedule: engine.Schedule) -> dict[int, int]:
    """Last end by order, of what is placed."""
    ends: dict[int, int] = {}
    for placement in schedule.placements:
        for order in problem.operations[placement.operation].orders:
            ends[order] = max(ends.get(order, placement.end), placement.end)
    return ends


def overtime_cost(problem: engine.Problem, schedule: engine.Schedule) -> float:
    """What overtime costs: of the people who work in it, and of machines that run alone."""
    if not any(overtimes(problem)):
        return 0.0
    costly = [
        [window for window in calendar.windows if window.overtime and window.cost]
        for calendar in problem.calendars
    ]
    total = 0.0
    for placement in schedule.placements:
        for work in placement.crew:
            windows = costly[problem.operators[work.operator].calendar]
            total += sum(_shared(window, work.start, work.end) for window in windows)
        if not placement.crew:
            mode = problem.operations[placement.operation].modes[placement.mode]
            windows = costly[problem.machines[mode.machine].calendar]
            total += sum(_shared(w, start, end) for w in windows for start, end in
                         placement.segments)  # fmt: skip
    return total


def _shared(window: engine.Window, start: int, end: int) -> float:
    return max(0, min(window.end, end) - max(window.start, start)) * window.cost


# ---------------------------------------------------------------- load


LOAD_DAYS = 7
"""How far ahead load is compared: the coming week."""


def load_of(problem: engine.Problem, schedule: engine.Schedule) -> dict[str, list[float]]:
    """By machine: hours in work (weighted by the capacity in use) and hours open in the coming
    ``LOAD_DAYS``; members of a batch share one run."""
    until = problem.now + LOAD_DAYS * 24 * 60
    busy: defaultdict[int, float] = defaultdict(float)
    for machine, members in lots_of(problem, schedule.placements):
        first, record = members[0], problem.machines[machine]
        mode = problem.operations[first.operation].modes[first.mode]
        share = mode.load / record.capacity if record.kind is MachineKind.CUMULATIVE else 1.0
        busy[machine] += share * sum(
            _inside(problem.now, until, start, end) for start, end in first.segments
        )
    found = {}
    for index, record in enumerate(problem.machines):
        windows = problem.calendars[record.calendar].windows
        opened = sum(_inside(problem.now, until, each.start, each.end) for each in windows)
        found[record.key] = [busy[index] / MINUTES_PER_HOUR, opened / MINUTES_PER_HOUR]
    return found


def _inside(first: int, last: int, start: int, end: int) -> int:
    return max(0, min(end, last) - max(start, first))


# ---------------------------------------------------------------- order by order


class Side:
    """A plan as one side of a comparison; what explains it is built when it is first asked."""

    def __init__(self, loaded: LoadedPlant, schedule: engine.Schedule) -> None:
        self.loaded, self.problem, self.schedule = loaded, loaded.problem, schedule
        self.index = {order.key: number for number, order in enumerate(self.problem.orders)}
        self.ends = order_ends(self.problem, schedule)
        placed = {placement.operation for placement in schedule.placements}
        for number, operation in enumerate(self.problem.operations):
            if number not in placed:
                for order in operation.orders:  # an order of which something is missing has no end
                    self.ends.pop(order, None)
        self._explainer: Explainer | None = None
        self._known: dict[str, Explanation | None] = {}

    def end(self, order: str) -> int | None:
        """UTC minute."""
        found = self.ends.get(self.index.get(order, -1))
        return None if found is None else found + self.loaded.clock.origin_minute

    def due(self, order: str) -> int | None:
        number = self.index.get(order)
        if number is None or self.problem.orders[number].due >= FOREVER:
            return None
        return self.problem.orders[number].due + self.loaded.clock.origin_minute

    def weight(self, order: str) -> float:
        """What a minute of delay counts; 1 of an order that is not there."""
        number = self.index.get(order)
        return 1.0 if number is None else float(self.problem.orders[number].weight)

    def why(self, order: str) -> Explanation | None:
        if order not in self._known:
            if self._explainer is None:
                self._explainer = Explainer(Shop(self.problem), self.schedule)
            try:
                self._known[order] = self._explainer.order(self.index[order])
            except LookupError:
                self._known[order] = None
        return self._known[order]

    def words(self, why: Explanation, cause: Cause) -> dict[str, Any]:
        """The longest stretch of a cause, in a planner's words as JSON."""
        assert self._explainer is not None  # noqa: S101 - ``why`` came from it
        longest = max((w for w in why.waits if w.cause is cause), key=lambda w: w.minutes)
        text = sentence(self._explainer.shop, longest)
        return {"code": text.code, "values": dict(text.values)}


def order_rows(
    base: Side,
    scenario: Side,
    names: Mapping[str, tuple[str, str]],
    edited: Mapping[str, int],
    stop: Callable[[], bool] = lambda: False,
) -> list[dict[str, Any]]:
    """Rows as JSON, the largest difference first; moments in UTC minutes.

    ``names``: item and customer by order; ``edited``: number of the edit that is about an order.
    """
    rows = [
        _row(base, scenario, order, names.get(order, ("", "")))
        for order in dict.fromkeys([*scenario.index, *base.index])
    ]
    rows.sort(key=lambda row: (-abs(row["difference"] or 0), row["order"]))
    explained = 0
    for row in rows:
        if row["order"] in edited:
            row["cause"] = {"step": edited[row["order"]]}
        elif row["difference"] and explained < MOST_EXPLAINED and not stop():
            explained += 1
            row["cause"] = _cause(base, scenario, row["order"], row["difference"])
    losers = [row for row in rows if (row["difference"] or 0) > 0 and row["order"] in base.index]
    losers.sort(key=lambda row: -row["difference"] * row["weight"])
    for row in losers[:MOST_EXPLAINED]:
        if stop():
            break
        row["loses"] = _lost(base, scenario, row["order"])
    return rows


def _row(base: Side, scenario: Side, order: str, names: Sequence[str]) -> dict[str, Any]:
    end, base_end = scenario.end(order), base.end(order)
    due, base_due = scenario.due(order), base.due(order)
    late = max(0, end - due) if end is not None and due is not None else 0
    base_late = max(0, base_end - base_due) if base_end is not None and base_due is not None else 0
    difference = None
    if end is not None and base_end is not None:
        difference = end - base_end
    elif end is not None and order not in base.index:
        difference = late
    return {
        "order": order,
        "item": names[0],
        "customer": names[1],
        "due": due,
        "base_due": base_due,
        "base_end": base_end,
        "end": end,
        "difference": difference,
        "base_late": base_late,
        "late": late,
        "cause": None,
        "weight": scenario.weight(order),
        "loses": [],
    }


def _cause(base: Side, scenario: Side, order: str, difference: int) -> dict[str, Any] | None:
    """The cause whose minutes changed most in the direction of the difference."""
    before, after = base.why(order), scenario.why(order)
    if before is None or after is None:
        return None
    later = difference > 0
    change = _change(before, after)
    fitting = {cause: minutes for cause, minutes in change.items() if (minutes > 0) is later}
    if not fitting:
        return None
    cause = max(fitting, key=lambda each: abs(fitting[each]))
    side, why = (scenario, after) if later else (base, before)
    return {"minutes": fitting[cause], "text": side.words(why, cause)}


def _lost(base: Side, scenario: Side, order: str) -> list[dict[str, Any]]:
    """What it waits longer for because others have it, the longest first."""
    before, after = base.why(order), scenario.why(order)
    if before is None or after is None:
        return []
    change = _change(before, after)
    more = [cause for cause in change if cause in LOST and change[cause] > 0]
    return [
        {"minutes": change[cause], "text": scenario.words(after, cause)}
        for cause in sorted(more, key=lambda each: -change[each])
    ]


def _change(before: Explanation, after: Explanation) -> Mapping[Cause, int]:
    """Minutes more (or less) by cause; those that stayed the same are left out."""
    change: defaultdict[Cause, int] = defaultdict(int)
    for cause, minutes in after.by_cause().items():
        change[cause] += minutes
    for cause, minutes in before.by_cause().items():
        change[cause] -= minutes
    return {cause: minutes for cause, minutes in change.items() if minutes}
