"""``promise`` without a window: exit codes, sentences, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.cli import main
from app.models.database import Database
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import SmallPlant


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "plant.sqlite"
    database = Database.open(str(path))
    SmallPlant.build(database, orders=8)
    schedule_plant(database, seconds=0)
    database.close()
    return path


@pytest.fixture
def url(tmp_path: Path, template: Path) -> str:
    own = tmp_path / "own.sqlite"
    shutil.copyfile(template, own)
    return str(own)


NEW = ("promise", "--item", "A", "--quantity", "20", "--customer", "C1", "--requested")


def test_a_date_that_can_be_kept_exits_0_and_one_that_cannot_1(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answer.json"
    assert main(["--database", url, *NEW, "2026-04-20", "--json", str(out)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["verdict"] == told["earliest"]["verdict"] == "in_time"
    assert [lamp["lamp"] for lamp in told["lamps"]] == [
        "master_data", "material", "capacity", "resources", "commercial",
    ]  # fmt: skip
    assert [step["operation"] for step in told["steps"]] == [10, 20, 30]
    assert {o["option"] for o in told["options"]} == {
        "overtime", "two_deliveries", "displace", "first", "cut_in",
    }  # fmt: skip
    assert main(["--database", url, *NEW, "2026-03-02T10:30", "--json", str(out)]) == 1
    late = json.loads(out.read_text(encoding="utf-8"))
    assert late["verdict"] == "late"
    assert late["earliest"]["end"] == told["earliest"]["end"]
    said = capsys.readouterr().out
    assert "The requested date is not kept." in said


def test_an_order_is_asked_about_by_its_number_and_with_another_quantity(
    url: str, tmp_path: Path
) -> None:
    out = tmp_path / "answer.json"
    main(["--database", url, "promise", "mo-8", "--json", str(out)])
    plain = json.loads(out.read_text(encoding="utf-8"))
    assert (plain["order"], plain["quantity"]) == ("MO-8", "20")
    assert plain["planned"]
    main(["--database", url, "promise", "MO-8", "--quantity", "40", "--json", str(out)])
    assert json.loads(out.read_text(encoding="utf-8"))["quantity"] == "40"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["promise"], "--item"),
        (["promise", "MO-1", "--item", "A"], "--item"),
        (["promise", "--item", "A"], "--quantity"),
        (["promise", "MO-77"], "MO-77"),
        (["promise", "--item", "ZZ", "--quantity", "1", "--requested", "2026-04-01"], "ZZ"),
    ],
)
def test_what_is_missing_or_unknown_is_named(
    url: str, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", url, *arguments]) == 1
    assert word in capsys.readouterr().err


def test_wrong_use_exits_2(url: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--database", url, "promise", "MO-1", "--quantity", "-3"])
    assert left.value.code == 2


def test_capacity_is_held_listed_confirmed_and_released(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    held = [*NEW, "2026-04-20", "--hold-until", "2026-03-04", "--owner", "Zhang"]
    assert main(["--database", url, *held]) == 0
    capsys.readouterr()
    assert main(["--database", url, "holds", "list"]) == 0
    said = capsys.readouterr().out
    assert "Zhang" in said
    order = said.split()[0]
    assert main(["--database", url, "holds", "confirm", order, "--promised", "2026-03-20"]) == 0
    assert main(["--database", url, "holds", "release", order]) == 1
    assert main(["--database", url, *NEW, "2026-04-20", "--hold-until", "2026-03-04"]) == 0
    capsys.readouterr()
    main(["--database", url, "holds", "list"])
    second = capsys.readouterr().out.split()[0]
    assert second != order
    assert main(["--database", url, "holds", "release", second]) == 0
    capsys.readouterr()
    assert main(["--database", url, "holds", "list"]) == 0
    assert "No capacity" in capsys.readouterr().out
    assert main(["--database", url, "promise", "MO-1", "--hold-until", "2026-03-04"]) == 1
