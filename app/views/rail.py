"""The narrow strip at the left: one button per workspace, the current one marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from app.views import theme
from app.views.icons import pixmap
from app.views.pages import PageEntry

BUTTON_HEIGHT = 54
ICON = 20
BADGE = 15
MOST_IN_BADGE = 99


class RailButton(QAbstractButton):
    """Icon above a short word; the current one stands on soft accent with an accent edge."""

    def __init__(self, entry: PageEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self._badge = 0
        self.setObjectName(f"rail_{entry.key}")
        self.setCheckable(True)
        self.setFixedSize(theme.RAIL, BUTTON_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(self._entry.word())
        self.setAccessibleName(self._entry.word())
        self.update()

    @property
    def badge(self) -> int:
        return self._badge

    def set_badge(self, count: int, words: str) -> None:
        """A small number at the icon; ``words`` say what it counts."""
        self._badge = count
        self.setToolTip(words if count else "")
        name = self._entry.word()
        self.setAccessibleName(f"{name}, {words}" if count else name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.RAIL, BUTTON_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.tokens()
        painter = QPainter(self)
        if self.isChecked():
            painter.fillRect(self.rect(), QColor(colours.accent_soft))
            painter.fillRect(0, 0, 3, self.height(), QColor(colours.accent))
        elif self.underMouse():
            painter.fillRect(self.rect(), QColor(colours.window))
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        name = "accent" if self.isChecked() else "muted"
        picture = pixmap(self._entry.icon, name, ICON, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - ICON) // 2, 9, picture)
        if self._badge:
            self._paint_badge(painter)
        painter.setPen(colours.colour(name if self.isChecked() else "text"))
        font = self.font()
        font.setPointSizeF(theme.SMALL_POINTS)
        font.setBold(self.isChecked())
        painter.setFont(font)
        words = self.rect().adjusted(2, 9 + ICON, -2, -5)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        colours = theme.tokens()
        font = self.font()
        font.setPointSizeF(theme.SMALL_POINTS - 1)
        font.setBold(True)
        painter.setFont(font)
        text = str(self._badge) if self._badge <= MOST_IN_BADGE else f"{MOST_IN_BADGE}+"
        width = max(BADGE, painter.fontMetrics().horizontalAdvance(text) + 8)
        left = min((self.width() + ICON) // 2 - 6, self.width() - width - 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.colour("late"))
        painter.drawRoundedRect(left, 4, width, BADGE, BADGE / 2, BADGE / 2)
        painter.setPen(colours.colour("panel"))
        painter.drawText(QRect(left, 4, width, BADGE), Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class Rail(QWidget):
    chosen = Signal(str)
    """Key of the page asked for."""

    def __init__(self, entries: Sequence[PageEntry], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.RAIL + 1)
        self._keys = [entry.key for entry in entries]
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * theme.SPACE, 1, 0)
        layout.setSpacing(0)
        for number, entry in enumerate(entries):
            button = RailButton(entry, self)
            self._group.addButton(button, number)
            layout.addWidget(button)
        layout.addStretch(1)
        self._group.idClicked.connect(self._on_group_clicked)

    def show_current(self, key: str) -> None:
        self._group.button(self._keys.index(key)).setChecked(True)

    def button(self, key: str) -> RailButton:
        """KeyError-like ValueError for a page that is not in the rail."""
        return self._group.button(self._keys.index(key))

    def retranslate(self) -> None:
        for button in self._group.buttons():
            button.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.panel))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(colours.line))
        painter.end()

    @Slot(int)
    def _on_group_clicked(self, number: int) -> None:
        self.chosen.emit(self._keys[number])
