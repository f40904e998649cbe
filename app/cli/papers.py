"""``print`` without a window: which papers, of what, in which language and size."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import arguments
from app.cli.shared import Add, Speaker, actor, now_of, open_database
from app.core.errors import RuleBroken
from app.core.messages import message

if TYPE_CHECKING:
    from app.models.database import Database
    from app.reports.papers import Printed, Wanted

PAPERS = ("travelers", "inspection", "dispatch", "moulds", "mixes", "gantt")
OF_THE_PLAN = ("dispatch", "moulds", "mixes", "gantt")
"""They name no orders."""
SIZES = {"a3": "A3", "a4": "A4", "letter": "Letter", "a5": "A5x2", "a5x2": "A5x2"}
ROWS = ("machines", "orders", "people", "moulds")
KINDS = ("IQC", "FAI", "IPQC", "FQC", "OQC")


def add_commands(add: Add) -> None:
    command = add("print", "print papers as PDF", _print)
    add_arguments(command)
    arguments.add_now(command)


def _print(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    asked = wanted(options, database, actor(), now_of(options, database))
    if options.excel:
        lines, path = write_workbook(database, asked, options.out)
        speaker.say("written_gantt", sheets=lines, file=path.name)
        return 0
    printed, path = write(database, options.what, asked, options.out)
    speaker.say(f"printed_{options.what}", sheets=printed.sheets, pages=printed.pages,
                file=path.name)  # fmt: skip
    return 0


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.set_defaults(wrong_use=command.error)
    command.add_argument("what", choices=PAPERS)
    command.add_argument("--out", type=Path, required=True, metavar="DIR")
    command.add_argument(
        "--language", "--paper-language", dest="paper_language", choices=["zh", "en", "both"],
        default="zh", help="language of the paper",
    )  # fmt: skip
    command.add_argument(
        "--paper", type=str.lower, choices=list(SIZES),
        help="default: a3 for the chart, else a4; a5: two cards on a sheet of A4 (travelers)",
    )  # fmt: skip
    command.add_argument(
        "--order", action="append", metavar="NUMBER", help="default: all that are planned"
    )
    command.add_argument(
        "--pieces-per-card", type=arguments.pieces, metavar="N", help="split orders not printed yet"
    )
    command.add_argument(
        "--kind", action="append", type=str.upper, choices=KINDS, help="of inspection sheets"
    )
    command.add_argument(
        "--purchase", action="append", metavar="LINE",
        help="inspection sheets of goods that come in, e.g. PO26001-1, or all",
    )  # fmt: skip
    command.add_argument(
        "--shift-date", type=arguments.day, metavar="DATE",
        help="papers of a shift: the day it belongs to; default: the production day of now",
    )  # fmt: skip
    command.add_argument("--shift", action="append", metavar="NAME", help="default: all of the day")
    command.add_argument("--machine", action="append", metavar="CODE", help="default: all")
    command.add_argument("--by", choices=["centre", "shift"], default="centre")
    command.add_argument("--rows", choices=ROWS, default="machines", help="of the chart")
    command.add_argument(
        "--from", dest="first_day", type=arguments.day, metavar="DATE",
        help="first day of the chart; default: the production day of now",
    )  # fmt: skip
    command.add_argument(
        "--days", type=arguments.pieces, default=6, metavar="N", help="of the chart"
    )
    command.add_argument("--days-per-page", type=arguments.pieces, default=3, metavar="N")
    command.add_argument(
        "--excel", action="store_true", help="the chart as a workbook instead of a PDF"
    )


def wanted(
    options: argparse.Namespace, database: Database, actor: str, now: datetime | None
) -> Wanted:
    """What the arguments ask for. Exits with 2 for a size the paper does not have."""
    from app.reports import papers

    paper = papers.by_key(options.what)
    size = SIZES[options.paper] if options.paper else paper.sizes[0]
    if options.excel and options.what != "gantt":
        options.wrong_use(f"{options.what} are not written as a workbook")
    if size not in paper.sizes:
        options.wrong_use(f"{options.what} are not printed on {options.paper}")
    return papers.Wanted(
        actor,
        language=options.paper_language,
        size=size,
        now=now,
        orders=_orders(options, database),
        pieces_per_card=options.pieces_per_card,
        kinds=tuple(options.kind) if options.kind else None,
        purchases=_purchases(options.purchase),
        shift_date=options.shift_date,
        shifts=tuple(options.shift) if options.shift else None,
        machines=_machines(database, options.machine),
        by_shift=options.by == "shift",
        rows=options.rows,
        first_day=options.first_day,
        days=options.days,
        days_per_page=options.days_per_page,
    )


def _orders(options: argparse.Namespace, database: Database) -> tuple[int, ...]:
    """Goods that come in belong to no order: named alone, they are printed alone."""
    from app.services.orders.travelers import order_ids_to_print

    if options.what in OF_THE_PLAN:
        return ()
    if options.what == "inspection" and options.purchase and not options.order:
        return ()
    return order_ids_to_print(database, options.order)


def _machines(database: Database, codes: list[str] | None) -> tuple[int, ...] | None:
    """Errors: ``NotFound`` for a machine that does not exist."""
    if codes is None:
        return None
    from app.services.planning.dispatch import machine_ids

    return machine_ids(database, codes)


def _purchases(named: list[str] | None) -> tuple[str, ...] | None:
    if named is None:
        return None
    return () if "all" in named else tuple(named)


def write(database: Database, what: str, wanted: Wanted, folder: Path) -> tuple[Printed, Path]:
    """Makes a paper and writes it into ``folder`` as ``<what>.pdf``.

    Errors: ``RuleBroken`` when there is nothing to print.
    """
    from app.reports import papers

    printed = papers.by_key(what).make(database, wanted)
    if not printed.sheets:
        raise RuleBroken(message(f"cli.nothing_{what}"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{what}.pdf"
    path.write_bytes(printed.data)
    return printed, path


def write_workbook(database: Database, wanted: Wanted, folder: Path) -> tuple[int, Path]:
    """Writes the chart into ``folder`` as ``gantt.xlsx``; its rows.

    Errors: ``RuleBroken`` when there is nothing to write.
    """
    from app.reports.gantt_paper import gantt_workbook

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gantt.xlsx"
    lines = gantt_workbook(database, wanted, path)
    if not lines:
        raise RuleBroken(message("cli.nothing_gantt"))
    return lines, path


def demo_papers(
    database: Database, orders: tuple[int, ...], actor: str, folder: Path
) -> Iterator[tuple[str, Printed, Path]]:
    """One file of each kind of paper for a few orders, and the shifts, of the demo plant."""
    from app.reports.papers import Wanted

    for what in PAPERS:
        try:
            size = "A3" if what == "gantt" else "A4"
            wanted = Wanted(actor, size=size, orders=orders)
            yield (what, *write(database, what, wanted, folder))
        except RuleBroken:
            continue  # between the shifts, or with a plan of another day, there may be nothing
