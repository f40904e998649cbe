"""Export and print of what a table shows: the rows, columns, order and groups on the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog

from app.views.context import AppContext
from app.views.icons import icon
from app.views.jobs import Step
from app.views.table import RowTable
from app.views.table_columns import Kind

if TYPE_CHECKING:
    from app.reports.table_sheet import SheetGroup, TableSheet

SLICE_MS = 8


class TableOutput(QObject):
    """Gives a table "Export…" (Ctrl+Shift+E) and "Print…" (Ctrl+P) in its header's menu; a page
    may show ``export`` and ``print`` elsewhere too."""

    def __init__(
        self,
        context: AppContext,
        table: RowTable,
        title: Callable[[], str],
        *,
        print_keys: str = "Ctrl+P",
    ) -> None:
        """``title`` names the table in the language now spoken, for the file and the paper.
        ``print_keys``: others where the page itself prints something with Ctrl+P."""
        super().__init__(table)
        self.context = context
        self.table = table
        self._title = title
        self._folder = str(Path.home())
        self._then: Callable[[], None] | None = None
        self.export = self._action("Ctrl+Shift+E", "file-spreadsheet", self._on_export_triggered)
        self.print = self._action(print_keys, "printer", self._on_print_triggered)
        table.header_actions += [self.export, self.print]
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer)
        table.installEventFilter(self)
        self.retranslate()

    def _action(self, keys: str, picture: str, slot: Any) -> QAction:
        action = QAction(self.table)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setProperty("picture", picture)
        action.triggered.connect(slot)
        self.table.addAction(action)
        return action

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self.retranslate()
        return False

    def retranslate(self) -> None:
        self.export.setText(self.tr("Export what is shown…"))
        self.print.setText(self.tr("Print what is shown…"))
        for action in (self.export, self.print):
            action.setIcon(icon(action.property("picture")))

    # ---- export ----------------------------------------------------------------------------------

    @Slot()
    def _on_export_triggered(self) -> None:
        name = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in self._title())
        path, _ = QFileDialog.getSaveFileName(
            self.table,
            self.tr("Export what is shown"),
            str(Path(self._folder) / f"{name}.xlsx"),
            self.tr("Excel workbook (*.xlsx)"),
        )
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """Write the workbook in a job; the status bar shows how far it is and can stop it."""
        path = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
        self._folder = str(path.parent)
        self._when_ready(partial(self._write, path))

    def _write(self, path: Path) -> None:
        self.context.jobs.start(
            partial(_export, path, self.sheet()),
            title=_exporting_text,
            succeeded=self._on_exported,
            failed=self.context.show_error,
        )

    @Slot(object)
    def _on_exported(self, done: tuple[Path, int, bool]) -> None:
        path, rows, whole = done
        if whole:
            self.context.show_text(partial(_exported_text, path.name, rows))

    # ---- print -----------------------------------------------------------------------------------

    @Slot()
    def _on_print_triggered(self) -> None:
        self._when_ready(self._show_paper)

    def _show_paper(self) -> None:
        from app.views.printing.preview import show_pdf

        make = partial(_paper, self.sheet(), self.context.actor, self.context.local)
        show_pdf(self.table.window(), self.context, self._title, make, key="table")

    # ---- what is shown ---------------------------------------------------------------------------

    def _when_ready(self, then: Callable[[], None]) -> None:
        """Make the texts of very many rows in slices first, so that the window stays fluid."""
        self._then = then
        self._timer.start()

    @Slot()
    def _on_timer(self) -> None:
        if not self.table.warmer.make_ready(SLICE_MS / 1000):
            return
        self._timer.stop()
        then, self._then = self._then, None
        if then is not None:
            then()

    def sheet(self) -> TableSheet:
        """The table as it is shown now, as plain values that may go to another thread."""
        from app.reports.table_sheet import SheetColumn, TableSheet

        model, header = self.table.model, self.table.view.horizontalHeader()
        sections = self.table.shown_sections()
        passed = [line.at for line in model.passed()]
        columns = []
        for number in sections:
            column = model.columns[number]
            texts = list(map(model.lines.texts(column).__getitem__, passed))
            values: list[object] = list(texts)
            if column.kind in (Kind.NUMBER, Kind.DATE):
                values = list(map(model.lines.values(column).__getitem__, passed))
            if column.kind is Kind.DATE:
                values = [self._local(value) for value in values]
            width = header.sectionSize(number)
            right = column.kind is Kind.NUMBER
            columns.append(SheetColumn(column.title, values, texts, width, right))
        frozen = self.table.view.frozen
        return TableSheet(
            self._title(),
            columns,
            len(passed),
            self._groups(sections),
            len(frozen.sections()) if frozen is not None else 0,
        )

    def _local(self, value: Any) -> Any:
        """A moment on the plant's clock."""
        return self.context.local(value) if getattr(value, "tzinfo", None) else value

    def _groups(self, sections: list[int]) -> list[SheetGroup]:
        from app.reports.table_sheet import SheetGroup

        model = self.table.model
        with_total = {
            place: model.columns[number]
            for place, number in enumerate(sections)
            if model.columns[number].total
        }
        return [
            SheetGroup(
                group.first,
                group.count,
                group.level,
                model.group_title(group),
                {place: model.group_total(group, each) for place, each in with_total.items()},
                not group.open,
            )
            for group in model.groups.all_groups()
        ]


def _export(path: Path, sheet: TableSheet, stop: Any, report: Any) -> tuple[Path, int, bool]:
    from app.reports.table_workbook import write_table

    whole = write_table(
        path, sheet, stop=stop, report=lambda done, total: report(Step(done, total))
    )
    return path, sheet.rows, whole


def _paper(
    sheet: TableSheet, actor: str, local: Callable[[Any], Any], language: str, size: str
) -> bytes:
    from datetime import UTC, datetime

    from app.reports.table_paper import table_pdf

    at = local(datetime.now(UTC))
    return table_pdf(sheet, size=size, language=language, by=actor, at=at)


# ---- what is said after the table may be closed --------------------------------------------------


def _exporting_text() -> str:
    return QCoreApplication.translate("TableOutput", "Exporting the table")


def _exported_text(name: str, rows: int) -> str:
    sentence = QCoreApplication.translate("TableOutput", "%n rows exported to {name}.", None, rows)
    return sentence.format(name=name)
