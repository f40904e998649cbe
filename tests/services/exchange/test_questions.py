"""What an import asks: refused with the choices, answered by id, and never chosen silently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.products import BomLine
from app.services.exchange import ImportReport, import_files
from app.services.exchange.batches import import_batches
from app.services.exchange.records import Problem, Severity
from tests.services.exchange.books import NOW, Rows, book, small_plant


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These workbooks are read in this process."""


def take(
    database: Database, tmp_path: Path, rows: Rows, answers: Mapping[str, str] | None = None
) -> ImportReport:
    return import_files(database, [book(tmp_path, rows)], now=NOW, answers=answers)


def errors(report: ImportReport) -> list[Problem]:
    return [p for p in report.problems if p.severity is Severity.ERROR]


def doubled() -> Rows:
    rows = small_plant()
    rows["BOM"].append({"parent_code": "A-1", "component_code": "M-1", "quantity": "4"})
    del rows["BOM"][0]["line_no"]
    return rows


def quantities(database: Database) -> list[Decimal]:
    with database.read() as session:
        return list(session.scalars(select(BomLine.quantity).order_by(BomLine.line_no)))


def test_two_rows_of_one_bom_line_are_refused_with_both_named_and_the_choices(
    database: Database, tmp_path: Path
) -> None:
    report = take(database, tmp_path, doubled())
    assert not report.ok
    assert quantities(database) == []
    (error,) = errors(report)
    (question,) = report.questions
    assert error.question == question
    assert error.row == 5  # the second; the first stands in the sentence
    for language in ("zh", "en"):
        assert "4" in error.message.text(language)
        assert {"4", "5"} <= set(question.text.text(language).replace("、", ", ").replace(
            ")", ",").replace("(", ", ").replace(" ", ",").split(","))  # fmt: skip
    assert question.id == "bom:A-1/A/M-1"
    assert [option.key for option in question.options] == ["sum", "first", "last", "both"]


@pytest.mark.parametrize(
    ("answer", "lines"),
    [("sum", ["7.25"]), ("first", ["3.25"]), ("last", ["4"]), ("both", ["3.25", "4"])],
)
def test_the_answer_decides_and_a_second_import_changes_nothing(
    database: Database, tmp_path: Path, answer: str, lines: list[str]
) -> None:
    given = {"bom:A-1/A/M-1": answer}
    report = take(database, tmp_path, doubled(), given)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    assert quantities(database) == [Decimal(text) for text in lines]
    said = [p.row for p in report.problems if p.severity is Severity.CLEANED]
    assert len(said) == 2 - len(lines)  # a row that went into another is named
    (batch,) = import_batches(database)
    (kept,) = batch.answers
    assert kept.code == f"imports.answered_bom_{answer}"
    assert {"A-1", "M-1"} <= set(kept.text("en").replace(":", "").split())
    again = take(database, tmp_path, doubled(), given)
    assert again.ok
    assert sum(c.new + c.changed for c in again.counts) == 0
    assert quantities(database) == [Decimal(text) for text in lines]


def test_different_units_cannot_be_summed_and_a_wrong_answer_asks_again(
    database: Database, tmp_path: Path
) -> None:
    rows = doubled()
    rows["BOM"][1]["base_qty"] = 100
    report = take(database, tmp_path, rows, {"bom:A-1/A/M-1": "sum"})
    assert not report.ok
    (question,) = report.questions
    assert "sum" not in [option.key for option in question.options]


def test_numbered_lines_of_both_rows_get_places_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    rows = doubled()
    rows["BOM"][0]["line_no"] = rows["BOM"][1]["line_no"] = 1
    rows["Items"].append({"item_code": "N", "name": "n", "category": "原料", "base_unit": "kg",
                          "source": "采购"})  # fmt: skip
    rows["BOM"].append({"parent_code": "A-1", "line_no": 2, "component_code": "N", "quantity": 9})
    given = {"bom:A-1/A/M-1": "both"}
    assert take(database, tmp_path, rows, given).ok
    assert quantities(database) == [Decimal(text) for text in ("3.25", "9", "4")]
    again = take(database, tmp_path, rows, given)
    assert sum(c.new + c.changed for c in again.counts) == 0


def test_one_line_number_for_two_components_is_refused_and_another_proposed(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Items"].append({"item_code": "N", "name": "n", "category": "原料", "base_unit": "kg",
                          "source": "采购"})  # fmt: skip
    rows["BOM"].append({"parent_code": "A-1", "line_no": 1, "component_code": "N", "quantity": 9})
    (error,) = errors(take(database, tmp_path, rows))
    assert error.message.code == "exchange.double_line_no"
    assert error.fix == "2"
    assert take(database, tmp_path, rows, error.fixes()).ok
    assert quantities(database) == [Decimal("3.25"), Decimal(9)]


def dated(*texts: str) -> Rows:
    rows = small_plant()
    first = rows["Orders"][0]
    rows["Orders"] = [
        {**first, "order_no": f"MO-{n}", "requested": text} for n, text in enumerate(texts, 1)
    ]
    return rows


def test_the_year_is_asked_once_for_a_file(database: Database, tmp_path: Path) -> None:
    report = take(database, tmp_path, dated("12月5日", "3月5日", "2/29"))
    assert len(errors(report)) == 3
    assert all(e.question == report.questions[0] for e in errors(report))
    (question,) = report.questions
    assert question.id == "year:p.xlsx"
    assert question.proposed == "next"
    assert {"2026", "2027", "next"} <= {option.key for option in question.options}
    answered = take(database, tmp_path, dated("12月5日", "3月5日"), {question.id: "next"})
    assert answered.ok
    with database.read() as session:
        days = [d.date() for d in session.scalars(select(ProductionOrder.requested_at))]
    assert sorted(days) == [date(2026, 12, 5), date(2027, 3, 5)]
    assert [p.message.code for p in answered.problems] == ["exchange.year_taken"] * 2


def test_a_year_without_that_day_is_refused(database: Database, tmp_path: Path) -> None:
    report = take(database, tmp_path, dated("2月29日"), {"year:p.xlsx": "2027"})
    (error,) = errors(report)
    assert error.message.code == "exchange.not_in_year"
    assert "2027" in error.message.text("zh")


def test_a_proposal_is_taken_by_answering_the_cell(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Orders"][0] |= {"quantity": "100支", "unit": None, "requested": "月底"}
    report = take(database, tmp_path, rows)
    quantity, requested = errors(report)
    assert (quantity.fix, quantity.also) == ("100", (("单位", "支"),))
    assert requested.fix == "2026-11-30"
    answers = quantity.fixes() | requested.fixes()
    assert answers["cell:p.xlsx/订单/4/数量"] == "100"
    done = take(database, tmp_path, rows, answers)
    assert done.ok
    assert [p.message.code for p in done.problems] == ["exchange.typed_over"] * 3
    with database.read() as session:
        order = session.scalars(select(ProductionOrder)).one()
    assert order.quantity == 100
    assert order.base_quantity == 100


def test_an_answer_to_nothing_is_said(database: Database, tmp_path: Path) -> None:
    report = take(database, tmp_path, small_plant(), {"bom:A-1/A/X": "sum"})
    assert report.ok
    assert [p.message.code for p in report.problems] == ["exchange.answer_unused"]
