"""Plans: where each operation stands, or why it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.choices import PlanKind
from app.models.base import TABLE_OPTIONS, Base, Versioned, ref
from app.models.types import Choice


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
