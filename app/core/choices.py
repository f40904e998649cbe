"""The fixed choices of the domain, as stored and exchanged. Screens translate them.

Sites cannot add to these lists: the program's rules depend on each value.
"""

from __future__ import annotations

from enum import StrEnum


class ItemSource(StrEnum):
    MAKE = "make"
    BUY = "buy"
    SUBCONTRACT = "subcontract"
    PHANTOM = "phantom"


class ItemCategory(StrEnum):
    FINISHED = "finished"
    SEMI_FINISHED = "semi_finished"
    RAW = "raw"
    AUXILIARY = "auxiliary"
    PACKAGING = "packaging"
    TOOLING = "tooling"


class LotRule(StrEnum):
    """How planned orders are sized."""

    LOT_FOR_LOT = "lot_for_lot"
    FIXED = "fixed"
    MINIMUM_MULTIPLE = "minimum_multiple"
    PERIODS = "periods"
    ECONOMIC = "economic"


class ItemRounding(StrEnum):
    """What an order quantity in the base unit is rounded up to."""

    PIECE = "piece"
    SHOT = "shot"
    CARTON = "carton"
    NONE = "none"


class ConversionKind(StrEnum):
    FIXED = "fixed"
    FLOATING = "floating"  # the factor is stored on each lot


class Rounding(StrEnum):
    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"
    NONE = "none"


class QuantityKind(StrEnum):
    """What the quantity of a BOM line is counted for."""

    VARIABLE = "variable"  # per base quantity of the parent
    FIXED = "fixed"  # once per order
    PERCENT = "percent"  # of the base quantity
    PER_SETUP = "per_setup"  # loss at each setup


class BomLineKind(StrEnum):
    CONSUME = "consume"
    CO_PRODUCT = "co_product"
    BY_PRODUCT = "by_product"
    CUSTOMER_SUPPLIED = "customer_supplied"  # the customer's own material, never bought


class RateBasis(StrEnum):
    """What the figure of a standard time means."""

    SECONDS_PER_PIECE = "s/pc"
    MINUTES_PER_PIECE = "min/pc"
    HOURS_PER_100 = "h/100pc"
    PIECES_PER_HOUR = "pc/h"
    PIECES_PER_SHIFT = "pc/shift"
    SECONDS_PER_CYCLE = "s/cycle"
    MINUTES_PER_CYCLE = "min/cycle"
    MINUTES_PER_BATCH = "min/batch"
    HOURS_PER_BATCH = "h/batch"
    FIXED_MINUTES = "min"


class CapacityBasis(StrEnum):
    """What ``capacity_use`` of a step is counted for."""

    OPERATION = "operation"
    COPY = "copy"  # per tool copy in use
    PIECE = "piece"


class WaitClock(StrEnum):
    ELAPSED = "elapsed"
    WORKING = "working"


class Reporting(StrEnum):
    REQUIRED = "required"
    BACKFLUSHED = "backflushed"
    STATISTICAL = "statistical"


class MachineState(StrEnum):
    AVAILABLE = "available"
    DOWN = "down"


class ShiftKind(StrEnum):
    REGULAR = "regular"
    OVERTIME = "overtime"


class DateRule(StrEnum):
    """Which day a shift over midnight belongs to."""

    START = "start"
    END = "end"


class ExceptionKind(StrEnum):
    HOLIDAY = "holiday"
    WORKING = "working"  # a day off that is worked instead
    OVERTIME = "overtime"
    DOWN = "down"
    LEAVE = "leave"
    POWER_CUT = "power_cut"


OPENING_EXCEPTIONS = frozenset({ExceptionKind.WORKING, ExceptionKind.OVERTIME})
"""Exceptions that add working time; the others take it away."""


class SetupCombine(StrEnum):
    SUM = "sum"
    MAX = "max"
    FIRST = "first"


class ToolKind(StrEnum):
    MOULD = "mould"
    DIE = "die"
    FIXTURE = "fixture"
    POOL = "pool"  # carts, racks: counted, not told apart


class ToolState(StrEnum):
    IN_STORE = "in_store"
    MOUNTED = "mounted"
    SERVICE = "service"
    REPAIR = "repair"
    OUTSIDE = "outside"
    STOPPED = "stopped"
    SCRAPPED = "scrapped"


USABLE_TOOLS = frozenset({ToolState.IN_STORE, ToolState.MOUNTED})
"""States in which a copy can be planned at once; others need ``available_from``, or never can."""


class SkillGrade(StrEnum):
    A = "A"  # may teach
    B = "B"  # works alone
    C = "C"  # works beside an A or a B


class IntervalUnit(StrEnum):
    DAYS = "days"
    HOURS = "hours"
    SHOTS = "shots"
    DATE = "date"


class FreezeUnit(StrEnum):
    """What the freeze zones of a work centre are counted in, by the calendar of each machine."""

    MINUTES = "minutes"
    SHIFTS = "shifts"
    DAYS = "days"  # working days; a night shift belongs to the day it begins


class LocationKind(StrEnum):
    PHYSICAL = "physical"
    OPENING = "opening"  # where the stock of the first day comes from
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    PRODUCTION = "production"
    SCRAP = "scrap"


class ReasonCategory(StrEnum):
    SCRAP = "scrap"
    REWORK = "rework"
    STOP = "stop"
    HOLD = "hold"
    RESCHEDULE = "reschedule"


class OrderType(StrEnum):
    NORMAL = "normal"
    RUSH = "rush"
    SAMPLE = "sample"
    TRIAL = "trial"
    REWORK = "rework"
    TOP_UP = "top_up"
    STOCK = "stock"
    SUBCONTRACT = "subcontract"


class OrderState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RELEASED = "released"
    IN_PRODUCTION = "in_production"
    COMPLETED = "completed"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


SCHEDULED_STATES = frozenset({OrderState.APPROVED, OrderState.RELEASED, OrderState.IN_PRODUCTION})
"""Orders in these states are given to the engine; drafts only when marked for pre-planning."""

ENDED_STATES = frozenset({OrderState.CLOSED, OrderState.REJECTED, OrderState.CANCELLED})


class RequestedKind(StrEnum):
    ARRIVAL = "arrival"
    EX_WORKS = "ex_works"


class OperationState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"


class LotStatus(StrEnum):
    FREE = "free"
    QUARANTINED = "quarantined"
    BLOCKED = "blocked"


class PurchaseKind(StrEnum):
    PURCHASE = "purchase"
    SUBCONTRACT_RETURN = "subcontract_return"


class PlanKind(StrEnum):
    WORKING = "working"
    PUBLISHED = "published"


class Role(StrEnum):
    ADMIN = "admin"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    QUALITY = "quality"
    VIEWER = "viewer"


class InspectionKind(StrEnum):
    """When an inspection takes place: IQC, FAI, IPQC, FQC, OQC."""

    INCOMING = "incoming"
    FIRST_PIECE = "first_piece"
    IN_PROCESS = "in_process"
    FINAL = "final"
    OUTGOING = "outgoing"


class DefectClass(StrEnum):
    """How bad a miss of a characteristic is: CR, MA, MI."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class CharacteristicKind(StrEnum):
    MEASURED = "measured"  # nominal and limits, a reading for each sample
    PASS_FAIL = "pass_fail"  # noqa: S105 - a requirement in words, the number rejected


class FieldSubject(StrEnum):
    """What a site-defined field belongs to."""

    ITEM = "item"
    ORDER = "order"
    REPORT = "report"


class FieldKind(StrEnum):
    """What a site-defined field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
