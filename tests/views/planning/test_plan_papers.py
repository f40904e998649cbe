"""Papers asked for at the planner's desk open with what is chosen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.core.choices import CharacteristicKind, InspectionKind
from app.models.database import Database
from app.models.quality import Characteristic, InspectionPlan
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.schedule_page import SchedulePage
from app.views.printing.gantt_options import GanttOptions
from app.views.printing.papers import show_shift_papers
from app.views.printing.preview import PdfPreview
from app.views.printing.shift_options import ShiftOptions
from tests.services.small_plant import NOW, SmallPlant
from tests.views.conftest import MakeContext
from tests.views.pdfs import page_texts
from tests.views.texts import clipped, untranslated

PATIENCE = 20_000  # ms


@pytest.fixture
def planned(database: Database) -> SmallPlant:
    plant = SmallPlant.build(database, orders=3)
    with database.write("test") as session:
        plan = InspectionPlan(code="F10", kind=InspectionKind.FINAL, step_no=10)
        plan.characteristics = [
            Characteristic(number=1, name="cracks", kind=CharacteristicKind.PASS_FAIL)
        ]
        session.add(plan)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return plant


@pytest.fixture
def page(planned: SmallPlant, context: AppContext, qtbot: QtBot) -> Iterator[SchedulePage]:
    made = SchedulePage(context)
    made.resize(1300, 720)
    made.show()
    with qtbot.waitSignal(context.changes.synchronised, timeout=PATIENCE):
        context.changes.start()
    qtbot.waitUntil(lambda: made.gantt.board is not None, timeout=PATIENCE)
    made.gantt.fit()
    yield made
    context.close()
    made.close()
    made.deleteLater()


def text_of(preview: PdfPreview) -> str:
    return "".join(page_texts(preview._pdf))


def options_of(preview: PdfPreview) -> ShiftOptions:
    found = preview.findChild(ShiftOptions)
    assert isinstance(found, ShiftOptions)
    return found


def opened(qtbot: QtBot) -> PdfPreview:
    """The preview that has just been opened, when its pages are there."""

    def found() -> PdfPreview | None:
        shown = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, PdfPreview) and w.isVisible()
        ]
        return shown[0] if shown and shown[0].print_button.isEnabled() else None

    qtbot.waitUntil(lambda: found() is not None, timeout=PATIENCE)
    preview = found()
    assert preview is not None
    return preview


def choose(page: SchedulePage, order: str, step: int) -> None:
    assert page.reading is not None
    rows = page.reading.view.placements
    row = next(r for r in rows if (r.order_number, r.step_no) == (order, step))
    page.gantt.select_operations({row.operation_id})


def test_nothing_chosen_offers_only_the_lists(page: SchedulePage) -> None:
    assert page.desk.papers.lists.isEnabled()
    assert not page.desk.papers.cards.isEnabled()
    assert not page.desk.papers.sheets.isEnabled()
    choose(page, "MO-2", 10)
    assert page.desk.papers.cards.isEnabled()


def test_the_menu_of_a_bar_prints_its_card_and_its_sheet(page: SchedulePage, qtbot: QtBot) -> None:
    choose(page, "MO-2", 10)
    page.gantt.menuRequested.emit(page.gantt.mapToGlobal(page.gantt.rect().center()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    wanted = {page.desk.papers.cards, page.desk.papers.sheets, page.desk.papers.lists_of_selection}
    assert wanted <= set(menu.actions())
    menu.close()
    page.desk.papers.cards.trigger()
    card = opened(qtbot)
    assert "MO-2-01" in text_of(card)
    assert "MO-1-01" not in text_of(card)
    card.close()
    page.desk.papers.sheets.trigger()
    sheet = opened(qtbot)
    assert "FQC-MO-2-01-10" in text_of(sheet)
    sheet.close()
    choose(page, "MO-2", 30)
    page.desk.papers.sheets.trigger()
    qtbot.waitUntil(
        lambda: any(
            w.count.text().startswith("No inspection plan applies")
            for w in QApplication.topLevelWidgets()
            if isinstance(w, PdfPreview) and w.isVisible()
        ),
        timeout=PATIENCE,
    )
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, PdfPreview):
            widget.close()


def test_lists_of_the_machines_of_the_selection(
    page: SchedulePage, planned: SmallPlant, qtbot: QtBot
) -> None:
    choose(page, "MO-1", 20)
    page.desk.papers.lists_of_selection.trigger()
    preview = opened(qtbot)
    assert options_of(preview).scope.currentData() == "selected"
    assert "OV" in text_of(preview)
    assert "Press" not in text_of(preview)
    preview.close()


@pytest.fixture
def preview(
    planned: SmallPlant, make_context: MakeContext, qtbot: QtBot
) -> Iterator[Callable[..., PdfPreview]]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made: list[PdfPreview] = []

    def show(language: str = "en", **machines: tuple[int, ...]) -> PdfPreview:
        shown = show_shift_papers(parent, make_context(language), machines, "all")
        made.append(shown)
        qtbot.waitUntil(lambda: shown.print_button.isEnabled(), timeout=PATIENCE)
        qtbot.waitUntil(lambda: options_of(shown).shift.count() == 2, timeout=PATIENCE)
        return shown

    yield show
    for each in made:
        each.close()


def test_the_day_of_now_and_its_shifts_are_offered(
    preview: Callable[..., PdfPreview], qtbot: QtBot
) -> None:
    shown = preview()
    options = options_of(shown)
    assert options.day.date().toPython() == date(2026, 3, 2)
    assert [options.shift.itemText(n) for n in range(2)] == ["All shifts", "day 07:30–17:30"]
    assert options.scope.count() == 1, "no machines were named"
    assert "MO-1" in text_of(shown)


def test_another_paper_day_or_shift_is_drawn_anew(
    preview: Callable[..., PdfPreview], qtbot: QtBot, planned: SmallPlant
) -> None:
    shown = preview(shown=(planned.oven,))
    options = options_of(shown)
    before = shown._pdf
    QTest.keyClick(options.scope, Qt.Key.Key_Down)
    QTest.keyClick(options.scope, Qt.Key.Key_Return)
    options.scope.activated.emit(options.scope.currentIndex())
    assert options.scope.currentData() == "shown"
    qtbot.waitUntil(lambda: shown._pdf != before and shown.print_button.isEnabled())
    assert "Oven" in text_of(shown)
    assert "Press" not in text_of(shown)
    options.scope.setCurrentIndex(0)
    options.paper.setCurrentIndex(options.paper.findData("moulds"))
    options.paper.activated.emit(options.paper.currentIndex())
    qtbot.waitUntil(lambda: shown.windowTitle() == "Mould changes", timeout=PATIENCE)
    qtbot.waitUntil(lambda: shown.print_button.isEnabled(), timeout=PATIENCE)
    assert "Moulds in" in text_of(shown)
    options.day.setDate(QDate(2026, 3, 8))  # a Sunday without shifts
    qtbot.waitUntil(
        lambda: (
            shown.count.text() == "Nothing of the kind is planned for these machines in "
            "these shifts."
        ),
        timeout=PATIENCE,
    )
    assert not shown.print_button.isEnabled()
    qtbot.waitUntil(lambda: options.shift.count() == 1, timeout=PATIENCE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_of_the_choices_are_translated_and_whole(
    preview: Callable[..., PdfPreview], language: str, qtbot: QtBot
) -> None:
    shown = preview(language, shown=(1,), selected=(2,))
    if language == "zh":
        assert untranslated(shown, {"A4", "day 07:30–17:30"}) == []
    assert clipped(shown) == []


def test_the_chart_is_printed_with_its_rows_and_days(
    page: SchedulePage, qtbot: QtBot, context: AppContext
) -> None:
    page.controls.show_rows("orders")
    page.desk.papers.chart.paper.trigger()
    preview = opened(qtbot)
    options = preview.findChild(GanttOptions)
    assert isinstance(options, GanttOptions)
    shown = page.desk.papers.chart.shown()
    assert shown is not None
    assert options.rows.currentData() == "orders"
    assert options.days.value() == shown.days
    assert options.first.date() == QDate(shown.first.year, shown.first.month, shown.first.day)
    assert "by order" in text_of(preview)
    before = preview._pdf
    options.rows.setCurrentIndex(options.rows.findData("machines"))
    options.rows.activated.emit(0)
    qtbot.waitUntil(lambda: preview._pdf != before and bool(preview._pdf), timeout=PATIENCE)
    assert "by machine" in text_of(preview)
    assert not clipped(options)
    preview.close()


def test_the_chart_is_written_as_a_workbook(
    page: SchedulePage, qtbot: QtBot, context: AppContext, tmp_path: Path
) -> None:
    chart = page.desk.papers.chart
    shown = chart.shown()
    assert shown is not None
    with qtbot.waitSignal(context.noticed, timeout=PATIENCE) as heard:
        chart.write_to(tmp_path / "plan", shown)
    assert heard.args is not None
    assert heard.args[0].text() == "The chart is in plan.xlsx."
    names = load_workbook(tmp_path / "plan.xlsx").sheetnames
    assert names == ["Chart", "Operations"]
