"""The fields a site has defined, as columns of the tables whose rows carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core.choices import FieldKind, FieldSubject
from app.core.errors import RuleBroken
from app.core.messages import message, words
from app.services.masters.rows import Choice, MasterColumn, MasterRow
from app.services.site_fields import (
    HEAD,
    SUBJECTS,
    SiteField,
    kept,
    site_fields,
    typed_value,
)

_KINDS = {FieldKind.TEXT: "text", FieldKind.NUMBER: "number", FieldKind.DATE: "date",
          FieldKind.YES_NO: "bool", FieldKind.CHOICE: "choice"}  # fmt: skip
_NAMELESS = words("", "")
_FIELD_KINDS = {name: kind for kind, name in _KINDS.items()}


def fields_of(session: Session, key: str) -> tuple[SiteField, ...]:
    """The fields in use on the rows of a sheet."""
    subject = SUBJECTS.get(key)
    return () if subject is None else site_fields(session, subject)


def site_columns(
    fields: Iterable[SiteField], rows: Iterable[Mapping[str, Any]]
) -> tuple[MasterColumn, ...]:
    """A column for each field, and a plain one for each other characteristic that rows hold."""
    made = {field.column: column_of(field) for field in fields}
    for values in rows:
        for name in values:
            if name.startswith(HEAD) and name not in made:
                title = name.removeprefix(HEAD)
                made[name] = MasterColumn(name, words(title, title), "text")
    return tuple(made.values())


def column_of(field: SiteField) -> MasterColumn:
    note = words(field.note, field.note) if field.note else None
    choices = tuple(Choice(text, words(text, text)) for text in field.choices)
    return MasterColumn(
        field.column, field.name, _KINDS[field.kind], note, field.required, choices=choices
    )


def typed_rows(rows: Iterable[MasterRow], fields: Iterable[SiteField]) -> tuple[MasterRow, ...]:
    """Rows with the values of the fields as numbers, days, yes or no."""
    kinds = {field.column: field.kind for field in fields}
    if not kinds:
        return tuple(rows)
    return tuple(MasterRow(row.id, _typed(row.values, kinds)) for row in rows)


def _typed(values: Mapping[str, Any], kinds: Mapping[str, FieldKind]) -> dict[str, Any]:
    return {
        name: typed_value(kinds[name], value) if name in kinds else value
        for name, value in values.items()
    }


def parse_site_cell(column: MasterColumn, text: str, today: date) -> Any:
    """The value a person typed into such a column; None for an empty cell. Errors:
    ``RuleBroken``."""
    stripped = text.strip()
    if not stripped:
        if column.required:
            raise RuleBroken(message("masters.value_needed", column=column.title))
        return None
    kind = _FIELD_KINDS[column.kind]
    choices = tuple(str(choice.value) for choice in column.choices)
    field = SiteField(FieldSubject.ITEM, column.key, _NAMELESS, kind, choices, False, False, "")
    return typed_value(kind, kept(field, stripped, today))
