"""A whole route in one cell, as shops write it: ``10浇注(52分/模次)→20烘干(18时/批)→30修整``.

Steps are parted by arrows or dashes (or, where there are none, by ``、 , ; + /`` or line breaks).
A step is an optional number, a name, an optional work centre after ``@``, and in brackets its time
and perhaps its setup. What is not written is taken from the other columns of the row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.core.messages import message
from app.services.exchange.records import Record
from app.services.exchange.sheets import sheet

_ARROWS = re.compile(
    r"\s*(?:[-=\u2010-\u2015\u2212]*>+|[\u2192\u21d2\u27a1\u2794\u279c\u21e8\u25b6\u25ba]\ufe0f?)\s*"
)
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]+\s*")
_WEAK = re.compile(r"\s*[、,;+/|\n\\]\s*")
_STEP = re.compile(
    r"(?:(?P<number>\d{1,4})\s*(?:[.、:)#]|道|序)?\s*)?(?P<name>[^()@]+?)\s*"
    r"(?:@\s*(?P<centre>[^()]+?)\s*)?(?:\((?P<inside>.*)\))?"
)
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(\D+)")
_SETUP = re.compile(r"(?:准备|换模|调机|setup)\s*(\d+(?:\.\d+)?)\s*(分钟?|min|m)?", re.IGNORECASE)


class NoRoute(Exception):
    """The text is no route; ``what``: the part that was not understood, ``code``: why."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step; None or empty where the cell does not say it. ``setup``: minutes."""

    number: int
    name: str
    rate: Decimal | None = None
    basis: Any = None
    setup: Decimal | None = None
    centre: str = ""


def parse_route(text: str) -> list[RouteStep]:
    """The steps of a route. Errors: ``NoRoute``.

    >>> [step.name for step in parse_route("浇注→烘干→修整")]
    ['浇注', '烘干', '修整']
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    parts = [part for part in _parted(plain) if part]
    found = [_step(part) for part in parts]
    if not found:
        raise NoRoute("no_route", text)
    numbers = [number for number, _ in found]
    if all(number is None for number in numbers):
        numbers = [10 * place for place in range(1, len(found) + 1)]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or known != sorted(set(known)):
        raise NoRoute("route_numbers", ", ".join("?" if n is None else str(n) for n in numbers))
    return [replace(step, number=n) for n, (_, step) in zip(known, found, strict=True)]


def _parted(text: str) -> list[str]:
    """The parts between arrows and dashes, else between weaker signs; none within brackets."""
    masked = re.sub(r"\([^()]*\)", lambda found: "\ufff9" * len(found[0]), text)
    for strong in (True, False):
        cuts = _strong_cuts(masked) if strong else [m.span() for m in _WEAK.finditer(masked)]
        if cuts:
            starts = [0, *(end for _, end in cuts)]
            ends = [*(start for start, _ in cuts), len(text)]
            return [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    return [text]


def _strong_cuts(text: str) -> list[tuple[int, int]]:
    cuts = [found.span() for found in _ARROWS.finditer(text)]
    for found in _DASH.finditer(text):
        start, end = found.span()
        if any(a <= start < b for a, b in cuts):
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        # CT-01 is a name: a dash between a letter or digit of ASCII and a digit parts nothing.
        if not (before.isascii() and before.isalnum() and after.isdecimal()):
            cuts.append((start, end))
    return sorted(cuts)


def _step(part: str) -> tuple[int | None, RouteStep]:
    found = _STEP.fullmatch(part)
    if found is None or found["name"].strip().isdecimal():
        raise NoRoute("no_route_step", part)
    number = int(found["number"]) if found["number"] else None
    step = RouteStep(0, found["name"].strip(), centre=(found["centre"] or "").strip())
    for inside in re.split(r"[;,、]", found["inside"] or ""):
        if inside.strip():
            step = _with(step, inside.strip(), part)
    return number, step


def _with(step: RouteStep, inside: str, part: str) -> RouteStep:
    """The step with what one part of its brackets says."""
    setup = _SETUP.fullmatch(inside)
    if setup:
        return replace(step, setup=Decimal(setup[1]))
    time = _TIME.fullmatch(inside)
    basis = _bases().get(time[2].strip().casefold()) if time else None
    if time is None or basis is None:
        raise NoRoute("no_route_time", part)
    return replace(step, rate=Decimal(time[1]), basis=basis)


def _bases() -> Mapping[str, Any]:
    column = sheet("Routings").column("rate_basis")
    return {word.casefold(): value for word, value in column.choices.items()}


# ---------------------------------------------------------------- rows of the sheet Routings


def needs_of_route(values: Mapping[str, Any]) -> frozenset[str]:
    """Required columns that a row with a whole route need not fill."""
    if "route" not in values:
        return frozenset()
    return frozenset({"step_no", "step_name", "rate", "rate_basis"})


def records_of(record: Record) -> tuple[list[Record], list[str]]:
    """One record for each step of a route in a cell, and the steps that have no time.

    A record without a route stays as it is. A step that names no work centre, in a row that names
    no place either, is made at the work centre of its own name.
    """
    steps: list[RouteStep] | None = record.values.get("route")
    if steps is None:
        return [record], []
    shared = {key: value for key, value in record.values.items() if key != "route"}
    made, timeless = [], []
    for step in steps:
        values = shared | {"step_no": step.number, "step_name": step.name}
        if step.rate is not None:
            values |= {"rate": step.rate, "rate_basis": step.basis}
        if step.setup is not None:
            values["setup_min"] = step.setup
        if step.centre or not {"work_centre", "machines", "supplier"} & set(shared):
            values["work_centre"] = step.centre or step.name
        if "rate" not in values or "rate_basis" not in values:
            timeless.append(step.name)
        headers = {key: record.headers.get("route", key) for key in values}
        derived = record.derived | (values.keys() - shared.keys())
        made.append(replace(record, values=values, headers=headers | dict(record.headers),
                            derived=frozenset(derived)))  # fmt: skip
    return made, timeless


def refusal(error: NoRoute) -> Any:
    """What to tell about a cell that is no route."""
    return message(f"exchange.{error.code}", text=error.what)
