"""Scenarios solved: from the tables with the edits on them to a stored result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import ScenarioResult
from app.models.plant import Customer
from app.models.products import Item
from app.scheduling.problem import Schedule
from app.scheduling.progress import Progress as EngineProgress
from app.scheduling.progress import Solution
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.scenarios.applying import Numbered, refuse, try_steps
from app.services.planning.scenarios.inputs import base_hash, input_hash
from app.services.planning.scenarios.kinds import InsertRush
from app.services.planning.scenarios.outcome import Side, figures_of, load_of, order_rows
from app.services.planning.scenarios.search import search
from app.services.planning.scenarios.store import open_steps, scenario_named
from app.services.planning.solving import Progress
from app.services.planning.stored_plan import (
    PlanContent,
    Reason,
    Spot,
    content_of,
    read_content,
    schedule_of,
    working_plan,
)
from app.services.site import now_of, site_row

OrderKey = tuple[str, int]
"""Number of an order and step: what an operation is called whether it is real or not."""


@dataclass(frozen=True)
class Question:
    """A scenario as the engine sees it, beside the working plan as it stands.

    ``standing``: what the scenario's edits leave of that plan.
    """

    name: str
    steps: tuple[Numbered, ...]
    base: Side
    base_figures: Mapping[str, float]
    loaded: LoadedPlant
    standing: Schedule
    names: Mapping[str, tuple[str, str]]
    keys: Mapping[int, OrderKey]
    now: datetime
    hash: str


@dataclass(frozen=True)
class Answer:
    """A solved question; ``content`` by order and step."""

    question: Question
    solution: Solution
    figures: Mapping[str, float]
    orders: tuple[Mapping[str, Any], ...]
    load: Mapping[str, Sequence[float]]
    base_load: Mapping[str, Sequence[float]]
    content: PlanContent
    policy: str
    seconds: float

    @property
    def keyed(self) -> tuple[dict[OrderKey, Spot], dict[OrderKey, Reason]]:
        keys = self.question.keys
        return (
            {keys[number]: spot for number, spot in self.content.spots.items()},
            {keys[number]: reason for number, reason in self.content.unplaced.items()},
        )


def solve_scenario(
    database: Database,
    name: str,
    *,
    policy: str = "on_time",
    seconds: float = 10.0,
    seed: int = 0,
    workers: int | None = None,
    actor: str = "planner",
    now: datetime | None = None,
    stop: Callable[[], bool] | None = None,
    report: Callable[[Progress], None] | None = None,
    in_child: bool = True,
) -> Answer:
    """Solve for ``seconds`` and keep the result with the scenario (a job's work).

    Errors: ``NotFound``; ``RuleBroken`` naming the edits that cannot be made any more.
    """
    asked = question_of(database, name, actor, now)
    solution = solution_of(asked, policy, seconds, seed, workers, stop, report, in_child)
    answer = answer_of(asked, solution, policy, seconds)
    keep(database, answer, actor)
    return answer


def solution_of(
    asked: Question,
    policy: str,
    seconds: float,
    seed: int = 0,
    workers: int | None = None,
    stop: Callable[[], bool] | None = None,
    report: Callable[[Progress], None] | None = None,
    in_child: bool = True,
) -> Solution:
    """The search, with its news as a screen shows them."""

    def relay(news: EngineProgress) -> None:
        if report is not None:
            report(Progress(news.elapsed, news.objective.as_dict(), news.bound, news.stage.value))

    return search(
        asked.loaded.problem, asked.standing, policy=policy, seconds=seconds, seed=seed,
        workers=workers, stop=stop or (lambda: False), report=relay, in_child=in_child,
    )  # fmt: skip


def question_of(
    database: Database,
    name: str,
    actor: str,
    now: datetime | None = None,
    only: Sequence[int] | None = None,
) -> Question:
    """Read in one snapshot; ``only``: these edits of the scenario (numbers), None = all open ones.

    Errors: ``NotFound``; ``RuleBroken`` for edits that cannot be made.
    """
    with database.read() as session:
        steps = open_steps(session, scenario_named(session, name), only)
    with database.trial(actor) as session:
        at = now or now_of(site_row(session))
        base = base_hash(session)
        loaded = load_problem(session, at)
        standing = read_content(session, working_plan(session))
        side = Side(loaded, schedule_of(loaded, standing.spots, {}))
        refuse(try_steps(session, steps))
        session.expire_all()  # what is loaded twice is read twice
        tried = load_problem(session, at)
        return Question(
            name=name,
            steps=steps,
            base=side,
            base_figures=figures_of(loaded.problem, side.schedule),
            loaded=tried,
            standing=schedule_of(tried, _spots(session), {}),
            names=_names(session),
            keys=_keys(session, tried),
            now=at,
            hash=input_hash(base, steps),
        )


def answer_of(asked: Question, solution: Solution, policy: str, seconds: float) -> Answer:
    """The solution in figures and order by order."""
    schedule = solution.schedule
    scenario = Side(asked.loaded, schedule)
    edited = {
        number: seq
        for seq, step in asked.steps
        for number in (
            *step.orders(),
            *([step.trial_number(seq)] if isinstance(step, InsertRush) else []),
        )
    }
    return Answer(
        question=asked,
        solution=solution,
        figures=figures_of(asked.loaded.problem, schedule),
        load=load_of(asked.loaded.problem, schedule),
        base_load=load_of(asked.base.problem, asked.base.schedule),
        orders=tuple(order_rows(asked.base, scenario, asked.names, edited)),
        content=content_of(
            asked.loaded,
            schedule,
            policy=policy,
            objective=solution.objective.as_dict(),
            status=solution.status.value,
            bound=solution.bound,
        ),
        policy=policy,
        seconds=seconds,
    )


def keep(database: Database, answer: Answer, actor: str) -> None:
    """Store it as the scenario's result in place of an older one. Errors: ``NotFound``."""
    with database.write(actor) as session:
        scenario = scenario_named(session, answer.question.name)
        session.execute(delete(ScenarioResult).where(ScenarioResult.scenario_id == scenario.id))
        session.add(_row(scenario.id, answer, actor))


def _row(scenario_id: int, answer: Answer, actor: str) -> ScenarioResult:
    spots, reasons = answer.keyed
    return ScenarioResult(
        scenario_id=scenario_id,
        solved_at=datetime.now(UTC),
        solved_by=actor,
        planning_now=answer.question.now,
        policy=answer.policy,
        seconds=answer.seconds,
        status=answer.solution.status.value,
        bound=answer.solution.bound,
        input_hash=answer.question.hash,
        objective=dict(answer.content.objective),
        figures={
            "scenario": dict(answer.figures),
            "base": dict(answer.question.base_figures),
            "load": dict(answer.load),
            "base_load": dict(answer.base_load),
        },
        orders=list(answer.orders),
        placements={
            "spots": [[order, step, *spot_json(spot)] for (order, step), spot in spots.items()],
            "unplaced": [
                [order, step, reason.code, dict(reason.values)]
                for (order, step), reason in reasons.items()
            ],
        },
    )


def spot_json(spot: Spot) -> list[Any]:
    return [spot.machine_id, spot.supplier_id, spot.copies, spot.setup_start, spot.start, spot.end,
            spot.segments, spot.tools, spot.crew]  # fmt: skip


def spot_of_json(stored: Sequence[Any]) -> Spot:
    machine, supplier, copies, setup_start, start, end, segments, tools, crew = stored
    return Spot(machine, supplier, copies, setup_start, start, end,
                tuple((a, b) for a, b in segments), tuple(tools),
                tuple((person, a, b, setup) for person, a, b, setup in crew))  # fmt: skip


def stored_content(
    session: Session, row: ScenarioResult
) -> tuple[dict[OrderKey, Spot], dict[OrderKey, Reason]]:
    """A result's plan by order and step."""
    content = session.scalar(
        select(ScenarioResult.placements).where(ScenarioResult.id == row.id)
    ) or {"spots": [], "unplaced": []}
    spots = {(order, step): spot_of_json(rest) for order, step, *rest in content["spots"]}
    reasons = {
        (order, step): Reason(code, tuple((name, str(value)) for name, value in values.items()))
        for order, step, code, values in content["unplaced"]
    }
    return spots, reasons


def _spots(session: Session) -> Mapping[int, Spot]:
    return read_content(session, working_plan(session)).spots


def _names(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        select(ProductionOrder.code, Item.code, Customer.short_name)
        .join(Item, Item.id == ProductionOrder.item_id)
        .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
    )
    return {order: (item, customer or "") for order, item, customer in rows}


def _keys(session: WritingSession, loaded: LoadedPlant) -> dict[int, OrderKey]:
    wanted = {
        number
        for operation in range(len(loaded.operation_ids))
        for number in loaded.stands_for(operation)
    }
    rows = session.execute(
        select(Operation.id, ProductionOrder.code, Operation.step_no).join(
            ProductionOrder, ProductionOrder.id == Operation.order_id
        )
    )
    return {number: (code, step) for number, code, step in rows if number in wanted}
