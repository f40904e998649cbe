"""What the cells of a foreign column say about which column of ours it is."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from app.core.codes import code_key
from app.core.messages import Message, message
from app.models.database import Database
from app.models.plant import Machine
from app.services.exchange.cells import Broken, Cell
from app.services.exchange.cleaning import NO, YES, Cleaner, Refused
from app.services.exchange.headers import Headers, text_of
from app.services.exchange.names import HEADERS
from app.services.exchange.sheets import Column, Kind
from app.services.exchange.target import KINDS

WORDS = HEADERS.with_name("words.toml")
LOOKED_AT = 300
"""So many rows of a page are looked at."""
TESTED = 80
"""So many cells are tried."""
MOST_WORDS = 40
"""A column with more distinct texts holds no choices."""

NAMES: Mapping[tuple[str, str], str] = {
    ("Suppliers", "supplier_code"): "supplier", ("Suppliers", "items"): "item",
    ("Customers", "customer_code"): "customer", ("Items", "item_code"): "item",
    ("UnitConversions", "item_code"): "item", ("BOM", "parent_code"): "item",
    ("BOM", "component_code"): "item", ("Routings", "item_code"): "item",
    ("Routings", "work_centre"): "work_centre", ("Routings", "machines"): "machine",
    ("Routings", "tool_type"): "tool", ("Routings", "supplier"): "supplier",
    ("Machines", "machine_code"): "machine", ("Machines", "work_centre"): "work_centre",
    ("Machines", "calendar"): "calendar", ("Maintenance", "scope"): "machine",
    ("Tools", "tool_code"): "tool", ("Tools", "items"): "item",
    ("ToolCopies", "tool_code"): "tool", ("ToolCopies", "machine"): "machine",
    ("Operators", "badge"): "operator", ("Operators", "calendar"): "calendar",
    ("Exceptions", "scope"): "calendar", ("Stock", "item_code"): "item",
    ("Stock", "location"): "location", ("Receipts", "supplier"): "supplier",
    ("Receipts", "item_code"): "item", ("Orders", "order_no"): "order",
    ("Orders", "customer"): "customer", ("Orders", "item_code"): "item",
    ("OrderProgress", "order_no"): "order",
}  # fmt: skip
"""Which kind of record a column of ours names by its code."""

_MASTERS = {
    ("Customers", "customer_code"), ("Suppliers", "supplier_code"), ("Items", "item_code"),
    ("Machines", "machine_code"), ("Tools", "tool_code"), ("Operators", "badge"),
}  # fmt: skip
_NUMBERS = {Kind.QUANTITY, Kind.INTEGER, Kind.FACTOR}
_DATES = {Kind.DATE, Kind.MOMENT}
_SIGNS = "/\\、;;,,|+"


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that exist, folded, by kind; ``usual``: the code most others use (the calendar)."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> frozenset[str]:
        return self.codes.get(kind, frozenset())

    def with_codes(self, more: Mapping[str, Iterable[str]]) -> Known:
        """Together with the codes that other files of the same import bring."""
        found = dict(self.codes)
        for kind, codes in more.items():
            found[kind] = found.get(kind, frozenset()) | {code_key(code) for code in codes}
        return Known(found, self.usual)


def known_codes(database: Database) -> Known:
    """The codes of everything in the plant; customers also by their short names."""
    with database.read() as session:
        codes = {
            kind: frozenset(session.scalars(select(model.code_key)))
            for kind, model in KINDS.items()
        }
        customer = KINDS["customer"]
        codes["customer"] |= {code_key(n) for n in session.scalars(select(customer.short_name))}
        calendar = KINDS["calendar"]
        used = session.scalars(
            select(calendar.code).join(Machine, Machine.calendar_id == calendar.id)
        ).all()
        usual = max(set(used), key=used.count) if used else session.scalar(
            select(calendar.code).order_by(calendar.id).limit(1)
        )  # fmt: skip
        return Known(codes, {"calendar": usual} if usual else {})


@dataclass(frozen=True, slots=True)
class Profile:
    """A foreign column: its name, its filled cells in the first rows, how many rows there are."""

    header: str
    cells: tuple[Cell, ...]
    rows: int
    texts: tuple[str, ...]
    """What stands there, each text once, in the order of the file."""


def profiles(rows: Sequence[Sequence[Cell]], headers: Headers) -> tuple[Profile, ...]:
    """One per named column of a page."""
    taken = [row for row in rows[headers.first - 1 :] if any(c is not None for c in row)][
        :LOOKED_AT
    ]
    found = []
    for place, name in enumerate(headers.names):
        if name is not None:
            cells = tuple(r[place] for r in taken if place < len(r) and r[place] is not None)
            texts = tuple(dict.fromkeys(shown(cell) for cell in cells))
            found.append(Profile(name, cells, len(taken), texts))
    return tuple(found)


def shown(cell: Cell) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, Broken):
        return cell.text
    if isinstance(cell, datetime) and cell.hour == cell.minute == 0:
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return text_of(cell) or ""


# ---------------------------------------------------------------- evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """``fit`` 0..1: how many cells are such values; ``weight`` 0..1: how much that says."""

    fit: float
    weight: float
    reason: Message | None = None


def evidence(profile: Profile, sheet: str, column: Column, known: Known) -> Evidence | None:
    """What the cells say for a column; None if they say nothing."""
    cells = [cell for cell in profile.cells[:TESTED] if not isinstance(cell, Broken)]
    if not cells:
        return None
    if (sheet, column.key) in _MASTERS and len(profile.texts) * 2 < len(profile.cells):
        return Evidence(0.0, 0.8)  # each record stands in one row
    kind = NAMES.get((sheet, column.key))
    if kind and known.of(kind):
        found = _by_codes(profile, column, kind, known.of(kind))
        if found is not None:
            return found
    if column.kind in _DATES:
        share = _share(cells, _is_day)
        return Evidence(share, 0.6, message("proposals.dates") if share > 0.7 else None)
    if any(isinstance(cell, date) for cell in cells) and column.kind is not Kind.TEXT:
        return Evidence(0.0, 1.0)
    if column.kind in _NUMBERS:
        return Evidence(_share(cells, _is_number), 0.2)
    if column.kind is Kind.BOOL or column.choices:
        return _by_words(profile, column)
    return _by_texts(cells, column)


def _share(cells: Sequence[Cell], test: Any) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells)


def _by_codes(
    profile: Profile, column: Column, kind: str, codes: frozenset[str]
) -> Evidence | None:
    texts = {code_key(text) for text in profile.texts}
    hits = sum(_names_known(text, column, codes) for text in texts)
    if not hits:
        return None
    share = hits / len(texts)
    told = message("proposals.codes", hits=hits, count=len(texts),
                   kind=message(f"proposals.kind_{kind}"))  # fmt: skip
    return Evidence(0.5 + share / 2, min(1.0, 0.4 + share), told)


def _names_known(text: str, column: Column, codes: frozenset[str]) -> bool:
    if text in codes:
        return True
    if column.kind not in (Kind.CODES, Kind.RATED):
        return False
    sign = list_sign([text])
    parts = [part.strip() for part in text.split(sign)] if sign else []
    return bool(parts) and all(part.split(":")[0] in codes for part in parts)


def _by_words(profile: Profile, column: Column) -> Evidence | None:
    texts = profile.texts
    if len(texts) > MOST_WORDS:
        return Evidence(0.0, 1.0)
    hits = sum(word_for(text, column) is not None for text in texts)
    share = hits / len(texts)
    told = message("proposals.words", hits=hits, count=len(texts)) if hits else None
    return Evidence(share, 0.7 if share > 0.5 else 0.5, told)


def _by_texts(cells: Sequence[Cell], column: Column) -> Evidence | None:
    if column.kind is Kind.CODE:
        # A code is short, and has no sentence in it.
        short = _share(cells, lambda cell: len(text_of(cell) or "") <= 40)
        return Evidence(short, 0.1 if short > 0.9 else 0.6)
    if column.kind is Kind.ATTRIBUTES:
        return None  # a number can become ``tonnage=100``
    if column.kind is Kind.TEXT:
        numbers = _share(cells, lambda cell: isinstance(cell, int | float))
        return Evidence(1.0 - numbers, 0.15) if numbers > 0.9 else None
    return _by_cleaner(cells, column)


def _by_cleaner(cells: Sequence[Cell], column: Column) -> Evidence:
    share = _share(cells[:60], lambda cell: cleans(cell, column))
    return Evidence(share, 0.5)


def cleans(cell: Cell, column: Column) -> bool:
    """Whether the cell is such a value without any help."""
    try:
        Cleaner(date(2000, 1, 1)).clean(cell, column)
    except Refused:
        return False
    return True


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    if not isinstance(cell, str):
        return False
    try:
        Cleaner(date(2000, 1, 1)).clean(cell, _DAY)
    except Refused as refused:
        return refused.text.code in ("exchange.no_year", "exchange.vague_date")
    return True


_DAY = Column("day", "日", Kind.MOMENT)


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, bool | date):
        return False
    if isinstance(cell, int | float):
        return True
    text = unicodedata.normalize("NFKC", str(cell)).replace(",", "").strip()
    head = text.rstrip("".join(c for c in text if not c.isdigit()) + "%")
    try:
        float(head)
    except ValueError:
        return False
    return len(text) - len(head) <= 4


# ---------------------------------------------------------------- words and lists


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def word_for(text: str, column: Column) -> str | None:
    """The word of ours for a foreign word in a column with choices; None if nobody can tell."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if column.kind is Kind.BOOL:
        if folded in YES | NO:
            return "是" if folded in YES else "否"
        return {"yes": "是", "no": "否"}.get(_listed("bool", folded))
    ours = {unicodedata.normalize("NFKC", w).casefold(): v for w, v in column.choices.items()}
    if folded in ours:
        return column.words()[ours[folded]]
    return _translated(folded, column)


def _translated(folded: str, column: Column) -> str | None:
    values = list(column.words())
    if not values:
        return None
    if isinstance(values[0], bool):
        answer = {"yes": True, "no": False}.get(_listed("active", folded))
        return None if answer is None else column.words()[answer]
    member = _listed(type(values[0]).__name__, folded)
    found = next((v for v in values if str(v) == member), None)
    if found is not None:
        return column.words()[found]
    # One of our words inside theirs: 采购件(进口) is bought.
    inside = {v for w, v in column.choices.items() if len(w) >= 2 and w.casefold() in folded}
    return column.words()[inside.pop()] if len(inside) == 1 else None


def _listed(table: str, folded: str) -> str:
    for value, words in _words().get(table, {}).items():
        if folded in words:
            return value
    return ""


def list_sign(texts: Iterable[str]) -> str:
    """The sign that parts the texts into lists; empty if they are none."""
    counts = {sign: sum(sign in text for text in texts) for sign in _SIGNS}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ""
