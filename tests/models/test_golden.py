"""Databases that earlier releases wrote still open, and lose nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.models.database import Database
from app.models.migrations import HEAD
from app.services import doctor
from app.services.orders.queries import order_rows
from app.services.planning.queries import plan_view
from tests.golden import FOLDER

FILES = sorted(FOLDER.glob("*.sqlite"))


def test_the_present_schema_has_its_golden_file() -> None:
    assert HEAD in {path.stem for path in FILES}


@pytest.mark.parametrize("golden", FILES, ids=lambda path: path.stem)
def test_a_golden_database_opens_and_is_well(golden: Path, tmp_path: Path) -> None:
    path = tmp_path / "plant.sqlite"
    shutil.copyfile(golden, path)
    database = Database.open(str(path))
    assert database.schema_revision() == HEAD
    assert [row.number for row in order_rows(database)] == ["MO-1", "MO-2"]
    assert len(plan_view(database).placements) == 6
    assert doctor.run(database) == []
    saved = list((tmp_path / "backups").glob("*")) if golden.stem != HEAD else None
    assert saved != []  # an older one was copied before it was migrated
    database.close()
