"""Paper before it is paper: look, choose language and size, print, save as PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
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
from app.views.page import label
from app.views.printing.page_view import PageView
from app.views.printing.pdf_pages import page_sizes
from app.views.printing.print_run import PrintRun, orientation, page_size
from app.views.theme import SPACE

SIZE = (980, 820)
LANGUAGES = ("zh", "en", "both")

MakePdf = Callable[[str, str, bool], bytes]
"""``make(language, size, leaves)`` gives a PDF, or no bytes when there is nothing to print.

It runs in a thread: a plain function of plain values. ``leaves``: it goes out, on paper or as a
file.
"""

Sizes = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What a preview shows.

    ``key``: remembers the person's choices for this kind of paper, and names its file. ``title``
    in the language now spoken. ``sizes``: names of paper, the usual one first. ``languages``: empty
    where the paper speaks the window's. ``nothing``: said where there is nothing to print.
    """

    key: str
    title: Callable[[], str]
    make: MakePdf
    sizes: tuple[str, ...] = ("A4", "Letter")
    languages: tuple[str, ...] = LANGUAGES
    nothing: Callable[[], str] | None = None


def show_pdf(
    parent: QWidget,
    context: AppContext,
    title: Callable[[], str],
    make_pdf: Callable[[str, str], bytes],
    *,
    key: str = "table",
    sizes: tuple[str, ...] = ("A4", "A3", "Letter"),
) -> PdfPreview:
    """Open a preview of ``make_pdf(language, size)``, which runs in a thread.

    ``title``: gives the window's title in the language now spoken. ``language`` is the window's;
    ``size`` one of ``sizes`` (A3, A4, A5, Letter). ``key`` names the file and what is remembered.
    """

    def make(language: str, size: str, _leaves: bool) -> bytes:
        return make_pdf(language, size)

    preview = PdfPreview(context, Source(key, title, make, sizes, ()), parent)
    preview.show()
    return preview


class PdfPreview(QDialog):
    """A window of its own, so that the list can be seen beside it."""

    def __init__(self, context: AppContext, source: Source, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.source = source
        self._pdf = b""
        self._sizes: Sizes = ()
        self._again = False
        self._spoken = ""
        self.paper, self.language = QComboBox(self), QComboBox(self)
        for each in source.sizes:
            self.paper.addItem("", each)
        for each in source.languages:
            self.language.addItem("", each)
        self.language.setVisible(bool(source.languages))
        self._take_up("size", self.paper, source.sizes[0])
        self._take_up("language", self.language, context.language)
        self.count = label(self, "muted")
        self.view = PageView(context.jobs, self)
        self.smaller, self.larger, self.fit = (QPushButton(self) for _ in range(3))
        self.save_button, self.print_button = QPushButton(self), QPushButton(self)
        self.print_button.setProperty("primary", True)
        self._busy = False
        self._lay_out()
        self._connect()
        self.resize(*SIZE)
        self.retranslate()
        self.make()

    def _take_up(self, what: str, box: QComboBox, usual: str) -> None:
        saved = str(self._context.settings.value(f"print/{self.source.key}/{what}", usual))
        box.setCurrentIndex(max(box.findData(saved), 0))

    def retranslate(self) -> None:
        self.setWindowTitle(self.source.title())
        names = {
            "A3": self.tr("A3"),
            "A4": self.tr("A4"),
            "A5": self.tr("A5"),
            "A5x2": self.tr("A4, two A5 cards"),
            "Letter": self.tr("Letter"),
        }
        for index, size in enumerate(self.source.sizes):
            self.paper.setItemText(index, names[size])
        languages = {
            "zh": self.tr("Chinese"),
            "en": self.tr("English"),
            "both": self.tr("Both languages"),
        }
        for index, language in enumerate(self.source.languages):
            self.language.setItemText(index, languages[language])
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
            # The event comes once for each translator.
            if self._spoken != self._language():
                self.make()

    def closeEvent(self, event: QCloseEvent) -> None:
        settings, head = self._context.settings, f"print/{self.source.key}"
        settings.setValue(f"{head}/size", self.paper.currentData())
        if self.source.languages:
            settings.setValue(f"{head}/language", self.language.currentData())
        super().closeEvent(event)

    # ---- the preview -----------------------------------------------------------------------------

    def set_source(self, source: Source) -> None:
        """Show another one of the same kind (other options)."""
        self.source = source
        self.setWindowTitle(source.title())
        self.make()

    @Slot()
    def make(self) -> None:
        """Draw anew what is chosen; asked again meanwhile, once more after that."""
        if self._busy:
            self._again = True
            return
        self._set_busy(True)
        self._context.jobs.start(
            partial(_preview_pdf, self._making(False)),
            title=self._drawing_title,
            can_cancel=False,
            succeeded=self._on_made,
            failed=self._on_failed,
        )

    def _making(self, leaves: bool) -> Callable[[], bytes]:
        self._spoken = self._language()
        return partial(self.source.make, self._spoken, self.paper.currentData(), leaves)

    def _language(self) -> str:
        return self.language.currentData() or self._context.language

    def _drawing_title(self) -> str:
        return QCoreApplication.translate("PdfPreview", "Drawing the paper")

    @Slot(object)
    def _on_made(self, made: tuple[bytes, Sizes]) -> None:
        self._set_busy(False)
        if self._again:
            self._again = False
            self.make()
            return
        self.show_pages(*made)

    @Slot(bytes, object)
    def show_pages(self, pdf: bytes, sizes: Sizes) -> None:
        self._pdf, self._sizes = pdf, sizes
        self.view.set_pdf(pdf, sizes)
        self._update_count()
        self._set_busy(False)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._context.show_error(error)
        self.close()

    def _update_count(self) -> None:
        if self._sizes:
            self.count.setText(self.tr("%n pages", "", len(self._sizes)))
        elif self._busy:
            self.count.setText("")
        else:
            said = self.source.nothing
            self.count.setText(
                said() if said is not None else self.tr("There is nothing to print.")
            )

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self.paper, self.language):
            widget.setEnabled(not busy)
        for widget in (self.save_button, self.print_button):
            widget.setEnabled(not busy and bool(self._sizes))

    # ---- paper -----------------------------------------------------------------------------------

    @Slot()
    def _on_save_clicked(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as PDF"), f"{self.source.key}.pdf", self.tr("PDF (*.pdf)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """It leaves: a PDF can be sent to any printer."""
        self._set_busy(True)
        self._context.jobs.start(
            partial(_save_pdf, self._making(True), path),
            title=self._drawing_title,
            can_cancel=False,
            succeeded=self._on_saved,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_saved(self, saved: tuple[bytes, Sizes, str, str]) -> None:
        pdf, sizes, name, trouble = saved
        self.show_pages(pdf, sizes)
        if trouble:
            self._context.show_text(partial(_unwritten_text, trouble), error=True)
        else:
            self._context.show_text(partial(_saved_text, name))

    @Slot()
    def _on_print_clicked(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        setting = f"print/{self.source.key}/printer"
        usual = QPrinterInfo.printerInfo(str(self._context.settings.value(setting, "")))
        if not usual.isNull():
            printer.setPrinterName(usual.printerName())
        printer.setPageSize(page_size(self.paper.currentData()))
        printer.setPageOrientation(orientation(self._sizes))
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, max(len(self._sizes), 1))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._context.settings.setValue(setting, printer.printerName())
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Make the PDF that leaves, and put its pages on ``printer``."""
        self._set_busy(True)
        run = PrintRun(self._context, self._making(True), printer)
        run.made.connect(self.show_pages)
        run.failed.connect(self._on_print_failed)
        run.start()

    @Slot()
    def _on_print_failed(self) -> None:
        self._set_busy(False)

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
        self.lines = QVBoxLayout(self)
        self.lines.addLayout(line)
        self.lines.addWidget(self.view, 1)

    def add_options(self, options: QWidget) -> None:
        """A line of choices of this kind of paper, below the common ones."""
        self.lines.insertWidget(1, options)

    def _connect(self) -> None:
        self.paper.activated.connect(self.make)
        self.language.activated.connect(self.make)
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


# ---- in the job's thread -------------------------------------------------------------------------


def _preview_pdf(making: Callable[[], bytes], *_: Any) -> tuple[bytes, Sizes]:
    data = making()
    return data, page_sizes(data) if data else ()


def _save_pdf(making: Callable[[], bytes], path: Path, *_: Any) -> tuple[bytes, Sizes, str, str]:
    """Written here, so that closing the preview loses nothing. The last part: what went wrong."""
    data = making()
    try:
        path.write_bytes(data)
    except OSError as error:
        return data, page_sizes(data), path.name, error.strerror or str(error)
    return data, page_sizes(data), path.name, ""


# ---- what is said after the window may be closed -------------------------------------------------


def _saved_text(name: str) -> str:
    return QCoreApplication.translate("PdfPreview", "Saved {name}.").format(name=name)


def _unwritten_text(reason: str) -> str:
    sentence = QCoreApplication.translate("PdfPreview", "The file could not be written: {reason}")
    return sentence.format(reason=reason)
