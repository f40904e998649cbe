"""CPU time of one-cell edits of master data on the demo plant, each done and undone.

python -m benchmarks.edits [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.models.database import Database
from app.reports.demo_workbook import write_demo_workbook
from app.services.edit import apply_edit
from app.services.exchange import import_files
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.site import change_site

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
ROUNDS = 20

Pick = Callable[[Mapping[str, Any]], bool]
EDITS: tuple[tuple[str, str, Pick, str, Any], ...] = (
    ("BOM of one item, quantity", "BOM", lambda v: v["parent_code"] == "PL-08-W", "quantity",
     Decimal("1.234")),
    ("BOM of a mix in 43 items, quantity", "BOM", lambda v: v["parent_code"] == "SL-A",
     "quantity", Decimal("1.234")),
    ("routing of one item, setup", "Routings", lambda v: v.get("item_code") == "PL-08-W",
     "setup_min", Decimal(51)),
    ("item, name", "Items", lambda v: v["item_code"] == "PL-08-W", "name", "x"),
    ("unit conversion of all items", "UnitConversions", lambda v: not v.get("item_code"),
     "factor", (Decimal(3), Decimal(1))),
)  # fmt: skip


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database.open(str(folder / "demo.sqlite"))
        write_demo_workbook(folder / "demo.xlsx", NOW)
        assert import_files(database, [folder / "demo.xlsx"], now=NOW).ok
        change_site(database, "benchmark", planning_now=NOW)
        for title, key, pick, column, value in EDITS:
            rows = [row for row in master_rows(database, key) if pick(row.values)]
            if rows:
                times = _times(database, key, rows[0].values, {column: value}, rounds)
                p95 = statistics.quantiles(times, n=20)[-1]
                print(f"{title:40s} p50 {statistics.median(times):6.1f}  p95 {p95:6.1f} ms")
        database.close()


def _times(
    database: Database, key: str, before: Mapping[str, Any], values: Mapping[str, Any], rounds: int
) -> list[float]:
    edit = ChangeRows(key, (RowChange(before, {**before, **values}),))
    apply_edit(database, edit, "benchmark")  # the first one loads modules
    apply_edit(database, edit.inverse(), "benchmark")
    times = []
    for _ in range(rounds):
        for each in (edit, edit.inverse()):
            begun = time.process_time()
            apply_edit(database, each, "benchmark")
            times.append((time.process_time() - begun) * 1000)
    return times


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
