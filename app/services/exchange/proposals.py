"""A complete draft mapping for foreign files: which sheet each page becomes, and each column of it.

Every proposal has a score (0..1) and its reasons in words; nothing of it is taken unseen, and what
cannot be told is left open. ``draft`` holds what a person makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.core.messages import Message, message
from app.services.exchange import rules
from app.services.exchange.evidence import NAMES, Known, Profile, evidence, word_for
from app.services.exchange.names import column_likeness, sheet_likeness
from app.services.exchange.plan import header_of
from app.services.exchange.route_cells import needs_of_route
from app.services.exchange.sheets import SHEETS, Column, Sheet
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.sources import SourceTable

LEAST_COLUMN = 0.5
"""Below this a column is not proposed."""
LEAST_SHEET = 0.35
"""Below this a page is proposed to be left out."""
DOUBTFUL = 0.5
"""Below this it is, too, when a required column is missing."""

DEFAULTS: Mapping[tuple[str, str], object] = {
    ("Items", "category"): "成品", ("Items", "base_unit"): "件", ("Items", "source"): "自制",
    ("Routings", "step_no"): 10, ("Routings", "rate_basis"): "分/件",
    ("ToolCopies", "copy_no"): "1", ("Exceptions", "kind"): "放假",
    ("Maintenance", "interval_unit"): "天",
}  # fmt: skip
"""Required columns that files often leave out, and what is usually meant: shown as assumed."""

SAME_AS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Customers", "customer_code"): ("short_name", "name"),
    ("Customers", "short_name"): ("name", "customer_code"),
    ("Suppliers", "supplier_code"): ("name",), ("Suppliers", "name"): ("supplier_code",),
    ("Items", "name"): ("specification", "item_code"), ("Machines", "name"): ("machine_code",),
    ("Tools", "name"): ("tool_code",), ("Operators", "name"): ("badge",),
    ("Receipts", "confirmed_date"): ("requested",), ("Orders", "requested"): ("promised",),
    ("Orders", "order_no"): ("customer_po", "external_no"), ("Exceptions", "to"): ("from",),
}  # fmt: skip
"""Where a column may be filled from another one's header when its own is missing."""


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """``rule``: as the mapping language has it (docs/mapping.md)."""

    target: str
    rule: Any
    score: float
    reasons: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class TableProposal:
    """One of our sheets made of a source; ``missing``: required columns nothing is known for.

    ``translate``: tables of words that the rules name. ``extra``: further keys of the table in the
    mapping (``expand``), ``source_extra``: of its source (``skip``, ``fill_down``).
    """

    source: str
    sheet: str
    score: float
    reasons: tuple[Message, ...]
    columns: tuple[ColumnProposal, ...] = ()
    missing: tuple[str, ...] = ()
    translate: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    source_extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``tables``: at most one per source, and routes that stand in a cell of one; ``others``: every
    sheet a source might be, the likeliest first."""

    sources: tuple[SourceTable, ...]
    tables: tuple[TableProposal, ...]
    others: Mapping[str, tuple[tuple[str, float], ...]]


def propose(sources: Sequence[SourceTable], known: Known, today: date) -> Proposal:
    """What the pages of foreign files become. Codes that one file brings count for the others."""
    ranked = {s.name: rank_sheets(s, known) for s in sources}
    brought = {s.name: _brought(s, ranked[s.name], known) for s in sources}
    tables: list[TableProposal] = []
    for source in sources:
        others = known.with_codes(_union(brought, source.name))
        ranked[source.name] = rank_sheets(source, others)
        found = ranked[source.name]
        if not found or found[0][1] < LEAST_SHEET:
            continue
        table = propose_table(source, found[0][0], others, today)
        if table.missing and table.score < DOUBTFUL:
            continue
        tables.append(table)
        route = rules.route_in_a_cell(source.profiles, table.sheet)
        if route is not None:
            tables.append(_routings_of(source, table, route))
    return Proposal(tuple(sources), tuple(tables), ranked)


def _brought(
    source: SourceTable, ranked: Sequence[tuple[str, float]], known: Known
) -> dict[str, set[str]]:
    """Codes by kind that a source brings, if it is the sheet it seems to be."""
    if not ranked or ranked[0][1] < LEAST_SHEET:
        return {}
    sheet = sheet_by_key(ranked[0][0])
    found = {}
    for _, header, target in _matches(source.profiles, sheet, known):
        kind = NAMES.get((sheet.key, target))
        if kind and target == sheet.identity[0]:
            found[kind] = set(source.texts(header))
    return found


def _union(brought: Mapping[str, Mapping[str, set[str]]], but: str) -> dict[str, set[str]]:
    """What all other sources bring: nobody confirms himself."""
    found: dict[str, set[str]] = {}
    for name, kinds in brought.items():
        for kind, codes in kinds.items() if name != but else ():
            found.setdefault(kind, set()).update(codes)
    return found


# ---------------------------------------------------------------- which sheet


def rank_sheets(source: SourceTable, known: Known) -> tuple[tuple[str, float], ...]:
    """Every sheet the page might be with its score, the likeliest first."""
    scores = [(sheet.key, _sheet_score(source, sheet, known)) for sheet in SHEETS]
    return tuple(sorted((s for s in scores if s[1] > 0.15), key=lambda s: -s[1]))


def _sheet_score(source: SourceTable, sheet: Sheet, known: Known) -> float:
    matched = _matches(source.profiles, sheet, known)
    if not matched:
        return 0.0
    got = {target: score for score, _, target in matched}
    who = _who(sheet, got)
    wanted = {who} | {c.key for c in sheet.columns if _needed(sheet, c)}
    ours = sum(got.get(key, 0.0) for key in wanted) / len(wanted)
    if got.get(who, 0.0) == 0.0:
        ours *= 0.4  # rows about nobody
    theirs = sum(got.values()) / max(len(source.profiles), 1)
    hint = max(
        (sheet_likeness(name, sheet).score for name in (*source.files, source.page)), default=0.0
    )
    return round(0.4 * ours + 0.3 * theirs + 0.3 * hint, 3)


def _who(sheet: Sheet, got: Mapping[str, float]) -> str:
    """The column that says which record a row is about."""
    if sheet.key == "Orders":  # numbered by us, or by the customer
        return max(("order_no", "external_no", "customer_po", "item_code"),
                   key=lambda key: got.get(key, 0.0))  # fmt: skip
    return sheet.identity[0]


def _needed(sheet: Sheet, column: Column) -> bool:
    if (sheet.key, column.key) in DEFAULTS or (sheet.key, column.key) in SAME_AS:
        return False
    return column.required and (sheet.key, column.key) not in {
        ("Machines", "calendar"), ("Operators", "calendar"), ("Exceptions", "scope"),
        ("Stock", "counted_on"), ("Stock", "location"),
    }  # fmt: skip


def _matches(
    profiles_: Sequence[Profile], sheet: Sheet, known: Known
) -> list[tuple[float, str, str]]:
    """(score, header, target) of the best pairs; each header and each target once."""
    pairs = []
    for profile in profiles_:
        for column in sheet.columns:
            score, _ = match(profile, sheet, column, known)
            if score >= LEAST_COLUMN:
                pairs.append((score, profile.header, column.key))
    pairs.sort(key=lambda pair: -pair[0])
    found: list[tuple[float, str, str]] = []
    taken: set[str] = set()
    for score, header, target in pairs:
        if f"h:{header}" not in taken and f"t:{target}" not in taken:
            taken |= {f"h:{header}", f"t:{target}"}
            found.append((score, header, target))
    return found


def match(
    profile: Profile, sheet: Sheet, column: Column, known: Known
) -> tuple[float, tuple[Message, ...]]:
    """How likely a foreign column is that one of ours, by its name and by what stands in it."""
    name = column_likeness(profile.header, sheet, column)
    asked = name.score or (column.required and (sheet.key, column.key) in NAMES)
    said = evidence(profile, sheet.key, column, known) if asked else None
    if said is None:
        return name.score, (name.reason,) if name.score else ()
    if name.score == 0.0:
        # Cells alone: only codes that exist say enough.
        sure = said.weight >= 0.9 and said.reason is not None and len(profile.texts) >= 3
        return (0.55, (said.reason,)) if sure and said.reason else (0.0, ())
    if said.fit < 0.5:
        return name.score * (1 - said.weight * (1 - said.fit)), (name.reason,)
    better = name.score + (1 - name.score) * said.weight * (said.fit - 0.5)
    reasons = (name.reason, *((said.reason,) if said.reason else ()))
    return min(better, 1.0), reasons


# ---------------------------------------------------------------- which columns


def propose_table(source: SourceTable, sheet_key: str, known: Known, today: date) -> TableProposal:
    """The columns of one source as one of our sheets; what is required and missing is named."""
    sheet = sheet_by_key(sheet_key)
    by_header = {profile.header: profile for profile in source.profiles}
    found: dict[str, ColumnProposal] = {}
    translate: dict[str, Mapping[str, str]] = {}
    for score, header, target in _matches(source.profiles, sheet, known):
        column = sheet.column(target)
        _, reasons = match(by_header[header], sheet, column, known)
        made = rules.rule_for(by_header[header], source.name, sheet.key, column)
        translate |= made.translate
        found[target] = ColumnProposal(target, made.rule, round(score, 2),
                                       (*reasons, *made.reasons))  # fmt: skip
        for other, constant, why in made.beside:
            found.setdefault(other, ColumnProposal(other, {"const": constant}, 0.7, (why,)))
    _open_columns(source, sheet, found)
    _fill_missing(source, sheet, found, translate, known, today)
    spared = needs_of_route(found)
    missing = tuple(
        c.key for c in sheet.columns if c.required and c.key not in found and c.key not in spared
    )
    score = _sheet_score(source, sheet, known)
    ordered = sorted(found.values(), key=lambda c: _place(source, c))
    return TableProposal(
        source.name, sheet_key, score, _why(source, sheet, found), tuple(ordered), missing,
        translate, source_extra=rules.row_rules(source, found.values(), sheet),
    )  # fmt: skip


def _open_columns(source: SourceTable, sheet: Sheet, found: dict[str, ColumnProposal]) -> None:
    """``特性:…`` headers are characteristics, whatever stands behind the colon."""
    for profile in source.profiles:
        head = profile.header
        if sheet.open_prefixes and head.startswith(sheet.open_prefixes):
            title = head.replace("\uff1a", ":").partition(":")[2].strip()
            key = f"特性:{title}"
            found[key] = ColumnProposal(key, head, 1.0, (message("proposals.characteristic"),))


def _fill_missing(
    source: SourceTable, sheet: Sheet, found: dict[str, ColumnProposal],
    translate: dict[str, Mapping[str, str]], known: Known, today: date,
) -> None:  # fmt: skip
    """Required columns that no header names: another one's, words that fit, or what is usual."""
    for column in sheet.columns:
        place = (sheet.key, column.key)
        if column.key in needs_of_route(found):
            continue
        wanted = column.required or (place == ("Orders", "order_no") and "external_no" not in found)
        if column.key in found or not wanted:
            continue
        same = next((found[k] for k in SAME_AS.get(place, ()) if k in found), None)
        if same is not None and header_of(same.rule):
            told = message("proposals.same_as", header=header_of(same.rule))
            found[column.key] = ColumnProposal(column.key, same.rule, 0.5, (told,))
            continue
        if column.choices and (made := _by_words(source, sheet, column)) is not None:
            translate |= made.translate
            found[column.key] = ColumnProposal(column.key, made.rule, 0.55, made.reasons)
            continue
        constant = _assumed(place, known, today)
        if place == ("Items", "source") and _bought(found.get("category"), translate):
            constant = "采购"
        if constant is not None:
            told = message("proposals.assumed", value=constant)
            found[column.key] = ColumnProposal(column.key, {"const": constant}, 0.3, (told,))


def _by_words(source: SourceTable, sheet: Sheet, column: Column) -> rules.Made | None:
    """A column of the file every word of which is a choice of ours, whatever it is called."""
    for profile in source.profiles:
        words = profile.texts
        if 1 < len(words) <= 8 and all(word_for(word, column) for word in words):
            return rules.rule_for(profile, source.name, sheet.key, column)
    return None


def _bought(category: ColumnProposal | None, translate: Mapping[str, Mapping[str, str]]) -> bool:
    rule = category.rule if category else None
    if not isinstance(rule, Mapping) or "translate" not in rule:
        return False
    return set(translate[rule["translate"]].values()) <= {"原料", "辅料", "包装"}


def _assumed(place: tuple[str, str], known: Known, today: date) -> object | None:
    if place in DEFAULTS:
        return DEFAULTS[place]
    if NAMES.get(place) == "calendar" and place[0] != "Shifts":
        return known.usual.get("calendar")
    if place == ("Stock", "counted_on"):
        return today.isoformat()
    return None


def _place(source: SourceTable, column: ColumnProposal) -> int:
    """Proposals stand in the order of the file's columns; constants at the end."""
    headers = [profile.header for profile in source.profiles]
    header = header_of(column.rule)
    return headers.index(header) if header in headers else len(headers)


def _why(
    source: SourceTable, sheet: Sheet, found: Mapping[str, ColumnProposal]
) -> tuple[Message, ...]:
    mapped = {h for c in found.values() if (h := header_of(c.rule))}
    reasons = [message("proposals.columns_fit", count=len(mapped), total=len(source.profiles))]
    hint = max(((sheet_likeness(name, sheet).score, name) for name in (source.page, *source.files)),
               default=(0.0, ""))  # fmt: skip
    if hint[0] >= 0.6:
        reasons.append(message("proposals.sheet_name", name=hint[1]))
    return tuple(reasons)


def _routings_of(source: SourceTable, table: TableProposal, route: rules.Route) -> TableProposal:
    """A second table of the same source: each part of the route's cell is a step."""
    item = next((c.rule for c in table.columns if c.target in ("item_code", "parent_code")), None)
    told = message("proposals.route", header=route.header, example=route.example)
    if route.timed:
        columns = [ColumnProposal("route", route.header, 0.8, (told,))]
    else:
        columns = _step_columns(told)
    if item is not None:
        columns.insert(0, ColumnProposal("item_code", item, 0.8, (told,)))
    return replace(
        table, sheet="Routings", score=0.6, reasons=(told,), columns=tuple(columns),
        missing=() if route.timed else ("rate",), translate={}, source_extra={},
        extra={} if route.timed else {"expand": {"from": route.header, "split": route.sign}},
    )  # fmt: skip


def _step_columns(told: Message) -> list[ColumnProposal]:
    """A route that names its steps only: each is done at a work centre of the same name."""
    return [
        ColumnProposal("step_no", {"template": "{step}"}, 0.7, (told,)),
        ColumnProposal("step_name", {"template": "{part}"}, 0.7, (told,)),
        ColumnProposal("work_centre", {"template": "{part}"}, 0.5, (told,)),
        ColumnProposal("rate_basis", {"const": "分/件"}, 0.3,
                       (message("proposals.assumed", value="分/件"),)),
    ]  # fmt: skip
