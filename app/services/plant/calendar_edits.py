"""Changing calendars: shifts of the week, dated exceptions, templates; and what a change touches.

Rows are those of the sheets Calendars, Shifts and Exceptions; every function gives one edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.choices import DateRule, ExceptionKind, ShiftKind
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.working_time import MINUTES_PER_DAY, DatedException, ShiftPattern
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.together import ChangeTogether, differences
from app.services.plant.calendar_view import Times, week_minutes

Values = Mapping[str, Any]
MONDAY_TO_FRIDAY, MONDAY_TO_SATURDAY = range(1, 6), range(1, 7)
EVERY_DAY = range(1, 8)


# ---------------------------------------------------------------- what a change touches


@dataclass(frozen=True, slots=True)
class Effect:
    """Minutes that one of those who work by it is open, before and after: of a week for shifts,
    of the days between for exceptions (``days`` of them)."""

    machines: int
    people: int
    moulds: int
    suppliers: int
    before: int
    after: int
    days: int = 7

    @property
    def difference(self) -> int:
        return self.after - self.before


def effect_of_shifts(times: Times, after: Iterable[Values]) -> Effect:
    """What other weekly shifts of a calendar would change."""
    shifts = [pattern(values) for values in after]
    # Without shifts of its own the calendar falls back to its parent's: known after the change.
    return _effect(times, True, week_minutes(times.patterns), week_minutes(shifts), 7)


def effect_of_exceptions(
    times: Times, *, less: Iterable[int] = (), more: Iterable[Values] = ()
) -> Effect:
    """What leaving out records (ids) and adding rows to the scope would change."""
    leaving = set(less)
    added = [dated(values) for values in more]
    touched = [row.dated for row in times.exceptions if row.id in leaving] + added
    if not touched:
        return _effect(times, False, 0, 0, 0)
    first = min(each.date_from for each in touched)
    last = max(each.date_to for each in touched)
    proposed = times.with_exceptions(less=leaving, more=added)
    # Hours by the clock may reach into the night shift of the day before.
    span = first - timedelta(days=1), last
    return _effect(times, False, times.minutes(*span), proposed.minutes(*span),
                   (last - first).days + 1)  # fmt: skip


def _effect(times: Times, shifts: bool, before: int, after: int, days: int) -> Effect:
    if times.scope.kind == "calendar":
        users = times.shift_users if shifts else times.users
        return Effect(len(users.machines), len(users.people), len(users.moulds),
                      len(users.suppliers), before, after, days)  # fmt: skip
    kind = times.scope.kind
    return Effect(int(kind == "machine"), int(kind == "operator"), int(kind == "tool_copy"), 0,
                  before, after, days)  # fmt: skip


# ---------------------------------------------------------------- rows and what they mean


def pattern(values: Values) -> ShiftPattern:
    """The shift of a row of the sheet Shifts."""
    return ShiftPattern(
        values["weekday"],
        values["start"],
        values["end"],
        str(values.get("shift", "")),
        tuple((int(start), int(end)) for start, end in values.get("breaks") or ()),
        values.get("kind") is ShiftKind.OVERTIME,
        float(values.get("cost_per_hour") or 0),
        values.get("date_rule") or DateRule.START,
    )


def dated(values: Values) -> DatedException:
    """The exception of a row of the sheet Exceptions."""
    hours = tuple((int(start), int(end)) for start, end in values.get("hours") or ())
    cost = float(values.get("cost_per_hour") or 0)
    return DatedException(values["kind"], values["from"], values.get("to") or values["from"],
                          hours, cost)  # fmt: skip


def shift_row(
    calendar: str,
    weekday: int,
    name: str,
    start: int,
    end: int,
    breaks: Iterable[Sequence[int]] = (),
    **more: Any,
) -> dict[str, Any]:
    """A row of the sheet Shifts; ``more``: kind, cost_per_hour, date_rule."""
    row = {"calendar": calendar, "weekday": weekday, "shift": name, "start": start, "end": end,
           "breaks": [list(pause) for pause in breaks], "kind": ShiftKind.REGULAR,
           "date_rule": DateRule.START} | more  # fmt: skip
    return {key: value for key, value in row.items() if value not in (None, [])}


def exception_row(
    scope: str, first: date, last: date, kind: ExceptionKind, *,
    hours: Iterable[Sequence[int]] = (), reason: str = "", cost: Decimal | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A row of the sheet Exceptions. Error: ``RuleBroken`` when it ends before it begins."""
    if last < first:
        raise RuleBroken(message("calendars.reversed", first=first, last=last))
    row = {"scope": scope, "from": first, "to": last, "kind": kind,
           "hours": [list(span) for span in hours], "reason": reason.strip(),
           "cost_per_hour": cost or None}  # fmt: skip
    return {key: value for key, value in row.items() if value not in (None, [], "")}


def overlaps(shifts: Sequence[Values]) -> list[tuple[int, int]]:
    """Pairs of places in ``shifts`` that overlap; the night of Sunday reaches into Monday."""
    spans = []
    for place, values in enumerate(shifts):
        start = (values["weekday"] - 1) * MINUTES_PER_DAY + values["start"]
        spans.append((start, start + pattern(values).length, place))
    week = 7 * MINUTES_PER_DAY
    spans += [(start + week, end + week, place) for start, end, place in spans]
    found = set()
    for number, (start, end, place) in enumerate(spans):
        for other_start, other_end, other in spans[number + 1 :]:
            if place != other and start < other_end and other_start < end:
                found.add((min(place, other), max(place, other)))
    return sorted(found)


# ---------------------------------------------------------------- shifts


def change_shifts(
    before: Sequence[Values | None], after: Sequence[Values | None]
) -> ChangeRows | None:
    """From these rows to those, one to one; None instead of a row adds or removes one."""
    return _changed("Shifts", before, after)


def equal_shifts(rows: Sequence[Values], shift: Values) -> list[Values]:
    """The shifts of other days that are like this one in name, times and breaks."""
    names = ("shift", "start", "end", "breaks", "kind", "cost_per_hour", "date_rule")
    return [
        row
        for row in rows
        if row["weekday"] != shift["weekday"]
        and all(row.get(name) == shift.get(name) for name in names)
    ]


def copy_day(rows: Sequence[Values], weekday: int, targets: Iterable[int]) -> ChangeRows | None:
    """The shifts of one day instead of those of other days; None if they are the same already."""
    source = [row for row in rows if row["weekday"] == weekday]
    onto = {target for target in targets if target != weekday}
    before = [row for row in rows if row["weekday"] in onto]
    after = [{**row, "weekday": target} for target in sorted(onto) for row in source]
    changes = differences("Shifts", before, after)
    return ChangeRows("Shifts", changes) if changes else None


# ---------------------------------------------------------------- templates


class Template(StrEnum):
    """A usual week to begin with."""

    DAY = "day"
    TWO = "two"
    THREE = "three"
    LONG_SHORT = "long_short"  # Saturday is worked every other week


_NAMES = {
    "zh": {"day": "白班", "night": "夜班", "early": "早班", "late": "中班", "short": "小周"},
    "en": {"day": "Day", "night": "Night", "early": "Early", "late": "Late", "short": "Short week"},
}
_SHIFTS: dict[Template, tuple[tuple[str, int, int, tuple[tuple[int, int], ...]], ...]] = {
    Template.DAY: (("day", 480, 1050, ((720, 810),)),),
    Template.TWO: (
        ("day", 480, 1200, ((720, 780), (1050, 1080))),
        ("night", 1200, 480, ((0, 60),)),
    ),
    Template.THREE: (
        ("early", 480, 960, ((720, 750),)),
        ("late", 960, 1440, ((1200, 1230),)),
        ("night", 0, 480, ((240, 270),)),
    ),
    Template.LONG_SHORT: (("day", 480, 1050, ((720, 810),)),),
}


def template_shifts(template: Template, calendar: str, language: str) -> list[dict[str, Any]]:
    """Rows of a usual week, Monday to Saturday."""
    names = _NAMES[language]
    return [
        shift_row(calendar, weekday, names[key], start, end, breaks)
        for weekday in MONDAY_TO_SATURDAY
        for key, start, end, breaks in _SHIFTS[template]
    ]


def short_saturdays(scope: str, first: date, last: date, language: str) -> list[dict[str, Any]]:
    """Every other Saturday off; ``first``: the first one that is."""
    found = []
    day = first + timedelta(days=(5 - first.weekday()) % 7)
    while day <= last:
        found.append(exception_row(scope, day, day, ExceptionKind.HOLIDAY,
                                   reason=_NAMES[language]["short"]))  # fmt: skip
        day += timedelta(days=14)
    return found


def use_template(
    times: Times, template: Template, language: str, first: date, last: date
) -> ChangeTogether | None:
    """The week of a calendar becomes that of a template; None if it is already.

    ``first``, ``last``: between which the short Saturdays of LONG_SHORT lie.
    """
    code = times.scope.code
    shifts = differences("Shifts", [row.values for row in times.shifts],
                         template_shifts(template, code, language))  # fmt: skip
    edits = [ChangeRows("Shifts", shifts)] if shifts else []
    if template is Template.LONG_SHORT:
        edits += _new_exceptions(times, short_saturdays(code, first, last, language))
    if not edits:
        return None
    return ChangeTogether(message("calendars.label_template", calendar=code), tuple(edits))


def _new_exceptions(times: Times, rows: Sequence[Values]) -> list[ChangeRows]:
    """Rows that do not stand there; days that are an exception already keep it."""
    off = {row.dated.date_from for row in times.exceptions
           if row.own and row.dated.date_from == row.dated.date_to}  # fmt: skip
    new = tuple(RowChange(None, row) for row in rows if row["from"] not in off)
    return [ChangeRows("Exceptions", new)] if new else []


def new_calendar(
    code: str, name: str, parent: str, shifts: Sequence[Values], taken: Iterable[str]
) -> ChangeTogether:
    """A new calendar with its shifts. Error: ``RuleBroken`` for no code or one that is taken."""
    wanted = code.strip()
    if not wanted:
        raise RuleBroken(message("calendars.code_needed"))
    if code_key(wanted) in {code_key(each) for each in taken}:
        raise RuleBroken(message("calendars.code_taken", code=wanted))
    head = {"calendar_code": wanted, "name": name.strip(), "parent": parent}
    row = {key: value for key, value in head.items() if value}
    edits = [ChangeRows("Calendars", (RowChange(None, row),))]
    if shifts:
        edits.append(ChangeRows("Shifts", tuple(RowChange(None, row) for row in shifts)))
    return ChangeTogether(message("calendars.label_new", calendar=wanted), tuple(edits))


# ---------------------------------------------------------------- heads and exceptions


def set_parent(times: Times, parent: str) -> ChangeRows | None:
    """Another parent, or none ("")."""
    if times.calendar is None or str(times.calendar.values.get("parent", "")) == parent:
        return None
    before = times.calendar.values
    after = {**before, "parent": parent} if parent else {
        key: value for key, value in before.items() if key != "parent"}  # fmt: skip
    return ChangeRows("Calendars", (RowChange(before, after),))


def change_exceptions(
    before: Sequence[Values | None], after: Sequence[Values | None]
) -> ChangeRows | None:
    """From these rows to those, one to one; None instead of a row adds or removes one."""
    return _changed("Exceptions", before, after)


def _changed(
    key: str, before: Sequence[Values | None], after: Sequence[Values | None]
) -> ChangeRows | None:
    changes = [
        RowChange(old, new)
        for old, new in zip(before, after, strict=True)
        if dict(old or {}) != dict(new or {})
    ]
    return ChangeRows(key, tuple(changes)) if changes else None


def set_rotation(
    before: Values | None, team: str, first: date, sequence: Sequence[Sequence[Any]]
) -> ChangeRows | None:
    """A team's rotation; an empty sequence takes it away."""
    if not sequence:
        return None if before is None else ChangeRows("Rotation", (RowChange(before, None),))
    days = sum(int(count) for _, count in sequence)
    after = {"team": team.strip(), "from": first, "cycle_days": days,
             "sequence": [[str(name), int(count)] for name, count in sequence]}  # fmt: skip
    if not after["team"]:
        raise RuleBroken(message("calendars.team_needed"))
    if before is not None and dict(before) == after:
        return None
    return ChangeRows("Rotation", (RowChange(before, after),))
