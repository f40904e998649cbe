"""The written word stays true: links lead somewhere, shown commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"^(?:python3 go\.py run|python -m app)\s+(\S[^#\n]*)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shown_commands_are_understood(page: Path) -> None:
    for command in COMMAND.findall(page.read_text("utf-8")):
        if "--help" not in command and not re.search(r"\b[A-Z]{3,}\b|…|\.\.\.", command):
            cli._parser().parse_args(shlex.split(command))


def test_readme_begins_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    commands = [line.split("#")[0].strip() for line in lines if line.startswith("python3 go.py")]
    assert commands[:2] == ["python3 go.py", "python3 go.py test"]
