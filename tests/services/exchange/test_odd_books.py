"""Odd workbooks of strangers: read right, or refused with a plain sentence; no cell is lost."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.core.messages import LANGUAGES, catalogue
from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import plan_import
from app.services.exchange.cells import Broken, Cell, Page, Percent, Trouble
from app.services.exchange.child import ReadingChild
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.reading import read_pages
from app.services.exchange.records import Severity
from app.services.exchange.sheets import Column, Kind, sheet
from tests.services.exchange.conftest import Bring
from tests.services.exchange.odd_books import (
    as_strict,
    ods,
    saved,
    with_parts,
    with_sheet,
    xls,
    xls_with_password,
    xlsb,
    zipped,
)
from tests.services.exchange.small_rows import NOW, small_rows

TODAY = date(2026, 11, 23)


def only_page(path: Path) -> Page:
    pages = read_pages(path)
    assert isinstance(pages, list), pages
    assert len(pages) == 1
    return pages[0]


def rows_of(path: Path) -> tuple[tuple[Cell, ...], ...]:
    return only_page(path).rows


def refusal(path: Path) -> str:
    answer = read_pages(path)
    assert isinstance(answer, Trouble), answer
    for language in LANGUAGES:
        assert f"exchange.{answer.code}" in catalogue(language)
    return answer.code


def cells(path: Path, *places: tuple[str, object]) -> Path:
    def fill(book: openpyxl.Workbook) -> None:
        for place, value in places:
            book.active[place] = value

    return saved(path, fill)


# ---------------------------------------------------------------- passwords and wrong names


def test_protected_workbooks_of_every_kind_are_refused_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(xls_with_password())
    assert refusal(tmp_path / "a.xls") == "password"
    ods(tmp_path / "a.ods", "<table:table-row/>", encrypted=True)
    assert refusal(tmp_path / "a.ods") == "password"
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.xlsx").write_bytes(container)
    assert refusal(tmp_path / "a.xlsx") == "password"
    zipped_with_password = bytearray(zipped({"xl/workbook.xml": b"x"}))
    place = zipped_with_password.index(b"PK\x01\x02")
    zipped_with_password[place + 8] |= 1  # the flag in the archive's directory
    (tmp_path / "b.xlsx").write_bytes(zipped_with_password)
    assert refusal(tmp_path / "b.xlsx") == "password"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", "\ufeff<!DOCTYPE html><html>".encode(), "web_page"),
        ("a.csv", b"<html><table>", "markup_as_text"),
        ("a.xlsx", b"\x00\x01\x02\x03" * 50, "damaged"),
        ("a.xlsx", b"no table at all", "damaged"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        ("a.xlsx", zipped({"readme.txt": b"hello"}), "no_workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"WordDocument" * 50, "damaged"),
        ("a.xlsx", b"PK\x03\x04 cut", "damaged"),
        ("a.pdf", b"%PDF-1.7", "unknown_type"),
    ],
)  # fmt: skip
def test_a_name_that_lies_is_seen_through(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == code


def test_a_table_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    text = tmp_path / "export.xls"
    text.write_bytes("物料编码\t品名\r\nA-1\t线\r\n".encode("gb18030"))
    assert rows_of(text) == (("物料编码", "品名"), ("A-1", "线"))
    new = cells(tmp_path / "new.xlsx", ("A1", "x"), ("B1", 2)).rename(tmp_path / "new.xls")
    assert rows_of(new) == (("x", 2),)
    old = tmp_path / "old.xlsx"
    old.write_bytes(xls())
    pages = read_pages(old)
    assert isinstance(pages, list)
    assert [page.name for page in pages] == ["S", "H"]
    macros = cells(tmp_path / "m.xlsx", ("A1", "x")).rename(tmp_path / "m.xlsm")
    assert rows_of(macros) == (("x",),)


@pytest.mark.parametrize("fill", ["nothing", "formats"])
def test_a_workbook_without_a_filled_cell_is_refused(tmp_path: Path, fill: str) -> None:
    def format_rows(book: openpyxl.Workbook) -> None:
        for row in range(1, 300 if fill == "formats" else 1):
            book.active.cell(row=row, column=3).number_format = "0.00"

    assert refusal(saved(tmp_path / "a.xlsx", format_rows)) == "no_cells"


def test_a_sheet_whose_part_is_missing_is_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", lambda book: book.create_sheet("B").append([1]))
    with_parts(path, lambda parts: parts.pop("xl/worksheets/sheet2.xml") and None)
    assert refusal(path) in {"sheet_missing", "damaged_detail"}


# ---------------------------------------------------------------- days


def test_both_date_systems_give_the_same_day(tmp_path: Path) -> None:
    day, moment = date(2026, 3, 5), datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001
    for of_1904 in (False, True):
        old = tmp_path / "a.xls"
        old.write_bytes(xls(of_1904=of_1904))
        pages = read_pages(old)
        assert isinstance(pages, list)
        assert pages[0].rows[1][1] == moment

        def fill(book: openpyxl.Workbook, of_1904: bool = of_1904) -> None:
            if of_1904:
                book.epoch = CALENDAR_MAC_1904
            book.active.append([day, moment])

        new = saved(tmp_path / "a.xlsx", fill)
        assert rows_of(new) == ((datetime(2026, 3, 5), moment),)  # noqa: DTZ001
        days = [46086 - 1462 * of_1904, 46086 - 1462 * of_1904 + 14.5 / 24]
        assert rows_of(xlsb(tmp_path / "a.xlsb", days, of_1904=of_1904)) == (
            ("00123", day, moment),
        )


def test_days_of_1900_and_spans_over_a_day_come_as_they_are(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for place, number, form in (("A1", 1, "yyyy-mm-dd"), ("B1", 59, "yyyy-mm-dd"),
                                    ("C1", 1.0625, "[h]:mm:ss"), ("D1", 0.5, "hh:mm"),
                                    ("E1", 59 / 1440 + 0.5 / 1440, "mm:ss.0"),
                                    ("F1", 10**7, "yyyy-mm-dd")):  # fmt: skip
            sheet[place] = number
            sheet[place].number_format = form

    first, last, span, noon, destroyed, beyond = rows_of(saved(tmp_path / "a.xlsx", fill))[0]
    assert (first, last) == (datetime(1900, 1, 1), datetime(1900, 2, 28))  # noqa: DTZ001
    assert span == "25:30:00"
    assert noon == time(12)
    assert isinstance(destroyed, time)
    assert isinstance(beyond, Broken)
    for cell, code in ((first, "date_of_old"), (destroyed, "destroyed_date"),
                       (beyond, "error_cell"), (span, "no_date")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            Cleaner(TODAY).clean(cell, Column("k", "列", Kind.MOMENT))
        assert refused.value.text.code == f"exchange.{code}"
    with pytest.raises(Refused) as refused:
        Cleaner(TODAY).clean(span, Column("k", "列", Kind.WAIT))
    assert refused.value.fix == "1530分"


def test_old_workbooks_keep_codes_truth_values_and_hidden_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(xls())
    pages = read_pages(path)
    assert isinstance(pages, list)
    first, second = pages
    assert first.rows[1][0] == "00123"
    assert first.rows[1][2] is True
    assert first.blind  # the cell in error reads as a blank, and that is said
    assert (first.hidden, second.hidden) == (False, True)


def test_open_document_sheets_are_read(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        '<table:table-row><table:table-cell office:value-type="string"><text:p>编码</text:p>'
        '</table:table-cell><table:table-cell office:value-type="float" office:value="12.5"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-03-05"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.05"/></table:table-row>',
    )
    page = only_page(path)
    assert page.rows[0][:2] == ("编码", 12.5)
    assert str(page.rows[0][2]).startswith("2026-03-05")
    assert page.rows[0][3] is True
    assert page.rows[0][4] == 0.05
    assert page.blind


# ---------------------------------------------------------------- cells out of order, and odd ones


def test_rows_and_cells_out_of_order_or_twice_lose_nothing(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="3"><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c></row>'
        '<row r="1"><c r="B1"><v>9</v></c></row>'
        '<row r="3"><c r="B3"><v>2</v></c></row>'
        "<row><c><v>7</v></c></row>",
    )
    assert rows_of(path) == ((None, 9), (), (1, 2, 3), (7,))


def test_inline_shared_and_rich_texts_with_escapes(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>玫</t></r><r><t>瑰</t></r></is></c>'
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" t="s"><v>2</v></c>'
        '<c r="E1" t="str"><v>formula text</v></c><c r="F1" t="b"><v>1</v></c>'
        '<c r="G1" t="d"><v>2026-03-05T00:00:00</v></c><c r="H1"><v>1E3</v></c></row>',
        '<si><t xml:space="preserve"> a </t></si><si><r><t>b</t></r><r><t>c</t></r>'
        "<rPh sb='0' eb='1'><t>ruby</t></rPh></si><si><t>x_x000D_&#10;_x005F_x000D_</t></si>",
    )
    assert rows_of(path) == (
        ("玫瑰", " a ", "bc", "x\r\n_x000D_", "formula text", True, datetime(2026, 3, 5), 1000.0),  # noqa: DTZ001
    )


def test_a_text_that_points_beyond_the_table_of_texts_is_a_sentence(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="s"><v>99</v></c></row>')
    assert refusal(path) == "damaged_detail"


def test_strict_open_xml_is_read_like_the_usual_kind(tmp_path: Path) -> None:
    path = cells(tmp_path / "a.xlsx", ("A1", "物料编码"), ("B2", date(2026, 3, 5)))
    before = rows_of(path)
    with_parts(path, as_strict)
    assert rows_of(path) == before


def test_percentages_are_told_from_other_numbers(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append([0.05, 0.05, 5, 12.5])
        book.active["A1"].number_format = "0%"
        book.active["B1"].number_format = '0.0"%"'  # a sign that is only painted
        book.active["D1"].number_format = "[$¥-804]#,##0.00"

    share, painted, five, money = rows_of(saved(tmp_path / "a.xlsx", fill))[0]
    assert isinstance(share, Percent)
    assert not isinstance(painted, Percent)
    assert money == 12.5
    percent = Column("scrap_pct", "损耗率%", Kind.QUANTITY)
    cleaner = Cleaner(TODAY)
    assert str(cleaner.clean(share, percent)) == "5"
    assert str(cleaner.clean(five, percent)) == "5"
    assert str(cleaner.clean("5 %", percent)) == "5"
    assert str(cleaner.clean(painted, percent)) == "0.05"
    assert [text.code for _, text in cleaner.notes] == [
        "exchange.percent_read", "exchange.percent_read", "exchange.percent_small",
    ]  # fmt: skip
    assert str(Cleaner(TODAY).clean(share, Column("quantity", "数量", Kind.QUANTITY))) == "0.05"


def test_cells_merged_downwards_say_the_same_in_every_row(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (["title", None], ["单号", "数量"], ["MO-1", 5], [None, 6], ["MO-2", 7]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A3:A4")

    page = only_page(saved(tmp_path / "a.xlsx", fill))
    assert page.rows[2:] == (("MO-1", 5), ("MO-1", 6), ("MO-2", 7))
    assert page.rows[0] == ("title",)
    assert [note.code for note in page.notes] == ["merged_filled"]


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for number in range(5):
            book.active.append([number])
        book.active.row_dimensions[3].hidden = True

    page = only_page(saved(tmp_path / "a.xlsx", fill))
    assert len(page.rows) == 5
    assert page.notes == (Trouble("hidden_rows", (("count", "1"),)),)


@pytest.mark.parametrize("place", ["XFD1048576", "A900000", "ZZZ9"])
def test_a_cell_far_outside_is_named(tmp_path: Path, place: str) -> None:
    answer = read_pages(cells(tmp_path / "a.xlsx", ("A1", "x"), (place, "far")))
    assert answer == Trouble("far_cell", (("sheet", "Sheet"), ("cell", place)))


def test_blank_formatted_cells_far_outside_do_no_harm(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "x"
        book.active["XFD1048576"].number_format = "0.00"

    assert any(rows_of(saved(tmp_path / "a.xlsx", fill)))


@pytest.mark.parametrize("declared", ["A1:XFD1048576", "A1", "B7:C9"])
def test_what_a_sheet_declares_as_its_size_does_not_matter(tmp_path: Path, declared: str) -> None:
    path = cells(tmp_path / "a.xlsx", ("A1", 1), ("C3", 2))
    plain = rows_of(path)

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b'ref="A1:C3"', f'ref="{declared}"'.encode())

    assert rows_of(with_parts(path, change)) == plain


def test_a_formula_is_its_stored_value_or_is_named(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+2</f></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    )
    shown, bare, empty, wrong = rows_of(path)[0]
    assert shown == 2
    assert bare == Broken("formula", "=1+2")
    assert empty is None  # a formula that gave an empty text
    assert wrong == Broken("error", "#DIV/0!")


def test_very_long_and_unprintable_texts(tmp_path: Path) -> None:
    text = Column("name", "品名", Kind.TEXT)
    code = Column("item_code", "物料编码", Kind.CODE)
    cleaner = Cleaner(TODAY)
    assert cleaner.clean("a\x07b\u200b", text) == "ab\u200b"
    assert cleaner.clean("A\u200b-\ufeff1", code) == "A-1"
    assert cleaner.clean("A\u00a01", code) == "A 1"
    for cell, column, name in (("x" * 20_000, text, "text_too_long"),
                               ("x" * 200, code, "code_too_long"),
                               (6.9e17, code, "digits_lost"),
                               ("6.9E+17", code, "digits_lost")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            cleaner.clean(cell, column)
        assert refused.value.text.code == f"exchange.{name}"


def test_styles_that_break_the_format_do_not_keep_the_cells_from_being_read(
    tmp_path: Path,
) -> None:
    """Some programs write patterns that there are not; spreadsheets do not mind."""

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/styles.xml"
        assert b'patternType="gray125"' in parts[name]
        parts[name] = parts[name].replace(b'patternType="gray125"', b'patternType="Gray125"')

    page = only_page(with_parts(cells(tmp_path / "a.xlsx", ("A1", "编码"), ("B1", 2)), change))
    assert page.rows == (("编码", 2),)
    assert [note.code for note in page.notes] == ["second_reader"]


# ---------------------------------------------------------------- bombs and damage


def test_external_entities_and_entity_bombs_are_refused(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["xl/worksheets/sheet1.xml"] = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'
            b'<!ENTITY b "&a;&a;">]><worksheet xmlns="http://schemas.openxmlformats.org/'
            b'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c>'
            b"</row></sheetData></worksheet>"
        )

    path = with_parts(cells(tmp_path / "a.xlsx", ("A1", "x")), change)
    assert refusal(path) == "damaged_detail"

    def in_styles(parts: dict[str, bytes]) -> None:
        parts["xl/styles.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/styles.xml"]

    path = with_parts(cells(tmp_path / "a.xlsx", ("A1", "x")), in_styles)
    assert refusal(path) == "damaged_detail"


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"xl/workbook.xml": b"0" * (60 * 2**20)}))
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 100)  # inflates to 100 bytes, it says
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refusal(tmp_path / "a.xlsx") in {"bomb", "damaged"}


def test_a_bomb_of_old_or_open_kind_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "a.ods").write_bytes(zipped({"content.xml": b"0" * (60 * 2**20)}))
    assert refusal(tmp_path / "a.ods") == "bomb"
    blank = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/>'
    path = ods(tmp_path / "b.ods", f"{blank}</table:table-row>")
    assert isinstance(read_pages(path), Trouble)  # blank rows without end are no table


SEEDS: dict[str, Callable[[Path], bytes]] = {
    "a.xlsx": lambda path: cells(
        path, ("A1", "物料编码"), ("B2", 12.5), ("C3", date(2026, 3, 5)), ("D4", "=1+1")
    ).read_bytes(),
    "a.xls": lambda path: xls(),
    "a.ods": lambda path: ods(
        path,
        '<table:table-row><table:table-cell office:value-type="float" office:value="1"/>'
        "</table:table-row>",
    ).read_bytes(),
    "a.csv": lambda path: 'code,"na""me",qty\r\nA-1,"玫瑰\n线",1.5\r\n'.encode("gb18030"),
}


@pytest.mark.parametrize("name", SEEDS)
def test_whatever_is_done_to_a_file_it_is_pages_or_a_sentence(tmp_path: Path, name: str) -> None:
    """A few hundred files, each with bytes flipped, cut out, doubled or cut off, seeded.

    In the child, as in life: an old workbook can claim sizes that take all memory there is.
    """
    dice = random.Random(20261123)
    path = tmp_path / name
    whole = SEEDS[name](path)
    answers = []
    with ReadingChild(seconds=30) as child:
        for _ in range(150):
            path.write_bytes(_mutant(whole, dice))
            answers.append(child(path))
    assert len(answers) == 150
    for answer in answers:
        if isinstance(answer, Trouble):
            assert f"exchange.{answer.code}" in catalogue("zh"), answer
        else:
            assert all(isinstance(page, Page) for page in answer)


def _mutant(whole: bytes, dice: random.Random) -> bytes:
    data = bytearray(whole)
    what = dice.randrange(4)
    start = dice.randrange(len(data))
    if what == 0:
        return bytes(data[:start])
    if what == 1:
        del data[start : start + dice.randrange(1, 40)]
    elif what == 2:
        data[start:start] = data[start : start + dice.randrange(1, 40)]
    for _ in range(dice.randrange(1, 12)):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def test_damage_within_the_parts_is_a_sentence_too(tmp_path: Path) -> None:
    """Mutants of the XML inside, packed again: the archive is whole, its parts are not."""
    dice = random.Random(7)
    path = cells(tmp_path / "a.xlsx", ("A1", "x"), ("B2", 12.5), ("C3", date(2026, 3, 5)))
    whole = path.read_bytes()
    for _ in range(150):
        path.write_bytes(whole)

        def change(parts: dict[str, bytes]) -> None:
            name = dice.choice(sorted(parts))
            parts[name] = _mutant(parts[name], dice)

        with_parts(path, change)
        answer = read_pages(path)
        assert isinstance(answer, Trouble | list)


def test_a_time_of_day_typed_as_a_number_is_proposed(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Cleaner(TODAY).clean(7.5 / 24, Column("start", "开始", Kind.TIME))
    assert refused.value.fix == "07:30"


LONG = "".join(chr(0x4E00 + 7 * number % 20_000) for number in range(5_000))
LONG_CELLS = [
    (key, column.key)
    for key in small_rows()
    for column in sheet(key).columns
    if column.kind in (Kind.TEXT, Kind.CODE, Kind.CODES, Kind.GRADED, Kind.RATED, Kind.ATTRIBUTES)
]


def test_a_very_long_text_in_any_column_is_kept_or_refused_and_never_an_accident(
    bring: Bring, database: Database, tmp_path: Path, read_here: None
) -> None:
    """One column of each kind of sheet at a time; PostgreSQL's indexes hold no long texts."""
    bring(small_rows())
    dice = random.Random(5)
    for key, column in dice.sample(LONG_CELLS, 25):
        rows = small_rows()
        attributes = sheet(key).column(column).kind is Kind.ATTRIBUTES
        rows[key][0][column] = f"{LONG}=1" if attributes else LONG
        write_rows(tmp_path / "long.xlsx", {key: rows[key]})
        report = plan_import(database, [tmp_path / "long.xlsx"], now=NOW)
        codes = {p.message.code for p in report.problems if p.severity is Severity.ERROR}
        if sheet(key).column(column).kind is not Kind.TEXT:
            assert codes or attributes, (key, column)
