"""What has to be mended: kinds of errors, the cells in their place, and a way out for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.cell_grid import CellGrid
from app.views.exchange.report_columns import column_name
from app.views.exchange.wizard import Wizard
from app.views.page import label
from app.views.table import Column, Kind, RowTable
from app.views.theme import SPACE

GROUPS_HEIGHT = 132


class MendView(QWidget):
    column_asked = Signal(int, str)
    """(number of a table of the draft, column of ours): it is set in another step."""

    def __init__(self, context: AppContext, wizard: Wizard, parent: QWidget) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self.groups = RowTable(self._columns(), self, row_id=_kind_of_group, filters=False,
                               footer=False)  # fmt: skip
        self.groups.setFixedHeight(GROUPS_HEIGHT)
        self.place = label(self, "section")
        self.only = QCheckBox(self)
        self.only.setChecked(True)
        self.grid = CellGrid(self)
        self.told = label(self, wrap=True)
        self.accept, self.accept_all = QPushButton(self), QPushButton(self)
        self.other, self.put = QLineEdit(self), QPushButton(self)
        self.other.setFixedWidth(132)
        self.leave, self.leave_all = QPushButton(self), QPushButton(self)
        self.set = QPushButton(self)
        self.back = QPushButton(self)
        self._views: dict[tuple[str, str], Any] = {}
        self._problem: Any = None
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many errors there are."""
        preview = self.wizard.preview
        return sum(p.severity == "error" for p in preview.problems) if preview is not None else 0

    @Slot()
    def forget_pages(self) -> None:
        self._views.clear()

    def refresh(self) -> None:
        from app.services.exchange.cell_places import groups_of

        preview = self.wizard.preview
        groups = groups_of(preview.problems) if preview is not None else []
        self.groups.set_rows(groups)
        if groups and self.groups.current_row() is None:
            self.groups.select_ids([_kind_of_group(groups[0])])
        else:
            self._show_group()

    @Slot()
    def _show_group(self) -> None:
        """The page of the kind's first problem that is still there, at that cell."""
        group = self.groups.current_row()
        problems = group.problems if group is not None else ()
        before = self._problem
        same = [p for p in problems if before is not None and _place(p) == _place(before)]
        self._show_problem((same or list(problems) or [None])[0])

    def _show_problem(self, problem: Any) -> None:
        self._problem = problem
        view = self._view(problem) if problem is not None else self._mended_view()
        self.grid.setVisible(view is not None)
        self.only.setVisible(view is not None)
        if view is None:
            self.place.setText("")
        else:
            self._fill(view)
            self.place.setText(f"{view.file} · {view.page}")
            if problem is not None:
                self.grid.go(problem.row, view.column(problem.column))
        self._show_ways_out()

    def _view(self, problem: Any) -> Any:
        return None if problem.row is None else self._page(problem.file, problem.sheet)

    def _page(self, file: str, page: str) -> Any:
        from app.services.exchange.cell_places import page_view

        if self.wizard.draft is None:
            return None
        if (file, page) not in self._views:
            self._views[file, page] = page_view(self.wizard.draft, file, page)
        return self._views[file, page]

    def _mended_view(self) -> Any:
        """Where nothing is wrong any more: what was mended, to look at and to take back."""
        from app.services.exchange.cell_places import mended_pages

        pages = mended_pages(self.wizard.answers)
        return self._page(*pages[0]) if pages else None

    def _fill(self, view: Any) -> None:
        bad: dict[tuple[int, int], str] = {}
        for problem in self.wizard.preview.problems if self.wizard.preview else ():
            if problem.severity == "error" and problem.row is not None and (
                (problem.file, problem.sheet) == (view.file, view.page)
            ):  # fmt: skip
                place = (problem.row, view.column(problem.column))
                bad[place] = self.context.text(problem.message)
        mended = view.mended(self.wizard.answers)
        out = view.left_out(self.wizard.answers)
        if self.only.isChecked():
            numbers = sorted({row for row, _ in (*bad, *mended)} | out)
        else:
            numbers = list(range(view.first, len(view.rows) + 1))
        self.grid.show_page(view, numbers, bad, mended, out)

    def _show_ways_out(self) -> None:
        """Buttons for what can be done with the chosen problem, and with all of its kind."""
        problem, group = self._problem, self.groups.current_row()
        fixes = problem.fixes() if problem is not None else {}
        fixable = len(group.fixable) if group is not None else 0
        rows = len(self._rows_of(group)) if group is not None else 0
        self.told.setText(self.context.text(problem.message_with_place()) if problem else "")
        self.accept.setVisible(bool(fixes))
        if fixes:
            self.accept.setText(self.tr("Accept “{text}”").format(text=problem.fix))
        self.accept_all.setVisible(fixable > 1)
        self.accept_all.setText(self.tr("Accept all %n of this kind", "", fixable))
        placed = problem is not None and problem.row is not None
        typable = placed and self._typable(problem)
        for widget in (self.other, self.put):
            widget.setVisible(typable)
        self.other.clear()
        self.leave.setVisible(placed)
        self.leave_all.setVisible(placed and rows > 1)
        self.leave_all.setText(self.tr("Leave these %n rows out", "", rows))
        self.set.setVisible(problem is not None and self._table_of(problem) is not None)
        self._enable()

    def _table_of(self, problem: Any) -> tuple[int, str] | None:
        """(table of the draft, column) where a rule, not a cell, has to be set."""
        from app.services.exchange.plan import header_of

        draft = self.wizard.draft
        if draft is None:  # the rows that are going still say what they said
            return None
        ruled = problem.message.code in ("exchange.no_translation", "exchange.no_join")
        if problem.row is None or not problem.column or (self._typable(problem) and not ruled):
            return None
        for table in draft.tables:
            if not any(n in draft.sources and problem.file in draft.sources[n].files
                       for n in table.sources):  # fmt: skip
                continue
            for column in columns_of(table.sheet):
                rule = table.columns.get(column.key)
                if problem.column in (column.key, column.zh) or (
                    ruled and header_of(rule) == problem.column and not isinstance(rule, str)
                ):
                    return table.number, column.key
        return None

    def _typable(self, problem: Any) -> bool:
        view = self._view(problem)
        return view is not None and view.column(problem.column) >= 0

    @staticmethod
    def _rows_of(group: Any) -> set[tuple[str, str, int]]:
        return {(p.file, p.sheet, p.row) for p in group.problems if p.row is not None}

    @Slot()
    def _enable(self) -> None:
        free = not self.wizard.busy
        self.back.setVisible(bool(self._decided()))
        for widget in (self.accept, self.accept_all, self.put, self.leave, self.leave_all,
                       self.back):  # fmt: skip
            widget.setEnabled(free)

    def retranslate(self) -> None:
        self.groups.set_columns(self._columns())
        self.groups.set_empty(self.tr("Nothing has to be mended."))
        self.only.setText(self.tr("Only these rows"))
        self.other.setPlaceholderText(self.tr("Another value"))
        self.put.setText(self.tr("Put"))
        self.leave.setText(self.tr("Leave this row out"))
        self.set.setText(self.tr("Set in the step Columns"))
        self.back.setText(self.tr("As in the file"))
        self.back.setToolTip(self.tr("Take back what was typed or decided in this row"))
        if self.wizard.draft is not None:
            self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.grid.cells.refresh()

    def _columns(self) -> list[Column]:
        return [
            Column("what", self.tr("What has to be mended"), self._what, width=620,
                   icon=lambda _: "alert-circle", tone=lambda _: "late"),
            Column("count", self.tr("Cells"), lambda row: len(row.problems), kind=Kind.NUMBER,
                   width=64),
            Column("fixable", self.tr("With a proposal"), lambda row: len(row.fixable) or None,
                   kind=Kind.NUMBER, width=110),
        ]  # fmt: skip

    def _what(self, row: Any) -> str:
        first = row.problems[0]
        text = self.context.text(first.message)
        table = self._table_of(first)
        name = first.column
        if table is not None and not self._typable(first):
            name = column_name(self.context, self.wizard.draft.table(table[0]).sheet, table[1])
        return f"{name}: {text}" if name else text

    # ---- ways out --------------------------------------------------------------------------------

    def _answer(self, answers: dict[str, str], problems: Iterable[Any]) -> None:
        files = {p.file for p in problems}
        file = next(iter(files)) if len(files) == 1 else ""
        self.wizard.answer(answers, dict.fromkeys(answers, file) if file else {})

    @Slot()
    def _on_accept_clicked(self) -> None:
        self._answer(self._problem.fixes(), [self._problem])

    @Slot()
    def _on_accept_all_clicked(self) -> None:
        fixable = self.groups.current_row().fixable
        found: dict[str, str] = {}
        for problem in fixable:
            found |= problem.fixes()
        self._answer(found, fixable)

    @Slot()
    def _on_put_clicked(self) -> None:
        text = self.other.text().strip()
        if text and self._problem is not None and self._typable(self._problem):
            view = self._view(self._problem)
            column = view.column(self._problem.column)
            self._answer({view.cell(self._problem.row, column): text}, [self._problem])

    @Slot(int, int, str)
    def _on_cell_typed(self, row: int, column: int, text: str) -> None:
        view = self.grid.cells.view
        self.wizard.answer({view.cell(row, column): text}, {})

    @Slot()
    def _on_leave_clicked(self) -> None:
        self._leave({(self._problem.file, self._problem.sheet, self._problem.row)})

    @Slot()
    def _on_leave_all_clicked(self) -> None:
        self._leave(self._rows_of(self.groups.current_row()))

    def _leave(self, rows: set[tuple[str, str, int]]) -> None:
        from app.services.exchange.answers import LEAVE_OUT, row_id

        self.wizard.answer({row_id(*place): LEAVE_OUT for place in rows}, {})

    @Slot()
    def _on_back_clicked(self) -> None:
        """Everything that was decided about the row with the focus is taken back."""
        self.wizard.take_back(self._decided())

    def _decided(self) -> list[str]:
        """Answers about the row with the focus."""
        view, index = self.grid.cells.view, self.grid.currentIndex()
        if view is None or not index.isValid() or self.grid.isHidden():
            return []
        row, _ = self.grid.cells.place(index)
        ids = [view.row(row), *(view.cell(row, c) for c, n in enumerate(view.names) if n)]
        return [each for each in ids if each in self.wizard.answers]

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        """The problem of the cell with the focus, if it has one."""
        view, preview = self.grid.cells.view, self.wizard.preview
        self._enable()
        if view is None or preview is None:
            return
        here = [
            p for p in preview.problems
            if p.severity == "error" and (p.file, p.sheet, p.row) == (view.file, view.page, row)
        ]  # fmt: skip
        exact = [p for p in here if view.column(p.column) == column]
        found = (exact or here or [None])[0]
        if found is not None and found is not self._problem:
            self._problem = found
            self.groups.select_ids([_kind(found)], scroll=False)
            self._show_ways_out()

    @Slot()
    def _on_set_clicked(self) -> None:
        found = self._table_of(self._problem) if self._problem is not None else None
        if found is not None:
            self.column_asked.emit(*found)

    @Slot()
    def _on_only_clicked(self) -> None:
        if self.grid.cells.view is not None:
            self._fill(self.grid.cells.view)

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        head.addWidget(self.place)
        head.addStretch(1)
        head.addWidget(self.only)
        ways = QHBoxLayout()
        ways.setSpacing(2 * SPACE)
        for widget in (self.accept, self.accept_all, self.other, self.put, self.set, self.leave,
                       self.leave_all):  # fmt: skip
            ways.addWidget(widget)
        ways.addStretch(1)
        ways.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.groups)
        layout.addLayout(head)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.told)
        layout.addLayout(ways)

    def _connect(self) -> None:
        self.groups.current_changed.connect(self._on_group_changed)
        self.grid.chosen.connect(self._on_cell_chosen)
        self.grid.cells.typed.connect(self._on_cell_typed)
        self.accept.clicked.connect(self._on_accept_clicked)
        self.accept_all.clicked.connect(self._on_accept_all_clicked)
        self.put.clicked.connect(self._on_put_clicked)
        self.other.returnPressed.connect(self._on_put_clicked)
        self.leave.clicked.connect(self._on_leave_clicked)
        self.leave_all.clicked.connect(self._on_leave_all_clicked)
        self.set.clicked.connect(self._on_set_clicked)
        self.back.clicked.connect(self._on_back_clicked)
        self.only.clicked.connect(self._on_only_clicked)
        self.wizard.files_changed.connect(self.forget_pages)
        self.wizard.draft_changed.connect(self.forget_pages)
        self.wizard.busy_changed.connect(self._enable)

    @Slot(object)
    def _on_group_changed(self, group: Any) -> None:
        if group is None or self._problem is None or (
            _kind(self._problem) != _kind_of_group(group)
        ):  # fmt: skip
            self._show_group()


def columns_of(sheet: str) -> Any:
    from app.services.exchange.sheets import sheet as sheet_by_key

    return sheet_by_key(sheet).columns


def _place(problem: Any) -> tuple[Any, ...]:
    return problem.file, problem.sheet, problem.row, problem.column


def _kind(problem: Any) -> tuple[str, str]:
    return problem.message.code, problem.column or ""


def _kind_of_group(group: Any) -> tuple[str, str]:
    return group.code, group.column
