"""The card beside a bar: two columns, at most ten lines, plain text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

LINES = 10
VALUE_WIDTH = 260


class HoverCard(QFrame):
    """A tool tip of our own: it stays while the pointer is on the bar, and never takes focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setProperty("role", "card")
        self._title = _label("section")
        self._names = [_label("small") for _ in range(LINES - 1)]
        self._values = [_label("") for _ in range(LINES - 1)]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 8, 10, 8)
        outer.setSpacing(6)
        outer.addWidget(self._title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for row, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            value.setWordWrap(True)
            value.setMaximumWidth(VALUE_WIDTH)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        outer.addLayout(grid)

    def put(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Fill the card; lines without a value are left out."""
        self._title.setText(title)
        told = [(name, value) for name, value in lines if value][: LINES - 1]
        for i, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            shown = i < len(told)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(told[i][0])
                value.setText(told[i][1])
                wanted = value.fontMetrics().horizontalAdvance(told[i][1]) + 2
                value.setMinimumWidth(min(wanted, VALUE_WIDTH))
        self.layout().activate()
        self.adjustSize()

    def show_at(self, point: QPoint) -> None:
        """Show beside a global point, inside its screen."""
        screen = self.screen().availableGeometry()
        place = point + QPoint(14, 18)
        if place.x() + self.width() > screen.right():
            place.setX(point.x() - self.width() - 10)
        if place.y() + self.height() > screen.bottom():
            place.setY(point.y() - self.height() - 10)
        self.move(place)
        self.show()


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
