"""Quantities of lines per 1, 100, 1,000 … or in per cent: shown so, and written as typed so."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.core.choices import QuantityKind
from app.services.masters.edits import Values
from app.services.products.structure import Line


class Basis(StrEnum):
    """What the quantity of a line is shown for."""

    WRITTEN = "written"  # as it stands in the list: each line has its own
    ONE = "1"
    HUNDRED = "100"
    THOUSAND = "1000"
    TEN_THOUSAND = "10000"
    PERCENT = "percent"

    @property
    def pieces(self) -> int | None:
        """How many of the parent; None where the line itself says."""
        return int(self.value) if self.value.isdigit() else None


def amount(line: Line, basis: Basis) -> Fraction | None:
    """The line's quantity on that basis, without loss; None if it has none.

    A quantity once per order is the same on every basis but per cent.
    """
    if basis is Basis.WRITTEN:
        return Fraction(line.values["quantity"])
    if line.problem is not None:
        return None
    if basis is Basis.PERCENT:
        return line.percent
    if line.once:
        return line.plain
    return line.plain * (basis.pieces or 1)


def with_amount(values: Values, typed: Decimal, basis: Basis) -> dict[str, Any]:
    """The row with a quantity typed on that basis. What was typed is stored, and its basis."""
    after = {**values, "quantity": typed}
    kind = values.get("qty_kind", QuantityKind.VARIABLE)
    if basis is Basis.WRITTEN or kind in (QuantityKind.FIXED, QuantityKind.PER_SETUP):
        return after
    after |= {"base_qty": Decimal(basis.pieces or 1), "base_unit": None}
    if basis is Basis.PERCENT:
        return after | {"qty_kind": QuantityKind.PERCENT, "unit": None}
    return after | {"qty_kind": QuantityKind.VARIABLE}
