"""Filling a setup matrix by rule: an order of values, a difference of numbers, or groups.

Each rule gives minutes (None = forbidden) for pairs of different values; the preview says what
would change, and only what differs is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.plant.setup_edits import MOST_MINUTES, CellWish
from app.services.plant.setup_view import FORBIDDEN, AttributeMatrix, Outcome

MOST_PAIRS = 20_000
"""More pairs than this are no table that anybody keeps up: groups say the same in a few."""


@dataclass(frozen=True, slots=True)
class OrderRule:
    """Minutes by the steps between two places of ``order`` (light -> dark).

    ``up``: a step towards the end of the order, ``down``: towards its beginning; ``base`` is
    added once. A change of more steps than ``most_up`` / ``most_down`` is forbidden; None = none.
    """

    order: tuple[str, ...]
    base: int
    up: int
    down: int
    most_up: int | None = None
    most_down: int | None = None

    @property
    def count(self) -> int:
        """How many pairs it is about."""
        return len(self.order) * (len(self.order) - 1)

    def wishes(self) -> list[CellWish]:
        return [
            CellWish(start, end, self._minutes(last - first))
            for first, start in enumerate(self.order)
            for last, end in enumerate(self.order)
            if first != last
        ]

    def _minutes(self, steps: int) -> int | None:
        most = self.most_up if steps > 0 else self.most_down
        if most is not None and abs(steps) > most:
            return None
        return min(self.base + abs(steps) * (self.up if steps > 0 else self.down), MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class DifferenceRule:
    """Minutes by how much two numbers differ (lengths): ``base`` and ``per`` each begun ``size``.

    ``up`` and ``down``: minutes per size when the number grows and when it falls. ``beyond``: a
    greater difference is forbidden. Values must hold a number (2500, 2.5 m, R600).
    """

    values: tuple[str, ...]
    base: int
    up: int
    down: int
    size: Decimal
    beyond: Decimal | None = None

    @property
    def count(self) -> int:
        """How many pairs it is about."""
        return len(self.values) * (len(self.values) - 1)

    def wishes(self) -> list[CellWish]:
        """Error: ``RuleBroken`` naming the values without a number."""
        if self.size <= 0:
            raise RuleBroken(message("setups.size_above_zero"))
        numbers = {value: number_in(value) for value in self.values}
        without = [value for value, number in numbers.items() if number is None]
        if without:
            raise RuleBroken(message("setups.no_number", values=without))
        return [
            CellWish(start, end, self._minutes(was, wanted))
            for start, was in numbers.items()
            for end, wanted in numbers.items()
            if start != end and was is not None and wanted is not None
        ]

    def _minutes(self, was: Decimal, wanted: Decimal) -> int | None:
        difference = abs(wanted - was)
        if self.beyond is not None and difference > self.beyond:
            return None
        sizes = int((difference / self.size).to_integral_value(ROUND_CEILING))
        return min(self.base + sizes * (self.up if wanted > was else self.down), MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Minutes inside a group and between groups, written as pairs of the groups' names, so that
    they hold for values that join a group later."""

    groups: tuple[str, ...]
    inside: int
    between: int | None

    @property
    def count(self) -> int:
        """How many pairs it is about."""
        return len(self.groups) ** 2

    def wishes(self) -> list[CellWish]:
        return [
            CellWish(start, end, self.inside if start == end else self.between)
            for start in self.groups
            for end in self.groups
        ]


FillRule = OrderRule | DifferenceRule | GroupRule


@dataclass(frozen=True, slots=True)
class FillLine:
    """One pair of a rule's preview. ``listed``: a pair stands there; ``wish``: what would."""

    attribute: AttributeMatrix
    wish: CellWish
    listed: bool
    changes: bool

    @property
    def now(self) -> Outcome | None:
        """What holds today; None for groups."""
        groups = {code_key(str(row.values["name"])) for row in self.attribute.groups}
        if {code_key(self.wish.start), code_key(self.wish.end)} & groups:
            return None
        return self.attribute.outcome(self.wish.start, self.wish.end)


def preview(
    attribute: AttributeMatrix, rule: FillRule, *, only_empty: bool = False
) -> list[FillLine]:
    """What a rule would write. ``only_empty``: pairs that stand there stay as they are.

    Error: ``RuleBroken`` for more than ``MOST_PAIRS``.
    """
    if rule.count > MOST_PAIRS:
        raise RuleBroken(message("setups.too_many_pairs", count=rule.count, most=MOST_PAIRS))
    lines = []
    keys: dict[str, str] = {}
    for wish in rule.wishes():
        for text in (wish.start, wish.end):
            if text not in keys:
                keys[text] = code_key(text)
        row = attribute.pairs.get((keys[wish.start], keys[wish.end]))
        differs = row is None or str(row.values["minutes"]) != _text(wish)
        lines.append(FillLine(attribute, wish, row is not None,
                              differs and not (only_empty and row is not None)))  # fmt: skip
    return lines


def _text(wish: CellWish) -> str:
    return FORBIDDEN if wish.wanted is None else str(wish.wanted)


# ---------------------------------------------------------------- helpers for the order

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LIGHTNESS = {
    "白": 100, "本白": 99, "象牙": 96, "米白": 95, "奶": 94, "香槟": 88, "米": 87, "浅": 86,
    "银": 80, "黄": 78, "金": 70, "描金": 70, "粉": 68, "肉": 66, "橙": 60, "青": 55, "绿": 48,
    "灰": 45, "红": 40, "蓝": 35, "紫": 30, "古铜": 28, "咖": 22, "棕": 20, "褐": 18, "深": 15,
    "墨": 5, "黑": 0,
    "white": 100, "ivory": 96, "cream": 94, "champagne": 88, "beige": 87, "light": 86,
    "silver": 80, "yellow": 78, "gold": 70, "pink": 68, "orange": 60, "green": 48, "grey": 45,
    "gray": 45, "red": 40, "blue": 35, "purple": 30, "brown": 20, "dark": 15, "black": 0,
}  # fmt: skip


def number_in(text: str) -> Decimal | None:
    """The number in a value; None if it holds none, or more than one."""
    found = _NUMBER.findall(text)
    try:
        return Decimal(found[0]) if len(found) == 1 else None
    except InvalidOperation:  # pragma: no cover - the pattern finds numbers only
        return None


def light_to_dark(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """(values whose colour word is known, light ones first; the others as they came)."""
    known, unknown = [], []
    for value in values:
        lightness = _lightness(value)
        if lightness is None:
            unknown.append(value)
        else:
            known.append((-lightness, value))
    return [value for _, value in sorted(known, key=lambda pair: pair[0])], unknown


def _lightness(value: str) -> int | None:
    folded = code_key(value)
    words: Sequence[str] = sorted((w for w in _LIGHTNESS if w in folded), key=len, reverse=True)
    return _LIGHTNESS[words[0]] if words else None
