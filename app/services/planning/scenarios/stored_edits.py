"""Edits of scenarios as JSON and back: codes, ISO dates, quantities as text."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.core.errors import Unavailable
from app.core.messages import message
from app.services.planning.scenarios.kinds import KINDS, Step

SCHEMA = 1
"""Version of the fields below; a later program reads older ones."""


def as_json(step: Step) -> dict[str, Any]:
    return {each.name: _plain(getattr(step, each.name)) for each in fields(step)}


def from_json(kind: str, content: Mapping[str, Any], schema: int = SCHEMA) -> Step:
    """Errors: ``Unavailable`` for a kind or version that only a newer program knows."""
    model = KINDS.get(kind)
    if model is None or schema > SCHEMA:
        raise Unavailable(message("scenarios.newer_edit", kind=kind))
    hints = _hints(model)
    values = {name: _typed(hints[name], value) for name, value in content.items() if name in hints}
    return model(**values)


def _hints(model: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(model)
    return {each.name: hints[each.name] for each in fields(model)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, types.UnionType):
        hint = next(each for each in typing.get_args(hint) if each is not types.NoneType)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if hint is Decimal:
        return Decimal(value)
    if typing.get_origin(hint) is tuple:
        return tuple(value)
    return value
