"""Which saved mapping fits the files at hand: by the names of files, else by their headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from app.core.errors import RuleBroken
from app.services.exchange.cells import Page
from app.services.exchange.headers import joined_names
from app.services.exchange.page_store import ReadFile
from app.services.exchange.plan import (
    MappingText,
    Plan,
    checked_mapping,
    header_of,
    listed,
    places_of,
)
from app.services.exchange.sources import escaped
from app.services.exchange.tables import folded

LEAST_HEADERS = 2
"""A source that uses fewer columns fits by its file's name only."""
NUMBERED = {"number", "letter", "part", "part_number", "step"}
"""Places of a template that are no headers."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A mapping that takes files; ``plan``: with the names of files added that fit by headers."""

    mapping: MappingText
    plan: Plan
    by_name: bool


def best_fit(saved: Iterable[MappingText], files: Sequence[ReadFile]) -> Fit | None:
    """The first mapping that takes all files with all their headers; None if none does.

    The mappings come in the order of preference (the last used first).
    """
    found = [fit for mapping in saved if (fit := fit_of(mapping, files)) is not None]
    return next((fit for fit in found if fit.by_name), found[0] if found else None)


def fit_of(mapping: MappingText, files: Sequence[ReadFile]) -> Fit | None:
    """The mapping for these files, or None where a file or a header is missing."""
    try:
        plan = checked_mapping(mapping)
    except RuleBroken:
        return None  # written by a newer program, or by hand and never tried
    plan = deepcopy(plan)
    wanted = used_headers(plan)
    by_name = True
    for file in files:
        own = listed(plan.get("workbook", ()))
        if any(fnmatch(file.path.name, pattern) for pattern in own):
            continue
        named = _named(plan, file)
        if named:
            if not all(_has(plan["source"][n], wanted[n], file) for n in named):
                return None
            continue
        alike = _alike(plan, wanted, file)
        if alike is None:
            return None
        by_name = False
        rule = plan["source"][alike]
        rule["files"] = [*listed(rule["files"]), escaped(file.path.name)]
    return Fit(mapping, plan, by_name) if files else None


def _named(plan: Plan, file: ReadFile) -> list[str]:
    """Sources that take the file by its name."""
    return [
        name
        for name, rule in plan.get("source", {}).items()
        if any(fnmatch(file.path.name, pattern) for pattern in listed(rule["files"]))
    ]


def _alike(plan: Plan, wanted: Mapping[str, set[str]], file: ReadFile) -> str | None:
    """The source that uses most of the file's headers, and no other."""
    fitting = [
        name
        for name, rule in plan.get("source", {}).items()
        if len(wanted[name]) >= LEAST_HEADERS and _has(rule, wanted[name], file)
    ]
    return max(fitting, key=lambda name: len(wanted[name]), default=None)


def _has(rule: Mapping[str, Any], headers: set[str], file: ReadFile) -> bool:
    page = page_for(rule, file.pages)
    return page is not None and headers <= {folded(n) for n in names_on(rule, page) if n}


def page_for(rule: Mapping[str, Any], pages: Sequence[Page]) -> Page | None:
    """The page a source names, or the first that is not empty."""
    wanted = rule.get("sheet")
    if wanted is None:
        return next((page for page in pages if any(page.rows)), None)
    return next((page for page in pages if folded(page.name) == folded(wanted)), None)


def names_on(rule: Mapping[str, Any], page: Page) -> tuple[str | None, ...]:
    """The headers of a page where the source's rule says they stand."""
    numbers = header_rows(rule)
    return joined_names([page.rows[n - 1] for n in numbers if 0 < n <= len(page.rows)])


def header_rows(rule: Mapping[str, Any]) -> list[int]:
    numbers = rule.get("header_row", 1)
    return [numbers] if isinstance(numbers, int) else [int(n) for n in numbers]


# ---------------------------------------------------------------- what a mapping uses


def used_headers(plan: Plan) -> dict[str, set[str]]:
    """The folded headers that a mapping takes from each of its sources."""
    found: dict[str, set[str]] = {name: set() for name in plan.get("source", {})}
    for table in plan.get("table", ()):
        own: set[str] = set()
        for rule in table.get("columns", {}).values():
            own |= headers_in(rule)
            for name, header in _joins(rule):
                found.setdefault(name, set()).add(folded(header))
        own |= set(table.get("unique", ())) | set(table.get("where", {}))
        own |= set(listed(table.get("expand", {}).get("from", ())))
        sources = listed(table.get("source", ()))
        if len(sources) == 1:  # of several, each has some of the columns
            found[sources[0]] |= {folded(header) for header in own}
    return found


def headers_in(rule: Any) -> set[str]:
    """The columns of its own source that a rule names."""
    found = {header} if (header := header_of(rule)) else set()
    if isinstance(rule, Mapping) and "template" in rule:
        found |= set(places_of(rule["template"])) - NUMBERED
    return found


def _joins(rule: Any) -> list[tuple[str, str]]:
    if not isinstance(rule, Mapping) or "join" not in rule:
        return []
    name, _, header = rule["join"].partition(".")
    return [(name, header), (name, rule.get("lookup", header)), *_joins(rule.get("then"))]
