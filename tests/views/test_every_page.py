"""No visible text is untranslated or cut, on any page, at 100 and at 150 %."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.planning.solving import schedule_plant
from app.views.pages import PAGES
from tests.services.exchange.small_rows import NOW, small_rows

ROOT = Path(__file__).resolve().parents[2]
SCALES = ("1", "1.5")


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


@pytest.fixture(scope="module")
def walks(
    plant_with_everything: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[subprocess.Popen[str], Path]]]:
    """A process for each scale, side by side: much of their time is waiting for pages to settle."""
    folder = tmp_path_factory.mktemp("walks")
    begun = {}
    for scale in SCALES:
        target = folder / f"faults-{scale}.json"
        copied = shutil.copyfile(plant_with_everything, folder / f"plant-{scale}.sqlite")
        walk = subprocess.Popen(
            [sys.executable, "-m", "tests.views.every_page", str(copied), str(target)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun[scale] = (walk, target)
    yield begun
    for walk, _ in begun.values():
        walk.kill()
        walk.wait()
        if walk.stdout is not None:
            walk.stdout.close()  # again, where the test has read it to its end: no matter


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scale", SCALES)
def test_texts_are_translated_and_whole_on_every_page(
    walks: dict[str, tuple[subprocess.Popen[str], Path]], scale: str
) -> None:
    walk, target = walks[scale]
    said, _ = walk.communicate()
    assert walk.returncode == 0, said
    found = json.loads(target.read_text("utf-8"))
    assert {f"{language} {entry.key}" for entry in PAGES for language in ("zh", "en")} <= set(
        found["visited"]
    )
    assert found["faults"] == []
