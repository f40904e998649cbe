"""How much the name of a foreign column is like one of ours: Chinese, English, pinyin, units.

What plants write above their columns beside our own names stands in
``resources/exchange/headers.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from app.core import pinyin
from app.core.messages import Message, message
from app.services.exchange.sheets import SHEETS, Column, Sheet
from app.services.exchange.sheets import sheet as sheet_by_key

HEADERS = Path(__file__).resolve().parents[3] / "resources" / "exchange" / "headers.toml"

_UNIT_LIST = """
mm cm m 毫米 厘米 米 kg g 克 千克 公斤 t 吨 ton tons pcs pc ea 件 支 个 只 条 套 片 张 块 箱 单位
unit 元 rmb cny usd ¥ 天 日 d day days 小时 时 h hr hrs hour hours 分 分钟 min mins 秒 s sec secs
% ‰ pcs/h 件/时 件/小时 件/班 秒/件 分/件 秒/模 秒/模次 分/模次 模次 kg/10000pcs kg/万件
"""
UNITS = frozenset(_UNIT_LIST.split())
"""What may stand behind a name, in brackets or after a blank, without being part of it."""

_WORDS = {
    "no": "number num nr nbr id code cod key identifier 编号",
    "item": "part product material sku article goods prod mat parts products items materials",
    "machine": "equipment mc mach equip machines press",
    "tool": "mold mould die tooling molds moulds tools moldlist",
    "quantity": "qty quant pieces pcs amount volume",
    "date": "dt day",
    "customer": "cust client customers buyer",
    "supplier": "vendor suppliers vendors supp",
    "unit": "uom units um",
    "name": "desc description title descr",
    "due": "deadline eta deliver delivery etd ship shipping required requested need needed",
    "order": "orders ord",
    "center": "centre wc workcenter workcentre",
    "cavity": "cavities cav",
    "color": "colour colours colors col",
    "resin": "resine resins",
    "specification": "spec specs",
    "warehouse": "whs wh",
    "location": "loc bin",
    "operation": "op oper operations process step",
    "time": "tm",
    "remark": "remarks comment comments memo notes note rmk",
    "component": "child comp",
    "weight": "wt weights",
    "received": "receipt recd rcvd receive",
}
_CANONICAL = {other: word for word, others in _WORDS.items() for other in others.split()}
_FILLERS = {
    "the",
    "of",
    "in",
    "for",
    "a",
    "an",
    "current",
    "default",
    "main",
    "standard",
    "our",
    "的",
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\s_\-./#:,&()]+")
_BRACKETS = re.compile(r"[((\[【<《]([^))\]】>》]*)[))\]】>》]")
RUNNING = re.compile(r"\d{4}[-_.年]\d{1,2}([-_.月]\d{1,2}日?|月)?|\d{3,}|\(\d+\)|(?<=[-_ ])\d+$")
"""Dates and running numbers in a file's name: the next export has others."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

EXACT, ALIAS, WORDS, SPELLED, INITIALS = 1.0, 0.95, 0.9, 0.85, 0.75
LIKE = 0.8
"""Times the likeness, of a name that is only similar."""
LEAST = 0.45
"""Names less like each other than this are not alike."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` 0..1; ``reason`` for a person; ``by`` the name of ours it is like."""

    score: float
    reason: Message
    by: str = ""


NOTHING = Likeness(0.0, message("proposals.nothing"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: folded, without its unit, the unit, its English words, the last one."""

    typed: str
    plain: str
    unit: str
    words: frozenset[str]
    head: str

    @classmethod
    def of(cls, text: str) -> Name:
        text = unicodedata.normalize("NFKC", text).strip().strip("*")
        typed = _squeezed(text)
        unit = ""
        for inner in _BRACKETS.findall(text):
            if _squeezed(inner) in UNITS or not unit:
                unit = _squeezed(inner)
        text = _BRACKETS.sub(" ", text)
        head, rest = _without_unit(text)
        words = _words_of(head)
        return cls(typed, _squeezed(head) or typed, unit or rest, frozenset(words),
                   words[-1] if words else "")  # fmt: skip


def _without_unit(text: str) -> tuple[str, str]:
    """The text without a unit at its end, and that unit (``长度mm``, ``数量 件``, ``重量/kg``)."""
    parts = re.split(r"[\s/]+", text.strip())
    for take in (2, 1):
        tail = "/".join(parts[-take:]).casefold()
        if len(parts) > take and tail in UNITS:
            return " ".join(parts[:-take]), tail
    found = re.fullmatch(r"(.*[\u4e00-\u9fff])([a-z%‰/]+)", text.strip().casefold())
    if found and found[2] in UNITS:
        return text.strip()[: len(found[1])], found[2]
    found = re.fullmatch(r"(.{2,})(公斤|千克|毫米|厘米|小时|分钟|天|米|元|吨|秒|%)", text.strip())
    if found and _CHINESE.search(found[1]):
        return found[1], found[2]
    return text, ""


def _squeezed(text: str) -> str:
    """Letters, digits and Chinese only, folded."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or sign in "%‰/¥")


def _words_of(text: str) -> list[str]:
    if _CHINESE.search(text):
        return []
    words = [w.casefold() for w in _CAMEL.split(text) if w]
    found = [_CANONICAL.get(word, word) for word in words]
    return [w for w in found if w not in _FILLERS] or found


# ---------------------------------------------------------------- our names


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of one of ours; ``own``: our workbook's, ``nth``: its place among the aliases."""

    name: Name
    own: bool
    nth: int
    spelled: str
    initials: str


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(HEADERS.read_text(encoding="utf-8"))


def _alias(text: str, own: bool, nth: int) -> Alias:
    name = Name.of(text)
    chinese = bool(_CHINESE.search(text))
    spelled = _squeezed(pinyin.spelled(name.plain)) if chinese else ""
    first = _squeezed(pinyin.initials(name.plain)) if chinese else ""
    return Alias(name, own, nth, spelled, first)


@cache
def aliases_of(sheet: str, column: str) -> tuple[Alias, ...]:
    """Every name of a column: our own first."""
    described = sheet_by_key(sheet).column(column)
    own = (described.zh, described.key, *described.synonyms)
    others = _table().get(sheet, {}).get(column, [])
    return tuple(
        _alias(text, is_own, nth)
        for is_own, names in ((True, own), (False, others))
        for nth, text in enumerate(dict.fromkeys(names))
    )


@cache
def _sheet_aliases(key: str) -> tuple[Alias, ...]:
    described = sheet_by_key(key)
    own = (described.zh, described.key, *described.synonyms)
    found = [_alias(text, True, n) for n, text in enumerate(own)]
    found += [_alias(text, False, n) for n, text in enumerate(_table().get(key, {})["_sheet"])
              ] if key in _table() else []  # fmt: skip
    return tuple(found)


@cache
def known_names() -> frozenset[str]:
    """Every name of every column of ours, folded: a header row holds many of them."""
    return frozenset(
        alias.name.plain
        for sheet in SHEETS
        for column in sheet.columns
        for alias in aliases_of(sheet.key, column.key)
    )


# ---------------------------------------------------------------- comparing


def column_likeness(header: str, sheet: Sheet, column: Column) -> Likeness:
    """How much a foreign header says what a column of ours says."""
    return _column_likeness(header, sheet.key, column.key)


@lru_cache(maxsize=50_000)
def _column_likeness(header: str, sheet: str, column: str) -> Likeness:
    return _likeness(header, aliases_of(sheet, column))


def sheet_likeness(name: str, sheet: Sheet) -> Likeness:
    """How much the name of a foreign sheet or file says which of our sheets it is."""
    name = Path(name).stem if "." in name else name
    return _likeness(RUNNING.sub(" ", name), _sheet_aliases(sheet.key))


def _likeness(text: str, aliases: Iterable[Alias]) -> Likeness:
    name = Name.of(text)
    return max((_one(name, alias) for alias in aliases), key=lambda found: found.score,
               default=NOTHING)  # fmt: skip


def _one(name: Name, alias: Alias) -> Likeness:
    ours = alias.name
    # The first aliases of a column are the likelier ones: "编号" is more often a code than a badge.
    later = 0.0 if alias.own else 0.002 * alias.nth
    if name.typed == ours.typed and alias.own:
        return Likeness(EXACT - later, message("proposals.same_name"), ours.typed)
    if ours.plain in (name.plain, name.typed):
        return Likeness(ALIAS - later, message("proposals.known_name", name=ours.typed), ours.typed)
    if name.words and ours.words:
        return _by_words(name, ours, later)
    if alias.spelled and not _CHINESE.search(name.plain):
        return _by_pinyin(name, alias, later)
    if _CHINESE.search(name.plain) and _CHINESE.search(ours.plain):
        return _by_signs(name.plain, ours.plain, later)
    return NOTHING


def _by_words(name: Name, ours: Name, later: float) -> Likeness:
    both = name.words & ours.words
    told = message("proposals.known_name", name=ours.typed)
    if name.words == ours.words:
        return Likeness(WORDS - later, told, ours.typed)
    if both and not both <= {"no", "name", "date"}:
        share = len(both) / max(len(name.words), len(ours.words))
        if ours.words < name.words and ours.head == name.head:  # "mold setting cycle" is a "cycle"
            share = max(share, 0.7)
        if LIKE * share >= LEAST:
            return Likeness(LIKE * share - later, message("proposals.like", name=ours.typed),
                            ours.typed)  # fmt: skip
    ratio = _ratio(name.plain, ours.plain, 0.85)
    if ratio:
        return Likeness(LIKE * ratio - later, message("proposals.like", name=ours.typed),
                        ours.typed)  # fmt: skip
    return NOTHING


def _by_pinyin(name: Name, alias: Alias, later: float) -> Likeness:
    letters = name.plain
    told = message("proposals.pinyin", name=alias.name.typed)
    if len(letters) >= 3 and letters == alias.spelled:
        return Likeness(SPELLED - later, told, alias.name.typed)
    if letters == alias.initials and len(letters) >= 2:
        # Two letters stand for a dozen words: not more than a hint.
        score = INITIALS if len(letters) >= 3 else INITIALS - 0.15
        return Likeness(score - later, told, alias.name.typed)
    if len(letters) >= 6 and _ratio(letters, alias.spelled, 0.9):
        return Likeness(SPELLED - 0.1 - later, told, alias.name.typed)
    return NOTHING


def _by_signs(name: str, ours: str, later: float) -> Likeness:
    """Chinese names: what is shared counts, the end most (``客户要求交期`` is a ``交期``)."""
    if len(ours) >= 2 and name.endswith(ours):
        score = 0.62 + 0.3 * len(ours) / len(name)
    elif len(ours) >= 2 and ours in name:
        score = 0.5 + 0.3 * len(ours) / len(name)
    elif len(name) >= 2 and name in ours:
        score = 0.45 + 0.35 * len(name) / len(ours)
    else:
        score = LIKE * _ratio(name, ours, LEAST / LIKE)
    if score < LEAST:
        return NOTHING
    return Likeness(score - later, message("proposals.like", name=ours), ours)


def _ratio(one: str, other: str, least: float) -> float:
    """How alike two texts are (0..1), or 0 below ``least``; most pairs are told apart cheaply."""
    both = len(one) + len(other)
    if 2 * min(len(one), len(other)) < least * both:
        return 0.0
    if 2 * sum(min(one.count(sign), other.count(sign)) for sign in set(one)) < least * both:
        return 0.0
    ratio = SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= least else 0.0
