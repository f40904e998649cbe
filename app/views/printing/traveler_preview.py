"""Travelers before they become paper: look, choose language and paper, print, save as PDF."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.jobs import Step, Stop
from app.views.page import label
from app.views.printing.page_view import PageView
from app.views.printing.pdf_pages import page_image, page_sizes
from app.views.theme import SPACE

SIZE = (900, 820)
PRINT_DOTS_PER_INCH = 300
PAPERS = ("A4", "A5x2", "Letter")
PAGE_SIZES = {"A4": "A4", "A5x2": "A4", "Letter": "Letter"}


def _make_pdf(
    database: Any,
    ids: tuple[int, ...],
    actor: str,
    language: str,
    paper: str,
    register: bool,
    *_: Any,
) -> tuple[bytes, tuple[tuple[float, float], ...]]:
    """The PDF and its page sizes; with ``register`` the print is counted."""
    from app.reports.travelers import traveler_pdf
    from app.services.orders.travelers import traveler_rows

    rows = traveler_rows(database, ids, actor=actor, register=register)
    data, _pages = traveler_pdf(rows, language, paper)
    return data, page_sizes(data)


class TravelerPreview(QDialog):
    """A window of its own, so that the list can be seen beside it."""

    def __init__(self, context: AppContext, ids: tuple[int, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._ids = ids
        self._pdf = b""
        self._sizes: tuple[tuple[float, float], ...] = ()
        self.paper, self.language = QComboBox(self), QComboBox(self)
        for each in PAPERS:
            self.paper.addItem("", each)
        for each in ("zh", "en", "both"):
            self.language.addItem("", each)
        saved = str(context.settings.value("print/paper", PAPERS[0]))
        self.paper.setCurrentIndex(max(self.paper.findData(saved), 0))
        spoken = str(context.settings.value("print/language", context.language))
        self.language.setCurrentIndex(max(self.language.findData(spoken), 0))
        self.count = label(self, "muted")
        self.view = PageView(context.jobs, self)
        self.smaller, self.larger, self.fit = (QPushButton(self) for _ in range(3))
        self.save_button, self.print_button = QPushButton(self), QPushButton(self)
        self.print_button.setProperty("primary", True)
        self._lay_out()
        self._connect()
        self.resize(*SIZE)
        self.retranslate()
        self._make()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Travelers"))
        for index, text in enumerate(
            (self.tr("A4"), self.tr("A4, two A5 cards"), self.tr("Letter"))
        ):
            self.paper.setItemText(index, text)
        for index, text in enumerate(
            (self.tr("Chinese"), self.tr("English"), self.tr("Both languages"))
        ):
            self.language.setItemText(index, text)
        self.paper.setAccessibleName(self.tr("Paper"))
        self.language.setAccessibleName(self.tr("Language of the paper"))
        self.smaller.setToolTip(self.tr("Smaller"))
        self.larger.setToolTip(self.tr("Larger"))
        for button in (self.smaller, self.larger):
            button.setAccessibleName(button.toolTip())
        self.fit.setText(self.tr("Fit width"))
        self.save_button.setText(self.tr("Save as PDF…"))
        self.print_button.setText(self.tr("Print…"))
        self._update_count()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._context.settings.setValue("print/paper", self.paper.currentData())
        self._context.settings.setValue("print/language", self.language.currentData())
        super().closeEvent(event)

    # ---- the preview -----------------------------------------------------------------------------

    @Slot()
    def _make(self) -> None:
        self._enable(False)
        self._start(False, self._on_made, self.tr("Drawing travelers"))

    def _start(self, register: bool, then: Callable[[Any], None], title: str) -> None:
        work = partial(
            _make_pdf,
            self._context.database,
            self._ids,
            self._context.actor,
            self.language.currentData(),
            self.paper.currentData(),
            register,
        )
        self._context.jobs.start(
            work,
            title=lambda: title,
            can_cancel=False,
            succeeded=then,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_made(self, made: tuple[bytes, tuple[tuple[float, float], ...]]) -> None:
        self._pdf, self._sizes = made
        self.view.set_pdf(*made)
        self._update_count()
        self._enable(True)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._context.show_error(error)
        self.close()

    def _update_count(self) -> None:
        self.count.setText(self.tr("%n pages", "", len(self._sizes)) if self._sizes else "")

    def _enable(self, enabled: bool) -> None:
        for widget in (self.save_button, self.print_button, self.paper, self.language):
            widget.setEnabled(enabled)

    # ---- paper -----------------------------------------------------------------------------------

    @Slot()
    def _on_save_clicked(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save travelers"), "travelers.pdf", self.tr("PDF (*.pdf)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Counted as a print: a PDF can be sent to any printer."""
        self._target = path
        self._enable(False)
        self._start(True, self._on_made_to_save, self.tr("Saving travelers"))

    @Slot(object)
    def _on_made_to_save(self, made: tuple[bytes, tuple[tuple[float, float], ...]]) -> None:
        self._on_made(made)
        try:
            self._target.write_bytes(made[0])
        except OSError as error:
            reason = error.strerror or str(error)
            self._context.show_text(partial(_unwritten_text, reason), error=True)
        else:
            self._context.show_text(partial(_saved_text, self._target.name))

    @Slot()
    def _on_print_clicked(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(_page_size(self.paper.currentData()))
        printer.setPageOrientation(_orientation(self._sizes))
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, max(len(self._sizes), 1))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Make the counted PDF and put its pages on ``printer``."""
        self._printer = printer
        self._enable(False)
        self._start(True, self._on_made_to_print, self.tr("Printing travelers"))

    @Slot(object)
    def _on_made_to_print(self, made: tuple[bytes, tuple[tuple[float, float], ...]]) -> None:
        self._on_made(made)
        self._printer.setPageOrientation(_orientation(made[1]))
        PrintRun(self._context, made[0], made[1], self._printer).start()

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.smaller.setIcon(icon("zoom-out"))
        self.larger.setIcon(icon("zoom-in"))
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        for widget in (self.paper, self.language, self.smaller, self.larger, self.fit):
            line.addWidget(widget)
        line.addWidget(self.count, 1)
        line.addWidget(self.save_button)
        line.addWidget(self.print_button)
        layout = QVBoxLayout(self)
        layout.addLayout(line)
        layout.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.paper.activated.connect(self._make)
        self.language.activated.connect(self._make)
        self.smaller.clicked.connect(self._on_smaller_clicked)
        self.larger.clicked.connect(self._on_larger_clicked)
        self.fit.clicked.connect(self.view.fit_width)
        self.save_button.clicked.connect(self._on_save_clicked)
        self.print_button.clicked.connect(self._on_print_clicked)

    @Slot()
    def _on_smaller_clicked(self) -> None:
        self.view.zoom_by(1 / 1.2)

    @Slot()
    def _on_larger_clicked(self) -> None:
        self.view.zoom_by(1.2)


class PrintRun(QObject):
    """Puts pages on a printer one after the other: drawn in a thread, painted between events.

    It belongs to the context, so that closing the preview does not tear the paper off.
    """

    def __init__(
        self,
        context: AppContext,
        pdf: bytes,
        sizes: tuple[tuple[float, float], ...],
        printer: QPrinter,
    ) -> None:
        super().__init__(context)
        self._context = context
        self._pdf = pdf
        self._printer = printer
        chosen = range(len(sizes))
        if printer.printRange() is QPrinter.PrintRange.PageRange:
            chosen = range(max(printer.fromPage(), 1) - 1, min(printer.toPage(), len(sizes)))
        self._count = len(chosen)
        self._waiting = list(chosen)
        self._painter = QPainter()
        self._first = True

    def start(self) -> None:
        self._printer.setFullPage(True)
        if not self._painter.begin(self._printer):
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
        return self.tr("Printing travelers")

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
        self._painter.end()
        self._context.show_error(error)
        self.deleteLater()


def _page_for_printer(pdf: bytes, number: int, dots: int, stop: Stop, report: Any) -> QImage:
    report(Step())
    return page_image(pdf, number, dots)


def _page_size(paper: str) -> QPageSize:
    letter = PAGE_SIZES[paper] == "Letter"
    return QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)


def _orientation(sizes: tuple[tuple[float, float], ...]) -> QPageLayout.Orientation:
    width, height = sizes[0]
    landscape = width > height
    return QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait


# ---- what is said after the window may be closed -------------------------------------------------


def _saved_text(name: str) -> str:
    return QCoreApplication.translate("TravelerPreview", "Saved {name}.").format(name=name)


def _unwritten_text(reason: str) -> str:
    sentence = QCoreApplication.translate(
        "TravelerPreview", "The file could not be written: {reason}"
    )
    return sentence.format(reason=reason)


def _printed_text(pages: int) -> str:
    return QCoreApplication.translate("TravelerPreview", "%n pages printed", None, pages)


def _stopped_text() -> str:
    return QCoreApplication.translate("TravelerPreview", "The printer stopped.")
