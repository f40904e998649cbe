"""Two revisions side by side, as a list of what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.page import label
from app.views.table import Column, RowTable
from app.views.theme import SPACE

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One cell that differs, or a whole line that came or went (``column`` "")."""

    number: int
    line: str
    column: str
    before: str
    after: str
    tone: str | None


class CompareView(QWidget):
    """Rows of the sheet ``key`` (BOM or Routings) of two revisions."""

    closed = Signal()

    def __init__(self, context: AppContext, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._key = key
        self._names = ("", "")
        self._rows: tuple[Sequence[Values], Sequence[Values]] = ((), ())
        self._same = 0
        self.words = label(self)
        self.back = QPushButton(self)
        self.table = RowTable(
            self._columns(), self, row_id=lambda row: row.number, filters=False, footer=False
        )
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.back)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addLayout(head)
        lines.addWidget(self.table, 1)
        self.back.clicked.connect(self._on_back_clicked)
        self.retranslate()

    def show_rows(
        self, name: str, before: Sequence[Values], other: str, after: Sequence[Values]
    ) -> None:
        """What makes of the rows ``before`` (revision ``name``) the rows ``after``."""
        self._names = (name, other)
        self._rows = (tuple(before), tuple(after))
        self.retranslate()

    def _shown(self) -> list[_Shown]:
        from app.services.products.comparing import compare

        found: list[_Shown] = []
        self._same = 0
        for difference in compare(self._key, *self._rows):
            self._same += difference.same
            row = difference.after or difference.before or {}
            name = self._line_name(row)
            if difference.before is None:
                found.append(_Shown(len(found), name, self.tr("new line"), "", self._main(row),
                                    "good"))  # fmt: skip
            elif difference.after is None:
                found.append(_Shown(len(found), name, self.tr("left out"), self._main(row), "",
                                    "late"))  # fmt: skip
            else:
                found += [
                    _Shown(len(found) + place, name, self._title(column),
                           self._text(column, difference.before),
                           self._text(column, difference.after), None)
                    for place, column in enumerate(difference.columns)
                ]  # fmt: skip
        return found

    def _line_name(self, row: Values) -> str:
        if self._key == "BOM":
            return str(row.get("component_code", ""))
        return f"{row.get('step_no')} {row.get('step_name', '')}"

    def _main(self, row: Values) -> str:
        """The figures of a line that stands in one revision only."""
        names = {
            "BOM": ("quantity", "unit", "consumed_at_step"),
            "Routings": ("work_centre", "machines", "rate", "rate_basis"),
        }[self._key]
        return " · ".join(text for name in names if (text := self._text(name, row)))

    def _title(self, name: str) -> str:
        from app.services.masters.rows import column

        return self._context.text(column(self._key, name).title)

    def _text(self, name: str, row: Values) -> str:
        from app.services.masters.rows import cell_text

        context = self._context
        return cell_text(self._key, name, row.get(name), context.language, context.zone)

    def _columns(self) -> list[Column]:
        before, after = self._names

        def tone(row: _Shown) -> str | None:
            return row.tone

        return [
            Column("line", self.tr("Line"), lambda row: row.line, width=180),
            Column("column", self.tr("What"), lambda row: row.column, width=130, tone=tone),
            Column("before", self.tr("Revision {name}").format(name=before),
                   lambda row: row.before, width=240),
            Column("after", self.tr("Revision {name}").format(name=after),
                   lambda row: row.after, width=240),
        ]  # fmt: skip

    @Slot()
    def _on_back_clicked(self) -> None:
        self.closed.emit()

    def retranslate(self) -> None:
        shown = self._shown()
        self.table.set_columns(self._columns())
        self.table.set_rows(shown)
        self.table.set_empty(self.tr("Both revisions hold the same."))
        self.back.setText(self.tr("Back"))
        self.words.setText(self.tr("%n lines are the same in both.", "", self._same))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
