"""Plants of three operations with random features: ``solve`` claims nothing that is not so."""

from __future__ import annotations

from random import Random

import pytest

from app.scheduling.problem import POLICIES
from app.scheduling.progress import Status
from app.scheduling.solve import solve
from app.scheduling.verify import verify
from tests.scheduling.brute_force import best_plan, total
from tests.scheduling.micro import HORIZON, draw_micro, with_more

SEEDS = (
    *(2, 15, 17, 24, 25, 48, 52, 60, 61, 67, 69, 71, 75, 77, 82, 84, 90, 95, 98, 99, 107, 110),
    *(112, 114, 116, 118, 123, 126),
)
"""Plants whose plans can all be tried in a moment."""
MORE = (201, 203, 204, 211, 214, 216, 217, 225)
"""The same, with moulds that are serviced, manned changeovers and work for two orders."""


@pytest.mark.parametrize("seed", SEEDS + MORE)
def test_solve_and_brute_force_agree(seed: int) -> None:
    dice = Random(f"micro/{seed}")
    problem = draw_micro(dice)
    if seed in MORE:
        problem = with_more(problem, dice)
    policy = dice.choice(("makespan", "on_time", "throughput"))
    best = best_plan(problem, POLICIES[policy], HORIZON)
    solution = solve(problem, policy=policy, seconds=0.2, workers=1, seed=seed)
    assert verify(problem, solution.schedule) == []
    assert solution.schedule.unplaced == ()
    assert solution.bound is None or solution.bound <= best.cost + 1e-6
    cost = total(problem, solution.schedule, POLICIES[policy])
    assert cost >= best.cost - 1e-6
    if solution.status is Status.OPTIMAL:
        assert cost == pytest.approx(best.cost)
