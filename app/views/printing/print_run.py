"""Pages onto a printer, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from app.views.context import AppContext
from app.views.jobs import Step, Stop
from app.views.printing.pdf_pages import page_image, page_sizes

PRINT_DOTS_PER_INCH = 300
PAGE_SIZES = {
    "A3": QPageSize.PageSizeId.A3,
    "A4": QPageSize.PageSizeId.A4,
    "A5": QPageSize.PageSizeId.A5,
    "A5x2": QPageSize.PageSizeId.A4,
    "Letter": QPageSize.PageSizeId.Letter,
}


class PrintRun(QObject):
    """Makes a PDF and prints it: drawn in a thread, painted between events.

    It belongs to the context, so that closing the preview does not tear the paper off.
    """

    made = Signal(bytes, object)
    """The PDF and its page sizes, as it goes to the printer."""
    failed = Signal()

    def __init__(self, context: AppContext, making: Callable[[], bytes], printer: QPrinter) -> None:
        super().__init__(context)
        self._context = context
        self._making = making
        self._printer = printer
        self._pdf = b""
        self._count = 0
        self._waiting: list[int] = []
        self._painter = QPainter()
        self._first = True

    def start(self) -> None:
        self._context.jobs.start(
            partial(_made, self._making),
            title=self._title,
            can_cancel=False,
            succeeded=self._on_made,
            failed=self._on_page_failed,
        )

    @Slot(object)
    def _on_made(self, made: tuple[bytes, tuple[tuple[float, float], ...]]) -> None:
        self._pdf, sizes = made
        self.made.emit(*made)
        if not sizes:
            self.deleteLater()
            return
        printer = self._printer
        chosen = range(len(sizes))
        if printer.printRange() is QPrinter.PrintRange.PageRange:
            chosen = range(max(printer.fromPage(), 1) - 1, min(printer.toPage(), len(sizes)))
        self._count, self._waiting = len(chosen), list(chosen)
        printer.setPageOrientation(orientation(sizes))
        printer.setFullPage(True)
        if not self._painter.begin(printer):
            self._context.show_text(_stopped_text, error=True)
            self.deleteLater()
            return
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._painter.end()
            self._context.show_text(partial(_printed_text, self._count))
            self.deleteLater()
            return
        dots = min(self._printer.resolution(), PRINT_DOTS_PER_INCH)
        self._context.jobs.start(
            partial(_page_for_printer, self._pdf, self._waiting.pop(0), dots),
            title=self._title,
            can_cancel=False,
            succeeded=self._on_page_drawn,
            failed=self._on_page_failed,
        )

    def _title(self) -> str:
        return self.tr("Printing")

    @Slot(object)
    def _on_page_drawn(self, image: QImage) -> None:
        if not self._first:
            self._printer.newPage()
        self._first = False
        paper = QRectF(self._printer.paperRect(QPrinter.Unit.DevicePixel))
        share = min(paper.width() / image.width(), paper.height() / image.height())
        self._painter.drawImage(QRectF(0, 0, image.width() * share, image.height() * share), image)
        QTimer.singleShot(0, self._next)

    @Slot(object)
    def _on_page_failed(self, error: Exception) -> None:
        if self._painter.isActive():
            self._painter.end()
        self._context.show_error(error)
        self.failed.emit()
        self.deleteLater()


def _made(making: Callable[[], bytes], *_: Any) -> tuple[bytes, tuple[tuple[float, float], ...]]:
    data = making()
    return data, page_sizes(data)


def _page_for_printer(pdf: bytes, number: int, dots: int, stop: Stop, report: Any) -> QImage:
    report(Step())
    return page_image(pdf, number, dots)


def page_size(name: str) -> QPageSize:
    return QPageSize(PAGE_SIZES[name])


def orientation(sizes: tuple[tuple[float, float], ...]) -> QPageLayout.Orientation:
    """Of the first page: all pages of a paper lie alike."""
    width, height = sizes[0]
    landscape = width > height
    return QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait


def _printed_text(pages: int) -> str:
    sentence = QCoreApplication.translate("PrintRun", "Pages printed: {count}")
    return sentence.format(count=pages)


def _stopped_text() -> str:
    return QCoreApplication.translate("PrintRun", "The printer stopped.")
