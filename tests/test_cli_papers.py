"""Papers from the command line: what is printed, in which language, and every exit code."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.cli import main
from tests.services.exchange.books import book, small_plant

NOW = "2026-11-23T10:20"


@pytest.fixture
def plant(tmp_path: Path) -> str:
    url = f"sqlite:///{(tmp_path / 'plant.sqlite').as_posix()}"
    rows = small_plant()
    rows["InspectionPlans"] = [
        {"plan_code": "FQC", "type": "终检", "aql_major": "2.5", "number": 1,
         "characteristic": "长度", "nominal": "2500", "lower": "2498", "upper": "2502"},
        {"plan_code": "OQC", "type": "出货", "number": 1, "characteristic": "标签"},
        {"plan_code": "IQC", "type": "来料", "number": 1, "characteristic": "外观"},
    ]  # fmt: skip
    assert main(["--database", url, "import", str(book(tmp_path, rows)), "--now", NOW]) == 0
    return url


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_inspection_sheets_of_an_order_in_both_languages(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "papers"
    paper = ["--language", "both", "--paper", "letter", "--out", str(out), "--now", NOW]
    arguments = ["--database", plant, "--language", "en", "print", "inspection", *paper]
    arguments += ["--order", "mo-1"]
    assert main(arguments) == 0
    texts = pages(out / "inspection.pdf")
    assert len(texts) == 2
    assert "终检 FQC Final FQC" in texts[0]
    assert "长度" in texts[0]
    assert "2 inspection sheets on 2 pages" in capsys.readouterr().out
    assert main([*arguments, "--kind", "fqc"]) == 0
    assert len(pages(out / "inspection.pdf")) == 1


def test_what_cannot_be_printed_is_one_and_wrong_use_is_two(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ["--database", plant, "print"]
    tail = ["--out", str(tmp_path / "papers"), "--now", NOW]
    assert main([*head, "inspection", "--kind", "FAI", *tail]) == 1
    assert main([*head, "inspection", "--purchase", "PO-9", *tail]) == 1
    assert "PO-9" in capsys.readouterr().err
    assert main([*head, "travelers", "--order", "NO-SUCH", *tail]) == 1
    for wrong in (["inspection", "--paper", "a5"], ["inspection", "--kind", "XYZ"], ["poem"],
                  ["travelers", "--paper", "a0"], ["travelers", "--language", "de"]):  # fmt: skip
        with pytest.raises(SystemExit) as left:
            main([*head, *wrong, *tail])
        assert left.value.code == 2
    assert not (tmp_path / "papers" / "inspection.pdf").exists()


def test_papers_of_a_shift(tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]) -> None:
    head = ["--database", plant, "--language", "en", "print"]
    tail = ["--out", str(tmp_path / "papers"), "--now", NOW]
    assert main([*head, "dispatch", *tail]) == 1
    assert "Schedule first" in capsys.readouterr().err
    assert main(["--database", plant, "schedule", "--seconds", "0", "--now", NOW]) == 0
    # Monday the 23rd, 10:20: 41 pieces in turns of two, six of ten minutes an hour.
    assert main([*head, "dispatch", "--machine", "t-1", "--language", "en", *tail]) == 0
    (text,) = pages(tmp_path / "papers" / "dispatch.pdf")
    assert "11-23 Mon" in text
    assert "MO-1" in text
    assert "shots: 21" in text
    assert main([*head, "moulds", *tail]) == 0
    assert "MO-1 #1, #2" in pages(tmp_path / "papers" / "moulds.pdf")[0]
    assert main([*head, "mixes", *tail]) == 1
    for wrong in (["--machine", "NONE"], ["--shift", "NONE"], ["--shift-date", "2026-11-29"]):
        assert main([*head, "dispatch", *wrong, *tail]) == 1
    with pytest.raises(SystemExit) as left:
        main([*head, "dispatch", "--shift-date", "Monday", *tail])
    assert left.value.code == 2


@pytest.mark.parametrize(
    ("size", "sheet"), [("a4", (842, 595)), ("a5", (595, 842)), ("letter", (792, 612))]
)
def test_travelers_on_every_paper(
    tmp_path: Path, plant: str, size: str, sheet: tuple[int, int]
) -> None:
    arguments = ["--database", plant, "print", "travelers", "--paper", size, "--out"]
    assert main([*arguments, str(tmp_path), "--now", NOW]) == 0
    document = pypdfium2.PdfDocument(tmp_path / "travelers.pdf")
    assert document.get_page_size(0) == pytest.approx(sheet, abs=1)
    document.close()


def test_the_chart_is_printed_by_its_rows_and_as_a_workbook(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "papers"
    head = ["--database", plant, "--language", "en"]
    tail = ["print", "gantt", "--out", str(out), "--now", NOW]
    assert main([*head, *tail]) == 1  # nothing is planned yet
    assert "Schedule first" in capsys.readouterr().err
    assert main([*head, "schedule", "--seconds", "0", "--now", NOW]) == 0
    arguments = [*head, *tail, "--language", "en", "--days", "3", "--days-per-page", "1"]
    assert main([*arguments, "--rows", "orders"]) == 0
    texts = pages(out / "gantt.pdf")
    assert len(texts) == 3
    assert "Schedule · by order" in texts[0]
    assert "Page 3 of 3" in texts[2]
    assert any("MO-1" in text for text in texts)
    assert main([*arguments, "--excel"]) == 0
    assert (out / "gantt.xlsx").stat().st_size > 3000
    assert "as a workbook" in capsys.readouterr().out
    assert main([*arguments, "--days", "400"]) == 1
    with pytest.raises(SystemExit) as wrong:
        main([*head, "print", "dispatch", "--out", str(out), "--paper", "a3"])
    assert wrong.value.code == 2
