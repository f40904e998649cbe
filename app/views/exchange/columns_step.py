"""Step three: every column of the files and what it becomes, with the reasons of the proposals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.column_choice import TargetChoice
from app.views.exchange.report_columns import column_name, sheet_name
from app.views.exchange.rule_panel import RulePanel
from app.views.exchange.sheets_step import surety
from app.views.exchange.wizard import Wizard
from app.views.page import label
from app.views.table import Column, Kind, RowTable
from app.views.theme import SPACE

EXAMPLES = " · "


@dataclass(frozen=True, slots=True)
class TableRow:
    number: int
    sheet: str
    files: str
    todo: int


class ColumnsStep(QWidget):
    def __init__(self, context: AppContext, wizard: Wizard, parent: QWidget) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self.tables = RowTable(self._table_columns(), self, row_id=lambda row: row.number,
                               filters=False, footer=False)  # fmt: skip
        self.columns = RowTable(self._columns(), self, row_id=lambda row: row.id, filters=False)
        self.panel = RulePanel(context, wizard, self)
        self.also = label(self, "small")
        self.fill = TargetChoice(context, self)
        self._select = ""
        self._lay_out()
        self.tables.current_changed.connect(self._on_table_changed)
        self.columns.current_changed.connect(self._on_column_changed)
        self.fill.chosen.connect(self._on_fill_chosen)
        self.panel.moved.connect(self._on_panel_moved)
        wizard.files_changed.connect(self.refresh)
        wizard.draft_changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.tables.set_columns(self._table_columns())
        self.columns.set_columns(self._columns())
        self.tables.set_empty(self.tr("No sheet is taken."))
        self.columns.set_empty(self.tr("Choose what the sheets become first."))
        self.also.setText(self.tr("Fill another column"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def go(self, number: int, target: str) -> None:
        """To one column of one table: what was missing at the check is set there."""
        self.tables.select_ids([number])
        rows = self.wizard.draft.column_rows(number)
        found = next((row.id for row in rows if row.target == target), "")
        if found:
            self.columns.select_ids([found])

    @Slot()
    def refresh(self) -> None:
        draft = self.wizard.draft
        tables = draft.tables if draft is not None else []
        self.tables.set_rows(
            TableRow(t.number, t.sheet, " + ".join(self._names(t)), draft.todo(t.number))
            for t in tables
        )
        if tables and self.tables.current_row() is None:
            self.tables.select_ids([tables[0].number])
        self._show_table(self.tables.current_row())

    def _names(self, table: Any) -> list[str]:
        if not table.sources:
            return [self.tr("rows of the mapping")]
        sources = self.wizard.draft.sources
        return [sources[n].files[0] if n in sources else n for n in table.sources]

    def _show_table(self, row: Any) -> None:
        draft = self.wizard.draft
        if row is None or draft is None:
            self.columns.set_rows(())
            self.panel.show_row(0, None)
            return
        rows = draft.column_rows(row.number)
        self.columns.set_rows(rows)
        wanted, self._select = self._select, ""
        ids = {each.id for each in rows}
        if wanted in ids:
            self.columns.select_ids([wanted])
        elif rows and self.columns.current_row() is None:
            self.columns.select_ids([rows[0].id])
        table = draft.table(row.number)
        self.fill.offer(row.sheet, (), "", table.columns, none=self.tr("choose…"))
        self.panel.show_row(row.number, self.columns.current_row())

    @Slot(object)
    def _on_table_changed(self, row: Any) -> None:
        self._show_table(row)

    @Slot(object)
    def _on_column_changed(self, row: Any) -> None:
        table = self.tables.current_row()
        if table is not None and row is not None and row != self.panel._row:
            self.panel.show_row(table.number, row)

    @Slot(str)
    def _on_panel_moved(self, row_id: str) -> None:
        self._select = row_id

    @Slot(str)
    def _on_fill_chosen(self, target: str) -> None:
        """A column of ours that no column of the file is for: with a value of its own."""
        table = self.tables.current_row()
        if table is None or not target:
            return
        self._select = target
        if target not in self.wizard.draft.table(table.number).columns:
            self.wizard.change(partial(_fill, table.number, target))
        else:
            self.refresh()

    def _table_columns(self) -> list[Column]:
        return [
            Column("sheet", self.tr("Our sheet"), lambda row: row.sheet,
                   text=lambda row: sheet_name(self.context, row.sheet), width=84),
            Column("files", self.tr("From"), lambda row: row.files, width=90),
            Column("todo", self.tr("Open"), lambda row: row.todo or None, kind=Kind.NUMBER,
                   width=44, tone=lambda row: "late" if row.todo else None,
                   title_tip=self.tr("Columns that need you")),
        ]  # fmt: skip

    def _columns(self) -> list[Column]:
        return [
            Column("header", self.tr("In the file"), lambda row: row.header or None, width=126,
                   tone=self._tone),
            Column("target", self.tr("Becomes"), self._target, width=126, tone=self._tone,
                   icon=self._icon),
            Column("how", self.tr("How"), self._how, width=138, tone=self._how_tone),
            Column("sure", self.tr("Sure"), lambda row: row.score,
                   text=self._sure, width=50, kind=Kind.NUMBER,
                   tone=lambda row: surety(row.score)),
            Column("examples", self.tr("Examples"), lambda row: EXAMPLES.join(row.examples),
                   width=170, tone=lambda row: "muted"),
            Column("why", self.tr("Why"), self._why, width=260, tone=lambda row: "muted"),
        ]  # fmt: skip

    @staticmethod
    def _tone(row: Any) -> str | None:
        return "late" if row.missing else None if row.target else "disabled"

    @staticmethod
    def _icon(row: Any) -> str | None:
        if row.missing or row.open:
            return "alert-circle"
        return None

    def _target(self, row: Any) -> str | None:
        table = self.tables.current_row()
        if not row.target or table is None:
            return None
        name = column_name(self.context, table.sheet, row.target)
        return f"{name} *" if row.required else name

    def _how(self, row: Any) -> str:
        from app.services.exchange.rules import describe

        if row.missing:
            return self.tr("missing: choose a column or a value")
        if not row.target:
            return self.tr("not taken")
        if row.open:
            return self.tr("%n words without a meaning", "", len(row.open))
        return self.context.text(describe(row.rule, self.wizard.draft.translate))

    @staticmethod
    def _how_tone(row: Any) -> str | None:
        return "late" if row.missing or row.open else None if row.target else "disabled"

    def _sure(self, row: Any) -> str:
        if row.score is not None:
            return f"{round(row.score * 100)} %"
        return self.tr("you") if row.target and not row.missing else ""

    def _why(self, row: Any) -> str:
        return " · ".join(self.context.text(reason) for reason in row.reasons)

    def _lay_out(self) -> None:
        middle = QWidget(self)
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        line.addWidget(self.also)
        line.addWidget(self.fill)
        line.addStretch(1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.columns, 1)
        column.addWidget(self.panel.outcomes_title)
        column.addWidget(self.panel.outcomes)
        column.addLayout(line)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(2 * SPACE)
        splitter.setChildrenCollapsible(False)
        for widget in (self.tables, middle, self.panel):
            splitter.addWidget(widget)
        splitter.setSizes([240, 600, 348])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def _fill(number: int, target: str, draft: Any) -> None:
    draft.set_rule(number, target, {"const": ""})
