"""The legend beside the colour menu: a swatch, a name, a count for each colour."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.icons import icon
from app.views.planning.gantt.colouring import LegendEntry, Term
from app.views.planning.gantt.style import Style, style_of
from app.views.theme import tokens

SWATCH = 12
GAP = 14


class Legend(QWidget):
    """Draws as many entries as fit; the tool tip lists all."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._unkitted = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)

    def put(self, entries: tuple[LegendEntry, ...]) -> None:
        """Another meaning of the colours, or other counts."""
        self._entries = entries
        self.retranslate()

    def put_unkitted(self, count: int) -> None:
        """Bars with the triangle of something that is short."""
        self._unkitted = count
        self.retranslate()

    def _unkitted_words(self) -> str:
        return self.tr("Something is short: {count}").format(count=self._unkitted)

    def retranslate(self) -> None:
        lines = [self._unkitted_words()] if self._unkitted else []
        lines += [f"{self._name(entry)}: {entry.count}" for entry in self._entries]
        # A customer's name may look like HTML; a tool tip would take it for that.
        self.setToolTip("<br>".join(html.escape(line) for line in lines))
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription("\n".join(lines))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 22)

    def _name(self, entry: LegendEntry) -> str:
        if not isinstance(entry.name, Term):
            return entry.name
        return {
            Term.OTHERS: self.tr("others"),
            Term.NONE: self.tr("none"),
            Term.WAITING: self.tr("not started"),
            Term.RUNNING: self.tr("running"),
            Term.FINISHED: self.tr("finished"),
            Term.ON_TIME: self.tr("on time"),
            Term.NO_DUE_DATE: self.tr("no due date"),
            Term.LATE_UP_TO_A_DAY: self.tr("late up to a day"),
            Term.LATE_MORE: self.tr("late by more"),
        }[entry.name]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style: Style = style_of(tokens())
        metrics = painter.fontMetrics()
        x = 4.0
        if self._unkitted:
            words = self._unkitted_words()
            mark = icon("alert-triangle", "watch").pixmap(SWATCH, SWATCH)
            painter.drawPixmap(int(x), (self.height() - SWATCH) // 2, mark)
            wide = metrics.horizontalAdvance(words)
            painter.setPen(style.text)
            box = QRectF(x + SWATCH + 5, 0, wide, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            x += SWATCH + 5 + wide + GAP
        for entry in self._entries:
            words = f"{self._name(entry)} {entry.count}"
            needed = SWATCH + 5 + metrics.horizontalAdvance(words)
            if x + needed > self.width():
                painter.setPen(style.muted)
                painter.drawText(
                    QRectF(x, 0, 20, self.height()), Qt.AlignmentFlag.AlignVCenter, "…"
                )
                break
            fill, edge = style.chip(entry.category)
            top = (self.height() - SWATCH) // 2
            painter.fillRect(QRectF(x, top, SWATCH, SWATCH), fill)
            painter.setPen(QPen(edge, 3))
            painter.drawLine(int(x) + 1, top, int(x) + 1, top + SWATCH)
            painter.setPen(style.text)
            box = QRectF(x + SWATCH + 5, 0, needed, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            x += needed + GAP
