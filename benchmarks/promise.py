"""How long "can we promise it?" takes on the demo plant, and on one with a longer order book.

    python -m benchmarks.promise [--orders 300 740] [--gate 2.0 5.0] [--runs 3]

Makes the plants by the ordinary import, plans them, and asks about new orders: for a date that is
kept, for dates that need every option, and for one that nothing can keep. Wall and processor
seconds, the best of the runs. Exits 1 when a question takes more processor time than its gate.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.models.database import Database
from app.models.planning import Placement
from app.reports.demo_workbook import write_demo_workbook
from app.services.exchange import import_files
from app.services.orders.rows import OrderForm
from app.services.planning.promising.answer import promise
from app.services.planning.promising.rows import PromiseQuestion
from app.services.planning.solving import schedule_plant
from app.services.site import set_up_demo

NOW = datetime(2026, 11, 23, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
ITEM, UNIT, PIECES = "PL-06-W", "支", 200
DAYS = (90, 30, 12, 6, 3)


def plant(folder: Path, orders: int) -> Database:
    workbook = folder / f"{orders}.xlsx"
    write_demo_workbook(workbook, NOW, 1, orders)
    database = Database.open(str(folder / f"{orders}.sqlite"))
    set_up_demo(database, planning_now=NOW)
    report = import_files(database, [workbook], actor="benchmark", now=NOW)
    if not report.ok:
        raise SystemExit(str([str(p) for p in report.problems[:3]]))
    schedule_plant(database, seconds=0, in_child=False)
    return database


def question(days: int) -> PromiseQuestion:
    form = OrderForm(
        number=None, type="stock", customer_code=None, customer_po="", item_code=ITEM,
        quantity=Decimal(PIECES), unit=UNIT, requested=NOW + timedelta(days=days), promised=None,
        priority=5, safety_days=None, requirements="", remark="", earliest_start=None,
    )  # fmt: skip
    return PromiseQuestion(form=form)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[300, 740])
    parser.add_argument("--gate", type=float, nargs="+", default=[2.0, 5.0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as name:
        for orders, gate in zip(options.orders, options.gate, strict=True):
            database = plant(Path(name), orders)
            with database.read() as session:
                placed = session.scalar(select(func.count()).select_from(Placement))
            print(f"{orders} orders, {placed} open operations; gate {gate} s")
            for days in DAYS:
                best = (float("inf"), float("inf"))
                for _ in range(options.runs):
                    begin, cpu = time.perf_counter(), time.process_time()
                    view = promise(database, question(days))
                    cpu, wall = time.process_time() - cpu, time.perf_counter() - begin
                    best = min(best, (cpu, wall))
                if view is None:
                    raise SystemExit("stopped")
                verdict = "impossible" if view.earliest is None else view.earliest.verdict
                kept = [o.kind for o in view.options if o.finish is not None]
                print(f"  asked in {days:3} days: {best[0]:.2f} s cpu, {best[1]:.2f} s wall;"
                      f" {verdict}, options {', '.join(kept) or '-'}")  # fmt: skip
                missed |= best[0] > gate
            database.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
