"""A list of holidays as it is pasted: the official notice, rows of dates, or the JSON of a year.

Everything that could not be used is named with its reason; nothing is guessed silently. Full-width
figures and signs count like the usual ones.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.core.choices import ExceptionKind
from app.core.messages import Message, message
from app.core.working_time import Hours

YEARS_AROUND = 2
"""The list of another year is recognised this far off, by the weekdays it gives."""
MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class ListedDays:
    """Days that a list says are off or worked. ``line``: where it says so, counted from 1."""

    first: date
    last: date
    kind: ExceptionKind
    name: str = ""
    hours: Hours = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """A line, or part of one, that gave no days. ``wrong``: it should have."""

    line: int
    text: str
    reason: Message
    wrong: bool


@dataclass(frozen=True, slots=True)
class HolidayList:
    """``year``: the one that days without a year were read in."""

    days: tuple[ListedDays, ...]
    unread: tuple[Unread, ...]
    year: int


def read_holiday_list(text: str, year: int) -> HolidayList:
    """Days of a pasted list. ``year``: of days that have none, unless the list itself or its
    weekdays say another one."""
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    if plain.lstrip().startswith(("{", "[")):
        return _json_list(plain, year)
    lines = [(number, line.strip()) for number, line in enumerate(plain.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    reading = _Reading(_year_of(lines, year))
    for number, line in lines:
        reading.line(number, line)
    return HolidayList(tuple(reading.days), tuple(reading.unread), reading.year)


# ---------------------------------------------------------------- words

_OFF = ("放假调休", "调休放假", "放假", "休息", "休假", "放", "休", "假", "holiday", "off")
_WORKED = ("上班", "补班", "补上班", "照常上班", "调休上班", "调班", "working", "worked", "work")
_KINDS = {
    **dict.fromkeys(_OFF, ExceptionKind.HOLIDAY),
    **dict.fromkeys(_WORKED, ExceptionKind.WORKING),
    "加班": ExceptionKind.OVERTIME, "overtime": ExceptionKind.OVERTIME,
    "停机": ExceptionKind.DOWN, "down": ExceptionKind.DOWN,
    "限电": ExceptionKind.POWER_CUT, "power cut": ExceptionKind.POWER_CUT,
    "power_cut": ExceptionKind.POWER_CUT,
    "请假": ExceptionKind.LEAVE, "leave": ExceptionKind.LEAVE,
}  # fmt: skip
_WEEKDAYS = {sign: place for place, sign in enumerate("一二三四五六日", 1)} | {"天": 7}
_BY_LENGTH = sorted(_KINDS, key=len, reverse=True)
_KIND = re.compile("|".join(re.escape(word) for word in _BY_LENGTH), re.IGNORECASE)

_DATE = (
    r"(?:(?P<year>\d{4})\s*[年./-]\s*)?(?:(?P<month>\d{1,2})\s*[月./-]\s*)?(?P<day>\d{1,2})"
    r"\s*(?P<sign>日|号)?"
)
_TOKEN = re.compile(
    r"(?P<hours>\d{1,2}:\d{2}\s*[-~至到—–]\s*\d{1,2}:\d{2})"
    r"|(?P<count>(?P<counted>共计|共|放假|休息|调休)?\s*(?P<days>\d{1,2})\s*天)"
    r"|(?P<weekends>与周末连休)"
    r"|(?P<iso>(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d))"
    rf"|(?P<date>{_DATE})"
    r"|(?P<weekday>\(?[^()]{0,12}(?:星期|周|礼拜)(?P<wday>[一二三四五六日天])\)?)"
    r"|(?P<to>\.\.+|--+|[-~至到—–]|\bto\b|\buntil\b)"
    r"|(?P<bracket>\([^()]*\))"
    rf"|(?P<kind>{_KIND.pattern})",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]+\s*[、.]|\(?\d{1,2}\)?\s*[、)])?\s*"
                      r"(?P<name>[^\d:,。;]{1,16}?)\s*:")  # fmt: skip
_TITLE_YEAR = re.compile(r"(?P<year>20\d{2})\s*年(?!\s*\d{1,2}\s*月)")
_NOT_A_LIST = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|.*[\[(〔]20\d{2}[\])〕]\s*第?\d+\s*号")
"""The date below a notice and its number."""
_ADVICE = re.compile("鼓励|建议|可以结合|倡导")
_SENTENCE = re.compile(r"[。;\n]")
_HAS_DAY = re.compile(r"\d{1,2}\s*[月./-]\s*\d{1,2}|\d{1,2}\s*[日号]|\d{8}")
_NAME_SIGNS = re.compile(r"[^\w、·'’ ()&/]+")


# ---------------------------------------------------------------- the year


def _year_of(lines: Iterable[tuple[int, str]], year: int) -> int:
    """The year of days without one: the title's, else the one that fits the weekdays given."""
    kept = list(lines)
    for _, line in kept:
        title = _TITLE_YEAR.search(line)
        if title:
            return int(title["year"])
    given = [pair for _, line in kept for pair in _weekdays(line)]
    near = sorted(range(year - YEARS_AROUND, year + YEARS_AROUND + 1), key=lambda y: abs(y - year))
    for candidate in near if given else ():
        if all(_fits(candidate, month, day, weekday) for month, day, weekday in given):
            return candidate
    return year


_WITH_WEEKDAY = re.compile(
    r"(?<![\d年])(\d{1,2})月(\d{1,2})日\s*\(?[^()\d]{0,12}?(?:星期|周)([一二三四五六日天])"
)


def _weekdays(line: str) -> Iterator[tuple[int, int, int]]:
    for month, day, sign in _WITH_WEEKDAY.findall(line):
        yield int(month), int(day), _WEEKDAYS[sign]


def _fits(year: int, month: int, day: int, weekday: int) -> bool:
    try:
        return date(year, month, day).isoweekday() == weekday
    except ValueError:
        return False


# ---------------------------------------------------------------- notices and rows


@dataclass
class _Span:
    """Days named in a sentence that wait for their word. ``unsure``: the year was not typed."""

    first: date
    last: date
    unsure: bool
    open: bool = False


class _Refused(Exception):
    """Part of a sentence cannot be true."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Reading:
    """One pass over the lines."""

    year: int
    days: list[ListedDays] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def line(self, number: int, line: str) -> None:
        heading = _HEADING.match(line)
        name = heading["name"].strip() if heading and not _KIND.fullmatch(heading["name"]) else ""
        rest = line[heading.end() :] if heading and name else line
        if not _HAS_DAY.search(rest) or _NOT_A_LIST.fullmatch(line):
            self._leave(number, line, "no_day", wrong=False)
            return
        for sentence in _SENTENCE.split(rest):
            if not sentence.strip():
                continue
            if _ADVICE.search(sentence):
                self._leave(number, sentence, "advice", wrong=False)
            else:
                self._sentence(number, sentence, name)

    def _leave(self, number: int, text: str, why: str, *, wrong: bool, **values: object) -> None:
        reason = message(f"holidays.{why}", **values)
        self.unread.append(Unread(number, text.strip(), reason, wrong))

    def _sentence(self, number: int, sentence: str, name: str) -> None:
        if not _HAS_DAY.search(sentence):
            self._leave(number, sentence, "no_day", wrong=False)
            return
        try:
            found = _Sentence(self.year, sentence).read(number, name)
        except _Refused as refused:
            self.unread.append(Unread(number, sentence.strip(), refused.reason, wrong=True))
            return
        self.days += found


class _Sentence:
    """Dates, then what they are: ``10月1日至8日放假``, ``2026-10-10 上班 国庆``."""

    def __init__(self, year: int, text: str) -> None:
        self.year = year
        self.text = text
        self.spans: list[_Span] = []
        self.hours: list[tuple[int, int]] = []
        self.done: list[ListedDays] = []
        self.group: list[int] = []
        """Places in ``done`` of the days that the last word spoke of."""
        self.ahead: ExceptionKind | None = None
        """A word that stood before its days (``放假 10-01..10-03``)."""
        self.counted = 0
        self.used: list[tuple[int, int]] = []

    def read(self, number: int, name: str) -> list[ListedDays]:
        """Error: ``_Refused``."""
        for token in _TOKEN.finditer(self.text):
            self._take(token)
            self.used.append(token.span())
        if self.spans and self.ahead is None:
            raise _Refused(message("holidays.no_word"))
        if self.spans and self.ahead is not None:
            self._word(self.ahead)
        self._check_count()
        for place in self.group if self.hours else ():
            self.done[place] = replace(self.done[place], hours=tuple(self.hours))
        if not self.done:
            raise _Refused(message("holidays.no_day"))
        called = name or self._name()
        return [
            ListedDays(each.first, each.last, each.kind, called, each.hours, number)
            for each in self.done
        ]

    def _name(self) -> str:
        """What is left of the sentence beside dates and words."""
        left, at = [], 0
        for start, end in [*self.used, (len(self.text), len(self.text))]:
            left.append(self.text[at:start])
            at = end
        words = _NAME_SIGNS.sub(" ", " ".join(left)).replace("_", " ").split()
        return " ".join(word for word in words if word not in ("、", "/", "(", ")", "至"))

    def _take(self, token: re.Match[str]) -> None:
        if token["date"]:
            self._date(token)
        elif token["iso"]:
            self._add(_day(int(token["y"]), int(token["m"]), int(token["d"])), unsure=False)
        elif token["to"]:
            if self.spans:
                self.spans[-1].open = True
        elif token["weekday"]:
            self._weekday(token["wday"])
        elif token["hours"]:
            self.hours.append(_hours(token["hours"]))
        elif token["count"]:
            if token["counted"] in ("放假", "休息", "调休"):
                self._word(ExceptionKind.HOLIDAY)
            self.counted = int(token["days"])
            if self.group:
                self._check_count()
        elif token["weekends"]:
            self._join_weekends()
        elif token["kind"]:
            self._word(_KINDS[token["kind"].casefold()])

    def _date(self, token: re.Match[str]) -> None:
        typed_year, typed_month = token["year"], token["month"]
        if not typed_month:
            if not (token["sign"] or self._half()) or not self.spans:
                raise _Refused(message("holidays.lone_number", number=token["day"]))
            before = self.spans[-1].last
            self._add(_day(before.year, before.month, int(token["day"])), unsure=False)
            return
        year = int(typed_year) if typed_year else self._current_year()
        day = _day(year, int(typed_month), int(token["day"]))
        self._add(day, unsure=not typed_year)

    def _half(self) -> bool:
        """Whether a span waits for its end (``10月1-7日``)."""
        return bool(self.spans) and self.spans[-1].open

    def _current_year(self) -> int:
        return self.spans[-1].last.year if self._half() and not self.spans[-1].unsure else self.year

    def _add(self, day: date, *, unsure: bool) -> None:
        if not self._half():
            self.spans.append(_Span(day, day, unsure))
            return
        span = self.spans[-1]
        span.open = False
        if day < span.first and span.unsure:
            # 12月30日至1月1日: in the list of a year, New Year begins in the year before.
            if unsure and day.month == 1:
                span.first = _day(span.first.year - 1, span.first.month, span.first.day)
            elif not unsure:
                span.first = _day(day.year - 1, span.first.month, span.first.day)
        if day < span.first:
            raise _Refused(message("holidays.reversed", first=span.first, last=day))
        span.last = day

    def _weekday(self, sign: str) -> None:
        if not self.spans:
            return
        day = self.spans[-1].last
        if day.isoweekday() != _WEEKDAYS[sign]:
            raise _Refused(message("holidays.other_weekday", day=day, weekday=f"周{sign}"))

    def _word(self, kind: ExceptionKind) -> None:
        if not self.spans:
            self.ahead = self.ahead or kind
            return
        self.group = list(range(len(self.done), len(self.done) + len(self.spans)))
        hours = tuple(self.hours)
        self.done += [ListedDays(span.first, span.last, kind, "", hours) for span in self.spans]
        self.spans, self.hours = [], []

    def _check_count(self) -> None:
        listed = sum((self.done[n].last - self.done[n].first).days + 1 for n in self.group)
        if self.counted and listed != self.counted:
            raise _Refused(message("holidays.other_count", days=self.counted, listed=listed))
        self.counted = 0

    def _join_weekends(self) -> None:
        for place in self.group:
            each = self.done[place]
            first, last = each.first, each.last
            while (first - timedelta(days=1)).weekday() >= 5:
                first -= timedelta(days=1)
            while (last + timedelta(days=1)).weekday() >= 5:
                last += timedelta(days=1)
            self.done[place] = replace(each, first=first, last=last)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _Refused(message("holidays.no_such_day", text=f"{year}-{month}-{day}")) from None


def _hours(text: str) -> tuple[int, int]:
    start, end = (
        int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d{1,2}):(\d{2})", text)
    )
    if max(start, end) > 24 * 60:
        raise _Refused(message("holidays.no_such_hours", text=text))
    return start, end


# ---------------------------------------------------------------- JSON


def _json_list(text: str, year: int) -> HolidayList:
    """``{"year": …, "days": [{"name", "date", "isOffDay"}]}`` as public repositories keep it."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        unread = Unread(1, text[:60], message("holidays.bad_json"), wrong=True)
        return HolidayList((), (unread,), year)
    entries = read.get("days", []) if isinstance(read, dict) else read
    days: list[ListedDays] = []
    unread_entries: list[Unread] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        try:
            day = date.fromisoformat(entry["date"])
            off = entry["isOffDay"]
            if not isinstance(off, bool):
                raise TypeError
        except (KeyError, TypeError, ValueError):
            shown = json.dumps(entry, ensure_ascii=False)[:60]
            unread_entries.append(Unread(number, shown, message("holidays.bad_entry"), wrong=True))
            continue
        kind = ExceptionKind.HOLIDAY if off else ExceptionKind.WORKING
        days.append(ListedDays(day, day, kind, str(entry.get("name", "")), (), number))
    if not days and not unread_entries:
        unread_entries.append(Unread(1, text[:60], message("holidays.bad_json"), wrong=True))
    stated = read.get("year") if isinstance(read, dict) else None
    found = stated if isinstance(stated, int) else days[0].first.year if days else year
    return HolidayList(tuple(_joined(days)), tuple(unread_entries), found)


def _joined(days: Iterable[ListedDays]) -> list[ListedDays]:
    """Neighbouring days of one kind and name as one entry."""
    joined: list[ListedDays] = []
    for each in sorted(days, key=lambda day: (day.kind.value, day.name, day.first)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and (last.kind, last.name) == (each.kind, each.name)
            and (each.first - last.last).days <= 1
        ):
            joined[-1] = ListedDays(last.first, max(last.last, each.last), last.kind, last.name, (),
                                    last.line)  # fmt: skip
        else:
            joined.append(each)
    return sorted(joined, key=lambda day: (day.first, day.kind.value))
