"""Scenarios in the tables: finding them, and the edits that make, change and remove them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.planning import Plan, Scenario, ScenarioEdit, ScenarioResult
from app.services.planning.scenarios.applying import Numbered
from app.services.planning.scenarios.kinds import Step
from app.services.planning.scenarios.stored_edits import SCHEMA, as_json, from_json


def scenario_named(session: Session, name: str) -> Scenario:
    """Errors: ``NotFound``."""
    row = session.scalars(select(Scenario).where(Scenario.code_key == code_key(name))).one_or_none()
    if row is None:
        raise NotFound(message("scenarios.gone", name=name))
    return row


def stored_steps(session: Session, scenario: Scenario) -> list[ScenarioEdit]:
    return list(
        session.scalars(
            select(ScenarioEdit)
            .where(ScenarioEdit.scenario_id == scenario.id)
            .order_by(ScenarioEdit.seq)
        )
    )


def open_steps(
    session: Session, scenario: Scenario, only: Sequence[int] | None = None
) -> tuple[Numbered, ...]:
    """Edits that are still a question. Errors: ``NotFound`` for a number there is not."""
    found = {
        row.seq: from_json(row.kind, row.content, row.schema_version)
        for row in stored_steps(session, scenario)
        if row.adopted_at is None
    }
    if only is None:
        return tuple(found.items())
    for seq in only:
        if seq not in found:
            raise NotFound(message("scenarios.no_edit", seq=seq, name=scenario.code))
    return tuple((seq, step) for seq, step in found.items() if seq in only)


def published_revision(session: Session) -> int:
    """Of the newest published plan; 0 before the first."""
    newest = select(func.max(Plan.revision)).where(Plan.kind == PlanKind.PUBLISHED)
    return session.scalar(newest) or 0


@dataclass(frozen=True, slots=True)
class ScenarioImage:
    """All that a person put into a scenario; ``id`` of one that was there before."""

    name: str
    owner: str
    base_revision: int | None = None
    payer: str = ""
    recommendation: str = ""
    created_at: datetime | None = None
    steps: tuple[tuple[int, Step, datetime | None], ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class CreateScenario:
    """A new scenario; ``base_revision`` None = on the plan in force."""

    image: ScenarioImage

    @property
    def label(self) -> Message:
        return message("scenarios.label_create", name=self.image.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``RuleBroken`` for no name or one that is taken."""
        image = self.image
        _free_name(session, image.name)
        base = image.base_revision
        known = image.id is not None and session.get(Scenario, image.id) is None
        row = Scenario(
            id=image.id if known else None,
            code=image.name,
            base_revision=published_revision(session) if base is None else base,
            owner=image.owner,
            created_at=image.created_at or datetime.now(UTC),
            payer=image.payer,
            recommendation=image.recommendation,
        )
        session.add(row)
        session.flush()
        session.add_all(
            ScenarioEdit(
                scenario_id=row.id, seq=seq, kind=step.kind, content=as_json(step),
                schema_version=SCHEMA, adopted_at=adopted,
            )
            for seq, step, adopted in image.steps
        )  # fmt: skip

    def inverse(self) -> DeleteScenario:
        return DeleteScenario(self.image)


@dataclass(frozen=True, slots=True)
class DeleteScenario:
    """Throw a scenario away, with its result; undoing brings back what a person put into it."""

    image: ScenarioImage

    @property
    def label(self) -> Message:
        return message("scenarios.label_delete", name=self.image.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``Conflict`` if somebody changed its edits meanwhile."""
        row = scenario_named(session, self.image.name)
        standing = [(each.seq, each.kind, each.content) for each in stored_steps(session, row)]
        if standing != [(seq, step.kind, as_json(step)) for seq, step, _ in self.image.steps]:
            raise Conflict(message("scenarios.changed", name=row.code))
        session.execute(delete(ScenarioResult).where(ScenarioResult.scenario_id == row.id))
        for edit in stored_steps(session, row):
            session.delete(edit)
        session.flush()
        session.delete(row)

    def inverse(self) -> CreateScenario:
        return CreateScenario(self.image)


@dataclass(frozen=True, slots=True)
class About:
    """What a person wrote about a scenario."""

    name: str
    payer: str = ""
    recommendation: str = ""


@dataclass(frozen=True, slots=True)
class DescribeScenario:
    """Another name, recommendation or payer."""

    before: About
    after: About

    @property
    def label(self) -> Message:
        return message("scenarios.label_describe", name=self.before.name)

    def apply(self, session: WritingSession) -> None:
        row = scenario_named(session, self.before.name)
        if (row.payer, row.recommendation) != (self.before.payer, self.before.recommendation):
            raise Conflict(message("scenarios.changed", name=row.code))
        if code_key(self.after.name) != row.code_key:
            _free_name(session, self.after.name)
        row.code = self.after.name
        row.payer, row.recommendation = self.after.payer, self.after.recommendation

    def inverse(self) -> DescribeScenario:
        return DescribeScenario(self.after, self.before)


@dataclass(frozen=True, slots=True)
class PutStep:
    """Add (``before`` None), change, or remove (``after`` None) one edit of a scenario."""

    name: str
    seq: int
    before: Step | None
    after: Step | None

    @property
    def label(self) -> Message:
        what = "add" if self.before is None else "remove" if self.after is None else "change"
        return message(f"scenarios.label_{what}_step", name=self.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``Conflict`` if the edit is not as it was seen."""
        scenario = scenario_named(session, self.name)
        row = session.scalars(
            select(ScenarioEdit).where(
                ScenarioEdit.scenario_id == scenario.id, ScenarioEdit.seq == self.seq
            )
        ).one_or_none()
        standing = None if row is None else from_json(row.kind, row.content, row.schema_version)
        if standing != self.before or (row is not None and row.adopted_at is not None):
            raise Conflict(message("scenarios.changed", name=scenario.code))
        if self.after is None:
            session.delete(row)
            return
        if row is None:
            row = ScenarioEdit(scenario_id=scenario.id, seq=self.seq)
            session.add(row)
        row.kind, row.content, row.schema_version = self.after.kind, as_json(self.after), SCHEMA

    def inverse(self) -> PutStep:
        return PutStep(self.name, self.seq, self.after, self.before)


@dataclass(frozen=True, slots=True)
class PutSteps:
    """Several edits of a scenario that one gesture makes: one step to undo."""

    name: str
    puts: tuple[PutStep, ...]
    label: Message

    def apply(self, session: WritingSession) -> None:
        """Errors: as of ``PutStep``."""
        for put in self.puts:
            put.apply(session)
            session.flush()

    def inverse(self) -> PutSteps:
        puts = tuple(put.inverse() for put in reversed(self.puts))
        return PutSteps(self.name, puts, self.label)


def image_of(session: Session, scenario: Scenario) -> ScenarioImage:
    return ScenarioImage(
        id=scenario.id,
        name=scenario.code,
        owner=scenario.owner,
        base_revision=scenario.base_revision,
        payer=scenario.payer,
        recommendation=scenario.recommendation,
        created_at=scenario.created_at,
        steps=tuple(
            (row.seq, from_json(row.kind, row.content, row.schema_version), row.adopted_at)
            for row in stored_steps(session, scenario)
        ),
    )


def _free_name(session: Session, name: str) -> None:
    if not name.strip():
        raise RuleBroken(message("scenarios.name_needed"))
    taken = session.scalars(select(Scenario.id).where(Scenario.code_key == code_key(name))).first()
    if taken is not None:
        raise RuleBroken(message("scenarios.name_taken", name=name))
