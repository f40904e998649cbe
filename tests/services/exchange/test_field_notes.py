"""Every field of the workbook says what it is for."""

from __future__ import annotations

from app.services.exchange.field_notes import NOTES
from app.services.exchange.sheets import SHEETS


def test_every_field_says_what_it_is_for_in_both_languages() -> None:
    silent = [
        (sheet.key, column.key)
        for sheet in SHEETS
        for column in sheet.columns
        if not all(text.strip() for text in column.note)
    ]
    assert silent == []


def test_no_word_is_said_of_a_field_that_is_not_there() -> None:
    fields = {(sheet.key, column.key) for sheet in SHEETS for column in sheet.columns}
    assert {(key, name) for key, notes in NOTES.items() for name in notes} <= fields
