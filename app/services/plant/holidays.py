"""Public holidays of a year as proposals: when off, and which weekend days are worked instead.

From the ``holidays`` library. China swaps days: a holiday is made longer by weekend days that are
worked (调休上班); the State Council announces them each November for the year after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.messages import Message, message

CHINA = "CN"
_EVES = frozenset({"农历除夕", "Chinese New Year's Eve", "Lunar New Year's Eve"})
_SWAPPED = re.compile(r"休息日.*?(\d{4}-\d{2}-\d{2})")
_SWAP = re.compile(r"(?:休息日|Day off \()")
_OBSERVED = re.compile(r"\s*[(\uff08]\s*(?:补假|observed|in lieu)\s*[)\uff09]", re.IGNORECASE)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """Off from ``first`` to ``last``; ``worked``: weekend days that are worked instead."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...] = ()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """``note``: what is not known yet, in a sentence."""

    country: str
    year: int
    holidays: tuple[PublicHoliday, ...]
    note: Message | None = None


def countries() -> tuple[str, ...]:
    """Codes of the countries whose public holidays are known (ISO 3166), China first."""
    import holidays

    known = sorted(code for code in holidays.list_supported_countries() if len(code) == 2)
    return (CHINA, *(code for code in known if code != CHINA))


def public_holidays(country: str, year: int, language: str = "zh") -> HolidayYear:
    """The public holidays that begin in a year, in their order. KeyError: no such country.

    In China a holiday includes the weekend it touches, as the notice counts it. Of a year whose
    notice is not in the library only the days of the law are told, and ``note`` says so.
    """
    if country == CHINA:
        return _china(year, language)
    found = _library(country, year, language)
    groups = _runs({day for day in found if day.year == year})
    made = [PublicHoliday(_joined(found[day] for day in run), run[0], run[-1]) for run in groups]
    worked = sorted(day for day in found.weekend_workdays if day.year == year)
    return HolidayYear(country, year, tuple(_with_worked(made, worked)))


def _library(country: str, year: int, language: str) -> Any:
    import holidays

    wanted = {"zh": ("zh_CN",), "en": ("en_US", "en_GB")}[language]
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        raise KeyError(country) from None
    spoken = [each for each in wanted if each in known.supported_languages]
    years = [year - 1, year, year + 1]
    return holidays.country_holidays(country, years=years, language=spoken[0] if spoken else None)


def _with_worked(made: list[PublicHoliday], worked: Iterable[date]) -> list[PublicHoliday]:
    """Worked weekend days go with the holiday nearest to them."""
    for day in worked if made else ():
        place = min(range(len(made)), key=lambda n: abs((made[n].first - day).days))
        old = made[place]
        made[place] = PublicHoliday(old.name, old.first, old.last, (*old.worked, day))
    return made


# ---------------------------------------------------------------- China


def _china(year: int, language: str) -> HolidayYear:
    found = _library(CHINA, year, "zh")
    named = _library(CHINA, year, language)
    swaps = {day: match[1] for day, text in found.items() if (match := _SWAPPED.match(text))}
    announced = any(day.year == year for day in swaps)
    rest = set(found)
    if announced:
        rest |= _weekends_beside(rest, found.weekend_workdays)
    made = []
    for run in _runs(rest):
        first = next(day for day in run if day in found)
        # The new year's weekend before 1 January belongs to the notice of the new year.
        if first.year != year:
            continue
        names = _joined(named[day] for day in run if day in named)
        worked = sorted(date.fromisoformat(swaps[day]) for day in run if day in swaps)
        made.append(PublicHoliday(names or str(year), run[0], run[-1], tuple(worked)))
    note = None if announced else message("holidays.only_statutory", year=year)
    return HolidayYear(CHINA, year, tuple(made), note)


def _weekends_beside(days: set[date], worked: set[date]) -> set[date]:
    """Saturdays and Sundays next to days off, unless they are worked instead."""
    beside: set[date] = set()
    for day in days:
        for step in (_DAY, -_DAY):
            at = day + step
            while at.weekday() >= 5 and at not in worked and at not in days:
                beside.add(at)
                at += step
    return beside


def _runs(days: set[date]) -> list[list[date]]:
    """Days in unbroken runs."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] + _DAY == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _joined(names: Any) -> str:
    """The names of a run, each once, without the marks of moved days."""
    parts = [part for name in names for part in str(name).split("; ")]
    cleaned = [_OBSERVED.sub("", part).strip() for part in parts]
    names = [name for name in dict.fromkeys(cleaned) if name and not _SWAP.match(name)]
    kept = [name for name in names if name not in _EVES] or names
    return "、".join(kept) if _chinese(kept) else ", ".join(kept)


def _chinese(names: list[str]) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for name in names for sign in name)
