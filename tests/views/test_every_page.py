"""No visible text is untranslated or cut, on any page, at 100 and at 150 %."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.planning.solving import schedule_plant
from app.views.pages import PAGES
from tests.services.exchange.small_rows import NOW, small_rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plant_with_everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A planned plant in which every sheet of the workbook has rows."""
    folder = tmp_path_factory.mktemp("everything")
    path = folder / "plant.sqlite"
    write_rows(folder / "plant.xlsx", small_rows())
    database = Database.open(str(path))
    assert import_files(database, [folder / "plant.xlsx"], actor="test", now=NOW).written
    schedule_plant(database, seconds=0)
    database.close()
    return path


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_texts_are_translated_and_whole_on_every_page(
    plant_with_everything: Path, tmp_path: Path, scale: str
) -> None:
    target = tmp_path / "faults.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.views.every_page", str(plant_with_everything), str(target)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(target.read_text("utf-8"))
    assert {f"{language} {entry.key}" for entry in PAGES for language in ("zh", "en")} <= set(
        found["visited"]
    )
    assert found["faults"] == []
