"""The best plan of a tiny plant, found by trying everything; knows nothing of construct or CP.

Operations are begun in order of their setup start, at every tick of the horizon, in every mode,
with every choice of copies and people. What a plan may look like is judged by ``verify`` alone:
the search only has to propose every plan that could pass. ``parts`` recomputes the objective.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, groupby, product
from typing import NamedTuple

from app.scheduling.problem import (
    Assignment,
    Combine,
    CrewDemand,
    MachineKind,
    Mode,
    Operation,
    Pausing,
    Placement,
    Problem,
    Schedule,
    SetupRule,
    Unplaced,
    Weights,
)
from app.scheduling.verify import ViolationCode, verify

CURED_LATER = {
    ViolationCode.MISSING,
    ViolationCode.PREDECESSOR_UNPLACED,
    ViolationCode.TOOL_HOLD_BROKEN,
    ViolationCode.MATERIAL_SHORT,
    ViolationCode.NO_REASON,
}
"""What further placements may still put right."""

CURED_BY_COMPANY = {
    ViolationCode.WORK_AMOUNT,
    ViolationCode.RUN_START,
    ViolationCode.CREW_SHORT,
    ViolationCode.CREW_UNASKED,
    ViolationCode.CREW_UNQUALIFIED,
}
"""What another member of the same batch may put right."""


class Best(NamedTuple):
    cost: float
    schedule: Schedule


def best_plan(problem: Problem, weights: Weights, horizon: int) -> Best:
    """The cheapest plan that begins nothing after ``horizon``; ValueError if there is none."""
    search = Search(problem, weights, horizon)
    search.run([])
    if search.best is None:
        raise ValueError("no plan at all")
    return search.best


class Search:
    def __init__(self, problem: Problem, weights: Weights, horizon: int) -> None:
        self.problem, self.weights, self.horizon = problem, weights, horizon
        self.best: Best | None = None
        ovens = any(m.kind is MachineKind.BATCH for m in problem.machines)
        self.cured = CURED_LATER | (CURED_BY_COMPANY if ovens else set())

    def run(self, placed: list[Placement]) -> None:
        count = len(self.problem.operations)
        done = {p.operation for p in placed}
        rest = tuple(Unplaced(o, "left") for o in range(count) if o not in done)
        schedule = Schedule(tuple(sorted(placed, key=lambda p: p.operation)), rest)
        cost = total(self.problem, schedule, self.weights)
        if self.best is not None and cost >= self.best.cost - 1e-9:
            return
        broken = {v.code for v in verify(self.problem, schedule)}
        if broken - (self.cured if rest else set()):
            return
        if not rest:
            self.best = Best(cost, schedule)
            return
        for tick, operation in self.next_starts(placed, done):
            for placement in ways(self.problem, placed, operation, tick):
                self.run([*placed, placement])

    def next_starts(self, placed: list[Placement], done: set[int]) -> Iterator[tuple[int, int]]:
        """Running work first, then by tick; equal ticks in the order of operations."""
        running = [
            (o.started.start, i)
            for i, o in enumerate(self.problem.operations)
            if o.started and i not in done
        ]
        if running:
            yield running[0]
            return
        last = (placed[-1].setup_start, placed[-1].operation) if placed else (-1, -1)
        for tick in range(max(self.problem.now, last[0]), self.horizon + 1):
            for operation in range(len(self.problem.operations)):
                if operation not in done and (tick, operation) > last:
                    yield tick, operation


def ways(
    problem: Problem, placed: list[Placement], operation: int, tick: int
) -> Iterator[Placement]:
    """Every way to begin the operation at the tick after what is placed."""
    record = problem.operations[operation]
    modes = [record.started.mode] if record.started else range(len(record.modes))
    for index in modes:
        mode = record.modes[index]
        setup = setup_needed(problem, placed, record, mode)
        if setup is None:
            continue
        setters = setters_needed(problem, placed, record, mode)
        for tools in tool_choices(problem, mode):
            for run in run_lengths(problem, record, mode, tools):
                job = Job(problem, placed, operation, index, tools, setup, run)
                job.setters = setters
                yield from job.ways(tick)


def setup_needed(
    problem: Problem, placed: list[Placement], record: Operation, mode: Mode
) -> int | None:
    """Setup minutes after what was begun last on the machine; None = forbidden."""
    if record.started:
        return 0
    machine = problem.machines[mode.machine]
    change = 0
    if machine.setup_rule is not None and machine.kind is not MachineKind.CUMULATIVE:
        rule = problem.setup_rules[machine.setup_rule]
        mounted = mounted_on(problem, placed, mode.machine)
        parts = []
        for part, old, new in zip(rule.parts, mounted, padded(record, rule), strict=True):
            if old < 0 or new < 0:
                continue
            known = (old, new) in part.pairs
            entry = part.pairs[old, new] if known else part.default
            if old == new and not known:
                continue
            if entry is None:
                return None
            if old != new or rule.combine is not Combine.FIRST:
                parts.append(entry.minutes)
        combine = {Combine.SUM: sum, Combine.MAX: max, Combine.FIRST: lambda p: p[0]}
        change = combine[rule.combine](parts or [0])
    total = mode.setup + change
    return total + record.first_piece if total else 0


def setters_needed(
    problem: Problem, placed: list[Placement], record: Operation, mode: Mode
) -> tuple[CrewDemand, ...]:
    """People for the setup: those of the mode, and those of the parts that are changed."""
    machine = problem.machines[mode.machine]
    heads: dict[int, int] = {}
    for demand in mode.setup_crew:
        heads[demand.skill] = heads.get(demand.skill, 0) + demand.heads
    if machine.setup_rule is None or machine.kind is MachineKind.CUMULATIVE:
        return mode.setup_crew
    rule = problem.setup_rules[machine.setup_rule]
    for demand in changing_people(rule, mounted_on(problem, placed, mode.machine), record):
        heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
    return tuple(CrewDemand(skill, count) for skill, count in heads.items())


def changing_people(rule: SetupRule, mounted: list[int], record: Operation) -> list[CrewDemand]:
    """What the changed parts ask for; with FIRST only the first that differs."""
    found: list[CrewDemand] = []
    for part, old, new in zip(rule.parts, mounted, padded(record, rule), strict=True):
        if old < 0 or new < 0 or (old == new and rule.combine is Combine.FIRST):
            continue
        entry = part.pairs.get((old, new), part.default if old != new else None)
        if entry is not None and entry.minutes:
            found += entry.crew
        if rule.combine is Combine.FIRST:
            break
    return found


def mounted_on(problem: Problem, placed: list[Placement], machine: int) -> list[int]:
    record = problem.machines[machine]
    rule = problem.setup_rules[record.setup_rule or 0]
    mounted = list(record.setup_state)
    for p in placed:
        before = problem.operations[p.operation]
        if before.modes[p.mode].machine == machine:
            pairs = zip(mounted, padded(before, rule), strict=True)
            mounted = [new if new >= 0 else old for old, new in pairs]
    return mounted


def padded(record: Operation, rule: SetupRule) -> tuple[int, ...]:
    """A family per part of the rule; those not told are -1."""
    return (*record.families, *(-1 for _ in rule.parts))[: len(rule.parts)]


def tool_choices(problem: Problem, mode: Mode) -> Iterator[tuple[int, ...]]:
    per_demand = []
    for demand in mode.tools:
        copies = [i for i, t in enumerate(problem.tools) if t.tool_type == demand.tool_type]
        pools = [(i,) for i in copies if problem.tools[i].capacity > 1]
        single = [i for i in copies if problem.tools[i].capacity == 1]
        per_demand.append(pools + list(combinations(single, demand.count)))
    for choice in product(*per_demand):
        yield tuple(tool for part in choice for tool in part)


def run_lengths(
    problem: Problem, record: Operation, mode: Mode, tools: tuple[int, ...]
) -> list[int]:
    """Minutes of run; in an oven those of any operation that might come along."""
    machine = problem.machines[mode.machine]
    own = run_length(problem, mode, tools)
    if machine.kind is not MachineKind.BATCH:
        return [own]
    others = [
        run_length(problem, m, ())
        for o in problem.operations
        if o.batch_family == record.batch_family
        for m in o.modes
        if m.machine == mode.machine
    ]
    return sorted({length for length in others if length >= own} | {own})


def run_length(problem: Problem, mode: Mode, tools: tuple[int, ...]) -> int:
    seconds = mode.run_seconds
    if mode.turn_seconds:
        seconds = mode.turn_seconds * turns_needed(problem, mode, tools)
    efficiency = problem.machines[mode.machine].efficiency
    return -(-seconds * 100 // (60 * efficiency))


def turns_needed(problem: Problem, mode: Mode, tools: tuple[int, ...]) -> int:
    shaping = {d.tool_type for d in mode.tools if d.shapes}
    cavities = [problem.tools[t].cavities for t in tools if problem.tools[t].tool_type in shaping]
    return -(-mode.quantity // (sum(cavities) if shaping else mode.pieces_per_turn))


Team = tuple[int, ...] | None

LATEST = 200
"""No tiny plant works longer."""


class Minute(NamedTuple):
    tick: int
    setup: bool
    people: tuple[int, ...]


class Job:
    """One operation in one mode with its tools, to be laid into time minute by minute."""

    def __init__(
        self,
        problem: Problem,
        placed: list[Placement],
        operation: int,
        mode: int,
        tools: tuple[int, ...],
        setup: int,
        run: int,
    ) -> None:
        self.problem, self.operation, self.index = problem, operation, mode
        self.record = problem.operations[operation]
        self.mode = self.record.modes[mode]
        self.tools, self.setup, self.run = tools, setup, run
        self.setters = self.mode.setup_crew
        self.busy: defaultdict[int, set[int]] = defaultdict(set)
        for p in placed:
            for work in p.crew:
                self.busy[work.operator].update(range(work.start, work.end))
        held = [problem.machines[self.mode.machine].calendar]
        held += [problem.tools[t].calendar for t in tools]
        for p in placed:  # tools kept for this operation by an earlier one
            earlier = problem.operations[p.operation].modes[p.mode]
            if any(d.until == operation for d in earlier.tools):
                held += [problem.tools[t].calendar for t in p.tools]
        self.windows = [problem.calendars[c].windows for c in held]

    def ways(self, tick: int) -> Iterator[Placement]:
        if self.setup + self.run == 0:
            yield Placement(self.operation, self.index, tick, tick, tick, (), self.tools)
        else:
            yield from self._placements(tick, max(tick, self.problem.now))

    def _placements(self, setup_start: int, first: int) -> Iterator[Placement]:
        for minutes in self.lay(first, self.setup, self.run, None):
            if not minutes or (minutes[0].tick != first and not self.record.started):
                continue
            run = [m.tick for m in minutes if not m.setup]
            end = minutes[-1].tick + 1
            start = run[0] if run else end
            placement = Placement(
                self.operation,
                self.index,
                setup_start,
                setup_start if self.record.started else start,
                end,
                segments(minutes),
                self.tools,
                assignments(minutes),
            )
            yield placement
            if placement.crew and self.oven():
                yield replace(placement, crew=())  # a companion's people serve the batch

    def oven(self) -> bool:
        return self.problem.machines[self.mode.machine].kind is MachineKind.BATCH

    def lay(self, tick: int, setup: int, run: int, team: Team) -> Iterator[list[Minute]]:
        """All ways to work so many minutes from the tick on.

        ``team``: who worked the minute before; None = nobody did, anybody may come.
        """
        if setup + run == 0:
            yield []
            return
        if setup == 0 and self.record.pausing is Pausing.TURNS:
            yield from self.lay_turns(tick, self.turns())
            return
        if tick > LATEST:
            return
        in_setup = setup > 0
        kept = team if self.record.same_person and not in_setup else None
        if not self.workable(tick, in_setup, kept):
            if self.record.pausing is not Pausing.NEVER:
                yield from self.lay(tick + 1, setup, run, kept)
            return
        for people in self.teams(tick, in_setup, team, kept):
            then = None if setup == 1 else people
            for rest in self.lay(tick + 1, setup - in_setup, run - (not in_setup), then):
                yield [Minute(tick, in_setup, people), *rest]

    def lay_turns(self, tick: int, left: int) -> Iterator[list[Minute]]:
        """As many whole turns as fit before the next closing, then the rest."""
        if left == 0:
            yield []
            return
        if tick > LATEST:
            return
        closing = tick
        while closing <= LATEST and self.workable(closing, False, None):
            closing += 1
        seconds = self.mode.turn_seconds or self.mode.run_seconds
        pace = 60 * self.problem.machines[self.mode.machine].efficiency
        now = min(left, (closing - tick) * pace // (100 * seconds))
        minutes = -(-now * 100 * seconds // pace)
        for manned in self.man(tick, minutes, None):
            for rest in self.lay_turns(max(closing, tick + 1), left - now):
                yield [*manned, *rest]

    def man(self, tick: int, minutes: int, team: Team) -> Iterator[list[Minute]]:
        """All ways to fill the heads of a stretch of run."""
        if minutes == 0:
            yield []
            return
        for people in self.teams(tick, False, team, None):
            for rest in self.man(tick + 1, minutes - 1, people):
                yield [Minute(tick, False, people), *rest]

    def turns(self) -> int:
        if self.mode.turn_seconds == 0:
            return 1
        return turns_needed(self.problem, self.mode, self.tools)

    def workable(self, tick: int, in_setup: bool, kept: Team) -> bool:
        """Whether calendars let the work go on, with enough people on shift (busy or not)."""
        if not all(any(w.start <= tick < w.end for w in windows) for windows in self.windows):
            return False
        demands = self.setters if in_setup else self.mode.run_crew
        if kept is not None:
            return all(self.on_shift(person, tick) for person in kept)
        return not demands or any(True for _ in self.crews(tick, demands))

    def crews(self, tick: int, demands: tuple[CrewDemand, ...]) -> Iterator[tuple[int, ...]]:
        """Sets of people on shift that fill all heads."""
        heads = [d.skill for d in demands for _ in range(d.heads)]
        people = [o for o in range(len(self.problem.operators)) if self.on_shift(o, tick)]
        seen = set()
        for group in combinations(people, len(heads)):
            if group not in seen and self.fills(group, heads, tick):
                seen.add(group)
                yield group

    def fills(self, group: tuple[int, ...], heads: list[int], tick: int) -> bool:
        if not group:
            return True
        return any(
            self.holds(person, heads[0], tick)
            and self.fills(tuple(p for p in group if p != person), heads[1:], tick)
            for person in group
        )

    def holds(self, operator: int, skill: int, tick: int) -> bool:
        grants = self.problem.operators[operator].grants
        return any(g.skill == skill and g.start <= tick < g.end for g in grants)

    def on_shift(self, operator: int, tick: int) -> bool:
        windows = self.problem.calendars[self.problem.operators[operator].calendar].windows
        return any(w.start <= tick < w.end for w in windows)

    def teams(self, tick: int, in_setup: bool, team: Team, kept: Team) -> Iterator[tuple[int, ...]]:
        """Who may work this minute: the same people, or others where they may change."""
        demands = self.setters if in_setup else self.mode.run_crew
        if not demands:
            yield ()
            return
        for group in self.crews(tick, demands):
            free = all(tick not in self.busy[person] for person in group)
            allowed = kept in (None, group) and (team is None or self.leaves(team, group, tick))
            if free and allowed:
                yield group

    def leaves(self, team: tuple[int, ...], group: tuple[int, ...], tick: int) -> bool:
        """Whether all who leave do so at the end of a window of theirs."""
        for person in set(team) - set(group):
            calendar = self.problem.operators[person].calendar
            if all(w.end != tick for w in self.problem.calendars[calendar].windows):
                return False
        return True


def segments(minutes: list[Minute]) -> tuple[tuple[int, int], ...]:
    result: list[tuple[int, int]] = []
    for minute in minutes:
        if result and result[-1][1] == minute.tick:
            result[-1] = result[-1][0], minute.tick + 1
        else:
            result.append((minute.tick, minute.tick + 1))
    return tuple(result)


def assignments(minutes: list[Minute]) -> tuple[Assignment, ...]:
    result: list[Assignment] = []
    for person in sorted({p for m in minutes for p in m.people}):
        for setup in (True, False):
            mine = [m for m in minutes if person in m.people and m.setup is setup]
            result += [Assignment(person, a, b, setup) for a, b in segments(mine)]
    return tuple(sorted(result, key=lambda w: (w.start, w.operator)))


# -- the objective, recomputed ---------------------------------------------------------------


def parts(problem: Problem, schedule: Schedule) -> dict[str, float]:
    """Every part of the objective by name, straight from the definitions."""
    placed = schedule.placements
    listed = {u.operation for u in schedule.unplaced}
    result: defaultdict[str, float] = defaultdict(float)
    for index, order in enumerate(problem.orders):
        own = [p for p in placed if made_for(problem.operations[p.operation], index)]
        missing = any(made_for(problem.operations[o], index) for o in listed)
        done = max((p.end for p in own), default=order.due)
        result["weighted_tardiness_min"] += order.weight * max(0, done - order.due)
        result["late_orders"] += done > order.due or missing
        if own:
            result["flow_min"] += done - max(problem.now, min(p.setup_start for p in own))
    leads = batch_leads(problem, placed)
    result["setup_min"] = sum(
        sum(max(0, min(b, p.start) - a) for a, b in p.segments) for p in leads
    )
    result["setup_cost"] = setup_cost(problem, leads)
    result["overtime_min"] = overtime(problem, placed, leads)
    result["makespan_min"] = max((p.end - problem.now for p in placed), default=0)
    result["moved_operations"] = moved(problem, placed)
    result["light_batches"] = light_batches(problem, placed)
    result["short_campaigns"] = short_campaigns(problem, leads)
    result["dear_min"] = dear_minutes(problem, placed)
    return dict(result)


def made_for(operation: Operation, order: int) -> bool:
    return operation.order == order or order in operation.also


def total(problem: Problem, schedule: Schedule, weights: Weights) -> float:
    """The weighted sum; of a part of a plan, what it costs whatever follows."""
    values = parts(problem, replace(schedule, unplaced=()))
    if schedule.unplaced:
        values["moved_operations"] = values["light_batches"] = values["short_campaigns"] = 0
        values["dear_min"] = 0
    return sum(getattr(weights, name) * value for name, value in values.items())


def batch_leads(problem: Problem, placed: tuple[Placement, ...]) -> list[Placement]:
    """Placements, one per batch."""
    seen = set()
    result = []
    for p in placed:
        machine = problem.operations[p.operation].modes[p.mode].machine
        key: tuple[int, ...] = (p.operation,)
        if problem.machines[machine].kind is MachineKind.BATCH:
            key = machine, p.start, p.end
        if key not in seen:
            seen.add(key)
            result.append(p)
    return result


def light_batches(problem: Problem, placed: tuple[Placement, ...]) -> int:
    """Batches that begin below what one of their members wants in the oven."""
    loads: defaultdict[tuple[int, int, int], list[Placement]] = defaultdict(list)
    for p in placed:
        machine = machine_of(problem, p)
        if problem.machines[machine].kind is MachineKind.BATCH:
            loads[machine, p.start, p.end].append(p)
    light = 0
    for members in loads.values():
        records = [problem.operations[p.operation] for p in members]
        modes = [record.modes[p.mode] for record, p in zip(records, members, strict=True)]
        running = any(record.started for record in records)
        light += not running and sum(m.load for m in modes) < max(m.least_load for m in modes)
    return light


def dear_minutes(problem: Problem, placed: tuple[Placement, ...]) -> int:
    """Minute by minute: what a machine works at hours that it would rather not."""
    worked: set[tuple[int, int, int]] = set()
    running = {
        (machine_of(problem, p), p.start, p.end)
        for p in placed
        if problem.operations[p.operation].started
    }
    for number, p in enumerate(placed):
        machine = machine_of(problem, p)
        oven = problem.machines[machine].kind is MachineKind.BATCH
        prefers = problem.machines[machine].prefers
        begun = problem.operations[p.operation].started or (
            oven and (machine, p.start, p.end) in running
        )
        if prefers is None or begun:
            continue
        windows = problem.calendars[prefers].windows
        for minute in (m for a, b in p.segments for m in range(max(a, p.start), b)):
            if not any(w.start <= minute < w.end for w in windows):
                worked.add((machine, -1 if oven else number, minute))
    return len(worked)


def short_campaigns(problem: Problem, leads: list[Placement]) -> int:
    """Runs of one family that the plan both changes over to and away from too soon."""
    short = 0
    for index, machine in enumerate(problem.machines):
        if machine.setup_rule is None or machine.kind is MachineKind.CUMULATIVE:
            continue
        rule = problem.setup_rules[machine.setup_rule]
        own = [p for p in leads if machine_of(problem, p) == index]
        for k, part in enumerate(rule.parts):
            rows = [
                (padded(problem.operations[p.operation], rule)[k], p)
                for p in sorted(own, key=lambda p: (p.setup_start, p.end))
            ]
            groups = [
                (family, [p for _, p in members])
                for family, members in groupby((r for r in rows if r[0] >= 0), lambda r: r[0])
            ]
            mounted = machine.setup_state[k] if k < len(machine.setup_state) else -1
            for at, (family, members) in enumerate(groups[:-1]):
                begun = (at > 0 or mounted not in (-1, family)) and changed(problem, members)
                ended = changed(problem, groups[at + 1][1])
                minutes = sum(max(0, b - max(a, p.start)) for p in members for a, b in p.segments)
                short += begun and ended and minutes < part.least_run
    return short


def changed(problem: Problem, members: list[Placement]) -> bool:
    """Whether the first of them is set up for: what runs already is not."""
    return problem.operations[members[0].operation].started is None


def setup_cost(problem: Problem, leads: list[Placement]) -> float:
    cost = 0.0
    for index, machine in enumerate(problem.machines):
        if machine.setup_rule is None or machine.kind is MachineKind.CUMULATIVE:
            continue
        rule = problem.setup_rules[machine.setup_rule]
        mounted = list(machine.setup_state)
        for p in sorted(leads, key=lambda p: (p.setup_start, p.end)):
            record = problem.operations[p.operation]
            if record.modes[p.mode].machine != index:
                continue
            changes = []
            for part, old, new in zip(rule.parts, mounted, padded(record, rule), strict=True):
                entry = part.pairs.get((old, new), part.default if old != new else None)
                counts = old != new or rule.combine is not Combine.FIRST
                if entry and counts and min(old, new) >= 0 and not record.started:
                    changes.append(entry)
            if changes and rule.combine is Combine.SUM:
                cost += sum(c.cost for c in changes)
            elif changes and rule.combine is Combine.MAX:
                cost += max(changes, key=lambda c: c.minutes).cost
            elif changes:
                cost += changes[0].cost
            pairs = zip(mounted, padded(record, rule), strict=True)
            mounted = [new if new >= 0 else old for old, new in pairs]
    return cost


def overtime(problem: Problem, placed: tuple[Placement, ...], leads: list[Placement]) -> int:
    """Operator minutes in overtime; machine minutes in overtime where nobody is asked for."""
    minutes = 0
    for p in placed:
        for work in p.crew:
            calendar = problem.operators[work.operator].calendar
            minutes += overtime_minutes(problem, calendar, work.start, work.end)
    by_time = {(p.start, p.end, machine_of(problem, p)): [] for p in leads}
    for p in placed:
        by_time.setdefault((p.start, p.end, machine_of(problem, p)), []).append(p)
    for p in leads:
        machine = machine_of(problem, p)
        record = problem.machines[machine]
        oven = record.kind is MachineKind.BATCH
        members = by_time[p.start, p.end, machine] if oven else [p]
        modes = [problem.operations[m.operation].modes[m.mode] for m in members]
        for a, b in p.segments:
            if not any(work.setup for m in members for work in m.crew):
                minutes += overtime_minutes(problem, record.calendar, a, min(b, p.start))
            if not any(m.run_crew for m in modes):
                minutes += overtime_minutes(problem, record.calendar, max(a, p.start), b)
    return minutes


def machine_of(problem: Problem, placement: Placement) -> int:
    return problem.operations[placement.operation].modes[placement.mode].machine


def overtime_minutes(problem: Problem, calendar: int, start: int, end: int) -> int:
    windows = [w for w in problem.calendars[calendar].windows if w.overtime]
    return sum(max(0, min(end, w.end) - max(start, w.start)) for w in windows)


def moved(problem: Problem, placed: tuple[Placement, ...]) -> int:
    """Operations of the baseline that are not at its machine and start."""
    now_at = {p.operation: (machine_of(problem, p), p.start) for p in placed}
    before = ((p.operation, (machine_of(problem, p), p.start)) for p in problem.baseline)
    return sum(now_at.get(operation) != place for operation, place in before)
