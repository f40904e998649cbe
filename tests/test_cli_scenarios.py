"""What-if and publishing without a window: exit codes, sentences, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.models.database import Database
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import SmallPlant


@pytest.fixture
def url(open_url: str) -> str:
    """The small plant, planned."""
    database = Database.open(open_url)
    SmallPlant.build(database)
    schedule_plant(database, seconds=0)
    database.close()
    return open_url


def test_a_scenario_from_its_beginning_to_the_published_plan(url: str, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"

    def run(*arguments: str, code: int = 0) -> Any:
        out.unlink(missing_ok=True)
        assert main(["--database", url, *arguments, "--json", str(out)]) == code
        return json.loads(out.read_text("utf-8")) if out.exists() else None

    assert run("scenario", "list") == []
    run("scenario", "new", "A")
    run("scenario", "add", "A", "rush", "A", "10", "2026-03-04", "--customer", "C1")
    run("scenario", "new", "B", "--like", "A")
    for words in (
        ("down", "P1", "2026-03-02T12:00", "2026-03-03T12:00"),
        ("open", "PRESS,O1", "2026-03-03", "18:00-22:00", "--cost-per-hour", "30"),
        ("absence", "O0", "2026-03-03", "2026-03-03"),
        ("date", "MO-1", "2026-03-05T12:00"),
        ("priority", "MO-2", "1"),
        ("quantity", "MO-2", "40"),
    ):
        said = run("scenario", "add", "B", *words)
    assert said["sentence"] == "Order MO-2: 40 instead of 20"
    assert run("scenario", "add", "B", "priority", "MO-9", "1", code=1) is None
    run("scenario", "remove", "B", str(said["edit"]))
    solved = run("scenario", "solve", "--seconds", "0")
    assert [each["name"] for each in solved] == ["A", "B"]
    assert all(each["figures"]["unplaced"] == 0 for each in solved)
    compared = run("scenario", "compare")
    assert compared["plans"] == ["Working plan", "A", "B"]
    assert compared["stale"] == [False, False, False]
    shown = run("scenario", "show", "B")
    assert [each["kind"] for each in shown["edits"]] == [
        "rush", "down", "open", "absence", "date", "priority",
    ]  # fmt: skip
    orders = {each["order"]: each for each in shown["result"]["orders"]}
    assert orders["RUSH-1"]["was"] is None
    assert orders["RUSH-1"]["is"] is not None
    run("scenario", "describe", "B", "--payer", "C1", "--recommendation", "Take it")
    sheet = run("scenario", "print", "B", "--with", "A", "--out", str(tmp_path))
    assert Path(sheet["file"]).read_bytes().startswith(b"%PDF")
    adopted = run("scenario", "adopt", "B")
    assert (adopted["edits"], adopted["placed"]) == ([1, 2, 3, 4, 5, 6], 9)
    assert run("scenario", "adopt", "A", code=1) is None  # stale now
    checked = run("publish", "--check")
    assert set(checked["teams"]) == {"PRESS", "HEAT", "PACK"}
    assert run("published") == []
    assert run("publish", "--note", "B adopted")["revision"] == 1
    assert run("publish", "--base", "0", code=1) is None
    history = run("published")
    assert [(row["revision"], row["note"]) for row in history] == [(1, "B adopted")]
    assert len(run("published", "1")["placements"]) == 9
    notices = run("notices", "list", code=1)  # work that begins now: escalated
    assert [row["signed_by"] for row in notices] == [None, None, None]
    printed = run("notices", "print", "--out", str(tmp_path))
    assert (printed["notices"], printed["pages"]) == (3, 3)
    assert Path(printed["file"]).read_bytes().startswith(b"%PDF")
    run("notices", "sign", str(notices[0]["notice"]), "--as", "Wu")
    assert len(run("notices", "list", "--unread")) == 2
    rebased = run("scenario", "rebase", "A")
    assert (rebased["base"], rebased["published"], rebased["rebased"]) == (0, 1, True)
    run("scenario", "delete", "A")
    assert [row["name"] for row in run("scenario", "list")] == ["B"]


@pytest.mark.parametrize(
    "words",
    [
        ("scenario", "add", "A", "down", "P1", "soon", "later"),
        ("scenario", "add", "A", "open", "P1", "2026-03-03", "8-10"),
        ("scenario", "add", "A", "quantity", "MO-1", "-3"),
        ("scenario", "add", "A", "rush", "A", "NaN", "2026-03-04"),
        ("scenario", "fly"),
        ("publish", "--base", "x"),
    ],
)
def test_wrong_words_are_wrong_use(words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--database", str(tmp_path / "plant.sqlite"), *words])
    assert caught.value.code == 2
