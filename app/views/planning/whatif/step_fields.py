"""Fields of the forms for a scenario's edits: a line to type in, its name, its complaint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QLabel, QLineEdit, QWidget

from app.core.quantity import scaled
from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.page import label
from app.views.plant.fields import BadField, mark
from app.views.products.day_field import DayField
from app.views.spin import Spin

BETWEEN = "  "
"""Stands between code and name of what is offered."""


class StepField(QWidget):
    """``editor`` and its complaint; subclasses know what was typed."""

    def __init__(self, editor: QWidget, parent: QWidget, *, optional: bool = False) -> None:
        super().__init__(parent)
        self.hide()
        self.editor, self.optional = editor, optional
        self.title: QLabel = label(parent)
        self.complaint = label(parent, "error", wrap=True)
        self.complaint.hide()

    def value(self) -> Any:
        """What was typed. Error: ``BadField`` with the sentence for the person."""
        raise NotImplementedError

    def put(self, value: Any) -> None:
        raise NotImplementedError

    def complain(self, text: str) -> None:
        self.complaint.setText(text)
        self.complaint.setVisible(bool(text))
        mark(self.editor, bool(text))

    def _needed(self) -> BadField:
        return BadField(self.tr("Fill this in."))


class TextField(StepField):
    """Any text; ``offers`` are codes with names to choose from, ``several`` separated by commas."""

    def __init__(
        self,
        parent: QWidget,
        offers: Sequence[tuple[str, str]] = (),
        *,
        optional: bool = False,
        several: bool = False,
    ) -> None:
        self.line = QLineEdit(parent)
        super().__init__(self.line, parent, optional=optional)
        self._several = several
        if offers and not several:
            texts = [f"{code}{BETWEEN}{name}" if name else code for code, name in offers]
            completer = QCompleter(QStringListModel(texts, self.line), self.line)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            self.line.setCompleter(completer)

    def value(self) -> Any:
        text = self.line.text().strip()
        if self._several:
            parts = text.replace(",", ",").replace("、", ",").split(",")
            codes = tuple(part.strip() for part in parts if part.strip())
            if not codes:
                raise self._needed()
            return codes
        code = text.split(BETWEEN)[0].strip()
        if not code and not self.optional:
            raise self._needed()
        return code

    def put(self, value: Any) -> None:
        self.line.setText(", ".join(value) if self._several else str(value))


class NumberField(StepField):
    """An exact quantity above zero, or an amount that may be nothing."""

    def __init__(self, parent: QWidget, *, optional: bool = False) -> None:
        self.line = QLineEdit(parent)
        super().__init__(self.line, parent, optional=optional)

    def value(self) -> Decimal:
        text = self.line.text().strip().replace(",", "").replace(",", "")
        if not text and self.optional:
            return Decimal(0)
        try:
            number = Decimal(text)
            scaled(number)
        except (InvalidOperation, ValueError):
            raise BadField(self.tr("Type a number with at most six decimal places.")) from None
        if number < 0 or (number == 0 and not self.optional):
            raise BadField(self.tr("The number must be above zero."))
        return number

    def put(self, value: Decimal) -> None:
        self.line.setText(f"{value:f}" if value else "")


class StepNumberField(StepField):
    """The number of an operation in its order."""

    def __init__(self, parent: QWidget) -> None:
        self.spin = Spin(parent)
        self.spin.setRange(1, 9999)
        self.spin.setValue(10)
        super().__init__(self.spin, parent)

    def value(self) -> int:
        return self.spin.value()

    def put(self, value: int) -> None:
        self.spin.setValue(value)


class PriorityField(StepField):
    def __init__(self, parent: QWidget) -> None:
        self.spin = Spin(parent)
        self.spin.setRange(1, 9)
        super().__init__(self.spin, parent)

    def value(self) -> int:
        return self.spin.value()

    def put(self, value: int) -> None:
        self.spin.setValue(value)


class MomentField(StepField):
    """A day and time on the plant's clock."""

    def __init__(self, context: AppContext, parent: QWidget, *, optional: bool = False) -> None:
        self.line = DateField(context.zone, context.now(), parent)
        super().__init__(self.line, parent, optional=optional)

    def value(self) -> datetime | None:
        try:
            moment = self.line.moment()
        except BadDate:
            raise BadField(self.tr("This is no date. Type it like 2026-12-05 14:30.")) from None
        if moment is None and not self.optional:
            raise self._needed()
        return moment

    def put(self, value: datetime | None) -> None:
        self.line.set_moment(value)


class WholeDayField(StepField):
    def __init__(self, context: AppContext, parent: QWidget, *, optional: bool = False) -> None:
        self.line = DayField(context.local(context.now()), parent)
        super().__init__(self.line, parent, optional=optional)

    def value(self) -> date | None:
        try:
            day = self.line.day()
        except BadDate:
            raise BadField(self.tr("This is no day. Type it like 2026-12-05.")) from None
        if day is None and not self.optional:
            raise self._needed()
        return day

    def put(self, value: date | None) -> None:
        self.line.set_day(value)


class ClockField(StepField):
    """A time of day as minutes after midnight."""

    def __init__(self, parent: QWidget) -> None:
        self.line = QLineEdit(parent)
        self.line.setPlaceholderText("18:00")
        super().__init__(self.line, parent)

    def value(self) -> int:
        hour, colon, minute = self.line.text().strip().replace("：", ":").partition(":")
        if not (hour.isdecimal() and (minute.isdecimal() or not colon)):
            raise BadField(self.tr("Type a time of day like 18:00."))
        minutes = 60 * int(hour) + int(minute or 0)
        if minutes > 24 * 60 or int(minute or 0) > 59:
            raise BadField(self.tr("Type a time of day like 18:00."))
        return minutes

    def put(self, value: int) -> None:
        self.line.setText(f"{value // 60:02d}:{value % 60:02d}")


class TickField(StepField):
    def __init__(self, parent: QWidget) -> None:
        self.box = QCheckBox(parent)
        super().__init__(self.box, parent)

    def value(self) -> bool:
        return self.box.isChecked()

    def put(self, value: bool) -> None:
        self.box.setChecked(value)
