"""Units: what an ordered quantity is in the item's base unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.choices import Rounding
from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.quantity import SCALE, unscaled
from app.core.step import ceil_fraction
from app.models.products import Unit, UnitConversion


@dataclass(frozen=True, slots=True)
class _Factor:
    """1 of the first unit = ``factor`` of the second; ``rounding`` of the result."""

    factor: Fraction
    rounding: Rounding


class Units:
    """All units and conversions, read once per use case."""

    def __init__(self, units: Iterable[Unit], conversions: Iterable[UnitConversion]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._factors: dict[tuple[int | None, int, int], _Factor] = {}
        for row in conversions:
            factor = Fraction(row.numerator) / Fraction(row.denominator)
            there, back = (row.unit_id, row.other_unit_id), (row.other_unit_id, row.unit_id)
            self._factors[row.item_id, *there] = _Factor(factor, Rounding.NONE)
            self._factors[row.item_id, *back] = _Factor(1 / factor, row.rounding)

    @classmethod
    def load(cls, session: Session, items: Collection[int] | None = None) -> Units:
        """``items``: only their conversions (and the general ones); None = of all items."""
        conversions = select(UnitConversion)
        if items is not None:
            own = UnitConversion.item_id.in_(items)
            conversions = conversions.where(or_(UnitConversion.item_id.is_(None), own))
        return cls(session.scalars(select(Unit)), session.scalars(conversions))

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self._units

    def code(self, unit_id: int) -> str:
        return self._units[unit_id].code

    def convert(
        self, quantity: Decimal, item_id: int, unit: int, to_unit: int, *, exact: bool = False
    ) -> Decimal:
        """``quantity`` of the item in another unit, rounded as the conversion says.

        ``exact``: rounded up to a millionth only (recipes, where a part of a piece is used).

        An item's own conversion wins over the general one, that over the units' dimension.
        Errors: ``RuleBroken`` if nothing leads from one unit to the other.
        """
        if unit == to_unit:
            return quantity
        found = self._needed(item_id, unit, to_unit)
        rounding = Rounding.NONE if exact else found.rounding
        return _rounded(Fraction(quantity) * found.factor, rounding)

    def ratio(self, item_id: int, unit: int, to_unit: int) -> Fraction:
        """How many of ``to_unit`` one ``unit`` of the item is, unrounded. Errors as ``convert``."""
        return Fraction(1) if unit == to_unit else self._needed(item_id, unit, to_unit).factor

    def _needed(self, item_id: int, unit: int, to_unit: int) -> _Factor:
        found = self._find(item_id, unit, to_unit)
        if found is None:
            raise RuleBroken(
                message(
                    "products.no_conversion",
                    unit=self.code(unit),
                    other_unit=self.code(to_unit),
                )
            )
        return found

    def reachable(self, item_id: int, base_unit: int) -> list[int]:
        """Units the item can be counted in, its base unit first."""
        others = [
            unit
            for unit in self._units
            if unit != base_unit and self._find(item_id, unit, base_unit) is not None
        ]
        return [base_unit, *sorted(others, key=self.code)]

    def _find(self, item_id: int, unit: int, to_unit: int) -> _Factor | None:
        for scope in (item_id, None):
            if (scope, unit, to_unit) in self._factors:
                return self._factors[scope, unit, to_unit]
        one, other = self._units[unit], self._units[to_unit]
        if one.dimension and one.dimension == other.dimension:
            return _Factor(Fraction(one.factor) / Fraction(other.factor), Rounding.NONE)
        return None


def _rounded(value: Fraction, rounding: Rounding) -> Decimal:
    """Whole pieces as the conversion says, else up to a millionth (never less than asked)."""
    match rounding:
        case Rounding.UP:
            return Decimal(ceil_fraction(value))
        case Rounding.DOWN:
            return Decimal(value.numerator // value.denominator)
        case Rounding.NEAREST:
            return Decimal((2 * value.numerator + value.denominator) // (2 * value.denominator))
        case Rounding.NONE:
            return unscaled(ceil_fraction(value * SCALE))
