"""The working plan as a chart on paper or in a workbook: what is read, which days, which lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.core.errors import RuleBroken
from app.core.messages import message
from app.reports.gantt_lines import Line, lines_of
from app.reports.gantt_sheet import GanttHead, gantt_pdf
from app.reports.labels import Labels

if TYPE_CHECKING:
    from app.reports.papers import Wanted
    from app.services.planning.rows import PlanView

MOST_DAYS = 92
"""Of one chart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The plan with the lines and days that are wanted."""

    view: PlanView
    lines: list[Line]
    head: GanttHead
    days: tuple[date, ...]
    zone: ZoneInfo


def gantt_print(database: Any, wanted: Wanted) -> tuple[bytes, int, int]:
    """The chart as (PDF, lines, pages); no line = nothing is planned in these days.

    Errors: ``RuleBroken`` for days or pages that nobody would print.
    """
    asked = read_chart(database, wanted)
    if not asked.lines:
        return b"", 0, 0
    per_page = max(wanted.days_per_page, 1)
    parts = [asked.days[n : n + per_page] for n in range(0, len(asked.days), per_page)]
    data, pages = gantt_pdf(
        asked.lines, asked.head, parts, asked.zone, wanted.language, wanted.size
    )
    return data, len(asked.lines), pages


def gantt_workbook(database: Any, wanted: Wanted, path: Path) -> int:
    """The chart as a workbook at ``path``; its number of lines, 0 = nothing to write.

    Errors: as ``gantt_print``; ``Unavailable`` where the file cannot be written.
    """
    from app.reports.gantt_book import write_gantt

    asked = read_chart(database, wanted)
    if asked.lines:
        language = Labels(wanted.language).languages[0]
        write_gantt(path, asked.view, asked.lines, asked.head, asked.days, asked.zone, language)
    return len(asked.lines)


def read_chart(database: Any, wanted: Wanted) -> Asked:
    """What the paper and the workbook show. Errors: ``RuleBroken``, see ``gantt_print``."""
    from app.services.planning.dispatch import production_day
    from app.services.planning.queries import plan_view
    from app.services.site import site

    if not 1 <= wanted.days <= MOST_DAYS:
        raise RuleBroken(message("reports.gantt_days", days=wanted.days, most=MOST_DAYS))
    view, settings = plan_view(database), site(database)
    if settings.hide_customer:
        view = replace(view, placements=tuple(replace(p, customer="") for p in view.placements))
    zone = ZoneInfo(view.time_zone)
    first = wanted.first_day or production_day(database, wanted.now)
    days = tuple(first + timedelta(days=n) for n in range(wanted.days))
    begin, end = _midnight(days[0], zone), _midnight(days[-1] + timedelta(days=1), zone)
    lines = lines_of(_of_machines(view, wanted), wanted.rows, begin, end)
    if not any(line.pieces for line in lines):
        lines = []
    return Asked(view, lines, _head(view, settings.name, wanted, zone), days, zone)


def _of_machines(view: PlanView, wanted: Wanted) -> PlanView:
    """Only the machines asked for, and what stands on them."""
    if wanted.machines is None:
        return view
    chosen = set(wanted.machines)
    return replace(
        view,
        lanes=tuple(lane for lane in view.lanes if lane.id in chosen),
        placements=tuple(row for row in view.placements if row.machine_id in chosen),
    )


def _head(view: PlanView, site: str, wanted: Wanted, zone: ZoneInfo) -> GanttHead:
    labels = Labels(wanted.language)
    made = view.plan.created_at.astimezone(zone)
    kind = "working" if view.plan.kind == "working" else "published"
    return GanttHead(
        site=site,
        rows=f"gantt_by_{wanted.rows}",
        plan=labels(
            f"gantt_plan_{kind}", revision=view.plan.revision, at=labels.when(made),
            by=view.plan.created_by,
        ),
        printed_by=wanted.actor,
        printed_at=(wanted.now or datetime.now(UTC)).astimezone(zone),
        now=wanted.now or view.now,
    )  # fmt: skip


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
