"""Goods that come in are inspected: their sheets are printed from the receipts."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QMenu

from app.views.printing.preview import PdfPreview
from tests.views.pdfs import page_texts
from tests.views.plant.conftest import Desk


def menu_of(desk: Desk, number: int) -> QMenu:
    place = desk.page.mapToGlobal(desk.page.rect().center())
    desk.table.menu_asked.emit([desk.row(number)], place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_incoming_sheets_are_offered_for_receipts_alone(desk: Desk) -> None:
    desk.choose("Receipts")
    menu = menu_of(desk, 0)
    assert desk.page.papers.incoming in menu.actions()
    menu.close()
    desk.choose("Customers")
    menu = menu_of(desk, 0)
    assert desk.page.papers.incoming not in menu.actions()
    menu.close()


def test_the_sheet_of_a_receipt_is_shown(desk: Desk) -> None:
    desk.choose("Receipts")
    menu_of(desk, 0).close()
    desk.page.papers.incoming.trigger()
    (preview,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, PdfPreview)]
    desk.qtbot.waitUntil(lambda: preview.print_button.isEnabled(), timeout=20_000)
    text = page_texts(preview._pdf)[0]
    assert "IQC-PO26001-1" in text
    assert "-5.5 … 40 °C" in text
    preview.close()
