"""Import: read, check, write all or nothing, report."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.core.errors import AppError
from app.core.messages import message
from app.models.access import ImportBatch
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.plant import Machine, Shift
from app.services.exchange import bom_in, masters_in, products_in, quality_in, stock_in
from app.services.exchange.answers import Answers
from app.services.exchange.checks import check_plant, warn_of_lookalikes
from app.services.exchange.images import write_images
from app.services.exchange.orders_in import OrdersIn, ProgressIn
from app.services.exchange.records import Problem, Reading, Severity
from app.services.exchange.repeats import take_repeats_once
from app.services.exchange.report import ImportReport, SheetCount
from app.services.exchange.saved_mappings import touch
from app.services.exchange.sheets import SHEETS
from app.services.exchange.staleness import mark_concerned
from app.services.exchange.tables import Parse, read_parsed, read_workbooks
from app.services.exchange.target import Target
from app.services.site import planning_now, site

if TYPE_CHECKING:
    from app.services.exchange.plan import MappingText

DAY_END = 17 * 60 + 30
"""End of a due day, in minutes, where no shift says it."""


class _Undo(Exception):
    """Leaves the transaction without a trace."""


def plan_import(
    database: Database, paths: Sequence[Path], mapping: Path | MappingText | None = None,
    now: datetime | None = None, answers: Mapping[str, str] | None = None,
) -> ImportReport:  # fmt: skip
    """What ``import_files`` would do; nothing is written."""
    return _import(database, paths, mapping, "", now, None, Answers(answers), trial=True)


def import_files(
    database: Database, paths: Sequence[Path], mapping: Path | MappingText | None = None,
    actor: str = "", now: datetime | None = None, client_key: str | None = None,
    answers: Mapping[str, str] | None = None, parse: Parse | None = None,
) -> ImportReport:  # fmt: skip
    """Brings workbooks in, in one transaction: all of it, or (with an error) nothing.

    ``mapping``: TOML for foreign spreadsheets, a file or a saved one. ``now``: planning date
    (aware), default the site's. ``client_key``: made by the sender; the same key is written once.
    ``answers``: to the questions of an earlier report, by their ids (see ``answers``).
    ``parse``: where pages come from that were read (and looked at) before.
    """
    return _import(database, paths, mapping, actor, now, client_key, Answers(answers), parse)


def read_all(
    database: Database, paths: Sequence[Path], mapping: Path | MappingText | None, now: datetime,
    answers: Answers, parse: Parse | None = None,
) -> Reading:  # fmt: skip
    """The files as cleaned records, by the workbook's own headers or by a mapping."""
    zone = ZoneInfo(site(database).time_zone)
    today = now.astimezone(zone).date()
    if mapping is None and parse is not None:
        return read_parsed(paths, today, parse, answers)
    if mapping is None:
        return read_workbooks(paths, today, answers)
    from app.services.exchange.mapping import read_mapped

    return read_mapped(paths, mapping, today, answers, parse)


def _import(
    database: Database, paths: Sequence[Path], mapping: Path | MappingText | None, actor: str,
    now: datetime | None, client_key: str | None, answers: Answers, parse: Parse | None = None,
    *, trial: bool = False,
) -> ImportReport:  # fmt: skip
    moment = now or planning_now(database)
    if client_key is not None and (before := _written_before(database, client_key)):
        return before
    try:
        reading = read_all(database, paths, mapping, moment, answers, parse)
    except AppError as error:
        return ImportReport((Problem(Severity.ERROR, error.message),))
    if any(problem.severity is Severity.ERROR for problem in reading.problems):
        return ImportReport(reading.problems, file_names=reading.file_names)
    zone = ZoneInfo(site(database).time_zone)
    key = client_key or str(uuid.uuid4())
    report = ImportReport()
    try:
        with database.write(actor or "import", batch=key) as session:
            if not trial:
                session.keep_images()
            report = _write(session, reading, zone, moment, actor, key, mapping, answers)
            if trial or not report.ok:
                raise _Undo
    except _Undo:
        return replace(report, written=False, changed={})
    return report


def _written_before(database: Database, key: str) -> ImportReport | None:
    """The report of a batch that was sent again; None if the key is new."""
    with database.read() as session:
        batch = session.scalar(select(ImportBatch).where(ImportBatch.client_key == key))
        if batch is None:
            return None
        text = message("exchange.imported_before", at=batch.at)
        counts = tuple(SheetCount(sheet, *counts) for sheet, counts in batch.counts.items())
        return ImportReport((Problem(Severity.WARNING, text),), counts, True,
                            tuple(batch.file_names))  # fmt: skip


def _write(
    session: WritingSession, reading: Reading, zone: ZoneInfo, now: datetime, actor: str, key: str,
    mapping: Path | MappingText | None, answers: Answers,
) -> ImportReport:  # fmt: skip
    target = Target(session, reading.records, zone, now, answers)
    take_all(target, actor or "import")
    if not target.failed:
        rows = ((record.sheet, record.values) for record in reading.records)
        mark_concerned(session, rows, target.today)
    if not target.failed:  # else a question may not have been reached
        for unused in answers.unused():
            text = message("exchange.answer_unused", id=unused)
            target.problems.append(Problem(Severity.WARNING, text))
    problems = (*reading.problems, *target.problems)
    counts = tuple(target.counts[sheet.key] for sheet in SHEETS if sheet.key in target.counts)
    if not target.failed:
        batch = ImportBatch(
            client_key=key, file_names=list(reading.file_names), file_hash=reading.file_hash,
            at=datetime.now(UTC), actor=actor or "import",
            counts={c.sheet: [c.new, c.changed, c.unchanged] for c in counts},
            mapping_name=mapping.name if mapping is not None else "", answers=answers.used(),
        )  # fmt: skip
        session.add(batch)
        session.flush()
        write_images(session, batch.id)
        if mapping is not None and not isinstance(mapping, Path):
            touch(session, mapping)
    session.flush()
    written = not target.failed
    return ImportReport(problems, counts, written, reading.file_names, session.changed)


def take_all(target: Target, actor: str, *, trial: bool = False) -> None:
    """Sheet by sheet in the order of what refers to what; stops before orders of a bad plant.

    ``trial``: only to see what would happen; operations that nobody reports on are not all made.
    """
    steps: tuple[Callable[[Target], None], ...] = (
        masters_in.units, masters_in.skills, masters_in.locations, masters_in.work_centres,
        masters_in.calendars, masters_in.custom_fields, masters_in.shifts, masters_in.rotation,
        masters_in.customers, products_in.items, products_in.conversions, masters_in.suppliers,
        masters_in.supplier_items, masters_in.reasons, masters_in.machines,
        masters_in.tools, masters_in.tool_copies, masters_in.operators, masters_in.exceptions,
        masters_in.maintenance, masters_in.setup_attributes, masters_in.setup_groups,
        masters_in.setup_matrix, bom_in.boms, products_in.routings,
        quality_in.inspection_plans,
    )  # fmt: skip
    take_repeats_once(target)
    for step in steps:
        step(target)
    target.session.flush()
    check_plant(target)
    if target.failed:
        return
    few = trial and not target.records["OrderProgress"]
    OrdersIn(target, _day_end(target), trial=few).run()
    stock_in.stock(target, actor)
    stock_in.receipts(target)
    target.session.flush()
    warn_of_lookalikes(target)
    if not target.failed:
        ProgressIn(target).run()


def _day_end(target: Target) -> Callable[[date], datetime]:
    """When a due day ends: with the last shift of the day that most machines work."""
    session = target.session
    usual = session.execute(
        select(Machine.calendar_id)
        .group_by(Machine.calendar_id)
        .order_by(func.count().desc(), Machine.calendar_id)
        .limit(1)
    ).scalar()
    ends: dict[int, int] = {}
    for shift in session.scalars(select(Shift).where(Shift.calendar_id == usual)):
        if shift.end_minute > shift.start_minute:
            ends[shift.weekday] = max(ends.get(shift.weekday, 0), shift.end_minute)
    fallback = max(ends.values(), default=DAY_END)

    def end_of(day: date) -> datetime:
        minute = ends.get(day.isoweekday(), fallback)
        local = datetime.combine(day, time(0), target.zone) + timedelta(minutes=minute)
        return local.astimezone(UTC)

    return end_of
