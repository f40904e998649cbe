"""Pinyin of column names: initials from the order of GB 2312, syllables from a table."""

from __future__ import annotations

import pytest

from app.core import pinyin
from app.services.exchange.names import aliases_of
from app.services.exchange.sheets import SHEETS


@pytest.mark.parametrize(
    ("text", "first", "whole"),
    [
        ("物料编码", "wlbm", "wuliaobianma"),
        ("交货日期", "jhrq", "jiaohuoriqi"),
        ("数量(PCS)", "sl(PCS)", "shuliang(PCS)"),
        ("PO号", "POh", "POhao"),
        ("", "", ""),
    ],
)
def test_texts_are_spelled(text: str, first: str, whole: str) -> None:
    assert pinyin.initials(text) == first
    assert pinyin.spelled(text) == whole


def test_characters_without_a_syllable_have_the_letter_of_their_place() -> None:
    assert pinyin.initials("佛山石膏") == "fssg"
    assert pinyin.spelled("膏") == "g"


def test_rare_and_traditional_characters_stay() -> None:
    assert pinyin.initials("銷氿") == "銷氿"


def test_every_character_of_the_columns_that_matter_has_its_syllable() -> None:
    """Of columns that a file must have; for others the first letters do."""
    signs = {
        sign
        for sheet in SHEETS
        for column in sheet.columns
        if column.required or column.key in sheet.identity
        for alias in aliases_of(sheet.key, column.key)
        for sign in alias.name.plain
        if "\u4e00" <= sign <= "\u9fff"
    }
    assert sorted(sign for sign in signs if not pinyin.known(sign)) == []
