"""The mapping language: what a mapping may say (docs/mapping.md), read, checked and written."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.exchange.sheets import SHEETS

PLAN_KEYS = {"source", "table", "translate", "assumed", "compare", "workbook", "answers",
             "corrections"}  # fmt: skip
SOURCE_KEYS = {"files", "sheet", "header_row", "first_row", "skip", "fill_down"}
TABLE_KEYS = {"sheet", "source", "columns", "unique", "where", "rows", "number", "expand"}
EXPAND_KEYS = {"from", "split"}
COLUMN_KEYS = {"from", "const", "template", "translate", "split", "pick", "join", "lookup", "then",
               "default", "multiply", "add_days", "as", "strip"}  # fmt: skip
CORRECTION_KEYS = {"file", "sha256", "answers"}

Plan = dict[str, Any]
"""A mapping as TOML gives it."""


@dataclass(frozen=True, slots=True)
class MappingText:
    """A mapping as it is written: the name of its file or of the saved mapping, and the TOML."""

    name: str
    text: str

    @classmethod
    def of_file(cls, path: Path) -> MappingText:
        """Errors: ``RuleBroken`` if the file cannot be read."""
        try:
            return cls(path.name, path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise RuleBroken(
                message("exchange.mapping_missing", file=path.name, reason=error.strerror or "")
            ) from error
        except UnicodeDecodeError as error:
            raise RuleBroken(
                message("exchange.mapping_unreadable", file=path.name, reason=str(error))
            ) from error

    @classmethod
    def of_plan(cls, name: str, plan: Plan) -> MappingText:
        return cls(name, toml_of(plan))


def checked_mapping(mapping: MappingText) -> Plan:
    """The mapping as TOML gives it, found to say only what can be followed.

    Errors: ``RuleBroken`` naming what is wrong.
    """
    try:
        plan = tomllib.loads(mapping.text)
    except tomllib.TOMLDecodeError as error:
        raise RuleBroken(
            message("exchange.mapping_unreadable", file=mapping.name, reason=str(error))
        ) from error
    check_plan(plan, mapping.name)
    return plan


# ---------------------------------------------------------------- checking


def wrong(name: str, what: str) -> RuleBroken:
    return RuleBroken(message("exchange.mapping_wrong", file=name, what=what))


def check_plan(plan: Plan, name: str) -> None:
    """Misspelt words are errors: nothing of a mapping is passed over."""
    for word in set(plan) - PLAN_KEYS:
        raise wrong(name, word)
    sources, tables = plan.get("source", {}), plan.get("table", [])
    if not isinstance(sources, dict) or not isinstance(tables, list):
        raise wrong(name, "[source.*], [[table]]")
    if not (sources and tables) and not plan.get("workbook"):
        raise wrong(name, "[source.*], [[table]]")
    for key, source in sources.items():
        if not isinstance(source, dict) or "files" not in source:
            raise wrong(name, f"source.{key}: files")
        _known(source, SOURCE_KEYS, f"source.{key}", name)
    for table in tables:
        _check_table(table, sources, name)
    for correction in plan.get("corrections", ()):
        _known(correction, CORRECTION_KEYS, "corrections", name)


def _known(rule: Mapping[str, Any], keys: set[str], place: str, name: str) -> None:
    if unknown := set(rule) - keys:
        raise wrong(name, f"{place}: {sorted(unknown)}")


def _check_table(table: dict[str, Any], sources: Mapping[str, Any], name: str) -> None:
    _known(table, TABLE_KEYS, "table", name)
    sheet = next((s for s in SHEETS if s.key == table.get("sheet")), None)
    if sheet is None:
        raise wrong(name, f"sheet = {table.get('sheet')!r}")
    if table.get("source") and "columns" not in table:
        raise wrong(name, f"{sheet.key}: columns")
    known = {column.key for column in sheet.columns}
    for key, rule in table.get("columns", {}).items():
        if key not in known and not key.startswith("特性:"):
            raise wrong(name, f"{sheet.key}.{key}")
        if isinstance(rule, dict):
            _known(rule, COLUMN_KEYS, f"{sheet.key}.{key}", name)
    _known(table.get("expand", {}), EXPAND_KEYS, f"{sheet.key}: expand", name)
    for source in listed(table.get("source", ())):
        if source not in sources:
            raise wrong(name, f"source = {source!r}")


def listed(names: Any) -> list[str]:
    """A text, or a list of them, as a list."""
    return [names] if isinstance(names, str) else list(names)


# ---------------------------------------------------------------- rules

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


def header_of(rule: Any) -> str | None:
    """The foreign column a rule takes; None for a constant or a template."""
    if isinstance(rule, str):
        return rule
    found = rule.get("from") if isinstance(rule, Mapping) else None
    return str(found) if found is not None else None


def copies(rule: Any) -> bool:
    """Whether a rule takes a cell as it stands: another text for it means what it says."""
    return isinstance(rule, str) or (isinstance(rule, Mapping) and set(rule) <= {"from", "default"})


def places_of(template: str) -> list[str]:
    """The headers a template names: ``{No.} / {name}`` → ``No.``, ``name``."""
    return [found for found in _PLACE.findall(template) if found]


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with values for its places; an unknown place stays as it is typed."""

    def put(found: re.Match[str]) -> str:
        whole: str = found[0]
        if found[1] is None:
            return whole[0]
        return values.get(found[1], whole)

    return _PLACE.sub(put, template)


# ---------------------------------------------------------------- writing

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ORDER = ("assumed", "workbook", "answers", "source", "translate", "compare", "table",
          "corrections")  # fmt: skip


def toml_of(plan: Plan) -> str:
    """The mapping as TOML that reads back as the same."""
    lines: list[str] = []
    for key in sorted(plan, key=_ORDER.index):
        if plan[key]:
            lines += _part(key, plan[key])
    return "\n".join(lines).strip() + "\n"


def _part(key: str, value: Any) -> Iterator[str]:
    if key in ("source", "translate"):
        for name, rule in value.items():
            yield from ("", f"[{key}.{_key(name)}]")
            yield from _pairs(rule)
    elif key == "answers":
        yield from ("", "[answers]")
        yield from _pairs(value)
    elif key in ("table", "compare", "corrections"):
        for rule in value:
            inner = next((n for n in ("columns", "answers") if isinstance(rule.get(n), dict)), "")
            yield from ("", f"[[{key}]]")
            yield from _pairs({name: each for name, each in rule.items() if name != inner})
            if inner:
                yield f"[{key}.{inner}]"
                yield from _pairs(rule[inner])
    else:
        yield f"{_key(key)} = {_value(value)}"


def _pairs(rule: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in rule.items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return _quoted(str(value))
