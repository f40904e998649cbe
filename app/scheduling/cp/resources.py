"""Rules of resources: machines, changeovers, tools, people, materials; and precedences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.scheduling.cp.draft import Choice, Draft, Step, Tick
from app.scheduling.problem import (
    Changeover,
    Combine,
    End,
    Machine,
    MachineKind,
    Mode,
    Placement,
    Precedence,
)
from app.scheduling.setups import FREE, Setups, State
from app.scheduling.spans import common, fixed_setup

MOST_ARCS = 6_000
"""Changeovers of a machine with more pairs of operations than this are left to the decoder."""

MOST_EVENTS = 80
"""A material with more movements than this is left to the decoder."""


def constrain(draft: Draft) -> dict[int, list[Arc]]:
    """State every rule; returns the changeover arcs by machine, for the objective."""
    for link in draft.problem.precedences:
        _precedence(draft, link)
    users: defaultdict[int, list[tuple[Step, Choice]]] = defaultdict(list)
    for step in draft.steps.values():
        for choice in step.choices:
            users[choice.machine].append((step, choice))
    standing = _standing_by_machine(draft)
    arcs: dict[int, list[Arc]] = {}
    for machine, uses in users.items():
        _machine(draft, machine, uses, standing[machine])
        if draft.changes_over(machine):
            arcs[machine] = _changeovers(draft, machine, standing[machine])
    _tools(draft)
    _people(draft)
    _materials(draft)
    return arcs


# -- precedences ----------------------------------------------------------------------------------


def _precedence(draft: Draft, link: Precedence) -> None:
    if link.before not in draft.steps and link.after not in draft.steps:
        return
    before, after = _at(draft, link.before, link.before_end), _at(draft, link.after, link.after_end)
    if before is None or after is None:
        return
    if link.transfer is not None:
        _transfer(draft, link, *link.transfer)
        return
    # Open minutes of a calendar take at least as many elapsed ones; a maximum lag in open minutes
    # is left to the decoder.
    draft.cp.add(after - before >= link.min_lag)
    if link.max_lag is not None and link.clock is None:
        draft.cp.add(after - before <= link.max_lag)
    operation = draft.problem.operations[link.after]
    waits = operation.setup_needs_material and link.after_end is End.START
    begin = draft.begin(link.after)
    if waits and link.after in draft.steps and begin is not None:
        draft.cp.add(begin - before >= link.min_lag)


def _at(draft: Draft, operation: int, end: End) -> Tick | None:
    return draft.start(operation) if end is End.START else draft.end(operation)


def _transfer(draft: Draft, link: Precedence, share: int, whole: int) -> None:
    """Overlap by transfer batches: the share of the run that must lie before, per mode."""
    for first, other, head in ((link.before, link.after, True), (link.after, link.before, False)):
        step = draft.steps.get(first)
        runs = [choice.run for choice in step.choices] if step else [0]
        minutes = -(-min(runs) * share // whole)
        if head:
            early, late = draft.start(first), draft.start(other)
            minutes += link.min_lag
        else:
            early, late = draft.end(other), draft.end(first)
        if early is not None and late is not None and not isinstance(late - early, int):
            draft.cp.add(late - early >= minutes)


# -- machines -------------------------------------------------------------------------------------


def _standing_by_machine(draft: Draft) -> defaultdict[int, list[Placement]]:
    held: defaultdict[int, list[Placement]] = defaultdict(list)
    for placement in draft.standing.values():
        mode = draft.problem.operations[placement.operation].modes[placement.mode]
        held[mode.machine].append(placement)
    return held


def _interval(draft: Draft, step: Step, choice: Choice) -> cp_model.IntervalVar:
    """The time the machine is held, if the choice is made."""
    begin = step.begin if choice.lead is None else step.start - choice.lead
    size: cp_model.IntVar | int
    if choice.total is not None:
        size = choice.total
    else:
        old = draft.incumbent[step.operation]
        first = old.setup_start if choice.lead is None else old.start - choice.lead
        chosen = old.mode == choice.mode
        size = draft.elapsed(choice.setup + choice.run, chosen, old.end - first)
    return draft.cp.new_optional_interval_var(begin, size, step.end, choice.on, "")


def _in_sight(draft: Draft) -> Iterator[Placement]:
    """What stands within the time looked at."""
    return (p for p in draft.standing.values() if _seen(draft, p))


def _seen(draft: Draft, placement: Placement) -> bool:
    return placement.end > draft.earliest and placement.setup_start < draft.latest


def _held(draft: Draft, placement: Placement) -> cp_model.IntervalVar:
    size = placement.end - placement.setup_start
    return draft.cp.new_fixed_size_interval_var(placement.setup_start, size, "")


def _machine(
    draft: Draft, index: int, uses: list[tuple[Step, Choice]], standing: list[Placement]
) -> None:
    machine: Machine = draft.problem.machines[index]
    intervals = [_interval(draft, step, choice) for step, choice in uses]
    standing = [placement for placement in standing if _seen(draft, placement)]
    intervals += [_held(draft, placement) for placement in standing]
    if machine.kind is MachineKind.UNARY:
        draft.cp.add_no_overlap(intervals)
        return
    loads = [_mode(draft, step.operation, choice.mode).load for step, choice in uses]
    loads += [_mode(draft, p.operation, p.mode).load for p in standing]
    draft.cp.add_cumulative(intervals, loads, machine.capacity)


def _mode(draft: Draft, operation: int, mode: int) -> Mode:
    return draft.problem.operations[operation].modes[mode]


@dataclass(frozen=True, slots=True)
class Arc:
    """``on``: ``after`` follows ``before`` directly; the setup then takes minutes and money.

    ``before`` or ``after`` is None at the ends of the sequence.
    """

    before: int | None
    after: int | None
    on: cp_model.IntVar
    minutes: int = 0
    cost: float = 0.0


def _changeovers(draft: Draft, machine: int, standing: list[Placement]) -> list[Arc]:
    """The sequence on a machine as a circuit through a node that stands for both ends."""
    steps = [step for step in draft.steps.values() if step.on_machine(machine)]
    seen = sorted((p for p in standing if _seen(draft, p)), key=lambda p: p.setup_start)
    later = (p for p in standing if p.setup_start >= draft.latest)
    seen += sorted(later, key=lambda p: p.setup_start)[:1]
    if not 0 < len(steps) * (len(steps) + 2 * len(seen)) <= MOST_ARCS:
        return []
    if draft.problem.machines[machine].kind is MachineKind.BATCH:
        return []  # one setup per batch, and batches are made by the decoder
    arcs = list(_arcs(draft, machine, steps, standing, seen))
    nodes: dict[int | None, int] = {None: 0}
    nodes |= {step.operation: k for k, step in enumerate(steps, start=1)}
    nodes |= {p.operation: k for k, p in enumerate(seen, start=len(nodes))}
    circuit: list[tuple[int, int, cp_model.LiteralT]] = [
        (nodes[arc.before], nodes[arc.after], arc.on) for arc in arcs
    ]
    for step in steps:
        node = nodes[step.operation]
        circuit.append((node, node, ~_present(draft, step, machine)))
    sequence = [step.operation for step in steps if _stands_on(draft, step.operation, machine)]
    sequence += [p.operation for p in seen]
    sequence.sort(key=lambda operation: draft.incumbent[operation].setup_start)
    idle = draft.cp.new_bool_var("")
    circuit.append((0, 0, idle))
    draft.cp.add_circuit(circuit)
    draft.hint(idle, not sequence)
    pairs = set(zip([None, *sequence], [*sequence, None], strict=True)) - {(None, None)}
    for arc in arcs:
        draft.hint(arc.on, (arc.before, arc.after) in pairs)
    return arcs


def _arcs(
    draft: Draft,
    machine: int,
    steps: list[Step],
    standing: list[Placement],
    seen: list[Placement],
) -> Iterator[Arc]:
    """Who may follow whom: free operations among each other and around what stands."""
    setups = Setups(draft.problem, machine)
    mounted = _mounted(draft, setups, steps, standing, seen)
    last: int | None = None
    for placement in seen:
        operation = placement.operation
        mode = _mode(draft, operation, placement.mode)
        for before, change in _changes(draft, setups, mounted, operation, [mode]):
            if before == last or before in draft.steps:
                on = draft.cp.new_bool_var("")
                if before is not None and before in draft.steps:
                    end = draft.steps[before].end
                    draft.cp.add(end + change.minutes <= placement.start).only_enforce_if(on)
                yield Arc(before, operation, on, change.minutes, change.cost)
        yield Arc(operation, None, draft.cp.new_bool_var(""))
        last = operation
    for step in steps:
        modes = [_mode(draft, step.operation, c.mode) for c in step.on_machine(machine)]
        for before, change in _changes(draft, setups, mounted, step.operation, modes):
            on = draft.cp.new_bool_var("")
            draft.cp.add(step.begin + change.minutes <= step.start).only_enforce_if(on)
            end_before = None if before is None else draft.end(before)
            if end_before is not None:
                draft.cp.add(step.begin >= end_before).only_enforce_if(on)
            yield Arc(before, step.operation, on, change.minutes, change.cost)
        yield Arc(step.operation, None, draft.cp.new_bool_var(""))


def _mounted(
    draft: Draft,
    setups: Setups,
    steps: list[Step],
    standing: list[Placement],
    seen: list[Placement],
) -> dict[int | None, State]:
    """What is mounted after each operation, and (None) before the time looked at."""
    operations = draft.problem.operations
    begin = setups.initial
    for placement in sorted(standing, key=lambda p: p.setup_start):
        if placement.end <= draft.earliest:
            begin = setups.after(begin, operations[placement.operation].families)
    bare = (-1,) * len(setups.parts)
    mounted: dict[int | None, State] = {None: begin}
    for operation in (*(s.operation for s in steps), *(p.operation for p in seen)):
        mounted[operation] = setups.after(bare, operations[operation].families)
    return mounted


def _changes(
    draft: Draft,
    setups: Setups,
    mounted: dict[int | None, State],
    operation: int,
    modes: list[Mode],
) -> Iterator[tuple[int | None, Changeover]]:
    """Setup (minutes in all, cost of the changeover) after each possible predecessor."""
    record = draft.problem.operations[operation]
    for before, state in mounted.items():
        change = setups.change(state, record.families)
        if before == operation:
            continue
        if record.started is not None:
            yield before, FREE
            continue
        if change is None:
            continue
        if -1 in state and setups.combine is not Combine.SUM:
            change = FREE  # what is mounted there decides which part counts: unknown here
        minutes = min(fixed_setup(record, mode, change.minutes) for mode in modes)
        yield before, Changeover(minutes, change.cost)


def _present(draft: Draft, step: Step, machine: int) -> cp_model.IntVar:
    choices = step.on_machine(machine)
    if len(choices) == 1:
        return choices[0].on
    present = draft.cp.new_bool_var("")
    draft.cp.add(sum(choice.on for choice in choices) == present)
    draft.hint(present, _stands_on(draft, step.operation, machine))
    return present


def _stands_on(draft: Draft, operation: int, machine: int) -> bool:
    placement = draft.incumbent[operation]
    return _mode(draft, operation, placement.mode).machine == machine


# -- tools ----------------------------------------------------------------------------------------


def _tools(draft: Draft) -> None:
    """Copies of a type as one amount: which copy it is, is left to the decoder."""
    units: defaultdict[int, int] = defaultdict(int)
    for tool in draft.problem.tools:
        units[tool.tool_type] += tool.capacity
    demands: defaultdict[int, list[tuple[cp_model.IntervalVar, int]]] = defaultdict(list)
    for step in draft.steps.values():
        for choice in step.choices:
            for tool_demand in _mode(draft, step.operation, choice.mode).tools:
                interval = _tool_interval(draft, step, choice, tool_demand.until)
                demands[tool_demand.tool_type].append((interval, tool_demand.count))
    for placement in _in_sight(draft):
        for tool_demand in _mode(draft, placement.operation, placement.mode).tools:
            if tool_demand.tool_type in demands and tool_demand.until is None:
                held = (_held(draft, placement), tool_demand.count)
                demands[tool_demand.tool_type].append(held)
    for tool_type, uses in demands.items():
        if sum(count for _, count in uses) > units[tool_type]:
            intervals = [interval for interval, _ in uses]
            counts = [count for _, count in uses]
            draft.cp.add_cumulative(intervals, counts, units[tool_type])


def _tool_interval(
    draft: Draft, step: Step, choice: Choice, until: int | None
) -> cp_model.IntervalVar:
    last = draft.end(until) if until is not None else None
    if until is None or last is None:
        return _interval(draft, step, choice)
    begin = step.start - choice.lead if choice.lead is not None else step.begin
    old = draft.incumbent[step.operation]
    first = old.setup_start if choice.lead is None else old.start - choice.lead
    now = draft.incumbent[until].end - first if until in draft.incumbent else 0
    elapsed = draft.elapsed(0, old.mode == choice.mode, now)
    return draft.cp.new_optional_interval_var(begin, elapsed, last, choice.on, "")


# -- people ---------------------------------------------------------------------------------------


def _people(draft: Draft) -> None:
    """Heads per skill, at the times when nobody's work can pause.

    An operation that spans a closed time holds no operator there, but its interval does not say
    so. The capacity counts therefore only while every machine is open and enough people for the
    largest demand are on shift: then all that has begun is being worked on.
    """
    if not draft.problem.operators:
        return
    demands: defaultdict[int, list[tuple[cp_model.IntervalVar, int]]] = defaultdict(list)
    largest: defaultdict[int, int] = defaultdict(int)
    machines: defaultdict[int, set[int]] = defaultdict(set)
    for step in draft.steps.values():
        for choice in step.choices:
            mode = _mode(draft, step.operation, choice.mode)
            if not mode.run_crew:
                continue
            interval = _run_interval(draft, step, choice)
            for demand in mode.run_crew:
                demands[demand.skill].append((interval, demand.heads))
                largest[demand.skill] = max(largest[demand.skill], demand.heads)
                machines[demand.skill].add(choice.machine)
    for placement in _in_sight(draft):
        mode = _mode(draft, placement.operation, placement.mode)
        for demand in mode.run_crew:
            if demand.skill in demands and placement.end > placement.start:
                length = placement.end - placement.start
                run = draft.cp.new_fixed_size_interval_var(placement.start, length, "")
                demands[demand.skill].append((run, demand.heads))
    for skill, uses in demands.items():
        _heads(draft, skill, uses, largest[skill], machines[skill])


def _run_interval(draft: Draft, step: Step, choice: Choice) -> cp_model.IntervalVar:
    if choice.total is not None and (choice.lead is not None or choice.setup == 0):
        size: cp_model.LinearExprT = choice.total - choice.setup
    else:
        old = draft.incumbent[step.operation]
        size = draft.elapsed(choice.run, old.mode == choice.mode, old.end - old.start)
    return draft.cp.new_optional_interval_var(step.start, size, step.end, choice.on, "")


def _heads(
    draft: Draft,
    skill: int,
    uses: list[tuple[cp_model.IntervalVar, int]],
    largest: int,
    machines: set[int],
) -> None:
    ticks, heads = draft.open_times.presence.profile(skill)
    most = max(heads, default=0)
    if sum(count for _, count in uses) <= min(heads, default=0) or not most:
        return
    intervals = [interval for interval, _ in uses]
    counts = [count for _, count in uses]
    looked_at = [(draft.earliest, draft.latest)]
    sure = common(draft.open_times.always_worked(frozenset(machines)), looked_at)
    first = max(0, bisect_right(ticks, draft.earliest) - 1)
    for k in range(first, min(len(ticks) - 1, bisect_left(ticks, draft.latest))):
        if not largest <= heads[k] < most:
            continue
        for start, end in common(sure, [(ticks[k], min(ticks[k + 1], draft.latest))]):
            intervals.append(draft.cp.new_fixed_size_interval_var(start, end - start, ""))
            counts.append(most - heads[k])
    draft.cp.add_cumulative(intervals, counts, most)


# -- materials ------------------------------------------------------------------------------------


def _materials(draft: Draft) -> None:
    """The balance never below zero; receipts and output count before use at the same tick."""
    events: defaultdict[int, list[tuple[Tick, int]]] = defaultdict(list)
    for index, operation in enumerate(draft.problem.operations):
        start, end = draft.start(index), draft.end(index)
        for used, quantity in operation.consumes:
            if start is not None and operation.started is None:
                events[used].append((start, -quantity))
        for made, quantity in operation.produces:
            if end is not None:
                events[made].append((end, quantity))
    for index, material in enumerate(draft.problem.materials):
        moves = events[index]
        needed = -sum(quantity for _, quantity in moves if quantity < 0)
        if needed <= material.stock or len(moves) > MOST_EVENTS:
            continue
        now = draft.problem.now
        all_moves: list[tuple[Tick, int]] = [(now, material.stock), *material.receipts, *moves]
        times = [max(tick, now) if isinstance(tick, int) else tick for tick, _ in all_moves]
        amounts = [quantity for _, quantity in all_moves]
        draft.cp.add_reservoir_constraint(times, amounts, 0, sum(q for q in amounts if q > 0))
