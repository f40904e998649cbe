"""Reading: hostile and odd files end in a sentence; no cell is lost or guessed."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.services.exchange.cells import Broken, Page, Trouble
from app.services.exchange.child import read_in_child
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.limits import trouble
from app.services.exchange.reading import read_pages
from app.services.exchange.sheets import Column, Kind

TODAY = date(2026, 11, 23)


def saved(tmp_path: Path, cells: dict[str, object], name: str = "a.xlsx") -> Path:
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    path = tmp_path / name
    book.save(path)
    return path


def code_of(answer: list[Page] | Trouble) -> str:
    assert isinstance(answer, Trouble)
    return answer.code


def test_files_that_are_no_workbooks_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "text.xlsx").write_bytes(b"hello, this is no zip")
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    (tmp_path / "old.xlsx").write_bytes(container + "EncryptedPackage".encode("utf-16-le"))
    (tmp_path / "a.exe").write_bytes(b"MZ")
    assert code_of(read_pages(tmp_path / "none.xlsx")) == "no_file"
    assert code_of(read_pages(tmp_path / "empty.xlsx")) == "empty_file"
    assert code_of(read_pages(tmp_path / "text.xlsx")) == "damaged"
    assert code_of(read_pages(tmp_path / "old.xlsx")) == "password"
    assert code_of(read_pages(tmp_path / "a.exe")) == "unknown_type"
    assert code_of(read_pages(tmp_path)) == "is_folder"


def test_a_bomb_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    found = trouble(path)
    assert found is not None
    assert found.code == "bomb"


def test_a_cut_workbook_is_a_sentence_not_a_crash(tmp_path: Path) -> None:
    path = saved(tmp_path, {"A1": "x", "B2": 1})
    data = path.read_bytes()
    for length in range(0, len(data), 97):
        path.write_bytes(data[:length])
        assert isinstance(read_pages(path), Trouble)


def test_a_far_cell_does_not_hang(tmp_path: Path) -> None:
    path = saved(tmp_path, {"A1": "x", "XFD1048576": "far"})
    answer = read_in_child(path, seconds=20)
    assert isinstance(answer, Trouble)


def test_a_formula_without_a_value_and_an_error_are_seen(tmp_path: Path) -> None:
    path = saved(tmp_path, {"A1": "=1+1", "B1": "#N/A", "C1": 0.1})
    pages = read_in_child(path)
    assert isinstance(pages, list)
    first, second, third = pages[0].rows[0]
    assert first == Broken("formula", "=1+1")
    assert isinstance(second, Broken)
    assert second.what == "error"
    assert third == 0.1


def test_a_wrong_declared_size_loses_no_row(tmp_path: Path) -> None:
    path = saved(tmp_path, {f"A{n}": n for n in range(1, 22)})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:A21"', b'ref="A1:A5"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    pages = read_pages(path)
    assert isinstance(pages, list)
    assert len(pages[0].rows) == 21


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_tables_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("物料编码;品名\r\nA-1;石膏线\r\n".encode(encoding))
    pages = read_pages(path)
    assert isinstance(pages, list)
    assert pages[0].rows == (("物料编码", "品名"), ("A-1", "石膏线"))


CLEAN = {
    (Kind.QUANTITY, "1,234.5"): "1234.5", (Kind.QUANTITY, "12"): "12",
    (Kind.QUANTITY, 0.1 + 0.2): "0.3", (Kind.QUANTITY, " 7 "): "7", (Kind.SIGNED, "-5.50"): "-5.5",
    (Kind.DATE, "2026/3/5"): "2026-03-05", (Kind.DATE, "2026.3.5"): "2026-03-05",
    (Kind.DATE, "2026-3-5"): "2026-03-05", (Kind.WAIT, "36时"): "2160", (Kind.WAIT, "2天"): "2880",
    (Kind.WAIT, "30分"): "30", (Kind.WAIT, 45): "45", (Kind.TIME, "24:00"): "1440",
    (Kind.SPANS, "11:30-13:00;15:00-15:10"): "[[690, 780], [900, 910]]",
    (Kind.WEEKDAYS, "二,四"): "[2, 4]", (Kind.WEEKDAY, "周日"): "7", (Kind.BOOL, "是"): "True",
    (Kind.CODE, 123): "123", (Kind.CODE, "A\u00a01"): "A 1",
    (Kind.FACTOR, "1/40"): "(Decimal('1'), Decimal('40'))",
    (Kind.RATED, "CT-01:50;CT-02"): "[('CT-01', Decimal('50')), ('CT-02', None)]",
    (Kind.RATED, "CT-01:50"): "[('CT-01', Decimal('50'))]",
    (Kind.SEQUENCE, "白7夜7"): "[['白', 7], ['夜', 7]]",
    (Kind.POWER, "仅 22:00–08:00"): "仅 22:00–08:00",
    (Kind.ATTRIBUTES, "吨位=100;炉温=50"): "{'吨位': '100', '炉温': '50'}",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "cell"), CLEAN)
def test_a_cell_is_read_as_what_it_says(kind: Kind, cell: object) -> None:
    value = Cleaner(TODAY).clean(cell, Column("k", "列", kind))  # type: ignore[arg-type]
    assert str(value) == CLEAN[kind, cell]


REFUSED = {
    (Kind.QUANTITY, "100支"): "number_with_unit", (Kind.QUANTITY, "abc"): "no_number",
    (Kind.QUANTITY, float("inf")): "no_number", (Kind.QUANTITY, True): "no_number",
    (Kind.QUANTITY, "1e400"): "no_number", (Kind.QUANTITY, "1e12"): "too_large_number",
    (Kind.QUANTITY, -1): "negative", (Kind.SIGNED, "-5支"): "number_with_unit",
    (Kind.INTEGER, 2.5): "not_whole", (Kind.DATE, "月底"): "vague_date",
    (Kind.DATE, "急"): "vague_date", (Kind.DATE, "3月5日"): "no_year",
    (Kind.DATE, "12:34.0"): "destroyed_date", (Kind.DATE, 45000): "serial_date",
    (Kind.DATE, "2026-02-30"): "no_date", (Kind.BOOL, "maybe"): "no_bool",
    (Kind.TIME, "25:00"): "no_clock", (Kind.LINKS, "10XX"): "no_link",
    (Kind.POWER, "22:00-08:00"): "no_power_rule", (Kind.POWER, "仅 22:00-25:00"): "no_power_hours",
    (Kind.GRADED, "浇注:Z"): "no_grade", (Kind.QUANTITY, "0.1234567"): "too_many_places",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "cell"), REFUSED)
def test_what_is_no_such_value_is_refused_not_guessed(kind: Kind, cell: object) -> None:
    with pytest.raises(Refused) as refused:
        Cleaner(TODAY).clean(cell, Column("k", "列", kind))  # type: ignore[arg-type]
    assert refused.value.text.code == f"exchange.{REFUSED[kind, cell]}"
    assert refused.value.text.text("zh")
