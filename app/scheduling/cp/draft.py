"""Variables of the free operations: begin of setup, start and end of run, mode, by calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from app.scheduling.pins import freezing, overdue_pins
from app.scheduling.problem import (
    FOREVER,
    FreezeLevel,
    MachineKind,
    Operation,
    Pausing,
    Placement,
    Problem,
)
from app.scheduling.spans import (
    Offsets,
    OpenTimes,
    Stretch,
    WorkCalendar,
    fixed_setup,
    run_minutes,
)

MOST_OFFSETS = 48
"""A pausing operation with more different pauses than this has its end relaxed instead."""

Tick = cp_model.IntVar | int
"""A time in the model: a variable of a free operation, the tick of one that stands."""


@dataclass(slots=True)
class Choice:
    """One mode of a free operation: ``on`` is true when it is chosen.

    ``setup`` is the least setup (without a changeover); ``total`` the elapsed time of setup and
    run if that is one number whenever it begins, else None. ``lead``: where the setup depends on
    the sequence or on another crew, the machine is held from ``start - lead`` at the latest.
    """

    mode: int
    machine: int
    on: cp_model.IntVar
    setup: int
    run: int
    lead: int | None = None
    total: int | None = None


@dataclass(slots=True)
class Step:
    """The variables of one free operation."""

    operation: int
    begin: cp_model.IntVar
    start: cp_model.IntVar
    end: cp_model.IntVar
    choices: list[Choice] = field(default_factory=list)

    def on_machine(self, machine: int) -> list[Choice]:
        """The choices that use a machine (with one copy of a mould, with two, ...)."""
        return [choice for choice in self.choices if choice.machine == machine]


class Impossible(Exception):
    """A free operation has no time at all within the horizon: there is nothing to search."""


class Draft:
    """A model in the making.

    ``upper`` gives for each free operation the latest end worth looking at, ``earliest`` the
    begin of the time looked at.
    """

    def __init__(
        self,
        problem: Problem,
        standing: Mapping[int, Placement],
        free: Iterable[int],
        incumbent: Mapping[int, Placement],
        upper: Mapping[int, int],
        open_times: OpenTimes,
        earliest: int,
    ) -> None:
        self.problem = problem
        self.earliest = earliest
        self.standing = standing
        self.incumbent = incumbent
        self.upper = upper
        self.open_times = open_times
        self.cp = cp_model.CpModel()
        self.steps: dict[int, Step] = {}
        self._calendars: dict[tuple[tuple[Stretch, ...], int], WorkCalendar] = {}
        self._offsets: dict[tuple[object, ...], dict[Offsets, list[Stretch]]] = {}
        self._frozen = _frozen(problem)
        self._overdue = overdue_pins(problem)
        self.latest = max(upper.values(), default=problem.now)
        for operation in sorted(free):
            self.steps[operation] = self._step(operation)

    # -- what other parts ask --------------------------------------------------------------------

    def begin(self, operation: int) -> Tick | None:
        step = self.steps.get(operation)
        if step is not None:
            return step.begin
        return self.standing[operation].setup_start if operation in self.standing else None

    def start(self, operation: int) -> Tick | None:
        step = self.steps.get(operation)
        if step is not None:
            return step.start
        return self.standing[operation].start if operation in self.standing else None

    def end(self, operation: int) -> Tick | None:
        step = self.steps.get(operation)
        if step is not None:
            return step.end
        return self.standing[operation].end if operation in self.standing else None

    def hint(self, variable: cp_model.IntVar, value: int | bool) -> None:
        """Where the incumbent stands; the solver begins its search there."""
        self.cp.add_hint(variable, int(value))

    def elapsed(self, least: int, chosen: bool, now: int) -> cp_model.IntVar:
        """The length of an interval of no fixed length, hinted with ``now`` if it is in use."""
        most = max(least, self.latest - self.earliest)
        variable = self.cp.new_int_var(least, most, "")
        self.hint(variable, min(max(least, now), most) if chosen else least)
        return variable

    def changes_over(self, machine: int) -> bool:
        """Whether setups on the machine depend on the sequence."""
        record = self.problem.machines[machine]
        return record.setup_rule is not None and record.kind is not MachineKind.CUMULATIVE

    def bakes(self, machine: int) -> bool:
        """Whether it is an oven."""
        return self.problem.machines[machine].kind is MachineKind.BATCH

    # -- variables -------------------------------------------------------------------------------

    def _step(self, index: int) -> Step:
        operation = self.problem.operations[index]
        low, high = self.earliest, self.upper[index]
        if high < low:
            raise Impossible
        cp, old = self.cp, self.incumbent[index]
        start = cp.new_int_var(low, high, f"start{index}")
        end = cp.new_int_var(low, high, f"end{index}")
        has_setup = any(
            fixed_setup(operation, mode)
            or self.changes_over(mode.machine)
            or self.bakes(mode.machine)
            for mode in operation.modes
        )
        begin = cp.new_int_var(low, high, f"begin{index}") if has_setup else start
        step = Step(index, begin, start, end)
        self.hint(start, old.start)
        self.hint(end, old.end)
        if has_setup:
            self.hint(begin, old.setup_start)
        self._bounds(step, operation)
        for mode in self._allowed(index, operation):
            self._choice(step, operation, mode)
        if not step.choices:
            raise Impossible
        cp.add_exactly_one([choice.on for choice in step.choices])
        return step

    def _bounds(self, step: Step, operation: Operation) -> None:
        cp = self.cp
        orders = self.problem.orders
        release = max(operation.release, *(orders[k].release for k in operation.orders))
        if release > self.problem.now:
            cp.add(step.start >= release)
            if operation.setup_needs_material and step.begin is not step.start:
                cp.add(step.begin >= release)
        if operation.latest_start < FOREVER:
            cp.add(step.start <= operation.latest_start)
        if operation.pin_start is not None and step.operation not in self._overdue:
            cp.add(step.start == operation.pin_start)
        frozen = self._frozen.get(step.operation)
        if frozen is not None:
            cp.add(step.start >= frozen[1])
            cp.add(step.start <= frozen[2])

    def _allowed(self, index: int, operation: Operation) -> list[int]:
        machine = operation.pin_machine
        if index in self._frozen:
            machine = self._frozen[index][0]
        return [k for k, m in enumerate(operation.modes) if machine is None or m.machine == machine]

    def _choice(self, step: Step, operation: Operation, mode_index: int) -> None:
        mode = operation.modes[mode_index]
        machine = self.problem.machines[mode.machine]
        setup, run = fixed_setup(operation, mode), run_minutes(self.problem, machine, mode)
        joint = mode.setup_crew == mode.run_crew or setup == 0
        joint = joint and not self.changes_over(mode.machine)
        offsets = self._offsets_of(
            step.operation, operation, mode_index, setup if joint else 0, run
        )
        if not offsets:
            return
        on = self.cp.new_bool_var(f"mode{step.operation}.{mode_index}")
        self.hint(on, self.incumbent[step.operation].mode == mode_index)
        choice = Choice(mode_index, mode.machine, on, setup, run, None if joint else setup)
        step.choices.append(choice)
        if machine.starts is not None:
            allowed = [[w.start, w.end - 1] for w in self.problem.calendars[machine.starts].windows]
            hours = cp_model.Domain.from_intervals(allowed)
            self.cp.add_linear_expression_in_domain(step.start, hours).only_enforce_if(on)
        if not joint and step.begin is not step.start:
            self.cp.add(step.begin + setup <= step.start).only_enforce_if(on)
        base = step.begin if joint else step.start
        if joint and setup == 0 and self.bakes(mode.machine):  # others of its batch may have one
            base, choice.lead = step.start, 0
            self.cp.add(step.begin <= step.start).only_enforce_if(on)
        if len(offsets) > MOST_OFFSETS:
            self.cp.add(step.end >= step.start + run).only_enforce_if(on)
            if joint and base is not step.start:
                self.cp.add(step.start >= base + setup).only_enforce_if(on)
            return
        # A batch lasts as long as its longest member, turns leave idle minutes before a pause,
        # and the copies hung may have fewer cavities than the best: the end may be later.
        loose = (
            machine.kind is MachineKind.BATCH
            or operation.pausing is Pausing.TURNS
            or any(demand.shapes for demand in mode.tools)
        )
        self._place(step, choice, base, offsets, 0 if joint else setup, loose)

    def _place(
        self,
        step: Step,
        choice: Choice,
        base: cp_model.IntVar,
        offsets: dict[Offsets, list[Stretch]],
        lead: int,
        loose: bool,
    ) -> None:
        """Tie start and end to ``base``; ``lead`` minutes of setup stand before it."""
        cp, old = self.cp, self.incumbent[step.operation]
        old_base = old.setup_start if base is step.begin else old.start
        low, high = self.earliest, self.upper[step.operation]
        totals = {to_end for _, to_end in offsets}
        if len(totals) == 1 and not loose:
            choice.total = lead + next(iter(totals))
        pieces: list[cp_model.IntVar] = []
        for (to_start, to_end), ranges in offsets.items():
            piece = choice.on if len(offsets) == 1 else cp.new_bool_var("")
            pieces.append(piece)
            if len(offsets) > 1:
                here = any(a <= old_base <= b for a, b in ranges)
                self.hint(piece, here and old.mode == choice.mode)
            if len(ranges) > 1 or ranges[0][0] > low or ranges[0][1] < high - to_end:
                domain = cp_model.Domain.from_intervals([list(part) for part in ranges])
                cp.add_linear_expression_in_domain(base, domain).only_enforce_if(piece)
            if base is not step.start:
                starts = step.start == base + to_start
                if self.problem.machines[choice.machine].kind is MachineKind.BATCH:
                    starts = step.start >= base + to_start  # the longest setup of the batch
                cp.add(starts).only_enforce_if(piece)
            ends = step.end >= base + to_end if loose else step.end == base + to_end
            cp.add(ends).only_enforce_if(piece)
        if len(offsets) > 1:
            cp.add_exactly_one([*pieces, ~choice.on])

    def _offsets_of(
        self, index: int, operation: Operation, mode_index: int, setup: int, run: int
    ) -> dict[Offsets, list[Stretch]]:
        mode = operation.modes[mode_index]
        parts = self.open_times.of(mode, mode.run_crew)
        whole = operation.pausing is Pausing.NEVER
        key = (id(parts), setup, run, whole, self.upper[index])
        if key not in self._offsets:
            calendar_key = (parts, self.upper[index])
            calendar = self._calendars.get(calendar_key)
            if calendar is None:
                calendar = WorkCalendar(parts, self.earliest, self.upper[index])
                self._calendars[calendar_key] = calendar
            find = calendar.whole if whole else calendar.paused
            self._offsets[key] = find(setup, run)
        return self._offsets[key]


def _frozen(problem: Problem) -> dict[int, tuple[int, int, int]]:
    """Per operation held by a freeze zone: machine, earliest and latest start."""
    held: dict[int, tuple[int, int, int]] = {}
    for old in problem.baseline:
        machine = problem.operations[old.operation].modes[old.mode].machine
        for zone in freezing(problem, old):
            locked = zone.level is FreezeLevel.LOCKED
            earliest = old.start if locked else zone.start
            latest = old.start if locked else zone.end - 1
            held[old.operation] = (machine, earliest, latest)
    return held
