"""Saved mappings: kept, found, used, changed and forgotten, all by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, NotFound, RuleBroken
from app.models.access import ImportBatch
from app.models.database import Database
from app.services.edit import Edit, apply_edit
from app.services.exchange import import_files, plan_import
from app.services.exchange.plan import MappingText
from app.services.exchange.saved_mappings import (
    RenameMapping,
    delete_mapping,
    load_mapping,
    mapping_named,
    save_mapping,
    saved_mappings,
)

PARTS = """
[source.parts]
files = ["parts_*.csv", "teile*.csv"]
[[table]]
sheet = "Items"
source = "parts"
[table.columns]
item_code = "part"
name = "title"
category = { const = "成品" }
base_unit = { const = "件" }
source = { const = "自制" }
"""
OTHER = PARTS.replace("parts_*.csv", "stuecke.csv")


def do(database: Database, edit: Edit) -> None:
    apply_edit(database, edit, "test")


def names(database: Database) -> list[str]:
    return [row.name for row in saved_mappings(database)]


def test_a_mapping_is_kept_found_and_forgotten_and_each_step_goes_back(database: Database) -> None:
    first = save_mapping(database, "parts list", PARTS)
    do(database, first)
    assert load_mapping(database, " Parts List ") == MappingText("parts list", PARTS)
    change = save_mapping(database, "parts list", OTHER)
    do(database, change)
    assert load_mapping(database, "parts list").text == OTHER
    do(database, change.inverse())
    assert load_mapping(database, "parts list").text == PARTS
    away = delete_mapping(database, "PARTS LIST")
    do(database, away)
    assert names(database) == []
    do(database, away.inverse())
    assert load_mapping(database, "parts list").text == PARTS
    do(database, first.inverse())
    with pytest.raises(NotFound, match="parts list"):
        load_mapping(database, "parts list")


def test_a_row_says_which_files_it_takes(database: Database) -> None:
    do(database, save_mapping(database, "p", PARTS))
    (row,) = saved_mappings(database)
    assert row.sources == (("parts", ("parts_*.csv", "teile*.csv")),)
    assert row.patterns == ("parts_*.csv", "teile*.csv")
    assert row.fits(["parts_7.csv", "teile.csv"])
    assert not row.fits(["parts_7.csv", "orders.csv"])
    assert not row.fits([])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[source", "no TOML"),
        (PARTS.replace("item_code", "item_cod"), "item_cod"),
        (PARTS.replace('source = "parts"', 'source = "items"'), "items"),
        ("source = 3\ntable = 4\n", "source"),
        (PARTS.replace("files", "file"), "source.parts"),
    ],
)
def test_what_is_no_mapping_is_not_kept(database: Database, text: str, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        do(database, save_mapping(database, "bad", text))
    assert names(database) == []


def test_a_mapping_without_a_name_is_refused(database: Database) -> None:
    with pytest.raises(RuleBroken):
        do(database, save_mapping(database, "  ", PARTS))


def test_what_somebody_else_changed_meanwhile_is_a_conflict(database: Database) -> None:
    do(database, save_mapping(database, "p", PARTS))
    mine = save_mapping(database, "p", OTHER)
    do(database, save_mapping(database, "p", PARTS + "\n# theirs\n"))
    with pytest.raises(Conflict):
        do(database, mine)
    assert load_mapping(database, "p").text.endswith("# theirs\n")


def test_renaming_keeps_the_text_and_refuses_a_taken_name(database: Database) -> None:
    do(database, save_mapping(database, "p", PARTS))
    do(database, save_mapping(database, "q", OTHER))
    with pytest.raises(RuleBroken):
        do(database, RenameMapping("p", "Q"))
    rename = RenameMapping("p", "P")  # only the case
    do(database, rename)
    do(database, RenameMapping("P", "parts"))
    assert sorted(names(database)) == ["parts", "q"]
    do(database, RenameMapping("P", "parts").inverse())
    assert load_mapping(database, "p").name == "P"


@pytest.mark.usefixtures("read_here")
def test_an_import_by_name_is_noted_in_mapping_and_batch(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "parts_1.csv").write_text("part,title\nA-1,Angle\n", encoding="utf-8")
    do(database, save_mapping(database, "never", OTHER))
    do(database, save_mapping(database, "p", PARTS))
    chosen = mapping_named(database, "p")
    assert plan_import(database, [tmp_path / "parts_1.csv"], mapping=chosen).ok
    assert {row.last_used_at for row in saved_mappings(database)} == {None}
    assert import_files(database, [tmp_path / "parts_1.csv"], mapping=chosen).written
    used, never = saved_mappings(database)
    assert (used.name, never.name) == ("p", "never")
    assert used.last_used_at is not None
    assert never.last_used_at is None
    with database.read() as session:
        (batch,) = session.scalars(select(ImportBatch))
        assert batch.mapping_name == "p"


def test_a_file_wins_over_a_saved_name_and_neither_is_an_error(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "p.toml"
    path.write_text(OTHER, encoding="utf-8")
    do(database, save_mapping(database, "p", PARTS))
    assert mapping_named(database, str(path)) == MappingText("p.toml", OTHER)
    assert mapping_named(database, "p") == MappingText("p", PARTS)
    with pytest.raises(NotFound, match="neither"):
        mapping_named(database, "x")
