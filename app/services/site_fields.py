"""Fields the site has defined for items, orders and reports: what may stand in them.

Their values are kept as texts under the field's key (``Item.characteristics``,
``ProductionOrder.specification``) and travel in the workbook as ``特性:key``: numbers plain, days
as 2026-03-01, yes and no as the workbook writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import FieldKind, FieldSubject
from app.core.errors import RuleBroken
from app.core.format import number
from app.core.messages import Message, message, words
from app.models.access import CustomField
from app.models.orders import ProductionOrder
from app.models.products import Item

HEAD = "特性:"
"""How the columns of typed characteristics are headed."""
YES, NO = "是", "否"

CARRIERS: dict[FieldSubject, tuple[type[Any], str]] = {
    FieldSubject.ITEM: (Item, "characteristics"),
    FieldSubject.ORDER: (ProductionOrder, "specification"),
}
"""Which records hold the values of a field, and where in them."""

SUBJECTS = {"Items": FieldSubject.ITEM, "Orders": FieldSubject.ORDER}
"""The sheets whose rows carry the fields."""


@dataclass(frozen=True, slots=True)
class SiteField:
    """One field as the site has defined it; ``choices`` for the kind of that name."""

    subject: FieldSubject
    key: str
    name: Message
    kind: FieldKind
    choices: tuple[str, ...]
    required: bool
    on_papers: bool
    note: str

    @property
    def column(self) -> str:
        return HEAD + self.key


def site_fields(session: Session, *subjects: FieldSubject) -> tuple[SiteField, ...]:
    """The fields in use, in the order the site wants."""
    query = select(CustomField).where(CustomField.subject.in_(subjects), CustomField.active)
    return tuple(
        SiteField(
            row.subject,
            row.key,
            words(row.name_zh or row.key, row.name_en or row.name_zh or row.key),
            row.kind,
            tuple(str(choice) for choice in row.choices),
            row.required,
            row.on_papers,
            row.note,
        )
        for row in session.scalars(query.order_by(CustomField.position, CustomField.id))
    )


# ---------------------------------------------------------------- values


def kept(field: SiteField, value: object, today: date) -> str:
    """What is kept of a value or of a text that was typed; empty stays empty. Errors:
    ``RuleBroken`` saying what the field holds, as an import of the cell would say."""
    from app.services.exchange.cleaning import Cleaner, Refused
    from app.services.exchange.sheets import Column, Kind

    text = kept_text(value).strip()
    if not text:
        return ""
    kinds = {FieldKind.TEXT: Kind.TEXT, FieldKind.DATE: Kind.DATE, FieldKind.YES_NO: Kind.BOOL,
             FieldKind.CHOICE: Kind.CHOICE}  # fmt: skip
    offered = {choice: choice for choice in field.choices}
    cleaner = Cleaner(today)
    try:
        if field.kind is FieldKind.NUMBER:
            return number(cleaner.decimal(text))
        return kept_text(cleaner.clean(text, Column("", "", kinds[field.kind], choices=offered)))
    except Refused as refused:
        raise RuleBroken(refused.text) from None


def kept_text(value: object) -> str:
    """A value of a field as the text it is kept as; None = nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal | int):
        return number(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def typed_value(kind: FieldKind, text: object) -> Any:
    """A kept text as number, day, yes or no; as it is where it is none (kept before the field
    was defined)."""
    plain = str(text)
    try:
        if kind is FieldKind.NUMBER:
            return Decimal(plain)
        if kind is FieldKind.DATE:
            return date.fromisoformat(plain)
    except (InvalidOperation, ValueError):
        return plain
    if kind is FieldKind.YES_NO and plain in (YES, NO):
        return plain == YES
    return plain


def field_text(value: Any, language: str) -> str:
    """A typed value as it is shown and edited: yes and no in the language."""
    text = kept_text(value)
    if language == "en" and isinstance(value, bool):
        return "yes" if value else "no"
    return text


# ---------------------------------------------------------------- records that hold values


def carriers(session: Session, subject: FieldSubject, key: str) -> list[tuple[Any, str]]:
    """(record, name of the attribute) of every record that holds a value of a field."""
    if subject not in CARRIERS:
        return []
    model, attribute = CARRIERS[subject]
    return [
        (row, attribute)
        for row in session.scalars(select(model).order_by(model.id))
        if key in getattr(row, attribute)
    ]


def rename_field(session: Session, field: CustomField, to: tuple[FieldSubject, str]) -> None:
    """The values of a field go along to its new key. Nothing moves to another subject."""
    subject, key = to
    if subject is not field.subject:
        return
    for row, attribute in carriers(session, subject, field.key):
        held = getattr(row, attribute)
        setattr(row, attribute, {(key if name == field.key else name): value
                                 for name, value in held.items()})  # fmt: skip


# ---------------------------------------------------------------- checking


def refusals(
    fields: tuple[SiteField, ...],
    typed: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    today: date,
    *,
    may_empty: bool,
) -> tuple[dict[str, Any], dict[str, Message]]:
    """(values as they are kept, what is wrong by key) of a record's fields.

    ``typed``: by key, what is put in or (empty) taken out; ``before``: what the record holds, None
    for a new one. A required field must be filled in a new record; other records, and values
    older than their field, may stay as they are. ``may_empty``: an edit may empty a required
    field, else the filling of it could not be undone; forms and cells ask before.
    """
    values, wrong = dict(before or {}), {}
    typed = {key: value for key, value in typed.items()
             if kept_text(value) != kept_text(values.get(key))}  # fmt: skip
    for key, value in typed.items():
        values[key] = kept_text(value)
    for field in fields:
        if field.key in typed:
            try:
                values[field.key] = kept(field, typed[field.key], today)
            except RuleBroken as refused:
                wrong[field.key] = refused.message
                continue
        touched = before is None or (field.key in typed and not may_empty)
        if field.required and touched and not str(values.get(field.key, "")).strip():
            wrong[field.key] = message("exchange.field_needed", field=field.name)
    return {key: value for key, value in values.items() if value not in (None, "")}, wrong
