"""What the papers of a shift have in common: the head, hours, moulds in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.core.format import number
from app.core.messages import message
from app.core.quantity import tidy
from app.reports.labels import Labels
from app.reports.sheet import HeadCell
from app.services.planning.dispatch_rows import MouldAt, PaperHead


def head_cells(labels: Labels, head: PaperHead) -> list[HeadCell]:
    """Work centre, day, shift with its span, and the plan the paper was made from."""
    span = f"{head.start:%H:%M}–{head.end:%H:%M}"
    if head.end.date() > head.day:
        span += " +1"
    shift = head.shift or labels.value(message("reports.outside_shifts"))
    centre = " · ".join(dict.fromkeys(part for part in (head.area, head.work_centre) if part))
    return [
        HeadCell(labels("work_centre"), centre, 2.4, 11),
        HeadCell(labels("shift_date"), labels.when(head.day), 1.7, 11),
        HeadCell(labels("shift_span"), f"{shift} {span}", 2.4, 11),
        HeadCell(labels("plan_made"), labels.when(head.planned_at), 2.0),
    ]


def hours(labels: Labels, minutes: int) -> str:
    """``8.5 h``, with at most one decimal place."""
    value = tidy(Decimal(minutes) / 60 if minutes % 60 == 0 else round(Decimal(minutes) / 60, 1))
    return labels.value(message("reports.hours", hours=number(value)))


def mould_text(labels: Labels, moulds: Sequence[MouldAt]) -> str:
    """``M-HX-10 #1–6 模具间``: copies of a type in one place together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for mould in moulds:
        kind, _, copy = mould.name.rpartition("#")
        place = labels.value(mould.place)
        groups.setdefault((kind or mould.name, place), []).append(copy if kind else "")
    texts = []
    for (kind, place), copies in groups.items():
        numbers = copy_numbers(copy for copy in copies if copy)
        count = f"×{len(copies)}" if len(copies) > 1 else ""
        texts.append(" ".join(part for part in (kind, numbers, count, place) if part))
    return "\n".join(texts)


def copy_numbers(copies: Iterable[str]) -> str:
    """``#1–6, #9``; copies that are not numbered stay as they are."""
    runs: list[list[str]] = []
    for copy in sorted(
        copies, key=lambda c: (not c.isdecimal(), int(c) if c.isdecimal() else 0, c)
    ):
        last = runs[-1][-1] if runs else ""
        follows = copy.isdecimal() and last.isdecimal() and int(copy) == int(last) + 1
        if follows and len(copy.lstrip("0")) >= len(last.lstrip("0")):
            runs[-1].append(copy)
        else:
            runs.append([copy])
    parts = [f"#{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(f"#{c}" for c in run)
             for run in runs]  # fmt: skip
    return ", ".join(parts)
