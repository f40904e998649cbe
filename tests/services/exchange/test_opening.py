"""Files opened for an import: recognised by a saved mapping, or drafted; corrections kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.exchange import import_files
from app.services.exchange.answers import answer_id, cell_id, file_of
from app.services.exchange.opening import Opened, mapping_of, open_files
from app.services.exchange.page_store import PageStore
from app.services.exchange.plan import MappingText, checked_mapping
from app.services.exchange.preview import preview_import
from app.services.exchange.saved_mappings import load_mapping, save_mapping
from tests.services.exchange.books import NOW, book, small_plant

HEAD = "单号,客户,货号,数量,交期\n"


@pytest.fixture
def plant_in(database: Database, tmp_path: Path) -> Database:
    assert import_files(database, [book(tmp_path, small_plant())], now=NOW).ok
    return database


def csv(tmp_path: Path, name: str, rows: str, head: str = HEAD) -> Path:
    path = tmp_path / name
    path.write_text(head + rows, encoding="utf-8")
    return path


def test_an_unknown_file_is_drafted_and_the_next_one_recognised(
    plant_in: Database, tmp_path: Path
) -> None:
    november = csv(tmp_path, "订单2026-11.csv", "N1,甲,A-1,5,2026-12-01\n")
    store = PageStore()
    opened = open_files(plant_in, [november], store, {})
    assert opened.fit is None
    assert [t.sheet for t in opened.draft.tables] == ["Orders"]
    kept = mapping_of(opened.draft, "订单", {}, {})
    apply_edit(plant_in, save_mapping(plant_in, "订单", kept.text), "li")

    december = csv(tmp_path, "订单2026-12.csv", "N2,甲,A-1,7,2026-12-09\n")
    again = open_files(plant_in, [december], store, {})
    assert again.fit is not None
    assert again.fit.mapping.name == "订单"
    report = import_files(plant_in, [december], again.fit.mapping, now=NOW, parse=store)
    assert report.ok
    anew = open_files(plant_in, [december], store, {}, recognise=False)
    assert anew.fit is None


def test_corrections_are_kept_for_the_file_they_were_made_for(
    plant_in: Database, tmp_path: Path
) -> None:
    path = csv(tmp_path, "订单2026-11.csv", "N1,甲,A-1,five,12月1日\nN2,甲,A-1,6,12月2日\n")
    store = PageStore()
    opened = open_files(plant_in, [path], store, {})
    answers = {
        cell_id(path.name, path.stem, 2, "数量"): "5",
        f"row:{path.name}/{path.stem}/3": "leave_out",
        answer_id("year", path.name): "2026",
    }
    kept = mapping_of(opened.draft, "订单", answers, {})
    plan = checked_mapping(kept)
    assert plan["answers"] == {"year:*": "2026"}
    assert [c["file"] for c in plan["corrections"]] == [path.name]
    preview = preview_import(plant_in, [path], store, kept, now=NOW)
    assert preview.ok, [p.message.text("en") for p in preview.problems]
    assert [(r.name, r.state) for r in preview.records] == [("N1", "new")]

    reopened = open_files(plant_in, [path], PageStore(), {}, kept)
    assert dict(reopened.answers) == {k: v for k, v in answers.items() if not k.startswith("year")}
    csv(tmp_path, path.name, "N1,甲,A-1,8,12月1日\n")
    assert open_files(plant_in, [path], PageStore(), {}, kept).answers == {}


def test_answers_about_a_text_file_are_asked_of_the_reader(
    plant_in: Database, tmp_path: Path
) -> None:
    path = tmp_path / "订单.csv"
    path.write_bytes((HEAD + "N1,甲,A-1,5,2026-12-01\n").encode("gb18030"))
    opened: Opened = open_files(plant_in, [path], PageStore(), {})
    assert opened.draft.source_rows()[0].sheets == ("Orders",)
    wrong = open_files(plant_in, [path], PageStore(), {"encoding:订单.csv": "cp1252"})
    assert wrong.draft.source_rows()[0].sheets != ("Orders",)


def test_a_mapping_that_was_given_is_used_even_where_it_does_not_fit(
    plant_in: Database, tmp_path: Path
) -> None:
    path = csv(tmp_path, "x.csv", "1,2\n", "a,b\n")
    plan = '[source.o]\nfiles = "x.csv"\n[[table]]\nsheet = "Orders"\nsource = "o"\n'
    given = MappingText("mine", plan + 'columns = { item_code = "料号", quantity = "b" }\n')
    opened = open_files(plant_in, [path], PageStore(), {}, given)
    assert opened.fit is not None
    assert not preview_import(plant_in, [path], PageStore(), given, now=NOW).ok


def test_saved_text_is_what_was_drafted(plant_in: Database, tmp_path: Path) -> None:
    path = csv(tmp_path, "订单.csv", "N1,甲,A-1,5,2026-12-01\n")
    draft = open_files(plant_in, [path], PageStore(), {}).draft
    kept = mapping_of(draft, "订单", {}, {})
    apply_edit(plant_in, save_mapping(plant_in, "订单", kept.text), "li")
    assert load_mapping(plant_in, "订单").text == kept.text
    copy = draft.copy()
    copy.remove_rule(1, "quantity")
    assert "quantity" in draft.table(1).columns


@pytest.mark.parametrize(
    ("question", "file"),
    [
        (cell_id("a%/b.xlsx", "S", 1, "c"), "a%/b.xlsx"),
        ("year:x=1.csv".replace("=", "%3D"), "x=1.csv"),
        ("year:*", ""),
        ("bom:A/B", ""),
    ],
)
def test_the_file_of_a_question_is_told_from_its_id(question: str, file: str) -> None:
    assert file_of(question) == file
