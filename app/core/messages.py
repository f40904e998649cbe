"""Texts below the views: a code with values, turned into a sentence at the edge.

The catalogue is ``resources/messages/<language>/*.toml``: one table per area, code = sentence with
``{name}`` placeholders. Both languages hold the same codes with the same placeholders (tested).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
CATALOGUE = Path(__file__).resolve().parents[2] / "resources" / "messages"


@dataclass(frozen=True)
class Message:
    """A sentence to be: ``code`` is ``area.name``; values are plain or messages themselves."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in ``language``; KeyError if the code is missing (a bug, tested)."""
        sentence = catalogue(language)[self.code]
        return sentence.format_map({k: _plain(v, language) for k, v in self.values.items()})


@dataclass(frozen=True)
class Words(Message):
    """A word that data bring in both languages (a site's own field, a column of the workbook)."""

    def text(self, language: str) -> str:
        return str(self.values[language])


def words(zh: str, en: str) -> Words:
    return Words(en, {"zh": zh, "en": en})


def message(code: str, /, **values: object) -> Message:
    """Short form: ``message("reports.printed", by="Li", at=moment)``."""
    return Message(code, values)


def _plain(value: object, language: str) -> str:
    from app.core.format import plain

    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, (list, tuple)):
        joint = "、" if language == "zh" else ", "
        return joint.join(_plain(item, language) for item in value)
    return plain(value, language)


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of a language by code (``area.name``)."""
    sentences: dict[str, str] = {}
    for path in sorted((CATALOGUE / language).glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, sentence in table.items():
            sentences[f"{path.stem}.{name}"] = sentence
    return sentences
