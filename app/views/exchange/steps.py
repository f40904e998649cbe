"""The steps of an import at the top of the page: where one is, what is done, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.views.icons import pixmap
from app.views.theme import SPACE, tokens

HEIGHT = 30
DISC = 20
CHEVRON = 16


class Where(IntEnum):
    """The steps, in their order."""

    FILES = 0
    SHEETS = 1
    COLUMNS = 2
    CHECK = 3
    IMPORT = 4


class StepButton(QAbstractButton):
    """A number in a disc (a tick when done) and a word; the current one in accent."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self.done = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        font = self.font()
        font.setBold(True)
        words = self.fontMetrics().horizontalAdvance(self.text()) * 12 // 10
        return QSize(DISC + words + 6 * SPACE, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, painter = tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here, may = self.isChecked(), self.isEnabled()
        tone = "accent" if here or (self.done and may) else "muted" if may else "disabled"
        top = (self.height() - DISC) // 2
        painter.setPen(QColor(getattr(colours, tone)))
        painter.setBrush(QColor(colours.accent) if here else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(SPACE, top, DISC - 1, DISC - 1)
        if self.done and not here and may:
            drawn = pixmap("check", "accent", 14, self.devicePixelRatioF())
            painter.drawPixmap(SPACE + 3, top + 3, drawn)
        else:
            painter.setPen(QColor(colours.on_accent if here else getattr(colours, tone)))
            disc = self.rect().adjusted(SPACE, top, 0, 0)
            disc.setSize(QSize(DISC, DISC))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))
        font = self.font()
        font.setBold(here)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if may else colours.disabled))
        words = self.rect().adjusted(SPACE + DISC + 2 * SPACE, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus() or (self.underMouse() and may and not here):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colours.accent if self.hasFocus() else colours.line_strong))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)
        painter.end()


class _Chevron(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(CHEVRON, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawn = pixmap("chevron-right", "disabled", CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(0, (HEIGHT - CHEVRON) // 2, drawn)
        painter.end()


class StepBar(QWidget):
    """The steps, and the ways back and on at the right."""

    chosen = Signal(int)
    """The step asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[StepButton] = []
        self._group = QButtonGroup(self)
        self.back = QPushButton(self)
        self.next = QPushButton(self)
        self.next.setProperty("primary", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for where in Where:
            button = StepButton(where + 1, self)
            button.setObjectName(f"step_{where.name.lower()}")
            self.buttons.append(button)
            self._group.addButton(button, where)
            if where:
                layout.addWidget(_Chevron(self))
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.back)
        layout.addWidget(self.next)
        self._group.idClicked.connect(self.chosen)
        self.back.clicked.connect(self._on_back_clicked)
        self.next.clicked.connect(self._on_next_clicked)
        self.retranslate()

    @property
    def where(self) -> Where:
        return Where(max(self._group.checkedId(), 0))

    def show_state(self, where: Where, allowed: Sequence[bool], done: Sequence[bool]) -> None:
        """``allowed``, ``done``: for each step, whether one may go there and has been through."""
        for button, may, was in zip(self.buttons, allowed, done, strict=True):
            button.setEnabled(may)
            button.done = was
            button.update()
        self.buttons[where].setChecked(True)
        self.back.setEnabled(self._beside(-1) is not None)
        self.next.setEnabled(self._beside(1) is not None)
        self.back.setVisible(where is not Where.FILES)
        self.next.setVisible(where is not Where.IMPORT)

    def _beside(self, way: int) -> Where | None:
        """The nearest step in that direction that one may go to."""
        number = self.where + way
        while 0 <= number < len(self.buttons):
            if self.buttons[number].isEnabled():
                return Where(number)
            # The check is never jumped over: without it there is nothing to import.
            if way > 0 and number >= Where.CHECK:
                return None
            number += way
        return None

    def retranslate(self) -> None:
        words = (
            self.tr("Files"), self.tr("Sheets"), self.tr("Columns"), self.tr("Check"),
            self.tr("Import"),
        )  # fmt: skip
        for button, word in zip(self.buttons, words, strict=True):
            button.setText(word)
            button.setAccessibleName(word)
            button.updateGeometry()
        self.back.setText(self.tr("Back"))
        self.next.setText(self.tr("Next"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    @Slot()
    def _on_back_clicked(self) -> None:
        before = self._beside(-1)
        if before is not None:
            self.chosen.emit(before)

    @Slot()
    def _on_next_clicked(self) -> None:
        after = self._beside(1)
        if after is not None:
            self.chosen.emit(after)
