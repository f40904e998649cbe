"""Questions about the working plan without a window: exit codes, sentences, JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from tests.postgres import PostgresServer
from tests.services.exchange.books import book, small_plant

NOW = "2026-11-23T10:20"


def plan_small_plant(url: str, folder: Path) -> None:
    path = book(folder, small_plant())
    assert main(["--database", url, "import", str(path), "--now", NOW]) == 0
    assert main(["--database", url, "schedule", "--seconds", "0", "--now", NOW]) == 0


@pytest.fixture(scope="module")
def planned_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planned")
    plan_small_plant(f"sqlite:///{(folder / 'plant.sqlite').as_posix()}", folder)
    return folder / "plant.sqlite"


@pytest.fixture(scope="module")
def planned_database(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with postgres_server.fresh_database() as name:
        plan_small_plant(postgres_server.url(name), tmp_path_factory.mktemp("planned"))
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def planned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of one's own with the small plant, planned, once on each kind of database."""
    if request.param == "sqlite":
        own = tmp_path / "own.sqlite"
        shutil.copyfile(request.getfixturevalue("planned_file"), own)
        yield f"sqlite:///{own.as_posix()}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.copy_of(request.getfixturevalue("planned_database")) as name:
        yield server.url(name)


def ask(url: str, tmp_path: Path, *arguments: str, now: str = NOW) -> Any:
    out = tmp_path / "answer.json"
    assert main(["--database", url, *arguments, "--now", now, "--json", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def first_order(url: str, tmp_path: Path) -> dict[str, Any]:
    orders: list[dict[str, Any]] = ask(url, tmp_path, "risk", "--replays", "50")["orders"]
    return orders[0]


def test_why_adds_up_and_names_what_would_help(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = first_order(planned, tmp_path)["order"]
    said = ask(planned, tmp_path, "why", name, "--chain", "--remedies", "--seconds", "5")
    assert said["order"] == name
    minutes = [row["minutes"] for row in said["chain"]]
    assert sum(minutes) == sum(said["by_cause"].values()) == said["minutes"] > 0
    ends = [row["end"] for row in said["chain"]]
    assert ends[:-1] == [row["start"] for row in said["chain"]][1:]
    assert ends[-1] == said["end"]
    assert said["remedies"]["tried"] + said["remedies"]["left"] >= len(said["remedies"]["found"])
    step = said["operation"]
    assert ask(planned, tmp_path, "why", step.lower())["operation"] == step
    assert step in capsys.readouterr().out
    assert main(["--database", planned, "--language", "zh", "why", "NO-1", "--now", NOW]) == 1
    assert "NO-1" in capsys.readouterr().err


def test_risk_lists_every_order_and_repeats_itself(planned: str, tmp_path: Path) -> None:
    one = ask(planned, tmp_path, "risk", "--replays", "60", "--seed", "3")
    assert ask(planned, tmp_path, "risk", "--replays", "60", "--seed", "3") == one
    chances = [row["on_time"] for row in one["orders"]]
    assert chances == sorted(chances)
    assert all(row["p50"] <= row["p90"] for row in one["orders"])
    with pytest.raises(SystemExit):
        main(["risk", "--replays", "1"])


def test_the_plan_is_brought_up_to_date_within_a_budget(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = ask(planned, tmp_path, "update")
    assert (same["moved"], same["saved"], same["churn"]["moved"]) == ([], False, 0)
    later = "2026-11-24T10:20"
    checked = ask(planned, tmp_path, "update", "--check", now=later)
    assert checked["moved"]
    assert not checked["saved"]
    assert main(["--database", planned, "update", "--now", later, "--on", "a,b"]) == 1
    assert "a" in capsys.readouterr().err
    refused = ["update", "--now", later, "--move-at-most", "0:9d"]
    assert main(["--database", planned, *refused]) == 1
    assert checked["moved"][0].rpartition("/")[0] in capsys.readouterr().err
    done = ask(planned, tmp_path, "update", "--machine", "yes", now=later)
    assert done["saved"]
    assert done["lost"] == []
    again = ask(planned, tmp_path, "update", now=later)
    assert (again["moved"], again["saved"]) == ([], False)
    with pytest.raises(SystemExit):
        main(["update", "--move-at-most", "some"])


def test_a_solve_within_a_budget_tells_what_it_changed(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limit = ("schedule", "--seconds", "0", "--move-at-most", "0:3d", "--move-at-most", "1")
    said = ask(planned, tmp_path, *limit)
    churn = said["summary"]["churn"]
    assert (churn["moved"], churn["lost"]) == (0, 0)
    assert churn["placed"] == len(said["placements"])
    wrong = ["schedule", "--seconds", "0", "--now", NOW, "--move-at-most", "0@NOWHERE"]
    capsys.readouterr()
    assert main(["--database", planned, *wrong]) == 1
    assert "NOWHERE" in capsys.readouterr().err
