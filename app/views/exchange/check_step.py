"""Step four: what would be new, changed and untouched; what has to be mended; what was assumed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.mend_view import MendView
from app.views.exchange.question_card import QuestionCards
from app.views.exchange.report_columns import ReportColumns, column_name, sheet_name
from app.views.exchange.wizard import Wizard
from app.views.page import label
from app.views.table import Column, Kind, RowTable, SortKey
from app.views.theme import SPACE

MOST_CHANGES = 4
"""So many changed columns are told in a line of the list."""
TONES = {"new": "good", "changed": "accent", "waiting": "watch"}


class CheckStep(QWidget):
    def __init__(self, context: AppContext, wizard: Wizard, parent: QWidget) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self._report = ReportColumns(context, self)
        self.verdict = label(self, "section", wrap=True)
        self.questions = QuestionCards(context, self)
        self.counts = RowTable(self._count_columns(), self, row_id=lambda row: row.sheet,
                               filters=False)  # fmt: skip
        self.mend = MendView(context, wizard, self)
        self.records = RowTable(self._record_columns(), self, row_id=lambda row: row[0])
        self.notes = RowTable(self._report.of_problems(), self, row_id=lambda row: row[0])
        self.notes.sort_by(SortKey("severity"))
        self.told = label(self, wrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tabs = QTabWidget(self)
        self._lay_out()
        wizard.looked.connect(self.refresh)
        wizard.files_changed.connect(self.refresh)
        wizard.busy_changed.connect(self._show_verdict)
        self.questions.answered.connect(self._on_question_answered)
        self.notes.current_changed.connect(self._on_note_changed)
        self.retranslate()

    def retranslate(self) -> None:
        self.counts.set_columns(self._count_columns())
        self.records.set_columns(self._record_columns())
        self.notes.set_columns(self._report.of_problems())
        self.counts.set_empty(self.tr("Nothing was counted yet."))
        self.records.set_empty(self.tr("Nothing would change."))
        self.notes.set_empty(self.tr("Nothing to report."))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        preview = self.wizard.preview
        problems = preview.problems if preview is not None else ()
        notes = [(n, p) for n, p in enumerate(problems) if p.severity != "error"]
        self.counts.set_rows(preview.sheets if preview is not None else ())
        self.records.set_rows(enumerate(preview.records) if preview is not None else ())
        self.notes.set_rows(notes)
        self.questions.show_questions(
            list(preview.questions) if preview is not None else [], self.wizard.answers
        )
        if preview is not None or self.wizard.draft is None:
            self.mend.refresh()
        errors = self.mend.count
        for number, text in enumerate((
            self.tr("To mend ({n})").format(n=errors),
            self.tr("What changes ({n})").format(n=len(self.records.rows())),
            self.tr("Notes ({n})").format(n=len(notes)),
        )):  # fmt: skip
            self.tabs.setTabText(number, text)
        if preview is not None and not errors and self.tabs.currentIndex() == 0:
            self.tabs.setCurrentIndex(1)
        elif errors and not self._had_errors:
            self.tabs.setCurrentIndex(0)
        if preview is not None:
            self._had_errors = bool(errors)
        self._show_verdict()

    _had_errors = False

    @Slot()
    def _show_verdict(self) -> None:
        self.verdict.setText(self._verdict())

    def _verdict(self) -> str:
        wizard = self.wizard
        if wizard.busy in ("read", "look"):
            return self.tr("Checking…")
        if wizard.preview is None:
            return ""
        errors = self.mend.count
        if errors:
            return self.tr("%n errors: mend them here, or leave the rows out. Nothing is written"
                           " as long as there is one.", "", errors)  # fmt: skip
        return self.tr("Ready to import: {counted}").format(counted=self.counted())

    def counted(self) -> str:
        sheets = self.wizard.preview.sheets if self.wizard.preview is not None else ()
        return self.tr("{new} new, {changed} changed, {same} untouched").format(
            new=sum(s.new for s in sheets),
            changed=sum(s.changed for s in sheets),
            same=sum(s.unchanged for s in sheets),
        )

    @Slot(object)
    def _on_note_changed(self, row: Any) -> None:
        """The chosen note's whole sentence: a table cell cuts it."""
        self.told.setText(self.context.text(row[1].message_with_place()) if row else "")
        self.told.setVisible(bool(row))

    @Slot(str, str)
    def _on_question_answered(self, question: str, answer: str) -> None:
        self.wizard.answer({question: answer})

    # ---- columns ---------------------------------------------------------------------------------

    def _count_columns(self) -> list[Column]:
        return [
            Column("sheet", self.tr("Sheet"), lambda row: sheet_name(self.context, row.sheet),
                   width=88),
            self._count("new", self.tr("New"), lambda row: row.new),
            self._count("changed", self.tr("Changed"), lambda row: row.changed),
            self._count("unchanged", self.tr("Same"), lambda row: row.unchanged),
            Column("waiting", self.tr("Wait"), lambda row: row.waiting or None, kind=Kind.NUMBER,
                   width=48, tone=lambda row: "watch",
                   title_tip=self.tr("Rows that wait for a row that has to be mended")),
        ]  # fmt: skip

    def _count(self, key: str, title: str, value: Any) -> Column:
        return Column(key, title, value, kind=Kind.NUMBER, width=56, total=True)

    def _record_columns(self) -> list[Column]:
        return [
            Column("state", self.tr("State"), lambda row: row[1].state,
                   text=lambda row: self._state(row[1].state),
                   tone=lambda row: TONES[row[1].state], width=80),
            Column("sheet", self.tr("Sheet"),
                   lambda row: sheet_name(self.context, row[1].sheet), width=88),
            Column("name", self.tr("Record"), lambda row: row[1].name, width=170),
            Column("changes", self.tr("What changes"), self._changes, width=420,
                   tip=self._all_changes),
            Column("file", self.tr("File"), lambda row: row[1].file, width=130),
            Column("row", self.tr("Row"), lambda row: row[1].row, kind=Kind.NUMBER, width=56),
        ]  # fmt: skip

    def _state(self, state: str) -> str:
        words = {
            "new": self.tr("new"),
            "changed": self.tr("changed"),
            "waiting": self.tr("waits"),
        }
        return words[state]

    def _changes(self, row: Any) -> str:
        record = row[1]
        told = [self._change(record, change) for change in record.changes[:MOST_CHANGES]]
        left = len(record.changes) - len(told)
        if left > 0:
            told.append(self.tr("and %n more", "", left))
        return " · ".join(told)

    def _all_changes(self, row: Any) -> str:
        return "\n".join(self._change(row[1], change) for change in row[1].changes)

    def _change(self, record: Any, change: Any) -> str:
        name = column_name(self.context, record.sheet, change.column)
        if record.state == "new":
            return f"{name} {change.after}"
        return f"{name} {change.before or '–'} → {change.after or '–'}"

    def _lay_out(self) -> None:
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.counts)
        notes = QWidget(self)
        column = QVBoxLayout(notes)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(self.notes, 1)
        column.addWidget(self.told)
        self.told.hide()
        self.tabs.addTab(self.mend, "")
        self.tabs.addTab(self.records, "")
        self.tabs.addTab(notes, "")
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(2 * SPACE)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.tabs)
        splitter.setSizes([330, 850])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.verdict)
        layout.addWidget(self.questions)
        layout.addWidget(splitter, 1)
