"""Which revision is shown, and what can be done with a whole one: copy, dates, retire, compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.views.context import AppContext
from app.views.date_field import BadDate
from app.views.page import label
from app.views.products.day_field import DayField
from app.views.theme import SPACE


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One choice of the bar; ``state`` by the names of ``RevisionState``."""

    name: str
    state: str
    start: date | None
    end: date | None
    active: bool


class RevisionBar(QWidget):
    """Tells what is asked; writes nothing."""

    chosen = Signal(str)
    copy_asked = Signal()
    dates_asked = Signal()
    retire_asked = Signal(bool)
    """True: use it again."""
    remove_asked = Signal()
    compare_asked = Signal(str)
    """Name of the revision to compare the shown one with."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._revisions: tuple[RevisionInfo, ...] = ()
        self._filling = ""
        self.choice = QComboBox(self)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.button = QToolButton(self)
        self.button.setProperty("framed", True)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.button.setMenu(self.menu)
        self.copy = QAction(self)
        self.dates = QAction(self)
        self.retire = QAction(self)
        self.remove = QAction(self)
        self.compare = QMenu(self.menu)
        for action in (self.copy, self.dates, self.retire, self.remove):
            self.menu.addAction(action)
        self.menu.addMenu(self.compare)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        line.addWidget(self.choice)
        line.addWidget(self.button)
        self.choice.activated.connect(self._on_choice_activated)
        self.copy.triggered.connect(self.copy_asked)
        self.dates.triggered.connect(self.dates_asked)
        self.retire.triggered.connect(self._on_retire_triggered)
        self.remove.triggered.connect(self.remove_asked)
        self.compare.triggered.connect(self._on_compare_triggered)
        self.retranslate()

    @property
    def current(self) -> RevisionInfo | None:
        """The revision that is shown."""
        index = self.choice.currentIndex()
        return self._revisions[index] if 0 <= index < len(self._revisions) else None

    def names(self) -> list[str]:
        return [each.name for each in self._revisions]

    def show_revisions(self, revisions: Sequence[RevisionInfo], current: str) -> None:
        self._revisions = tuple(revisions)
        self.choice.clear()
        for each in self._revisions:
            self.choice.addItem(self._text(each), each.name)
        self.choice.setCurrentIndex(max(self.choice.findData(current), -1))
        self._update()

    def _update(self) -> None:
        current = self.current
        for action in (self.copy, self.dates, self.retire, self.remove):
            action.setEnabled(current is not None)
        self.choice.setVisible(bool(self._revisions))
        self.retire.setText(
            self.tr("Use again")
            if current is not None and not current.active
            else self.tr("Retire this revision")
        )
        self.compare.clear()
        others = [each for each in self._revisions if each is not current]
        for each in others:
            self.compare.addAction(self._text(each)).setData(each.name)
        self.compare.setEnabled(bool(others))

    def _text(self, revision: RevisionInfo) -> str:
        words = {
            "in_force": self.tr("in force"),
            "other": self.tr("valid, not preferred"),
            "later": self.tr("later"),
            "ended": self.tr("ended"),
            "retired": self.tr("retired"),
        }
        parts = [revision.name, words[revision.state]]
        if revision.start or revision.end:
            start = f"{revision.start:%Y-%m-%d}" if revision.start else "…"
            end = f"{revision.end:%Y-%m-%d}" if revision.end else "…"
            parts.append(f"{start} – {end}")
        return " · ".join(parts)

    @Slot(int)
    def _on_choice_activated(self, index: int) -> None:
        self._update()
        self.chosen.emit(self._revisions[index].name)

    @Slot()
    def _on_retire_triggered(self) -> None:
        if self.current is not None:
            self.retire_asked.emit(not self.current.active)

    @Slot(QAction)
    def _on_compare_triggered(self, action: QAction) -> None:
        self.compare_asked.emit(action.data())

    def retranslate(self) -> None:
        self.choice.setAccessibleName(self.tr("Revision"))
        self.choice.setToolTip(self.tr("Revision"))
        self.button.setText(self.tr("Revision"))
        self.copy.setText(self.tr("Copy as a new revision…"))
        self.dates.setText(self.tr("In force from, to…"))
        self.remove.setText(self.tr("Remove this revision"))
        self.compare.setTitle(self.tr("Compare with"))
        for index, each in enumerate(self._revisions):
            self.choice.setItemText(index, self._text(each))
        self._update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


class RevisionStrip(QFrame):
    """A line below the bar in which a copy is named, or dates are typed. Esc gives up."""

    copied = Signal(str, object, bool)
    """(name, day or None, whether the old one ends the day before)"""
    dated = Signal(object, object)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        today = context.local(context.now())
        self._copying = False
        self.words = label(self)
        self.name = QLineEdit(self)
        self.name.setFixedWidth(70)
        self.start_words = label(self)
        self.start = DayField(today, self)
        self.end_words = label(self)
        self.end = DayField(today, self)
        self.close_old = QCheckBox(self)
        self.complaint = label(self, "error")
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        line.setSpacing(2 * SPACE)
        for widget in (self.words, self.name, self.start_words, self.start, self.end_words,
                       self.end, self.close_old, self.complaint):  # fmt: skip
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.save)
        line.addWidget(self.cancel)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.hide)
        for field in (self.name, self.start, self.end):
            field.returnPressed.connect(self._on_save_clicked)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.hide)
        self.retranslate()
        self.hide()

    def begin_copy(self, name: str, start: date | None) -> None:
        self._begin(copying=True)
        self.name.setText(name)
        self.start.set_day(start)
        self.close_old.setChecked(True)
        self.name.setFocus()
        self.name.selectAll()

    def begin_dates(self, start: date | None, end: date | None) -> None:
        self._begin(copying=False)
        self.start.set_day(start)
        self.end.set_day(end)
        self.start.setFocus()

    def _begin(self, *, copying: bool) -> None:
        self._copying = copying
        self.complaint.clear()
        for widget in (self.name, self.close_old):
            widget.setVisible(copying)
        for widget in (self.end, self.end_words):
            widget.setVisible(not copying)
        self.retranslate()
        self.show()

    def complain(self, text: str) -> None:
        """Why it could not be written; the line stays."""
        self.complaint.setText(text)
        self.show()

    @Slot()
    def _on_save_clicked(self) -> None:
        try:
            start, end = self.start.day(), self.end.day()
        except BadDate:
            self.complain(self.tr("Type a day like 2026-12-05, or leave it empty."))
            return
        self.complaint.clear()
        if self._copying:
            self.copied.emit(self.name.text(), start, self.close_old.isChecked())
        else:
            self.dated.emit(start, end)

    def retranslate(self) -> None:
        self.words.setText(
            self.tr("New revision") if self._copying else self.tr("Dates of this revision")
        )
        self.start_words.setText(self.tr("in force from"))
        self.end_words.setText(self.tr("to"))
        self.close_old.setText(self.tr("this one ends the day before"))
        self.save.setText(self.tr("Copy") if self._copying else self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))
        self.name.setAccessibleName(self.tr("Name of the new revision"))
        self.start.setAccessibleName(self.tr("In force from"))
        self.end.setAccessibleName(self.tr("In force to"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


def infos(revisions: Sequence[Any]) -> list[RevisionInfo]:
    """Choices of the bar from revisions as the services read them."""
    return [
        RevisionInfo(
            each.revision, each.state.value, each.effective_from, each.effective_to, each.active
        )
        for each in revisions
    ]
