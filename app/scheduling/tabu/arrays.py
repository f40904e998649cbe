"""Plain shops as flat arrays, and plans as machine sequences in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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
Table = NDArray[np.void]
"""Lines of a structured type below."""
NONE = -1
LARGEST = 2**30
"""Sums of times stay below it, so that 32 bits hold them."""


def _line(*columns: str) -> np.dtype[Any]:
    return np.dtype([(column, np.int32) for column in columns])


OPERATION = _line("before_at", "after_at", "mode_at", "release", "rest", "family", "_", "__")
LINK = _line("before", "before_lag", "after", "after_lag")
WAY = _line("to", "minutes")
ROW = _line("rule", "ready", "mounted", "behind", "coming", "first", "last", "_")
LIVE = _line(
    *("mode", "previous", "following", "machine", "length", "head", "tail", "place"),
    *("mark", "dirty", "head_without", "tail_without", "fresh_head", "fresh_tail", "_", "__"),
)
"""The plan at work: a line of the table is one line of the processor's cache."""

# Lists beside it; the list of ends has its length at its end.
ORDER, PATH, BLOCK, NEW, BUFFER, ENDS, LISTS = range(7)


class PlainShop(NamedTuple):
    """A plain shop as tables of integers (minutes after ``now``).

    ``ops``: ``OPERATION`` lines, one more than operations; ``*_at`` mark where the lists of an
    operation begin in ``links`` (``LINK``, a precedence once by the operation after and once by
    the one before) and ``ways`` (``WAY``: machine and length of a mode); ``release`` its earliest
    start, ``rest`` the least time from its end to the end of all, ``family`` -1 for no changeover.
    ``rows``: ``ROW`` lines, one per machine; ``rule`` -1 for no changeovers; ``ready`` and
    ``mounted``: when the machine is free, and for which family; ``behind`` and ``coming``: the
    time it needs after its last operation, and the family of what follows: 0 or -1 for a whole
    shop, what lies around it for a part of one; ``first`` and ``last`` belong to the plan at work.
    ``setup[rule, from, to]``: minutes of changeover.
    """

    ops: Table
    links: Table
    ways: Table
    rows: Table
    setup: Ints
    now: int

    @property
    def size(self) -> int:
        return len(self.ops) - 1

    @property
    def machines(self) -> int:
        return len(self.rows)

    @property
    def flexible(self) -> bool:
        return bool(np.any(np.diff(self.ops["mode_at"]) > 1))

    @property
    def with_setups(self) -> bool:
        return bool(np.any(self.rows["rule"] >= 0))


class Sequences(NamedTuple):
    """A plan of a plain shop: each operation's mode and who is before it there (-1: nobody)."""

    mode: Ints
    previous: Ints

    def copy(self) -> Sequences:
        return Sequences(self.mode.copy(), self.previous.copy())


def plain_shop(problem: Problem, weights: Weights) -> PlainShop | None:
    """The tables, or None where the problem or the objective is more than the tabu search states:
    makespan alone, of a shop that ``plain_tables`` takes."""
    if weights != Weights(makespan_min=weights.makespan_min) or weights.makespan_min <= 0:
        return None
    return plain_tables(problem)


def plain_tables(problem: Problem) -> PlainShop | None:
    """The tables, or None where the problem is more than they can state.

    They state: machines that take one operation at a time and are always open; any graph of
    end-to-start precedences with minimum lags; alternatives; one-part changeovers without
    forbidden pairs; release dates; operations that take time.
    """
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
    if machine.starts is not None:
        return False
    if not _always_open(problem.calendars[machine.calendar], problem.now):
        return False
    if machine.setup_rule is None:
        return True
    rule = problem.setup_rules[machine.setup_rule]
    if len(rule.parts) != 1 or rule.combine is Combine.FIRST or rule.parts[0].default is None:
        return False
    changes = (rule.parts[0].default, *rule.parts[0].pairs.values())
    return all(change is not None and not change.crew for change in changes)


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
    released = max(operation.release, *(problem.orders[k].release for k in operation.orders))
    return max(0, released - problem.now)


def _arrays(problem: Problem) -> PlainShop:
    operations, machines = problem.operations, problem.machines
    modes = [mode for operation in operations for mode in operation.modes]
    ops = np.zeros(len(operations) + 1, OPERATION)
    links = np.zeros(len(problem.precedences), LINK)
    into = sorted((link.after, link.before, link.min_lag) for link in problem.precedences)
    out = sorted((link.before, link.after, link.min_lag) for link in problem.precedences)
    if into:
        _, links["before"], links["before_lag"] = np.array(into).T
        _, links["after"], links["after_lag"] = np.array(out).T
    ops["before_at"] = _marks(len(operations), [owner for owner, _, _ in into])
    ops["after_at"] = _marks(len(operations), [owner for owner, _, _ in out])
    owners = [i for i, operation in enumerate(operations) for _ in operation.modes]
    ops["mode_at"] = _marks(len(operations), owners)
    ops["release"][:-1] = [_release(problem, operation) for operation in operations]
    ops["family"][:-1] = [o.families[0] if o.families else NONE for o in operations]
    rows = np.zeros(len(machines), ROW)
    rows["rule"] = [NONE if m.setup_rule is None else m.setup_rule for m in machines]
    rows["mounted"] = [m.setup_state[0] if m.setup_state else NONE for m in machines]
    rows["coming"] = NONE
    ways = np.zeros(len(modes), WAY)
    ways["to"] = [mode.machine for mode in modes]
    ways["minutes"] = [_minutes(mode) for mode in modes]
    return PlainShop(ops, links, ways, rows, _changeovers(problem), problem.now)


def _marks(count: int, owners: Sequence[int]) -> Ints:
    """Where the list of each owner begins, in lists one after the other; ``count`` + 1 marks."""
    counts = np.bincount(np.array(owners, np.int64), minlength=count)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


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


# ---------------------------------------------------------------- plans


def sequences_of(shop: PlainShop, plan: Mapping[int, Placement]) -> Sequences | None:
    """The machine sequences of a plan; None if an operation is not in it."""
    if len(plan) != shop.size:
        return None
    mode = np.array([plan[i].mode for i in range(shop.size)], np.int32)
    previous = np.full(shop.size, NONE, np.int32)
    on = shop.ways["to"][shop.ops["mode_at"][:-1] + mode].tolist()
    last = [NONE] * shop.machines
    for i in sorted(plan, key=lambda i: (plan[i].start, plan[i].end, i)):
        previous[i] = last[on[i]]
        last[on[i]] = i
    return Sequences(mode, previous)
