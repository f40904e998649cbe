"""Pasted lines, looked at before they are added: every bad cell is marked with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.page import label
from app.views.table import Column, RowTable
from app.views.theme import SPACE

WIDTHS = {"component_code": 150, "quantity": 90, "unit": 60, "note": 160}


class PasteLines(QWidget):
    """``ready`` with the values of all lines, when a person has looked at them."""

    ready = Signal(object)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._lines: Sequence[Any] = ()
        self._refused: dict[tuple[int, str | None], str] = {}
        self._keys: list[str] = []
        self.words = label(self)
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(self)
        self.place = QVBoxLayout()
        self.table: RowTable | None = None
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.words, 1)
        head.addWidget(self.save)
        head.addWidget(self.cancel)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addLayout(head)
        lines.addLayout(self.place, 1)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.closed)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self.retranslate()

    def begin(self, lines: Sequence[Any]) -> None:
        """Show lines as ``pasted_lines`` read them."""
        self._lines = lines
        self._refused = {}
        named = {key for line in lines for key in line.texts}
        from app.services.products.pasted import COLUMNS

        self._keys = [key for key in COLUMNS if key in named]
        if self.table is not None:
            self.place.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        self.table = RowTable(
            self._columns(), self, row_id=lambda line: line.number, filters=False, footer=False
        )
        self.place.addWidget(self.table)
        self.table.set_rows(lines)
        self.retranslate()
        self.save.setFocus()

    def complain(self, error: AppError) -> None:
        """The rules refuse them: mark the cells they name."""
        cells = getattr(error, "cells", ())
        self._refused = {
            (self._lines[cell.change].number, cell.column): self._context.text(cell.text)
            for cell in cells
        }
        if self.table is not None:
            self.table.set_columns(self._columns())
        self._say(self._context.text(error.message))

    @property
    def bad(self) -> int:
        """How many cells cannot be taken as they are."""
        return sum(len(line.problems) for line in self._lines) + len(self._refused)

    def _columns(self) -> list[Column]:
        from app.services.masters.rows import column

        return [
            Column(
                key,
                self._context.text(column("BOM", key).title),
                value=partial(_text, key),
                width=WIDTHS.get(key, 90),
                tone=partial(self._tone, key),
                icon=partial(self._icon, key),
                tip=partial(self._tip, key),
            )
            for key in self._keys
        ]

    def _problem(self, key: str, line: Any) -> str:
        found = line.problems.get(key)
        if found is not None:
            return self._context.text(found)
        return self._refused.get((line.number, key), "")

    def _tone(self, key: str, line: Any) -> str | None:
        return "late" if self._problem(key, line) else None

    def _icon(self, key: str, line: Any) -> str | None:
        return "alert-circle" if self._problem(key, line) else None

    def _tip(self, key: str, line: Any) -> str:
        return self._problem(key, line) or _text(key, line)

    def _first_problem(self) -> str:
        for line in self._lines:
            for key in self._keys:
                if self._problem(key, line):
                    return self.tr("Line {number}: {reason}").format(
                        number=line.number, reason=self._problem(key, line)
                    )
        return ""

    def _say(self, text: str) -> None:
        self.words.setProperty("role", "late" if self.bad else "")
        self.words.style().polish(self.words)
        self.words.setText(text)
        self.words.setToolTip(text)

    @Slot()
    def _on_save_clicked(self) -> None:
        self._refused = {}
        if not self.bad:
            self.ready.emit([dict(line.values) for line in self._lines])

    def retranslate(self) -> None:
        count = len(self._lines)
        self.save.setText(self.tr("Add %n lines", "", count))
        self.save.setEnabled(bool(count) and not self.bad)
        self.cancel.setText(self.tr("Cancel"))
        if self.table is not None:
            self.table.set_columns(self._columns())
        self._say(
            self._first_problem()
            if self.bad
            else self.tr("These lines will be added. Nothing is written yet.")
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


def _text(key: str, line: Any) -> str:
    return str(line.texts.get(key, ""))
