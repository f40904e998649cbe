"""Quantities: exact decimals with at most six places, never floats."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

PLACES = 6
SCALE = 10**PLACES
LARGEST = Decimal(10) ** 12
"""Quantities are smaller than this in absolute value (18 digits in all, as in the database)."""


def scaled(quantity: Decimal) -> int:
    """``quantity`` in millionths. ValueError if that loses digits, or if it is too large."""
    if not quantity.is_finite() or abs(quantity) >= LARGEST:
        raise ValueError(f"{quantity} is no quantity below {LARGEST}")
    millionths = quantity.scaleb(PLACES)
    whole = int(millionths)
    if whole != millionths:
        raise ValueError(f"{quantity} has more than {PLACES} decimal places")
    return whole


def unscaled(millionths: int) -> Decimal:
    """The opposite of ``scaled``."""
    return tidy(Decimal(millionths).scaleb(-PLACES))


def tidy(quantity: Decimal) -> Decimal:
    """The same value in one spelling: no zeros at the end, no exponent (``2.50`` -> ``2.5``)."""
    whole = quantity.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == quantity else quantity.normalize()


def whole_up(quantity: Decimal) -> int:
    """Smallest whole number not below ``quantity`` (``//`` of decimals cuts towards zero)."""
    return int(quantity.to_integral_value(rounding=ROUND_CEILING))


def ceil_div(numerator: int, denominator: int) -> int:
    """Smallest whole number not below ``numerator / denominator`` (denominator > 0)."""
    return -(-numerator // denominator)
