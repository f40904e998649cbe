"""What the master data page reads: tables, rows with what their cells offer, uses, relations."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.errors import NotFound
from app.models.database import Database
from app.services.edit import apply_edit
from app.services.exchange.sheets import SHEETS
from app.services.masters.edits import can_retire, retire
from app.services.masters.reading import (
    find_row,
    master_tables,
    read_sheet,
    where_used,
)
from app.services.masters.related import RELATED, related_rows
from app.services.masters.rows import NOT_MASTER_DATA, columns_of, master_rows, record_name
from tests.services.statements import counted

KEYS = [sheet.key for sheet in SHEETS if sheet.key not in NOT_MASTER_DATA]
MOST_STATEMENTS = 16
"""However many rows there are: one for each kind of record that cells name, a few for the rows."""


@pytest.fixture
def whole(database: Database) -> Database:
    return database


def test_there_is_a_table_for_every_sheet_and_it_has_as_many_rows_as_it_says(
    whole: Database,
) -> None:
    tables = master_tables(whole)
    assert [table.key for table in tables] == KEYS
    for table in tables:
        assert table.count == len(read_sheet(whole, table.key).rows), table.key
        for title in (table.title, *(column.title for column in table.columns)):
            assert title.text("en")
            assert title.text("zh")


def test_reading_takes_few_statements(whole: Database) -> None:
    for key in KEYS:
        with counted(whole) as sent:
            read_sheet(whole, key)
        assert len(sent) <= MOST_STATEMENTS, (key, len(sent))


def test_each_row_has_an_id_of_its_own(whole: Database) -> None:
    for key in KEYS:
        ids = [row.id for row in read_sheet(whole, key).rows]
        assert len(set(ids)) == len(ids), key


def test_cells_offer_what_is_in_use_and_nothing_retired(whole: Database) -> None:
    machine = master_rows(whole, "Machines")[0]
    centre = next(
        row
        for row in master_rows(whole, "WorkCentres")
        if row.values["centre_code"] != machine.values["work_centre"]
    )
    before = read_sheet(whole, "Machines").offers["work_centre"]
    assert centre.values["centre_code"] in {offer.code for offer in before}
    apply_edit(whole, retire("WorkCentres", centre.values), "li")
    after = read_sheet(whole, "Machines").offers["work_centre"]
    assert centre.values["centre_code"] not in {offer.code for offer in after}
    assert len(after) == len(before) - 1


def test_an_exception_is_offered_calendars_machines_people_and_copies(whole: Database) -> None:
    offered = read_sheet(whole, "Exceptions").offers["scope"]
    assert {offer.sheet for offer in offered} == {
        "Calendars", "Machines", "Operators", "ToolCopies",
    }  # fmt: skip
    assert any("#" in offer.code for offer in offered)


def test_what_can_be_retired_is_what_has_a_state(whole: Database) -> None:
    assert can_retire("Items")
    assert can_retire("BOM")
    assert not can_retire("Shifts")
    assert not can_retire("Stock")


def test_uses_name_many_records(whole: Database) -> None:
    item = next(row for row in master_rows(whole, "Items") if row.values["item_code"] == "GP-B")
    uses = {use.kind: use for use in where_used(whole, "Items", item.id)}
    assert uses["bom_line"].count == len(uses["bom_line"].examples) > 0
    with pytest.raises(NotFound):
        where_used(whole, "Items", 999_999)


@pytest.mark.parametrize("key", KEYS)
def test_a_record_is_found_by_its_name_in_either_language(whole: Database, key: str) -> None:
    rows = read_sheet(whole, key).rows
    for row in rows:
        for language in ("en", "zh"):
            found = find_row(key, rows, record_name(key, row.values, language))
            assert found is not None
            assert record_name(key, found.values) == record_name(key, row.values)


def test_a_record_is_found_by_the_beginning_and_by_parts_of_its_name(whole: Database) -> None:
    lines = read_sheet(whole, "BOM").rows
    parent = lines[-1].values["parent_code"]
    found = find_row("BOM", lines, parent)
    assert found is not None
    assert found.values["parent_code"] == parent
    people = read_sheet(whole, "Operators").rows
    last = people[-1].values
    assert find_row("Operators", people, f"{last['badge']} · {last['name']}") is people[-1]
    assert find_row("Operators", people, "nobody") is None
    assert find_row("Operators", people, {"badge": people[0].values["badge"]}) is people[0]


def test_what_belongs_to_a_record_is_read_with_it(whole: Database) -> None:
    tool = master_rows(whole, "ToolCopies")[0].values["tool_code"]
    key, code, readings = related_rows(whole, "Tools", str(tool))
    assert (key, code) == ("Tools", tool)
    assert [reading.key for reading in readings] == [each.sheet for each in RELATED["Tools"]]
    wanted = [row.id for row in master_rows(whole, "ToolCopies") if row.values["tool_code"] == tool]
    assert [row.id for row in readings[0].rows] == wanted


@pytest.mark.parametrize("key", sorted(RELATED))
def test_every_relation_finds_the_rows_that_name_the_record(whole: Database, key: str) -> None:
    from app.services.exchange.sheets import sheet

    identity = sheet(key).identity[0]
    for owner in master_rows(whole, key):
        code = owner.values[identity]
        _, _, readings = related_rows(whole, key, code)
        for related, reading in zip(RELATED[key], readings, strict=True):
            wanted = [
                row.id
                for row in master_rows(whole, related.sheet)
                if row.values.get(related.by) == code
            ]
            assert [row.id for row in reading.rows] == wanted, (key, code, related.sheet)


def test_columns_shown_of_relations_exist() -> None:
    for relations in RELATED.values():
        for related in relations:
            names = {column.key for column in columns_of(related.sheet)}
            assert {related.by, *related.keys} <= names


def test_numbers_and_days_are_read_as_typed() -> None:
    from datetime import date

    from app.core.errors import RuleBroken
    from app.services.masters.rows import parse_day, parse_number

    assert parse_number(" 1,200.50 ") == Decimal("1200.5")
    assert parse_day("2027/3/31", date(2026, 3, 2)) == date(2027, 3, 31)
    with pytest.raises(RuleBroken):
        parse_number("100支")
    with pytest.raises(RuleBroken):
        parse_day("月底", date(2026, 3, 2))
