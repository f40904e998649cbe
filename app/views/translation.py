"""Collects the texts of the views and compiles their translations: for developers.

    python -m app.views.translation

Run it after a text in ``tr`` was added or changed, translate what is unfinished in
``resources/i18n/taktline_zh_CN.ts`` (a text editor or Linguist), and run it again. The English file
holds plural forms only. A test fails while something is unfinished or the compiled files are old.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = {"zh_CN": [], "en": ["-pluralonly"]}


def source_file(language: str) -> Path:
    return FOLDER / f"taktline_{language}.ts"


def compiled_file(language: str) -> Path:
    return FOLDER / f"taktline_{language}.qm"


def sources() -> list[Path]:
    """Every file whose texts are shown by Qt."""
    return sorted((ROOT / "app" / "views").rglob("*.py"))


def collect(language: str, target: Path) -> None:
    """Bring ``target`` up to date with the texts in the code; translations stay."""
    _run(
        "pyside6-lupdate",
        *map(str, sources()),
        "-ts",
        str(target),
        "-source-language",
        "en",
        "-target-language",
        language,
        "-no-obsolete",
        "-locations",
        "none",
        *LANGUAGES[language],
    )


def compile_to(source: Path, target: Path) -> None:
    _run("pyside6-lrelease", "-silent", "-nounfinished", str(source), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    command = [str(Path(sys.executable).parent / f"{tool}{suffix}"), *arguments]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    for language in LANGUAGES:
        collect(language, source_file(language))
        compile_to(source_file(language), compiled_file(language))


if __name__ == "__main__":
    main()
