"""Sentences and figures that several parts of a table say."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QCoreApplication


def number_text(value: Decimal) -> str:
    """Exact, with thousands separators."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def group_spoken(title: str, count: int, is_open: bool) -> str:
    """A group row as a screen reader says it."""
    rows = QCoreApplication.translate("RowTable", "%n rows", None, count)
    opened = QCoreApplication.translate("RowTable", "opened")
    closed = QCoreApplication.translate("RowTable", "closed")
    return f"{title}, {rows}, {opened if is_open else closed}"


def not_editable() -> str:
    return QCoreApplication.translate("RowTable", "This column cannot be changed.")


def no_column_here() -> str:
    return QCoreApplication.translate("RowTable", "The table has no further column here.")


def no_row_here() -> str:
    return QCoreApplication.translate("RowTable", "The table has no further row here.")


def too_many_cells(most: int) -> str:
    sentence = QCoreApplication.translate(
        "RowTable", "More than {most} cells cannot be pasted at once. Import them as a file."
    )
    return sentence.format(most=f"{most:,}")


def nothing_new() -> str:
    return QCoreApplication.translate("RowTable", "The cells hold these values already.")
