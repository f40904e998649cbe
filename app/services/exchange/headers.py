"""Which rows of a foreign sheet are its headers: below titles, notes and blanks, one row or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest

from app.services.exchange.cells import Broken, Cell
from app.services.exchange.names import UNITS, Name, known_names

SEARCHED = 30
_LONGEST = 40
"""A header is shorter than this; longer texts are notes."""
_ASCII = re.compile(r"[\x20-\x7e]+")

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Headers:
    """``rows``: numbers of the header rows (spreadsheet's own, from 1); ``first``: of the data.

    ``names``: the joined name of each column, None where there is none; no name occurs twice.
    ``sure``: 0..1.
    """

    rows: tuple[int, ...]
    first: int
    names: tuple[str | None, ...]
    sure: float = 0.0


def find_headers(rows: Sequence[Row]) -> Headers | None:
    """The likely header rows of a page; None if nothing in it looks like headers."""
    scores = [_score(rows, index) for index in range(min(len(rows), SEARCHED))]
    if not scores or max(scores) <= 0:
        return None
    best = scores.index(max(scores))
    top, bottom = best, best
    if best > 0 and _groups(rows[best - 1], rows[best]):
        top = best - 1
    elif best + 1 < len(rows) and _below(rows[best], rows[best + 1]):
        bottom = best + 1
    first = bottom + 1
    while first < len(rows) and (_is_translation(rows, top, bottom, first)):
        first += 1
    numbers = tuple(range(top + 1, bottom + 2))
    names = joined_names([rows[index] for index in range(top, bottom + 1)])
    known = sum(name is not None and Name.of(name).plain in known_names() for name in names)
    filled = sum(name is not None for name in names)
    sure = min(1.0, 0.4 + 0.6 * known / max(filled, 1) + (0.1 if best == 0 else 0.0))
    return Headers(numbers, first + 1, names, round(sure, 2))


def headers_at(rows: Sequence[Row], numbers: Sequence[int], first: int | None = None) -> Headers:
    """The headers a person chose: the names in those rows (numbers from 1)."""
    chosen = [rows[number - 1] for number in numbers if 0 < number <= len(rows)]
    after = first or max(numbers) + 1
    if first is None:
        top, bottom = min(numbers) - 1, max(numbers) - 1
        while after <= len(rows) and _is_translation(rows, top, bottom, after - 1):
            after += 1
    return Headers(tuple(numbers), after, joined_names(chosen), 1.0)


def joined_names(rows: Sequence[Row]) -> tuple[str | None, ...]:
    """One name per column: the texts of the header rows joined by a blank, each name once.

    A group's name (``计划`` above ``数量`` and ``日期``) stands in its first cell only: the others
    of a merged cell are blank. It is given to the columns at its right that have a name below.
    """
    above: list[str | None] = []
    for level, row in enumerate(rows):
        texts = [text_of(cell) for cell in row]
        if level == 0:
            below = rows[1] if len(rows) > 1 else ()
            above = list(_spread(texts, [text_of(cell) for cell in below]))
        else:
            above = [
                " ".join(dict.fromkeys(part for part in pair if part)) or None
                for pair in zip_longest(above, texts)
            ]
    return _once(above)


def _spread(texts: list[str | None], below: list[str | None]) -> list[str | None]:
    found: list[str | None] = []
    group = None
    for index in range(max(len(texts), len(below))):
        text = texts[index] if index < len(texts) else None
        under = below[index] if index < len(below) else None
        if text is not None:
            # A name with nothing under it is merged downwards and no group.
            group = text if under is not None else None
        found.append(text if text is not None else group if under is not None else None)
    return found


def _once(names: Sequence[str | None]) -> tuple[str | None, ...]:
    """The second ``备注`` is called ``备注 #2``: both can be mapped."""
    seen: dict[str, int] = {}
    found: list[str | None] = []
    for name in names:
        if name is None:
            found.append(None)
            continue
        key = Name.of(name).typed
        seen[key] = seen.get(key, 0) + 1
        found.append(name if seen[key] == 1 else f"{name} #{seen[key]}")
    return tuple(found)


def text_of(cell: Cell) -> str | None:
    """What a header cell says; None for a blank or broken one."""
    if cell is None or isinstance(cell, Broken):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) or None


# ---------------------------------------------------------------- what makes a row a header


def _score(rows: Sequence[Row], index: int) -> float:
    """Above zero for a row that may be headers; known names weigh most."""
    cells = [cell for cell in rows[index] if cell is not None]
    if not cells or any(isinstance(c, date | datetime | time | Broken) for c in cells):
        return 0.0
    texts = [c for c in cells if isinstance(c, str)]
    short = [t for t in texts if len(t) <= _LONGEST and not _number_like(t)]
    if len(short) < len(cells) * 0.6:
        return 0.0
    distinct = len({t.strip() for t in short}) / len(short)
    known = sum(Name.of(t).plain in known_names() for t in short)
    width = max((len(_filled(row)) for row in rows[index + 1 : index + 6]), default=0)
    cover = len(short) / max(width, len(short), 1)
    if len(short) < 2 and (width > 1 or not known):
        return 0.0  # a title above a table
    if not known and len(short) < len(cells):
        return 0.0  # a row of data
    earlier = 1.0 - 0.01 * index
    return (known * 2.0 + len(short) * 0.5) * distinct * (0.3 + 0.7 * cover) * earlier


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell is not None]


def _number_like(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(plain) and all(sign.isdigit() or sign in ".,-/: %年月日" for sign in plain)


def _groups(above: Row, row: Row) -> bool:
    """Whether ``above`` holds names of groups, or names merged downwards, over ``row``."""
    texts = [text_of(cell) for cell in above]
    filled = [number for number, text in enumerate(texts) if text is not None]
    if len(filled) < 2 or not all(isinstance(above[n], str) for n in filled):
        return False
    said = [texts[n] or "" for n in filled]
    if any(len(t) > _LONGEST or _number_like(t) or ":" in t or "\uff1a" in t for t in said):
        return False  # "made by: Li" is no group
    merged_down = [n for n in filled if n >= len(row) or text_of(row[n]) in (None, texts[n])]
    if any(Name.of(texts[n] or "").plain in known_names() for n in merged_down):
        return True
    below = [text for cell in row if (text := text_of(cell))]
    return len(set(below)) < len(below) and len(filled) < len(below)


def _below(row: Row, below: Row) -> bool:
    """Whether ``below`` belongs to the headers: units, or the parts of groups."""
    filled = [n for n, cell in enumerate(below) if cell is not None]
    if not filled or not all(isinstance(below[n], str) for n in filled):
        return False
    texts = [str(below[n]).strip() for n in filled]
    units = sum(_is_unit(t) for t in texts)
    if units * 2 > len(texts):
        return True
    # Parts of a group stand under blanks of the row above.
    under_blank = sum(
        n >= len(row) or text_of(row[n]) in (None, text)
        for n, text in zip(filled, texts, strict=True)
    )
    known = sum(Name.of(t).plain in known_names() for t in texts)
    named_above = sum(n < len(row) and row[n] is not None for n in filled)
    return under_blank > 0 and known > 0 and under_blank + known >= named_above


def _is_unit(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    plain = plain.strip("()[]").replace(" ", "")
    return plain in UNITS


def _is_translation(rows: Sequence[Row], top: int, bottom: int, index: int) -> bool:
    """The English row below the Chinese one: same columns, all Latin, some of our names."""
    head = {n for row in rows[top : bottom + 1] for n, cell in enumerate(row) if cell is not None}
    row = rows[index]
    filled = [n for n, cell in enumerate(row) if cell is not None]
    if len(filled) < 2 or not set(filled) <= head or len(filled) * 3 < len(head) * 2:
        return False
    if not all(isinstance(row[n], str) for n in filled):
        return False
    texts = [str(row[n]).strip() for n in filled]
    chinese_above = any(
        not _ASCII.fullmatch(text_of(c) or "") for c in rows[bottom] if c is not None
    )
    if not chinese_above or not all(_ASCII.fullmatch(t) for t in texts):
        return False
    known = sum(Name.of(t.split("/")[0]).plain in known_names() for t in texts)
    letters = all(not any(sign.isdigit() for sign in t) for t in texts)
    return known >= 2 or (letters and known >= 1 and len(set(texts)) == len(texts))
