"""Paper on the screen, as PDF, and on a printer (a PDF printer stands in for paper)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.models.database import Database
from app.services.orders.queries import order_detail
from app.views.context import AppContext
from app.views.printing.papers import show_travelers
from app.views.printing.pdf_pages import one_caller
from app.views.printing.preview import PdfPreview, show_pdf
from app.views.printing.print_run import PrintRun
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.pdfs import opened_pdf, page_texts
from tests.views.texts import clipped, untranslated


@pytest.fixture
def preview(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[PdfPreview]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = opened(make_context(), parent, qtbot)
    yield made
    if isValid(made):
        made.close()


def opened(context: AppContext, parent: QWidget, qtbot: QtBot) -> PdfPreview:
    made = show_travelers(parent, context, (1, 2))
    qtbot.waitUntil(lambda: made.print_button.isEnabled(), timeout=20_000)
    qtbot.waitUntil(lambda: made.view.pages_drawn() > 0, timeout=20_000)
    return made


def prints(database: Database) -> list[int]:
    return [order_detail(database, order).cards[0].print_count for order in (1, 2)]


def test_all_chosen_orders_are_drawn_and_nothing_is_counted(
    preview: PdfPreview, database: Database
) -> None:
    assert preview.count.text() == "2 pages"
    picture = preview.view.grab().toImage()
    dark = sum(
        picture.pixelColor(x, y).lightness() < 100
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    )
    assert dark > 100, "the page is blank"
    assert prints(database) in ([0, 0], [None, None])


def test_other_paper_and_language_are_drawn_anew(qtbot: QtBot, preview: PdfPreview) -> None:
    before = preview._pdf
    preview.paper.setCurrentIndex(preview.paper.findData("Letter"))
    preview.paper.activated.emit(preview.paper.currentIndex())
    qtbot.waitUntil(lambda: preview._pdf != before and preview.print_button.isEnabled())
    assert sorted(preview._sizes[0]) == pytest.approx([612, 792])


def test_a_saved_pdf_holds_all_orders_and_counts_as_printed(
    qtbot: QtBot, preview: PdfPreview, tmp_path: Path, database: Database
) -> None:
    target = tmp_path / "travelers.pdf"
    with qtbot.waitSignal(preview._context.noticed, timeout=20_000) as told:
        preview.save_to(target)
    assert told.args[0].text() == "Saved travelers.pdf."
    texts = page_texts(target)
    assert "MO-1" in texts[0]
    assert "MO-2" in texts[1]
    assert prints(database) == [1, 1]


def test_a_file_that_cannot_be_written_is_said(
    qtbot: QtBot, preview: PdfPreview, tmp_path: Path
) -> None:
    with qtbot.waitSignal(preview._context.noticed, timeout=20_000) as told:
        preview.save_to(tmp_path / "no" / "such" / "folder.pdf")
    assert told.args[0].error
    assert "could not be written" in told.args[0].text()


def test_every_page_reaches_the_printer(
    qtbot: QtBot, preview: PdfPreview, tmp_path: Path, database: Database
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    with qtbot.waitSignal(preview._context.noticed, timeout=30_000) as told:
        preview.print_on(printer)
    assert told.args[0].text() == "Pages printed: 2"
    with opened_pdf(tmp_path / "paper.pdf") as document:
        assert len(document) == 2
        assert document.get_page_size(0)[0] > document.get_page_size(0)[1], "not turned"
        greys = document[1].render(scale=1, grayscale=True).to_numpy().copy()
    assert greys.min() < 80 < 200 < greys.max()
    assert prints(database) == [1, 1]


def test_closing_the_preview_does_not_tear_the_paper_off(
    qtbot: QtBot, preview: PdfPreview, tmp_path: Path
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    context = preview._context
    preview.print_on(printer)
    qtbot.waitUntil(lambda: context.findChild(PrintRun) is not None, timeout=20_000)
    with qtbot.waitSignal(context.noticed, timeout=30_000) as told:
        preview.close()
    assert told.args[0].text() == "Pages printed: 2"


def test_ctrl_wheel_buttons_zoom(qtbot: QtBot, preview: PdfPreview) -> None:
    before = preview.view.verticalScrollBar().maximum()
    qtbot.mouseClick(preview.larger, Qt.MouseButton.LeftButton)
    assert preview.view.verticalScrollBar().maximum() > before
    qtbot.mouseClick(preview.fit, Qt.MouseButton.LeftButton)
    assert preview.view.verticalScrollBar().maximum() == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_are_translated_and_whole(
    plant: SmallPlant, make_context: MakeContext, qtbot: QtBot, language: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = opened(make_context(language), parent, qtbot)
    if language == "zh":
        assert untranslated(made, {"A4"}) == []
    assert clipped(made) == []
    made.close()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_any_pdf_is_shown_and_drawn_anew_when_the_language_changes(
    qtbot: QtBot, context: AppContext, parent: QWidget
) -> None:
    asked: list[tuple[str, str]] = []

    def make(language: str, size: str) -> bytes:
        asked.append((language, size))
        return one_page()

    made = show_pdf(parent, context, lambda: "A list", make, sizes=("A3", "Letter"))
    qtbot.waitUntil(lambda: made.view.pages_drawn() > 0, timeout=20_000)
    assert made.windowTitle() == "A list"
    assert made.count.text() == "1 page"
    assert not made.language.isVisible()
    context.set_language("zh")
    qtbot.waitUntil(lambda: len(asked) == 2 and made.print_button.isEnabled(), timeout=20_000)
    assert asked == [("en", "A3"), ("zh", "A3")]
    made.close()


def test_nothing_to_print_is_said_and_cannot_be_printed(
    qtbot: QtBot, context: AppContext, parent: QWidget
) -> None:
    made = show_pdf(parent, context, lambda: "A list", lambda *_: b"")
    qtbot.waitUntil(lambda: made.count.text() == "There is nothing to print.", timeout=20_000)
    assert not made.print_button.isEnabled()
    assert not made.save_button.isEnabled()
    made.close()


def test_paper_and_language_are_remembered_for_each_kind(
    plant: SmallPlant, qtbot: QtBot, context: AppContext, parent: QWidget
) -> None:
    made = opened(context, parent, qtbot)
    made.paper.setCurrentIndex(made.paper.findData("A5x2"))
    made.language.setCurrentIndex(made.language.findData("both"))
    made.close()
    again = opened(context, parent, qtbot)
    assert (again.paper.currentData(), again.language.currentData()) == ("A5x2", "both")
    again.close()
    other = show_pdf(parent, context, lambda: "A list", lambda *_: one_page())
    assert other.paper.currentData() == "A4"
    qtbot.waitUntil(lambda: other.print_button.isEnabled(), timeout=20_000)
    other.close()


def one_page() -> bytes:
    """Made where papers are made: in a thread, while another page may be drawn."""
    out = BytesIO()
    with one_caller:
        document = pypdfium2.PdfDocument.new()
        document.new_page(300, 200)
        document.save(out)
        document.close()
    return out.getvalue()
