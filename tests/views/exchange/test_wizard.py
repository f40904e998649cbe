"""Foreign spreadsheets through the wizard: sheets, columns, words, corrections, saved mappings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.exchange.cells import Cell
from app.services.exchange.plan import checked_mapping
from app.services.exchange.saved_mappings import load_mapping, saved_mappings
from app.services.orders.queries import order_rows
from app.views.exchange.exchange_page import ExchangePage
from app.views.exchange.rule_form import RuleForm
from app.views.exchange.steps import Where
from tests.views.conftest import MakeContext
from tests.views.exchange.conftest import (
    at_rest,
    click_cell,
    drop,
    go,
    looked,
    opened,
    pick,
    tick,
    type_into,
    workbook,
    write,
)
from tests.views.texts import clipped, untranslated

LEFT = Qt.MouseButton.LeftButton
TITLE = "南屏石膏线厂 十一月订单汇总"
NOTE = "注:红色为加急,请各车间按时完成,不得延误,每天下班前把完成数报给计划部,谢谢配合。"
HEADS: list[tuple[Cell, ...]] = [
    ("单号", "客户", "货号", "数量", None, "交期", "类别", "备注"),
    (None, None, None, "订单", "已发", None, None, None),
]
MERGED = ("A1:H1", "A2:H2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:G4", "H3:H4")


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number)  # noqa: DTZ001 - a cell


def order_list(path: Path, rows: list[tuple[Cell, ...]]) -> Path:
    return workbook(path, [(TITLE,), (NOTE,), *HEADS, *rows], MERGED)


@pytest.fixture
def november(tmp_path: Path) -> Path:
    return order_list(tmp_path / "2026年11月订单.xlsx", [
        ("N1", "甲", "A-1", 100, 0, day(12, 5), "急单", None),
        ("N2", "甲", "A-1", "120支", 0, "12月8日", "特单", "轻放"),
        ("N3", "甲", "A-1", "80支", 0, "12月9日", "正常", None),
        ("合计", None, None, 300, 0, None, None, None),
    ])  # fmt: skip


def numbers(database: Database) -> dict[str, int]:
    return {row.number: int(row.quantity) for row in order_rows(database)}


def shown(page: ExchangePage) -> dict[str, str]:
    """Header of the file -> name of our column, as the step Columns shows it."""
    columns = page.columns.columns
    target = next(c for c in columns.model.columns if c.key == "target")
    return {row.header: target.shown(row) for row in columns.rows() if row.header}


def test_a_list_with_title_note_and_two_header_rows_comes_in_and_is_recognised_next_time(
    qtbot: QtBot, chinese: ExchangePage, november: Path, database: Database, tmp_path: Path
) -> None:
    page = chinese
    assert drop(page, [november])
    at_rest(qtbot, page)
    # Sheets: the two rows of names were found, the sheet is proposed.
    assert page.bar.where is Where.SHEETS
    (row,) = page.sheets.sheets.rows()
    assert (row.headers, row.first, row.sheets) == ((3, 4), 5, ("Orders",))
    # Columns: what each becomes; a word has no meaning yet.
    qtbot.mouseClick(page.bar.next, LEFT)
    assert page.bar.where is Where.COLUMNS
    assert shown(page) == {
        "单号": "生产单号", "客户": "客户", "货号": "物料编码 *", "数量 订单": "数量 *",
        "数量 已发": "", "交期": "客户要求日 *", "类别": "单据类型", "备注": "备注",
    }  # fmt: skip
    assert page.columns.tables.rows()[0].todo == 1
    line = next(n for n, r in enumerate(page.columns.columns.visible_rows()) if r.header == "类别")
    click_cell(qtbot, page.columns.columns.view, line, 0)
    words = page.columns.panel.words.table
    assert words.isVisible()
    assert [(w.text, w.word) for w in words.rows()] == [
        ("急单", "加急"), ("特单", ""), ("正常", "正常")
    ]  # fmt: skip
    click_cell(qtbot, words.view, 1, 1)
    qtbot.keyClick(words.view, Qt.Key.Key_F2)
    editor = words.view.findChild(QLineEdit)
    write(qtbot, editor, "样品")
    qtbot.waitUntil(lambda: page.columns.tables.rows()[0].todo == 0)
    # Check: red cells, a question, and "accept all".
    go(qtbot, page, Where.CHECK)
    mend = page.check.mend
    assert {g.code: len(g.problems) for g in mend.groups.rows()} == {
        "exchange.number_with_unit": 2, "exchange.no_year": 2
    }  # fmt: skip
    (card,) = page.check.questions.cards
    qtbot.mouseClick(card.buttons["2026"], LEFT)
    looked(qtbot, page)
    assert [g.code for g in mend.groups.rows()] == ["exchange.number_with_unit"]
    assert mend.accept_all.text().startswith("此类 2 处")
    qtbot.mouseClick(mend.accept_all, LEFT)
    looked(qtbot, page)
    assert page.wizard.preview.ok
    assert {r[1].name: r[1].state for r in page.check.records.rows()} == {
        "N1": "new", "N2": "new", "N3": "new"
    }  # fmt: skip
    assert "N1" not in numbers(database)
    # Import, the mapping kept under a name.
    qtbot.mouseClick(page.bar.next, LEFT)
    assert page.last.name.text() == "订单"
    write(qtbot, page.last.name, "月订单")
    qtbot.mouseClick(page.last.import_, LEFT)
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert {n: q for n, q in numbers(database).items() if n.startswith("N")} == {
        "N1": 100, "N2": 120, "N3": 80
    }  # fmt: skip
    at_rest(qtbot, page)
    kept = checked_mapping(load_mapping(database, "月订单"))
    assert kept["source"]["订单"] == {
        "files": "*订单.xlsx", "header_row": [3, 4], "skip": ["合计"]
    }  # fmt: skip
    assert kept["answers"] == {"year:*": "2026"}
    assert len(kept["corrections"][0]["answers"]) == 2
    assert saved_mappings(database)[0].last_used_at is not None

    # December: recognised, nothing to do but to import.
    december = order_list(tmp_path / "2026年12月订单.xlsx", [
        ("N3", "甲", "A-1", 85, 0, day(12, 9), "正常", None),
        ("N4", "甲", "A-1", 40, 0, "12月30日", "急单", None),
    ])  # fmt: skip
    qtbot.mouseClick(page.last.next_, LEFT)
    page.take_files([december])
    looked(qtbot, page)
    assert page.bar.where is Where.CHECK
    assert "月订单" in page.files.recognised.text()
    assert page.check.counted() == "新增 1，变更 1，未变 0"
    qtbot.mouseClick(page.bar.next, LEFT)
    assert not page.last.keep.isVisible()
    qtbot.mouseClick(page.last.import_, LEFT)
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert numbers(database)["N4"] == 40
    assert numbers(database)["N3"] == 85
    at_rest(qtbot, page)


def test_a_text_table_in_gb18030_comes_in(
    qtbot: QtBot, chinese: ExchangePage, tmp_path: Path, database: Database
) -> None:
    path = tmp_path / "订单导出.csv"
    text = "工单号,客户名称,物料编号,计划数量,要求交期\n"
    text += "G1,甲,A-1,60,2026/12/15\nG2,甲,A-1,61,2026/12/16\n"
    path.write_bytes(text.encode("gb18030"))
    page = chinese
    page.take_files([path])
    at_rest(qtbot, page)
    assert [row.sheets for row in page.sheets.sheets.rows()] == [("Orders",)]
    go(qtbot, page, Where.CHECK)
    assert page.wizard.preview.ok
    go(qtbot, page, Where.IMPORT)
    tick(qtbot, page.last.keep)
    assert not page.last.name.isEnabled()
    qtbot.mouseClick(page.last.import_, LEFT)
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert numbers(database)["G2"] == 61
    assert saved_mappings(database) == []
    assert page.last.kept.text() == "映射没有保存。"
    at_rest(qtbot, page)


def test_codes_that_look_alike_are_mended_by_accept_all(
    qtbot: QtBot, chinese: ExchangePage, tmp_path: Path, database: Database
) -> None:
    path = workbook(tmp_path / "订单.xlsx", [
        ("单号", "客户", "货号", "数量", "交期"),
        *((f"L{n}", "甲", "А-1" if n % 2 else "A-1", n, day(12, n)) for n in range(1, 7)),
    ])  # fmt: skip
    page = chinese
    page.take_files([path])
    at_rest(qtbot, page)
    go(qtbot, page, Where.CHECK)
    mend = page.check.mend
    (group,) = mend.groups.rows()
    assert (group.code, len(group.problems), len(group.fixable)) == ("exchange.unknown_item", 3, 3)
    assert mend.grid.cells.rowCount() == 3
    tick(qtbot, mend.only)
    assert mend.grid.cells.rowCount() == 6
    qtbot.mouseClick(mend.accept_all, LEFT)
    looked(qtbot, page)
    assert page.wizard.preview.ok
    page.import_.trigger()
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert {n for n in numbers(database) if n.startswith("L")} == {f"L{n}" for n in range(1, 7)}
    at_rest(qtbot, page)


def test_a_doubt_about_a_text_table_is_asked_beside_its_file_and_the_answer_reads_it_again(
    qtbot: QtBot, chinese: ExchangePage, tmp_path: Path
) -> None:
    path = tmp_path / "订单.csv"
    rows = "".join(f"D{n};甲;A-1;1,00{n};2026-12-0{n}\n" for n in range(1, 5))
    path.write_text("单号;客户;货号;数量;交期\n" + rows, encoding="utf-8")
    page = chinese
    page.take_files([path])
    at_rest(qtbot, page)
    go(qtbot, page, Where.FILES)
    (card,) = page.files.questions.cards
    assert card.question.id == "decimal:订单.csv"
    other = next(key for key in card.buttons if key != card.question.proposed)
    qtbot.mouseClick(card.buttons[other], LEFT)
    at_rest(qtbot, page)
    assert page.wizard.answers == {"decimal:订单.csv": other}
    go(qtbot, page, Where.FILES)
    (card,) = page.files.questions.cards or [None]
    assert card is None or card.buttons[other].isChecked()
    go(qtbot, page, Where.CHECK)
    amounts = {c.after for r in page.wizard.preview.records for c in r.changes
               if c.column == "quantity"}  # fmt: skip
    assert amounts == ({"1.001", "1.002", "1.003", "1.004"} if other == "," else
                       {"1001", "1002", "1003", "1004"})  # fmt: skip


def test_another_header_row_is_chosen_by_a_click_and_a_second_with_shift(
    qtbot: QtBot, chinese: ExchangePage, november: Path
) -> None:
    page = chinese
    page.take_files([november])
    at_rest(qtbot, page)
    grid = page.sheets.grid
    click_cell(qtbot, grid, 3, 0)
    at_rest(qtbot, page)
    (row,) = page.sheets.sheets.rows()
    assert row.headers == (4,)
    click_cell(qtbot, grid, 2, 0, Qt.KeyboardModifier.ShiftModifier)
    at_rest(qtbot, page)
    (row,) = page.sheets.sheets.rows()
    assert (row.headers, row.sheets) == ((3, 4), ("Orders",))
    # The keyboard does the same.
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    grid.setCurrentIndex(grid.page.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    at_rest(qtbot, page)
    assert page.sheets.sheets.rows()[0].headers == (1,)


def test_a_sheet_becomes_what_a_person_says_or_is_left_out(
    qtbot: QtBot, chinese: ExchangePage, november: Path
) -> None:
    page = chinese
    page.take_files([november])
    at_rest(qtbot, page)
    pick(qtbot, page.sheets.choice, "Receipts")
    at_rest(qtbot, page)
    assert page.sheets.sheets.rows()[0].sheets == ("Receipts",)
    pick(qtbot, page.sheets.choice, "")
    at_rest(qtbot, page)
    assert page.sheets.sheets.rows()[0].sheets == ()
    assert not page.bar.buttons[Where.COLUMNS].isEnabled()
    assert not page.bar.next.isEnabled()


def test_rules_are_set_by_a_form_and_show_what_comes_of_them(
    qtbot: QtBot, chinese: ExchangePage, november: Path
) -> None:
    page = chinese
    page.take_files([november])
    at_rest(qtbot, page)
    go(qtbot, page, Where.COLUMNS)
    panel, form = page.columns.panel, page.columns.panel.form
    line = next(n for n, r in enumerate(page.columns.columns.visible_rows())
                if r.header == "数量 订单")  # fmt: skip
    click_cell(qtbot, page.columns.columns.view, line, 0)
    qtbot.waitUntil(lambda: bool(panel.outcomes.rows()), timeout=20_000)
    outcomes = {o.before: (o.after, o.refused is not None) for _, o in panel.outcomes.rows()}
    assert outcomes == {"100": ("100", False), "120支": ("", True), "80支": ("", True)}
    # The unit is cut off, and dozens become pieces.
    tick(qtbot, form.strip_on)
    write(qtbot, form.strip, "支")
    tick(qtbot, form.multiply_on)
    write(qtbot, form.multiply, "12")
    rule = page.wizard.draft.tables[0].columns["quantity"]
    assert rule == {"from": "数量 订单", "strip": ["支"], "multiply": "12"}
    qtbot.waitUntil(
        lambda: [o.after for _, o in panel.outcomes.rows()] == ["1200", "1440", "960"],
        timeout=20_000,
    )
    how = next(c for c in page.columns.columns.model.columns if c.key == "how")
    row = next(r for r in page.columns.columns.rows() if r.target == "quantity")
    assert how.shown(row) == "去掉“支”、× 12"
    # A column of ours that no column of the file is for.
    pick(qtbot, page.columns.fill, "unit")
    assert page.columns.columns.current_row().target == "unit"
    pick(qtbot, form.kind, "constant")
    type_into(qtbot, form.constant, "支")
    assert page.wizard.draft.tables[0].columns["unit"] == {"const": "支"}
    # One of theirs is not taken, then for something else.
    line = next(n for n, r in enumerate(page.columns.columns.visible_rows()) if r.header == "备注")
    click_cell(qtbot, page.columns.columns.view, line, 0)
    pick(qtbot, panel.target, "")
    assert shown(page)["备注"] == ""
    pick(qtbot, panel.target, "requirements")
    assert shown(page)["备注"] == "特殊要求"
    # Only the row that has a remark.
    pick(qtbot, panel.rows.rows, "one_of")
    write(qtbot, panel.rows.values, "急; 无")
    table = page.wizard.draft.tables[0]
    assert table.rest["where"] == {"备注": ["急", "无"]}
    tick(qtbot, panel.rows.key)
    tick(qtbot, panel.rows.numbered)
    assert (table.rest["unique"], table.rest["number"]) == (["备注"], True)
    tick(qtbot, panel.rows.key)
    assert not {"unique", "number"} & set(table.rest)
    pick(qtbot, panel.rows.rows, "*")
    go(qtbot, page, Where.CHECK)
    assert {p.row for p in page.wizard.preview.problems if p.severity == "error"} == {6}


def test_what_is_missing_leads_to_its_column(
    qtbot: QtBot, chinese: ExchangePage, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "订单.xlsx", [
        ("单号", "客户", "货号", "交期"), ("M1", "甲", "A-1", day(12, 1)),
        ("M2", "甲", "A-1", day(12, 2)),
    ])  # fmt: skip
    page = chinese
    page.take_files([path])
    at_rest(qtbot, page)
    go(qtbot, page, Where.CHECK)
    mend = page.check.mend
    (group,) = mend.groups.rows()
    assert mend._what(group).startswith("数量")
    assert not mend.put.isVisible()
    qtbot.mouseClick(mend.set, LEFT)
    assert page.bar.where is Where.COLUMNS
    row = page.columns.columns.current_row()
    assert (row.target, row.missing) == ("quantity", True)
    pick(qtbot, page.columns.panel.form.kind, "constant")
    type_into(qtbot, page.columns.panel.form.constant, "10")
    go(qtbot, page, Where.CHECK)
    assert page.wizard.preview.ok


def test_a_saved_mapping_is_used_renamed_written_and_deleted(
    qtbot: QtBot, chinese: ExchangePage, november: Path, database: Database, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    page = chinese
    page.take_files([november])
    at_rest(qtbot, page)
    edit = page.wizard.mapping_to_keep("月订单")
    from app.services.exchange.saved_mappings import save_mapping

    assert page.context.apply(save_mapping(database, "月订单", edit.text))
    page.wizard.clear()
    page.files.reload()
    at_rest(qtbot, page)
    saved = page.files.saved
    click_cell(qtbot, saved.view, 0, 0)
    target = tmp_path / "out.mapping.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        staticmethod(lambda *a, **k: (str(target), "")))  # fmt: skip
    page.files.write.trigger()
    qtbot.waitUntil(target.exists)
    assert target.read_text(encoding="utf-8") == edit.text
    # By one click and the choice of files.
    monkeypatch.setattr(QFileDialog, "getOpenFileNames",
                        staticmethod(lambda *a, **k: ([str(november)], "")))  # fmt: skip
    page.files.use.trigger()
    looked(qtbot, page)
    assert page.bar.where is Where.CHECK
    assert page.wizard.name == "月订单"
    page.wizard.clear()
    # Another name, typed into the list; then gone.
    click_cell(qtbot, saved.view, 0, 0)
    qtbot.keyClick(saved.view, Qt.Key.Key_F2)
    editor = saved.view.findChild(QLineEdit)
    write(qtbot, editor, "订单表")
    assert [row.name for row in saved_mappings(database)] == ["订单表"]
    page.files.reload()
    at_rest(qtbot, page)
    click_cell(qtbot, saved.view, 0, 0)
    page.files.delete.trigger()
    qtbot.waitUntil(lambda: saved_mappings(database) == [])
    at_rest(qtbot, page)


def test_a_mapping_file_dropped_with_the_files_is_used(
    qtbot: QtBot, chinese: ExchangePage, november: Path, tmp_path: Path
) -> None:
    page = chinese
    page.take_files([november])
    at_rest(qtbot, page)
    path = tmp_path / "mine.mapping.toml"
    path.write_text(page.wizard.mapping_to_keep("x").text, encoding="utf-8")
    page.wizard.clear()
    assert drop(page, [november, path])
    looked(qtbot, page)
    assert "mine.mapping.toml" in page.files.recognised.text()
    # Proposed anew, as if there were no mapping.
    go(qtbot, page, Where.FILES)
    qtbot.mouseClick(page.files.anew, LEFT)
    at_rest(qtbot, page)
    assert page.bar.where is Where.SHEETS
    assert page.wizard.name == ""
    path.write_text("nonsense = 1", encoding="utf-8")
    with qtbot.waitSignal(page.context.noticed):
        drop(page, [path])


def test_every_step_is_translated_and_whole(
    qtbot: QtBot, cornices: Database, make_context: MakeContext, november: Path
) -> None:
    page = opened(make_context("zh"), qtbot)
    page.take_files([november])
    at_rest(qtbot, page)
    data = {"2026年11月订单.xlsx", "1000", "A-1", "Sheet1"}
    for where in (Where.SHEETS, Where.COLUMNS, Where.CHECK, Where.FILES):
        go(qtbot, page, where)
        qtbot.wait(100)
        assert untranslated(page, data) == [], where
        assert clipped(page) == [], where
    page.context.set_language("en")
    for where in (Where.SHEETS, Where.COLUMNS, Where.CHECK, Where.FILES):
        go(qtbot, page, where)
        qtbot.wait(100)
        assert clipped(page) == [], where
    at_rest(qtbot, page)


def test_the_form_says_a_lookup_behind_a_lookup(qtbot: QtBot) -> None:
    form = RuleForm(None)
    qtbot.addWidget(form)
    form.show()
    rule = {"from": "编码", "join": "composition.编码", "lookup": "色号",
            "then": {"join": "resins.色号", "lookup": "颜色", "default": "本色"}}  # fmt: skip
    joins = [("composition", ["编码", "色号"]), ("resins", ["色号", "颜色", "备注"])]
    form.show_rule(rule, ["编码"], [], joins)
    assert form.rule() == rule
    heard: list[object] = []
    form.changed.connect(heard.append)
    pick(qtbot, form.then_lookup, "备注")
    assert heard == [{**rule, "then": {**rule["then"], "lookup": "备注"}}]
    tick(qtbot, form.then_on)
    assert heard[-1]["then"] == {"default": "本色"}
    tick(qtbot, form.join_on)
    assert heard[-1] == "编码"
    assert not form.then_on.isVisible()
