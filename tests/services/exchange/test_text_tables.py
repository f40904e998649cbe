"""Text tables: encoding, delimiter and decimal sign found, asked where in doubt, or named."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.messages import LANGUAGES, catalogue
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.products import Item
from app.services.exchange import import_files, plan_import
from app.services.exchange.cells import Page, Trouble
from app.services.exchange.reading import read_pages
from app.services.exchange.records import Severity
from app.services.exchange.text_shape import TextShape, TextWanted, find_encoding
from tests.services.exchange.books import NOW, book, small_plant

TABLE = "物料编码,品名,数量\r\nA-1,玫瑰花线,12.5\r\nB-2,石膏浆料,3\r\n"
KOREAN = "품번,품명,수량\r\nA-1,금형,12\r\n"
KOREAN_NAMES = "A-1;가나다라 마바사\r\nA-2;하늘바람 소나무 이나라\r\n"
GERMAN = "Artikel;Maß;Menge\r\nA-1;weiß;1.234,50\r\nB-2;grün;0,5\r\n"
HEADED = (("物料编码", "品名", "数量"), ("A-1", "玫瑰花线", "12.5"), ("B-2", "石膏浆料", "3"))


def page_of(tmp_path: Path, data: bytes, wanted: TextWanted | None = None) -> Page:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    pages = read_pages(path, wanted)
    assert isinstance(pages, list), pages
    return pages[0]


def shape_of(tmp_path: Path, data: bytes, wanted: TextWanted | None = None) -> TextShape:
    shape = page_of(tmp_path, data, wanted).shape
    assert shape is not None
    return shape


def refusal(tmp_path: Path, data: bytes, wanted: TextWanted | None = None) -> str:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    answer = read_pages(path, wanted)
    assert isinstance(answer, Trouble), answer
    for language in LANGUAGES:
        assert f"exchange.{answer.code}" in catalogue(language)
    return answer.code


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("utf-16-le", b"\xff\xfe"),
     ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")],
)  # fmt: skip
def test_chinese_tables_are_read_without_a_question(
    tmp_path: Path, encoding: str, mark: bytes
) -> None:
    page = page_of(tmp_path, mark + TABLE.encode(encoding))
    assert page.rows == HEADED
    assert page.shape is not None
    assert page.shape.confident
    assert (page.shape.delimiter, page.shape.decimal_sign) == (",", ".")


def test_korean_and_western_tables_are_told_by_their_words_and_accents(tmp_path: Path) -> None:
    korean = page_of(tmp_path, KOREAN.encode("cp949"))
    assert korean.rows[0] == ("품번", "품명", "수량")
    assert korean.shape is not None
    assert (korean.shape.encoding, korean.shape.confident) == ("cp949", True)
    german = page_of(tmp_path, GERMAN.encode("cp1252"))
    assert german.rows[1] == ("A-1", "weiß", "1.234,50")
    assert german.shape is not None
    assert german.shape.delimiter == ";"
    assert german.shape.decimal_sign == ","
    assert german.shape.doubts == ()


def test_where_chinese_and_korean_are_both_possible_it_is_asked_with_samples(
    tmp_path: Path,
) -> None:
    shape = shape_of(tmp_path, KOREAN_NAMES.encode("cp949"))
    assert shape.doubts == ("encoding",)
    assert shape.encoding == "cp949"
    samples = {a.key: a.sample for a in shape.alternatives if a.what == "encoding"}
    assert samples["cp949"].startswith("A-1;가나다라")
    assert samples["gb18030"] == KOREAN_NAMES.encode("cp949").decode("gb18030").replace(
        "\r\n", " ⏎ ").removesuffix(" ⏎ ")  # fmt: skip
    named = shape_of(tmp_path, KOREAN_NAMES.encode("cp949"), TextWanted(encoding="cp949"))
    assert named.confident


def test_random_texts_are_never_taken_for_another_language_without_a_doubt() -> None:
    dice = random.Random(3)
    chinese = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以"
    korean = "이다는을의에가로한고하지은도서기사리나대자시인어전부보수정일제해과주공장"
    for alphabet, encoding in ((chinese, "gb18030"), (korean, "cp949")):
        for length in (4, 12, 60):
            for _ in range(60):
                text = "".join(dice.choice(alphabet) for _ in range(length))
                found, certain, possible = find_encoding(f"a,{text}\n".encode(encoding))
                assert encoding in possible
                assert found == encoding or not certain, text


def test_a_named_encoding_is_used_or_refused(tmp_path: Path) -> None:
    data = TABLE.encode("gb18030")
    assert page_of(tmp_path, data, TextWanted(encoding="GBK")).rows == HEADED
    assert refusal(tmp_path, data, TextWanted(encoding="utf-8")) == "not_in_encoding"
    assert refusal(tmp_path, data, TextWanted(encoding="klingon")) == "not_in_encoding"
    assert refusal(tmp_path, data, TextWanted(encoding="zlib")) == "not_in_encoding"


def test_a_table_cut_within_a_character_is_refused(tmp_path: Path) -> None:
    data = TABLE.encode()
    cut = data[: data.index("料".encode(), 20) + 1]
    assert refusal(tmp_path, cut) == "text_cut"
    torn = bytearray(TABLE.encode() * 5)
    torn[4] = 0xFF
    assert refusal(tmp_path, bytes(torn)) == "text_broken"


# ---------------------------------------------------------------- delimiters, quotes, rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_quotes_and_line_breaks_within_cells(tmp_path: Path, delimiter: str) -> None:
    text = 'code,name,note\n"A,1","5"" pipe","two\r\nlines"\nB,x,'.replace(",", delimiter)
    page = page_of(tmp_path, text.encode())
    assert page.shape is not None
    assert (page.shape.delimiter, page.shape.confident) == (delimiter, True)
    assert page.rows[1] == (f"A{delimiter}1", '5" pipe', "two\r\nlines")
    assert page.rows[2] == ("B", "x")


def test_a_decimal_comma_is_no_delimiter(tmp_path: Path) -> None:
    shape = shape_of(tmp_path, b"code;qty\nA;1,5\nB;2,25\nC;3,0\n")
    assert (shape.delimiter, shape.decimal_sign, shape.confident) == (";", ",", True)


def test_two_signs_that_part_alike_are_asked(tmp_path: Path) -> None:
    shape = shape_of(tmp_path, b"a;b,c;d\ne;f,g;h\n")
    assert shape.doubts == ("delimiter",)
    assert {a.key for a in shape.alternatives if a.what == "delimiter"} == {";", ","}


def test_a_first_line_that_names_the_delimiter_is_followed_and_not_read(tmp_path: Path) -> None:
    page = page_of(tmp_path, b"sep=|\na|b,c\n1|2,3\n")
    assert page.rows == ((), ("a", "b,c"), ("1", "2,3"))


def test_one_column_and_blank_lines(tmp_path: Path) -> None:
    page = page_of(tmp_path, b"code\n\nA-1\n   \nA-2\n\n\n")
    assert page.rows == (("code",), (), ("A-1",), (), ("A-2",))
    assert page.shape is not None
    assert page.shape.confident


def test_quotation_marks_that_do_not_pair_are_refused_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'code,name\nA-1,line\nA-2,"5 inch\nA-3,x\n')
    assert read_pages(path) == Trouble("quotes", (("row", "3"),))
    page = page_of(tmp_path, b'code\tname\nA-1\t"Rose" line\nA-2\t"5 inch\n')
    assert page.rows == (("code", "name"), ("A-1", '"Rose" line'), ("A-2", '"5 inch'))
    assert [note.code for note in page.notes] == ["quotes_kept"]


def test_rows_of_another_length_are_named(tmp_path: Path) -> None:
    rows = "".join(f"A-{n},x,{n}\n" for n in range(30))
    page = page_of(tmp_path, f"code,name,qty\n{rows}A-99,a,b,5\nA-100,broken\nline,7\n".encode())
    assert page.notes == (Trouble("ragged_rows", (("rows", "32, 33, 34"), ("count", "3"))),)
    short = page_of(tmp_path, b"code,name,qty\nA-1,x\nA-2\nA-3,x,5\n")
    assert short.notes == ()  # empty ends left out


def test_binary_and_markup_are_no_tables(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a,b\n\x01\x02,\x03") == "not_text"
    assert refusal(tmp_path, b"\x00\x01\x00\x02\x00\x03" * 20) == "not_text"
    assert refusal(tmp_path, b"  <table><tr><td>a</td></tr></table>") == "markup_as_text"


# ---------------------------------------------------------------- decimal signs


@pytest.mark.parametrize(
    ("numbers", "sign", "certain"),
    [(["1.5", "2.25"], ".", True), (["1,5", "2,25"], ",", True), (["1.234,56"], ",", True),
     (["1,234.56"], ".", True), (["12", "7"], ".", True), (["1,234"], ".", False),
     (["1.234"], ".", False), (["1,5", "2.5"], ".", False), (["1.234.567"], ",", True),
     (["2026.3.5", "5.3.2026"], ".", True)],
)  # fmt: skip
def test_the_decimal_sign_is_what_the_numbers_say(
    tmp_path: Path, numbers: list[str], sign: str, certain: bool
) -> None:
    rows = "".join(f"A;{number}\n" for number in numbers)
    shape = shape_of(tmp_path, f"code;qty\n{rows}".encode())
    assert (shape.decimal_sign, "decimal" not in shape.doubts) == (sign, certain)


def csv_files(tmp_path: Path, quantity: str, encoding: str = "gb18030") -> list[Path]:
    """The small plant, its orders as a text table of their own."""
    rows = small_plant()
    order = rows.pop("Orders")[0] | {"quantity": quantity}
    path = tmp_path / "订单.csv"
    lines = [";".join(order), ";".join(map(str, order.values()))]
    path.write_bytes("\n".join(lines).encode(encoding))
    return [book(tmp_path, rows), path]


def test_numbers_are_read_with_the_decimal_sign_of_their_file(
    database: Database, tmp_path: Path, read_here: None
) -> None:
    report = import_files(database, csv_files(tmp_path, "1.234,5"), now=NOW)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    with database.read() as session:
        assert session.scalars(select(ProductionOrder.quantity)).one() == Decimal("1234.5")


def test_a_doubt_is_a_warning_with_the_question_and_the_answer_decides(
    database: Database, tmp_path: Path, read_here: None
) -> None:
    files = csv_files(tmp_path, "1.234")
    doubtful = plan_import(database, files, now=NOW)
    assert doubtful.ok
    (question,) = doubtful.questions
    assert question.id == "decimal:订单.csv"
    warning = next(p for p in doubtful.problems if p.question == question)
    assert warning.severity is Severity.WARNING
    texts = {option.key: option.text.text("zh") for option in question.options}
    assert "1.234 = 1234" in texts[","]
    report = import_files(database, files, now=NOW, answers={question.id: ","})
    assert report.ok
    assert report.questions == ()
    with database.read() as session:
        assert session.scalars(select(ProductionOrder.quantity)).one() == 1234


def test_what_holds_for_every_file_is_answered_once(
    database: Database, tmp_path: Path, read_here: None
) -> None:
    files = csv_files(tmp_path, "1,234", "utf-16-le")
    answers = {"encoding:*": "utf-16-le", "delimiter:*": ";", "decimal:*": ","}
    report = import_files(database, files, now=NOW, answers=answers)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    with database.read() as session:
        assert session.scalars(select(ProductionOrder.quantity)).one() == Decimal("1.234")
        assert session.scalars(select(Item.code)).all()
