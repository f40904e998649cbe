"""Step two: which sheets of the files are taken, where their names stand, what they become."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.page_grid import PageGrid
from app.views.exchange.report_columns import sheet_name
from app.views.exchange.sheet_choice import SheetChoice
from app.views.exchange.wizard import Wizard
from app.views.page import label
from app.views.table import Column, Kind, RowTable
from app.views.theme import SPACE

SURE, LIKELY = 0.7, 0.5


def surety(score: float | None) -> str:
    """The colour of a score."""
    if score is None:
        return "text"
    return "good" if score >= SURE else "watch" if score >= LIKELY else "risk"


class SheetsStep(QWidget):
    def __init__(self, context: AppContext, wizard: Wizard, parent: QWidget) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self.sheets = RowTable(self._columns(), self, row_id=lambda row: row.id, filters=False)
        self.heading = label(self, "section")
        self.becomes = label(self, "muted")
        self.choice = SheetChoice(context, self)
        self.more = QToolButton(self)
        self.more.setProperty("framed", True)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.reasons = label(self, "small", wrap=True)
        self.hint = label(self, "small", wrap=True)
        self.grid = PageGrid(self)
        self._lay_out()
        self.sheets.current_changed.connect(self._on_current_changed)
        self.choice.chosen.connect(self._on_sheet_chosen)
        self.grid.headers_chosen.connect(self._on_headers_chosen)
        self.menu.aboutToShow.connect(self._on_menu_about_to_show)
        wizard.files_changed.connect(self.refresh)
        wizard.draft_changed.connect(self.refresh)
        wizard.busy_changed.connect(self._on_busy_changed)
        self.retranslate()

    def retranslate(self) -> None:
        self.sheets.set_columns(self._columns())
        self.sheets.set_empty(self.tr("These files hold no tables."))
        self.becomes.setText(self.tr("becomes"))
        self.more.setText(self.tr("Also…"))
        self.more.setToolTip(self.tr("Make a further sheet of the same table"))
        self.hint.setText(
            self.tr("Click the row that holds the names of the columns; hold Shift for two rows.")
        )
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.grid.page.refresh()

    # ---- what is shown ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        draft = self.wizard.draft
        rows = draft.source_rows() if draft is not None else []
        self.sheets.set_rows(rows)
        current = self.sheets.current_row()
        if rows and current is None:
            self.sheets.select_ids([self.sheets.visible_rows()[0].id])
        self._show(self.sheets.current_row())

    @Slot(object)
    def _on_current_changed(self, row: Any) -> None:
        self._show(row)

    def _show(self, row: Any) -> None:
        from app.services.exchange.draft import sample_rows

        for widget in (self.heading, self.becomes, self.choice, self.more, self.reasons, self.grid):
            widget.setVisible(row is not None)
        if row is None:
            return
        page = self.wizard.draft.page(row)
        self.grid.show_page(sample_rows(page) if page else [], row.headers, row.first)
        self.heading.setText(f"{row.files[0]} · {row.page}")
        self.choice.offer(row.others, row.sheets[0] if row.sheets else "",
                          none=self.tr("Leave out"))  # fmt: skip
        told = [self.context.text(reason) for reason in row.reasons]
        if len(row.files) > 1:
            told.append(self.tr("%n files of the same shape", "", len(row.files)))
        if not row.headers:
            told = [self.tr("No names of columns were found here.")]
        self.reasons.setText(" · ".join(told))
        self._on_busy_changed()

    @Slot()
    def _on_busy_changed(self) -> None:
        row, busy = self.sheets.current_row(), bool(self.wizard.busy)
        named = row is not None and bool(row.name)
        self.choice.setEnabled(named and not busy)
        self.more.setEnabled(named and bool(row.sheets) and not busy)
        self.grid.setEnabled(self.wizard.busy not in ("read", "propose", "import"))

    def _columns(self) -> list[Column]:
        return [
            Column("file", self.tr("File"), lambda row: row.files[0], text=self._files, width=170,
                   tone=self._tone, tip=lambda row: "\n".join(row.files)),
            Column("page", self.tr("Sheet"), lambda row: row.page, width=96, tone=self._tone),
            Column("rows", self.tr("Rows"), lambda row: row.count, kind=Kind.NUMBER, width=56,
                   tone=self._tone),
            Column("becomes", self.tr("Becomes"), self._sheets, width=120,
                   tone=lambda row: None if row.sheets else "disabled"),
            Column("score", self.tr("Sure"), lambda row: row.score or None,
                   text=lambda row: f"{round(row.score * 100)} %" if row.sheets else "",
                   tone=lambda row: surety(row.score), kind=Kind.NUMBER, width=56),
        ]  # fmt: skip

    def _files(self, row: Any) -> str:
        more = len(row.files) - 1
        return f"{row.files[0]} +{more}" if more else row.files[0]

    @staticmethod
    def _tone(row: Any) -> str | None:
        return None if row.sheets else "disabled"

    def _sheets(self, row: Any) -> str:
        if not row.sheets:
            return self.tr("left out")
        return " + ".join(sheet_name(self.context, key) for key in row.sheets)

    # ---- what a person changes -------------------------------------------------------------------

    @Slot(str)
    def _on_sheet_chosen(self, key: str) -> None:
        row = self.sheets.current_row()
        if row is not None and row.sheets != ((key,) if key else ()):
            self.wizard.change_slowly(partial(_set_sheet, row.name, key))

    @Slot(object)
    def _on_headers_chosen(self, numbers: Any) -> None:
        row = self.sheets.current_row()
        if row is not None and not self.wizard.busy:
            self.wizard.change_slowly(partial(_set_headers, row, numbers))

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        """Further sheets of the table, and those that are made of it already, to be taken away."""
        from app.services.exchange.sheets import SHEETS

        row = self.sheets.current_row()
        self.menu.clear()
        for table in self.wizard.draft.tables_of(row.name)[1:]:
            name = sheet_name(self.context, table.sheet)
            made = self.menu.addAction(self.tr("Without {name}").format(name=name))
            made.setData(("remove", table.number))
            made.triggered.connect(self._on_more_triggered)
        self.menu.addSeparator()
        likely = [key for key, _ in row.others]
        others = [sheet.key for sheet in SHEETS if sheet.key not in likely]
        for key in (*likely, *others):
            made = self.menu.addAction(sheet_name(self.context, key))
            made.setData(("add", key))
            made.triggered.connect(self._on_more_triggered)

    @Slot()
    def _on_more_triggered(self) -> None:
        what, value = self.sender().data()
        row = self.sheets.current_row()
        if what == "remove":
            self.wizard.change(partial(_remove_table, value))
        else:
            self.wizard.change_slowly(partial(_add_table, row.name, value))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        line.addWidget(self.heading)
        line.addWidget(self.becomes)
        line.addWidget(self.choice)
        line.addWidget(self.more)
        line.addStretch(1)
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(line)
        column.addWidget(self.reasons)
        column.addWidget(self.grid, 1)
        column.addWidget(self.hint)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(2 * SPACE)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.sheets)
        splitter.addWidget(right)
        splitter.setSizes([500, 680])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def _set_sheet(source: str, key: str, draft: Any) -> None:
    draft.set_sheet(source, key)


def _set_headers(row: Any, numbers: Any, draft: Any) -> None:
    draft.set_headers(row, numbers)


def _add_table(source: str, key: str, draft: Any) -> None:
    draft.add_table(source, key)


def _remove_table(number: int, draft: Any) -> None:
    draft.remove_table(number)
