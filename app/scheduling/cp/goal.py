"""The objective of a model: the weighted sum of its parts, as far as the model knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields

from ortools.sat.python import cp_model

from app.scheduling.behind import MAKESPAN, Behind
from app.scheduling.cp.draft import Draft, Step
from app.scheduling.cp.resources import Arc
from app.scheduling.problem import End, MachineKind, Weights


@dataclass(frozen=True, slots=True)
class Completion:
    """End of an order or of the plan: its variable, its range, and where the incumbent has it."""

    end: cp_model.IntVar
    low: int
    high: int
    now: int


class Goal:
    """Builds the objective; integer coefficients are ``scale`` times the weights."""

    def __init__(
        self,
        draft: Draft,
        weights: Weights,
        arcs: Mapping[int, list[Arc]],
        behind: Behind,
    ) -> None:
        self.draft = draft
        self.weights = weights
        self.scale = _scale(weights)
        self._ends = _completions(draft, behind)
        self._placed: dict[int, list[int]] = {}
        for i in draft.incumbent:
            for order in draft.problem.operations[i].orders:
                self._placed.setdefault(order, []).append(i)
        self._terms: list[cp_model.LinearExprT] = []
        self._constant = 0
        for order in sorted(self._ends):
            if order != MAKESPAN:
                self._order(order)
        self._makespan()
        self._setups(arcs)
        self._moved()
        draft.cp.minimize(sum(self._terms) + self._constant)

    def _coefficient(self, weight: float, factor: float = 1.0) -> int:
        """Rounded down, so that a bound stays a bound."""
        return int(weight * factor * self.scale + 1e-6)

    def _order(self, order: int) -> None:
        record, weights = self.draft.problem.orders[order], self.weights
        tardiness = self._coefficient(weights.weighted_tardiness_min, record.weight)
        late = self._coefficient(weights.late_orders)
        flow = self._coefficient(weights.flow_min)
        if not (tardiness or late or flow):
            return
        done, due = self._ends[order], record.due
        if done.high > due and tardiness:
            over = self._variable(max(0, done.low - due), done.high - due, done.now - due)
            self.draft.cp.add(over >= done.end - due)
            self._terms.append(tardiness * over)
        if done.high > due and late:
            self._late(done, due, late)
        if flow:
            self._flow(order, done, flow)

    def _late(self, done: Completion, due: int, coefficient: int) -> None:
        if done.low > due:
            self._constant += coefficient
            return
        is_late = self.draft.cp.new_bool_var("")
        self.draft.hint(is_late, done.now > due)
        self.draft.cp.add(done.end <= due).only_enforce_if(~is_late)
        self._terms.append(coefficient * is_late)

    def _flow(self, order: int, done: Completion, coefficient: int) -> None:
        problem = self.draft.problem
        begins = [
            (self.draft.begin(i), self.draft.incumbent[i].setup_start)
            for i in self._placed.get(order, ())
        ]
        if not begins:
            return
        earliest = min(old for _, old in begins)
        now = done.now - max(problem.now, earliest)
        span = self._variable(0, done.high - problem.now, now)
        for begin, _ in begins:
            if begin is not None:
                from_now = max(problem.now, begin) if isinstance(begin, int) else begin
                self.draft.cp.add(span >= done.end - from_now)
        self._terms.append(coefficient * span)

    def _makespan(self) -> None:
        coefficient = self._coefficient(self.weights.makespan_min)
        if coefficient and MAKESPAN in self._ends:
            self._terms.append(coefficient * self._ends[MAKESPAN].end)
            self._constant -= coefficient * self.draft.problem.now

    def _setups(self, arcs: Mapping[int, list[Arc]]) -> None:
        minutes = self._coefficient(self.weights.setup_min)
        for machine_arcs in arcs.values():
            for arc in machine_arcs:
                weight = minutes * arc.minutes + self._coefficient(
                    self.weights.setup_cost, arc.cost
                )
                if weight:
                    self._terms.append(weight * arc.on)
        for step in self.draft.steps.values():
            for choice in step.choices:
                counted = arcs.get(choice.machine) or self._in_batches(choice.machine)
                if minutes and choice.setup and not counted:
                    self._terms.append(minutes * choice.setup * choice.on)

    def _in_batches(self, machine: int) -> bool:
        """A batch counts its setup once, and the model knows no batches."""
        return self.draft.problem.machines[machine].kind is MachineKind.BATCH

    def _moved(self) -> None:
        coefficient = self._coefficient(self.weights.moved_operations)
        if not coefficient:
            return
        operations = self.draft.problem.operations
        for old in self.draft.problem.baseline:
            step = self.draft.steps.get(old.operation)
            if step is None:
                continue
            machine = operations[old.operation].modes[old.mode].machine
            stays = self.draft.cp.new_bool_var("")
            self.draft.cp.add(step.start == old.start).only_enforce_if(stays)
            others = [choice.on for choice in step.choices if choice.machine != machine]
            for other in others:
                self.draft.cp.add_implication(stays, ~other)
            self._terms.append(coefficient * ~stays)

    def _variable(self, low: int, high: int, hint: int) -> cp_model.IntVar:
        variable = self.draft.cp.new_int_var(low, max(low, high), "")
        self.draft.hint(variable, min(max(low, hint), max(low, high)))
        return variable


def _scale(weights: Weights) -> int:
    """The smallest power of ten that makes all weights whole numbers, at most 10,000."""
    values = [getattr(weights, part.name) for part in fields(weights)]
    scale = 1
    while scale < 10_000 and any(abs(v * scale - round(v * scale)) > 1e-9 for v in values):
        scale *= 10
    return scale


def _completions(draft: Draft, behind: Behind) -> dict[int, Completion]:
    """Ends of the orders that can change, and of the whole plan."""
    problem = draft.problem
    lower: defaultdict[int, int] = defaultdict(lambda: problem.now)
    upper: defaultdict[int, int] = defaultdict(lambda: problem.now)
    ends: defaultdict[int, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    for step in _last_steps(draft):
        for key in (*problem.operations[step.operation].orders, MAKESPAN):
            ends[key].append((step.end, 0))
            upper[key] = max(upper[key], draft.upper[step.operation])
    for operation, reached in behind.after_operation.items():
        _reach(draft.steps[operation].end, draft.upper[operation], reached, ends, upper)
    for machine, reached in behind.after_machine.items():
        last = _last_end(draft, machine)
        if last is not None:
            _reach(last, draft.latest, reached, ends, upper)
    for placement in draft.standing.values():
        for key in (*problem.operations[placement.operation].orders, MAKESPAN):
            lower[key] = max(lower[key], placement.end)
    for key, floor in behind.floor.items():
        lower[key] = max(lower[key], floor)
    now = _incumbent_ends(draft)
    completions = {}
    for key, reaching in ends.items():
        low, high = lower[key], max(lower[key], upper[key])
        end = draft.cp.new_int_var(low, high, "")
        draft.hint(end, min(max(low, now[key]), high))
        for variable, length in reaching:
            draft.cp.add(end >= variable + length)
        completions[key] = Completion(end, low, high, now[key])
    return completions


def _reach(
    variable: cp_model.IntVar,
    latest: int,
    reached: list[tuple[int, int]],
    ends: defaultdict[int, list[tuple[cp_model.IntVar, int]]],
    upper: defaultdict[int, int],
) -> None:
    for key, length in reached:
        ends[key].append((variable, length))
        upper[key] = max(upper[key], latest + length)


def _last_end(draft: Draft, machine: int) -> cp_model.IntVar | None:
    """End of the last free operation on a machine."""
    uses = [(s, c) for s in draft.steps.values() for c in s.on_machine(machine)]
    if not uses:
        return None
    last = draft.cp.new_int_var(draft.problem.now, draft.latest, "")
    for step, choice in uses:
        draft.cp.add(last >= step.end).only_enforce_if(choice.on)
    here = [
        draft.incumbent[step.operation].end
        for step, choice in uses
        if draft.incumbent[step.operation].mode == choice.mode
    ]
    draft.hint(last, max(here, default=draft.problem.now))
    return last


def _last_steps(draft: Draft) -> list[Step]:
    """Free operations that no other free operation of the same order must follow."""
    operations = draft.problem.operations
    followed = {
        link.before
        for link in draft.problem.precedences
        if link.after in draft.steps
        and link.before_end is End.END
        and link.min_lag >= 0
        and link.transfer is None
        and operations[link.before].orders == operations[link.after].orders
    }
    return [step for i, step in draft.steps.items() if i not in followed]


def _incumbent_ends(draft: Draft) -> defaultdict[int, int]:
    ends: defaultdict[int, int] = defaultdict(lambda: draft.problem.now)
    for placement in draft.incumbent.values():
        for key in (*draft.problem.operations[placement.operation].orders, MAKESPAN):
            ends[key] = max(ends[key], placement.end)
    return ends
