"""The demo plant as an ordinary import workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.reports.workbook import write_rows
from app.services.demo import demo_rows


def write_demo_workbook(path: Path, now: datetime, seed: int = 1, orders: int = 300) -> None:
    """Writes the plant as it stands at ``now`` (aware); one seed, one plant."""
    write_rows(path, demo_rows(now, seed, orders))
