"""Quality: what is inspected, and how."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import CharacteristicKind, DefectClass, InspectionKind
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class InspectionPlan(Coded, Base):
    """What is looked at when: for an item or a family (neither = any item), at a step or at none.

    ``aql_*``: acceptable quality level in percent by class of defect; ``level`` the inspection
    level of the sampling standard (``II``).
    """

    __tablename__ = "inspection_plan"

    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[InspectionKind] = mapped_column(
        Choice(InspectionKind), default=InspectionKind.FINAL
    )
    item_id: Mapped[int | None] = ref("item.id")
    family: Mapped[str] = mapped_column(default="")
    step_no: Mapped[int | None]
    level: Mapped[str] = mapped_column(default="")
    aql_critical: Mapped[Decimal | None]
    aql_major: Mapped[Decimal | None]
    aql_minor: Mapped[Decimal | None]
    sketch_id: Mapped[int | None] = ref("attachment.id")
    active: Mapped[bool] = mapped_column(default=True)

    characteristics: Mapped[list[Characteristic]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Characteristic.number"
    )


class Characteristic(Versioned, Base):
    """One line of a plan; ``number`` is that of the balloon on the sketch.

    Measured: ``nominal`` with limits ``lower`` and ``upper`` (each may be missing) in ``unit``.
    Pass or fail: ``requirement`` says in words, or names the limit sample.
    """

    __tablename__ = "characteristic"
    __table_args__ = (UniqueConstraint("plan_id", "number"), TABLE_OPTIONS)

    plan_id: Mapped[int] = ref("inspection_plan.id")
    number: Mapped[int]
    name: Mapped[str]
    critical: Mapped[bool] = mapped_column(default=False)
    defect_class: Mapped[DefectClass] = mapped_column(
        Choice(DefectClass), default=DefectClass.MAJOR
    )
    kind: Mapped[CharacteristicKind] = mapped_column(
        Choice(CharacteristicKind), default=CharacteristicKind.MEASURED
    )
    method: Mapped[str] = mapped_column(default="")
    gauge: Mapped[str] = mapped_column(default="")
    nominal: Mapped[Decimal | None]
    lower: Mapped[Decimal | None]
    upper: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(default="")
    requirement: Mapped[str] = mapped_column(default="")
    sample_size: Mapped[int | None]
    frequency: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
