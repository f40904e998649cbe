"""Every sentence exists in every language, with the same values, and every code used exists."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.format import duration, moment, number
from app.core.messages import LANGUAGES, catalogue, message

APP = Path(__file__).resolve().parents[2] / "app"
AREAS = {code.split(".")[0] for code in catalogue("en")}
USED = re.compile(r'\b(?:message|Message)\(\s*"([a-z_]+\.[a-z0-9_]+)"')


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_all_languages_hold_the_same_codes() -> None:
    codes = {language: set(catalogue(language)) for language in LANGUAGES}
    for language in LANGUAGES:
        assert codes[language] == codes["en"], language


def test_a_sentence_has_the_same_placeholders_in_all_languages() -> None:
    wrong = [
        code
        for code, sentence in catalogue("en").items()
        if placeholders(sentence) != placeholders(catalogue("zh")[code])
    ]
    assert wrong == []


def test_every_code_that_the_program_names_exists() -> None:
    used = {code for path in APP.rglob("*.py") for code in USED.findall(path.read_text("utf-8"))}
    assert used, "the pattern finds nothing any more"
    assert sorted(used - set(catalogue("en"))) == []


def test_chinese_sentences_are_chinese() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    bare = [
        code
        for code, sentence in catalogue("zh").items()
        if not chinese.search(sentence)
        and re.search(r"[A-Za-z]{4}", re.sub(r"{.*?}", "", sentence))
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_filled_in_exactly(language: str) -> None:
    at = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
    text = message("reports.printed", by=["a", Decimal("2.50")], at=at).text(language)
    assert "2.5" in text
    assert "2026-11-23 10:20" in text


def test_numbers_moments_and_durations() -> None:
    at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert number(Decimal("100")) == "100"
    assert number(Decimal("1E+2")) == "100"
    assert number(Decimal("0.500")) == "0.5"
    assert moment(at, "en", today=date(2026, 1, 1)) == "11-23 Mon 14:30"
    assert moment(at, "zh", today=date(2027, 1, 1)) == "2026-11-23 周一 14:30"
    assert duration(45, "en") == "45 min"
    assert duration(200, "en") == "3 h 20"
    assert duration(120, "zh") == "2 时"
    assert duration(-200, "en") == "-3 h 20"
    assert duration(3 * 1440 + 60, "zh") == "3 天 1 时"
