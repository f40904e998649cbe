"""What keeps the project installable, layered and clean on every machine."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = {"build", "dist", "output", "wheels", "__pycache__"}
# Put together from pieces, so that this file does not hold what it forbids.
REGISTRY_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]
REGISTRY_OPTIONS = re.compile(r"--(extra-)?index-url|/simple/?\s*$", re.MULTILINE)

EMIT_AND_SET_TEXT = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

class Source(QObject):
    changed = Signal(bool)

application = QApplication([])
source, label = Source(), QLabel()
source.changed.connect(lambda value: None)
texts = [str(number) for number in range(1_000)]
before = sys.getrefcount(None), sys.getrefcount(True)
for _ in range(20_000):
    source.changed.emit(True)
for text in texts:
    label.setText(text)
after = sys.getrefcount(None), sys.getrefcount(True)
print(*[new - old for old, new in zip(before, after)])
"""


def run_tool(*arguments: str) -> None:
    """Run Python in the project; its output, or a failed test that shows it."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{arguments[1]} found:\n{done.stdout}{done.stderr}", pytrace=False)


def source_files(folder: Path = ROOT) -> Iterator[Path]:
    """The files of the project without what was made on this machine (a release has no git)."""
    for path in folder.iterdir():
        if path.name in MADE_HERE or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from source_files(path)
        else:
            yield path


def lock_entries() -> dict[str, list[str]]:
    """Lines of requirements.lock by pinned name; a name pinned twice keeps both entries' lines."""
    entries: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        pinned = re.match(r"([a-z0-9.-]+)==", line)
        if pinned:
            name = pinned[1] if pinned[1] not in entries else pinned[1] + " (second)"
            entries[name] = []
        if name:
            entries[name].append(line)
    return entries


def test_no_file_names_a_package_registry() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in source_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert not named


def test_lock_pins_every_package_by_hash_and_names_no_place() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert not REGISTRY_OPTIONS.search(text)
    without_hash = [
        name for name, lines in lock_entries().items() if "--hash=sha256:" not in "".join(lines)
    ]
    assert not without_hash


def test_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        declared += group
    names = [re.split(r"[\[=<>;! ]", line)[0].lower().replace("_", "-") for line in declared]
    assert not set(names) - set(lock_entries())


def test_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == app.__version__


def test_qt_binding_keeps_its_references() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one to True or None at each call until it aborts."""
    done = subprocess.run(
        [sys.executable, "-c", EMIT_AND_SET_TEXT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    drift = [int(word) for word in done.stdout.split()]
    # A few references come and go with caches; the defect loses thousands.
    assert all(abs(change) < 100 for change in drift), drift


def test_floors_know_only_what_is_below() -> None:
    command = "from importlinter.cli import lint_imports_command as command; command()"
    run_tool("-c", command, "--no-logo", "--no-cache")


def test_ruff_finds_nothing() -> None:
    run_tool("-m", "ruff", "check", "--quiet", ".")


def test_code_is_formatted() -> None:
    run_tool("-m", "ruff", "format", "--quiet", "--check", ".")


@pytest.mark.timeout(600)  # the first run on a machine fills the cache
def test_types_hold_below_the_views() -> None:
    run_tool("-m", "mypy", "--no-error-summary")
