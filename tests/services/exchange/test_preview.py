"""Previews: what would be new, changed, untouched, with before and after; all bad cells at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.products import Item
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.exchange.page_store import PageStore
from app.services.exchange.preview import Preview, preview_import
from app.services.exchange.reading import read_pages
from tests.services.exchange.books import NOW, Rows, small_plant

Look = Callable[[Rows], Preview]


@pytest.fixture
def look(database: Database, tmp_path: Path) -> Look:
    def at(rows: Rows, **answers: str) -> Preview:
        path = tmp_path / "plant.xlsx"
        write_rows(path, rows)
        return preview_import(database, [path], read_pages, now=NOW, answers=answers)

    return at


def counts(preview: Preview) -> dict[str, tuple[int, int, int, int]]:
    return {s.sheet: (s.new, s.changed, s.unchanged, s.waiting) for s in preview.sheets}


def errors(preview: Preview) -> list[tuple[str, int | None]]:
    found = [p for p in preview.problems if p.severity == "error"]
    return [(p.message.code.removeprefix("exchange."), p.row) for p in found]


def rows_in(database: Database, model: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def import_now(rows: Rows, tmp_path: Path, database: Database) -> None:
    path = tmp_path / "first.xlsx"
    write_rows(path, rows)
    assert import_files(database, [path], now=NOW, parse=read_pages).ok


def test_all_is_new_in_an_empty_plant_and_nothing_is_written(
    look: Look, database: Database
) -> None:
    preview = look(small_plant())
    assert preview.ok
    assert counts(preview)["Items"] == (2, 0, 0, 0)
    assert counts(preview)["Shifts"] == (5, 0, 0, 0)
    order = next(r for r in preview.records if r.sheet == "Orders")
    assert (order.name, order.state) == ("MO-1", "new")
    assert ("quantity", "", "101") in [(c.column, c.before, c.after) for c in order.changes]
    assert rows_in(database, Item) == 0
    assert rows_in(database, ProductionOrder) == 0


def test_what_changes_is_told_from_what_to_what(
    look: Look, tmp_path: Path, database: Database
) -> None:
    rows = small_plant()
    import_now(rows, tmp_path, database)
    rows["Orders"][0] |= {"quantity": 250, "remark": "轻放"}
    rows["Machines"][0]["name"] = "台 1 (新)"
    preview = look(rows)
    assert counts(preview)["Orders"] == (0, 1, 0, 0)
    assert counts(preview)["Items"] == (0, 0, 2, 0)
    by_sheet = {record.sheet: record for record in preview.records}
    assert set(by_sheet) == {"Orders", "Machines"}
    changed = {c.column: (c.before, c.after) for c in by_sheet["Orders"].changes}
    assert changed["quantity"] == ("101", "250")
    assert changed["remark"] == ("", "轻放")
    assert [(c.column, c.before, c.after) for c in by_sheet["Machines"].changes] == [
        ("name", "台1", "台 1 (新)")
    ]
    with database.read() as session:
        assert session.scalar(select(ProductionOrder.quantity)) == 101


def test_the_preview_agrees_with_the_import(look: Look, tmp_path: Path, database: Database) -> None:
    rows = small_plant()
    import_now(rows, tmp_path, database)
    rows["Items"].append(rows["Items"][0] | {"item_code": "A-2"})
    rows["BOM"][0]["quantity"] = "4"
    preview = look(rows)
    report = import_files(database, [tmp_path / "plant.xlsx"], now=NOW, parse=read_pages)
    written = {c.sheet: (c.new, c.changed, c.unchanged, 0) for c in report.counts}
    assert counts(preview) == written


def test_every_bad_cell_is_told_at_once_and_the_rest_is_counted(look: Look) -> None:
    rows = small_plant()
    rows["Items"][0]["base_unit"] = None  # read level
    rows["Machines"].append(rows["Machines"][0] | {"machine_code": "T-2", "calendar": "夜班"})
    rows["Orders"].append(rows["Orders"][0] | {"order_no": "MO-2", "item_code": "M-1",
                                               "customer": "乙"})  # fmt: skip
    preview = look(rows)
    found = {code for code, _ in errors(preview)}
    assert found == {"missing_value", "unknown_calendar", "unknown_customer"}
    assert counts(preview)["Items"] == (1, 0, 0, 0)
    assert counts(preview)["Machines"] == (1, 0, 0, 0)
    # The order of the item that is set aside waits for it: it is no error of its own.
    assert counts(preview)["Orders"] == (0, 0, 0, 1)
    waiting = [r for r in preview.records if r.state == "waiting"]
    assert {r.sheet for r in waiting} >= {"Orders", "BOM", "Routings"}
    assert len(preview.bad) == 3


def test_a_row_with_a_bad_cell_tells_its_other_faults_at_once(look: Look) -> None:
    rows = small_plant()
    rows["Machines"][0] |= {"capacity": "viel", "calendar": "夜班"}  # one bad cell, one wrong code
    rows["Orders"] = [
        rows["Orders"][0] | {"quantity": "101支?", "customer": "乙", "item_code": "A-9"},
        rows["Orders"][0] | {"order_no": "MO-2", "quantity": None},  # nothing else is wrong
        rows["Orders"][0] | {"order_no": "MO-3", "item_code": "A-8"},
    ]
    preview = look(rows)
    found = sorted(errors(preview), key=str)
    machine, first = preview.problems[0].row, next(r for c, r in found if c == "unknown_customer")
    assert ("unknown_calendar", machine) in found
    assert ("unknown_item", first) in found
    by_row = [c for c, row in found if row == first + 1]
    assert by_row == ["missing_value"]
    assert counts(preview).get("Orders", (0, 0, 0, 0))[:2] == (0, 0)


def test_an_unreadable_file_is_an_error_and_nothing_is_tried(
    database: Database, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    preview = preview_import(database, [broken], read_pages, now=NOW)
    assert not preview.ok
    assert preview.sheets == ()


def test_the_transaction_is_left_without_a_trace(look: Look, database: Database) -> None:
    with database.write("x") as session:
        assert isinstance(session, WritingSession)
        before = session.connection().exec_driver_sql("SELECT count(*) FROM change").scalar()
    look(small_plant())
    with database.read() as session:
        after = session.connection().exec_driver_sql("SELECT count(*) FROM change").scalar()
    assert after == before


def test_files_are_read_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services.exchange import page_store
    from app.services.exchange.answers import Answers

    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    asked: list[Path] = []

    class Child:
        def __enter__(self) -> Child:
            return self

        def __exit__(self, *_: object) -> None: ...

        def __call__(self, path: Path, wanted: Any = None) -> Any:
            asked.append(path)
            return read_pages(path, wanted)

    monkeypatch.setattr(page_store, "ReadingChild", Child)
    store = PageStore()
    done: list[int] = []
    (read,) = store.read_all([path], Answers(), done.append)
    assert read.pages[0].rows[0] == ("a", "b")
    assert store(path) == list(read.pages)
    assert (asked, done) == ([path], [1])
    store.read_all([path], Answers({"delimiter:orders.csv": ";"}))
    assert asked == [path, path]
    store.forget(path)
    store(path)
    assert len(asked) == 3


def test_many_orders_of_one_item_are_tried_like_the_import_counts_them(
    look: Look, tmp_path: Path, database: Database
) -> None:
    rows = small_plant()
    rows["Orders"] = [rows["Orders"][0] | {"order_no": f"MO-{n}"} for n in range(1, 9)]
    assert counts(look(rows))["Orders"] == (8, 0, 0, 0)
    report = import_files(database, [tmp_path / "plant.xlsx"], now=NOW, parse=read_pages)
    assert {c.sheet: c.new for c in report.counts}["Orders"] == 8
