"""Exchange: spreadsheets in, step by step and checked before anything is written, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.check_step import CheckStep
from app.views.exchange.columns_step import ColumnsStep
from app.views.exchange.files_step import FilesStep
from app.views.exchange.import_step import ImportStep
from app.views.exchange.sheets_step import SheetsStep
from app.views.exchange.steps import StepBar, Where
from app.views.exchange.wizard import Wizard
from app.views.file_drop import MAPPING, READABLE, paths_of, take
from app.views.jobs import Stop
from app.views.page import Page, TitleLine, action
from app.views.table import RowTable
from app.views.theme import SPACE


def _export(database: Any, path: Path, *_: Any) -> Path:
    from app.reports.workbook import write_rows
    from app.services.exchange.export_rows import export_rows

    write_rows(path, export_rows(database))
    return path


def _template(path: Path, stop: Stop, report: Any) -> Path:
    from app.reports.workbook import write_template

    write_template(path)
    return path


class ExchangePage(Page):
    icon = "arrows-exchange"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._folder = str(Path.home())
        self._use = ""
        self._seen = Where.FILES
        self.wizard = Wizard(context, self)
        self.head = TitleLine(self, search=False)
        self._make_actions()
        self.bar = StepBar(self)
        self.files = FilesStep(context, self.wizard, self.choose, self)
        self.sheets = SheetsStep(context, self.wizard, self)
        self.columns = ColumnsStep(context, self.wizard, self)
        self.check = CheckStep(context, self.wizard, self)
        self.last = ImportStep(context, self.wizard, self.import_, self.undo, self.further, self)
        self.stack = QStackedWidget(self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._go(Where.FILES)

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Exchange")

    def actions(self) -> list[QAction]:
        return [self.choose, self.import_, self.undo, self.export, self.template]

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.choose.setText(self.tr("Choose files…"))
        self.import_.setText(self.tr("Import"))
        self.undo.setText(self.tr("Undo this import"))
        self.further.setText(self.tr("Import other files"))
        self.export.setText(self.tr("Export workbook…"))
        self.template.setText(self.tr("Empty workbook…"))
        self.template.setToolTip(
            self.tr("The import workbook with headers, explanations and drop-down lists")
        )
        self._update()

    def restore(self, settings: QSettings) -> None:
        self._folder = str(settings.value("folder", self._folder))
        for name, table in self._kept_tables().items():
            table.restore_state(str(settings.value(name, "")))

    def save(self, settings: QSettings) -> None:
        settings.setValue("folder", self._folder)
        for name, table in self._kept_tables().items():
            settings.setValue(name, table.save_state())

    def _kept_tables(self) -> dict[str, RowTable]:
        """Tables whose columns stay as the person arranged them."""
        return {
            "problems": self.check.notes, "records": self.check.records,
            "columns": self.columns.columns, "sheets": self.sheets.sheets,
        }  # fmt: skip

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.filled.emit()

    # ---- files in --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.wizard.busy in ("", "look") and paths_of(event.mimeData()):
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        take(event)
        self.take_files(paths_of(event.mimeData()))

    def take_files(self, paths: Sequence[Path]) -> None:
        """Spreadsheets to import, and perhaps the mapping file that explains them."""
        sheets = [path for path in paths if path.suffix.lower() in READABLE]
        mappings = [path for path in paths if path.suffix.lower() == MAPPING]
        mapping = self._mapping_of(mappings[0]) if mappings else None
        if sheets:
            self._folder = str(sheets[0].parent)
        if mapping is not None:
            self.wizard.start([*self.wizard.paths, *sheets], mapping)
        elif sheets and self.wizard.report is None:
            self.wizard.add(sheets)
        elif sheets:
            self.wizard.start(sheets)

    def _mapping_of(self, path: Path) -> Any:
        from app.core.errors import AppError
        from app.services.exchange.plan import MappingText, checked_mapping

        try:
            mapping = MappingText.of_file(path)
            checked_mapping(mapping)
        except AppError as error:
            self.context.show_error(error)
            return None
        return mapping

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

    @Slot(str)
    def _on_use_asked(self, name: str) -> None:
        """A saved mapping for the files that are there, or for files to be chosen."""
        from app.services.exchange.saved_mappings import load_mapping

        if not self.wizard.paths:
            names = " ".join(f"*{suffix}" for suffix in sorted(READABLE))
            paths, _ = QFileDialog.getOpenFileNames(
                self, self.tr("Files for the mapping {name}").format(name=name), self._folder,
                self.tr("Spreadsheets ({names})").format(names=names),
            )  # fmt: skip
            if not paths:
                return
            self._folder = str(Path(paths[0]).parent)
            self._chosen = tuple(Path(path) for path in paths)
        else:
            self._chosen = self.wizard.paths
        self.context.read(load_mapping, name, then=self._on_mapping_loaded)

    @Slot(object)
    def _on_mapping_loaded(self, mapping: Any) -> None:
        self.wizard.start(self._chosen, mapping)

    # ---- from step to step -----------------------------------------------------------------------

    @Slot()
    def _on_files_changed(self) -> None:
        wizard = self.wizard
        self._seen = Where.FILES
        if wizard.opened is None or wizard.busy or not wizard.ready:
            unread = wizard.opened is not None and not wizard.busy and wizard.foreign
            self._go(Where.SHEETS if unread else Where.FILES)
        elif wizard.opened.fit is not None or not wizard.foreign:
            self._go(Where.CHECK)
        else:
            self._go(Where.SHEETS)

    @Slot(int)
    def _on_step_chosen(self, number: int) -> None:
        self._go(Where(number))

    @Slot(int, str)
    def _on_column_asked(self, number: int, target: str) -> None:
        self._go(Where.COLUMNS)
        self.columns.go(number, target)

    def _go(self, where: Where) -> None:
        self._seen = max(self._seen, where)
        self.stack.setCurrentIndex(where)
        if where >= Where.CHECK and self.wizard.preview is None and self.wizard.busy == "":
            self.wizard.look()
        self._update(where)

    def _allowed(self) -> list[bool]:
        wizard = self.wizard
        done = wizard.report is not None
        read = wizard.draft is not None and wizard.busy not in ("read", "import")
        return [
            wizard.busy != "import",
            read and wizard.foreign and not done,
            read and bool(wizard.foreign and wizard.draft.tables) and not done,
            read and wizard.ready and not done,
            (wizard.preview is not None and wizard.preview.ok) or done or wizard.busy == "import",
        ]

    @Slot()
    def _update(self, where: Where | None = None) -> None:
        wizard = self.wizard
        here = Where(self.stack.currentIndex()) if where is None else where
        allowed = self._allowed()
        if not allowed[here] and wizard.busy == "":
            here = Where.CHECK if here is Where.IMPORT and allowed[Where.CHECK] else Where.FILES
            self.stack.setCurrentIndex(here)
        self.bar.show_state(here, allowed, [step < self._seen for step in Where])
        self.bar.back.setVisible(here is not Where.FILES and wizard.report is None)
        free = wizard.busy == ""
        ready = wizard.preview is not None and wizard.preview.ok
        self.choose.setEnabled(free)
        self.import_.setEnabled(free and ready and wizard.report is None)
        self.undo.setEnabled(free and wizard.report is not None)
        self.further.setEnabled(free)
        self.export.setEnabled(free)
        self.template.setEnabled(free)
        self.head.remark.setText(self._remark())

    def _remark(self) -> str:
        wizard = self.wizard
        if not wizard.paths:
            return ""
        parts = [self.tr("%n files", "", len(wizard.paths))]
        if wizard.name:
            parts.append(self.tr("mapping “{name}”").format(name=wizard.name))
        return " · ".join(parts)

    # ---- import ----------------------------------------------------------------------------------

    @Slot()
    def _on_import_triggered(self) -> None:
        """Keeps the mapping if that is wanted, then writes."""
        from app.services.exchange.saved_mappings import save_mapping

        name = self.last.keep_as
        if not name:
            self.wizard.import_now()
            return
        kept = self.wizard.mapping_to_keep(name)
        self._name = name
        self.context.read(save_mapping, name, kept.text, then=self._on_save_made)

    @Slot(object)
    def _on_save_made(self, edit: Any) -> None:
        same = edit.before is not None and edit.before.text == edit.after.text
        if same or self.context.apply(edit):
            self.wizard.keep(self._name, edit.after.text)
            self.wizard.import_now()

    @Slot()
    def _on_imported(self) -> None:
        self._go(Where.IMPORT)

    @Slot()
    def _on_undo_triggered(self) -> None:
        self.wizard.undo(self.wizard.key)

    @Slot()
    def _on_further_triggered(self) -> None:
        self.wizard.clear()

    @Slot(str)
    def _on_undone(self, key: str) -> None:
        self.files.reload()
        self.context.show_text(_taken_back)
        if self.wizard.report is None:
            self.wizard.drop_preview()

    # ---- files out -------------------------------------------------------------------------------

    @Slot()
    def _on_export_triggered(self) -> None:
        path = self._ask_target(self.tr("Export the whole plant"), "taktline.xlsx")
        if path is not None:
            self._write(partial(_export, self.context.database, path))

    @Slot()
    def _on_template_triggered(self) -> None:
        path = self._ask_target(self.tr("Write the empty workbook"), "taktline-template.xlsx")
        if path is not None:
            self._write(partial(_template, path))

    def _write(self, work: Any) -> None:
        self.export.setEnabled(False)
        self.template.setEnabled(False)
        self.context.jobs.start(work, title=self._export_title, can_cancel=False,
                                succeeded=self._on_written,
                                failed=self._on_write_failed)  # fmt: skip

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
        self._update()
        name = path.name
        self.context.show_text(lambda: self.tr("Written: {name}").format(name=name))

    @Slot(object)
    def _on_write_failed(self, error: Exception) -> None:
        self._update()
        self.context.show_error(error)

    # ---- inside ----------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.choose = action(self, "folder-open")
        self.choose.setShortcut(QKeySequence("Ctrl+I"))
        self.import_ = action(self, "file-import")
        self.undo = action(self, "arrow-back-up")
        self.further = action(self, "plus")
        self.export = action(self, "file-export")
        self.export.setShortcut(QKeySequence("Ctrl+Shift+E"))
        self.template = action(self, "template")

    def _lay_out(self) -> None:
        self.head.add_button(self.template)
        self.head.add_button(self.export)
        for step in (self.files, self.sheets, self.columns, self.check, self.last):
            self.stack.addWidget(step)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.bar)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.choose.triggered.connect(self._on_choose_triggered)
        self.import_.triggered.connect(self._on_import_triggered)
        self.undo.triggered.connect(self._on_undo_triggered)
        self.further.triggered.connect(self._on_further_triggered)
        self.export.triggered.connect(self._on_export_triggered)
        self.template.triggered.connect(self._on_template_triggered)
        self.bar.chosen.connect(self._on_step_chosen)
        self.files.use_asked.connect(self._on_use_asked)
        self.check.mend.column_asked.connect(self._on_column_asked)
        self.wizard.files_changed.connect(self._on_files_changed)
        self.wizard.draft_changed.connect(self._update)
        self.wizard.looked.connect(self._update)
        self.wizard.busy_changed.connect(self._update)
        self.wizard.imported.connect(self._on_imported)
        self.wizard.undone.connect(self._on_undone)


def _taken_back() -> str:
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.translate("ExchangePage", "The import was taken back.")
