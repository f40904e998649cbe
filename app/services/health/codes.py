"""Records that may be one and the same: codes that look alike, names that say the same."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from app.core.codes import code_key
from app.core.messages import message
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import Snapshot

_DASHES = re.compile(r"[\s_\-‐‑‒–—―−ー﹘]+")
_CHINESE_ONE = re.compile(r"(?<=[0-9A-Za-z])一(?=[0-9A-Za-z])")
_BETWEEN_KINDS = re.compile(r"(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z])")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_GLYPHS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})

Kind = tuple[str, Callable[[Snapshot], Iterable[Any]], Callable[..., Place], str]
_KINDS: tuple[Kind, ...] = (
    ("item", lambda data: data.items.values(), places.item, "item_code"),
    ("machine", lambda data: data.machines.values(), places.machine, "machine_code"),
    ("tool", lambda data: data.tools.values(), places.tool, "tool_code"),
    ("customer", lambda data: data.customers.values(), places.customer, "customer_code"),
    ("supplier", lambda data: data.suppliers.values(), places.supplier, "supplier_code"),
)


def written_alike(code: str) -> str:
    """Equal for codes that differ in dashes, blanks and leading zeros only."""
    text = _DASHES.sub("-", _CHINESE_ONE.sub("-", unicodedata.normalize("NFKC", code).strip()))
    return _ZEROS.sub("", _BETWEEN_KINDS.sub("", text.casefold()))


def looks_alike(code: str) -> str:
    """Equal for codes that differ in O and 0, I, l and 1, and kinds of dashes only."""
    text = _DASHES.sub("-", _CHINESE_ONE.sub("-", unicodedata.normalize("NFKC", code).strip()))
    return text.translate(_GLYPHS).casefold()


def look_alike_codes(data: Snapshot) -> Iterator[Found]:
    """Two codes that one may be typed for the other."""
    for kind, rows, place, column in _KINDS:
        active = [row for row in rows(data) if row.active]
        for group in _groups(active, [written_alike, looks_alike], lambda row: row.code):
            yield _found(data, kind, group, place, column, "look_alike")


def same_names(data: Snapshot) -> Iterator[Found]:
    """Different codes for what is called and specified the same."""
    for kind, rows, place, _column in _KINDS:
        active = [row for row in rows(data) if row.active]
        by_name: defaultdict[Hashable, list[Any]] = defaultdict(list)
        for row in active:
            by_name[_NAMES[kind](row)].append(row)
        for name, group in by_name.items():
            if name is not None and len(group) > 1:
                yield _found(data, kind, group, place, "name", "same_name")


def _groups(
    rows: list[Any], keys: list[Callable[[str], str]], code: Callable[[Any], str]
) -> Iterator[list[Any]]:
    """Rows joined by any of the keys; each row is in one group."""
    group_of: dict[int, set[int]] = {index: {index} for index in range(len(rows))}
    for key in keys:
        first: dict[str, int] = {}
        for index, row in enumerate(rows):
            other = first.setdefault(key(code(row)), index)
            if group_of[other] is not group_of[index]:
                joined = group_of[other] | group_of[index]
                group_of |= dict.fromkeys(joined, joined)
    seen: set[int] = set()
    for index in range(len(rows)):
        if index not in seen:
            seen |= group_of[index]
            if len(group_of[index]) > 1:
                yield [rows[i] for i in sorted(group_of[index])]


def _found(
    data: Snapshot, kind: str, group: list[Any], place: Callable[..., Place], column: str, what: str
) -> Found:
    """Told of the record that is used least: it is probably the mistake."""
    group = sorted(group, key=lambda row: (len(data.touched.of(kind, row.id)), -row.id))
    suspect, *others = group
    codes = [row.code for row in others]
    return Found(
        Severity.WARNING,
        place(suspect, column),
        message(f"health.{what}", code=suspect.code, others=codes, name=_shown(suspect)),
        data.touched.of(kind, [row.id for row in group]),
        tuple(codes),
    )


def _shown(row: Any) -> str:
    return str(getattr(row, "short_name", "") or row.name)


def _said(text: str) -> str:
    return "".join(code_key(text).split())


def _item_name(row: Any) -> Hashable:
    """All by which items differ though they are called the same."""
    if not row.name.strip():
        return None
    texts = (row.name, row.specification, row.pattern, row.colour, row.material, row.drawing_no)
    figures = (row.length_mm, row.weight_kg, row.unit_id, row.source)
    open_fields = (repr(row.setup_attributes), repr(sorted(row.characteristics.items())))
    return (*map(_said, texts), *figures, *open_fields)


def _tool_name(row: Any) -> Hashable:
    made = frozenset(made.item_id for made in row.items)
    return (_said(row.name), row.cavities, row.kind, made) if row.name.strip() and made else None


_NAMES: dict[str, Callable[[Any], Hashable]] = {
    "item": _item_name,
    "machine": lambda row: _said(row.name) or None,
    "tool": _tool_name,
    "customer": lambda row: _said(row.name or row.short_name) or None,
    "supplier": lambda row: _said(row.name) or None,
}
