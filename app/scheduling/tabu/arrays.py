"""Plain shops as flat arrays, and plans as machine sequences in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import (
    FOREVER,
    Calendar,
    Combine,
    End,
    MachineKind,
    Mode,
    Operation,
    Placement,
    Precedence,
    Problem,
    Weights,
)

Ints = NDArray[np.int32]
NONE = -1
LARGEST = 2**30
"""Sums of times stay below it, so that 32 bits hold them."""


@dataclass(frozen=True, slots=True)
class PlainShop:
    """Operations by index; lists of varying length lie one after the other (``*_at`` marks them).

    Shapes: ``before_at``, ``after_at``, ``mode_at`` n + 1; ``before``, ``before_lag`` (and
    ``after`` …) one per precedence; ``machine``, ``minutes`` one per mode; ``release``,
    ``family`` n (-1: no changeover); ``rule`` per machine (-1: none), ``mounted`` per machine
    the family at the beginning; ``changeover[rule, from, to]`` in minutes.
    """

    machines: int
    before_at: Ints
    before: Ints
    before_lag: Ints
    after_at: Ints
    after: Ints
    after_lag: Ints
    mode_at: Ints
    machine: Ints
    minutes: Ints
    release: Ints
    family: Ints
    rule: Ints
    mounted: Ints
    changeover: NDArray[np.int32]
    now: int

    @property
    def size(self) -> int:
        return len(self.release)

    @property
    def flexible(self) -> bool:
        return bool(np.any(np.diff(self.mode_at) > 1))

    @property
    def with_setups(self) -> bool:
        return bool(np.any(self.rule >= 0))


@dataclass(slots=True)
class Sequences:
    """A plan of a plain shop: the mode of each operation, and who comes before it there.

    ``previous`` and ``following`` are the neighbours on the machine (-1: none), ``first`` the
    first operation of each machine.
    """

    mode: Ints
    previous: Ints
    following: Ints
    first: Ints

    def copy(self) -> Sequences:
        return Sequences(
            self.mode.copy(), self.previous.copy(), self.following.copy(), self.first.copy()
        )


def plain_shop(problem: Problem, weights: Weights) -> PlainShop | None:
    """The arrays, or None where the problem or the objective is more than the search can state.

    It states: makespan alone; machines that take one operation at a time and are always open;
    any graph of end-to-start precedences with minimum lags; alternatives; one-part changeovers
    without forbidden pairs; release dates; operations that take time.
    """
    if weights != Weights(makespan_min=weights.makespan_min) or weights.makespan_min <= 0:
        return None
    if problem.materials or problem.tools or problem.baseline or not problem.operations:
        return None
    if not all(_plain_machine(problem, number) for number in range(len(problem.machines))):
        return None
    if not all(map(_plain_operation, problem.operations)):
        return None
    if not all(map(_plain_precedence, problem.precedences)):
        return None
    if not _small_enough(problem):
        return None
    return _arrays(problem)


def _plain_machine(problem: Problem, number: int) -> bool:
    machine = problem.machines[number]
    if machine.kind is not MachineKind.UNARY or machine.efficiency != 100 or machine.freeze:
        return False
    if not _always_open(problem.calendars[machine.calendar], problem.now):
        return False
    if machine.setup_rule is None:
        return True
    rule = problem.setup_rules[machine.setup_rule]
    if len(rule.parts) != 1 or rule.combine is Combine.FIRST or rule.parts[0].default is None:
        return False
    return all(pair is not None for pair in rule.parts[0].pairs.values())


def _always_open(calendar: Calendar, now: int) -> bool:
    return any(w.start <= now and w.end >= FOREVER and not w.overtime for w in calendar.windows)


def _plain_operation(operation: Operation) -> bool:
    free = operation.pin_machine is None and operation.pin_start is None
    plain = operation.latest_start >= FOREVER and not operation.first_piece
    return (
        free
        and plain
        and not operation.also
        and operation.started is None
        and not operation.setup_needs_material
        and len(operation.families) <= 1
        and bool(operation.modes)
        and all(map(_plain_mode, operation.modes))
    )


def _plain_mode(mode: Mode) -> bool:
    if mode.tools or mode.setup_crew or mode.run_crew or mode.setup or mode.turn_seconds:
        return False
    # Heads and tails tell what may precede what only where every operation takes time.
    return mode.run_seconds > 0


def _plain_precedence(link: Precedence) -> bool:
    ends = (link.before_end, link.after_end) == (End.END, End.START)
    return ends and link.max_lag is None and link.transfer is None and link.clock is None


def _small_enough(problem: Problem) -> bool:
    work = sum(max(_minutes(mode) for mode in operation.modes) for operation in problem.operations)
    lags = sum(max(0, link.min_lag) for link in problem.precedences)
    changes = [
        change.minutes
        for rule in problem.setup_rules
        for part in rule.parts
        for change in (*part.pairs.values(), part.default)
        if change is not None
    ]
    latest = max((_release(problem, operation) for operation in problem.operations), default=0)
    whole = work + lags + latest + len(problem.operations) * max(changes, default=0)
    return whole < LARGEST and all(link.min_lag >= 0 for link in problem.precedences)


def _minutes(mode: Mode) -> int:
    return -(-mode.run_seconds // 60)


def _release(problem: Problem, operation: Operation) -> int:
    """Earliest start after ``now``."""
    order = problem.orders[operation.order]
    return max(0, operation.release - problem.now, order.release - problem.now)


def _arrays(problem: Problem) -> PlainShop:
    operations, machines = problem.operations, problem.machines
    before = _lists(
        problem, [(link.after, link.before, link.min_lag) for link in problem.precedences]
    )
    after = _lists(
        problem, [(link.before, link.after, link.min_lag) for link in problem.precedences]
    )
    modes = [mode for operation in operations for mode in operation.modes]
    return PlainShop(
        len(machines),
        *before,
        *after,
        _marks([len(operation.modes) for operation in operations]),
        _ints([mode.machine for mode in modes]),
        _ints([_minutes(mode) for mode in modes]),
        _ints([_release(problem, operation) for operation in operations]),
        _ints([operation.families[0] if operation.families else NONE for operation in operations]),
        _ints([NONE if m.setup_rule is None else m.setup_rule for m in machines]),
        _ints([m.setup_state[0] if m.setup_state else NONE for m in machines]),
        _changeovers(problem),
        problem.now,
    )


def _lists(problem: Problem, links: Sequence[tuple[int, int, int]]) -> tuple[Ints, Ints, Ints]:
    """(marks, other ends, lags) of links (owner, other end, lag)."""
    ordered = sorted(links)
    counts = np.bincount([owner for owner, _, _ in ordered], minlength=len(problem.operations))
    others, lags = [other for _, other, _ in ordered], [lag for _, _, lag in ordered]
    return _marks(counts.tolist()), _ints(others), _ints(lags)


def _changeovers(problem: Problem) -> NDArray[np.int32]:
    size = max(1, len(problem.families))
    found = np.zeros((len(problem.setup_rules), size, size), np.int32)
    for number, rule in enumerate(problem.setup_rules):
        part = rule.parts[0]
        if part.default is not None:
            found[number] = part.default.minutes
            np.fill_diagonal(found[number], 0)
        for (one, other), change in part.pairs.items():
            if change is not None and one >= 0 and other >= 0:
                found[number, one, other] = change.minutes
    return found


def _marks(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int32)


# ---------------------------------------------------------------- plans


def sequences_of(shop: PlainShop, plan: Mapping[int, Placement]) -> Sequences | None:
    """The machine sequences of a plan; None if an operation is not in it."""
    if len(plan) != shop.size:
        return None
    found = Sequences(
        _ints([plan[i].mode for i in range(shop.size)]),
        np.full(shop.size, NONE, np.int32),
        np.full(shop.size, NONE, np.int32),
        np.full(shop.machines, NONE, np.int32),
    )
    last = [NONE] * shop.machines
    for i in sorted(plan, key=lambda i: (plan[i].start, plan[i].end, i)):
        machine = int(shop.machine[shop.mode_at[i] + plan[i].mode])
        found.previous[i] = last[machine]
        if last[machine] == NONE:
            found.first[machine] = i
        else:
            found.following[last[machine]] = i
        last[machine] = i
    return found
