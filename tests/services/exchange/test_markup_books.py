"""Web pages and XML spreadsheets that other programs export under the name of a workbook."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from app.services.exchange.cells import Broken, Page, Percent, Trouble
from app.services.exchange.reading import read_pages


def read(tmp_path: Path, content: str | bytes, name: str = "export.xls") -> list[Page] | Trouble:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_pages(path)


def one(pages: list[Page] | Trouble) -> Page:
    assert isinstance(pages, list), pages
    (page,) = pages
    return page


# ---------------------------------------------------------------- web pages

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>x</title>
<!--[if gte mso 9]><xml><x:Name>工单</x:Name></xml><![endif]--><style>td {}</style></head>
<body><table border=1>
<tr><th>物料编码<th>品名<th>数量<th>损耗
<tr><td>000123</td><td rowspan=2>线&nbsp;条<br>白 &lt;A&gt;</td><td x:num="1234.5678">1,234.57</td>
<td x:num="0.05">5%</td></tr>
<tr style="display:none"><td x:num="7">00007<td>12<td>#N/A
<tr><td colspan=2>合计</td><td>13</td></table></body></html>"""


def test_a_web_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    page = one(read(tmp_path, PAGE.encode("gb18030")))
    assert page.name == "工单"
    shared = "线\u00a0条\n白 <A>"
    assert page.rows == (
        ("物料编码", "品名", "数量", "损耗"),
        ("000123", shared, 1234.5678, Percent(0.05)),
        ("00007", shared, "12", Broken("error", "#N/A")),  # the zeros shown say more than the 7
        ("合计", None, "13"),
    )
    assert isinstance(page.rows[1][3], Percent)
    assert {note.code for note in page.notes} == {"merged_filled", "hidden_rows"}


def test_each_table_is_a_sheet_and_layout_is_none(tmp_path: Path) -> None:
    inner = "<table><caption>明细</caption><tr><td>a<td>1</tr></table>"
    pages = read(tmp_path, f"<table><tr><td>\n{inner}</td></tr></table><table><tr><td>b</table>")
    assert isinstance(pages, list)
    assert [(page.name, page.rows) for page in pages] == [
        ("明细", (("a", "1"),)), ("export 2", (("b",),)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<html><body><p>no table</p></body></html>", "web_page"),
        ("<table><tr><td>A-1</td><td>5", "web_page_cut"),
        ("<form><table><tr><td>Name<td><input type=PASSWORD></table></form>", "login_page"),
        ("<table>" + "<tr><td colspan=99999999>x</td></tr></table>", "far_cell"),
        ("<table><tr><td>x</table>" * 300, "too_large"),
        ("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "web_archive"),
    ],
)
def test_what_is_no_whole_table_is_a_sentence(tmp_path: Path, content: str, code: str) -> None:
    found = read(tmp_path, content)
    assert isinstance(found, Trouble)
    assert found.code == code


# ---------------------------------------------------------------- XML of 2003

HEAD = ('<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{settings}'
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="0%"/></Style>'
        '<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>'
        '<Style ss:ID="e" ss:Parent="d"/></Styles>')  # fmt: skip
ROWS = """<Worksheet ss:Name="订单"><Table><Column/><Column ss:StyleID="e" ss:Span="1"/>
<Row ss:Index="2"><Cell><Data ss:Type="String">00123</Data></Cell>
<Cell><Data ss:Type="Number">{serial}</Data></Cell>
<Cell ss:Index="4" ss:StyleID="p"><Data ss:Type="Number">0.05</Data></Cell>
<Cell><Data ss:Type="Number">12345678901234567890</Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"
><B>粗</B>体</ss:Data><Comment><ss:Data>no</ss:Data></Comment></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="DateTime">2026-11-23T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="DateTime">1899-12-31T08:30:00.000</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Boolean">1</Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell><Cell ss:Formula="=A1"/></Row>
</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden
</Visible></WorksheetOptions></Worksheet></Workbook>"""
SETTINGS_1904 = "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>"


@pytest.mark.parametrize(("settings", "serial"), [("", 46349), (SETTINGS_1904, 46349 - 1462)])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_an_xml_spreadsheet_is_read_cell_by_cell(
    tmp_path: Path, settings: str, serial: int, encoding: str
) -> None:
    text = HEAD.format(encoding=encoding, settings=settings) + ROWS.format(serial=serial)
    page = one(read(tmp_path, text.encode(encoding)))
    assert page.name == "订单"
    assert page.hidden
    day = datetime(2026, 11, 23)  # noqa: DTZ001 - as a cell holds it
    assert page.rows == (
        (),
        ("00123", datetime(2026, 11, 23), None, Percent(0.05), 12345678901234567890),  # noqa: DTZ001
        ("粗体", day, None, time(8, 30)),
        ("粗体", True, Broken("error", "#DIV/0!"), Broken("formula", "=A1")),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<Worksheet><Table><Row><Cell><Data", "damaged_at"),
        ('<Worksheet><Table><Row ss:Index="900000"><Cell><Data>x</Data></Cell></Row>', "far_cell"),
        ('<Worksheet><Table><Row ss:Index="-1"/>', "damaged"),
    ],
)
def test_a_damaged_xml_spreadsheet_is_a_sentence(tmp_path: Path, body: str, code: str) -> None:
    found = read(tmp_path, HEAD.format(encoding="utf-8", settings="") + body)
    assert isinstance(found, Trouble)
    assert found.code == code


def test_entities_bombs_and_other_xml_are_refused(tmp_path: Path) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    bomb = HEAD.format(encoding="utf-8", settings="").replace("<Workbook", lol + "<Workbook", 1)
    outside = bomb.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')
    for text, code in ((bomb, "entities"), (outside, "entities"),
                       ('<?xml version="1.0"?><orders/>', "xml_other")):  # fmt: skip
        found = read(tmp_path, text, "a.xml")
        assert isinstance(found, Trouble)
        assert found.code == code
