"""What all tables share: naming of constraints, codes, versions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, MetaData
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    declared_attr,
    mapped_column,
    validates,
)

from app.core.codes import code_key
from app.models.types import Json, Quantity, UtcDateTime

TABLE_OPTIONS: dict[str, Any] = {"sqlite_autoincrement": True, "sqlite_strict": True}
"""Identities are never used twice (AUTOINCREMENT), columns hold what they say (STRICT)."""


class Base(DeclarativeBase):
    """Mapped classes of the program; constraint names are fixed so that migrations find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        Decimal: Quantity,
        datetime: UtcDateTime,
        date: Date,
        dict[str, Any]: Json,
        list[Any]: Json,
    }
    __table_args__: Any = TABLE_OPTIONS

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


class Versioned:
    """A table people edit: the version guards the time between reading and writing a row."""

    version: Mapped[int] = mapped_column(default=1, sort_order=900)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Coded(Versioned):
    """A record people call by a code; ``code_key`` decides whether two codes are the same."""

    code: Mapped[str] = mapped_column(sort_order=-9)
    code_key: Mapped[str] = mapped_column(unique=True, sort_order=-8)

    @validates("code")
    def _set_key(self, _name: str, code: str) -> str:
        self.code_key = code_key(code)
        return code.strip()


def ref(column: str, **options: Any) -> MappedColumn[Any]:
    """A foreign key with an index; nullable follows from the annotation."""
    return mapped_column(ForeignKey(column), index=True, **options)
