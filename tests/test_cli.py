"""The program without a window: every command, its exit code, its JSON."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from app.cli import main
from tests.services.exchange.books import book, small_plant


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'plant.sqlite').as_posix()}"


@pytest.fixture
def plant(tmp_path: Path, url: str) -> str:
    """A database with the small plant in it."""
    path = book(tmp_path, small_plant())
    assert main(["--database", url, "import", str(path), "--now", "2026-11-23T10:20"]) == 0
    return url


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_import_reports_and_refuses(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = small_plant()
    rows["Orders"][0]["item_code"] = "A-9"
    report = tmp_path / "r.json"
    bad = book(tmp_path, rows)
    assert main(["--database", url, "import", str(bad), "--json", str(report)]) == 1
    said = read(report)
    assert said["ok"] is False
    assert said["written"] is False
    (problem,) = [p for p in said["problems"] if p["severity"] == "error"]
    assert problem["code"] == "exchange.unknown_item"
    assert (problem["sheet"], problem["row"], problem["value"]) == ("订单", 4, "A-9")
    assert "A-9" in capsys.readouterr().out
    good = book(tmp_path, small_plant(), "good")
    assert main(["--database", url, "import", str(good), "--json", str(report)]) == 0
    assert read(report)["new"] > 10
    assert main(["--database", url, "import", str(good), "--json", str(report)]) == 0
    assert (read(report)["new"], read(report)["changed"]) == (0, 0)


def test_schedule_writes_the_documented_json(tmp_path: Path, plant: str) -> None:
    out = tmp_path / "s.json"
    arguments = ["--database", plant, "schedule", "--seconds", "1", "--now", "2026-11-23T10:20"]
    assert main([*arguments, "--json", str(out)]) == 0
    said = read(out)
    assert said["status"] in ("optimal", "feasible")
    parts = {"weighted_tardiness_min", "late_orders", "setup_min", "setup_cost", "flow_min",
             "overtime_min", "makespan_min", "moved_operations", "light_batches",
             "short_campaigns", "dear_min"}  # fmt: skip
    assert parts <= set(said["objective"])
    assert said["unplaced"] == []
    (placement,) = said["placements"]
    assert placement["order"] == "MO-1"
    assert placement["machine"] == "T-1"
    assert placement["tools"] == ["MO-1#1", "MO-1#2"]
    for key in ("setup_start", "start", "end", "due"):
        moment = datetime.fromisoformat(placement[key])
        assert moment.utcoffset() is not None
        assert moment.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    # 41 pieces on two copies: 21 turns of 10 min from 10:20, over the noon break.
    assert placement["start"].startswith("2026-11-23T02:20")
    assert main(["--database", plant, "doctor"]) == 0


def test_export_comes_back_unchanged(tmp_path: Path, plant: str) -> None:
    exported, report = tmp_path / "e.xlsx", tmp_path / "r.json"
    assert main(["--database", plant, "export", str(exported)]) == 0
    arguments = ["--database", plant, "import", str(exported), "--json", str(report)]
    assert main(arguments) == 0
    assert (read(report)["new"], read(report)["changed"]) == (0, 0)


def test_travelers_are_printed_and_counted(tmp_path: Path, plant: str) -> None:
    arguments = ["--database", plant, "print", "travelers", "--order", "mo-1", "--out"]
    assert main([*arguments, str(tmp_path)]) == 0
    assert main([*arguments, str(tmp_path)]) == 0
    document = pypdfium2.PdfDocument(tmp_path / "travelers.pdf")
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "MO-1" in text
    assert "补打" in text  # the second print says so


@pytest.mark.parametrize(("order", "code"), [("NO-SUCH", 1), ("MO-1", 0)], ids=["unknown", "known"])
def test_an_unknown_order_is_said_not_printed(
    tmp_path: Path, plant: str, order: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--database", plant, "--language", "zh", "print", "travelers"]
    assert main([*arguments, "--order", order, "--out", str(tmp_path)]) == code
    said = capsys.readouterr()
    assert ("NO-SUCH" in said.err) == (code == 1)


def test_doctor_finds_what_is_wrong_and_says_it_by_exit_code(tmp_path: Path, plant: str) -> None:
    out = tmp_path / "d.json"
    arguments = ["--database", plant, "schedule", "--seconds", "0", "--now", "2026-11-23T10:20"]
    assert main(arguments) == 0
    rows = small_plant()
    rows["Orders"].append({**rows["Orders"][0], "order_no": "MO-2"})
    assert main(["--database", plant, "import", str(book(tmp_path, rows, "more"))]) == 0
    assert main(["--database", plant, "doctor", "--json", str(out)]) == 1
    assert any("MO-2" in finding["message"] for finding in read(out))


def test_wrong_use_is_two_and_a_missing_file_is_one(tmp_path: Path, url: str) -> None:
    with pytest.raises(SystemExit) as wrong:
        main(["schedule", "--policy", "fastest"])
    assert wrong.value.code == 2
    with pytest.raises(SystemExit) as wrong:
        main(["--database", url, "schedule", "--now", "yesterday"])
    assert wrong.value.code == 2
    assert main(["--database", url, "import", str(tmp_path / "none.xlsx")]) == 1
    missing = f"sqlite:///{(tmp_path / 'no' / 'folder' / 'x.sqlite').as_posix()}"
    assert main(["--database", missing, "doctor"]) == 1


def test_a_database_that_is_none_of_ours_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"this is no database at all" * 100)
    assert main(["--database", f"sqlite:///{path.as_posix()}", "doctor"]) == 1
    assert "x.sqlite" in capsys.readouterr().err


def test_the_site_can_be_set_up(plant: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--database", plant, "site"]
    change = [
        "--name",
        "Werk 1",
        "--time-zone",
        "Europe/Berlin",
        "--planning-date",
        "2026-11-23T08",
    ]
    assert main([*arguments, *change]) == 0
    capsys.readouterr()
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "Werk 1" in said
    assert "Europe/Berlin" in said
    assert "2026-11-23 08:00" in said
    assert main([*arguments, "--planning-date", "clock"]) == 0
    assert "clock" in capsys.readouterr().out
    assert main([*arguments, "--time-zone", "Europe/Nowhere"]) == 1
    assert "Europe/Nowhere" in capsys.readouterr().err


def test_the_template_is_written(tmp_path: Path) -> None:
    assert main(["template", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").stat().st_size > 10_000


def test_mappings_are_saved_listed_shown_used_and_deleted(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "shop.mapping.toml"
    mapping.write_text(
        '[source.s]\nfiles = "colours*.csv"\n[[table]]\nsheet = "ReasonCodes"\nsource = "s"\n'
        '[table.columns]\ncategory = { const = "报废" }\nreason_code = "code"\nname = "name"\n',
        encoding="utf-8",
    )
    (tmp_path / "colours_1.csv").write_text("code,name\nS1,chipped\n", encoding="utf-8")
    run = ["--database", url]
    assert main([*run, "mappings", "save", str(mapping)]) == 0
    assert main([*run, "mappings", "save", str(mapping), "--name", "other"]) == 0
    capsys.readouterr()
    assert main([*run, "mappings", "show", "shop"]) == 0
    assert 'files = "colours*.csv"' in capsys.readouterr().out
    assert main([*run, "mappings", "delete", "other"]) == 0
    assert main([*run, "import", str(tmp_path / "colours_1.csv"), "--mapping", "shop"]) == 0
    capsys.readouterr()
    assert main([*run, "mappings", "list"]) == 0
    listed = capsys.readouterr().out
    assert "shop: files colours*.csv" in listed
    assert "never" not in listed
    assert "other" not in listed
    assert main([*run, "mappings", "show", "other"]) == 1
    assert main([*run, "import", str(tmp_path / "colours_1.csv"), "--mapping", "other"]) == 1
    assert "neither a file" in capsys.readouterr().err


def test_imports_are_listed_and_undone_once(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["--database", plant, "imports"]
    capsys.readouterr()
    assert main([*run, "list"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    key, rest = line.split(maxsplit=1)
    assert "p.xlsx" in rest
    assert "Can be undone." in rest
    assert main([*run, "undo", key]) == 0
    assert "as it was" in capsys.readouterr().out
    assert main([*run, "undo", key]) == 1
    assert "undone already" in capsys.readouterr().err


def test_an_import_that_is_built_on_is_not_undone_and_says_why(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = small_plant()
    rows["Orders"][0]["quantity"] = 202
    again = book(tmp_path, {"Orders": rows["Orders"]}, "again")
    run = ["--database", plant]
    assert main([*run, "import", str(again), "--now", "2026-11-23T10:20"]) == 0
    capsys.readouterr()
    assert main([*run, "imports", "list"]) == 0
    _, first = capsys.readouterr().out.splitlines()
    assert "undo that one first" in first
    assert main([*run, "imports", "undo", first.split()[0]]) == 1
    told = capsys.readouterr()
    assert "again.xlsx" in told.out
    assert "Nothing was undone" in told.err


def test_health_lists_what_is_wrong_and_fails_on_errors(
    tmp_path: Path, plant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "h.json"
    run = ["--database", plant]
    assert main([*run, "site", "--planning-date", "2026-11-23T10:20"]) == 0
    assert main([*run, "health", "--severity", "error", "--json", str(report)]) == 0
    assert read(report) == []
    assert "good health" in capsys.readouterr().out
    rows = small_plant()
    rows["Tools"][0] = {"tool_code": "MO-1", "name": "模", "action": "停用"}
    retired = book(tmp_path, {"Tools": rows["Tools"]}, "retired")
    assert main([*run, "import", str(retired), "--now", "2026-11-23T10:20"]) == 0
    capsys.readouterr()
    assert main([*run, "health", "--json", str(report)]) == 1
    first = read(report)[0]
    assert (first["severity"], first["sheet"]) == ("error", "Routings")
    assert first["record"] == {"item_code": "A-1", "revision": "A", "step_no": 10}
    assert first["open_operations"] == 1
    assert "ERROR  Routings A-1 · A · 10: Step 10 浇注: its tool MO-1 is retired." in (
        capsys.readouterr().out
    )
