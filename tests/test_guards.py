"""The guards of conftest.py catch what they are there for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GUARDED = """
import threading, warnings
from PySide6.QtCore import QThread, QTimer, qWarning

kept = []

def keep(thing):
    kept.append(thing)
    return thing

def test_clean(qapp):
    assert qapp.font().family() == "WenQuanYi Micro Hei"

def test_python_thread():
    keep(threading.Thread(target=threading.Event().wait, args=[1.5])).start()

def test_qt_timer(qapp):
    keep(QTimer()).start(60_000)

def test_qt_thread(qapp):
    keep(QThread()).start()

def test_qt_warning(qtbot):
    qWarning("something is wrong")

def test_python_warning():
    warnings.warn("something is old", DeprecationWarning)
"""


def test_each_leftover_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", "utf-8")
    (tmp_path / "test_guarded.py").write_text(GUARDED, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    found = re.findall(r"^(FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE)
    assert sorted(found) == [
        ("ERROR", "test_python_thread"),
        ("ERROR", "test_qt_thread"),
        ("ERROR", "test_qt_timer"),
        ("FAILED", "test_python_warning"),
        ("FAILED", "test_qt_warning"),
    ], done.stdout
