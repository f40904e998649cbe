"""Step one: the files, what they were recognised as, saved mappings, and what came in before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction
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

from app.core.messages import Message
from app.views.context import AppContext
from app.views.exchange.file_columns import FileColumns
from app.views.exchange.question_card import QuestionCards
from app.views.exchange.wizard import Wizard
from app.views.icons import pixmap
from app.views.page import ActionButton, action, label
from app.views.table import RowTable
from app.views.theme import SPACE

FILES_HEIGHT = 168


@dataclass(frozen=True, slots=True)
class FileRow:
    """``kind``: own, foreign, unreadable or reading; ``problem``: why it cannot be read."""

    path: Path
    kind: str
    sheets: int = 0
    rows: int = 0
    problem: Message | None = None


class DropPlace(QFrame):
    """Where files are dropped; says which ones are chosen."""

    def __init__(self, choose: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.picture = QLabel(self)
        self.heading = label(self, "section")
        self.text = label(self, "muted", wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.heading)
        texts.addWidget(self.text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        layout.setSpacing(4 * SPACE)
        layout.addWidget(self.picture)
        layout.addLayout(texts, 1)
        layout.addWidget(ActionButton(choose, self))
        self.draw()

    def draw(self) -> None:
        self.picture.setPixmap(pixmap("file-import", "accent", 32, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.draw()


class FilesStep(QWidget):
    """``use_asked``: a saved mapping for files that are still to be chosen."""

    use_asked = Signal(str)

    def __init__(
        self, context: AppContext, wizard: Wizard, choose: QAction, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self._columns = FileColumns(context, self)
        self.drop = DropPlace(choose, self)
        self.files = RowTable(self._columns.of_files(), self, row_id=lambda row: row.path,
                              filters=False, footer=False)  # fmt: skip
        self.files.setFixedHeight(FILES_HEIGHT)
        self.recognised = label(self, wrap=True)
        self.questions = QuestionCards(context, self)
        self.saved = RowTable(self._columns.of_saved(self._renamed), self,
                              row_id=lambda row: row.name, filters=False, footer=False)  # fmt: skip
        self.batches = RowTable(self._columns.of_batches(), self, row_id=lambda row: row.key,
                                filters=False, footer=False)  # fmt: skip
        self._make_actions()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.reload()

    # ---- what is shown ---------------------------------------------------------------------------

    def refresh(self) -> None:
        wizard = self.wizard
        rows = self._file_rows()
        self.files.set_rows(rows)
        self.files.setVisible(bool(rows))
        self.again.setVisible(bool(rows))
        self.remove.setVisible(bool(rows))
        self.drop.heading.setText(
            self.tr("%n files", "", len(rows)) if rows else self.tr("Drop spreadsheets here")
        )
        self.drop.text.setText(
            self.tr("Drop further files to add them.")
            if rows
            else self.tr(
                "Anywhere in this window: the import workbook, or spreadsheets of your own as they"
                " are. Nothing is written before you press Import."
            )
        )
        fit = wizard.opened.fit if wizard.opened is not None else None
        self.recognised.setText(self._recognised(fit))
        self.recognised.setVisible(fit is not None)
        self.anew.setVisible(fit is not None)
        asked = [p.question for f in self._read() for p in f.problems if p.question is not None]
        asked = list({question.id: question for question in asked}.values())
        self.questions.show_questions(asked, wizard.answers)
        self._update_actions()

    def _read(self) -> list[Any]:
        return list(self.wizard.opened.files) if self.wizard.opened is not None else []

    def _file_rows(self) -> list[FileRow]:
        read = {file.path: file for file in self._read()}
        own = {file.path for file in self.wizard.draft.own} if self.wizard.draft else set()
        rows = []
        for path in self.wizard.paths:
            file = read.get(path)
            if file is None:
                rows.append(FileRow(path, "reading"))
            elif not file.pages:
                why = next((p.message for p in file.problems if p.severity == "error"), None)
                rows.append(FileRow(path, "unreadable", problem=why))
            else:
                pages = [page for page in file.pages if any(page.rows)]
                count = sum(bool(row) for page in pages for row in page.rows)
                kind = "own" if path in own else "foreign"
                rows.append(FileRow(path, kind, len(pages), count))
        return rows

    def _recognised(self, fit: Any) -> str:
        if fit is None:
            return ""
        if self.wizard.given is not None:
            return self.tr("The mapping “{name}” is used.").format(name=fit.mapping.name)
        if fit.by_name:
            text = self.tr("Recognised by the names of the files: the mapping “{name}” is used.")
        else:
            text = self.tr("Recognised by the headers: the mapping “{name}” is used.")
        return text.format(name=fit.mapping.name)

    def retranslate(self) -> None:
        self.remove.setText(self.tr("Remove"))
        self.again.setText(self.tr("Read again"))
        self.again.setToolTip(self.tr("After a file was changed in another program"))
        self.anew.setText(self.tr("Map these files anew"))
        self.use.setText(self.tr("Use…"))
        self.use.setToolTip(self.tr("Choose files and check them with this mapping"))
        self.write.setText(self.tr("Save as file…"))
        self.delete.setText(self.tr("Delete"))
        self.undo.setText(self.tr("Undo this import"))
        self.saved_title.setText(self.tr("Saved mappings"))
        self.batches_title.setText(self.tr("Latest imports"))
        self.saved.set_empty(
            self.tr("A mapping that is saved at the end of an import is found here, and recognises"
                    " the next files of its kind.")
        )  # fmt: skip
        self.batches.set_empty(self.tr("Nothing was imported yet."))
        self.files.set_columns(self._columns.of_files())
        self.saved.set_columns(self._columns.of_saved(self._renamed))
        self.batches.set_columns(self._columns.of_batches())
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- saved mappings, earlier imports ---------------------------------------------------------

    def reload(self) -> None:
        from app.services.exchange.batches import import_batches
        from app.services.exchange.saved_mappings import saved_mappings

        self.context.read(saved_mappings, then=self._on_saved_read)
        self.context.read(import_batches, then=self._on_batches_read)

    @Slot(object)
    def _on_saved_read(self, rows: Any) -> None:
        self.saved.set_rows(rows)
        self._update_actions()

    @Slot(object)
    def _on_batches_read(self, rows: Any) -> None:
        self.batches.set_rows(rows)
        self._update_actions()

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: object) -> None:
        if kind in ("import_mapping", "import_batch"):
            self.reload()

    @Slot()
    def _on_use_triggered(self) -> None:
        row = self.saved.current_row()
        if row is not None:
            self.use_asked.emit(row.name)

    @Slot()
    def _on_delete_triggered(self) -> None:
        from app.services.exchange.saved_mappings import delete_mapping

        row = self.saved.current_row()
        if row is not None:
            self.context.read(delete_mapping, row.name, then=self._on_edit_made)

    @Slot(object)
    def _on_edit_made(self, edit: Any) -> None:
        self.context.apply(edit)

    @Slot(object)
    def _on_saved_edited(self, changes: Any) -> None:
        from app.services.exchange.saved_mappings import RenameMapping

        for change in changes:
            if change.value and change.value != change.row.name:
                self.context.apply(RenameMapping(change.row.name, change.value))

    def _renamed(self, row: Any, text: str) -> str:
        return text.strip()

    @Slot()
    def _on_write_triggered(self) -> None:
        from app.services.exchange.saved_mappings import load_mapping

        row = self.saved.current_row()
        if row is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the mapping as a file"), f"{row.name}.mapping.toml",
            self.tr("Mapping (*.toml)"),
        )  # fmt: skip
        if name:
            self._target = Path(name)
            self.context.read(load_mapping, row.name, then=self._on_mapping_loaded)

    @Slot(object)
    def _on_mapping_loaded(self, mapping: Any) -> None:
        try:
            self._target.write_text(mapping.text, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or ""
            self.context.show_text(
                _said(self.tr("The file could not be written: {reason}").format(reason=reason)),
                error=True,
            )
            return
        self.context.show_text(_said(self.tr("Written: {name}").format(name=self._target.name)))

    @Slot()
    def _on_undo_triggered(self) -> None:
        row = self.batches.current_row()
        if row is not None and row.undoable:
            self.wizard.undo(row.key)

    @Slot()
    def _on_remove_triggered(self) -> None:
        self.wizard.remove([row.path for row in self.files.selected_rows()])

    @Slot()
    def _on_again_triggered(self) -> None:
        self.wizard.read(fresh=True)

    @Slot()
    def _on_anew_triggered(self) -> None:
        self.wizard.given = None
        self.wizard.read(recognise=False)

    @Slot(str, str)
    def _on_question_answered(self, question: str, answer: str) -> None:
        self.wizard.answer({question: answer})

    @Slot()
    def _update_actions(self) -> None:
        busy = bool(self.wizard.busy)
        batch, saved = self.batches.current_row(), self.saved.current_row()
        self.remove.setEnabled(bool(self.files.selected_rows()) and not busy)
        self.again.setEnabled(bool(self.wizard.paths) and not busy)
        self.anew.setEnabled(not busy)
        for each in (self.use, self.write, self.delete):
            each.setEnabled(saved is not None and not busy)
        self.undo.setEnabled(batch is not None and batch.undoable and not busy)
        why = batch.why_not if batch is not None else None
        self.why_not.setText(self.context.text(why) if why is not None else "")
        self.why_not.setVisible(why is not None)
        said = [self.context.text(answer) for answer in batch.answers] if batch is not None else []
        self.answered.setText("\n".join([self.tr("Answered then:"), *said]) if said else "")
        self.answered.setVisible(bool(said))

    # ---- inside ----------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.remove = action(self, "x")
        self.again = action(self, "refresh")
        self.anew = QPushButton(self)
        self.anew.setProperty("link", True)
        self.use = action(self, "player-play")
        self.write = action(self, "download")
        self.delete = action(self, "x")
        self.undo = action(self, "arrow-back-up")
        self.saved_title = label(self, "section")
        self.batches_title = label(self, "section")
        self.why_not = label(self, "small", wrap=True)
        self.answered = label(self, "small", wrap=True)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        line.addWidget(self.recognised, 1)
        line.addWidget(self.anew)
        line.addStretch(1)
        line.addWidget(ActionButton(self.again, self))
        line.addWidget(ActionButton(self.remove, self))
        below = QSplitter(Qt.Orientation.Horizontal, self)
        below.setHandleWidth(2 * SPACE)
        below.setChildrenCollapsible(False)
        below.addWidget(
            self._column(self.saved_title, (self.use, self.write, self.delete), self.saved)
        )
        below.addWidget(
            self._column(
                self.batches_title, (self.undo,), self.batches, self.why_not, self.answered
            )
        )
        below.setSizes([480, 640])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.drop)
        layout.addWidget(self.files)
        layout.addLayout(line)
        layout.addWidget(self.questions)
        layout.addWidget(below, 1)

    def _column(self, title: QLabel, actions: Any, *widgets: QWidget) -> QWidget:
        made = QWidget(self)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(title)
        head.addStretch(1)
        for each in actions:
            head.addWidget(ActionButton(each, made))
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        for number, widget in enumerate(widgets):
            column.addWidget(widget, 0 if number else 1)
        return made

    def _connect(self) -> None:
        self.wizard.files_changed.connect(self.refresh)
        self.wizard.busy_changed.connect(self._update_actions)
        self.context.changed.connect(self._on_context_changed)
        self.remove.triggered.connect(self._on_remove_triggered)
        self.again.triggered.connect(self._on_again_triggered)
        self.anew.clicked.connect(self._on_anew_triggered)
        self.use.triggered.connect(self._on_use_triggered)
        self.write.triggered.connect(self._on_write_triggered)
        self.delete.triggered.connect(self._on_delete_triggered)
        self.undo.triggered.connect(self._on_undo_triggered)
        self.questions.answered.connect(self._on_question_answered)
        self.saved.cells_edited.connect(self._on_saved_edited)
        self.files.selection_changed.connect(self._update_actions)
        self.saved.current_changed.connect(self._update_actions)
        self.batches.current_changed.connect(self._update_actions)


def _said(text: str) -> Callable[[], str]:
    return lambda: text
