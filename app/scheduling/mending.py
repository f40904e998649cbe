"""A large plan brought up to date in place: only what is hit moves, and new work goes in.

Placing all of it anew, which ``update`` does for smaller plans, takes seconds from some thousand
operations on. This is for the answers that let stay what can stay; it needs the compiled repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.scheduling.objective import Objective
from app.scheduling.problem import Schedule, Weights
from app.scheduling.resettle import Resettler
from app.scheduling.verify import verify

if TYPE_CHECKING:
    from app.scheduling.update import OnePass

MANY, NEAR = 0.1, 1.02
"""A plan that moves a larger share is passed over for one that does not and is so near in worth."""


def mended(update: OnePass, weights: Weights) -> Schedule | None:
    """A plan that breaks no rule and keeps to the answers; None if it is not found this way."""
    standing = Resettler(update.shop.problem, update.stands(), update.shop)
    standing.wrong = update.unfit
    if standing.pusher is None or update.shop.impossible:
        return None
    unfit = sorted(update.unfit)
    plans: list[Schedule] = []
    for anywhere in (False, True) if update.questions.machine and unfit else (False,):
        settled = standing.settled_plan(unfit, anywhere=anywhere)
        if settled is not None:
            plans += _with_fresh(update, standing, settled)
    kept = [plan for plan in plans if update.keeps_to_answers(plan)]
    ranked = _calmest_first(update, kept, weights)
    return next((p for p in ranked if not verify(update.shop.problem, p)), None)


def _with_fresh(update: OnePass, standing: Resettler, settled: Schedule) -> list[Schedule]:
    """The plan with new work in it: in the room that is left, or before all that follows."""
    problem = update.shop.problem
    placed = {p.operation for p in settled.placements}
    fresh = [o for o in range(len(problem.operations)) if o not in placed]
    if not fresh:
        return [settled]
    if settled.placements != standing.schedule.placements:
        standing = Resettler(problem, settled, update.shop)
    plans = (standing.with_new(fresh, firm=firm) for firm in (True, False))
    return [plan for plan in plans if plan is not None]


def _calmest_first(update: OnePass, plans: Sequence[Schedule], weights: Weights) -> list[Schedule]:
    """The best first; if it moves many, before it those that move few and are near as good."""
    worths: list[tuple[Objective, Schedule]] = [(update.worth(p), p) for p in plans]
    worths.sort(key=lambda found: (found[0].unplaced, found[0].total(weights)))
    ranked = [plan for _, plan in worths]
    if not worths:
        return []
    enough = worths[0][0].total(weights) * NEAR
    calm = [
        plan
        for worth, plan in worths
        if worth.total(weights) <= enough and _moved(update, plan) <= MANY * len(update.plan)
    ]
    return [*calm, *ranked]


def _moved(update: OnePass, plan: Schedule) -> int:
    return sum(update.plan.get(p.operation, p).start != p.start for p in plan.placements)
