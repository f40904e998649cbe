"""What the ghosts mean: drawn as in the chart, with words beside them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.planning.gantt.ghosts import ghost_colour, ghost_pen
from app.views.planning.gantt.style import style_of
from app.views.theme import tokens

SWATCH = QSize(22, 12)
GAP = 6


class GhostLegend(QWidget):
    """One entry, cut with an ellipsis where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        room = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        room.setRetainSizeWhenHidden(True)  # the buttons beside it stay where they are
        self.setSizePolicy(room)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(200, 22)

    def retranslate(self) -> None:
        self._words = self.tr("was, in the working plan")
        self.setToolTip(self.tr("A line leads from where the selection was to where it is."))
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(self._words)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style = style_of(tokens())
        top = (self.height() - SWATCH.height()) / 2
        box = QRectF(2 * GAP, top, SWATCH.width(), SWATCH.height())
        painter.fillRect(box, QColor.fromRgb(ghost_colour(style)))
        painter.setPen(ghost_pen(style))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.setPen(style.text)
        words = QRectF(box.right() + GAP, 0, self.width() - box.right() - 2 * GAP, self.height())
        metrics = painter.fontMetrics()
        painter.drawText(
            words,
            Qt.AlignmentFlag.AlignVCenter,
            metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, int(words.width())),
        )
