"""A scenario made true: its edits in the working data and its plan in force, as one edit.

Plans travel here by order and step, because work that existed only in the scenario gets its real
number and ids when it is adopted, and others when that is done again after an undo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Scenario, ScenarioResult
from app.services.edit import Edit
from app.services.planning.scenarios.applying import Numbered
from app.services.planning.scenarios.inputs import base_hash, input_hash
from app.services.planning.scenarios.kinds import InsertRush
from app.services.planning.scenarios.named import Place
from app.services.planning.scenarios.solving import (
    Answer,
    OrderKey,
    answer_of,
    question_of,
    solution_of,
    stored_content,
)
from app.services.planning.scenarios.store import (
    open_steps,
    published_revision,
    scenario_named,
    stored_steps,
)
from app.services.planning.solving import Progress
from app.services.planning.stored_plan import (
    PlanContent,
    Reason,
    Spot,
    read_content,
    working_plan,
    write_content,
)


@dataclass(frozen=True, slots=True)
class KeyedPlan:
    """A plan's content by order and step; orders of the scenario by their trial numbers."""

    spots: Mapping[OrderKey, Spot]
    unplaced: Mapping[OrderKey, Reason]
    policy: str
    planning_now: datetime | None
    objective: Mapping[str, float]
    status: str | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class AdoptScenario:
    """``edits`` of the house in their order, then the plan; ``back``: this takes it all back.

    ``rush``: number of the edit and client key of orders that are new. ``identity``: of the
    scenario (id, when it was made), by which it is found again under another name.
    """

    of_scenarios: ClassVar[bool] = True
    """It is undone where scenarios are shown, too."""

    name: str
    identity: tuple[int, datetime]
    seqs: tuple[int, ...]
    edits: tuple[Edit, ...]
    before: KeyedPlan
    after: KeyedPlan
    rush: tuple[tuple[int, str], ...] = ()
    back: bool = False

    @property
    def heavy(self) -> bool:
        """All places are written anew: it is undone in a job."""
        return True

    @property
    def label(self) -> Message:
        return message("scenarios.label_adopt", name=self.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if plan, scenario or a record is not as it was; ``RuleBroken``."""
        standing = read_content(session, working_plan(session, lock=True))
        if _keyed(session, standing, self.rush).spots != self.before.spots:
            raise Conflict(message("planning.plan_changed"))
        self._mark(session)
        for edit in self.edits:
            edit.apply(session)
            session.flush()
        write_content(session, _by_id(session, self.after, self.rush, self.name))

    def inverse(self) -> AdoptScenario:
        edits = tuple(edit.inverse() for edit in reversed(self.edits))
        return replace(self, edits=edits, before=self.after, after=self.before, back=not self.back)

    def _mark(self, session: WritingSession) -> None:
        number, made = self.identity
        found = session.get(Scenario, number)
        if found is None or found.created_at != made:
            found = scenario_named(session, self.name)
        scenario = found
        rows = {row.seq: row for row in stored_steps(session, scenario)}
        for seq in self.seqs:
            row = rows.get(seq)
            if row is None or (row.adopted_at is not None) is not self.back:
                raise Conflict(message("scenarios.changed", name=self.name))
            row.adopted_at = None if self.back else datetime.now(UTC)


def adoption(database: Database, name: str, actor: str) -> AdoptScenario:
    """The edit that adopts the whole scenario as it was last solved.

    Errors: ``RuleBroken`` if it is not solved, stale, or the published plan has moved on.
    """
    with database.read() as session:
        scenario = scenario_named(session, name)
        steps = open_steps(session, scenario)
        result = session.scalars(
            select(ScenarioResult).where(ScenarioResult.scenario_id == scenario.id)
        ).one_or_none()
        _may_adopt(session, scenario.code, scenario.base_revision)
        if result is None:
            raise RuleBroken(message("scenarios.not_solved", name=name))
        if result.input_hash != input_hash(base_hash(session), steps):
            raise RuleBroken(message("scenarios.stale", name=name))
        spots, unplaced = stored_content(session, result)
        before = _keyed(session, read_content(session, working_plan(session)), ())
        after = KeyedPlan(spots, unplaced, result.policy, result.planning_now, result.objective,
                          result.status, result.bound)  # fmt: skip
        called = scenario.code, (scenario.id, scenario.created_at)
    return _edit(database, called, steps, before, after, actor)


def adoption_of(
    database: Database,
    name: str,
    only: Sequence[int],
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
) -> AdoptScenario:
    """The edit that adopts some of the edits, with a plan solved for just those (a job's work).

    Errors: as ``adoption``, and ``NotFound`` for a number the scenario does not have.
    """
    with database.read() as session:
        scenario = scenario_named(session, name)
        _may_adopt(session, scenario.code, scenario.base_revision)
        before = _keyed(session, read_content(session, working_plan(session)), ())
        called = scenario.code, (scenario.id, scenario.created_at)
    asked = question_of(database, name, actor, now, only)
    solution = solution_of(asked, policy, seconds, seed, workers, stop, report, in_child)
    answer = answer_of(asked, solution, policy, seconds)
    return _edit(database, called, asked.steps, before, _plan_of(answer), actor)


def _may_adopt(session: Session, name: str, base: int) -> None:
    published = published_revision(session)
    if published > base:
        raise RuleBroken(message("scenarios.behind", name=name, base=base, published=published))


def _plan_of(answer: Answer) -> KeyedPlan:
    spots, unplaced = answer.keyed
    content = answer.content
    return KeyedPlan(spots, unplaced, content.policy, content.planning_now, content.objective,
                     content.status, content.bound)  # fmt: skip


def _edit(
    database: Database,
    called: tuple[str, tuple[int, datetime]],
    steps: Sequence[Numbered],
    before: KeyedPlan,
    after: KeyedPlan,
    actor: str,
) -> AdoptScenario:
    edits: list[Edit] = []
    with database.trial(actor) as session:
        for seq, step in steps:
            for edit in step.steps(session, Place(seq, trial=False)):
                edit.apply(session)
                session.flush()
                edits.append(edit)
    return AdoptScenario(
        name=called[0],
        identity=called[1],
        seqs=tuple(seq for seq, _ in steps),
        edits=tuple(edits),
        before=before,
        after=after,
        rush=tuple((seq, step.client_key) for seq, step in steps if isinstance(step, InsertRush)),
    )


# ---------------------------------------------------------------- ids and what things are called


Rush = Sequence[tuple[int, str]]


def _keyed(session: Session, content: PlanContent, rush: Rush) -> KeyedPlan:
    called = {number: key for key, number in _numbers(session, rush).items()}
    return KeyedPlan(
        {called[number]: spot for number, spot in content.spots.items()},
        {called[number]: reason for number, reason in content.unplaced.items()},
        content.policy,
        content.planning_now,
        content.objective,
        content.status,
        content.bound,
    )


def standing_content(
    session: Session,
    result: ScenarioResult,
    spots: Mapping[OrderKey, Spot],
    unplaced: Mapping[OrderKey, Reason],
) -> PlanContent:
    """What of a stored result still stands where the scenario's edits are true."""
    numbers: Mapping[OrderKey, int] = _numbers(session, ())

    def ids(found: Mapping[OrderKey, Any]) -> dict[int, Any]:
        return {numbers[key]: value for key, value in found.items() if key in numbers}

    return PlanContent(ids(spots), ids(unplaced), result.policy, result.planning_now,
                       result.objective, result.status, result.bound)  # fmt: skip


def _by_id(session: Session, plan: KeyedPlan, rush: Rush, name: str) -> PlanContent:
    numbers: Mapping[OrderKey, int] = _numbers(session, rush)

    def ids(found: Mapping[OrderKey, Any]) -> dict[int, Any]:
        try:
            return {numbers[key]: value for key, value in found.items()}
        except KeyError:
            raise Conflict(message("scenarios.stale", name=name)) from None

    return PlanContent(ids(plan.spots), ids(plan.unplaced), plan.policy, plan.planning_now,
                       plan.objective, plan.status, plan.bound)  # fmt: skip


def _numbers(session: Session, rush: Rush) -> dict[OrderKey, int]:
    """Ids of operations by order and step; rush orders (with their components) by trial number."""
    trial = {}
    for seq, client_key in rush:
        code = session.scalar(
            select(ProductionOrder.code).where(ProductionOrder.client_key == client_key)
        )
        if code is not None:
            trial[code] = InsertRush.trial_number(seq)
    rows = session.execute(
        select(ProductionOrder.code, Operation.step_no, Operation.id).join(
            ProductionOrder, ProductionOrder.id == Operation.order_id
        )
    )
    return {(_called(code, trial), step): number for code, step, number in rows}


def _called(code: str, trial: Mapping[str, str]) -> str:
    for real, name in trial.items():
        if code == real or code.startswith(f"{real}-"):
            return name + code[len(real) :]
    return code
