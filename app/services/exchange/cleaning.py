"""From a cell to a value, by the column's kind: exactly, or with a problem; never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.core.power_hours import power_rule
from app.core.quantity import LARGEST, PLACES, tidy
from app.core.step import parse_links
from app.services.exchange.cells import Broken, Cell, Percent
from app.services.exchange.records import Severity
from app.services.exchange.route_cells import NoRoute, RouteStep, parse_route, refusal
from app.services.exchange.sheets import LONGEST_CODE, LONGEST_TEXT, Column, Kind

CLEAR_WORDS = {"-", "清空", "clear"}
YES = {"是", "y", "yes", "true", "1", "√", "✓"}
NO = {"否", "n", "no", "false", "0", "×"}
_SEPARATORS = re.compile(r"[;,;,、\n]+")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?")
_WITH_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d+)?")
_WITH_UNIT = re.compile(r"([+-]?[\d,.]*\d)\s*([^\d\s.,]+)|([¥$€元])\s*([+-]?[\d,.]*\d)")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+\d{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_NO_WIDTH = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_MOST_DIGITS = 10**15
"""Spreadsheets keep fifteen digits of a number."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DAY_TIME = re.compile(_DAY.pattern + r"(?:[T\s]+(\d{1,2}):(\d{2})(?::\d{2})?)?")
_NO_YEAR = re.compile(r"(\d{1,2})[月/.-](\d{1,2})[日号]?")
_EIGHT_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_SHORT_YEAR = re.compile(r"(\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_PART_OF_MONTH = re.compile(r"(?:(\d{1,2})月|本?月)(底|末|初|中|中旬|上旬|下旬)")
_LAST_OF = {"底": 31, "末": 31, "下旬": 31, "中": 15, "中旬": 20, "上旬": 10}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_SPAN = re.compile(r"(\d+):(\d{2})(?::(\d{2}))?")
_OLDEST = 1920
"""Days before are numbers that a spreadsheet was told to show as dates."""
_DESTROYED = re.compile(r"\d{1,2}:\d{2}\.\d")
_WAIT = re.compile(r"(\d+(?:\.\d+)?)\s*(分钟?|分|min|m|小?时|h|天|日|d)?")
_WAIT_MINUTES = {"分": 1, "m": 1, "时": 60, "小": 60, "h": 60, "天": 1440, "日": 1440, "d": 1440}
_WEEKDAYS = {
    word: number
    for words in ("一二三四五六日", "1234567", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    for number, word in enumerate(words, 1)
} | {"天": 7}


_SWAPPED = str.maketrans(".,", ",.")

NEXT_YEAR = "next"
"""Answer to the question of the year: each day in the year that brings it next."""
_BACK_DAYS = 60
"""A day without a year so many days ago is still meant in this year."""
_SERIALS = range(20_000, 80_000)
"""Numbers that spreadsheets show as the days of 1954 to 2119."""


class Refused(Exception):
    """The cell is no such value; ``text`` says what to do.

    ``fix``: what could be typed instead, ``unit``: what then belongs into the unit's own column,
    ``asks_year``: an answer to the question of the file's year would settle it.
    """

    def __init__(
        self, text: Message, fix: str | None = None, unit: str = "", *, asks_year: bool = False
    ) -> None:
        super().__init__(text.code)
        self.text = text
        self.fix = fix
        self.unit = unit
        self.asks_year = asks_year


@dataclass
class Cleaner:
    """Cleans cells; ``today`` proposes years and month ends. Notes of what was cleaned pile up.

    ``year``: answer to the question of the file's year: four digits, ``NEXT_YEAR``, or none yet.
    ``decimal_sign``: of numbers that stand as text.
    """

    today: date
    year: str | None = None
    decimal_sign: str = "."
    notes: list[tuple[Severity, Message]] = field(default_factory=list)

    def clean(self, cell: Cell, column: Column) -> Any:
        """The value. ``Refused`` if it is none; what was tidied on the way is in ``notes``."""
        if isinstance(cell, Broken):
            code = "formula_without_value" if cell.what == "formula" else "error_cell"
            raise Refused(message(f"exchange.{code}"))
        if column.kind in (Kind.QUANTITY, Kind.INTEGER):
            cell = self._percent(cell, column)
        try:
            return _BY_KIND[column.kind](self, cell, column)
        except Refused as refused:
            raise _in_minutes(refused, column) from None

    def note(self, code: str, /, **values: object) -> None:
        self.notes.append((Severity.CLEANED, message(f"exchange.{code}", **values)))

    def warn(self, code: str, /, **values: object) -> None:
        self.notes.append((Severity.WARNING, message(f"exchange.{code}", **values)))

    # ------------------------------------------------------------ texts

    def text(self, cell: Cell, column: Column) -> str:
        if isinstance(cell, str):
            return self._plain_text(cell, column)
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        if isinstance(cell, datetime | date):
            raise Refused(message("exchange.date_in_text"))
        if isinstance(cell, int | float):
            return self._number_as_text(cell, column)
        return str(cell)

    def _plain_text(self, cell: str, column: Column) -> str:
        text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
        if _CONTROL.search(text):
            text = _CONTROL.sub("", text).strip()
            self.note("control_characters", text=text[:40])
        longest = LONGEST_TEXT if column.kind is Kind.CODE else column.longest
        if len(text) > longest:
            raise Refused(message("exchange.text_too_long", count=len(text), most=longest))
        return text

    def _number_as_text(self, cell: int | float, column: Column) -> str:
        if abs(cell) >= _MOST_DIGITS:
            raise Refused(message("exchange.digits_lost"))
        number = self._exact(cell)
        text = format(number, "f")
        if column.kind is Kind.CODE:
            self.note("number_as_code", code=text)
        return text

    def code(self, cell: Cell, column: Column) -> str:
        text = self.text(cell, column)
        tidied = re.sub(r"[\u00a0\u3000\t\n]+", " ", _NO_WIDTH.sub("", text)).strip()
        if tidied != text:
            self.note("blanks_in_code", code=tidied)
        if _EXPONENT.fullmatch(tidied):
            raise Refused(message("exchange.digits_lost"))
        return _short(tidied)

    # ------------------------------------------------------------ numbers

    def _percent(self, cell: Cell, column: Column) -> Cell:
        """A share as the column means it, and what was taken is said."""
        meant = means_percent(column)
        if isinstance(cell, Percent):
            shown = format(tidy(Decimal(f"{float(cell) * 100:.12g}")), "f")
            if not meant:
                stored = format(self._exact(cell), "f")
                self.warn("percent_in_number", shown=shown, number=stored)
                return float(cell)
            self.note("percent_read", number=shown)
            return shown
        if isinstance(cell, str):
            text = unicodedata.normalize("NFKC", cell).strip()
            if text.endswith("%") and meant:
                self.note("percent_read", number=text[:-1].strip())
                return text[:-1].strip()
        elif isinstance(cell, float) and column.key.endswith("_pct") and 0 < cell < 1:
            number = self._exact(cell)
            self.warn(
                "percent_small", number=format(number, "f"), other=format(tidy(number * 100), "f")
            )
        return cell

    def quantity(self, cell: Cell, column: Column) -> Decimal:
        number = self.decimal(cell)
        if number < 0:
            raise Refused(message("exchange.negative"))
        return number

    def signed(self, cell: Cell, column: Column) -> Decimal:
        return self.decimal(cell)

    def integer(self, cell: Cell, column: Column) -> int:
        number = self.quantity(cell, column)
        if number != number.to_integral_value():
            share = means_percent(column) and number < 1
            raise Refused(
                message("exchange.not_whole"), str(round(number * 100 if share else number))
            )
        return int(number)

    def decimal(self, cell: Cell) -> Decimal:
        """An exact number with at most six places."""
        if isinstance(cell, bool | datetime | date | time):
            raise Refused(message("exchange.no_number"))
        number = self._exact(cell) if isinstance(cell, int | float) else self._typed(str(cell))
        if abs(number) >= LARGEST:
            raise Refused(message("exchange.too_large_number"))
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > PLACES:
            raise Refused(message("exchange.too_many_places", places=PLACES))
        return number

    @staticmethod
    def _exact(cell: int | float) -> Decimal:
        """The number a spreadsheet shows: a double's shortest spelling, at 15 digits."""
        if isinstance(cell, int):
            return Decimal(cell)
        if cell != cell or cell in (float("inf"), float("-inf")):
            raise Refused(message("exchange.no_number"))
        # 0.1 + 0.2 is stored as 0.30000000000000004 and shown, and meant, as 0.3.
        return tidy(Decimal(f"{cell:.15g}"))

    def _typed(self, raw: str) -> Decimal:
        text = "".join(unicodedata.normalize("NFKC", raw).split())
        usual, other = (_NUMBER, _WITH_COMMA) if self.decimal_sign == "." else (
            _WITH_COMMA, _NUMBER)  # fmt: skip
        if any(sign.isdigit() for sign in text):
            if usual.fullmatch(text):
                return self._read(text, raw)
            if other.fullmatch(text):
                swapped = text.translate(_SWAPPED)
                fix = swapped.replace("," if self.decimal_sign == "." else ".", "")
                raise Refused(message("exchange.other_decimal_sign", sign=self.decimal_sign,
                                      number=fix), fix)  # fmt: skip
        with_unit = _WITH_UNIT.fullmatch(text)
        if with_unit:
            number, unit, sign, amount = with_unit.groups()
            thousands = "," if self.decimal_sign == "." else "."
            number, unit = (number or amount).replace(thousands, ""), unit or sign
            raise Refused(
                message("exchange.number_with_unit", number=number, unit=unit), number, unit
            )
        raise Refused(message("exchange.no_number"))

    def _read(self, text: str, raw: str) -> Decimal:
        cleaned = text.replace(",", "")
        if self.decimal_sign == ",":
            cleaned = text.replace(".", "").replace(",", ".")
        try:
            number = tidy(Decimal(cleaned))
        except InvalidOperation:
            raise Refused(message("exchange.no_number")) from None
        if cleaned != raw.strip():
            self.note("number_cleaned", number=cleaned)
        return number

    def factor(self, cell: Cell, column: Column) -> tuple[Decimal, Decimal]:
        text = unicodedata.normalize("NFKC", str(cell)) if isinstance(cell, str) else ""
        if "/" in text:
            above, _, below = text.partition("/")
            numerator, denominator = self.decimal(above), self.decimal(below)
        else:
            numerator, denominator = self.decimal(cell), Decimal(1)
        if numerator <= 0 or denominator <= 0:
            raise Refused(message("exchange.not_positive"))
        return numerator, denominator

    # ------------------------------------------------------------ choices

    def boolean(self, cell: Cell, column: Column) -> bool:
        if isinstance(cell, bool):
            return cell
        word = self.text(cell, column).casefold()
        if word in YES or word in NO:
            return word in YES
        raise Refused(message("exchange.no_bool"))

    def choice(self, cell: Cell, column: Column) -> Any:
        word = unicodedata.normalize("NFKC", self.text(cell, column))
        by_word = {
            unicodedata.normalize("NFKC", w).casefold(): v for w, v in column.choices.items()
        }
        if word.casefold() in by_word:
            return by_word[word.casefold()]
        words = list(dict.fromkeys(column.words().values()))
        raise Refused(message("exchange.no_choice", choices=words))

    # ------------------------------------------------------------ time

    def day(self, cell: Cell, column: Column) -> date:
        moment = self.moment(cell)
        if isinstance(moment, datetime):
            raise Refused(message("exchange.no_time_here"), f"{moment:%Y-%m-%d}")
        return moment

    def moment(self, cell: Cell) -> date | datetime:
        """A day, or with a time of day a wall-clock moment of the plant."""
        if isinstance(cell, date) and cell.year < _OLDEST:
            raise Refused(message("exchange.date_of_old", year=cell.year))
        if isinstance(cell, datetime):
            return cell.date() if cell.time() == time(0) else cell.replace(second=0, microsecond=0)
        if isinstance(cell, date):
            return cell
        if isinstance(cell, time) or (isinstance(cell, str) and _DESTROYED.fullmatch(cell.strip())):
            raise Refused(message("exchange.destroyed_date"))
        if isinstance(cell, bool) or cell is None:
            raise Refused(message("exchange.no_date"))
        if isinstance(cell, int | float):
            raise self._serial(cell)
        return self._typed_moment(unicodedata.normalize("NFKC", str(cell)).strip())

    @staticmethod
    def _serial(number: int | float) -> Refused:
        """A number where a date belongs: often the day as spreadsheets count days."""
        if number != number or abs(number) > 10**9:
            return Refused(message("exchange.no_date"))
        spelt = _EIGHT_DIGITS.fullmatch(str(int(number)))
        if spelt and (fix := _spelt(*spelt.groups())):
            return Refused(message("exchange.date_otherwise", proposal=fix), fix)
        if int(number) not in _SERIALS:
            return Refused(message("exchange.no_date"))
        day = date(1899, 12, 30) + timedelta(days=int(number))
        return Refused(message("exchange.serial_date", proposal=day), f"{day:%Y-%m-%d}")

    def _typed_moment(self, text: str) -> date | datetime:
        found = _DAY_TIME.fullmatch(text)
        if found:
            year, month, day, hour, minute = found.groups()
            try:
                if hour is None:
                    return date(int(year), int(month), int(day))
                return datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001 - wall clock of the plant
            except ValueError:
                raise Refused(message("exchange.no_date")) from None
        if text.isdecimal():
            raise self._serial(int(text))
        no_year = _NO_YEAR.fullmatch(text)
        if no_year:
            return self._in_the_year(int(no_year[1]), int(no_year[2]))
        raise self._vague(text)

    def _in_the_year(self, month: int, day: int) -> date:
        """The day in the year that was answered; else the question."""
        proposed = self._this_or_next_year(month, day)
        if proposed is None:
            raise Refused(message("exchange.no_date"))
        if self.year is None:
            raise Refused(message("exchange.no_year", proposal=proposed), f"{proposed:%Y-%m-%d}",
                          asks_year=True)  # fmt: skip
        try:
            found = proposed if self.year == NEXT_YEAR else date(int(self.year), month, day)
        except ValueError:
            raise Refused(message("exchange.not_in_year", year=self.year)) from None
        self.note("year_taken", date=found)
        return found

    def _vague(self, text: str) -> Refused:
        """What to type instead of a date that only a person can know, or that reads two ways."""
        day = self._vague_day(text)
        if day is not None:
            return Refused(message("exchange.vague_date", proposal=day), f"{day:%Y-%m-%d}")
        short = _SHORT_YEAR.fullmatch(text)
        last = _DAY_FIRST.fullmatch(text)
        fix = _spelt(f"20{short[1]}", short[2], short[3]) if short else None
        if last and int(last[1]) > 12:
            fix = _spelt(last[3], last[2], last[1])
        elif last and int(last[2]) > 12:
            fix = _spelt(last[3], last[1], last[2])
        if fix:
            return Refused(message("exchange.date_otherwise", proposal=fix), fix)
        return Refused(message("exchange.no_date"))

    def _vague_day(self, text: str) -> date | None:
        days = {"今天": 0, "明天": 1, "后天": 2, "急": 3, "加急": 3, "尽快": 3, "asap": 3,
                "待定": 30, "tbd": 30}  # fmt: skip
        if text.casefold() in days:
            return self.today + timedelta(days=days[text.casefold()])
        part = _PART_OF_MONTH.fullmatch(text)
        if part is None or (part[1] and not 1 <= int(part[1]) <= 12):
            return None
        month = int(part[1] or self.today.month)
        year = self.today.year + (month < self.today.month)
        if part[2] == "初":
            first = date(year, month, 1)
            return first if part[1] and first >= self.today else _next_month(first)
        end = _next_month(date(year, month, 1)) - timedelta(days=1)
        return end.replace(day=min(_LAST_OF[part[2]], end.day))

    def _this_or_next_year(self, month: int, day: int) -> date | None:
        """The next such day, or one of the last weeks; 29 February may be years away."""
        for year in range(self.today.year, self.today.year + 9):
            try:
                found = date(year, month, day)
            except ValueError:
                continue
            if found >= self.today - timedelta(days=_BACK_DAYS):
                return found
        return None

    def clock(self, cell: Cell, column: Column) -> int:
        if isinstance(cell, datetime):
            cell = cell.time()
        if isinstance(cell, time):
            return cell.hour * 60 + cell.minute
        if isinstance(cell, float) and 0 < cell < 1:
            minutes = round(cell * 1440)
            fix = f"{minutes // 60:02}:{minutes % 60:02}"
            raise Refused(message("exchange.time_as_number", proposal=fix), fix)
        return _minutes(unicodedata.normalize("NFKC", str(cell)).strip())

    def spans(self, cell: Cell, column: Column) -> list[list[int]]:
        spans = []
        for part in _split(self.text(cell, column)):
            start, dash, end = unicodedata.normalize("NFKC", part).partition("-")
            if not dash:
                raise Refused(message("exchange.no_span", text=part))
            spans.append([_minutes(start.strip()), _minutes(end.strip())])
        return spans

    def weekday(self, cell: Cell, column: Column) -> int:
        return _weekday(self.text(cell, column))

    def weekdays(self, cell: Cell, column: Column) -> list[int]:
        return [_weekday(part) for part in _split(self.text(cell, column))]

    def wait(self, cell: Cell, column: Column) -> int:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self.integer(cell, column)
        text = unicodedata.normalize("NFKC", self.text(cell, column))
        found = _WAIT.fullmatch(text)
        if not found:
            span = _SPAN.fullmatch(text)
            raise Refused(message("exchange.no_wait"), _as_wait(span) if span else None)
        minutes = Decimal(found[1]) * _WAIT_MINUTES[(found[2] or "分")[0]]
        if minutes != minutes.to_integral_value():
            raise Refused(message("exchange.no_wait"))
        return int(minutes)

    # ------------------------------------------------------------ lists

    def codes(self, cell: Cell, column: Column) -> list[str]:
        return [_short(part) for part in _split(self.text(cell, column))]

    def rated(self, cell: Cell, column: Column) -> list[tuple[str, Decimal | None]]:
        found: list[tuple[str, Decimal | None]] = []
        for part in _split(self.text(cell, column)):
            code, colon, rate = part.replace("\uff1a", ":").rpartition(":")
            code, figure = (code.strip(), self.decimal(rate)) if colon else (part, None)
            found.append((_short(code), figure))
        return found

    def graded(self, cell: Cell, column: Column) -> list[tuple[str, str | None]]:
        found: list[tuple[str, str | None]] = []
        for part in _split(self.text(cell, column)):
            skill, colon, grade = part.replace("\uff1a", ":").partition(":")
            if colon and grade.strip().upper() not in ("A", "B", "C"):
                raise Refused(message("exchange.no_grade", text=part))
            found.append((_short(skill.strip()), grade.strip().upper() or None))
        return found

    def dated(self, cell: Cell, column: Column) -> dict[str, date]:
        return {name: self.day(value, column) for name, value in self._pairs(cell, column)}

    def attributes(self, cell: Cell, column: Column) -> dict[str, str]:
        return dict(self._pairs(cell, column))

    def _pairs(self, cell: Cell, column: Column) -> list[tuple[str, str]]:
        pairs = []
        for part in _split(self.text(cell, column)):
            name, equals, value = part.replace("\uff1d", "=").partition("=")
            if not equals:
                raise Refused(message("exchange.no_pair", text=part))
            pairs.append((name.strip(), value.strip()))
        return pairs

    def links(self, cell: Cell, column: Column) -> str:
        text = unicodedata.normalize("NFKC", self.text(cell, column))
        try:
            parse_links(text)
        except ValueError as error:
            raise Refused(message("exchange.no_link", text=str(error))) from None
        return text

    def power(self, cell: Cell, column: Column) -> str:
        text = self.text(cell, column)
        try:
            power_rule(text)
        except RuleBroken as broken:
            raise Refused(broken.message) from None
        return text

    def deliveries(self, cell: Cell, column: Column) -> list[list[str]]:
        found = []
        for part in _split(self.text(cell, column)):
            quantity, at, day = part.partition("@")
            if not at:
                raise Refused(message("exchange.no_delivery", text=part))
            found.append([format(self.decimal(quantity), "f"), f"{self.day(day, column):%Y-%m-%d}"])
        return found

    def sequence(self, cell: Cell, column: Column) -> list[list[Any]]:
        text = re.sub(r"[\s;;,,]+", "", unicodedata.normalize("NFKC", self.text(cell, column)))
        found = re.findall(r"([^\d]+)(\d+)", text)
        if not found or "".join(a + b for a, b in found) != text:
            raise Refused(message("exchange.no_sequence"))
        return [[name, int(days)] for name, days in found]

    def route(self, cell: Cell, column: Column) -> list[RouteStep]:
        try:
            return parse_route(self.text(cell, column))
        except NoRoute as error:
            raise Refused(refusal(error)) from None

    def issued(self, cell: Cell, column: Column) -> str | list[tuple[str, Decimal]]:
        word = self.text(cell, column).casefold()
        if word in ("全部", "all"):
            return "all"
        if word in ("无", "none"):
            return "none"
        rated = self.rated(cell, column)
        if any(quantity is None for _, quantity in rated):
            raise Refused(message("exchange.no_issue"))
        return [(code, quantity) for code, quantity in rated if quantity is not None]


def means_percent(column: Column) -> bool:
    """Whether 5 in the column is five in a hundred."""
    return column.key.endswith("_pct") or "%" in column.zh


def _in_minutes(refused: Refused, column: Column) -> Refused:
    """``2小时`` in a column of minutes is proposed as 120."""
    factor = _WAIT_MINUTES.get(refused.unit[:1])
    if factor is None or refused.fix is None or not column.zh.endswith(("分", "分钟")):
        return refused
    minutes = format(tidy(Decimal(refused.fix.replace(",", ".")) * factor), "f")
    return Refused(refused.text, minutes)


def _as_wait(span: re.Match[str]) -> str:
    """1:30 and 25:30:00 as minutes."""
    return f"{int(span[1]) * 60 + int(span[2])}分"


def _spelt(year: str, month: str, day: str) -> str | None:
    try:
        return f"{date(int(year), int(month), int(day)):%Y-%m-%d}"
    except ValueError:
        return None


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _short(code: str) -> str:
    """A code, if the database can keep it as one."""
    if len(code) > LONGEST_CODE:
        raise Refused(message("exchange.code_too_long", count=len(code), most=LONGEST_CODE))
    return code


def _split(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _minutes(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        raise Refused(message("exchange.no_clock", text=text))
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes > 1440:
        raise Refused(message("exchange.no_clock", text=text))
    return minutes


def _weekday(text: str) -> int:
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    for head in ("星期", "周", "礼拜"):
        word = word.removeprefix(head)
    if word[:3] in _WEEKDAYS:
        return _WEEKDAYS[word[:3]]
    raise Refused(message("exchange.no_weekday", text=text))


_BY_KIND: Mapping[Kind, Callable[[Cleaner, Cell, Column], Any]] = {
    Kind.CODE: Cleaner.code,
    Kind.TEXT: Cleaner.text,
    Kind.INTEGER: Cleaner.integer,
    Kind.QUANTITY: Cleaner.quantity,
    Kind.SIGNED: Cleaner.signed,
    Kind.FACTOR: Cleaner.factor,
    Kind.BOOL: Cleaner.boolean,
    Kind.CHOICE: Cleaner.choice,
    Kind.DATE: Cleaner.day,
    Kind.MOMENT: lambda cleaner, cell, column: cleaner.moment(cell),
    Kind.TIME: Cleaner.clock,
    Kind.SPANS: Cleaner.spans,
    Kind.WEEKDAY: Cleaner.weekday,
    Kind.WEEKDAYS: Cleaner.weekdays,
    Kind.CODES: Cleaner.codes,
    Kind.RATED: Cleaner.rated,
    Kind.GRADED: Cleaner.graded,
    Kind.DATED: Cleaner.dated,
    Kind.ATTRIBUTES: Cleaner.attributes,
    Kind.WAIT: Cleaner.wait,
    Kind.LINKS: Cleaner.links,
    Kind.POWER: Cleaner.power,
    Kind.DELIVERIES: Cleaner.deliveries,
    Kind.SEQUENCE: Cleaner.sequence,
    Kind.ISSUED: Cleaner.issued,
    Kind.ROUTE: Cleaner.route,
}
