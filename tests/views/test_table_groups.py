"""Groups: one list of lines, totals, opening and closing by mouse and keys, filter and sort."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.views.table import Column, Kind, RowTable, SortKey
from app.views.table_groups import Group
from app.views.table_model import RowModel

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class Order:
    id: int
    customer: str
    state: str
    quantity: Decimal | None


COLUMNS = [
    Column("id", "No.", lambda row: row.id, kind=Kind.NUMBER, width=60),
    Column("customer", "Customer", lambda row: row.customer, width=120),
    Column("state", "State", lambda row: row.state),
    Column("quantity", "Quantity", lambda row: row.quantity, kind=Kind.NUMBER, total=True),
    Column("note", "Note", lambda row: "", width=400),
]
ORDERS = [
    Order(1, "Alpina", "open", Decimal(5)),
    Order(2, "宏达", "open", Decimal("2.5")),
    Order(3, "Alpina", "done", Decimal(1)),
    Order(4, "宏达", "done", None),
    Order(5, "Alpina", "open", Decimal(2)),
]


def model_of(rows: list[Order]) -> RowModel:
    model = RowModel(COLUMNS, lambda row: row.id)
    model.tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    model.set_rows(rows)
    return model


def shown(model: RowModel) -> list[object]:
    """Ids of rows; for a group its path, its count and its quantity."""
    return [
        (*entry.path, entry.count, model.group_text(entry, 3))
        if isinstance(entry, Group)
        else entry.row.id
        for entry in model.entries()
    ]


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    made = RowTable(COLUMNS)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_rows(ORDERS)
    made.tester = QAbstractItemModelTester(
        made.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    with qtbot.waitExposed(made):
        made.show()
    made.view.setFocus()
    return made


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.deleteLater()


def test_group_rows_have_count_and_totals(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer"])
    assert shown(model) == [("Alpina", 3, "8"), 1, 3, 5, ("宏达", 2, "2.5"), 2, 4]


def test_groups_in_groups_are_sorted_inside(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer", "state"])
    model.set_sort([SortKey("quantity", descending=True)])
    assert shown(model) == [
        ("Alpina", 3, "8"),
        ("Alpina", "done", 1, "1"),
        3,
        ("Alpina", "open", 2, "7"),
        1,
        5,
        ("宏达", 2, "2.5"),
        ("宏达", "done", 1, "0"),
        4,
        ("宏达", "open", 1, "2.5"),
        2,
    ]


def test_sorting_by_the_group_column_turns_the_groups_round(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer"])
    model.set_sort([SortKey("customer", descending=True)])
    assert shown(model) == [("宏达", 2, "2.5"), 2, 4, ("Alpina", 3, "8"), 1, 3, 5]


def test_a_closed_group_hides_its_rows_and_the_groups_in_it(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer", "state"])
    model.open_group(("Alpina",), False)
    model.open_group(("宏达", "open"), False)
    assert shown(model) == [
        ("Alpina", 3, "8"),
        ("宏达", 2, "2.5"),
        ("宏达", "done", 1, "0"),
        4,
        ("宏达", "open", 1, "2.5"),
    ]
    assert [row.id for row in model.visible_rows()] == [3, 1, 5, 4, 2]
    model.open_group(("Alpina",), True)
    assert shown(model)[2] == 3


def test_a_filter_counts_and_adds_up_what_it_leaves(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer"])
    model.set_filter("state", "open")
    assert shown(model) == [("Alpina", 2, "7"), 1, 5, ("宏达", 1, "2.5"), 2]
    model.set_search("宏达")
    assert shown(model) == [("宏达", 1, "2.5"), 2]


def test_a_new_value_moves_the_row_and_renews_the_totals(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["customer"])
    model.set_rows([*ORDERS[:4], replace(ORDERS[4], customer="宏达")])
    assert shown(model) == [("Alpina", 2, "6"), 1, 3, ("宏达", 3, "4.5"), 2, 4, 5]
    model.set_rows(ORDERS[1:2])
    assert shown(model) == [("宏达", 1, "2.5"), 2]
    model.set_groups([])
    assert shown(model) == [2]


def test_another_language_renames_groups_and_keeps_them_closed(qapp: object) -> None:
    model = model_of(ORDERS)
    model.set_groups(["state"])
    model.open_group(("open",), False)
    words = {"open": "进行中", "done": "完成"}
    model.set_columns(
        [
            replace(column, title="状态", value=lambda row: words[row.state])
            if column.key == "state"
            else column
            for column in COLUMNS
        ]
    )
    groups = [entry for entry in model.entries() if isinstance(entry, Group)]
    assert {(model.group_title(group), group.open) for group in groups} == {
        ("状态: 进行中", False),
        ("状态: 完成", True),
    }


rows = st.lists(
    st.tuples(st.integers(0, 15), st.sampled_from("AB"), st.sampled_from("xyz")),
    unique_by=lambda row: row[0],
    max_size=12,
)


@given(before=rows, after=rows, closed=st.sets(st.sampled_from("AB")), word=st.sampled_from("xy "))
def test_any_groups_follow_any_others(before: list, after: list, closed: set, word: str) -> None:
    """The model tester dies on a wrong announcement."""
    model = model_of([Order(n, c, s, Decimal(n)) for n, c, s in before])
    model.set_groups(["customer", "state"])
    for customer in closed:
        model.open_group((customer,), False)
    model.set_filter("state", word)
    model.set_rows([Order(n, c, s, Decimal(n)) for n, c, s in after])
    model.set_groups(["state"])
    model.open_all_groups(False)
    model.open_all_groups(True)
    model.set_filter("state", "")
    found = [entry.row.id for entry in model.entries() if entry.row is not None]
    assert sorted(found) == sorted(n for n, _, _ in after)


def test_the_header_menu_groups_and_ungroups(table: RowTable) -> None:
    choose(table.header_menu(1), "Group by this column")
    choose(table.header_menu(2), "Group by this column")
    assert table.model.group_keys == ("customer", "state")
    choose(table.header_menu(1), "Do not group by this column")
    assert table.model.group_keys == ("state",)
    choose(table.header_menu(), "Close all groups")
    assert table.model.rowCount() == 2
    choose(table.header_menu(), "No groups")
    assert table.model.rowCount() == 5


def test_keys_open_and_close(qtbot: QtBot, table: RowTable) -> None:
    table.group_by("customer")
    view = table.view
    view.setCurrentIndex(table.model.index(0, 1))
    qtbot.keyClick(view, Key.Key_Left)
    assert shown(table.model) == [("Alpina", 3, "8"), ("宏达", 2, "2.5"), 2, 4]
    qtbot.keyClick(view, Key.Key_Right)
    assert table.model.rowCount() == 7
    qtbot.keyClick(view, Key.Key_Return)
    assert table.model.rowCount() == 4
    qtbot.keyClick(view, Key.Key_Space)
    assert table.model.rowCount() == 7
    qtbot.keyClick(view, Key.Key_Minus, CONTROL)
    assert table.model.rowCount() == 2
    qtbot.keyClick(view, Key.Key_Plus, CONTROL)
    assert table.model.rowCount() == 7


def test_the_mouse_opens_and_closes(qtbot: QtBot, table: RowTable) -> None:
    table.group_by("customer")
    view, left = table.view, Qt.MouseButton.LeftButton
    middle = view.rowViewportPosition(0) + view.rowHeight(0) // 2
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(12, middle))
    assert table.model.rowCount() == 4
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(100, middle))
    assert table.model.rowCount() == 4
    qtbot.mouseDClick(view.viewport(), left, pos=QPoint(100, middle))
    assert table.model.rowCount() == 7


def test_a_group_row_is_no_row(qtbot: QtBot, table: RowTable) -> None:
    table.group_by("customer")
    opened, current = [], []
    table.row_activated.connect(opened.append)
    table.current_changed.connect(current.append)
    table.view.selectAll()
    assert [row.id for row in table.selected_rows()] == [1, 3, 5, 2, 4]
    table.view.setCurrentIndex(table.model.index(1, 0))
    table.view.setCurrentIndex(table.model.index(0, 0))
    assert current[-1] is None
    assert table.current_row() is None
    qtbot.keyClick(table.view, Key.Key_Return)
    assert opened == []


def test_selection_and_scroll_stay_when_another_group_closes(table: RowTable) -> None:
    table.group_by("customer")
    table.select_ids([4])
    table.model.open_group(("Alpina",), False)
    assert [row.id for row in table.selected_rows()] == [4]


def test_the_footer_counts_rows_of_closed_groups_too(table: RowTable) -> None:
    table.group_by("customer")
    table.model.open_all_groups(False)
    assert "5 rows" in table.footer.text()
    assert "Quantity Σ 10.5" in table.footer.text()


def test_a_group_row_is_spoken(table: RowTable) -> None:
    table.group_by("customer")
    spoken = table.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Customer: Alpina, 3 rows, opened"
    assert table.model.index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "8"


def test_groups_are_remembered(qtbot: QtBot, table: RowTable) -> None:
    table.group_by("state", "customer")
    other = RowTable(COLUMNS)
    qtbot.addWidget(other)
    other.restore_state(table.save_state())
    assert other.model.group_keys == ("state", "customer")
