"""How likely the orders of the working plan are to be on time: rows for table and command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.scheduling.problem import FOREVER
from app.scheduling.risk import Durations, risk
from app.services.planning.working import WorkingPlan


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One order; times in UTC. ``on_time`` 0 to 1; ``worst``: the operation whose uncertainty
    hurts it most (``ORDER/STEP``), ``share`` of the variance of the order's end that goes with it.
    """

    order_id: int
    order: str
    due: datetime | None
    planned: datetime
    on_time: float | None
    p50: datetime
    p90: datetime
    worst: str
    worst_id: int | None
    share: float


@dataclass(frozen=True, slots=True)
class RiskView:
    """``run_spread``, ``setup_spread``: the assumed coefficients of variation."""

    rows: tuple[RiskRow, ...]
    replays: int
    seed: int
    run_spread: float
    setup_spread: float


def plan_risk(plan: WorkingPlan, *, replays: int = 1000, seed: int = 0) -> RiskView:
    """The orders least likely to be on time first (a job's work)."""
    loaded, problem = plan.loaded, plan.problem
    assumed = Durations()  # reports of work, and so a history, do not exist yet
    found = risk(problem, plan.schedule, replays=replays, seed=seed, durations=assumed)
    rows = [
        RiskRow(
            order_id=loaded.order_ids[one.order],
            order=problem.orders[one.order].key,
            due=None if one.due >= FOREVER else plan.moment(one.due),
            planned=plan.moment(one.planned),
            on_time=one.on_time,
            p50=plan.moment(one.p50),
            p90=plan.moment(one.p90),
            worst="" if one.worst is None else problem.operations[one.worst].key,
            worst_id=None if one.worst is None else loaded.operation_ids[one.worst],
            share=one.share,
        )
        for one in found.orders
    ]
    rows.sort(key=lambda row: (1.0 if row.on_time is None else row.on_time, row.order))
    return RiskView(tuple(rows), replays, seed, assumed.run_spread, assumed.setup_spread)
