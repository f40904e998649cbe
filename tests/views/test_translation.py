"""Every text of the views is translated, and the compiled files are those of the sources."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.views import translation

LANGUAGES = sorted(translation.LANGUAGES)


def texts(path: Path) -> dict[tuple[str, str], list[str]]:
    """Translations by (context, source); an unfinished one is empty."""
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            node = message.find("translation")
            forms = [form.text or "" for form in node.iter("numerusform")] or [node.text or ""]
            unfinished = node.get("type") == "unfinished"
            found[name, message.findtext("source") or ""] = [""] if unfinished else forms
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_code_is_missing_or_unfinished(language: str, tmp_path: Path) -> None:
    """If this fails: python -m app.views.translation, then translate what is unfinished."""
    fresh = tmp_path / "fresh.ts"
    shutil.copy(translation.source_file(language), fresh)
    translation.collect(language, fresh)
    kept, wanted = texts(translation.source_file(language)), texts(fresh)
    assert sorted(set(wanted) - set(kept)) == [], "not collected"
    assert sorted(key for key, forms in wanted.items() if not all(forms)) == [], "untranslated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_file_is_that_of_its_source(language: str, tmp_path: Path) -> None:
    compiled = tmp_path / "fresh.qm"
    translation.compile_to(translation.source_file(language), compiled)
    assert compiled.read_bytes() == translation.compiled_file(language).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    import string

    for (context, source), forms in texts(translation.source_file(language)).items():
        wanted = {name for _, name, _, _ in string.Formatter().parse(source) if name}
        for form in forms:
            named = {name for _, name, _, _ in string.Formatter().parse(form) if name}
            assert named == wanted, (context, source)
