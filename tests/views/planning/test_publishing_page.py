"""The Publish page and the strip of the Schedule page: published, refused, signed for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.planning.board import Board
from app.services.planning.publishing.history import publish_state, published_rows
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.publishing.publishing_page import KNOWN, NOTICES, PublishingPage
from app.views.planning.publishing.strip import PublishStrip
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def context(plant: SmallPlant, database: Database, make_context: MakeContext) -> AppContext:
    """Of a small plant that is planned."""
    schedule_plant(database, seconds=0)
    return make_context()


@pytest.fixture
def page(context: AppContext, qtbot: QtBot) -> Iterator[PublishingPage]:
    made = PublishingPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    with qtbot.waitSignal(made.filled):
        made.show()
    context.changes.start()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    yield made
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)


def move_last(database: Database) -> Any:
    """The last packing an hour later, as a planner would drag it; the edit that did it."""
    last = max(plan_view(database).placements, key=lambda row: (row.step_no, row.order_number))
    board = Board.load(database)
    edit = board.edit(board.preview(last.operation_id, None, last.start + timedelta(minutes=1440)))
    apply_edit(database, edit, "li")
    return edit


def test_a_plan_is_published_signed_for_and_looked_back_at(
    page: PublishingPage, qtbot: QtBot, database: Database
) -> None:
    for table in (page.history, page.changes, page.notices):
        QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert len(page.changes.rows()) == len(plan_view(database).placements)
    qtbot.keyClicks(page.note, "first")
    page.publish.trigger()
    qtbot.waitUntil(lambda: len(page.history.rows()) == 1)
    qtbot.waitUntil(lambda: page.changes.rows() == [])
    assert page.history.rows()[0].note == "first"
    page.tabs.setCurrentIndex(NOTICES)
    press = next(row for row in page.notices.rows() if row.team == "PRESS")
    assert "PRESS" in page.warning.text()
    page.notices.select_ids([press.id])
    assert len(page.rows.rows()) == len(press.rows)
    qtbot.keyClicks(page.signer, "Wu")
    qtbot.mouseClick(page.sign_button, LEFT)
    qtbot.waitUntil(lambda: page.history.rows()[0].signed == 1)
    page.context.edits.record(move_last(database))
    page.publish.trigger()
    qtbot.waitUntil(lambda: not page.publish.isEnabled())
    qtbot.waitUntil(lambda: len(page.history.rows()) == 2 or page.publish.isEnabled())
    if len(page.history.rows()) < 2:  # it was on the screen before the move: refused, read anew
        qtbot.waitUntil(lambda: len(page.changes.rows()) >= 1)
        page.publish.trigger()
        qtbot.waitUntil(lambda: len(page.history.rows()) == 2)
    assert page.context.edits.stack.count() == 0  # undo ends here
    page.tabs.setCurrentIndex(KNOWN)
    qtbot.waitUntil(lambda: page.known.has_plan)
    page.slider.setFocus()
    qtbot.keyClick(page.slider, Qt.Key.Key_Home)
    first = page.slider.value()
    qtbot.waitUntil(lambda: page._shown == first)
    assert "r1" in page.moment.text()


def test_a_page_that_nobody_sees_reads_only_when_it_is_entered(
    page: PublishingPage, qtbot: QtBot, database: Database
) -> None:
    page.hide()
    before = page.reading
    move_last(database)
    page.context.changes.look()
    qtbot.waitUntil(lambda: page._fresh.missed)
    assert page.reading is before
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page.reading is not before)


def test_who_looked_before_another_published_is_refused_in_words(
    page: PublishingPage, qtbot: QtBot, database: Database
) -> None:
    said: list[Any] = []
    page.context.noticed.connect(said.append)
    other = Database.open(database.url)
    apply_edit(other, publish_state(other).edit("mine first"), "wang")
    page.context.changes.stop()
    page.publish.trigger()
    qtbot.waitUntil(lambda: bool(said))
    assert "wang" in said[0].text()
    assert [row.published_by for row in published_rows(other)] == ["wang"]
    other.close()
    qtbot.waitUntil(lambda: len(page.history.rows()) == 1)


def test_the_strip_tells_how_far_the_plan_is_from_the_published_one(
    context: AppContext, qtbot: QtBot, database: Database
) -> None:
    strip = PublishStrip(context, None)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    strip.show()
    qtbot.waitUntil(lambda: strip.state is not None)
    assert strip.text() == "Not published yet"
    context.changes.start()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    apply_edit(database, publish_state(database).edit(), "wang")
    context.changes.look()
    qtbot.waitUntil(lambda: strip.text().startswith("As published, r1"))
    assert "3 unread" in strip.text()
    move_last(database)
    context.changes.look()
    qtbot.waitUntil(lambda: "differ from r1" in strip.text())
    with qtbot.waitSignal(context.page_asked) as asked:
        qtbot.mouseClick(strip, LEFT)
    assert asked.args == ["publishing"]
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)
