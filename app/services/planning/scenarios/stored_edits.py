"""Edits of scenarios as JSON and back: codes, ISO dates, quantities as text."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.core.errors import Unavailable
from app.core.messages import message
from app.core.values_json import plain, typed
from app.services.planning.scenarios.kinds import KINDS, Step

SCHEMA = 1
"""Version of the fields below; a later program reads older ones."""


def as_json(step: Step) -> dict[str, Any]:
    return {each.name: plain(getattr(step, each.name)) for each in fields(step)}


def from_json(kind: str, content: Mapping[str, Any], schema: int = SCHEMA) -> Step:
    """Errors: ``Unavailable`` for a kind or version that only a newer program knows."""
    model = KINDS.get(kind)
    if model is None or schema > SCHEMA:
        raise Unavailable(message("scenarios.newer_edit", kind=kind))
    hints = _hints(model)
    values = {name: typed(hints[name], value) for name, value in content.items() if name in hints}
    return model(**values)


def _hints(model: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(model)
    return {each.name: hints[each.name] for each in fields(model)}
