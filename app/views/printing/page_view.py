"""PDF pages one below the other. Only pages that are seen are drawn, in a thread."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.views.jobs import Jobs
from app.views.printing.pdf_pages import POINTS_PER_INCH, page_image
from app.views.theme import tokens

GAP = 12
KEPT_PAGES = 12
SMALLEST_ZOOM, LARGEST_ZOOM = 0.3, 4.0


class PageView(QAbstractScrollArea):
    """Shows ``set_pdf``; Ctrl+wheel zooms; the width fits until somebody zooms."""

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._data = b""
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._zoom = 0.0
        self._images: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._asked: tuple[int, int] | None = None
        self._generation = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_pdf(self, data: bytes, sizes: tuple[tuple[float, float], ...]) -> None:
        self._data, self._sizes = data, sizes
        self._generation += 1
        self._images.clear()
        self._asked = None
        self._update_bars()
        self.viewport().update()

    def zoom_by(self, factor: float) -> None:
        self._zoom = min(max(self._scale() * factor, SMALLEST_ZOOM), LARGEST_ZOOM)
        self._update_bars()
        self.viewport().update()

    def fit_width(self) -> None:
        self._zoom = 0.0
        self._update_bars()
        self.viewport().update()

    def pages_drawn(self) -> int:
        """How many pages are held as pictures."""
        return len(self._images)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.viewport().rect(), QColor(tokens().window))
        for number, place in self._places():
            if not place.intersects(QRectF(self.viewport().rect())):
                continue
            painter.fillRect(place, QColor("white"))
            image = self._image(number)
            if image is not None:
                painter.drawImage(place, image)
            painter.setPen(QColor(tokens().line_strong))
            painter.drawRect(place)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.1 if event.angleDelta().y() > 0 else 1 / 1.1)
            event.accept()
            return
        super().wheelEvent(event)

    def _scale(self) -> float:
        """Device-independent pixels per point."""
        if self._zoom or not self._sizes:
            return self._zoom or 1.0
        widest = max(width for width, _ in self._sizes)
        return max((self.viewport().width() - 2 * GAP) / widest, SMALLEST_ZOOM)

    def _places(self) -> list[tuple[int, QRectF]]:
        scale = self._scale()
        left, top = -self.horizontalScrollBar().value(), GAP - self.verticalScrollBar().value()
        places = []
        for number, (width, height) in enumerate(self._sizes):
            room = max((self.viewport().width() - width * scale) / 2, GAP)
            places.append((number, QRectF(left + room, top, width * scale, height * scale)))
            top += round(height * scale) + GAP
        return places

    def _update_bars(self) -> None:
        scale = self._scale()
        height = sum(round(height * scale) + GAP for _, height in self._sizes) + GAP
        width = max((width * scale for width, _ in self._sizes), default=0) + 2 * GAP
        view = self.viewport()
        self.verticalScrollBar().setRange(0, max(height - view.height(), 0))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setRange(0, max(round(width) - view.width(), 0))
        self.horizontalScrollBar().setPageStep(view.width())

    def _image(self, number: int) -> QImage | None:
        """The picture of a page at this zoom; else it is ordered, and an older one serves."""
        dots = round(self._scale() * POINTS_PER_INCH * self.devicePixelRatioF())
        found = self._images.get((number, dots))
        if found is not None:
            self._images.move_to_end((number, dots))
            return found
        self._order(number, dots)
        return next((image for (page, _), image in self._images.items() if page == number), None)

    def _order(self, number: int, dots: int) -> None:
        if self._asked is not None:
            return
        self._asked = (number, dots)
        self._jobs.start(
            partial(_draw, self._data, number, dots, self._generation), succeeded=self._on_drawn
        )

    @Slot(object)
    def _on_drawn(self, drawn: tuple[int, int, int, QImage]) -> None:
        generation, number, dots, image = drawn
        if generation != self._generation:
            return
        self._asked = None
        self._images[(number, dots)] = image
        while len(self._images) > KEPT_PAGES:
            self._images.popitem(last=False)
        self.viewport().update()


def _draw(
    data: bytes, number: int, dots: int, generation: int, *_: Any
) -> tuple[int, int, int, QImage]:
    return generation, number, dots, page_image(data, number, dots)
