"""Titles of the rows at the left of the chart; groups fold with a click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.views.icons import pixmap
from app.views.planning.gantt.arranging import KIND_GROUP
from app.views.planning.gantt.row_layout import (
    NO_TEAM,
    NO_WORK_CENTRE,
    ROW_HEIGHT,
    SUBCONTRACTORS,
    Band,
    LaneName,
    RowInfo,
)
from app.views.theme import SMALL_POINTS

if TYPE_CHECKING:
    from app.views.planning.gantt.chart import Chart
    from app.views.planning.gantt.style import Style

NARROWEST, WIDEST = 130, 250
INDENT = 22
LOWEST_NAME = 10  # pixels of a sub-lane that still carries its name
LANES_SHARE = 0.5  # of the header's width, at most, for the names of sub-lanes


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The header's picture and all that it depends on; while time is scrolled it stays the same.

    Bands are listed anew whenever rows change or fold.
    """

    place: tuple[float, ...]
    bands: list[Band] | None
    colours: Style
    picture: QPixmap


class RowHeader(QWidget):
    """Child of the Gantt view, aligned with its viewport."""

    groupClicked = Signal(str)
    rowClicked = Signal(int)

    def __init__(self, view: Chart) -> None:
        super().__init__(view)
        self._view = view
        self._lane_words: dict[tuple[LaneName, int], tuple[str, int]] = {}
        self._drawn: _Drawn | None = None

    def changeEvent(self, event: QEvent) -> None:
        """Another language or font: everything is laid out anew."""
        self._lane_words.clear()
        self._drawn = None
        super().changeEvent(event)

    def wanted_width(self) -> int:
        """Wide enough for the longest title and note, within limits."""
        layout = self._view.layout_of_rows
        if layout is None:
            return NARROWEST
        strong, small = self._fonts()
        strong_metrics, small_metrics = QFontMetricsF(strong), QFontMetricsF(small)
        # A few thousand orders need not all be measured: the longest strings are the widest.
        longest = sorted(layout.rows, key=lambda i: -len(i.title) - len(i.detail) - len(i.note))
        width = max(
            (
                strong_metrics.horizontalAdvance(info.title)
                + small_metrics.horizontalAdvance(info.detail)
                + small_metrics.horizontalAdvance(info.note)
                + max(
                    (
                        small_metrics.horizontalAdvance(self._lane_text(name)) + 8
                        for name in info.lane_names[:4]
                    ),
                    default=0.0,
                )
                for info in longest[:40]
            ),
            default=0.0,
        )
        return round(min(max(width + INDENT + 34, NARROWEST), WIDEST))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layout = self._view.layout_of_rows
        band = layout.band_at(event.position().y() + self._view.top) if layout else None
        if band is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if band.row < 0:
            self.groupClicked.emit(band.group)
        else:
            self.rowClicked.emit(band.row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, self._picture())

    def _picture(self) -> QPixmap:
        """The one drawn last, as long as it shows the same."""
        view, layout, ratio = self._view, self._view.layout_of_rows, self.devicePixelRatioF()
        bands = layout.bands if layout is not None else None
        place = (view.top, view.current_row, self.width(), self.height(), ratio)
        known = self._drawn
        if (
            known is not None
            and known.place == place
            and known.bands is bands
            and known.colours is view.colours
        ):
            return known.picture
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(view.colours.panel)
        painter = QPainter(picture)
        painter.setFont(self.font())
        self._paint(painter)
        painter.end()
        self._drawn = _Drawn(place, bands, view.colours, picture)
        return picture

    def _paint(self, painter: QPainter) -> None:
        view, style = self._view, self._view.colours
        layout = view.layout_of_rows
        if layout is not None:
            for band in layout.visible(view.top, view.top + self.height()):
                y = band.top - view.top
                if band.row < 0:
                    painter.fillRect(QRectF(0, y, self.width(), band.height), style.window)
                    self._group(painter, band, y)
                else:
                    self._row(painter, band, layout.rows[band.row], y)
                painter.setPen(style.line)
                painter.drawLine(0, y + band.height - 1, self.width(), y + band.height - 1)
        painter.setPen(style.line_strong)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _group(self, painter: QPainter, band: Band, y: int) -> None:
        view = self._view
        layout = view.layout_of_rows
        if layout is None:
            return
        folded = band.group in layout.folded
        picture = pixmap(
            "chevron-right" if folded else "chevron-down", "muted", 14, self.devicePixelRatioF()
        )
        painter.drawPixmap(4, y + (band.height - 14) // 2, picture)
        strong, small = self._fonts()
        painter.setFont(strong)
        painter.setPen(view.colours.text)
        box = QRectF(INDENT, y, self.width() - INDENT - 30, band.height)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignVCenter, self._cut(painter, self.group_name(band.group), box)
        )
        painter.setFont(small)
        painter.setPen(view.colours.muted)
        box = QRectF(0, y, self.width() - 8, band.height)
        count = str(len(layout.group_rows(band.group)))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)

    def group_name(self, group: str) -> str:
        """A group in words: those without a name of their own are named by the program."""
        return {
            SUBCONTRACTORS: self.tr("Subcontractors"),
            NO_WORK_CENTRE: self.tr("No work centre"),
            NO_TEAM: self.tr("No team"),
            f"{KIND_GROUP}mould": self.tr("Moulds"),
            f"{KIND_GROUP}die": self.tr("Dies"),
            f"{KIND_GROUP}fixture": self.tr("Fixtures"),
            f"{KIND_GROUP}pool": self.tr("Carts and racks"),
        }.get(group, group)

    def _lane_text(self, name: LaneName) -> str:
        """``#2 · CT-03``: the copy and where it is, or why it cannot be used."""
        state = {
            "service": self.tr("in service"),
            "repair": self.tr("in repair"),
            "outside": self.tr("lent out"),
            "stopped": self.tr("stopped"),
        }.get(name.state, name.place)
        return f"#{name.number} · {state}" if state else f"#{name.number}"

    def _row(self, painter: QPainter, band: Band, info: RowInfo, y: int) -> None:
        style = self._view.colours
        height = ROW_HEIGHT
        if band.row == self._view.current_row:
            painter.fillRect(QRectF(0, y, self.width(), band.height - 1), style.accent_soft)
        lanes_width = self._lanes(painter, band, info)
        # The title of a tall row stays in sight while the row does.
        y = max(y, min(0, y + band.height - height))
        _, small = self._fonts()
        painter.setFont(small)
        note_width = max(painter.fontMetrics().horizontalAdvance(info.note), lanes_width)
        painter.setPen(style.muted)
        flags = Qt.AlignmentFlag.AlignVCenter
        right = QRectF(0, y, self.width() - 8, height)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, info.note)
        painter.setFont(self.font())
        painter.setPen(style.late if info.alarm else style.text)
        indent = INDENT if info.group else 8
        box = QRectF(indent, y, self.width() - indent - note_width - 16, height)
        title = self._cut(painter, info.title, box)
        painter.drawText(box, flags, title)
        used = painter.fontMetrics().horizontalAdvance(title) + 8
        box.setLeft(box.left() + used)
        if info.detail and info.detail != info.title and box.width() > 24:
            painter.setFont(small)
            painter.setPen(style.muted)
            painter.drawText(box, flags, self._cut(painter, info.detail, box))

    def _lanes(self, painter: QPainter, band: Band, info: RowInfo) -> int:
        """The names of sub-lanes at the right, where they are high enough; their width."""
        if not info.lane_names or band.lane_box(0)[1] < LOWEST_NAME:
            return 0
        painter.setFont(self._fonts()[1])
        painter.setPen(self._view.colours.muted)
        most, widest = int(self.width() * LANES_SHARE), 0
        for name in info.lane_names:
            top, height = band.lane_box(name.lane)
            if top + height < self._view.top or top > self._view.top + self.height():
                continue
            known = self._lane_words.get((name, most))
            if known is None:
                words = painter.fontMetrics().elidedText(
                    self._lane_text(name), Qt.TextElideMode.ElideRight, most
                )
                known = words, painter.fontMetrics().horizontalAdvance(words)
                self._lane_words[name, most] = known
            words = known[0]
            widest = max(widest, known[1])
            box = QRectF(0, top - self._view.top, self.width() - 8, height)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words
            )
        return widest

    def _cut(self, painter: QPainter, words: str, box: QRectF) -> str:
        return painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, max(int(box.width()), 0)
        )

    def _fonts(self) -> tuple[QFont, QFont]:
        strong, small = QFont(self.font()), QFont(self.font())
        strong.setBold(True)
        small.setPointSizeF(SMALL_POINTS)
        return strong, small
