"""Which rows of a file become records, as far as one of its columns says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.views.theme import SPACE

ALL, FILLED, EMPTY, ONE_OF = "all", "*", "", "one_of"
_PARTS = re.compile(r"\s*[;；\n]\s*")


class RowChoice(QWidget):
    """``where``, ``unique`` and ``number`` of the mapping language, for the column that is shown.

    A row passes if all columns say so. Columns marked as key together tell records apart: of rows
    with the same ones only the first is taken, or all of them, numbered.
    """

    where_changed = Signal(object)
    """None (all rows), "*", "" or the list of values that are taken."""
    key_changed = Signal(bool)
    numbered_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = QComboBox(self)
        self.values = QLineEdit(self)
        self.key = QCheckBox(self)
        self.numbered = QCheckBox(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for widget in (self.rows, self.values, self.key, self.numbered):
            layout.addWidget(widget)
        self.rows.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows.installEventFilter(self)
        self._shown: Any = None
        self.rows.activated.connect(self._on_rows_activated)
        self.values.editingFinished.connect(self._on_values_finished)
        self.key.clicked.connect(self.key_changed)
        self.numbered.clicked.connect(self.numbered_changed)
        self.retranslate()

    def show_choice(self, where: Any, *, key: bool, numbered: bool) -> None:
        """``where``: as ``where_changed`` tells it."""
        self._shown = where
        kind = ALL if where is None else where if where in (FILLED, EMPTY) else ONE_OF
        self.rows.setCurrentIndex(self.rows.findData(kind))
        values: Sequence[str] = [] if kind != ONE_OF else where
        self.values.setText("; ".join(map(str, values)))
        self.values.setVisible(kind == ONE_OF)
        self.key.setChecked(key)
        self.numbered.setChecked(numbered)
        self.numbered.setVisible(key)

    @Slot()
    def _on_rows_activated(self) -> None:
        kind = self.rows.currentData()
        self.values.setVisible(kind == ONE_OF)
        if kind == ONE_OF:
            self.values.setFocus(Qt.FocusReason.OtherFocusReason)
            self._on_values_finished()
        else:
            self._tell(None if kind == ALL else kind)

    @Slot()
    def _on_values_finished(self) -> None:
        """No value yet says nothing; until then the rows stay as they were taken."""
        found = [part for part in _PARTS.split(self.values.text().strip()) if part]
        if found and self.rows.currentData() == ONE_OF:
            self._tell(found)

    def _tell(self, where: Any) -> None:
        if where != self._shown:
            self._shown = where
            self.where_changed.emit(where)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the panel; it changes no field that it only passes over."""
        if event.type() is QEvent.Type.Wheel and not self.rows.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        chosen = max(self.rows.currentIndex(), 0)
        self.rows.clear()
        self.rows.addItem(self.tr("All rows"), ALL)
        self.rows.addItem(self.tr("Only rows in which this is filled"), FILLED)
        self.rows.addItem(self.tr("Only rows in which this is empty"), EMPTY)
        self.rows.addItem(self.tr("Only rows in which this is one of"), ONE_OF)
        self.rows.setCurrentIndex(chosen)
        self.rows.setAccessibleName(self.tr("Rows that are taken"))
        self.values.setPlaceholderText(self.tr("open; in work"))
        self.values.setAccessibleName(self.tr("Values whose rows are taken, parted by semicolons"))
        self.key.setText(self.tr("Rows with the same value are one record"))
        self.key.setToolTip(
            self.tr("Only the first row of each value is taken; with further such columns, of each"
                    " combination")
        )  # fmt: skip
        self.numbered.setText(self.tr("Take all of them, numbered"))
        self.numbered.setToolTip(
            self.tr("“Put together from columns” then knows {number} (1, 2, …) and {letter} (A, B,"
                    " …), for instance as revisions")
        )  # fmt: skip

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
