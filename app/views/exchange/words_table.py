"""Words found in a foreign column and what each means in ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.table import CellEdit, Column, RowTable

HEIGHT = 150


@dataclass(frozen=True, slots=True)
class WordRow:
    text: str
    word: str
    choices: tuple[str, ...]


class WordsTable(QWidget):
    changed = Signal(object)
    """{text of the file: word of ours}; texts without a word are left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = RowTable(self._columns(), self, row_id=lambda row: row.text, filters=False,
                              footer=False)  # fmt: skip
        self.table.setFixedHeight(HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.table.cells_edited.connect(self._on_cells_edited)

    def show_words(
        self, texts: Sequence[str], words: Mapping[str, Any], choices: Sequence[str]
    ) -> None:
        """Texts of this file first, then those that only the mapping knows."""
        every = dict.fromkeys((*texts, *words))
        self.table.set_rows(WordRow(t, str(words.get(t, "")), tuple(choices)) for t in every)

    def words(self) -> dict[str, str]:
        return {row.text: row.word for row in self.table.rows() if row.word}

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.table.set_columns(self._columns())

    def _columns(self) -> list[Column]:
        return [
            Column("text", self.tr("In the file"), lambda row: row.text, width=140,
                   tone=lambda row: None if row.word else "late"),
            Column("word", self.tr("With us"), lambda row: row.word or None, width=140,
                   edit=CellEdit(lambda row: row.word, lambda _, text: text.strip(),
                                 lambda row: [(c, c) for c in row.choices] if row else None)),
        ]  # fmt: skip

    @Slot(object)
    def _on_cells_edited(self, changes: Any) -> None:
        found = self.words()
        for change in changes:
            found[change.row.text] = change.value or ""
        self.changed.emit({text: word for text, word in found.items() if word})
