"""Numbers, dates and durations as text below the views (messages, reports, command line)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Minutes:
    """A length of time in a sentence: ``3 h 20``, ``3 时 20``."""

    count: int


def plain(value: object, language: str) -> str:
    """Any value inside a sentence."""
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, Minutes):
        return duration(value.count, language)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value)


def number(value: Decimal | int) -> str:
    """Exact, without trailing zeros and without an exponent: ``2.50`` -> ``2.5``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio(value: Fraction, digits: int = 7) -> str:
    """A ratio as a decimal number: exact where six places hold it, else rounded with ``≈``.

    >>> ratio(Fraction(1, 8)), ratio(Fraction(50, 83)), ratio(Fraction(2, 3), digits=3)
    ('0.125', '≈0.6024096', '≈0.667')
    """
    millionths = value * 1_000_000
    if millionths.denominator == 1:
        return number(Decimal(millionths.numerator).scaleb(-6))
    with localcontext() as context:
        context.prec = digits
        return "≈" + number(Decimal(value.numerator) / Decimal(value.denominator))


def moment(value: datetime, language: str, *, today: date | None = None) -> str:
    """``11-23 Mon 14:30``; with the year when it is not this year's."""
    head = f"{value:%m-%d}" if today and today.year == value.year else f"{value:%Y-%m-%d}"
    return f"{head} {WEEKDAYS[language][value.weekday()]} {clock(value)}"


def clock(value: datetime) -> str:
    """``14:30``; in the hour that comes twice when the clocks go back also which: ``02:30 CET``."""
    text = f"{value:%H:%M}"
    if value.replace(fold=0).utcoffset() == value.replace(fold=1).utcoffset():
        return text
    return f"{text} {value.tzname()}"


def duration(minutes: int, language: str) -> str:
    """``3 h 20``, ``2 h``, ``45 min``, ``4 d 3 h`` from three days on."""
    if minutes < 0:
        return "-" + duration(-minutes, language)
    days, rest = divmod(minutes, 24 * 60)
    hours, mins = divmod(rest, 60)
    day, hour, minute = ("天", "时", "分") if language == "zh" else ("d", "h", "min")
    if minutes >= 3 * 24 * 60:
        return f"{days} {day} {hours} {hour}"
    if minutes >= 60:
        return f"{days * 24 + hours} {hour}" + (f" {mins:02d}" if mins else "")
    return f"{mins} {minute}"


LAST_DIGITS, SHORT = 4, 7


def short_numbers(number: str) -> tuple[str, ...]:
    """What a narrow bar says of an order: a short number whole, then its last four characters, or
    what is in them from a dash on: ``0067`` of ``MO2611-0067``, ``…-1`` of ``RUSH-1``."""
    if len(number) <= LAST_DIGITS:
        return (number,)
    tail = number[-LAST_DIGITS:]
    parting = next((at for at, sign in enumerate(tail) if not sign.isalnum()), None)
    if parting is not None:
        tail = f"…{tail[parting:]}"
    return (number, tail) if len(number) <= SHORT else (tail,)
