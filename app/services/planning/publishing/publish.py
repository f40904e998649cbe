"""The working plan made the one in force: one transaction, or a reason that can be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OperationState, PlanKind
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.values_json import plain
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import ChangeNotice, Plan, PlanPicture
from app.services.doctor import stored_plan
from app.services.planning.bridge import load_problem
from app.services.planning.publishing.pictures import (
    ChangedRow,
    by_team,
    changed_rows,
    picture_of,
    view_of,
)
from app.services.planning.publishing.summary import PLACED, newest_published
from app.services.planning.queries import plan_row, read_view
from app.services.planning.rows import PlanView
from app.services.planning.scenarios.outcome import figures_of
from app.services.planning.stored_plan import (
    PlanContent,
    content_rows,
    read_content,
    schedule_of,
    working_plan,
)
from app.services.site import now_of, site_row

NAMED = 8
"""Changes named in a refusal; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A working plan that keeps every rule: how it is known now, and its figures."""

    view: PlanView
    figures: Mapping[str, float]


def check_plan(session: Session, plan: Plan, content: PlanContent) -> Checked:
    """Errors: ``RuleBroken`` if the plan places nothing, or naming the rules it breaks."""
    if not content.spots:
        raise RuleBroken(message("publishing.nothing_placed"))
    broken = list(stored_plan(session))
    if broken:
        raise RuleBroken(message("publishing.breaks_rules", rules=broken))
    return Checked(read_view(session, plan), _figures(session, plan, content))


def checked_publish(database: Database, edit: Publish) -> Publish:
    """The edit with what takes long done in advance, on one snapshot that nobody waits for.

    Errors: those of ``check_plan``; what else speaks against publishing is said when it is
    applied.
    """
    with database.read() as session:
        plan = working_plan(session)
        content = read_content(session, plan)
        if plan is None or digest(content) != edit.seen:
            return edit
        return replace(edit, checked=check_plan(session, plan, content))


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the working plan as it was seen.

    ``base``: the published revision (0 = none) it was compared with; ``seen``: ``digest`` of the
    working plan; ``checked``: what ``checked_publish`` found in advance, so that nobody waits for
    it. A published plan is taken back by publishing another one, never undone.
    """

    base: int
    seen: str
    note: str = ""
    checked: Checked | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> Message:
        return message("publishing.label_publish", revision=self.base + 1)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound`` without a plan; ``Conflict`` if somebody has published or changed
        the plan since; ``RuleBroken`` naming the rules that the plan breaks."""
        plan = working_plan(session, lock=True)
        if plan is None:
            raise NotFound(message("planning.no_working_plan"))
        newest = newest_published(session)
        revision = 0 if newest is None else newest.revision
        if revision != self.base or (plan.base_revision or 0) != revision:
            raise Conflict(_moved_on(session, min(self.base, plan.base_revision or 0)))
        content = read_content(session, plan)
        if digest(content) != self.seen:
            raise Conflict(message("publishing.changed_meanwhile"))
        self._write(
            session, plan, newest, self.checked or check_plan(session, plan, content), content
        )

    def _write(
        self,
        session: WritingSession,
        plan: Plan,
        newest: Plan | None,
        checked: Checked,
        content: PlanContent,
    ) -> None:
        published = Plan(
            kind=PlanKind.PUBLISHED,
            revision=self.base + 1,
            base_revision=self.base,
            created_at=datetime.now(UTC),
            created_by=session.actor,
            policy=plan.policy,
            planning_now=plan.planning_now,
            objective=dict(plan.objective),
            status=plan.status,
            bound=plan.bound,
        )
        session.add(published)
        plan.base_revision = published.revision
        session.flush()
        view = replace(without_quotes(checked.view), plan=plan_row(published))
        quotes = {row.operation_id for row in checked.view.placements if row.quote_until}
        spots = {number: spot for number, spot in content.spots.items() if number not in quotes}
        content_rows(session, published.id, replace(content, spots=spots))
        changes = changes_since(session, newest, view)
        session.add(
            PlanPicture(
                plan_id=published.id, note=self.note, content=picture_of(view),
                figures={**checked.figures, PLACED: len(content.spots)},
            )
        )  # fmt: skip
        session.add_all(
            ChangeNotice(plan_id=published.id, team=team, rows=[plain(row) for row in rows])
            for team, rows in by_team(changes).items()
        )

    def inverse(self) -> Publish:
        """Nothing takes a published plan back. Errors: ``RuleBroken``."""
        raise RuleBroken(message("publishing.cannot_undo"))


def picture(session: Session, plan: Plan) -> PlanView:
    """A published plan as it was known then. Errors: ``NotFound``."""
    content = session.scalar(select(PlanPicture.content).where(PlanPicture.plan_id == plan.id))
    if content is None:
        raise NotFound(message("publishing.no_picture", revision=plan.revision))
    return view_of(content)


def changes_since(session: Session, newest: Plan | None, view: PlanView) -> tuple[ChangedRow, ...]:
    """What a view changes against a published plan; work that is finished is no change."""
    before = None if newest is None else picture(session, newest)
    return changed_rows(before, without_quotes(view), _done(session))


def without_quotes(view: PlanView) -> PlanView:
    """Capacity held for a quote is the planners' affair: nobody is to work on it."""
    rows = tuple(row for row in view.placements if row.quote_until is None)
    return view if len(rows) == len(view.placements) else replace(view, placements=rows)


def digest(content: PlanContent) -> str:
    """Of what a plan says where: another one means that it is not as it was seen."""
    rows = [
        [number, spot.machine_id, spot.supplier_id, spot.setup_start, spot.start, spot.end,
         spot.tools, spot.crew]
        for number, spot in sorted(content.spots.items())
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _done(session: Session) -> frozenset[tuple[str, int]]:
    rows = session.execute(
        select(ProductionOrder.code, Operation.step_no)
        .join(Operation, Operation.order_id == ProductionOrder.id)
        .where(Operation.state == OperationState.DONE)
    )
    return frozenset((code, step) for code, step in rows)


def _figures(session: Session, plan: Plan, content: PlanContent) -> dict[str, float]:
    loaded = load_problem(session, plan.planning_now or now_of(site_row(session)))
    return figures_of(loaded.problem, schedule_of(loaded, content.spots, {}))


def _moved_on(session: Session, base: int) -> Message:
    """Who has published what since, with the operations it moved."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.kind == PlanKind.PUBLISHED, Plan.revision >= base)
        .order_by(Plan.revision)
    ).all()
    views = {plan.revision: picture(session, plan) for plan in plans if plan.revision >= base}
    lines = []
    for plan in plans:
        if plan.revision <= base:
            continue
        rows = changed_rows(views.get(plan.revision - 1), views[plan.revision])
        names = [f"{row.order}/{row.step}" for row in rows[:NAMED]]
        lines.append(
            message("publishing.published_since", revision=plan.revision, by=plan.created_by,
                    count=len(rows), operations=names,
                    more=message("publishing.and_more") if len(rows) > NAMED else "")
        )  # fmt: skip
    return message("publishing.moved_on", base=base, lines=lines)
