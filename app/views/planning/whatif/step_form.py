"""The plain form of one edit of a scenario; errors stand under their fields."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.services.planning.scenarios.kinds import KINDS
from app.views.context import AppContext
from app.views.page import label
from app.views.planning.whatif.step_fields import (
    ClockField,
    MomentField,
    NumberField,
    PriorityField,
    StepField,
    StepNumberField,
    TextField,
    TickField,
    WholeDayField,
)
from app.views.planning.whatif.words import Words
from app.views.plant.fields import BadField
from app.views.theme import SPACE


class StepForm(QWidget):
    """``accepted(step)`` when every field is in order; ``given_up`` otherwise."""

    accepted = Signal(object)
    given_up = Signal()

    def __init__(
        self, context: AppContext, kind: str, choices: Any, parent: QWidget, step: Any = None
    ) -> None:
        super().__init__(parent)
        self._context, self.kind, self.step = context, kind, step
        self._words = Words(self)
        self.fields = self._make_fields(choices)
        self.heading = label(self, "section")
        self.refusal = label(self, "error", wrap=True)
        self.refusal.hide()
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(self)
        self._lay_out()
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.given_up)
        for keys, slot in (
            ("Return", self._on_save_clicked),
            ("Enter", self._on_save_clicked),
            ("Escape", self.given_up.emit),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        if step is not None:
            for name, field in self.fields.items():
                field.put(getattr(step, name))
        self.retranslate()

    def refuse(self, text: str) -> None:
        """Why the plant does not take it; the form stays as it is."""
        self.refusal.setText(text)
        self.refusal.setVisible(bool(text))
        self.save.setEnabled(True)

    def focus_first(self) -> None:
        next(iter(self.fields.values())).editor.setFocus()

    def typed(self) -> Any | None:
        """The edit, or None: then every field that is wrong says so."""
        values: dict[str, Any] = {}
        first: StepField | None = None
        for name, field in self.fields.items():
            try:
                values[name] = field.value()
                field.complain("")
            except BadField as bad:
                field.complain(str(bad))
                first = first or field
        if first is not None:
            first.editor.setFocus()
            return None
        if self.kind == "rush" and self.step is not None:
            values |= {"unit": self.step.unit, "number": self.step.number,
                       "client_key": self.step.client_key}  # fmt: skip
        return KINDS[self.kind](**values)

    @Slot()
    def _on_save_clicked(self) -> None:
        step = self.typed()
        if step is not None and self.save.isEnabled():
            self.refuse("")
            self.save.setEnabled(False)
            self.accepted.emit(step)

    def _make_fields(self, choices: Any) -> dict[str, StepField]:
        context = self._context
        if self.kind == "rush":
            priority = PriorityField(self)
            return {
                "item": TextField(self, choices.items),
                "quantity": NumberField(self),
                "wanted": MomentField(context, self),
                "customer": TextField(self, choices.customers),
                "priority": priority,
                "asked_by": TextField(self, optional=True),
                "approved_by": TextField(self, optional=True),
            }
        if self.kind == "down":
            return {
                "machine": TextField(self, choices.machines),
                "start": MomentField(context, self),
                "end": MomentField(context, self),
                "reason": TextField(self, optional=True),
            }
        if self.kind == "open":
            return {
                "scopes": TextField(self, choices.scopes, several=True),
                "day": WholeDayField(context, self),
                "last_day": WholeDayField(context, self, optional=True),
                "start": ClockField(self),
                "end": ClockField(self),
                "extra_shift": TickField(self),
                "cost_per_hour": NumberField(self, optional=True),
            }
        if self.kind == "absence":
            return {
                "person": TextField(self, choices.people),
                "first": WholeDayField(context, self),
                "last": WholeDayField(context, self),
                "reason": TextField(self, optional=True),
            }
        if self.kind == "late":
            return {
                "line": TextField(self, choices.purchases),
                "after": WholeDayField(context, self),
            }
        if self.kind == "stands":
            return {
                "order": TextField(self, choices.orders),
                "step": StepNumberField(self),
                "machine": TextField(self, choices.machines, optional=True),
                "start": MomentField(context, self, optional=True),
            }
        if self.kind == "cut":
            return {
                "order": TextField(self, choices.orders),
                "step": StepNumberField(self),
                "keep": NumberField(self, optional=True),
            }
        after: dict[str, type[StepField]] = {"priority": PriorityField, "quantity": NumberField}
        field = after.get(self.kind)
        return {
            "order": TextField(self, choices.orders),
            "after": MomentField(context, self) if field is None else field(self),  # type: ignore[call-arg]
        }

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(3 * SPACE)
        for field in self.fields.values():
            form.addRow(field.title, field.editor)
            form.addRow("", field.complaint)
            form.setRowVisible(field.complaint, True)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.addWidget(self.heading)
        layout.addLayout(form)
        layout.addWidget(self.refusal)
        layout.addLayout(buttons)
        layout.addStretch()

    def retranslate(self) -> None:
        self.heading.setText(self._words.kind(self.kind))
        for name, field in self.fields.items():
            text = self._words.field(self.kind, name)
            field.title.setText(text)
            field.editor.setAccessibleName(text)
        if "scopes" in self.fields:
            self.fields["scopes"].editor.setToolTip(
                self.tr("Calendars, machines, work centres, people or teams, separated by commas")
            )
        self.save.setText(self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
