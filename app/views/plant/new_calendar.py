"""The form of a new calendar: code, name, parent, and a usual week to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import RuleBroken
from app.services.plant.calendar_edits import Template, new_calendar, template_shifts
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import complaint, set_choices
from app.views.theme import SPACE

WIDTH = 420


class NewCalendarPanel(QWidget):
    """Makes a calendar; ``made`` with its code, ``given_up`` otherwise."""

    made = Signal(str)
    given_up = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._taken: tuple[str, ...] = ()
        self._calendars: tuple[str, ...] = ()
        self.heading = label(self, "section")
        self.code = QLineEdit(self)
        self.name = QLineEdit(self)
        self.above = QComboBox(self)
        self.template = QComboBox(self)
        self.complaint = complaint(self)
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(self)
        self._lay_out()
        self.save.clicked.connect(self._on_save_clicked)
        self.code.returnPressed.connect(self._on_save_clicked)
        self.name.returnPressed.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.given_up)
        self.retranslate()

    def set_choices(self, calendars: Sequence[str], taken: Sequence[str]) -> None:
        """Calendars that may be the parent, and codes that are taken."""
        self._calendars, self._taken = tuple(calendars), tuple(taken)
        set_choices(self.above, [("", self.tr("none")), *((code, code) for code in calendars)])

    def start(self) -> None:
        """An empty form with the cursor in the first field."""
        self.code.clear()
        self.name.clear()
        self.complaint.hide()
        self.code.setFocus()

    @Slot()
    def _on_save_clicked(self) -> None:
        template = self.template.currentData()
        code = self.code.text().strip()
        language = self.context.language
        shifts = template_shifts(Template(template), code, language) if template else []
        parent = str(self.above.currentData() or "")
        try:
            edit = new_calendar(code, self.name.text(), parent, shifts, self._taken)
        except RuleBroken as refused:
            self.complaint.setText(self.context.text(refused.message))
            self.complaint.show()
            self.code.setFocus()
            return
        if self.context.apply(edit):
            self.made.emit(code)

    def retranslate(self) -> None:
        self.heading.setText(self.tr("New calendar"))
        set_choices(
            self.template,
            [
                (Template.DAY, self.tr("Day shift, Monday to Saturday")),
                (Template.TWO, self.tr("Two shifts of 12 hours")),
                (Template.THREE, self.tr("Three shifts of 8 hours")),
                (None, self.tr("No shifts (the parent's hold)")),
            ],
        )
        set_choices(
            self.above, [("", self.tr("none")), *((code, code) for code in self._calendars)]
        )
        titles = (
            (self.code, self.tr("Code"), self.tr("Short and unique: Day shift, 白班.")),
            (self.name, self.tr("Name"), self.tr("For people to read, may be empty.")),
            (self.above, self.tr("Parent"),
             self.tr("Its exceptions hold here too, its shifts where there are none")),
            (self.template, self.tr("Begin with"), self.tr("Everything can be changed later.")),
        )  # fmt: skip
        for editor, title, tip in titles:
            self._form.labelForField(editor).setText(title)
            editor.setAccessibleName(title)
            editor.setToolTip(tip)
        self.save.setText(self.tr("Create"))
        self.cancel.setText(self.tr("Cancel"))

    def _lay_out(self) -> None:
        self.setMaximumWidth(WIDTH)
        form = self._form = QFormLayout()
        form.setSpacing(SPACE + 2)
        for editor in (self.code, self.name, self.above, self.template):
            form.addRow(label(self), editor)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.heading)
        layout.addLayout(form)
        layout.addWidget(self.complaint)
        layout.addLayout(buttons)
        layout.addStretch(1)
