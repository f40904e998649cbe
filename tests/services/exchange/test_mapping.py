"""Mapping files: foreign tables read by one description, and everything left out is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import RuleBroken
from app.services.exchange.mapping import read_mapped
from app.services.exchange.records import Reading, Record, Severity

TODAY = date(2026, 3, 2)
PARTS = "part,title,colour,tons,used,\nA-1,Angle,WHT,50/100,yes,\nA-2,Bow,BLK,100,no,stray\n"
COLOURS = "code,name\nWHT,white\nBLK,black\n"
MAPPING = """
assumed = ["All parts are made here."]
[source.parts]
files = "parts*.csv"
[source.colours]
files = "colours.csv"
[translate.source]
yes = "自制"
no = "采购"
[[table]]
sheet = "Items"
source = "parts"
[table.columns]
item_code = "part"
name = { template = "{title} ({part})" }
category = { const = "成品" }
base_unit = { const = "件" }
source = { from = "used", translate = "source" }
colour = { from = "colour", join = "colours.code", lookup = "name" }
[[table]]
sheet = "Tools"
source = "parts"
where = { used = "yes" }
[table.columns]
tool_code = { from = "part", as = "M-{value}" }
name = "title"
machine_rule = "tons"
cycle = { from = "tons", split = "/", pick = 1, multiply = "0.5" }
"""


def _read(
    tmp_path: Path, mapping: str = MAPPING, parts: str = PARTS, colours: str = COLOURS
) -> Reading:
    (tmp_path / "parts_1.csv").write_text(parts, encoding="utf-8")
    (tmp_path / "colours.csv").write_text(colours, encoding="utf-8")
    path = tmp_path / "shop.mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    return read_mapped([tmp_path / "parts_1.csv", tmp_path / "colours.csv"], path, TODAY)


def _of(reading: Reading, sheet: str) -> list[Record]:
    return [record for record in reading.records if record.sheet == sheet]


def _codes(reading: Reading, severity: Severity) -> list[str]:
    found = [p for p in reading.problems if p.severity is severity]
    return [problem.message.code.removeprefix("exchange.") for problem in found]


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These tables are read in this process."""


def test_columns_templates_translations_joins_and_parts_of_lists(tmp_path: Path) -> None:
    reading = _read(tmp_path)
    assert _codes(reading, Severity.ERROR) == []
    first, second = _of(reading, "Items")
    assert first.values["name"] == "Angle (A-1)"
    assert [r.values["source"] for r in (first, second)] == ["make", "buy"]
    assert [r.values["colour"] for r in (first, second)] == ["white", "black"]
    assert (first.file, first.row) == ("parts_1.csv", 2)
    (tool,) = _of(reading, "Tools")
    assert tool.values["tool_code"] == "M-A-1"
    assert tool.values["machine_rule"] == "50/100"
    assert tool.values["cycle"] == Decimal(25)


def test_what_the_mapping_states_is_printed_with_its_rows(tmp_path: Path) -> None:
    reading = _read(tmp_path)
    told = [p.message.text("en") for p in reading.problems if p.severity is Severity.ASSUMED]
    assert told == [
        "All parts are made here.",
        "Items, 物料类别 (category): “成品” in 2 rows, as the mapping says.",
        "Items, 基本单位 (base_unit): “件” in 2 rows, as the mapping says.",
    ]


def test_what_it_leaves_out_is_listed(tmp_path: Path) -> None:
    colours = COLOURS + "RED,red\n"
    parts = PARTS.replace("used,\n", "used,,note\n").replace("stray", "stray,keep dry")
    reading = _read(tmp_path, parts=parts, colours=colours)
    warnings = [p for p in reading.problems if p.severity is Severity.WARNING]
    assert [(p.message.code, p.row, p.value) for p in warnings] == [
        ("exchange.cell_without_header", 3, "stray"),
        ("exchange.columns_not_mapped", None, None),
        ("exchange.rows_not_mapped", None, None),
    ]
    assert "note" in warnings[1].message.text("en")
    assert "rows 4" in warnings[2].message.text("en")


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "value"),
    [
        ("yes,", "maybe,", "no_translation", 2, "maybe"),
        ("WHT", "GRN", "no_join", 2, "GRN"),
        ("A-2,Bow", "A-2,", "missing_value", 3, None),
        ("50/100", "big", "no_number", 2, "big"),
    ],
)
def test_a_cell_that_does_not_fit_is_an_error_at_its_place(
    tmp_path: Path, old: str, new: str, code: str, row: int, value: str | None
) -> None:
    reading = _read(tmp_path, parts=PARTS.replace(old, new))
    found = [p for p in reading.problems if p.severity is Severity.ERROR]
    assert [(p.message.code, p.file, p.row, p.value) for p in found] == [
        (f"exchange.{code}", "parts_1.csv", row, value)
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sheet = "Tools"', 'sheet = "Toolz"'),
        ("machine_rule =", "machine_rul ="),
        ("pick = 1", "pik = 1"),
        ('source = "parts"', 'source = "partz"'),
        ("where =", "when ="),
        ("colours.code", "colourz.code"),
    ],
)
def test_a_misspelt_mapping_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        _read(tmp_path, mapping=MAPPING.replace(old, new))
    assert refused.value.message.code == "exchange.mapping_wrong"


def test_a_mapping_that_is_no_toml_or_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken) as refused:
        _read(tmp_path, mapping="[[table")
    assert refused.value.message.code == "exchange.mapping_unreadable"
    with pytest.raises(RuleBroken) as missing:
        read_mapped([], tmp_path / "none.toml", TODAY)
    assert missing.value.message.code == "exchange.mapping_missing"
