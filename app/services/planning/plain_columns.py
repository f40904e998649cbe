"""Columns as the driver gives them: many rows are read at once, each value is understood once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast, extract, type_coerce
from sqlalchemy.types import NullType


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The driver's own value."""
    return type_coerce(column, NullType())


def as_seconds(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A moment as seconds since 1970."""
    return cast(extract("epoch", column), BigInteger)


def as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as it is written."""
    return cast(column, Text)
