"""Plans: where each operation stands, or why it does not; scenarios; and what publishing leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import PlanKind
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice, Packed


class Plan(Versioned, Base):
    """A stored schedule: the one working plan, or an immutable published revision.

    ``objective`` by the names of its parts; ``status`` as the engine reported it.
    """

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("kind", "revision"), TABLE_OPTIONS)

    kind: Mapped[PlanKind] = mapped_column(Choice(PlanKind))
    revision: Mapped[int]
    base_revision: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    policy: Mapped[str] = mapped_column(default="")
    planning_now: Mapped[datetime | None]
    objective: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str | None]
    bound: Mapped[float | None]


class Placement(Base):
    """An operation on a machine, or (``supplier_id``) at a subcontractor.

    No version: the plan's guards it, and bulk statements write it. Moments in JSON are whole
    minutes since 1970-01-01 UTC: ``segments`` [[start, end]...] are the worked stretches of setup
    and run, ``crew`` [[operator id, start, end, setup 0|1]...], ``tools`` the ids of the copies in
    the order of the mode's demands. ``copies`` tells modes of one machine apart.
    """

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("plan_id", "operation_id"),
        Index(None, "plan_id", "machine_id", "start_at"),
        CheckConstraint("(machine_id IS NULL) <> (supplier_id IS NULL)", name="one_place"),
        CheckConstraint("setup_start_at <= start_at AND start_at <= end_at", name="times"),
        TABLE_OPTIONS,
    )

    plan_id: Mapped[int] = ref("plan.id")
    operation_id: Mapped[int] = ref("operation.id")
    machine_id: Mapped[int | None] = ref("machine.id")
    supplier_id: Mapped[int | None] = ref("supplier.id")
    copies: Mapped[int] = mapped_column(default=1)
    setup_start_at: Mapped[datetime]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    segments: Mapped[list[Any]]
    tools: Mapped[list[Any]] = mapped_column(default=list)
    crew: Mapped[list[Any]] = mapped_column(default=list)


class UnplacedOperation(Base):
    """An operation the plan could not place; ``reason`` is {code, values} of a message."""

    __tablename__ = "unplaced_operation"
    __table_args__ = (UniqueConstraint("plan_id", "operation_id"), TABLE_OPTIONS)

    plan_id: Mapped[int] = ref("plan.id")
    operation_id: Mapped[int] = ref("operation.id")
    reason: Mapped[dict[str, Any]]


class PlanPicture(Base):
    """A published plan as it was known then: orders and master data change, the picture does not.

    ``figures`` by name; ``note`` of the publisher; ``content``: see
    ``app.services.planning.publishing.pictures``.
    """

    __tablename__ = "plan_picture"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), unique=True)
    figures: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    content: Mapped[Any] = mapped_column(Packed, nullable=False, deferred=True)


class ChangeNotice(Versioned, Base):
    """What a published plan changes for one team (work centre); its leader signs for it.

    ``rows``: list of what was and is, see ``app.services.planning.publishing.notices``.
    """

    __tablename__ = "change_notice"
    __table_args__ = (UniqueConstraint("plan_id", "team"), TABLE_OPTIONS)

    plan_id: Mapped[int] = ref("plan.id")
    team: Mapped[str]
    rows: Mapped[list[Any]]
    read_by: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]


class Scenario(Coded, Base):
    """A named list of edits on the working plan; nothing in it is true before it is adopted.

    ``code`` is its name. ``base_revision``: the published plan in force (0 = none yet) when it was
    begun or last brought up to date. ``payer``, ``recommendation``: for the decision sheet.
    """

    __tablename__ = "scenario"

    base_revision: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str]
    created_at: Mapped[datetime]
    recommendation: Mapped[str] = mapped_column(default="")
    payer: Mapped[str] = mapped_column(default="")

    edits: Mapped[list[ScenarioEdit]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ScenarioEdit.seq"
    )


class ScenarioEdit(Versioned, Base):
    """One edit: ``content`` is its fields as JSON, by ``kind`` and ``schema_version``.

    ``adopted_at``: it has been made in the working data and is no longer part of the question.
    """

    __tablename__ = "scenario_edit"
    __table_args__ = (UniqueConstraint("scenario_id", "seq"), TABLE_OPTIONS)

    scenario_id: Mapped[int] = ref("scenario.id")
    seq: Mapped[int]
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    schema_version: Mapped[int] = mapped_column(default=1)
    adopted_at: Mapped[datetime | None]


class ScenarioResult(Base):
    """What a scenario came to when it was last solved; no version: each solve replaces it.

    ``figures`` and ``orders``: of the plan it was compared with and its own (see
    ``app.services.planning.scenarios.outcome``). ``input_hash`` of all that went in: another one
    now means stale. ``placements``: list of [order, step, spot], so that work that exists only in
    the scenario (negative ids while it is solved) finds its way.
    """

    __tablename__ = "scenario_result"

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), unique=True)
    solved_at: Mapped[datetime]
    solved_by: Mapped[str]
    planning_now: Mapped[datetime]
    policy: Mapped[str]
    seconds: Mapped[float]
    status: Mapped[str]
    bound: Mapped[float | None]
    input_hash: Mapped[str]
    objective: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    orders: Mapped[list[Any]]
    placements: Mapped[Any] = mapped_column(Packed, nullable=False, deferred=True)
