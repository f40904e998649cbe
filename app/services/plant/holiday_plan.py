"""What filling in holidays would change in a calendar: a preview, line by line, then one edit.

Public holidays never push out what the company has decided; a company's own list does push out
public holidays, together with the weekend days worked for them. Filling twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.core.choices import ExceptionKind
from app.core.messages import Message, message
from app.services.masters.edits import ChangeRows, RowChange
from app.services.plant.calendar_view import ExceptionRow, Times
from app.services.plant.holiday_notice import HolidayList, ListedDays
from app.services.plant.holidays import HolidayYear, PublicHoliday


class Step(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    SAME = "same"  # stands there already
    KEEP = "keep"  # stands there and differs


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One row of the sheet Exceptions and what would happen to it. ``chosen``: it is proposed."""

    step: Step
    values: Mapping[str, Any]
    chosen: bool
    note: Message | None = None

    @property
    def days(self) -> tuple[date, date]:
        return self.values["from"], self.values["to"]

    @property
    def optional(self) -> bool:
        """Whether a person may choose it or leave it."""
        return self.step in (Step.ADD, Step.REMOVE)


def plan_public(calendars: Iterable[Times], year: HolidayYear) -> tuple[PlanLine, ...]:
    """The public holidays of a year into calendars."""
    lines: list[PlanLine] = []
    for times in calendars:
        for holiday in year.holidays:
            lines += _public(times, holiday)
    return tuple(lines)


def plan_list(
    calendars: Iterable[Times], listed: HolidayList, public: HolidayYear | None = None
) -> tuple[PlanLine, ...]:
    """A company's own list into calendars. ``public``: to know what belongs to a holiday."""
    days = [_named(each, public) for each in dict.fromkeys(listed.days)]
    lines: list[PlanLine] = []
    for times in calendars:
        lines += _company(times, days, public)
    return tuple(lines)


def edit_of(lines: Iterable[PlanLine]) -> ChangeRows | None:
    """The edit that does what is chosen; None if that is nothing."""
    chosen = [line for line in lines if line.chosen and line.optional]
    removed = [RowChange(line.values, None) for line in chosen if line.step is Step.REMOVE]
    added = [RowChange(None, line.values) for line in chosen if line.step is Step.ADD]
    changes = tuple(dict.fromkeys(map(_Change, [*removed, *added])))
    return ChangeRows("Exceptions", tuple(each.change for each in changes)) if changes else None


class _Change:
    """A row change that can be told apart from others: two holidays may push out the same row."""

    def __init__(self, change: RowChange) -> None:
        self.change = change
        values = change.before or change.after or {}
        self._key = (change.before is None, tuple(sorted((k, str(v)) for k, v in values.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Change) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


# ---------------------------------------------------------------- public holidays


def _public(times: Times, holiday: PublicHoliday) -> list[PlanLine]:
    wanted = _values(times, holiday.first, holiday.last, ExceptionKind.HOLIDAY, holiday.name)
    lines, other = _free_or_kept(times, wanted)
    for day in holiday.worked:
        worked = _values(times, day, day, ExceptionKind.WORKING, holiday.name)
        standing = _standing(times, worked)
        if standing is not None:
            lines.append(standing)
        elif other:
            lines.append(PlanLine(Step.ADD, worked, False, message("holidays.yours_differs")))
        elif _overlapping(times, worked, ExceptionKind.HOLIDAY):
            lines.append(PlanLine(Step.ADD, worked, False, message("holidays.your_day_off")))
        else:
            lines.append(PlanLine(Step.ADD, worked, True))
    return lines


def _free_or_kept(times: Times, wanted: Mapping[str, Any]) -> tuple[list[PlanLine], bool]:
    """The lines of the days off, and whether the company has decided otherwise."""
    standing = _standing(times, wanted)
    if standing is not None:
        return [standing], False
    own = _overlapping(times, wanted, ExceptionKind.HOLIDAY)
    if not own:
        return [PlanLine(Step.ADD, wanted, True)], False
    kept = [PlanLine(Step.KEEP, row.values, False, message("holidays.yours_stays")) for row in own]
    differs = PlanLine(Step.ADD, wanted, False, message("holidays.yours_differs"))
    return [*kept, differs], True


# ---------------------------------------------------------------- the company's list


def _company(
    times: Times, days: Sequence[ListedDays], public: HolidayYear | None
) -> list[PlanLine]:
    wanted = [_values(times, each.first, each.last, each.kind, each.name, each) for each in days]
    lines: list[PlanLine] = []
    for values in wanted:
        standing = _standing(times, values)
        if standing is not None:
            lines.append(standing)
            continue
        if values["kind"] is ExceptionKind.HOLIDAY and not values.get("hours"):
            lines += _pushed_out(times, values, wanted, public)
        lines.append(PlanLine(Step.ADD, values, True))
    return lines


def _pushed_out(
    times: Times,
    values: Mapping[str, Any],
    wanted: Sequence[Mapping[str, Any]],
    public: HolidayYear | None,
) -> list[PlanLine]:
    """What the days off of the list take the place of."""
    lines = []
    for row in _overlapping(times, values, ExceptionKind.HOLIDAY):
        if not _listed(row.values, wanted):
            lines.append(PlanLine(Step.REMOVE, row.values, True, message("holidays.list_replaces")))
            lines += _worked_for(times, row, wanted, public)
    for row in _overlapping(times, values, ExceptionKind.WORKING):
        lines.append(PlanLine(Step.REMOVE, row.values, True, message("holidays.list_is_off")))
        lines += [
            PlanLine(Step.ADD, rest, True, message("holidays.rest_stays"))
            for rest in _rest(row, values)
            if not _listed(rest, wanted)
        ]
    for row in times.exceptions:
        inherited = not row.own and not row.dated.hours
        if inherited and row.dated.kind is ExceptionKind.HOLIDAY and _overlap(row, values):
            first, last = values["from"], values["to"]
            if not first <= row.dated.date_from <= row.dated.date_to <= last:
                note = message("holidays.parent_stays", calendar=row.scope)
                lines.append(PlanLine(Step.KEEP, row.values, False, note))
    return lines


def _worked_for(
    times: Times,
    row: ExceptionRow,
    wanted: Sequence[Mapping[str, Any]],
    public: HolidayYear | None,
) -> list[PlanLine]:
    """Weekend days that are worked only for the holiday ``row``, which goes."""
    worked = {
        day
        for holiday in (public.holidays if public else ())
        if holiday.first <= row.dated.date_to and row.dated.date_from <= holiday.last
        for day in holiday.worked
    }
    return [
        PlanLine(Step.REMOVE, each.values, True, message("holidays.worked_for_it"))
        for each in times.exceptions
        if each.own and each.dated.kind is ExceptionKind.WORKING
        and each.dated.date_from == each.dated.date_to
        and each.dated.date_from in worked and not _listed(each.values, wanted)
    ]  # fmt: skip


def _rest(row: ExceptionRow, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is left of a row of several days beside the days of ``values``."""
    parts = (
        (row.dated.date_from, values["from"] - timedelta(days=1)),
        (values["to"] + timedelta(days=1), row.dated.date_to),
    )
    return [{**row.values, "from": first, "to": last} for first, last in parts if first <= last]


def _named(each: ListedDays, public: HolidayYear | None) -> ListedDays:
    """With the name of the public holiday where the list gives none."""
    if each.name or public is None:
        return each
    for holiday in public.holidays:
        inside = holiday.first <= each.last and each.first <= holiday.last
        if inside or each.first in holiday.worked:
            return ListedDays(each.first, each.last, each.kind, holiday.name, each.hours, each.line)
    return each


# ---------------------------------------------------------------- rows


def _values(
    times: Times,
    first: date,
    last: date,
    kind: ExceptionKind,
    reason: str,
    listed: ListedDays | None = None,
) -> dict[str, Any]:
    values: dict[str, Any] = {"scope": times.scope.code, "from": first, "to": last, "kind": kind}
    if listed is not None and listed.hours:
        values["hours"] = [list(hours) for hours in listed.hours]
    if reason:
        values["reason"] = reason
    return values


def _standing(times: Times, wanted: Mapping[str, Any]) -> PlanLine | None:
    """The line that says it stands there already, here or in a calendar above."""
    for row in times.exceptions:
        same = (row.dated.kind, row.dated.date_from, row.dated.date_to) == (
            wanted["kind"], wanted["from"], wanted["to"])  # fmt: skip
        if same and [list(span) for span in row.dated.hours] == wanted.get("hours", []):
            note = None if row.own else message("holidays.in_parent", calendar=row.scope)
            return PlanLine(Step.SAME, row.values, False, note)
    return None


def _overlapping(
    times: Times, wanted: Mapping[str, Any], kind: ExceptionKind
) -> list[ExceptionRow]:
    """The calendar's own whole days of a kind on days of ``wanted``."""
    return [
        row
        for row in times.exceptions
        if row.own and row.dated.kind is kind and not row.dated.hours and _overlap(row, wanted)
    ]


def _overlap(row: ExceptionRow, wanted: Mapping[str, Any]) -> bool:
    return bool(row.dated.date_from <= wanted["to"] and wanted["from"] <= row.dated.date_to)


def _listed(values: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]]) -> bool:
    names = ("kind", "from", "to")
    return any(all(values[n] == each[n] for n in names) for each in wanted)
