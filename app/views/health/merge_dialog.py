"""Two records that are one and the same, side by side: which stays, what the rest becomes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.jobs import Stop
from app.views.page import label
from app.views.table import Column, RowTable
from app.views.theme import SPACE

SIZE = (860, 640)


def _merge(database: Any, edit: Any, actor: str, stop: Stop, report: Any) -> Any:
    from app.services.edit import apply_edit

    apply_edit(database, edit, actor)
    return edit


class QuestionBox(QFrame):
    """One question with its answers; nothing is chosen beforehand."""

    def __init__(self, context: AppContext, question: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self.question = question
        self.setProperty("role", "card")
        self.text = label(self, "section", wrap=True)
        self.group = QButtonGroup(self)
        self.options: dict[str, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.text)
        for value, _ in question.options:
            button = QRadioButton(self)
            button.setObjectName(f"answer_{value}")
            self.options[value] = button
            self.group.addButton(button)
            layout.addWidget(button)
        self.show_texts(context)

    def show_texts(self, context: AppContext) -> None:
        self.text.setText(context.text(self.question.text))
        for value, text in self.question.options:
            # An ampersand of a code is no shortcut.
            self.options[value].setText(context.text(text).replace("&", "&&"))

    def answer(self) -> str | None:
        return next((value for value, b in self.options.items() if b.isChecked()), None)


class MergeColumns(QObject):
    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def of_fields(self, sheet: str, keep: str, drop: str) -> list[Column]:
        from app.services.masters.rows import cell_text

        context = self._context

        def shown(side: str, row: Any) -> str:
            return cell_text(sheet, row.key, getattr(row, side), context.language, context.zone)

        def tone(row: Any) -> str | None:
            return "risk" if row.keep != row.drop else "muted"

        return [
            Column("field", self.tr("Field"), lambda row: context.text(row.title), width=180),
            Column("keep", self.tr("{code} (stays)").format(code=keep), partial(shown, "keep"),
                   tone=tone, width=300),
            Column("drop", self.tr("{code} (retired)").format(code=drop), partial(shown, "drop"),
                   tone=tone, width=300),
        ]  # fmt: skip


class MergeDialog(QDialog):
    """``codes``: the records that may be one; the first is proposed to stay."""

    def __init__(
        self, context: AppContext, sheet: str, codes: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._sheet = context, sheet
        self._preview: Any = None
        self._asked = 0
        self._columns = MergeColumns(context, self)
        self.head = label(self, "muted", wrap=True)
        self.keep_name, self.drop_name = label(self, "section"), label(self, "section")
        self.keep, self.drop = QComboBox(self), QComboBox(self)
        for box in (self.keep, self.drop):
            box.addItems(list(codes))
            box.setMinimumWidth(180)
        self.drop.setCurrentIndex(len(codes) - 1)
        self.swap = QPushButton(self)
        self.fields = RowTable(
            self._columns.of_fields(sheet, codes[0], codes[-1]),
            self,
            row_id=lambda row: row.key,
            filters=False,
            footer=False,
        )
        self.moving_title = label(self, "section")
        self.moving = label(self, wrap=True)
        self.refused = label(self, "error", wrap=True)
        self.questions: list[QuestionBox] = []
        self._inside = QWidget(self)
        self._scroll = QScrollArea(self)
        self.cancel, self.merge = QPushButton(self), QPushButton(self)
        self.merge.setProperty("primary", True)
        self.merge.setDefault(True)
        self._lay_out()
        self._connect()
        self.resize(*SIZE)
        self.retranslate()
        self._read()

    @property
    def preview(self) -> Any:
        return self._preview

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Merge records"))
        self.head.setText(
            self.tr(
                "Everything that points to the record given up will point to the one that stays."
                " The other is retired. This is one step to undo."
            )
        )
        self.keep_name.setText(self.tr("Stays"))
        self.drop_name.setText(self.tr("Is given up"))
        self.swap.setText(self.tr("Swap"))
        self.moving_title.setText(self.tr("What will move"))
        self.cancel.setText(self.tr("Cancel"))
        self.merge.setText(self.tr("Merge"))
        self.fields.set_empty(self.tr("Reading…"))
        self._show_preview_texts()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.swap.setIcon(icon("switch-horizontal"))

    # ---- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        """What would happen with this choice; a later choice makes an earlier answer void."""
        from app.services.health.merge import merge_preview

        self._preview = None
        self._asked += 1
        self._fill()
        keep, drop = self.keep.currentText(), self.drop.currentText()
        self._context.read(
            merge_preview, self._sheet, keep, drop, then=self._on_read, failed=self._on_failed
        )

    @Slot(object)
    def _on_read(self, preview: Any) -> None:
        if (preview.keep, preview.drop) == (self.keep.currentText(), self.drop.currentText()):
            self._preview = preview
            self._fill()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        from app.core.errors import AppError

        self.setEnabled(True)
        if not isinstance(error, AppError):
            self._context.show_error(error)
            return
        self.refused.setText(self._context.text(error.message))
        self.refused.show()
        self._update()

    # ---- showing ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        preview = self._preview
        for box in self.questions:
            box.hide()
            box.deleteLater()
        self.questions = []
        self.refused.clear()
        self.refused.hide()
        fields = preview.fields if preview is not None else ()
        # What differs stands first: it decides which record stays.
        self.fields.set_rows(sorted(fields, key=lambda field: field.keep == field.drop))
        if preview is not None:
            for number, question in enumerate(preview.questions, 1):
                box = QuestionBox(self._context, question, self._inside)
                box.group.buttonToggled.connect(self._update)
                self.questions.append(box)
                self._body.insertWidget(number, box)  # after what is refused, before what moves
        self._show_preview_texts()
        self._update()

    def _show_preview_texts(self) -> None:
        preview = self._preview
        for part in (self.moving_title, self.moving):
            part.setVisible(preview is not None)
        self.fields.set_columns(
            self._columns.of_fields(
                self._sheet, self.keep.currentText(), self.drop.currentText()
            )
        )  # fmt: skip
        if preview is None:
            return
        self.moving.setText("\n".join(self._lines()) or self.tr("Nothing points to it."))
        for box in self.questions:
            box.show_texts(self._context)
        if preview.refused:
            self.refused.setText("\n".join(map(self._context.text, preview.refused)))
            self.refused.show()

    def _lines(self) -> list[str]:
        from app.core.messages import message

        lines = []
        for moving in self._preview.moving:
            kind = self._context.text(message(f"records.kind_{moving.kind}"))
            names = ", ".join(moving.examples)
            more = "…" if moving.count > len(moving.examples) else ""
            lines.append(
                self.tr("{count} × {kind}: {names}{more}").format(
                    count=moving.count, kind=kind, names=names, more=more
                )
            )
        return lines

    @Slot()
    def _update(self) -> None:
        ready = self._preview is not None and not self._preview.refused
        answered = all(box.answer() is not None for box in self.questions)
        self.merge.setEnabled(ready and answered and self.isEnabled())
        self.merge.setToolTip("" if answered else self.tr("Answer the questions first"))

    # ---- what a person does ----------------------------------------------------------------------

    @Slot()
    def _on_choice_changed(self) -> None:
        """The two are never the same record."""
        if self.keep.currentIndex() == self.drop.currentIndex():
            changed = self.sender()
            other = self.drop if changed is self.keep else self.keep
            other.setCurrentIndex((self.keep.currentIndex() + 1) % self.keep.count())
            return
        self._read()

    @Slot()
    def _on_swap_clicked(self) -> None:
        keep, drop = self.keep.currentIndex(), self.drop.currentIndex()
        for box, index in ((self.keep, drop), (self.drop, keep)):
            box.currentIndexChanged.disconnect(self._on_choice_changed)
            box.setCurrentIndex(index)
            box.currentIndexChanged.connect(self._on_choice_changed)
        self._read()

    @Slot()
    def _on_merge_clicked(self) -> None:
        from app.services.health.merge import Merge

        answers = tuple((box.question.id, box.answer() or "") for box in self.questions)
        edit = Merge(self._sheet, self._preview.keep, self._preview.drop, answers)
        self.setEnabled(False)
        work = partial(_merge, self._context.database, edit, self._context.actor)
        self._context.jobs.start(
            work, title=self.windowTitle, can_cancel=False,
            succeeded=self._on_merged, failed=self._on_failed,
        )  # fmt: skip

    @Slot(object)
    def _on_merged(self, edit: Any) -> None:
        self._context.edits.record(edit)
        self._context.show_message(edit.label)
        self.accept()

    # ---- putting together ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.swap.setIcon(icon("switch-horizontal"))
        choice = QHBoxLayout()
        choice.setSpacing(2 * SPACE)
        for part in (self.keep_name, self.keep, self.swap, self.drop_name, self.drop):
            choice.addWidget(part)
        choice.addStretch(1)
        self._body = QVBoxLayout(self._inside)
        self._body.setContentsMargins(0, 0, 2 * SPACE, 0)
        self._body.setSpacing(2 * SPACE)
        for part in (self.refused, self.moving_title, self.moving):
            self._body.addWidget(part)
        self._body.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._inside)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.merge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.head)
        layout.addLayout(choice)
        layout.addWidget(self.fields, 3)
        layout.addWidget(self._scroll, 2)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.keep.currentIndexChanged.connect(self._on_choice_changed)
        self.drop.currentIndexChanged.connect(self._on_choice_changed)
        self.swap.clicked.connect(self._on_swap_clicked)
        self.cancel.clicked.connect(self.reject)
        self.merge.clicked.connect(self._on_merge_clicked)
