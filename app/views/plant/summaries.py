"""One sentence that says what a record means, read back to whoever typed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.core.format import number
from app.views.context import AppContext

PLACES = Decimal("0.000001")


def summary(context: AppContext, sheet: str, values: Mapping[str, Any]) -> str:
    """The sentence over the fields; "" where none is needed or something is missing."""
    say = _SAYS.get(sheet)
    return say(context, values) if say is not None else ""


def _conversion(context: AppContext, values: Mapping[str, Any]) -> str:
    """``HX-15-W: 1 支 = 2.5 米, 1 米 = 0.4 支; usually, each lot is measured.``"""
    unit, other, factor = (values.get(key) for key in ("unit", "other_unit", "factor"))
    if not (unit and other and factor) or not factor[0]:
        return ""
    above, below = factor
    there, back = _exact(above, below), _exact(below, above)
    sentence = QCoreApplication.translate(
        "Summaries", "{item}: 1 {unit} {equals} {there} {other}, 1 {other} {equals_2} {back} {unit}"
    ).format(
        item=values.get("item_code") or QCoreApplication.translate("Summaries", "All items"),
        unit=unit, other=other, there=there[0], equals=there[1], back=back[0], equals_2=back[1],
    )  # fmt: skip
    if values.get("kind") == "floating":
        floating = QCoreApplication.translate(
            "Summaries", "usually; each lot is measured and keeps its own"
        )
        return f"{sentence} ({floating})"
    return sentence


def _exact(above: Decimal, below: Decimal) -> tuple[str, str]:
    """The quotient, and whether it is exact in six places."""
    value = (above / below).quantize(PLACES)
    return number(value), "=" if value * below == above else "≈"


def _maintenance(context: AppContext, values: Mapping[str, Any]) -> str:
    """When it is due next, where that can be told from the calendar alone."""
    last, interval = values.get("last"), values.get("interval")
    if values.get("interval_unit") != "days" or not interval or not isinstance(last, datetime):
        return ""
    due = context.local(last) + timedelta(days=int(interval))
    if due < context.local(context.now()):
        text = QCoreApplication.translate("Summaries", "Due since {day}")
    else:
        text = QCoreApplication.translate("Summaries", "Due next on {day}")
    return text.format(day=context.date_text(due.date()))


def _rotation(context: AppContext, values: Mapping[str, Any]) -> str:
    """``7 days 白, then 7 days 夜, then from the beginning.``"""
    sequence = values.get("sequence")
    if not sequence:
        return ""
    part = QCoreApplication.translate("Summaries", "{days} days {shift}")
    joint = QCoreApplication.translate("Summaries", ", then ")
    parts = joint.join(part.format(days=days, shift=shift) for shift, days in sequence)
    whole = QCoreApplication.translate("Summaries", "{parts}, then from the beginning")
    return whole.format(parts=parts)


_SAYS: dict[str, Callable[[AppContext, Mapping[str, Any]], str]] = {
    "UnitConversions": _conversion,
    "Maintenance": _maintenance,
    "Rotation": _rotation,
}
