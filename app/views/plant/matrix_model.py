"""A setup matrix as a Qt model: rows are what is mounted, columns what is needed.

A listed pair shows its figure; what follows from a group, ``*`` or the default is pale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.core.codes import code_key
from app.services.plant.setup_edits import Wanted, read_minutes
from app.services.plant.setup_view import AttributeMatrix, Outcome, Rule
from app.views.plant.shading import mixed
from app.views.theme import tokens

Index = QModelIndex | QPersistentModelIndex
FORBIDDEN_SIGN = "⃠"


class MatrixModel(QAbstractTableModel):
    """``write`` puts one cell through; ``describe`` says why a cell is as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.attribute: AttributeMatrix | None = None
        self.starts: list[str] = []
        self.ends: list[str] = []
        self.write: Callable[[str, str, Wanted], bool] = lambda start, end, wanted: False
        self.refused: Callable[[Exception], None] = lambda error: None
        self.describe: Callable[[str, str], str] = lambda start, end: ""
        self.forbidden_word = FORBIDDEN_SIGN
        self._groups: set[str] = set()
        self._most = 1
        self._outcomes: dict[tuple[str, str], Outcome] = {}

    def show(self, attribute: AttributeMatrix | None) -> None:
        """Values first, then groups, ``*`` and (as a goal only) ``=``.

        Where only the figures are others, the chosen cells and an open editor stay.
        """
        same = attribute is not None and self.has_same_places(attribute)
        if not same:
            self.beginResetModel()
        self.attribute = attribute
        self._outcomes = {}
        self._groups = set(_groups(attribute))
        self.starts = _starts(attribute)
        self.ends = [*self.starts, *(["="] if attribute else [])]
        self._most = max((*_listed_minutes(attribute), 1))
        if not same:
            self.endResetModel()
        elif self.starts:
            last = self.index(len(self.starts) - 1, len(self.ends) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def has_same_places(self, attribute: AttributeMatrix) -> bool:
        """Whether an attribute has the rows and columns that are shown."""
        return self.attribute is not None and (
            self.starts == _starts(attribute) and self._groups == set(_groups(attribute))
        )

    def listed_places(self) -> list[tuple[int, int]]:
        """(row, column) of all pairs that are listed."""
        rows = {code_key(text): n for n, text in enumerate(self.starts)}
        columns = {code_key(text): n for n, text in enumerate(self.ends)}
        pairs = self.attribute.pairs if self.attribute is not None else ()
        return sorted(
            (rows[start], columns[end])
            for start, end in pairs
            if start in rows and end in columns
        )  # fmt: skip

    def outcome(self, start: str, end: str) -> Outcome | None:
        """What holds for two values; for groups and signs only what is listed."""
        if self.attribute is None:
            return None
        key = (start, end)
        if key not in self._outcomes:
            row = self.attribute.listed(start, end)
            if self.is_value(start) and self.is_value(end):
                self._outcomes[key] = self.attribute.outcome(start, end)
            elif row is not None:
                text = str(row.values["minutes"])
                minutes = int(text) if text.isdecimal() else None
                cost = float(row.values.get("cost") or 0)
                self._outcomes[key] = Outcome(minutes, cost, Rule.LISTED, row.values)
            else:
                return None
        return self._outcomes[key]

    def is_value(self, text: str) -> bool:
        return text not in self._groups and text not in ("*", "=")

    def is_listed(self, start: str, end: str) -> bool:
        return self.attribute is not None and self.attribute.listed(start, end) is not None

    def place(self, index: Index) -> tuple[str, str]:
        return self.starts[index.row()], self.ends[index.column()]

    # ---- what Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self.starts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ends)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        start, end = self.place(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(start, end)
            case Qt.ItemDataRole.EditRole:
                return self._text(start, end) if self.is_listed(start, end) else ""
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignCenter)
            case Qt.ItemDataRole.ToolTipRole:
                return self.describe(start, end) or None
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(start, end)
            case Qt.ItemDataRole.BackgroundRole:
                return self._ground(start, end)
        return None

    def _text(self, start: str, end: str) -> str:
        outcome = self.outcome(start, end)
        if outcome is None:
            return ""
        if outcome.minutes is None:
            return self.forbidden_word
        return "·" if outcome.rule is Rule.SAME else str(outcome.minutes)

    def _ink(self, start: str, end: str) -> QColor:
        colours = tokens()
        outcome = self.outcome(start, end)
        if outcome is not None and outcome.minutes is None:
            return colours.colour("late")
        listed = self.is_listed(start, end)
        return colours.colour("text" if listed else "muted")

    def _ground(self, start: str, end: str) -> QColor:
        """Longer changeovers are warmer; listed pairs have the full tint."""
        colours = tokens()
        outcome = self.outcome(start, end)
        if outcome is None or not (self.is_value(start) and self.is_value(end)):
            return colours.colour("window" if outcome is None else "panel")
        if outcome.minutes is None:
            return mixed(colours.colour("late"), colours.colour("panel"), 0.14)
        share = outcome.minutes / self._most
        strength = 0.5 if self.is_listed(start, end) else 0.22
        return mixed(colours.colour("risk"), colours.colour("panel"), share * strength)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        texts = self.ends if orientation is Qt.Orientation.Horizontal else self.starts
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return texts[section] if 0 <= section < len(texts) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        if str(value).strip() == self.data(index, Qt.ItemDataRole.EditRole):
            return False
        from app.core.errors import RuleBroken

        try:
            wanted = read_minutes(str(value))
        except RuleBroken as refused:
            self.refused(refused)
            return False
        return self.write(*self.place(index), wanted)


def _groups(attribute: AttributeMatrix | None) -> list[str]:
    return [str(row.values["name"]) for row in attribute.groups] if attribute else []


def _starts(attribute: AttributeMatrix | None) -> list[str]:
    if attribute is None:
        return []
    return [*(value.text for value in attribute.values), *_groups(attribute), "*"]


def _listed_minutes(attribute: AttributeMatrix | None) -> list[int]:
    """Minutes that can stand in a cell: those of the pairs and the default."""
    if attribute is None:
        return []
    rows = (*attribute.pairs.values(), *attribute.inherited.values())
    texts = [str(row.values["minutes"]) for row in rows]
    default = attribute.default
    return [int(text) for text in texts if text.isdecimal()] + (
        [default.minutes] if default is not None else []
    )
