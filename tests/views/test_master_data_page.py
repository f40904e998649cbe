"""Master data: every table can be looked at, searched, and is read when first wanted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.models.plant import Customer
from app.services.plant import queries
from app.views.context import AppContext
from app.views.plant.master_data_page import MasterDataPage
from app.views.theme import Choice
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.texts import clipped, untranslated


@pytest.fixture
def page(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[MasterDataPage]:
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


def opened(context: AppContext, qtbot: QtBot) -> MasterDataPage:
    made = MasterDataPage(context)
    qtbot.addWidget(made)
    made.resize(1180, 640)
    with qtbot.waitSignal(made.filled):
        made.show()
    context.changes.look()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    return made


def keys(page: MasterDataPage) -> list[str]:
    return [each.key for each in page._described]


def choose(qtbot: QtBot, page: MasterDataPage, key: str) -> None:
    place = page.list.visualItemRect(page.list.item(keys(page).index(key))).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    described = next(each for each in page._described if each.key == key)
    qtbot.waitUntil(lambda: len(page.table.rows()) == described.count)


def test_every_table_shows_as_many_rows_as_it_says(qtbot: QtBot, page: MasterDataPage) -> None:
    assert len(keys(page)) > 10
    for key in keys(page):
        choose(qtbot, page, key)
        page.table.tester = QAbstractItemModelTester(page.table.model)
        page.table.grab()


def test_a_table_is_read_when_it_is_first_looked_at(
    qtbot: QtBot, page: MasterDataPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = queries.master_rows

    def noting(database: Database, key: str) -> tuple[tuple[object, ...], ...]:
        asked.append(key)
        return original(database, key)

    monkeypatch.setattr(queries, "master_rows", noting)
    first, second = keys(page)[1], keys(page)[2]
    choose(qtbot, page, first)
    choose(qtbot, page, second)
    choose(qtbot, page, first)
    assert asked == [first, second]


def test_search_holds_for_the_table_shown(qtbot: QtBot, page: MasterDataPage) -> None:
    choose(qtbot, page, "Machines")
    whole = len(page.table.visible_rows())
    page.find()
    qtbot.keyClicks(page.head.search, "P1")
    assert 0 < len(page.table.visible_rows()) < whole


def test_what_somebody_else_changes_is_read_again(
    qtbot: QtBot, page: MasterDataPage, database: Database
) -> None:
    choose(qtbot, page, "Customers")
    with database.write("wang") as session:
        session.get_one(Customer, 1).name = "Renamed & Co"
    page.context.changes.look()
    qtbot.waitUntil(lambda: any("Renamed & Co" in row[1] for row in page.table.visible_rows()))


def test_language_and_colours_change_the_texts_not_the_place(
    qtbot: QtBot, page: MasterDataPage
) -> None:
    choose(qtbot, page, "Machines")
    table = page.table
    table.select_ids([1])
    page.context.set_language("zh")
    page.context.set_theme(Choice.DARK)
    qtbot.waitUntil(lambda: page.head.title.text() == "主数据")
    assert page.table is table
    assert [row[0] for row in table.selected_rows()] == [1]
    assert "设备" in page.list.currentItem().text()
    header = table.model.headerData(0, Qt.Orientation.Horizontal)
    assert header == "设备编码"


def test_the_table_looked_at_last_comes_back(
    qtbot: QtBot, page: MasterDataPage, settings: object
) -> None:
    choose(qtbot, page, "Machines")
    page.table.view.horizontalHeader().resizeSection(0, 201)
    page.save(settings)
    other = MasterDataPage(page.context)
    qtbot.addWidget(other)
    other.restore(settings)
    with qtbot.waitSignal(other.filled):
        other.show()
    assert other._key == "Machines"
    assert other.table.view.horizontalHeader().sectionSize(0) == 201


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_are_translated_and_whole(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, language: str
) -> None:
    page = opened(make_context(language), qtbot)
    for key in keys(page):
        choose(qtbot, page, key)
        if language == "zh":
            assert untranslated(page, set()) == [], key
    assert clipped(page) == []
