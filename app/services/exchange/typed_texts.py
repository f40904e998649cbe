"""Values of records as texts, the way the workbook shows them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.core.format import number


def shown_value(value: object) -> str:
    """A typed value (see ``export_rows.typed``) as a text."""
    if isinstance(value, datetime) and value.hour == value.minute == 0:
        return f"{value:%Y-%m-%d}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return number(value) if isinstance(value, Decimal) else str(value)
