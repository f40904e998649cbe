"""The plant: machines, calendars, tools, people, setups, and those it deals with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import (
    DateRule,
    ExceptionKind,
    FreezeUnit,
    IntervalUnit,
    LocationKind,
    MachineState,
    ReasonCategory,
    SetupCombine,
    ShiftKind,
    SkillGrade,
    ToolKind,
    ToolState,
)
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class Calendar(Coded, Base):
    """A weekly pattern; exceptions of the parent hold here too, shifts only if there are none."""

    __tablename__ = "calendar"

    name: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = ref("calendar.id")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    shifts: Mapped[list[Shift]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="(Shift.weekday, Shift.start_minute)"
    )


class Shift(Versioned, Base):
    """One shift of one weekday (1 = Monday), in minutes of the plant's wall clock.

    ``end_minute`` not after ``start_minute`` runs over midnight. ``breaks`` is a list of
    [start minute, end minute]. ``cost_per_hour`` in the site's currency.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint(
            "start_minute BETWEEN 0 AND 1440 AND end_minute BETWEEN 0 AND 1440", name="minutes"
        ),
        TABLE_OPTIONS,
    )

    calendar_id: Mapped[int] = ref("calendar.id")
    weekday: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    breaks: Mapped[list[Any]] = mapped_column(default=list)
    kind: Mapped[ShiftKind] = mapped_column(Choice(ShiftKind), default=ShiftKind.REGULAR)
    cost_per_hour: Mapped[Decimal] = mapped_column(default=Decimal(0))
    date_rule: Mapped[DateRule] = mapped_column(Choice(DateRule), default=DateRule.START)


class CalendarException(Versioned, Base):
    """Days on which a calendar, machine, person or tool copy differs from the weekly pattern.

    ``hours``: list of [start minute, end minute]; empty = the whole day. ``cost_per_hour`` in the
    site's currency: what overtime opened here costs more.
    """

    __tablename__ = "calendar_exception"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN calendar_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN machine_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN operator_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN tool_copy_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_scope",
        ),
        CheckConstraint("date_to >= date_from", name="dates"),
        TABLE_OPTIONS,
    )

    calendar_id: Mapped[int | None] = ref("calendar.id")
    machine_id: Mapped[int | None] = ref("machine.id")
    operator_id: Mapped[int | None] = ref("operator.id")
    tool_copy_id: Mapped[int | None] = ref("tool_copy.id")
    date_from: Mapped[date]
    date_to: Mapped[date]
    hours: Mapped[list[Any]] = mapped_column(default=list)
    kind: Mapped[ExceptionKind] = mapped_column(Choice(ExceptionKind))
    reason: Mapped[str] = mapped_column(default="")
    cost_per_hour: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")


class Rotation(Versioned, Base):
    """Shift rotation of a team.

    ``sequence`` is a list of [name, days]: the name is the beginning of a shift's name in the
    person's own calendar, else a calendar's code, or ``休`` / ``off``. It repeats from
    ``start_date``.
    """

    __tablename__ = "rotation"

    team: Mapped[str] = mapped_column(unique=True)
    start_date: Mapped[date]
    cycle_days: Mapped[int]
    sequence: Mapped[list[Any]]


class WorkCentre(Coded, Base):
    """A group of machines that do the same work.

    ``freeze_locked`` / ``freeze_within``: from now on, for how many of ``freeze_unit`` planned
    starts stay where they are / may only change their order (see ``app.services.plant.freezing``).
    ``freeze_issued``: work for which material has been issued is locked, whenever it is planned.
    ``shift_first_piece_minutes``: what its machines keep free for the first piece at the start of
    each shift, and after a repair or service (see ``app.services.plant.first_pieces``).
    """

    __tablename__ = "work_centre"

    name: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    freeze_unit: Mapped[FreezeUnit] = mapped_column(
        Choice(FreezeUnit), default=FreezeUnit.MINUTES, server_default=FreezeUnit.MINUTES.value
    )
    freeze_locked: Mapped[int] = mapped_column(default=0)
    freeze_within: Mapped[int] = mapped_column(default=0)
    freeze_issued: Mapped[bool] = mapped_column(default=True, server_default=true())
    shift_first_piece_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class Machine(Coded, Base):
    """A machine or station. ``kind`` is ``unary``, ``cumulative`` or ``batch``.

    ``efficiency`` in percent. ``attributes`` are typed marks that tools ask for (tonnage).
    ``current_setup``: values of the setup attributes mounted now, by position.
    """

    __tablename__ = "machine"
    __table_args__ = (
        CheckConstraint("kind IN ('unary', 'cumulative', 'batch')", name="kind"),
        CheckConstraint("capacity >= 1 AND efficiency >= 1", name="capacity"),
        TABLE_OPTIONS,
    )

    name: Mapped[str]
    area: Mapped[str] = mapped_column(default="")
    work_centre_id: Mapped[int | None] = ref("work_centre.id")
    kind: Mapped[str] = mapped_column(default="unary")
    capacity: Mapped[int] = mapped_column(default=1)
    capacity_unit: Mapped[str] = mapped_column(default="")
    calendar_id: Mapped[int] = ref("calendar.id")
    efficiency: Mapped[int] = mapped_column(default=100)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    current_setup: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[MachineState] = mapped_column(
        Choice(MachineState), default=MachineState.AVAILABLE
    )
    down_until: Mapped[datetime | None]
    hourly_rate: Mapped[Decimal | None]
    may_outsource: Mapped[bool] = mapped_column(default=False)
    power_rule: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Maintenance(Versioned, Base):
    """Regular service of a machine or of each copy of a tool."""

    __tablename__ = "maintenance"
    __table_args__ = (
        CheckConstraint("(machine_id IS NULL) <> (tool_type_id IS NULL)", name="one_scope"),
        TABLE_OPTIONS,
    )

    machine_id: Mapped[int | None] = ref("machine.id")
    tool_type_id: Mapped[int | None] = ref("tool_type.id")
    name: Mapped[str]
    interval: Mapped[int]
    interval_unit: Mapped[IntervalUnit] = mapped_column(Choice(IntervalUnit))
    last_at: Mapped[datetime | None]
    minutes: Mapped[int]
    skill_id: Mapped[int | None] = ref("skill.id")
    move_days: Mapped[int] = mapped_column(default=0)


class SetupAttribute(Versioned, Base):
    """One part of a work centre's changeovers, e.g. the colour.

    ``default_minutes`` holds for pairs that are not listed, unless ``default_forbidden``.
    ``campaign_minutes``: run that one value should have before the next change (0 = any).
    """

    __tablename__ = "setup_attribute"
    __table_args__ = (
        UniqueConstraint("work_centre_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 4", name="position"),
        TABLE_OPTIONS,
    )

    work_centre_id: Mapped[int] = ref("work_centre.id")
    position: Mapped[int]
    name: Mapped[str]
    combine: Mapped[SetupCombine] = mapped_column(Choice(SetupCombine), default=SetupCombine.SUM)
    default_minutes: Mapped[int] = mapped_column(default=0)
    default_forbidden: Mapped[bool] = mapped_column(default=False)
    campaign_minutes: Mapped[int] = mapped_column(default=0, server_default="0")


class SetupGroup(Versioned, Base):
    """A named set of values of an attribute (light colours), used in setup pairs."""

    __tablename__ = "setup_group"
    __table_args__ = (UniqueConstraint("attribute", "name"), TABLE_OPTIONS)

    attribute: Mapped[str]
    name: Mapped[str]
    members: Mapped[list[Any]]


class SetupPair(Versioned, Base):
    """Changeover from one value to another: ``*`` any, ``=`` the same, or a group's name.

    ``minutes`` NULL = forbidden. A machine's own pairs win over its work centre's.
    """

    __tablename__ = "setup_pair"
    __table_args__ = (
        UniqueConstraint(
            "work_centre_id",
            "machine_id",
            "attribute",
            "from_value",
            "to_value",
            name="uq_setup_pair",
        ),
        CheckConstraint("(machine_id IS NULL) <> (work_centre_id IS NULL)", name="one_scope"),
        TABLE_OPTIONS,
    )

    work_centre_id: Mapped[int | None] = ref("work_centre.id")
    machine_id: Mapped[int | None] = ref("machine.id")
    attribute: Mapped[str]
    from_value: Mapped[str]
    to_value: Mapped[str]
    minutes: Mapped[int | None]
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    scrap_quantity: Mapped[Decimal | None]
    scrap_item_id: Mapped[int | None] = ref("item.id")
    skill_id: Mapped[int | None] = ref("skill.id")
    heads: Mapped[int] = mapped_column(default=0)


class ToolType(Coded, Base):
    """A mould, die or fixture (the pattern), of which copies exist; or a pool of equal carts.

    ``cavities``: pieces per shot of a whole copy. ``machine_rule``: which machines take it
    (``50/100/130`` of an attribute, machine or work centre codes); empty = all.
    """

    __tablename__ = "tool_type"

    name: Mapped[str]
    kind: Mapped[ToolKind] = mapped_column(Choice(ToolKind), default=ToolKind.MOULD)
    cavities: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[int | None]
    machine_rule: Mapped[str] = mapped_column(default="")
    cycle: Mapped[Decimal | None]
    cycle_basis: Mapped[str] = mapped_column(default="")
    life_shots: Mapped[int | None]
    service_every: Mapped[int | None]
    service_minutes: Mapped[int | None]
    mount_minutes: Mapped[int] = mapped_column(default=0)
    dismount_minutes: Mapped[int] = mapped_column(default=0)
    replace_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)

    items: Mapped[list[ToolItem]] = relationship(lazy="raise", cascade="all, delete-orphan")
    copies: Mapped[list[ToolCopy]] = relationship(lazy="raise", order_by="ToolCopy.id")


class ToolItem(Versioned, Base):
    """An item a tool makes; several items = family mould, all made in each shot."""

    __tablename__ = "tool_item"
    __table_args__ = (UniqueConstraint("tool_type_id", "item_id"), TABLE_OPTIONS)

    tool_type_id: Mapped[int] = ref("tool_type.id")
    item_id: Mapped[int] = ref("item.id")
    pieces_per_shot: Mapped[int] = mapped_column(default=1)


class ToolCopy(Versioned, Base):
    """One individual copy. ``active_cavities`` NULL = all; ``machine_id`` = where it hangs."""

    __tablename__ = "tool_copy"
    __table_args__ = (UniqueConstraint("tool_type_id", "copy_no"), TABLE_OPTIONS)

    tool_type_id: Mapped[int] = ref("tool_type.id")
    copy_no: Mapped[str]
    active_cavities: Mapped[int | None]
    shots_done: Mapped[int] = mapped_column(default=0)
    state: Mapped[ToolState] = mapped_column(Choice(ToolState), default=ToolState.IN_STORE)
    location: Mapped[str] = mapped_column(default="")
    machine_id: Mapped[int | None] = ref("machine.id")
    available_from: Mapped[datetime | None]
    calendar_id: Mapped[int | None] = ref("calendar.id")


class Skill(Coded, Base):
    __tablename__ = "skill"

    name: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class Operator(Coded, Base):
    """Somebody who works in production; ``code`` is the badge number."""

    __tablename__ = "operator"

    name: Mapped[str]
    team: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    calendar_id: Mapped[int] = ref("calendar.id")
    efficiency: Mapped[int] = mapped_column(default=100)
    overtime_cap_hours: Mapped[Decimal | None] = mapped_column(default=Decimal(36))
    employed_from: Mapped[date | None]
    employed_to: Mapped[date | None]
    role: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    skills: Mapped[list[OperatorSkill]] = relationship(lazy="raise", cascade="all, delete-orphan")


class OperatorSkill(Versioned, Base):
    __tablename__ = "operator_skill"
    __table_args__ = (UniqueConstraint("operator_id", "skill_id"), TABLE_OPTIONS)

    operator_id: Mapped[int] = ref("operator.id")
    skill_id: Mapped[int] = ref("skill.id")
    grade: Mapped[SkillGrade] = mapped_column(Choice(SkillGrade), default=SkillGrade.B)
    valid_until: Mapped[date | None]


class Location(Coded, Base):
    """Where material is. Every stock move leads from one location to another."""

    __tablename__ = "location"

    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[LocationKind] = mapped_column(Choice(LocationKind), default=LocationKind.PHYSICAL)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class Customer(Coded, Base):
    """``code`` or ``short_name`` finds a customer; ``truck_days`` are weekdays 1-7."""

    __tablename__ = "customer"

    short_name: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    grade: Mapped[str] = mapped_column(default="")
    transit_days: Mapped[int] = mapped_column(default=0)
    truck_days: Mapped[list[Any]] = mapped_column(default=list)
    ship_complete: Mapped[bool] = mapped_column(default=False)
    over_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    under_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    safety_days: Mapped[int | None]
    label_style: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Supplier(Coded, Base):
    """``calendar_id``: when a subcontractor works; NULL = always."""

    __tablename__ = "supplier"

    name: Mapped[str]
    lead_time_days: Mapped[int] = mapped_column(default=0)
    calendar_id: Mapped[int | None] = ref("calendar.id")
    active: Mapped[bool] = mapped_column(default=True)


class ReasonCode(Versioned, Base):
    """A reason in a category; the same code may stand in two categories."""

    __tablename__ = "reason_code"
    __table_args__ = (UniqueConstraint("category", "code_key"), TABLE_OPTIONS)

    category: Mapped[ReasonCategory] = mapped_column(Choice(ReasonCategory))
    code: Mapped[str]
    code_key: Mapped[str]
    name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
