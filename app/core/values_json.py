"""Frozen values as JSON and back, by their type hints: ISO moments, exact numbers, rows as tables.

Records travel with the names of their fields, so that a later program reads what an earlier one
wrote: fields it no longer knows are left out, new ones get their default or an empty value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.core.messages import Message

_EMPTY: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False, Decimal: Decimal(0)}


def plain(value: Any) -> Any:
    """A value as JSON."""
    if isinstance(value, Message):
        return [value.code, {name: plain(each) for name, each in value.values.items()}]
    if is_dataclass(value):
        return _table([value])
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Sequence) and not isinstance(value, str):
        if value and is_dataclass(value[0]) and not isinstance(value[0], Message):
            return _table(value)
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    return value


def typed(hint: Any, value: Any) -> Any:
    """The value of a type that ``plain`` made ``value`` of."""
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
    if hint is Message:
        return Message(value[0], value[1])
    if is_dataclass(hint):
        return _records(hint, value)[0]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (tuple, Sequence):
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(typed(each, one) for each, one in zip(inner, value, strict=True))
        if isinstance(value, Mapping):
            return tuple(_records(inner[0], value))
        return tuple(typed(inner[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        key = int if inner[0] is int else str
        return {key(name): typed(inner[1], each) for name, each in value.items()}
    return value


def _table(values: Sequence[Any]) -> dict[str, Any]:
    names = [each.name for each in fields(values[0])]
    rows = [[plain(getattr(value, name)) for name in names] for value in values]
    return {"fields": names, "rows": rows}


def _records(model: Any, table: Mapping[str, Any]) -> list[Any]:
    hints = typing.get_type_hints(model)
    known = {each.name: each for each in fields(model)}
    blank = {
        name: _blank(hints[name])
        for name, each in known.items()
        if name not in table["fields"] and _needed(each)
    }
    return [
        model(
            **blank,
            **{
                name: typed(hints[name], value)
                for name, value in zip(table["fields"], row, strict=True)
                if name in known
            },
        )
        for row in table["rows"]
    ]


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _blank(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return None
    if typing.get_origin(hint) in (tuple, Sequence):
        return ()
    return _EMPTY.get(hint)
