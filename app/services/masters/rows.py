"""Sheets as tables: their columns in both languages, their rows with ids, and cells as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from app.core.errors import RuleBroken
from app.core.format import number
from app.core.messages import Message, message
from app.core.messages import words as word
from app.models.database import Database
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.export_rows import typed
from app.services.exchange.masters_in import FORBIDDEN
from app.services.exchange.sheet_rows import lines
from app.services.exchange.sheets import Column as SheetColumn
from app.services.exchange.sheets import Kind, sheet
from app.services.exchange.tables import EMPTY
from app.services.masters.titles import english_choice, english_title

NOT_MASTER_DATA = frozenset({"Orders", "OrderProgress"})
POSTED = frozenset({"Stock", "Receipts"})
"""Sums of moves and purchase orders: looked at here, changed by their own edits."""
HIDDEN = frozenset({"action", "copies", "mounted_copies", "items_beside"})

FORBIDDEN_WORD = "禁止"
"""How rows hold a changeover that must not be."""

_NUMBERS = frozenset({Kind.INTEGER, Kind.QUANTITY, Kind.SIGNED, Kind.WAIT})
_DATES = frozenset({Kind.DATE, Kind.MOMENT})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a column of choices: as stored, and in words."""

    value: Any
    title: Message


@dataclass(frozen=True, slots=True)
class MasterColumn:
    """``kind``: text, number, date, bool or choice. ``note``: what the field is for.

    ``refers``: key of the sheet whose records the cell names (a list of codes too), or "".
    ``identity``: part of what tells records apart.
    """

    key: str
    title: Message
    kind: str
    note: Message | None = None
    required: bool = False
    identity: bool = False
    refers: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class MasterTable:
    """A kind of record: its columns and how many records there are."""

    key: str
    title: Message
    columns: tuple[MasterColumn, ...]
    count: int
    editable: bool


@dataclass(frozen=True, slots=True)
class MasterRow:
    """One record; ``values`` holds filled columns only, plain: Decimal, date, lists, choices."""

    id: int
    values: Mapping[str, Any]

    @property
    def retired(self) -> bool:
        return self.values.get("action") == "deactivate" or self.values.get("status") is False


def master_rows(database: Database, key: str) -> tuple[MasterRow, ...]:
    """The records of one sheet. KeyError for no sheet (a bug)."""
    with database.read() as session:
        return tuple(MasterRow(*line) for line in lines(session, key))


# ---------------------------------------------------------------- titles


def sheet_title(key: str) -> Message:
    """The sheet's title in Chinese, and its key as English words."""
    return word(sheet(key).zh, _english(key))


def _english(key: str) -> str:
    if key.isupper():
        return key
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    english = words.replace("_", " ").strip()
    return english[:1].upper() + english[1:]


@cache
def columns_of(key: str) -> tuple[MasterColumn, ...]:
    """The columns of a sheet that a person sees, in the workbook's order."""
    described = sheet(key)
    return tuple(
        _column(key, column, column.key in described.identity)
        for column in described.columns
        if column.key not in HIDDEN and (key, column.key) not in _IMPORT_ONLY
    )


_IMPORT_ONLY = frozenset(
    {
        ("Suppliers", "items"),
        ("Suppliers", "min_quantity"),
        ("Suppliers", "price"),
        ("Suppliers", "priority"),
    }
)
"""Accepted in the workbook for convenience; as records they have a sheet of their own."""


def column(key: str, name: str) -> MasterColumn:
    """One column; typed characteristics (``特性:…``) are text columns of their own name."""
    for each in columns_of(key):
        if each.key == name:
            return each
    title = name.removeprefix("特性:")
    return MasterColumn(name, word(title, title), "text")


def _column(key: str, described: SheetColumn, identity: bool) -> MasterColumn:
    note = word(*described.note) if any(described.note) else None
    return MasterColumn(
        described.key,
        word(described.zh, english_title(key, described.key) or _english(described.key)),
        _kind(described),
        note,
        described.required,
        identity,
        _refers(key, described.key),
        described.example,
        _choices(key, described.key),
    )


def _kind(described: SheetColumn) -> str:
    if described.kind in _NUMBERS:
        return "number"
    if described.kind in _DATES:
        return "date"
    if described.kind is Kind.BOOL:
        return "bool"
    return "choice" if described.choices or described.kind is Kind.WEEKDAY else "text"


@cache
def _choices(key: str, name: str) -> tuple[Choice, ...]:
    described = _described(key, name)
    if described is None:
        return ()
    if described.kind is Kind.WEEKDAY:
        names = zip(
            "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
        )
        return tuple(Choice(n, word(f"周{zh}", en)) for n, (zh, en) in enumerate(names, 1))
    return tuple(
        Choice(
            value, word(zh, english_choice(key, name, value) or _choice_english(described, value))
        )
        for value, zh in described.words().items()
    )


def _choice_english(described: SheetColumn, value: Any) -> str:
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    latin = [w for w, meant in described.choices.items() if meant == value and w.isascii()]
    return latin[0] if latin else str(value).replace("_", " ")


_REFERS = {
    "item_code": "Items", "parent_code": "Items", "component_code": "Items", "items": "Items",
    "scrap_item": "Items", "work_centre": "WorkCentres", "machines": "Machines",
    "machine": "Machines", "calendar": "Calendars", "parent": "Calendars", "unit": "Units",
    "base_unit": "Units", "other_unit": "Units", "tool_type": "Tools", "tool_code": "Tools",
    "setup_skill": "Skills", "run_skill": "Skills", "skill": "Skills", "skills": "Skills",
    "supplier": "Suppliers", "supplier_code": "Suppliers", "default_location": "Locations",
    "location": "Locations",
}  # fmt: skip
_NO_REFERENCE = frozenset(
    {("Items", "item_code"), ("Tools", "tool_code"), ("Suppliers", "supplier_code"),
     ("InspectionPlans", "unit"), ("Machines", "unit"), ("ToolCopies", "location")}
)  # fmt: skip
"""What a record itself is called, and places that are free text."""


def _refers(key: str, name: str) -> str:
    return "" if (key, name) in _NO_REFERENCE else _REFERS.get(name, "")


# ---------------------------------------------------------------- cells as text


def cell_text(key: str, name: str, value: Any, language: str, zone: ZoneInfo) -> str:
    """A value as a table shows it and a form edits it: choices in words, lists joined by ``;``."""
    if value is None:
        return ""
    described = _described(key, name)
    if described is None:
        return str(value)
    for choice in _choices(key, name):
        if choice.value == value:
            return choice.title.text(language)
    if described.kind is Kind.BOOL:
        return {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}[bool(value)][
            language
        ]
    if (key, name) == ("SetupMatrix", "minutes") and not str(value).isdigit():
        return message("plant.forbidden").text(language)
    if described.kind is Kind.WAIT:
        return _wait_text(int(value), language)
    shown = typed(described, value, zone)
    if isinstance(shown, datetime):
        return f"{shown:%Y-%m-%d}" if shown.hour == shown.minute == 0 else f"{shown:%Y-%m-%d %H:%M}"
    if isinstance(shown, date):
        return f"{shown:%Y-%m-%d}"
    if isinstance(shown, Decimal):
        return number(shown)
    return str(shown)


def _wait_text(minutes: int, language: str) -> str:
    for size, zh, en in ((1440, "天", "d"), (60, "时", "h"), (1, "分", "min")):
        if minutes % size == 0 and (minutes or size == 1):
            return f"{minutes // size}{zh}" if language == "zh" else f"{minutes // size} {en}"
    return str(minutes)  # pragma: no cover - every number is a multiple of one


def parse_cell(key: str, name: str, text: str, today: date, zone: ZoneInfo) -> Any:
    """The value a person typed or pasted, as ``MasterRow`` holds it; None for an empty cell.

    Errors: ``RuleBroken`` with what to do instead, as an import of that cell would say.
    """
    described = _described(key, name)
    stripped = text.strip()
    if described is None:
        return stripped or None
    if not stripped:
        if described.required:
            raise RuleBroken(message("masters.value_needed", column=column(key, name).title))
        return EMPTY[described.kind]() if described.kind in EMPTY else None
    folded = stripped.casefold()
    for choice in _choices(key, name):
        if folded in {choice.title.text(language).casefold() for language in ("zh", "en")}:
            return choice.value
    value = _cleaned(stripped, described, today)
    if (key, name) == ("SetupMatrix", "minutes") and folded in FORBIDDEN:
        return FORBIDDEN_WORD
    return as_stored(value, zone) if described.kind is Kind.MOMENT else value


def parse_number(text: str) -> Decimal:
    """A number of at least zero as a person types it. Errors: ``RuleBroken``."""
    return Decimal(_cleaned(text, SheetColumn("", "", Kind.QUANTITY), date.min))


def parse_day(text: str, today: date) -> date:
    """A day as a person types it. Errors: ``RuleBroken``."""
    day: date = _cleaned(text, SheetColumn("", "", Kind.DATE), today)
    return day


def _cleaned(text: str, described: SheetColumn, today: date) -> Any:
    try:
        return Cleaner(today).clean(text.strip(), described)
    except Refused as refused:
        raise RuleBroken(refused.text) from None


def as_stored(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A day or wall-clock moment of the plant as an aware moment."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - zoned below
    return moment.replace(tzinfo=zone)


@cache
def _described(key: str, name: str) -> SheetColumn | None:
    found = [each for each in sheet(key).columns if each.key == name]
    return found[0] if found else None


# ---------------------------------------------------------------- naming records


def record_name(key: str, values: Mapping[str, Any], language: str = "en") -> str:
    """How people call a record: its identifying cells, ``HX-15-W · A · 20``."""
    parts = [
        cell_text(key, name, values.get(name), language, ZoneInfo("UTC"))
        for name in sheet(key).identity
    ]
    return " · ".join(part for part in parts if part)
