"""Rules that the cells of a foreign column suggest: units, percents, words, lists, routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.core.messages import Message, message
from app.services.exchange.cells import Percent
from app.services.exchange.cleaning import means_percent
from app.services.exchange.evidence import MOST_WORDS, Profile, cleans, list_sign, word_for
from app.services.exchange.names import Name
from app.services.exchange.plan import header_of
from app.services.exchange.route_cells import NoRoute, parse_route
from app.services.exchange.sheets import Column, Kind, Sheet

if TYPE_CHECKING:
    from app.services.exchange.proposals import ColumnProposal
    from app.services.exchange.sources import SourceTable

_TO_MM: dict[str, int | str] = {"m": 1000, "米": 1000, "cm": 10, "厘米": 10}
_TO_KG: dict[str, int | str] = {"g": "0.001", "克": "0.001", "t": 1000, "吨": 1000}
_TO_MINUTES: dict[str, int | str] = {
    "h": 60,
    "hr": 60,
    "hrs": 60,
    "hour": 60,
    "hours": 60,
    "小时": 60,
    "时": 60,
}
UNITS_OF: Mapping[str, Mapping[str, int | str]] = {
    "length_mm": _TO_MM, "weight_kg": _TO_KG, "setup_min": _TO_MINUTES, "mount_min": _TO_MINUTES,
    "dismount_min": _TO_MINUTES, "minutes": _TO_MINUTES, "service_min": _TO_MINUTES,
}  # fmt: skip
"""Target column -> unit in the header -> what to multiply by."""

_ROUTE_NAMES = ("工艺", "工序", "流程", "路线", "routing", "route", "process")
_ROUTE_SIGNS = ("→", "->", "=>", "—", "-", ">", "、", "/", ";", "+", ",")
TOTALS = ("合计", "总计", "小计", "累计", "total", "subtotal", "sum")


@dataclass(frozen=True, slots=True)
class Made:
    """A rule; ``beside``: (target, constant, why) that follow from it."""

    rule: Any
    reasons: tuple[Message, ...] = ()
    translate: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    beside: tuple[tuple[str, str, Message], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A column whose cells hold a whole route, parted by ``sign``; ``timed``: with its times."""

    header: str
    sign: str
    example: str
    timed: bool


def rule_for(profile: Profile, source: str, sheet: str, column: Column) -> Made:
    """How the cells of a foreign column become values of ours."""
    header, name = profile.header, Name.of(profile.header)
    if name.unit in UNITS_OF.get(column.key, {}):
        factor = UNITS_OF[column.key][name.unit]
        told = message("proposals.unit", unit=name.unit, factor=factor)
        return Made({"from": header, "multiply": factor}, (told,))
    if means_percent(column) and _are_shares(profile):
        return Made({"from": header, "multiply": 100}, (message("proposals.share"),))
    if column.key == "attributes" and any(isinstance(c, int | float) for c in profile.cells):
        said = "吨位" if re.search("吨|tonnage|clamp|锁模", header.casefold()) else name.typed
        return Made({"from": header, "as": f"{said}={{value}}"}, (message("proposals.attribute"),))
    if column.key == "rate":
        return Made(header, beside=_basis(name))
    if column.key == "quantity" and sheet == "BOM":
        return Made(header, beside=_per(name))
    if column.choices or column.kind is Kind.BOOL:
        return _translated(profile, source, column)
    if column.kind is Kind.CODES and column.key != "tool_type":
        sign = list_sign(profile.texts)
        if sign in ("/", "\\", "|", "+") and sign:
            return Made({"from": header, "split": sign}, (message("proposals.list", sign=sign),))
    return Made(header)


def _are_shares(profile: Profile) -> bool:
    """Numbers such as 0.05 that nobody formatted as per cent (those read as 5 by themselves)."""
    plain = [c for c in profile.cells if not isinstance(c, bool | Percent)]
    numbers = [c for c in plain if isinstance(c, int | float)]
    return len(numbers) == len(profile.cells) > 0 and max(numbers) <= 1 and max(numbers) > 0


def _basis(name: Name) -> tuple[tuple[str, str, Message], ...]:
    """The basis of a rate that its header says: ``标准工时(秒)``, ``班产``, ``周期``."""
    said = name.typed
    turn = any(word in said for word in ("周期", "cycle", "模"))
    if "班产" in said:
        basis = "件/班"
    elif any(word in said for word in ("小时产", "件/时", "件/小时", "pcs/h", "产能")):
        basis = "件/时"
    elif name.unit in ("秒", "s", "sec", "secs", "秒/件", "秒/模", "秒/模次") or "秒" in said:
        basis = "秒/模次" if turn else "秒/件"
    elif name.unit in ("分", "分钟", "min", "mins", "分/件", "分/模次"):
        basis = "分/模次" if turn else "分/件"
    else:
        return ()
    return (("rate_basis", basis, message("proposals.basis", header=said)),)


def _per(name: Name) -> tuple[tuple[str, str, Message], ...]:
    """``kg/10000pcs``, ``每万件``: what the quantity is for, and its unit."""
    said = name.typed
    found: list[tuple[str, str, Message]] = []
    told = message("proposals.per", header=said)
    if "10000" in said or "万" in said:
        found.append(("base_qty", "10000", told))
    elif "1000" in said or "千件" in said:
        found.append(("base_qty", "1000", told))
    elif "100件" in said or "百件" in said or "100pcs" in said:
        found.append(("base_qty", "100", told))
    unit = name.unit.split("/")[0]
    if unit in ("kg", "公斤", "千克", "g", "克", "t", "吨", "m", "米"):
        found.append(("unit", {"公斤": "kg", "千克": "kg", "克": "g"}.get(unit, unit), told))
    return tuple(found)


def _translated(profile: Profile, source: str, column: Column) -> Made:
    texts = profile.texts
    if len(texts) > MOST_WORDS or all(cleans(text, column) for text in texts):
        return Made(profile.header)
    words = {text: word for text in texts if (word := word_for(text, column)) is not None}
    table = f"{source}_{column.key}"
    told = message("proposals.translated", hits=len(words), count=len(texts))
    return Made({"from": profile.header, "translate": table}, (told,), {table: words})


# ---------------------------------------------------------------- rows


def row_rules(
    source: SourceTable, columns: Iterable[ColumnProposal], sheet: Sheet
) -> dict[str, Any]:
    """Rows of sums to skip, and columns whose cells hold for the rows below them (merged cells)."""
    found: dict[str, Any] = {}
    words = sorted({word for row in source.sample for cell in row[:4]
                    if (word := total_word(cell))})  # fmt: skip
    if words:
        found["skip"] = words
    by_header = {p.header: p for p in source.profiles}
    down = []
    for column in columns:
        header = header_of(column.rule)
        if header not in by_header or header in down:
            continue
        needed = column.target in sheet.identity or sheet.column(column.target).required if (
            not column.target.startswith("特性:")
        ) else False  # fmt: skip
        if needed and source.runs_down(header):
            down.append(header)
    if down:
        found["fill_down"] = down
    return found


def total_word(cell: Any) -> str:
    """The word for a sum that a cell holds (``合 计:``), as ``skip`` compares it; empty if none."""
    if not isinstance(cell, str):
        return ""
    word = re.sub(r"[\s::]+", "", cell).casefold()
    return word if word in TOTALS else ""


def route_in_a_cell(profiles: Sequence[Profile], sheet: str) -> Route | None:
    """A column of an item list whose cells name several steps, one after the other."""
    if sheet not in ("Items", "BOM"):
        return None
    for profile in profiles:
        if not any(word in profile.header.casefold() for word in _ROUTE_NAMES):
            continue
        for sign in _ROUTE_SIGNS:
            texts = [t for t in profile.texts if len(parts_of(t, sign)) >= 3]
            if texts and len(texts) * 2 >= len(profile.texts):
                return Route(profile.header, sign, texts[0], any(map(_timed, texts)))
    return None


def _timed(text: str) -> bool:
    try:
        return any(step.rate is not None for step in parse_route(text))
    except NoRoute:
        return False


def parts_of(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def describe(rule: Any, translate: Mapping[str, Mapping[str, Any]]) -> Message:
    """A rule in words."""
    if rule is None:
        return message("proposals.rule_none")
    if isinstance(rule, str):
        return message("proposals.rule_copy")
    if "const" in rule:
        return message("proposals.rule_const", value=rule["const"])
    if "template" in rule:
        return message("proposals.rule_template", template=rule["template"])
    parts = [part for key in _TOLD for part in _told(key, rule, translate)]
    return message("proposals.rule_steps", steps=parts) if parts else message("proposals.rule_copy")


_TOLD = ("pick", "split", "join", "strip", "translate", "multiply", "add_days", "as", "default")


def _told(
    key: str, rule: Mapping[str, Any], translate: Mapping[str, Mapping[str, Any]]
) -> list[Message]:
    if key not in rule or (key == "split" and "pick" in rule):
        return []
    value = rule[key]
    if key == "pick":
        return [message("proposals.rule_pick", number=value, sign=rule.get("split", ";"))]
    if key == "join":
        found = [message("proposals.rule_join", place=value, lookup=rule.get("lookup", ""))]
        then = rule.get("then")
        return found + ([describe(then, translate)] if then else [])
    if key == "translate":
        return [message("proposals.rule_translate", count=len(translate.get(value, {})))]
    if key == "strip":
        value = [value] if isinstance(value, str) else list(value)
    return [message(f"proposals.rule_{key}", value=value)]
