"""The demo plant: made, scheduled, shown, drawn and printed."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.papers import demo_papers
from app.cli.plan import solve
from app.cli.shared import Add, Speaker, actor, kept
from app.core.errors import RuleBroken
from app.core.format import number
from app.core.messages import message

if TYPE_CHECKING:
    from app.models.database import Database

PLANT_ZONE = ZoneInfo("Asia/Shanghai")
"""Of the demo plant, and of a ``--now`` without a zone."""


def add_commands(add: Add) -> None:
    command = add("demo", "make the demo plant, schedule it, show it", _demo)
    command.add_argument("--out", type=Path, default=Path("output"), metavar="DIR")
    command.add_argument("--open", action="store_true", help="open the window on it")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--seconds", type=arguments.seconds, default=10.0)
    arguments.add_now(command)


def demo_now(today: datetime) -> datetime:
    """The Monday of this week, 10:20 in the plant: the middle of a shift."""
    local = today.astimezone(PLANT_ZONE)
    monday = local - timedelta(days=local.weekday())
    return monday.replace(hour=10, minute=20, second=0, microsecond=0).astimezone(UTC)


def _demo(options: argparse.Namespace, speaker: Speaker) -> int:
    """Makes the demo plant once; with a window shows it, without one draws and prints it."""
    options.out.mkdir(parents=True, exist_ok=True)
    now = options.now.astimezone(PLANT_ZONE) if options.now else demo_now(datetime.now(UTC))
    if options.now and options.now.tzinfo is None:
        now = options.now.replace(tzinfo=PLANT_ZONE)
    database = _demo_database(options, speaker, now.astimezone(UTC))
    if options.open:
        from app.main import run
        from app.services.planning.stored_plan import working_plan

        with database.read() as session:
            planned = working_plan(session) is not None
        if not planned:
            # A first plan is worth a second; a better one is the planner's to ask for.
            options.seconds = 0.0
            solve(database, options, speaker, now.astimezone(UTC))
        return run(database.url.render_as_string(hide_password=False), language=None)
    report = solve(database, options, speaker, now.astimezone(UTC))
    _demo_output(database, options, speaker)
    return 0 if report.placed else 1


def _demo_database(options: argparse.Namespace, speaker: Speaker, now: datetime) -> Database:
    from app.models.database import Database

    url = options.database or f"sqlite:///{(options.out / 'demo.sqlite').resolve().as_posix()}"
    database = kept(options, Database.open(url))
    from app.services.site import is_empty

    if not is_empty(database):
        speaker.say("demo_kept", database=database.url.database or "")
        return database
    from app.reports.demo_workbook import write_demo_workbook
    from app.services.demo.sketches import attach_sketches
    from app.services.exchange import import_files
    from app.services.site import set_up_demo

    workbook = options.out / "demo-plant.xlsx"
    write_demo_workbook(workbook, now, options.seed)
    set_up_demo(database, planning_now=now)
    report = import_files(database, [workbook], actor=actor(), now=now)
    if not report.ok:
        for problem in report.problems:
            speaker.complain(problem.message_with_place())
        raise RuleBroken(message("cli.import_refused"))
    attach_sketches(database, actor())
    speaker.say("demo_made", rows=sum(sheet.new for sheet in report.counts))
    return database


def _demo_output(database: Database, options: argparse.Namespace, speaker: Speaker) -> None:
    # The pictures need no screen, and there may be none.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.services.orders.queries import order_rows
    from app.views.pictures import save_pictures

    pictures = save_pictures(database, options.out / "pictures")
    speaker.say("pictures", count=len(pictures))
    rows = order_rows(database)
    # A sheet for each order of the day would be a ream of paper; a dozen shows what they are.
    soonest = sorted((r for r in rows if r.state == "released"), key=lambda r: r.internal_due)
    chosen = tuple(r.id for r in soonest[:12])
    for what, printed, path in demo_papers(database, chosen, actor(), options.out):
        speaker.say(f"printed_{what}", sheets=printed.sheets, pages=printed.pages, file=path.name)
    pieces = sum((row.base_quantity for row in rows), start=rows[0].base_quantity * 0)
    speaker.say("demo_summary", orders=len(rows), pieces=number(pieces), folder=options.out.name)
