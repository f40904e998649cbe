"""The table kit: filter, sort, narrow announcements, selection, copy, columns."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.views.table import Column, Kind, RowTable, SortKey
from app.views.table_lines import sort_key
from app.views.table_model import RowModel


@dataclass(frozen=True)
class Line:
    id: int
    code: str
    quantity: Decimal | None = None
    due: datetime | None = None


COLUMNS = [
    Column("code", "Code", lambda row: row.code, width=120),
    Column("quantity", "Quantity", lambda row: row.quantity, kind=Kind.NUMBER, total=True),
    Column(
        "due",
        "Due",
        lambda row: row.due,
        text=lambda row: f"{row.due:%Y-%m-%d}" if row.due else "",
        kind=Kind.DATE,
    ),
]


def lines(count: int = 5) -> list[Line]:
    return [
        Line(n, f"A{n}", Decimal(n * 10), datetime(2026, 12, n, tzinfo=UTC))
        for n in range(1, count + 1)
    ]


def model_of(rows: list[Line]) -> RowModel:
    model = RowModel(COLUMNS, lambda row: row.id)
    model.tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    model.set_rows(rows)
    return model


def test_a_day_in_a_filter_is_the_day_on_the_clock_of_the_site() -> None:
    """16:00 UTC is midnight in Shanghai: the next day begins."""
    shanghai = ZoneInfo("Asia/Shanghai")
    due = replace(COLUMNS[2], day=lambda moment: moment.astimezone(shanghai).date())
    model = RowModel([COLUMNS[0], due], lambda row: row.id)
    model.set_rows([
        Line(1, "before", due=datetime(2026, 11, 23, 15, 59, tzinfo=UTC)),
        Line(2, "after", due=datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        Line(3, "none"),
    ])  # fmt: skip
    for typed, codes in (("=2026-11-24", ["after"]), ("<2026-11-24", ["before"]),
                         (">=2026-11-24", ["after"]), ("<=2026-11-23", ["before"])):  # fmt: skip
        model.set_filter("due", typed)
        assert [row.code for row in model.visible_rows()] == codes, typed


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    made = RowTable(COLUMNS)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_rows(lines())
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(model: RowModel) -> list[str]:
    return [row.code for row in model.visible_rows()]


def test_codes_sort_by_the_numbers_in_them(qapp: QApplication) -> None:
    model = model_of([Line(1, "A10"), Line(2, "A2"), Line(3, "a1")])
    model.set_sort([SortKey("code")])
    assert shown(model) == ["a1", "A2", "A10"]


def test_common_chinese_sorts_by_pinyin() -> None:
    names = ["周", "安", "宏达", "佛山"]
    assert sorted(names, key=sort_key) == ["安", "佛山", "宏达", "周"]


def test_second_key_orders_equals_and_missing_values_stay_last(qapp: QApplication) -> None:
    model = model_of([Line(1, "B", Decimal(1)), Line(2, "A", Decimal(1)), Line(3, "C")])
    model.set_sort([SortKey("quantity", descending=True), SortKey("code")])
    assert shown(model) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("column", "typed", "left"),
    [
        ("code", "a3", ["A3"]),
        ("code", "A3", ["A3"]),  # full-width
        ("code", "!a3", ["A1", "A2", "A4", "A5"]),
        ("quantity", ">= 40", ["A4", "A5"]),
        ("quantity", "=20", ["A2"]),
        ("due", "<2026-12-03", ["A1", "A2"]),
        ("quantity", "> x", []),  # no number: searched as text
        ("code", "  ", ["A1", "A2", "A3", "A4", "A5"]),
    ],
)
def test_what_is_typed_above_a_column_filters_it(
    qapp: QApplication, column: str, typed: str, left: list[str]
) -> None:
    model = model_of(lines())
    model.set_filter(column, typed)
    assert shown(model) == left


def test_search_finds_words_in_any_column(qapp: QApplication) -> None:
    model = model_of(lines())
    model.set_search("12-04 a")
    assert shown(model) == ["A4"]


def test_a_changed_row_is_announced_alone(qtbot: QtBot) -> None:
    model = model_of(lines())
    with qtbot.waitSignal(model.dataChanged) as seen, qtbot.assertNotEmitted(model.modelReset):
        model.set_rows([replace(row, code="X") if row.id == 3 else row for row in lines()])
    first, last = seen.args[0], seen.args[1]
    assert (first.row(), last.row()) == (2, 2)


def test_the_same_rows_announce_nothing(qtbot: QtBot) -> None:
    model = model_of(lines())
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.layoutChanged):
        model.set_rows(lines())


@given(
    before=st.lists(st.integers(0, 30), unique=True, max_size=12),
    after=st.lists(st.integers(0, 30), unique=True, max_size=12),
)
def test_any_reading_follows_any_other(before: list[int], after: list[int]) -> None:
    """The model tester dies on a wrong announcement."""
    model = model_of([Line(n, f"A{n}") for n in before])
    model.set_rows([Line(n, f"B{n}") for n in after])
    assert shown(model) == [f"B{n}" for n in after]


def test_very_different_readings_reset_and_keep_the_selection(
    qtbot: QtBot, table: RowTable
) -> None:
    table.set_rows([Line(n, f"A{n}") for n in range(0, 400, 2)])
    table.select_ids([100])
    with qtbot.waitSignal(table.model.modelReset):
        table.set_rows([Line(n, f"A{n}") for n in range(0, 400, 4)])
    assert [row.id for row in table.selected_rows()] == [100]


def test_selection_survives_sorting_and_new_values(table: RowTable) -> None:
    table.select_ids([2, 4])
    table.sort_by(SortKey("code", descending=True))
    table.set_rows([replace(row, quantity=Decimal(1)) for row in lines()])
    assert {row.id for row in table.selected_rows()} == {2, 4}


def test_typing_into_the_filter_line_filters(qtbot: QtBot, table: RowTable) -> None:
    line = table.header.findChild(type(table.header._lines["code"]), "filter_code")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(line, "a2")
    qtbot.waitUntil(lambda: shown(table.model) == ["A2"], timeout=2000)
    assert "1 shown" in table.footer.text()


def test_a_click_on_a_title_sorts_and_a_second_turns_it_round(
    qtbot: QtBot, table: RowTable
) -> None:
    header = table.header
    place = QPoint(header.sectionViewportPosition(1) + 40, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.model.sort_keys == (SortKey("quantity", descending=True),)
    assert shown(table.model)[0] == "A5"
    shift = Qt.KeyboardModifier.ShiftModifier
    other = QPoint(header.sectionViewportPosition(0) + 40, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, shift, other)
    assert [key.column for key in table.model.sort_keys] == ["quantity", "code"]
    title = table.model.headerData(1, Qt.Orientation.Horizontal)
    assert title == "Quantity ▼1"


def test_dragging_a_column_edge_does_not_sort(qtbot: QtBot, table: RowTable) -> None:
    header = table.header
    edge = QPoint(header.sectionViewportPosition(1) - 1, 10)
    qtbot.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseMove(header.viewport(), edge + QPoint(30, 0))
    qtbot.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(30, 0))
    assert table.model.sort_keys == ()


def test_footer_adds_up_the_selection(qtbot: QtBot, table: RowTable) -> None:
    assert "Quantity Σ 150" in table.footer.text()
    table.select_ids([1, 2])
    assert "2 selected" in table.footer.text()
    assert "Quantity Σ 30" in table.footer.text()


def test_copy_puts_headers_and_rows_on_the_clipboard(qtbot: QtBot, table: RowTable) -> None:
    table.set_rows([Line(1, "<b>&A\n1", Decimal("2.5"))])
    table.select_ids([1])
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QApplication.clipboard().mimeData()
    assert data.text() == "Code\tQuantity\tDue\n<b>&A 1\t2.5\t\n"
    assert "<td>&lt;b&gt;&amp;A 1</td>" in data.html()


def test_columns_are_remembered_by_name(qtbot: QtBot, table: RowTable) -> None:
    header = table.view.horizontalHeader()
    header.moveSection(0, 2)
    header.resizeSection(1, 77)
    header.setSectionHidden(2, True)
    table.sort_by(SortKey("due", descending=True))
    saved = table.save_state()
    other = RowTable([*COLUMNS, Column("new", "New", lambda row: row.id)])
    qtbot.addWidget(other)
    other.restore_state(saved)
    restored = other.view.horizontalHeader()
    assert restored.visualIndex(0) == 2
    assert restored.sectionSize(1) == 77
    assert restored.isSectionHidden(2)
    assert not restored.isSectionHidden(3)
    assert other.model.sort_keys == (SortKey("due", descending=True),)


def test_other_columns_keep_what_was_arranged(qtbot: QtBot, table: RowTable) -> None:
    table.tester = QAbstractItemModelTester(table.model)
    table.select_ids([2])
    table.model.set_filters({"code": "A", "due": "2026"})
    table.view.horizontalHeader().resizeSection(table.model.column_number("code"), 171)
    added = Column("added", "Added", lambda row: row.id)
    table.exchange_columns([column for column in COLUMNS if column.key != "due"] + [added])
    assert [column.key for column in table.shown_columns()][-1] == "added"
    assert table.model.filters == {"code": "A"}
    assert table.view.columnWidth(table.model.column_number("code")) == 171
    assert [row.id for row in table.selected_rows()] == [2]
    table.grab()
    table.exchange_columns(COLUMNS)
    assert "added" not in {column.key for column in table.model.columns}
    assert table.header.findChild(QLineEdit, "filter_code").text() == "A"


def test_a_broken_memory_of_columns_is_ignored(table: RowTable) -> None:
    for broken in ("", "{", "[]", '{"order": 1}'):
        table.restore_state(broken)
    assert not table.view.horizontalHeader().isSectionHidden(0)


def test_the_last_column_cannot_be_hidden(table: RowTable) -> None:
    for _ in COLUMNS:
        menu = table.header_menu()
        chooser = next(each.menu() for each in menu.actions() if each.menu())
        action = next(each for each in chooser.actions() if each.isChecked())
        action.trigger()
        menu.deleteLater()
    assert table.view.horizontalHeader().hiddenSectionCount() == len(COLUMNS) - 1


def test_empty_and_filtered_away_say_so(qtbot: QtBot, table: RowTable) -> None:
    table.set_empty("Nothing here.", "Add one")
    table.set_rows([])
    assert table._empty.text() == "Nothing here."
    assert table.empty_button.isVisible()
    table.set_rows(lines())
    table.set_search("nowhere")
    assert table._empty.text() == "No row matches the filter."
    assert not table.empty_button.isVisible()


def test_enter_opens_the_current_row(qtbot: QtBot, table: RowTable) -> None:
    table.select_ids([3])
    table.view.setFocus()
    with qtbot.waitSignal(table.row_activated) as seen:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert seen.args[0].id == 3


def test_column_0_speaks_the_row(table: RowTable) -> None:
    spoken = table.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Code: A1, Quantity: 10, Due: 2026-12-01"


def test_new_texts_keep_filter_and_selection(table: RowTable) -> None:
    table.select_ids([4])
    table.set_search("a4")
    with QSignalBlocker(table.header):
        table.set_columns([replace(column, title=column.title.upper()) for column in COLUMNS])
    assert shown(table.model) == ["A4"]
    assert [row.id for row in table.selected_rows()] == [4]
    with pytest.raises(ValueError):
        table.set_columns(COLUMNS[:1])


def test_three_thousand_rows_are_shown_and_filtered_in_50_ms(qtbot: QtBot, table: RowTable) -> None:
    """GUI thread budget, in CPU time so that a busy machine does not decide."""
    rows = [Line(n, f"MO2611-{n:05}", Decimal(n)) for n in range(3000)]
    table.set_rows(rows)
    table.set_search("x")  # texts are made once
    began = time.thread_time()
    table.set_rows(rows)
    table.set_search("0299")
    assert time.thread_time() - began < 0.05
