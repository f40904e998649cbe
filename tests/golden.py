"""Golden databases: one file per released schema, as that release wrote it.

``python -m tests.golden`` writes the file of the present schema: once per release, never again.
Later programs must open every one of them (``tests/models/test_golden.py``).
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from app.models.database import Database
from app.models.migrations import HEAD
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import SmallPlant

FOLDER = Path(__file__).parent / "data" / "golden"
SMALL_PAGES = 512
"""Many tables with few rows: small pages keep the file small."""


def write(folder: Path = FOLDER) -> Path:
    """The small plant with a plan, as one file without a log beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{HEAD}.sqlite"
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "plant.sqlite"
        database = Database.open(str(path))
        SmallPlant.build(database)
        schedule_plant(database, seconds=0)
        database.close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute(f"PRAGMA page_size = {SMALL_PAGES}")
            connection.execute("VACUUM")
        shutil.copyfile(path, target)
    return target


if __name__ == "__main__":
    write()
