"""Fields that propose a change: what is typed is judged at once, Save or Enter writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import BadField, complaint, mark
from app.views.theme import SPACE

LEAST_LETTERS = 8  # of a choice that are seen in the narrowest panel


class ProposalPanel(QWidget):
    """Heading, fields, what is wrong with them or what they would do, and buttons.

    A panel says in ``pairs`` what its fields ask for, in ``judge`` what can be done now, in
    ``save_typed`` how it is written.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.heading = label(self, "section", wrap=True)
        self.complaint = complaint(self)
        self.effect = label(self, "small", wrap=True)
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.remove = QPushButton(self)
        self.new = QPushButton(self)
        self._form = QFormLayout()
        self._editors: tuple[QWidget, ...] = ()

    # ---- what a panel says -----------------------------------------------------------------------

    def pairs(self) -> list[Any]:
        """The changes the fields ask for, [] for none. Error: ``BadField``."""
        raise NotImplementedError

    def judge(self) -> None:
        """Whether it can be saved, and what that would touch."""
        raise NotImplementedError

    def save_typed(self, pairs: list[Any]) -> None:
        """Write what the fields ask for."""
        raise NotImplementedError

    # ---- what they share -------------------------------------------------------------------------

    def typed(self) -> bool:
        """Whether the fields differ from what is shown."""
        try:
            return bool(self.pairs())
        except BadField:
            return True

    def bad(self, editor: QWidget, sentence: str) -> BadField:
        mark(editor, True)
        return BadField(sentence)

    def judged(self) -> list[Any]:
        """The changes asked for; what cannot be taken is marked and told."""
        for editor in self._editors:
            mark(editor, False)
        pairs: list[Any] = []
        sentence = ""
        try:
            pairs = self.pairs()
        except BadField as bad:
            sentence = str(bad)
        self.complain(sentence)
        return pairs

    def complain(self, sentence: str) -> None:
        self.complaint.setText(sentence)
        self.complaint.setVisible(bool(sentence))

    @Slot()
    def _on_field_changed(self) -> None:
        self.judge()

    @Slot()
    def _on_save_clicked(self) -> None:
        if self.save.isEnabled():
            self.save_typed(self.pairs())

    # ---- texts and layout ------------------------------------------------------------------------

    def put_titles(self, titles: Iterable[tuple[QWidget, str, str]]) -> None:
        """(field, its title, what it is for) each."""
        for editor, title, tip in titles:
            shown = self._form.labelForField(editor)
            if shown is not None:
                shown.setText(title)
            editor.setAccessibleName(title)
            editor.setToolTip(tip)

    def lay_out(
        self,
        editors: Sequence[QWidget],
        *,
        above: Sequence[QWidget] = (),
        below: Sequence[QWidget] = (),
    ) -> None:
        """Heading, ``above``, the fields, ``below``, complaint, effect, buttons."""
        self._editors = tuple(editors)
        self._form.setSpacing(SPACE + 2)
        for editor in editors:
            self._form.addRow(label(self), editor)
            if isinstance(editor, QLineEdit):
                editor.textEdited.connect(self._on_field_changed)
                editor.returnPressed.connect(self._on_save_clicked)
            elif isinstance(editor, QComboBox):
                # A long choice must not make the panel wider than its place.
                editor.setSizeAdjustPolicy(
                    QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
                )
                editor.setMinimumContentsLength(LEAST_LETTERS)
                editor.activated.connect(self._on_field_changed)
        self.save.clicked.connect(self._on_save_clicked)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        for button in (self.save, self.remove, self.new):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE + 2)
        for widget in (self.heading, *above):
            layout.addWidget(widget)
        layout.addLayout(self._form)
        for widget in (*below, self.complaint, self.effect):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addStretch(1)
