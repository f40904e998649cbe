"""Data health: what is wrong stands there worst first, and one click leads to the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.database import Database
from app.models.plant import Machine
from app.models.products import BomLine, Item
from app.reports.workbook import write_rows
from app.services.exchange import import_files, tables
from app.services.site import change_site
from app.views.context import AppContext
from app.views.health.health_page import HealthPage
from app.views.health.merge_dialog import MergeDialog
from app.views.health.watch import HealthWatch
from app.views.pages import PAGES
from app.views.window import MainWindow
from tests.services.exchange.conftest import ReadingHere
from tests.services.exchange.small_rows import NOW
from tests.services.health.test_merge import twins
from tests.views.conftest import MakeContext

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def broken_plant(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An oven that is retired, and a powder that is kept twice."""
    monkeypatch.setattr(tables, "ReadingChild", ReadingHere)
    rows = twins()
    rows["BOM"].append({"parent_code": "SL-A", "base_qty": "10000", "line_no": 5,
                        "component_code": "GP-8", "quantity": "10"})  # fmt: skip
    write_rows(tmp_path / "plant.xlsx", rows)
    assert import_files(database, [tmp_path / "plant.xlsx"], actor="test", now=NOW).written
    change_site(database, "test", planning_now=NOW)
    with database.write("test") as session:
        session.scalars(select(Machine).where(Machine.code == "DR-01")).one().active = False


@pytest.fixture
def page(qtbot: QtBot, context: AppContext) -> HealthPage:
    shown = HealthPage(context)
    qtbot.addWidget(shown)
    shown.resize(1400, 800)
    with qtbot.waitExposed(shown), qtbot.waitSignal(shown.filled, timeout=20_000):
        shown.show()
    return shown


def row_of(page: HealthPage, code: str) -> Any:
    return next(row for row in page.table.visible_rows() if row[1].what.code == f"health.{code}")


def click_row(qtbot: QtBot, page: HealthPage, row: Any, *, twice: bool = False) -> None:
    number = page.table.visible_rows().index(row)
    index = page.table.model.index(number, 1)  # the rank is hidden
    place = page.table.view.visualRect(index).center() + QPoint(2, 0)
    viewport = page.table.view.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=place)
    if twice:
        qtbot.mouseDClick(viewport, LEFT, pos=place)


def test_the_costliest_stands_first_and_says_why(qtbot: QtBot, page: HealthPage) -> None:
    first, *_ = page.table.visible_rows()
    assert first[1].what.code == "health.unable_machines_retired"
    assert page.chips["error"].text() == "1 error"
    click_row(qtbot, page, first)
    panel = page.panel
    assert panel.record.text() == "0015-W · A · 20"
    assert "DR-01" in panel.what.text()
    assert "tray" in panel.why.text()
    assert panel.operations.text() == "1"
    assert not panel.merge.isVisible()


@pytest.mark.parametrize("way", ["button", "double click", "keyboard"])
def test_one_step_leads_to_the_record(qtbot: QtBot, page: HealthPage, way: str) -> None:
    row = page.table.visible_rows()[0]
    click_row(qtbot, page, row)
    with qtbot.waitSignal(page.context.record_asked) as asked:
        if way == "button":
            qtbot.mouseClick(page.panel.open, LEFT)
        elif way == "double click":
            click_row(qtbot, page, row, twice=True)
        else:
            qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert asked.args == [
        "Routings", {"item_code": "0015-W", "revision": "A", "step_no": 20}, ""
    ]  # fmt: skip


def test_weights_are_shown_and_hidden(qtbot: QtBot, page: HealthPage) -> None:
    qtbot.mouseClick(page.chips["warning"], LEFT)
    assert {row[1].severity for row in page.table.rows()} <= {"error", "note"}
    qtbot.mouseClick(page.chips["error"], LEFT)
    qtbot.mouseClick(page.chips["note"], LEFT)
    assert page.table.rows() == []
    assert page.panel.finding is None
    qtbot.mouseClick(page.chips["error"], LEFT)
    assert [row[1].severity for row in page.table.rows()] == ["error"]


def test_what_is_mended_goes_away_and_the_choice_stays(
    qtbot: QtBot, page: HealthPage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.health.watch.WATCHED_MS", 50)
    chosen = row_of(page, "same_name")
    click_row(qtbot, page, chosen)
    page.context.changes.start()
    qtbot.waitUntil(lambda: page.context.changes.last_look is not None)
    with database.write("wang") as session:
        session.scalars(select(Machine).where(Machine.code == "DR-01")).one().active = True
    with qtbot.waitSignal(page.context.health.checked, timeout=20_000):
        page.context.changes.look()
    assert all(row[1].severity != "error" for row in page.table.rows())
    assert page.panel.finding.what.code == "health.same_name"
    page.context.changes.stop()


def test_a_running_check_is_followed_by_one_more(qtbot: QtBot, page: HealthPage) -> None:
    health = page.context.health
    heard: list[object] = []
    health.checked.connect(heard.append)
    qtbot.mouseClick(_button(page, "Check again"), LEFT)
    assert page.head.remark.text() == "Checking…"
    health.look()
    health.look()
    qtbot.waitUntil(lambda: len(heard) == 2 and not health.running, timeout=20_000)
    health.stop()


def _button(page: HealthPage, text: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text() == text)


def test_duplicates_are_merged_in_the_dialog_and_come_back_with_undo(
    qtbot: QtBot, page: HealthPage, database: Database
) -> None:
    click_row(qtbot, page, row_of(page, "same_name"))
    qtbot.mouseClick(page.panel.merge, LEFT)
    (dialog,) = page.findChildren(MergeDialog)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=20_000)
    wanted = "GP-B"
    if dialog.keep.currentText() != wanted:
        qtbot.mouseClick(dialog.swap, LEFT)
        qtbot.waitUntil(lambda: dialog.preview is not None, timeout=20_000)
    assert (dialog.keep.currentText(), dialog.drop.currentText()) == ("GP-B", "GP-8")
    assert "PO26001" in dialog.moving.text()
    (question,) = dialog.questions
    assert "SL-A" in question.text.text()
    assert not dialog.merge.isEnabled()  # nothing is chosen for anybody
    qtbot.mouseClick(question.options["sum"], LEFT, pos=QPoint(8, 8))
    assert dialog.merge.isEnabled()
    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        qtbot.mouseClick(dialog.merge, LEFT)
    with database.read() as session:
        kept = session.scalars(select(Item).where(Item.code == "GP-B")).one()
        other = session.scalars(select(Item).where(Item.code == "GP-8")).one()
        assert not other.active
        total = session.scalars(select(BomLine.quantity).where(BomLine.component_id == kept.id))
        assert 6260 in [int(quantity) for quantity in total]
    stack = page.context.edits.stack
    assert stack.undoText() == "Merge GP-8 into GP-B"
    stack.undo()
    with database.read() as session:
        assert session.scalars(select(Item).where(Item.code == "GP-8")).one().active
    stack.redo()
    with database.read() as session:
        assert not session.scalars(select(Item).where(Item.code == "GP-8")).one().active
    page.context.changes.stop()
    page.context.health.stop()


def test_what_cannot_be_merged_is_said_in_the_dialog(qtbot: QtBot, page: HealthPage) -> None:
    dialog = MergeDialog(page.context, "Items", ("SL-A", "GP-B", "GP-8"), page)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=20_000)
    assert "part of itself" in dialog.refused.text()
    assert not dialog.merge.isEnabled()
    dialog.keep.setCurrentIndex(2)  # the same as the other: that one gives way
    assert dialog.drop.currentText() != "GP-8"
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=20_000)
    qtbot.mouseClick(dialog.cancel, LEFT)
    assert not dialog.isVisible()


def test_the_rail_counts_the_errors(qtbot: QtBot, context: AppContext) -> None:
    window = MainWindow(context, [entry for entry in PAGES if entry.key in ("orders", "health")])
    qtbot.addWidget(window)
    window.open_first_page()
    button = window.rail.button("health")
    assert button.badge == 0
    with qtbot.waitSignal(context.health.counted, timeout=20_000):
        context.health.look()
    assert button.badge == 1
    assert button.toolTip() == "1 error"
    before = button.grab().toImage()
    button.set_badge(0, "")
    assert button.grab().toImage() != before
    window.close()


def test_the_first_look_waits_and_a_closed_window_looks_no_more(
    qtbot: QtBot, make_context: MakeContext
) -> None:
    context = make_context()
    watch: HealthWatch = context.health
    watch.start()
    assert not watch.running
    assert watch._timer.isActive()
    context.close()
    assert not watch._timer.isActive()


def test_texts_follow_the_language(qtbot: QtBot, page: HealthPage) -> None:
    click_row(qtbot, page, page.table.visible_rows()[0])
    page.context.set_language("zh")
    qtbot.waitUntil(lambda: page.head.title.text() == "数据体检")
    assert page.head.title.text() == "数据体检"
    assert page.chips["error"].text() == "1 个错误"
    assert "均已停用" in page.panel.what.text()
    assert page.panel.finding is not None
