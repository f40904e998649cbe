"""Exchange: spreadsheets in, checked before anything is written, and the plant out again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.exchange.report_columns import ReportColumns
from app.views.icons import pixmap
from app.views.jobs import Stop
from app.views.page import ActionButton, Page, TitleLine, action, label
from app.views.table import RowTable, SortKey
from app.views.theme import SPACE

READABLE = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})
MAPPING = ".toml"


def _check(database: Any, files: Sequence[Path], mapping: Path | None, *_: Any) -> Any:
    from app.services.exchange import plan_import

    return plan_import(database, files, mapping=mapping)


def _import(database: Any, files: Sequence[Path], mapping: Path | None, actor: str, *_: Any) -> Any:
    from app.services.exchange import import_files

    return import_files(database, files, mapping=mapping, actor=actor)


def _export(database: Any, path: Path, *_: Any) -> Path:
    from app.reports.workbook import write_rows
    from app.services.exchange.export_rows import export_rows

    write_rows(path, export_rows(database))
    return path


def _template(path: Path, stop: Stop, report: Any) -> Path:
    from app.reports.workbook import write_template

    write_template(path)
    return path


class DropPlace(QFrame):
    """Where files are dropped; says which ones are chosen."""

    def __init__(self, choose: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.picture = QLabel(self)
        self.heading = label(self, "section")
        self.text = label(self, "muted", wrap=True)
        self.mapping = label(self, "muted")
        self.drop_mapping = QPushButton(self)
        self.drop_mapping.setProperty("link", True)
        self._texts = QVBoxLayout()
        self._texts.setSpacing(2)
        line = QHBoxLayout()
        line.addWidget(self.mapping)
        line.addWidget(self.drop_mapping)
        line.addStretch(1)
        self._texts.addWidget(self.heading)
        self._texts.addWidget(self.text)
        self._texts.addLayout(line)
        self.layout_ = QHBoxLayout(self)
        self.layout_.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        self.layout_.setSpacing(4 * SPACE)
        self.layout_.addWidget(self.picture)
        self.layout_.addLayout(self._texts, 1)
        self.layout_.addWidget(ActionButton(choose, self))
        self.draw()

    def draw(self) -> None:
        self.picture.setPixmap(pixmap("file-import", "accent", 32, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.draw()


class ExchangePage(Page):
    icon = "arrows-exchange"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._files: tuple[Path, ...] = ()
        self._mapping: Path | None = None
        self._report: Any = None
        self._imported = False
        self._busy = False
        self._folder = str(Path.home())
        self._columns = ReportColumns(context, self)
        self.head = TitleLine(self, search=False)
        self._make_actions()
        self.drop = DropPlace(self.choose, self)
        self.verdict = label(self, "section", wrap=True)
        self.counts = RowTable(
            self._columns.of_counts(), self, row_id=lambda row: row.sheet, filters=False
        )
        self.problems = RowTable(self._columns.of_problems(), self, row_id=lambda row: row[0])
        self.problems.sort_by(SortKey("severity"))
        self.told = label(self, wrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._update()

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Exchange")

    def actions(self) -> list[QAction]:
        return [self.choose, self.import_, self.export, self.template]

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.choose.setText(self.tr("Choose files…"))
        self.import_.setText(self.tr("Import"))
        self.export.setText(self.tr("Export workbook…"))
        self.template.setText(self.tr("Empty workbook…"))
        self.template.setToolTip(
            self.tr("The import workbook with headers, explanations and drop-down lists")
        )
        self.drop.drop_mapping.setText(self.tr("without it"))
        self.counts.set_columns(self._columns.of_counts())
        self.problems.set_columns(self._columns.of_problems())
        self.problems.set_empty(self.tr("Nothing to report."))
        self._update()

    def restore(self, settings: QSettings) -> None:
        self._folder = str(settings.value("folder", self._folder))
        self.problems.restore_state(str(settings.value("problems", "")))
        self.splitter.restoreState(settings.value("splitter", b""))

    def save(self, settings: QSettings) -> None:
        settings.setValue("folder", self._folder)
        settings.setValue("problems", self.problems.save_state())
        settings.setValue("splitter", self.splitter.saveState())

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.filled.emit()

    # ---- files in --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._busy and self._paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_files(self._paths_of(event))
        event.acceptProposedAction()

    def take_files(self, paths: Sequence[Path]) -> None:
        """Spreadsheets to import, and perhaps the mapping that explains them; checked at once."""
        mappings = [path for path in paths if path.suffix.lower() == MAPPING]
        sheets = tuple(path for path in paths if path.suffix.lower() in READABLE)
        if mappings:
            self._mapping = mappings[0]
        if sheets:
            self._files = sheets
            self._folder = str(sheets[0].parent)
        self._check()

    def _paths_of(self, event: QDropEvent) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return [path for path in paths if path.suffix.lower() in READABLE | {MAPPING}]

    @Slot()
    def _on_choose_triggered(self) -> None:
        names = " ".join(f"*{suffix}" for suffix in sorted(READABLE | {MAPPING}))
        paths, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Files to import"),
            self._folder,
            self.tr("Spreadsheets and mappings ({names})").format(names=names),
        )
        if paths:
            self.take_files([Path(path) for path in paths])

    @Slot()
    def _on_mapping_dropped(self) -> None:
        self._mapping = None
        self._check()

    # ---- check, then import ----------------------------------------------------------------------

    def _check(self) -> None:
        self._report, self._imported = None, False
        self._show_report()
        if not self._files:
            self._update()
            return
        work = partial(_check, self.context.database, self._files, self._mapping)
        self._start(work, self._check_title, self._on_checked)

    def _start(self, work: Any, title: Any, then: Any) -> None:
        self._busy = True
        self._update()
        self.context.jobs.start(
            work, title=title, can_cancel=False, succeeded=then, failed=self._on_failed
        )

    def _check_title(self) -> str:
        return self.tr("Checking files")

    def _import_title(self) -> str:
        return self.tr("Importing")

    @Slot(object)
    def _on_checked(self, report: Any) -> None:
        self._busy = False
        self._report = report
        self._show_report()
        self._update()

    @Slot()
    def _on_import_triggered(self) -> None:
        context = self.context
        work = partial(_import, context.database, self._files, self._mapping, context.actor)
        self._start(work, self._import_title, self._on_imported)

    @Slot(object)
    def _on_imported(self, report: Any) -> None:
        self._imported = report.ok
        self._on_checked(report)
        self.context.reload_site()
        self.context.changes.look()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._update()
        self.context.show_error(error)

    def _show_report(self) -> None:
        report = self._report
        self.counts.set_rows(report.counts if report is not None else ())
        self.problems.set_rows(enumerate(report.problems) if report is not None else ())
        self.counts.setVisible(bool(self.counts.rows()))
        if self.problems.visible_rows():
            self.problems.select_ids([self.problems.visible_rows()[0][0]])
        self.splitter.setVisible(report is not None)

    @Slot()
    def _tell_problem(self) -> None:
        """The chosen problem's whole sentence: a table cell cuts it."""
        row = self.problems.current_row()
        self.told.setText(self.context.text(row[1].message_with_place()) if row else "")
        self.told.setVisible(bool(row))

    # ---- files out -------------------------------------------------------------------------------

    @Slot()
    def _on_export_triggered(self) -> None:
        path = self._ask_target(self.tr("Export the whole plant"), "taktline.xlsx")
        if path is not None:
            work = partial(_export, self.context.database, path)
            self._start(work, self._export_title, self._on_written)

    @Slot()
    def _on_template_triggered(self) -> None:
        path = self._ask_target(self.tr("Write the empty workbook"), "taktline-template.xlsx")
        if path is not None:
            self._start(partial(_template, path), self._export_title, self._on_written)

    def _export_title(self) -> str:
        return self.tr("Writing the workbook")

    def _ask_target(self, title: str, name: str) -> Path | None:
        path, _ = QFileDialog.getSaveFileName(
            self, title, str(Path(self._folder) / name), self.tr("Workbook (*.xlsx)")
        )
        if not path:
            return None
        chosen = Path(path)
        self._folder = str(chosen.parent)
        return chosen if chosen.suffix else chosen.with_suffix(".xlsx")

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._busy = False
        self._update()
        name = path.name
        self.context.show_text(lambda: self.tr("Written: {name}").format(name=name))

    # ---- what is shown ---------------------------------------------------------------------------

    def _update(self) -> None:
        ready = self._report is not None and self._report.ok
        self.choose.setEnabled(not self._busy)
        self.import_.setEnabled(not self._busy and ready and not self._imported)
        self.export.setEnabled(not self._busy)
        self.template.setEnabled(not self._busy)
        self.drop.heading.setText(
            self.tr("%n files", "", len(self._files))
            if self._files
            else self.tr("Drop spreadsheets here")
        )
        names = ", ".join(path.name for path in self._files)
        self.drop.text.setText(
            names
            or self.tr(
                "The import workbook, or spreadsheets of your own together with their mapping"
                " file. They are checked first; nothing is written before you press Import."
            )
        )
        mapping = self._mapping.name if self._mapping is not None else ""
        self.drop.mapping.setText(self.tr("Mapping: {name}").format(name=mapping))
        self.drop.mapping.setVisible(bool(mapping))
        self.drop.drop_mapping.setVisible(bool(mapping) and not self._busy)
        self._tell_problem()
        self.verdict.setText(self._verdict())
        self.verdict.setVisible(bool(self._files))

    def _verdict(self) -> str:
        if self._busy and self._report is None:
            return self.tr("Checking…")
        if self._report is None:
            return ""
        errors = sum(problem.severity == "error" for problem in self._report.problems)
        if errors:
            return self.tr("%n errors: nothing was written. Mend the files, then drop them again.",
                           "", errors)  # fmt: skip
        new = sum(sheet.new for sheet in self._report.counts)
        changed = sum(sheet.changed for sheet in self._report.counts)
        counted = self.tr("{new} new, {changed} changed").format(new=new, changed=changed)
        if self._imported:
            return self.tr("Imported: {counted}").format(counted=counted)
        return self.tr("Ready to import: {counted}").format(counted=counted)

    def _make_actions(self) -> None:
        self.choose = action(self, "folder-open")
        self.choose.setShortcut(QKeySequence("Ctrl+I"))
        self.import_ = action(self, "file-import")
        self.export = action(self, "file-export")
        self.export.setShortcut(QKeySequence("Ctrl+Shift+E"))
        self.template = action(self, "template")

    def _lay_out(self) -> None:
        self.head.add_button(self.template)
        self.head.add_button(self.export)
        self.head.add_button(self.import_, primary=True)
        self.splitter.addWidget(self.counts)
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.problems, 1)
        column.addWidget(self.told)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([356, 850])
        self.splitter.setHandleWidth(2 * SPACE)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.drop)
        layout.addWidget(self.verdict)
        layout.addWidget(self.splitter, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        self.choose.triggered.connect(self._on_choose_triggered)
        self.import_.triggered.connect(self._on_import_triggered)
        self.export.triggered.connect(self._on_export_triggered)
        self.template.triggered.connect(self._on_template_triggered)
        self.problems.current_changed.connect(self._tell_problem)
        self.drop.drop_mapping.clicked.connect(self._on_mapping_dropped)
