"""One step of a routing as an order carries it: frozen when the order is made.

Records of the plant are named by their id, so that a new name or code does not part them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.core.choices import (
    BomLineKind,
    CapacityBasis,
    QuantityKind,
    RateBasis,
    Reporting,
    WaitClock,
)
from app.core.quantity import SCALE, ceil_div, unscaled


class LinkKind(StrEnum):
    """Which ends a precedence joins, the earlier operation's first."""

    FINISH_START = "FS"
    START_START = "SS"
    FINISH_FINISH = "FF"


@dataclass(frozen=True, slots=True)
class Link:
    """This step follows ``step_no``; ``lag`` in minutes."""

    step_no: int
    kind: LinkKind = LinkKind.FINISH_START
    lag: int = 0


@dataclass(frozen=True, slots=True)
class MachineRate:
    """A machine listed for a step; ``rate`` None = the step's."""

    machine: int
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """``count`` None = as many copies as the mode uses; held through ``held_until_step``."""

    tool_type: int
    count: int | None = None
    held_until_step: int | None = None


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """``quantity`` (component's base unit) per ``base_quantity`` (item's base unit)."""

    item: int
    quantity: Decimal
    base_quantity: Decimal = Decimal(1)
    quantity_kind: QuantityKind = QuantityKind.VARIABLE
    scrap_pct: Decimal = Decimal(0)
    line_kind: BomLineKind = BomLineKind.CONSUME

    def for_pieces(self, pieces: Decimal) -> Decimal:
        """What ``pieces`` of the item need, with loss, rounded up to a millionth."""
        return unscaled(ceil_fraction(self._exact(pieces) * SCALE))

    def _exact(self, pieces: Decimal) -> Fraction:
        loss = 1 - Fraction(self.scrap_pct) / 100
        amount = Fraction(self.quantity) / loss
        if self.quantity_kind in (QuantityKind.FIXED, QuantityKind.PER_SETUP):
            return amount
        if self.quantity_kind is QuantityKind.PERCENT:
            amount /= 100
        return amount * Fraction(pieces) / Fraction(self.base_quantity)


def ceil_fraction(value: Fraction) -> int:
    return ceil_div(value.numerator, value.denominator)


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """See the workbook's sheet Routings for what a planner types.

    ``links``: None = after the step before. Waits are minutes to the following steps, between
    the ends ``wait_ends`` (``ES``, ``SS``, ``EE``: end or start of this step, start or end of the
    next). ``rate`` has the meaning of ``rate_basis``. A step with ``supplier`` can be done outside
    in ``supplier_days``; with machines as well, the engine chooses.
    """

    step_no: int
    name: str
    rate: Decimal
    rate_basis: RateBasis
    work_centre: int | None = None
    machines: tuple[MachineRate, ...] = ()
    links: tuple[Link, ...] | None = None
    setup_minutes: Decimal = Decimal(0)
    pieces_per_cycle: int = 1
    copies_min: int = 1
    copies_max: int = 1
    batch_max: Decimal | None = None
    batch_min: Decimal | None = None
    batch_family: str = ""
    tools: tuple[ToolUse, ...] = ()
    capacity_use: Decimal = Decimal(1)
    capacity_basis: CapacityBasis = CapacityBasis.OPERATION
    setup_skill: int | None = None
    setup_heads: int = 0
    run_skill: int | None = None
    run_heads: int = 0
    min_wait: int = 0
    max_wait: int | None = None
    wait_ends: str = "ES"
    wait_clock: WaitClock = WaitClock.ELAPSED
    transfer_batch: Decimal | None = None
    pausable: str = "anywhere"
    first_piece: bool = False
    first_piece_minutes: int = 0
    setup_needs_material: bool = False
    same_person: bool = False
    key_step: bool = False
    reporting: Reporting = Reporting.REQUIRED
    inspection_plan: str = ""
    supplier: int | None = None
    supplier_days: Decimal | None = None
    supplier_price: Decimal | None = None
    yield_pct: Decimal = Decimal(100)
    instruction: str = ""
    materials: tuple[MaterialNeed, ...] = ()
    split_of: int | None = None
    """The step whose quantity this operation makes a part of; no routing says so."""
    card: int = 0
    """Card of its order whose pieces it makes, where work was cut into several; 0: the first."""


_NUMBER = ("rate", "setup_minutes", "capacity_use", "yield_pct")
_OPTIONAL_NUMBER = ("batch_max", "batch_min", "transfer_batch", "supplier_days", "supplier_price")
_LINK = re.compile(r"^(\d+)(FS|SS|FF)?(?:\+(\d+))?$", re.IGNORECASE)


def parse_links(text: str) -> tuple[Link, ...] | None:
    """``10FS; 20SS+30`` as links; None for an empty text (the step before). ValueError if the
    text is neither."""
    parts = [part for part in re.split(r"[;,；，\s]+", text.strip()) if part]
    if not parts:
        return None
    return tuple(_link(part) for part in parts)


def _link(part: str) -> Link:
    found = _LINK.match(part)
    if found is None:
        raise ValueError(part)
    number, kind, lag = found.groups()
    return Link(int(number), LinkKind((kind or "FS").upper()), int(lag or 0))


def to_json(step: StepDefinition) -> dict[str, Any]:
    """Plain values for a JSON column; quantities as text, defaults left out."""
    plain: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(step, name)
        if value != default:
            plain[name] = _plain(value)
    return plain


def from_json(plain: Mapping[str, Any]) -> StepDefinition:
    """The opposite of ``to_json``."""
    values = dict(plain)
    for name in (*_NUMBER, *_OPTIONAL_NUMBER):
        if values.get(name) is not None:
            values[name] = Decimal(values[name])
    values["rate_basis"] = RateBasis(values["rate_basis"])
    for name, kind in _CHOICES.items():
        if name in values:
            values[name] = kind(values[name])
    if values.get("links") is not None:
        values["links"] = tuple(Link(n, LinkKind(kind), lag) for n, kind, lag in values["links"])
    values["machines"] = tuple(
        MachineRate(machine, _decimal(rate)) for machine, rate in values.get("machines", ())
    )
    values["tools"] = tuple(ToolUse(*use) for use in values.get("tools", ()))
    values["materials"] = tuple(_material(need) for need in values.get("materials", ()))
    return StepDefinition(**values)


def _material(need: list[Any]) -> MaterialNeed:
    item, quantity, base, kind, scrap, line_kind = need
    return MaterialNeed(
        item,
        Decimal(quantity),
        Decimal(base),
        QuantityKind(kind),
        Decimal(scrap),
        BomLineKind(line_kind),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Link | MachineRate | ToolUse | MaterialNeed):
        return [_plain(getattr(value, name)) for name in value.__slots__]
    return value


_CHOICES: dict[str, Any] = {
    "capacity_basis": CapacityBasis,
    "wait_clock": WaitClock,
    "reporting": Reporting,
}
_DEFAULTS: dict[str, object] = {
    name: field.default for name, field in StepDefinition.__dataclass_fields__.items()
}


def goes_to(card: int, others: Container[int], next_card: int, next_others: Container[int]) -> bool:
    """Whether pieces of a card go on to a part of the next step: to their own card, if it has one.

    ``others``, ``next_others``: the cards of all parts of the two steps.
    """
    return card == next_card or card not in next_others or next_card not in others
