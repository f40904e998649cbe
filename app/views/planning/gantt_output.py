"""The chart goes out: on paper through a preview, or as a workbook."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from app.views.page import action
from app.views.planning.gantt.time_grid import to_datetime
from app.views.printing.gantt_options import MOST_DAYS, Shown, show_gantt

if TYPE_CHECKING:
    from app.views.planning.schedule_page import SchedulePage

FEWEST_DAYS = 1


class GanttOutput(QObject):
    """Two actions of the Schedule page; both take the rows and the days that are in view."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page = page
        self._folder = str(Path.home())
        self.paper = self._action("printer", self._on_paper)
        self.workbook = self._action("file-spreadsheet", self._on_workbook)

    def _action(self, picture: str, slot: Any) -> QAction:
        made = action(self._page, picture)
        made.triggered.connect(slot)
        return made

    def actions(self) -> list[QAction]:
        return [self.paper, self.workbook]

    def retranslate(self) -> None:
        self.paper.setText(self.tr("Print the chart…"))
        self.workbook.setText(self.tr("Chart as a workbook…"))

    def shown(self) -> Shown | None:
        """What is in view; None before there is a plan."""
        gantt, context = self._page.gantt, self._page.context
        if not gantt.has_plan:
            return None
        first = context.local_day(to_datetime(gantt.grid.left))
        last = context.local_day(to_datetime(gantt.grid.right) - timedelta(minutes=1))
        days = min(max((last - first).days + 1, FEWEST_DAYS), MOST_DAYS)
        return Shown(gantt.arrangement.value, first, days, gantt.machines_shown())

    @Slot()
    def _on_paper(self) -> None:
        shown = self.shown()
        if shown is not None:
            show_gantt(self._page.window(), self._page.context, shown)

    @Slot()
    def _on_workbook(self) -> None:
        shown = self.shown()
        if shown is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self._page,
            self.tr("Chart as a workbook"),
            str(Path(self._folder) / "gantt.xlsx"),
            self.tr("Excel workbook (*.xlsx)"),
        )
        if path:
            self.write_to(Path(path), shown)

    def write_to(self, path: Path, shown: Shown) -> None:
        """Write the workbook in a job; a sentence says when it is there."""
        path = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
        self._folder = str(path.parent)
        context = self._page.context
        context.jobs.start(
            partial(_write, context.database, context.actor, context.language, path, shown),
            title=_writing_text,
            succeeded=self._on_written,
            failed=context.show_error,
        )

    @Slot(object)
    def _on_written(self, done: tuple[Path, int]) -> None:
        path, lines = done
        self._page.context.show_text(partial(_written_text, path.name, lines))


def _writing_text() -> str:
    return QCoreApplication.translate("GanttOutput", "Writing the chart as a workbook")


def _written_text(name: str, lines: int) -> str:
    if not lines:
        return QCoreApplication.translate("GanttOutput", "Nothing is planned in these days.")
    return QCoreApplication.translate("GanttOutput", "The chart is in {file}.").format(file=name)


def _write(
    database: Any, actor: str, language: str, path: Path, shown: Shown, *_: Any
) -> tuple[Path, int]:
    """The job's work."""
    from app.reports.gantt_paper import gantt_workbook
    from app.reports.papers import Wanted

    wanted = Wanted(
        actor, language=language, rows=shown.rows, first_day=shown.first, days=shown.days,
        machines=shown.machines or None,
    )  # fmt: skip
    return path, gantt_workbook(database, wanted, path)
