"""The way through: check, construct, improve, verify."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from app.core.quiet import old_uncollected
from app.core.watch import Stopped, heeding
from app.scheduling.columns import placed_in
from app.scheduling.construct import construct
from app.scheduling.maker import PATIENT_SECONDS, Maker
from app.scheduling.objective import Objective, better, evaluate
from app.scheduling.problem import FOREVER, POLICIES, Problem, Schedule, Weights
from app.scheduling.progress import Progress, Solution, Stage, Status, nothing_placed
from app.scheduling.project.arrays import project_of
from app.scheduling.tabu.arrays import plain_shop, plain_tables
from app.scheduling.verify import verify

TUNING_SHARE, PLAIN_TUNING_SHARE, RESTART_SHARE = 0.8, 0.5, 0.1
"""Parts of the time given by whose end tuning (of plain shops: they have a search of their own for
due dates) and randomised passes must end."""

AT_ONCE = 200
"""Operations up to which the first plan is there at once, also for somebody who has said stop."""

TOLD_EVERY = 1.0
"""Seconds between two plans that are told while tuning: each is verified first."""
MOST_PASSES = 200
MOST_SPARED = 3000
"""Operations up to which a pass of the plain dispatcher is tried beside the compiled ones."""

RULES = {"makespan": ("most_work", "edd"), "due": ("atcs", "edd", "critical_ratio")}
"""The standard rules; all of them are tried before anything is searched."""


class EngineFault(AssertionError):
    """The engine made a plan that breaks a rule: a bug, never shown as a plan."""


def never() -> bool:
    return False


def ignore(_: Progress) -> None:
    return None


def solve(
    problem: Problem,
    *,
    policy: str | Weights = "on_time",
    seconds: float = 10.0,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] = never,
    report: Callable[[Progress], None] = ignore,
) -> Solution:
    """The best plan found in ``seconds``; with 0 seconds the first plan.

    However few they are, it is never worse than by due dates: ``edd`` is tried, too.

    ``policy``: a name of ``POLICIES`` or weights of one's own; KeyError for an unknown name.
    Operations that cannot be placed are listed with their reason, never left out in silence.
    Raises EngineFault if the plan breaks a rule. Times in seconds since the call. A ``stop`` is
    heard within 0.2 s: the best plan told so far is the answer, or, before there is one, nothing.
    """
    begin = time.monotonic()
    weights = POLICIES[policy] if isinstance(policy, str) else policy
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        if progress.schedule is not None:
            told[:] = [progress]
        report(progress)

    def heard() -> bool:
        return (bool(told) or len(problem.operations) > AT_ONCE) and stop()

    try:
        with heeding(heard), old_uncollected():
            return _solved(problem, weights, begin, seconds, workers, seed, stop, tell)
    except Stopped:
        return _stopped(problem, told, time.monotonic() - begin)


def _stopped(problem: Problem, told: list[Progress], seconds: float) -> Solution:
    """What there is of a search that was stopped."""
    for best in told:
        if best.schedule is not None:
            cancelled = Status.CANCELLED
            return Solution(best.schedule, best.objective, cancelled, best.bound, seconds)
    return nothing_placed(problem, seconds)


def _solved(
    problem: Problem,
    weights: Weights,
    begin: float,
    seconds: float,
    workers: int,
    seed: int,
    stop: Callable[[], bool],
    report: Callable[[Progress], None],
) -> Solution:
    """The search from the first plan to the end. Raises Stopped."""
    maker = Maker(problem)
    first = construct(maker, weights=weights, seed=seed)
    placed = time.monotonic()
    proved(problem, first)
    proof = time.monotonic() - placed
    first_plan = time.monotonic() - begin
    objective = evaluate(problem, first)
    report(Progress(first_plan, objective, None, Stage.CONSTRUCT, first))
    if seconds <= 0:
        return Solution(first, objective, _status(first), None, first_plan, first_plan)
    late_counts = weights.weighted_tardiness_min > 0 or weights.late_orders > 0
    maker.patient = late_counts and seconds >= PATIENT_SECONDS
    over = begin + seconds
    deadlines = _deadlines(problem, weights, begin, seconds) if time.monotonic() < over else None

    told = first

    def publish(schedule: Schedule, worth: Objective) -> None:
        nonlocal told
        told = schedule
        proved(problem, schedule)
        report(Progress(time.monotonic() - begin, worth, None, Stage.CONSTRUCT, schedule))

    best, worth, rule = _other_rules(
        maker, weights, seed, (first, objective), deadlines or (over, over, over), stop, publish
    )
    if best is not told:
        publish(best, worth)
    if time.monotonic() >= over or stop() or not placed_in(best):
        status = Status.CANCELLED if stop() else _status(best)
        return Solution(best, worth, status, None, time.monotonic() - begin, first_plan)
    searched = seconds - proof  # the last plan is proved, too
    return _improved(
        maker, weights, best, begin, searched, workers, seed, stop, report, first_plan, rule
    )


def _deadlines(
    problem: Problem, weights: Weights, begin: float, seconds: float
) -> tuple[float, float, float]:
    """By when the standard rules, tuning and chance must begin (see ``_other_rules``)."""
    chance = 0.0 if searched_compiled(problem, weights) else seconds * RESTART_SHARE
    tuning = PLAIN_TUNING_SHARE if plain_tables(problem) is not None else TUNING_SHARE
    return begin + seconds, begin + seconds * tuning, begin + chance


def searched_compiled(problem: Problem, weights: Weights) -> bool:
    """Whether a compiled search follows, beside which randomised passes are a waste of time."""
    if weights != Weights(makespan_min=weights.makespan_min):
        return False
    shop_or_project = plain_shop(problem, weights) or project_of(problem, weights)
    return shop_or_project is not None


def _improved(
    maker: Maker,
    weights: Weights,
    start: Schedule,
    begin: float,
    seconds: float,
    workers: int,
    seed: int,
    stop: Callable[[], bool],
    report: Callable[[Progress], None],
    first_plan: float,
    rule: str,
) -> Solution:
    from app.scheduling.improve import improve

    passed = time.monotonic() - begin

    def relay(progress: Progress) -> None:
        report(replace(progress, elapsed=progress.elapsed + passed))

    solution = improve(
        maker.problem,
        start,
        weights=weights,
        seconds=max(0.05, seconds - passed),
        workers=workers,
        seed=seed,
        stop=stop,
        report=relay,
        shop=maker,
        rule=rule,
    )
    told = solution.schedule is start or solution.status is Status.CANCELLED
    if not told:  # else it was verified when it was found
        proved(maker.problem, solution.schedule)
    total = time.monotonic() - begin
    return replace(solution, seconds=total, first_plan_seconds=first_plan)


def _other_rules(
    maker: Maker,
    weights: Weights,
    seed: int,
    best: tuple[Schedule, Objective],
    deadlines: tuple[float, float, float],
    stop: Callable[[], bool],
    publish: Callable[[Schedule, Objective], None],
) -> tuple[Schedule, Objective, str]:
    """The best of the priority rules, then of randomised passes. Also says which rule it was.

    Which rule suits a plant differs by more than a search makes good again in seconds: due dates
    (``edd``) are tried whatever a pass costs, the other rules until the time given is over. What
    comes then begins by its own deadline, and chance gets only a little.
    """
    over, tuned_until, chance_until = deadlines
    schedule, worth = best
    winner = "atcs"
    for number, options in enumerate(_passes(maker.problem, weights, worth, seed)):
        until = FOREVER if not number else over if _standard(options) else tuned_until
        if options.get("noise"):
            until = chance_until
        if options.get("apart") and maker.forward is None:
            continue
        if maker.forward is not None:
            if options.get("spare_overtime") and len(maker.problem.operations) > MOST_SPARED:
                continue  # the floor alone can spare overtime, and takes too long for so many
            if options.get("noise") and weights.weighted_tardiness_min:
                best = schedule, worth
                return _tuned(maker, weights, seed, best, tuned_until, stop, winner, publish)
        if number >= MOST_PASSES or time.monotonic() >= until or stop():
            break
        other = construct(maker, weights=weights, **options)
        other_worth = evaluate(maker.problem, other)
        if better(other_worth, worth, weights):
            schedule, worth = other, other_worth
            winner = options.get("rule", winner)
    return schedule, worth, winner


def _tuned(
    maker: Maker,
    weights: Weights,
    seed: int,
    best: tuple[Schedule, Objective],
    until: float,
    stop: Callable[[], bool],
    winner: str,
    publish: Callable[[Schedule, Objective], None],
) -> tuple[Schedule, Objective, str]:
    """Better than chance: what a compiled rule weighs is searched for."""
    from app.scheduling.tuning import Tuner

    forward = maker.forward
    if forward is None:
        return (*best, winner)
    told = time.monotonic()

    def better_one(schedule: Schedule, worth: Objective) -> None:
        nonlocal told
        if time.monotonic() - told >= TOLD_EVERY:
            publish(schedule, worth)
            told = time.monotonic()

    found = Tuner(forward, weights, seed).improve(
        best, lambda: stop() or time.monotonic() >= until, better_one
    )
    return (*found, "edd" if found[0] is not best[0] else winner)


def _passes(
    problem: Problem, weights: Weights, worth: Objective, seed: int
) -> Iterator[dict[str, Any]]:
    """Options of ``construct``, the promising ones first; endless."""
    on_time = weights.weighted_tardiness_min or weights.late_orders
    rules = RULES["due" if on_time else "makespan"]
    yield {"rule": rules[1]}
    if on_time:  # which order of the queues suits a plant differs, too
        yield {"rule": rules[1], "apart": True}
        yield {"rule": rules[0], "apart": True}
    if problem.baseline:
        yield {"rule": "baseline"}
    for rule in rules[2:]:
        yield {"rule": rule}
    if weights.overtime_min and worth.overtime_min:
        yield {"seed": seed, "spare_overtime": True}
    for number in count():
        yield {"rule": rules[0], "seed": seed + number, "noise": 1.0}


def _standard(options: dict[str, Any]) -> bool:
    """Whether a pass is one of the standard rules as it is."""
    return "rule" in options and not options.get("noise")


def _status(schedule: Schedule) -> Status:
    """Of a plan that nobody has tried to prove anything about."""
    return Status.FEASIBLE if placed_in(schedule) or not schedule.unplaced else Status.NOTHING


def proved(problem: Problem, schedule: Schedule) -> None:
    """Raises EngineFault unless ``verify`` finds nothing."""
    violations = verify(problem, schedule)
    if violations:
        texts = "; ".join(violation.message.text("en") for violation in violations[:5])
        raise EngineFault(f"{len(violations)} rules broken: {texts}")
