"""Lines pasted from a spreadsheet are read cell by cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.core.choices import QuantityKind
from app.services.products.pasted import PastedLine, pasted_lines

CODES = ["GP-B", "WT", "0015"]


def read(text: str) -> tuple[PastedLine, ...]:
    return pasted_lines(text, CODES, date(2026, 3, 2), ZoneInfo("Asia/Shanghai"))


def test_titles_in_either_language_say_what_the_columns_are() -> None:
    for titles in (
        "用量\t子件编码\t颜色\t用量类型",
        "Quantity\tComponent code\tColour\tQuantity is",
    ):
        (line,) = read(f"{titles}\n60\tgp-b\t白\t百分比\n\n")
        assert dict(line.values) == {
            "quantity": Decimal(60),
            "component_code": "GP-B",
            "qty_kind": QuantityKind.PERCENT,
        }
        assert not line.problems


def test_without_titles_the_usual_order_holds() -> None:
    first, second = read("GP-B\t1,234.5\tkg\t5\t20\t主料\n0015\t2\n")
    assert first.values == {
        "component_code": "GP-B",
        "quantity": Decimal("1234.5"),
        "unit": "kg",
        "scrap_pct": Decimal(5),
        "consumed_at_step": 20,
        "note": "主料",
    }
    assert second.values == {"component_code": "0015", "quantity": Decimal(2)}


def test_every_bad_cell_says_why() -> None:
    unknown, empty, wrong = read("NO-1\t1\nWT\t\nWT\tviel\tkg\t5\tx")
    assert set(unknown.problems) == {"component_code"}
    assert set(empty.problems) == {"quantity"}
    assert set(wrong.problems) == {"quantity", "consumed_at_step"}
    for line in (unknown, empty, wrong):
        for text in line.problems.values():
            assert text.text("zh")
            assert text.text("en")
    assert read(" \n") == ()
