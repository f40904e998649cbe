"""Schedule the plant: tables in, a verified plan out, saved as one edit."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.core.errors import RuleBroken
from app.core.format import Minutes
from app.core.format import moment as moment_text
from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling.campaigns import light_batches, short_campaigns
from app.scheduling.child import default_workers, improve_in_child, run_in_child
from app.scheduling.dear import dear_runs
from app.scheduling.objective import better, evaluate
from app.scheduling.progress import Progress as EngineProgress
from app.scheduling.progress import Solution
from app.scheduling.stability import Churn, churn, solve_within
from app.scheduling.verify import verify
from app.services.edit import apply_edit
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.change_limits import ChangeLimit, loaded_limits
from app.services.planning.edits import ReplacePlan
from app.services.planning.holds import release_expired
from app.services.planning.queries import unplaced_rows
from app.services.planning.rows import UnplacedRow
from app.services.planning.stored_plan import (
    PlanContent,
    content_of,
    read_content,
    schedule_of,
    working_plan,
)
from app.services.site import now_of, site_row

FIRST_PLAN_ONLY = 0.0
MOST_NAMED = 12
"""So many light oven batches, and so many short campaigns, are named one by one."""
"""With no seconds to improve, the first plan is the answer: no child, no solver is loaded."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running solve; ``elapsed`` in seconds, ``bound`` None = no bound."""

    elapsed: float
    objective: Mapping[str, float]
    bound: float | None
    stage: str


@dataclass(frozen=True, slots=True)
class SolveReport:
    """What a solve came to. ``edit`` put it into the working plan (None if it was not saved).

    ``churn``: how far the plan is from the one that was in force.
    ``utilisation``: per machine, the share of its open time from now to the plan's last end that
    is set up or run. ``tardiness_hours`` without weights.
    """

    status: str
    objective: Mapping[str, float]
    bound: float | None
    unplaced: tuple[UnplacedRow, ...]
    placed: int
    warnings: tuple[Message, ...]
    utilisation: tuple[tuple[str, float], ...]
    setup_hours: float
    late_orders: int
    tardiness_hours: float
    elapsed: float
    first_plan_seconds: float | None
    edit: ReplacePlan | None
    churn: Churn


def schedule_plant(
    database: Database,
    *,
    policy: str = "on_time",
    seconds: float = 10.0,
    now: datetime | None = None,
    seed: int = 0,
    workers: int | None = None,
    actor: str = "planner",
    stop: Callable[[], bool] | None = None,
    report: Callable[[Progress], None] | None = None,
    in_child: bool = True,
    save: bool = True,
    limits: tuple[ChangeLimit, ...] = (),
) -> SolveReport:
    """Solve for ``seconds`` from a snapshot of the tables, then save the plan.

    ``limits`` of what may change against the plan in force are kept exactly. Errors: ``Conflict``
    if the plan in force was changed while the solve ran, ``RuleBroken`` if a limit cannot be kept
    (nothing is saved), and the engine's own (an input it cannot read).
    """
    began = time.monotonic()
    if save:
        release_expired(database, now)
    with database.read() as session:
        at = now or now_of(site_row(session))
        loaded = load_problem(session, at)
        before = read_content(session, working_plan(session))
    solution = _solve(loaded, policy, seconds, seed, workers, stop, report, in_child, limits)
    solution = _not_worse(loaded, before, solution, policy)
    after = content_of(
        loaded,
        solution.schedule,
        policy=policy,
        objective=solution.objective.as_dict(),
        status=solution.status.value,
        bound=solution.bound,
    )
    edit = ReplacePlan(before, after)
    if save:
        apply_edit(database, edit, actor)
    return SolveReport(
        status=solution.status.value,
        objective=solution.objective.as_dict(),
        bound=solution.bound,
        unplaced=_unplaced(database, loaded, solution, save),
        placed=len(solution.schedule.placements),
        warnings=(
            *loaded.warnings,
            *_warnings(loaded, solution),
            *hardly_worth_it(loaded, solution.schedule),
        ),
        utilisation=utilisation(loaded, solution.schedule),
        setup_hours=solution.objective.setup_min / 60,
        late_orders=solution.objective.late_orders,
        tardiness_hours=tardiness_minutes(loaded.problem, solution.schedule) / 60,
        elapsed=time.monotonic() - began,
        first_plan_seconds=solution.first_plan_seconds,
        edit=edit if save else None,
        churn=churn(loaded.problem, solution.schedule),
    )


def _solve(
    loaded: LoadedPlant,
    policy: str,
    seconds: float,
    seed: int,
    workers: int | None,
    stop: Callable[[], bool] | None,
    report: Callable[[Progress], None] | None,
    in_child: bool,
    limits: tuple[ChangeLimit, ...],
) -> Solution:
    def relay(news: EngineProgress) -> None:
        if report is not None:
            report(Progress(news.elapsed, news.objective.as_dict(), news.bound, news.stage.value))

    def search(problem: engine.Problem, *, seconds: float, **options: Any) -> Solution:
        if in_child and seconds > FIRST_PLAN_ONLY:
            return run_in_child(problem, seconds=seconds, **options)
        from app.scheduling.solve import solve

        options["workers"] = options["workers"] or default_workers()
        return solve(problem, seconds=seconds, **options)

    def improve(problem: engine.Problem, start: engine.Schedule, **options: Any) -> Solution:
        if in_child:
            return improve_in_child(problem, start, **options)
        from app.scheduling.improve import improve

        return improve(problem, start, **options)

    kept = solve_within(
        loaded.problem,
        loaded_limits(loaded, limits),
        policy=policy,
        seconds=seconds,
        workers=workers or default_workers(),
        seed=seed,
        stop=stop or (lambda: False),
        report=relay,
        solver=search,
        improver=improve,
    )
    if kept.refused is not None:
        raise RuleBroken(kept.refused)
    return kept.solution


def _not_worse(
    loaded: LoadedPlant, before: PlanContent, solution: Solution, policy: str
) -> Solution:
    """The plan in force, if it still keeps every rule and the search found nothing better."""
    problem = loaded.problem
    standing = schedule_of(loaded, before.spots, {})
    if len(standing.placements) < len(problem.operations):
        return solution
    worth = evaluate(problem, standing)
    if not better(worth, solution.objective, engine.POLICIES[policy]) or verify(problem, standing):
        return solution
    return replace(solution, schedule=standing, objective=worth)


def _unplaced(
    database: Database, loaded: LoadedPlant, solution: Solution, saved: bool
) -> tuple[UnplacedRow, ...]:
    if saved:
        with database.read() as session:
            plan = working_plan(session)
            return unplaced_rows(session, plan.id) if plan else ()
    problem = loaded.problem
    rows = []
    for left in solution.schedule.unplaced:
        order, _, step = problem.operations[left.operation].key.rpartition("/")
        reason = Message(left.reason, dict(left.values))
        rows.append(
            UnplacedRow(loaded.operation_ids[left.operation], order, int(step), "", "", reason)
        )
    return tuple(rows)


def _warnings(loaded: LoadedPlant, solution: Solution) -> list[Message]:
    """Orders due before now, and what the solver wants to be known."""
    problem = loaded.problem
    found = []
    for order in problem.orders:
        if order.due < problem.now:
            due = loaded.clock.moment(order.due).astimezone(loaded.time_zone)
            found.append(
                message("planning.due_in_past", order=order.key, due=moment_text(due, "en")[:10])
            )
    if solution.note is not None:
        found.append(solution.note)
    return found


def hardly_worth_it(loaded: LoadedPlant, schedule: engine.Schedule) -> list[Message]:
    """Which oven batches are too light and which campaigns are cut short, the first of each; and
    which machines run at dear hours."""
    problem = loaded.problem

    def at(tick: int) -> str:
        moment = loaded.clock.moment(tick).astimezone(loaded.time_zone)
        return f"{moment:%Y-%m-%d %H:%M}"

    light, short = light_batches(problem, schedule), short_campaigns(problem, schedule)
    dear: dict[int, int] = {}
    for run in dear_runs(problem, schedule):
        dear[run.machine] = dear.get(run.machine, 0) + run.minutes
    found = [
        message(
            "planning.light_batch",
            machine=problem.machines[batch.machine].key,
            at=at(batch.start),
            load=batch.load,
            least=batch.least,
            operations=", ".join(problem.operations[o].key for o in batch.operations),
        )
        for batch in light[:MOST_NAMED]
    ]
    if len(light) > MOST_NAMED:
        found.append(message("planning.more_light", count=len(light) - MOST_NAMED))
    for each in short[:MOST_NAMED]:
        rule = problem.machines[each.machine].setup_rule or 0
        found.append(
            message(
                "planning.short_campaign",
                machine=problem.machines[each.machine].key,
                attribute=problem.setup_rules[rule].parts[each.part].key,
                value=problem.families[each.family],
                at=at(each.start),
                minutes=each.minutes,
                least=each.least,
            )
        )
    if len(short) > MOST_NAMED:
        found.append(message("planning.more_short", count=len(short) - MOST_NAMED))
    for machine in sorted(dear):
        key = problem.machines[machine].key
        found.append(message("planning.dear_hours", machine=key, minutes=Minutes(dear[machine])))
    return found


def tardiness_minutes(problem: engine.Problem, schedule: engine.Schedule) -> int:
    """Sum over orders of how far their last placed end lies behind the internal due date."""
    ends: dict[int, int] = {}
    for placement in schedule.placements:
        for order in problem.operations[placement.operation].orders:
            ends[order] = max(ends.get(order, placement.end), placement.end)
    return sum(max(0, end - problem.orders[order].due) for order, end in ends.items())


def utilisation(loaded: LoadedPlant, schedule: engine.Schedule) -> tuple[tuple[str, float], ...]:
    """Per machine the percentage of open time, weighted by the capacity in use."""
    problem = loaded.problem
    last = max((placement.end for placement in schedule.placements), default=problem.now)
    busy: defaultdict[int, float] = defaultdict(float)
    lots: set[tuple[int, int, int]] = set()
    for placement in schedule.placements:
        mode = problem.operations[placement.operation].modes[placement.mode]
        machine = problem.machines[mode.machine]
        worked = sum(
            max(end, problem.now) - max(start, problem.now) for start, end in placement.segments
        )
        if machine.kind is engine.MachineKind.CUMULATIVE:
            busy[mode.machine] += worked * mode.load / machine.capacity
        elif machine.kind is engine.MachineKind.UNARY:
            busy[mode.machine] += worked
        elif (mode.machine, placement.start, placement.end) not in lots:
            # The members of a batch share one run.
            lots.add((mode.machine, placement.start, placement.end))
            busy[mode.machine] += worked
    rows = []
    for index, machine in enumerate(problem.machines):
        if loaded.machine_ids[index] < 0:
            continue
        open_minutes = sum(
            max(0, min(window.end, last) - max(window.start, problem.now))
            for window in problem.calendars[machine.calendar].windows
        )
        percent = 100 * busy[index] / open_minutes if open_minutes else 0.0
        rows.append((machine.key, percent))
    return tuple(rows)
