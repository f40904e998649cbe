"""Choices among columns: ours for a foreign one, theirs for one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from app.views.context import AppContext
from app.views.exchange.report_columns import column_name

OPEN = "特性:"


class _Choice(QComboBox):
    """Typing finds an entry; ``chosen`` gives its data once it was picked."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(12)
        self.setMaxVisibleItems(24)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        completer = self.completer()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.activated.connect(self._on_activated)
        self.lineEdit().editingFinished.connect(self._on_editing_finished)
        self._current = ""

    def show_current(self, data: str) -> None:
        self._current = data
        self.setCurrentIndex(self.findData(data))
        self.lineEdit().setCursorPosition(0)

    @Slot(int)
    def _on_activated(self, number: int) -> None:
        data = self.itemData(number)
        if data is not None and data != self._current:
            self._current = str(data)
            self.chosen.emit(self._current)

    @Slot()
    def _on_editing_finished(self) -> None:
        number = self.findText(self.lineEdit().text())
        if number >= 0:
            self._on_activated(number)
        else:
            self.show_current(self._current)


class TargetChoice(_Choice):
    """Columns of one of our sheets; empty data = not taken."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context

    def offer(self, sheet: str, ranked: Sequence[tuple[str, float]], current: str,
              taken: Iterable[str], *, none: str = "") -> None:  # fmt: skip
        """``none``: what stands there while no column is chosen."""
        from app.services.exchange.sheets import sheet as sheet_by_key

        self.clear()
        self.addItem(none or self.tr("not taken"), "")
        self.insertSeparator(self.count())
        best = [key for key, _ in ranked][:6]
        taken = set(taken) - {current}
        for key in best:
            self._add(sheet, key, taken)
        if best:
            self.insertSeparator(self.count())
        for column in sheet_by_key(sheet).columns:
            if column.key not in best:
                self._add(sheet, column.key, taken)
        if current.startswith(OPEN):
            self.addItem(current, current)
        self.show_current(current)

    def _add(self, sheet: str, key: str, taken: set[str]) -> None:
        from app.services.exchange.sheets import sheet as sheet_by_key

        name = column_name(self._context, sheet, key)
        if sheet_by_key(sheet).column(key).required:
            name = f"{name} *"
        if key in taken:
            name = self.tr("{name} (filled already)").format(name=name)
        self.addItem(name, key)


class HeaderChoice(_Choice):
    """Foreign columns."""

    def offer(self, headers: Sequence[str], current: str, *, none: str = "") -> None:
        self.clear()
        if none:
            self.addItem(none, "")
            self.insertSeparator(self.count())
        for header in headers:
            self.addItem(header, header)
        self.show_current(current)
