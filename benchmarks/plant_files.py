"""A plant of ours as a benchmark instance: its database, or the workbook it is imported from."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.models.database import Database
from app.scheduling.problem import Problem
from app.services.exchange import import_files
from app.services.planning.bridge import load_problem
from app.services.site import now_of, site_row


def read_plant(path: Path) -> Problem:
    """The open work of the plant as the engine sees it, at the site's planning date.

    A database is only read. A workbook is imported into a database that is thrown away; raises
    ValueError with the first findings if it cannot be.
    """
    if path.suffix == ".sqlite":
        return _problem(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "plant.sqlite"
        database = Database.open(str(copy))
        report = import_files(database, [path])
        database.close()
        if not report.ok:
            raise ValueError(f"{path} cannot be imported")
        return _problem(copy)


def _problem(path: Path) -> Problem:
    database = Database.open(str(path))
    try:
        with database.read() as session:
            return load_problem(session, now_of(site_row(session))).problem
    finally:
        database.close()
