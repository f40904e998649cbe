"""Products: units, items, bills of material, routings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import (
    BomLineKind,
    CapacityBasis,
    ConversionKind,
    ItemCategory,
    ItemRounding,
    ItemSource,
    LotRule,
    QuantityKind,
    RateBasis,
    Reporting,
    Rounding,
    WaitClock,
)
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class Unit(Coded, Base):
    """A unit of measure; units of one ``dimension`` convert by their ``factor`` (kg 1, t 1000)."""

    __tablename__ = "unit"

    dimension: Mapped[str] = mapped_column(default="")
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class UnitConversion(Versioned, Base):
    """1 ``unit`` = numerator / denominator ``other_unit``, of one item or (NULL) of all."""

    __tablename__ = "unit_conversion"
    __table_args__ = (
        UniqueConstraint("item_id", "unit_id", "other_unit_id"),
        CheckConstraint("numerator > 0 AND denominator > 0", name="positive"),
        TABLE_OPTIONS,
    )

    item_id: Mapped[int | None] = ref("item.id")
    unit_id: Mapped[int] = ref("unit.id")
    other_unit_id: Mapped[int] = ref("unit.id")
    numerator: Mapped[Decimal]
    denominator: Mapped[Decimal] = mapped_column(default=Decimal(1))
    kind: Mapped[ConversionKind] = mapped_column(
        Choice(ConversionKind), default=ConversionKind.FIXED
    )
    rounding: Mapped[Rounding] = mapped_column(Choice(Rounding), default=Rounding.UP)


class Item(Coded, Base):
    """Anything that is made, bought or used.

    ``setup_attributes``: values by position, compared by the setup pairs of the work centre.
    ``scrap_pct``: released quantity = ceil(ordered / (1 - scrap)).
    """

    __tablename__ = "item"

    name: Mapped[str]
    specification: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    category: Mapped[ItemCategory] = mapped_column(Choice(ItemCategory))
    family: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int] = ref("unit.id")
    source: Mapped[ItemSource] = mapped_column(Choice(ItemSource))
    pattern: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    material: Mapped[str] = mapped_column(default="")
    length_mm: Mapped[Decimal | None]
    weight_kg: Mapped[Decimal | None]
    characteristics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    setup_attributes: Mapped[list[Any]] = mapped_column(default=list)
    default_routing: Mapped[str] = mapped_column(default="")
    default_bom: Mapped[str] = mapped_column(default="")
    lot_tracked: Mapped[bool] = mapped_column(default=False)
    shelf_life_days: Mapped[int | None]
    lead_time_days: Mapped[int] = mapped_column(default=0)
    lead_time_clock: Mapped[WaitClock] = mapped_column(Choice(WaitClock), default=WaitClock.ELAPSED)
    lot_rule: Mapped[LotRule] = mapped_column(Choice(LotRule), default=LotRule.LOT_FOR_LOT)
    lot_minimum: Mapped[Decimal | None]
    lot_multiple: Mapped[Decimal | None]
    lot_fixed: Mapped[Decimal | None]
    lot_period_days: Mapped[int | None]
    rounding: Mapped[ItemRounding] = mapped_column(Choice(ItemRounding), default=ItemRounding.PIECE)
    safety_stock: Mapped[Decimal] = mapped_column(default=Decimal(0))
    scrap_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    pack_quantity: Mapped[Decimal | None]
    standard_cost: Mapped[Decimal | None]
    price: Mapped[Decimal | None]
    default_location_id: Mapped[int | None] = ref("location.id")
    drawing_no: Mapped[str] = mapped_column(default="")
    drawing_revision: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class BillOfMaterial(Versioned, Base):
    __tablename__ = "bill_of_material"
    __table_args__ = (UniqueConstraint("item_id", "revision"), TABLE_OPTIONS)

    item_id: Mapped[int] = ref("item.id")
    revision: Mapped[str] = mapped_column(default="A")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)

    lines: Mapped[list[BomLine]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="(BomLine.line_no, BomLine.id)"
    )


class BomLine(Versioned, Base):
    """``quantity`` of the component for ``base_quantity`` of the parent, unrounded.

    ``unit_id`` / ``base_unit_id`` NULL = the base unit of component / parent.
    ``consumed_at_step`` NULL = the first step.
    """

    __tablename__ = "bom_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND base_quantity > 0", name="positive"),
        TABLE_OPTIONS,
    )

    bom_id: Mapped[int] = ref("bill_of_material.id")
    line_no: Mapped[int]
    component_id: Mapped[int] = ref("item.id")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = ref("unit.id")
    base_quantity: Mapped[Decimal] = mapped_column(default=Decimal(1))
    base_unit_id: Mapped[int | None] = ref("unit.id")
    quantity_kind: Mapped[QuantityKind] = mapped_column(
        Choice(QuantityKind), default=QuantityKind.VARIABLE
    )
    scrap_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    consumed_at_step: Mapped[int | None]
    alternative_group: Mapped[str] = mapped_column(default="")
    alternative_priority: Mapped[int] = mapped_column(default=1)
    line_kind: Mapped[BomLineKind] = mapped_column(Choice(BomLineKind), default=BomLineKind.CONSUME)
    note: Mapped[str] = mapped_column(default="")


class Routing(Versioned, Base):
    """Steps of an item, or of all items of a family (``item_id`` NULL)."""

    __tablename__ = "routing"
    __table_args__ = (
        UniqueConstraint("item_id", "revision"),
        Index(None, "family", "revision"),
        CheckConstraint("(item_id IS NULL) <> (family = '')", name="one_scope"),
        TABLE_OPTIONS,
    )

    item_id: Mapped[int | None] = ref("item.id")
    family: Mapped[str] = mapped_column(default="")
    revision: Mapped[str] = mapped_column(default="A")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)

    steps: Mapped[list[RoutingStep]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="RoutingStep.step_no"
    )


class RoutingStep(Versioned, Base):
    """One step; see ``app.core.step.StepDefinition`` for the meaning of each figure.

    Waits (``min_wait``, ``max_wait``) are minutes to the steps that follow, between the ends that
    ``wait_ends`` names (``ES``, ``SS``, ``EE``).
    """

    __tablename__ = "routing_step"
    __table_args__ = (
        UniqueConstraint("routing_id", "step_no"),
        CheckConstraint("wait_ends IN ('ES', 'SS', 'EE')", name="wait_ends"),
        CheckConstraint("pausable IN ('anywhere', 'turns', 'never')", name="pausable"),
        TABLE_OPTIONS,
    )

    routing_id: Mapped[int] = ref("routing.id")
    step_no: Mapped[int]
    name: Mapped[str]
    work_centre_id: Mapped[int | None] = ref("work_centre.id")
    predecessors: Mapped[str] = mapped_column(default="")
    setup_minutes: Mapped[Decimal] = mapped_column(default=Decimal(0))
    rate: Mapped[Decimal]
    rate_basis: Mapped[RateBasis] = mapped_column(Choice(RateBasis))
    pieces_per_cycle: Mapped[int] = mapped_column(default=1)
    copies_min: Mapped[int] = mapped_column(default=1)
    copies_max: Mapped[int] = mapped_column(default=1)
    batch_max: Mapped[Decimal | None]
    batch_min: Mapped[Decimal | None]
    batch_family: Mapped[str] = mapped_column(default="")
    capacity_use: Mapped[Decimal] = mapped_column(default=Decimal(1))
    capacity_basis: Mapped[CapacityBasis] = mapped_column(
        Choice(CapacityBasis), default=CapacityBasis.OPERATION
    )
    setup_skill_id: Mapped[int | None] = ref("skill.id")
    setup_heads: Mapped[int] = mapped_column(default=0)
    run_skill_id: Mapped[int | None] = ref("skill.id")
    run_heads: Mapped[int] = mapped_column(default=0)
    min_wait: Mapped[int] = mapped_column(default=0)
    max_wait: Mapped[int | None]
    wait_ends: Mapped[str] = mapped_column(default="ES")
    wait_clock: Mapped[WaitClock] = mapped_column(Choice(WaitClock), default=WaitClock.ELAPSED)
    transfer_batch: Mapped[Decimal | None]
    pausable: Mapped[str] = mapped_column(default="anywhere")
    first_piece: Mapped[bool] = mapped_column(default=False)
    first_piece_minutes: Mapped[int] = mapped_column(default=0)
    setup_needs_material: Mapped[bool] = mapped_column(default=False)
    same_person: Mapped[bool] = mapped_column(default=False)
    key_step: Mapped[bool] = mapped_column(default=False)
    reporting: Mapped[Reporting] = mapped_column(Choice(Reporting), default=Reporting.REQUIRED)
    inspection_plan: Mapped[str] = mapped_column(default="")
    supplier_id: Mapped[int | None] = ref("supplier.id")
    supplier_days: Mapped[Decimal | None]
    supplier_price: Mapped[Decimal | None]
    yield_pct: Mapped[Decimal] = mapped_column(default=Decimal(100))
    instruction: Mapped[str] = mapped_column(default="")

    machines: Mapped[list[StepMachine]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="StepMachine.position"
    )
    tools: Mapped[list[StepTool]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="StepTool.position"
    )


class StepMachine(Versioned, Base):
    """A machine listed for a step, in order of preference; ``rate`` NULL = the step's."""

    __tablename__ = "step_machine"
    __table_args__ = (UniqueConstraint("step_id", "machine_id"), TABLE_OPTIONS)

    step_id: Mapped[int] = ref("routing_step.id")
    machine_id: Mapped[int] = ref("machine.id")
    position: Mapped[int] = mapped_column(default=1)
    rate: Mapped[Decimal | None]


class StepTool(Versioned, Base):
    """A tool of a step; ``count`` NULL = the copies of the step (mould), else fixed (fixture).

    ``held_until_step``: the same copies stay with the order through that step.
    """

    __tablename__ = "step_tool"
    __table_args__ = (UniqueConstraint("step_id", "tool_type_id"), TABLE_OPTIONS)

    step_id: Mapped[int] = ref("routing_step.id")
    tool_type_id: Mapped[int] = ref("tool_type.id")
    position: Mapped[int] = mapped_column(default=1)
    count: Mapped[int | None]
    held_until_step: Mapped[int | None]
