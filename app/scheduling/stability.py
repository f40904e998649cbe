"""How much a plan may change, as a hard limit, and how much it did.

"At most 20 operations that start within 3 days may move, none on Press 2 before Thursday" are two
limits: ``Limit(20, until=now + 3 days)`` and ``Limit(0, until=Thursday, machines={Press 2})``.
An operation *moves* if its machine or its run start differs from the baseline, the plan in force,
or if it loses its place. What is not in the baseline is new and counts nowhere.

A limit is kept by pinning: what may not move is fixed where it stands, and the search does what it
can with the rest. Which operations are let go is decided by what a search without the limit would
have moved, the most profitable first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.messages import Message
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import (
    POLICIES,
    Operation,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from app.scheduling.progress import Progress, Solution, Stage, Status

FREE_SHARE = 0.4
"""Part of the time in which the search is free, to find out which moves pay."""

ROUNDS = 3
"""How often the operations that are let go are chosen anew."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Of the operations whose baseline start is before ``until`` on ``machines``, ``most`` move.

    ``until`` in ticks, None = however late; ``machines`` None = all.
    """

    most: int
    until: int | None = None
    machines: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Churn:
    """What differs from the baseline. Minutes are those of the run starts.

    ``moved`` of ``placed`` baseline operations; of them ``other_machine`` changed the machine,
    ``earlier`` and ``later`` start at another time on the same or another machine, ``lost`` have
    no place any more. ``new`` are placed now and were not before. ``shift_min``: sum of the
    shifts either way; ``most_shift_min``: the largest.
    """

    placed: int = 0
    moved: int = 0
    other_machine: int = 0
    earlier: int = 0
    later: int = 0
    lost: int = 0
    new: int = 0
    shift_min: int = 0
    most_shift_min: int = 0

    @property
    def share(self) -> float:
        """Moved of placed, 0 to 1."""
        return self.moved / self.placed if self.placed else 0.0


def churn(problem: Problem, schedule: Schedule) -> Churn:
    """How far a schedule is from the problem's baseline."""
    now_at = {p.operation: p for p in schedule.placements}
    known = {p.operation for p in problem.baseline}
    machines, shifts, lost, moved = 0, [], 0, 0
    for old in problem.baseline:
        new = now_at.get(old.operation)
        moved += has_moved(problem, old, new)
        if new is None:
            lost += 1
            continue
        machines += _machine(problem, old) != _machine(problem, new)
        shifts.append(new.start - old.start)
    return Churn(
        placed=len(problem.baseline),
        moved=moved,
        other_machine=machines,
        earlier=sum(shift < 0 for shift in shifts),
        later=sum(shift > 0 for shift in shifts),
        lost=lost,
        new=sum(operation not in known for operation in now_at),
        shift_min=sum(map(abs, shifts)),
        most_shift_min=max(map(abs, shifts), default=0),
    )


def has_moved(problem: Problem, old: Placement, new: Placement | None) -> bool:
    """Machine or run start differs, or the place is lost."""
    if new is None:
        return True
    return new.start != old.start or _machine(problem, old) != _machine(problem, new)


def _machine(problem: Problem, placement: Placement) -> int:
    return problem.operations[placement.operation].modes[placement.mode].machine


def under(problem: Problem, limit: Limit) -> set[int]:
    """The operations a limit is about; running work is a fact and not among them."""
    return {
        p.operation
        for p in problem.baseline
        if (limit.until is None or p.start < limit.until)
        and (limit.machines is None or _machine(problem, p) in limit.machines)
        and problem.operations[p.operation].started is None
    }


def breaches(
    problem: Problem, schedule: Schedule, limits: Iterable[Limit]
) -> list[tuple[Limit, list[int]]]:
    """Limits that a schedule passes, each with all operations under it that move."""
    moved = moved_operations(problem, schedule)
    found = []
    for limit in limits:
        over = sorted(moved & under(problem, limit))
        if len(over) > limit.most:
            found.append((limit, over))
    return found


def moved_operations(problem: Problem, schedule: Schedule) -> set[int]:
    """Baseline operations that move."""
    now_at = {p.operation: p for p in schedule.placements}
    return {
        old.operation
        for old in problem.baseline
        if has_moved(problem, old, now_at.get(old.operation))
    }


def refusal(problem: Problem, over: tuple[Limit, list[int]]) -> Message:
    """A passed limit in a planner's words, naming the first operations."""
    limit, operations = over
    names = [problem.operations[o].key for o in operations[:5]]
    values = {"most": limit.most, "count": len(operations), "names": names}
    return Message("stability.over", values)


def held(problem: Problem, operations: Collection[int]) -> Problem:
    """The problem with these baseline operations pinned where they stand.

    What a person has pinned, perhaps elsewhere, stays pinned there.
    """
    places = {p.operation: p for p in problem.baseline if p.operation in operations}

    def pinned(index: int, operation: Operation) -> Operation:
        place = places.get(index)
        if place is None or operation.started is not None or operation.pin_start is not None:
            return operation
        machine = _machine(problem, place)
        if operation.pin_machine not in (None, machine):
            return operation
        return replace(operation, pin_machine=machine, pin_start=place.start)

    kept = tuple(pinned(i, o) for i, o in enumerate(problem.operations))
    return replace(problem, operations=kept)


# -- solving within limits ----------------------------------------------------------------------

Solver = Callable[..., Solution]
"""``solve.solve``, or one of its kind."""

Improver = Callable[..., Solution]
"""``improve.improve``, or one of its kind."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A solve within limits; ``refused``: why no plan keeps them (the solution then breaks them).

    ``churn`` of the solution.
    """

    solution: Solution
    churn: Churn
    refused: Message | None = None


def solve_within(
    problem: Problem,
    limits: Sequence[Limit],
    *,
    policy: str | Weights = "on_time",
    seconds: float = 10.0,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda _: None,
    solver: Solver | None = None,
    improver: Improver | None = None,
) -> Kept:
    """The best plan found in ``seconds`` that keeps every limit exactly.

    Operations that cannot stay whatever is done (a machine that broke down, a start gone by) move
    first and count like the others; if they alone are too many, that is the ``refused``.
    Without limits it is a plain solve. Reports and errors as ``solve``'s; ``solver`` and
    ``improver`` are ``solve`` and ``improve`` unless told. No bound is stated within limits.
    """
    if solver is None:
        from app.scheduling.solve import solve

        solver = solve
    if improver is None:
        from app.scheduling.improve import improve

        improver = improve
    search = _Search(
        problem, limits, policy, seconds, workers, seed, stop, report, solver, improver
    )
    if not limits:
        solution = search.solve(problem, seconds)
        return Kept(solution, churn(problem, solution.schedule))
    return search.run()


class _Search:
    """One solve within limits."""

    def __init__(
        self,
        problem: Problem,
        limits: Sequence[Limit],
        policy: str | Weights,
        seconds: float,
        workers: int,
        seed: int,
        stop: Callable[[], bool],
        report: Callable[[Progress], None],
        solver: Solver,
        improver: Improver,
    ) -> None:
        self.problem, self.limits = problem, limits
        self.policy, self.workers, self.seed = policy, workers, seed
        self.weights = POLICIES[policy] if isinstance(policy, str) else policy
        self.seconds, self.began = seconds, time.monotonic()
        self.stop, self.report, self.solver, self.improver = stop, report, solver, improver
        self.scopes = [under(problem, limit) for limit in limits]
        self.every = set().union(*self.scopes)
        self.best: Solution | None = None

    @property
    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.began)

    def solve(self, problem: Problem, seconds: float) -> Solution:
        """Figures of a pinned problem are told as the whole problem's; its proofs are not."""
        passed = time.monotonic() - self.began

        def relay(news: Progress) -> None:
            self.report(replace(news, elapsed=news.elapsed + passed, bound=None, schedule=None))

        return self.solver(
            problem,
            policy=self.policy,
            seconds=max(0.0, seconds),
            workers=self.workers,
            seed=self.seed,
            stop=self.stop,
            report=relay if problem is not self.problem else self.report,
        )

    def run(self) -> Kept:
        first, forced = self._first()
        worth = evaluate(self.problem, first)
        passed = time.monotonic() - self.began
        status = Status.FEASIBLE if first.placements else Status.NOTHING
        solution = Solution(first, worth, status, None, passed, passed)
        over = breaches(self.problem, first, self.limits)
        if over:
            return Kept(solution, churn(self.problem, first), refusal(self.problem, over[0]))
        self._offer(solution)
        self.report(Progress(passed, worth, None, Stage.CONSTRUCT, None))
        if self.seconds > 0 and not self.stop():
            self._improve(forced)
        best = self.best or solution
        elapsed = time.monotonic() - self.began
        status = Status.CANCELLED if self.stop() else best.status
        best = replace(best, seconds=elapsed, first_plan_seconds=passed, status=status)
        return Kept(best, churn(self.problem, best.schedule))

    def _first(self) -> tuple[Schedule, set[int]]:
        """The plan in force with no more moves than must be, and what moves in it."""
        from app.scheduling.update import fewest_moves

        schedule = fewest_moves(self.problem, Schedule(self.problem.baseline), self.every)
        return schedule, moved_operations(self.problem, schedule) & self.every

    def _improve(self, forced: set[int]) -> None:
        strict = [s for limit, s in zip(self.limits, self.scopes, strict=True) if not limit.most]
        never = set().union(*strict) - forced
        wanted: list[int] = []
        if not never >= self.every:
            free = self.solve(held(self.problem, never), FREE_SHARE * self.left)
            if self._offer(free):
                return  # the limits do not bind
            wanted = self._by_gain(free.schedule)
        chosen = self._chosen(forced, wanted)
        for left in range(ROUNDS, 0, -1):
            if self.best is None or self.stop() or (self.left <= 0 and left < ROUNDS):
                return
            pinned = held(self.problem, self.every - chosen)
            start = self.best.schedule
            self._offer(self._improved(pinned, start, max(0.1, self.left / left)))
            moved = moved_operations(self.problem, self.best.schedule) & self.every
            again = self._chosen(forced | moved, [o for o in wanted if o not in chosen])
            if again == chosen and left < ROUNDS:
                return
            chosen = again

    def _improved(self, problem: Problem, start: Schedule, seconds: float) -> Solution:
        passed = time.monotonic() - self.began

        def relay(news: Progress) -> None:
            self.report(replace(news, elapsed=news.elapsed + passed, bound=None, schedule=None))

        return self.improver(
            problem,
            start,
            weights=self.weights,
            seconds=seconds,
            workers=self.workers,
            seed=self.seed,
            stop=self.stop,
            report=relay,
        )

    def _by_gain(self, schedule: Schedule) -> list[int]:
        """What a free search has moved, first what its orders gain most by."""
        operations, orders = self.problem.operations, self.problem.orders
        before, after = _ends(self.problem, self.problem.baseline), _ends(
            self.problem, schedule.placements
        )  # fmt: skip

        def gain(operation: int) -> float:
            order = operations[operation].order
            due, weight = orders[order].due, orders[order].weight
            was, now = before.get(order, due), after.get(order, due)
            return weight * (max(0, was - due) - max(0, now - due)) + (was - now) / 1e6

        moved = moved_operations(self.problem, schedule) & self.every
        return sorted(moved, key=lambda o: (-gain(o), o))

    def _chosen(self, forced: set[int], wanted: Iterable[int]) -> set[int]:
        """As many of the wanted as the limits leave room for, besides the forced."""
        chosen = set(forced)
        for operation in wanted:
            if not over_by(self.limits, self.scopes, {*chosen, operation}):
                chosen.add(operation)
        return chosen

    def _offer(self, solution: Solution) -> bool:
        """Keeps a plan within the limits if it is better; whether it is within."""
        schedule = solution.schedule
        if breaches(self.problem, schedule, self.limits):
            return False
        worth = evaluate(self.problem, schedule)
        optimal = solution.status is Status.OPTIMAL
        status = Status.FEASIBLE if optimal else solution.status
        found = replace(solution, objective=worth, bound=None, status=status)
        if self.best is None or better(worth, self.best.objective, self.weights):
            self.best = found
        return True


def over_by(limits: Sequence[Limit], scopes: Sequence[set[int]], moved: set[int]) -> bool:
    """Whether so many moves pass a limit."""
    return any(len(moved & scope) > limit.most for limit, scope in zip(limits, scopes, strict=True))


def _ends(problem: Problem, placements: Iterable[Placement]) -> dict[int, int]:
    ends: dict[int, int] = {}
    for p in placements:
        order = problem.operations[p.operation].order
        ends[order] = max(ends.get(order, p.end), p.end)
    return ends
