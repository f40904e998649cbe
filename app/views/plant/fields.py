"""Small parts of the calendar and matrix forms: a field with its complaint, a choice by value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from app.views.page import label


class BadField(Exception):
    """Why a field cannot be taken as it is: a sentence."""


def mark(editor: QWidget, bad: bool) -> None:
    """Red edge for a field that cannot be taken."""
    if bool(editor.property("bad")) != bad:
        editor.setProperty("bad", bad)
        editor.style().polish(editor)


def complaint(parent: QWidget) -> QLabel:
    made = label(parent, "error", wrap=True)
    made.hide()
    return made


def set_choices(box: QComboBox, choices: Iterable[tuple[Any, str]]) -> None:
    """Exchange the choices (value, text); the chosen value stays if it is still there."""
    chosen = box.currentData()
    box.clear()
    for value, text in choices:
        box.addItem(text, value)
    choose(box, chosen)


def choose(box: QComboBox, value: Any) -> None:
    """Choose by value; the first one where there is none such."""
    for place in range(box.count()):
        if box.itemData(place) == value:
            box.setCurrentIndex(place)
            return
    box.setCurrentIndex(0 if box.count() else -1)


def read_money(text: str) -> Decimal | None:
    """An amount, None for an empty field. Error: ``ValueError``."""
    typed = text.strip().replace(",", "").replace("¥", "")
    if not typed:
        return None
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount or None


def read_day(text: str, near: date) -> date | None:
    """``2026-10-01``, ``10-01``, ``10.1``, ``10月1日`` (in the year of ``near``); None if empty.

    Error: ``ValueError``.
    """
    for sign in "年月./日号":
        text = text.replace(sign, "-")
    parts = [part for part in text.strip().strip("-").split("-") if part.strip()]
    if not parts:
        return None
    numbers = [int(part) for part in parts]
    if len(numbers) == 2:
        numbers = [near.year, *numbers]
    if len(numbers) != 3:
        raise ValueError(text)
    return date(*numbers)


def put_text(line: QLineEdit, text: str) -> None:
    """A text that the program puts; a cursor in the middle stays where it is."""
    if line.text() != text:
        line.setText(text)
