"""The fields a site has defined for orders: in the list, in the detail and in the form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.services.site_fields import SiteField, field_text, kept, kept_text, typed_value
from app.views.context import AppContext
from app.views.date_field import BadDate, DayPicker
from app.views.date_field import parse as parse_day
from app.views.table import Column, Kind

KINDS = {"number": Kind.NUMBER, "date": Kind.DATE, "yes_no": Kind.FLAG}
WIDTH = 104


def columns(context: AppContext, fields: Sequence[SiteField]) -> list[Column]:
    """One column of the order list for each field."""
    return [
        Column(
            f"field:{field.key}",
            context.text(field.name),
            partial(_value, field.key),
            text=partial(_text, context, field.key),
            kind=KINDS.get(field.kind.value, Kind.TEXT),
            width=WIDTH,
            title_tip="\n".join(part for part in (context.text(field.name), field.note) if part),
        )
        for field in fields
    ]


def _value(key: str, row: Any) -> Any:
    return row.fields.get(key)


def _text(context: AppContext, key: str, row: Any) -> str:
    return field_text(row.fields.get(key), context.language)


def facts(context: AppContext, characteristics: Sequence[tuple[Any, Any]]) -> str:
    """All characteristics of an order in a line: ``Length 2500 · Fireproof yes``."""
    return " · ".join(
        f"{context.text(name)} {field_text(value, context.language)}"
        for name, value in characteristics
    )


class SiteFieldInput(QObject):
    """One field of the form: what to type it in, and what was typed as it is kept."""

    def __init__(self, context: AppContext, field: SiteField, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.field = field
        self._day: DayPicker | None = None
        self.widget: QComboBox | QLineEdit = (
            QComboBox(parent) if field.kind.value in ("yes_no", "choice") else QLineEdit(parent)
        )
        if isinstance(self.widget, QLineEdit) and field.kind.value == "date":
            self._day = DayPicker(self.widget, self._today)
            self._day.picked.connect(self._on_day_picked)
        self.retranslate()

    def show(self, text: str) -> None:
        """What the order holds, as it is kept; "" for nothing."""
        if isinstance(self.widget, QComboBox):
            self.widget.setCurrentIndex(max(self.widget.findData(text), 0))
        else:
            self.widget.setText(text)

    @Slot(object)
    def _on_day_picked(self, day: date) -> None:
        if isinstance(self.widget, QLineEdit):
            self.widget.setText(f"{day:%Y-%m-%d}")

    def typed(self) -> str:
        """As it is kept. Errors: ``RuleBroken``."""
        today = self._today()
        if isinstance(self.widget, QComboBox):
            return str(self.widget.currentData() or "")
        text = self.widget.text().strip()
        if text and self._day is not None:
            text = self._full_day(text)
        return kept(self.field, text, today)

    def retranslate(self) -> None:
        self.widget.setToolTip(self.field.note)
        if not isinstance(self.widget, QComboBox):
            return
        chosen = self.widget.currentData()
        self.widget.clear()
        for value in self._offered():
            shown = field_text(typed_value(self.field.kind, value), self._context.language)
            self.widget.addItem(shown, value)
        self.show(str(chosen or ""))

    def _offered(self) -> list[str]:
        if self.field.kind.value == "choice":
            return ["", *self.field.choices]
        return ["", kept_text(True), kept_text(False)]

    def _full_day(self, text: str) -> str:
        now = self._context.local(self._context.now())
        try:
            moment = parse_day(text, now)
        except BadDate:
            return text  # the field's own rule says what to type
        return text if moment is None else f"{moment:%Y-%m-%d}"

    def _today(self) -> date:
        return self._context.local(self._context.now()).date()


def needed(field: SiteField, context: AppContext) -> str:
    text = QCoreApplication.translate("SiteFields", "{field} must be filled in.")
    return text.format(field=context.text(field.name))
