"""Step five: what will be written, the mapping kept for next time, and the way back afterwards."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.report_columns import ReportColumns
from app.views.exchange.wizard import Wizard
from app.views.page import ActionButton, label
from app.views.table import RowTable
from app.views.theme import SPACE

WIDTH = 620


class ImportStep(QWidget):
    """``import_``, ``undo`` and ``next_`` are the page's actions."""

    def __init__(
        self, context: AppContext, wizard: Wizard, import_: QAction, undo: QAction, next_: QAction,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self._columns = ReportColumns(context, self)
        self.heading = label(self, "title", wrap=True)
        self.text = label(self, "muted", wrap=True)
        self.keep = QCheckBox(self)
        self.name = QLineEdit(self)
        self.kept = label(self, "small", wrap=True)
        self.counts = RowTable(self._columns.of_counts(), self, row_id=lambda row: row.sheet,
                               filters=False)  # fmt: skip
        self.import_ = ActionButton(import_, self, primary=True)
        self.undo = ActionButton(undo, self)
        self.next_ = ActionButton(next_, self)
        self._named_by_person = False
        self._lay_out()
        self.keep.clicked.connect(self._update)
        self.name.textEdited.connect(self._on_name_edited)
        wizard.files_changed.connect(self._on_files_changed)
        for signal in (wizard.looked, wizard.imported, wizard.busy_changed, wizard.draft_changed):
            signal.connect(self.refresh)
        wizard.undone.connect(self._on_undone)
        self._undone = ""
        self.retranslate()

    def retranslate(self) -> None:
        self.keep.setText(self.tr("Keep the mapping for the next files of this kind, as"))
        self.name.setAccessibleName(self.tr("Name of the mapping"))
        self.counts.set_columns(self._columns.of_counts())
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        wizard, done = self.wizard, self.wizard.report is not None
        self.counts.set_rows(self._rows())
        files = ", ".join(path.name for path in wizard.paths)
        if done and self._undone == wizard.key:
            self.heading.setText(self.tr("Taken back"))
            self.text.setText(self.tr("Everything is as it was before the import."))
        elif done:
            self.heading.setText(self.tr("Imported"))
            self.text.setText(self.tr("What came from {files} is in the plant now.")
                              .format(files=files))  # fmt: skip
        else:
            self.heading.setText(self.tr("Ready to import"))
            self.text.setText(self.tr("All of {files} is written at once, or nothing of it. It can"
                                      " be undone afterwards.").format(files=files))  # fmt: skip
        if not self._named_by_person:
            self.name.setText(wizard.name or self._proposed_name())
        self._update()

    def _rows(self) -> Any:
        if self.wizard.report is not None:
            return self.wizard.report.counts
        return self.wizard.preview.sheets if self.wizard.preview is not None else ()

    def _proposed_name(self) -> str:
        draft = self.wizard.draft
        return " + ".join(list(draft.sources)[:2]) if draft is not None else ""

    @Slot()
    def _update(self) -> None:
        wizard, done = self.wizard, self.wizard.report is not None
        asked = wizard.foreign and not done and (wizard.edited or not wizard.name)
        self.keep.setVisible(asked)
        self.name.setVisible(asked)
        self.name.setEnabled(self.keep.isChecked())
        self.kept.setVisible(wizard.foreign and not asked)
        if wizard.name:
            self.kept.setText(self.tr("By the saved mapping “{name}”").format(name=wizard.name))
        else:
            self.kept.setText(self.tr("The mapping was not kept."))
        self.import_.setVisible(not done)
        self.undo.setVisible(done and self._undone != wizard.key)
        self.next_.setVisible(done)

    @property
    def keep_as(self) -> str:
        """The name to keep the mapping under before the import; empty = not asked for."""
        wanted = self.keep.isVisibleTo(self) and self.keep.isChecked()
        return self.name.text().strip() if wanted else ""

    @Slot(str)
    def _on_name_edited(self, text: str) -> None:
        self._named_by_person = True

    @Slot()
    def _on_files_changed(self) -> None:
        self._named_by_person = False
        self.keep.setChecked(True)
        self.refresh()

    @Slot(str)
    def _on_undone(self, key: str) -> None:
        self._undone = key
        self.refresh()

    def _lay_out(self) -> None:
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setMaximumWidth(WIDTH)
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        line.addWidget(self.keep)
        line.addWidget(self.name, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        for button in (self.import_, self.undo, self.next_):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 4 * SPACE)
        inner.setSpacing(3 * SPACE)
        inner.addWidget(self.heading)
        inner.addWidget(self.text)
        inner.addWidget(self.counts, 1)
        inner.addLayout(line)
        inner.addWidget(self.kept)
        inner.addLayout(buttons)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 4)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(middle, 1)
