"""Column types that mean the same on SQLite and on PostgreSQL.

SQLite keeps neither decimals nor time zones and would take any text for a number: tables are
STRICT there, quantities whole millionths, times UTC text that sorts like the time.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Float,
    LargeBinary,
    Numeric,
    String,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.quantity import scaled, tidy, unscaled

_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
C = TypeVar("C", bound=StrEnum)


class Quantity(TypeDecorator[Decimal]):
    """Exact decimal with up to six places: NUMERIC(18,6), on SQLite an integer of millionths.

    Sums in SQL are right on both; a product of two quantities is not (do it in Python).
    Errors: ValueError for a seventh decimal place or a value of 10**12 or more.
    """

    impl = Numeric(18, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain: TypeEngine[Any] = (
            BigInteger() if dialect.name == "sqlite" else Numeric(18, 6, asdecimal=True)
        )
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = value if isinstance(value, Decimal) else _whole(value)
        millionths = scaled(exact)
        return millionths if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return unscaled(int(value)) if dialect.name == "sqlite" else tidy(Decimal(value))


def _whole(value: object) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"a quantity must be Decimal or int, not {type(value).__name__}")


class UtcDateTime(TypeDecorator[datetime]):
    """Moment in time: aware in and out (UTC), whole seconds.

    Errors: ValueError for a naive datetime: whose wall clock would it be?
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain: TypeEngine[Any] = String() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC).replace(microsecond=0)
        return moment.strftime(_TIME_FORMAT) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        stored: datetime = value
        return stored.astimezone(UTC)


class Choice(TypeDecorator[C]):
    """One value of a fixed list, kept as its text. ValueError for a text that is not in it."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[C]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: C | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> C | None:
        return None if value is None else self.kind(value)


class Packed(TypeDecorator[Any]):
    """JSON, compressed: whole plans of thousands of rows that are read whole or not at all."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode("utf-8"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(zlib.decompress(value))


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


# STRICT tables know only INTEGER, REAL, TEXT and BLOB.
@compiles(String, "sqlite")
@compiles(JSON, "sqlite")
@compiles(Date, "sqlite")
def _as_text(element: Any, compiler: Any, **kw: Any) -> str:
    return "TEXT"


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _as_integer(element: Any, compiler: Any, **kw: Any) -> str:
    return "INTEGER"


@compiles(Float, "sqlite")
@compiles(Double, "sqlite")
def _as_real(element: Any, compiler: Any, **kw: Any) -> str:
    return "REAL"
