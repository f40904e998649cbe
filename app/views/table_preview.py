"""What a paste would change, cell by cell, before anything is told to the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app.views.table_cells import CellTarget, changes, new_rows, refused
from app.views.table_columns import Column, Kind, SortKey
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.views.table import RowTable

SLICE = 0.02
"""Seconds of checking at a time."""


class PastePreview(QFrame):
    """Stands below the table until the person applies or gives up (Esc)."""

    apply_asked = Signal(object)
    """list of all CellTarget; the refused ones are among them."""
    given_up = Signal()
    cell_chosen = Signal(object)
    """The CellTarget that the person looks at."""

    def __init__(
        self,
        table: RowTable,
        targets: Iterator[CellTarget],
        count: int,
        name_of: Callable[[Any], str],
    ) -> None:
        """``name_of(row)`` tells rows apart; ``count``: how many targets there are about."""
        from app.views.table import RowTable

        super().__init__(table)
        self.setObjectName("paste_preview")
        self.setProperty("role", "card")
        self._name_of = name_of
        self._coming: Iterator[CellTarget] | None = targets
        self._count = count
        self.targets: list[CellTarget] = []
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "section")
        self.trouble = QLabel(self)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setProperty("role", "error")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.only_bad = QCheckBox(self)
        self.apply_button = QPushButton(self)
        self.apply_button.setProperty("primary", True)
        self.give_up_button = QPushButton(self)
        self.list = RowTable(
            self._columns(), self, row_id=lambda each: (each.number, each.column.key), footer=False
        )
        self.list.sort_by(SortKey("remark"), SortKey("row"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._check)
        self._lay_out()
        self.only_bad.toggled.connect(self._show)
        self.apply_button.clicked.connect(self._on_apply_clicked)
        self.give_up_button.clicked.connect(self.given_up)
        self.list.current_changed.connect(self._on_list_current_changed)
        self.retranslate()
        self._check()

    def tell(self, reason: str) -> None:
        """The page could not write it: the sentence above the list, everything stays."""
        self.trouble.setText(reason)
        self.trouble.show()

    # ---- checking --------------------------------------------------------------------------------

    @Slot()
    def _check(self) -> None:
        """Look at some more cells; the window stays fluid while very many are checked."""
        until = time.perf_counter() + SLICE
        while self._coming is not None:
            each = next(self._coming, None)
            if each is None:
                self._coming = None
                break
            self.targets.append(each)
            if time.perf_counter() > until:
                self._say_how_far()
                self._timer.start(0)
                return
        self._say_what()
        self._show()

    def _say_how_far(self) -> None:
        sentence = self.tr("Checking the cells: {done} of {count}")
        done = f"{len(self.targets):,}"
        self.title.setText(sentence.format(done=done, count=f"{self._count:,}"))
        self.apply_button.setEnabled(False)

    def _say_what(self) -> None:
        wanted, new, bad = changes(self.targets), new_rows(self.targets), refused(self.targets)
        rows = len({id(change.row) for change in wanted})
        parts = [
            self.tr("%n cells change", "", len(wanted)) if wanted else "",
            self.tr("in %n rows", "", rows) if wanted else "",
            self.tr("%n new rows", "", len(new)) if new else "",
            self.tr("%n cells cannot be taken", "", len(bad)) if bad else "",
        ]
        said = " · ".join(part for part in parts if part)
        self.title.setText(said or self.tr("The cells hold these values already."))
        self.apply_button.setEnabled(bool(wanted or new))
        self.apply_button.setText(self.tr("Take the good ones") if bad else self.tr("Take over"))
        self.only_bad.setVisible(bool(bad))

    @Slot()
    def _show(self) -> None:
        """Refused cells first; cells that stay as they are not at all."""
        if self._coming is not None:
            return
        shown = [each for each in self.targets if each.refusal or not each.same]
        if self.only_bad.isChecked():
            shown = [each for each in shown if each.refusal]
        self.list.set_rows(shown)

    def _columns(self) -> list[Column]:
        return [
            Column(
                "row",
                self.tr("Row"),
                lambda each: each.number,
                text=self._row_text,
                icon=lambda each: "alert-triangle" if each.refusal else "check",
                tone=lambda each: "late" if each.refusal else "good",
                kind=Kind.NUMBER,
                width=70,
            ),
            Column("name", self.tr("Record"), self._row_name, width=90),
            Column("column", self.tr("Column"), lambda each: each.column.title, width=90),
            Column("before", self.tr("Now"), lambda each: each.before, width=120),
            Column(
                "after",
                self.tr("Then"),
                lambda each: each.then(),
                tone=lambda each: "late" if each.refusal else None,
                width=160,
            ),
            Column(
                "remark",
                self.tr("Remark"),
                lambda each: None if not each.refusal else each.refusal,
                tone=lambda each: "late",
                width=320,
            ),
        ]

    def _row_text(self, each: CellTarget) -> str:
        return f"{each.number + 1:,}"

    def _row_name(self, each: CellTarget) -> str:
        return self._name_of(each.row) if each.row is not None else self.tr("new row")

    # ---- gestures --------------------------------------------------------------------------------

    @Slot()
    def _on_apply_clicked(self) -> None:
        self.trouble.hide()
        self.apply_asked.emit(self.targets)

    @Slot(object)
    def _on_list_current_changed(self, each: CellTarget | None) -> None:
        if each is not None:
            self.cell_chosen.emit(each)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif enter and control and self.apply_button.isEnabled():
            self._on_apply_clicked()
        else:
            super().keyPressEvent(event)

    # ---- language, layout ------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
            self._say_what()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("What would change"))
        self.list.view.setAccessibleName(self.tr("What would change"))
        self.only_bad.setText(self.tr("Only what cannot be taken"))
        self.apply_button.setToolTip("Ctrl+Enter")
        self.give_up_button.setText(self.tr("Give up"))
        self.give_up_button.setToolTip("Esc")
        self.list.set_columns(self._columns())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.title, 1)
        for widget in (self.only_bad, self.give_up_button, self.apply_button):
            head.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.trouble)
        layout.addWidget(self.list)
