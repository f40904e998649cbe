"""The reading child: limits, and a new one when a file has ended the old."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.services.exchange import child as child_module
from app.services.exchange.cells import Trouble
from app.services.exchange.child import ReadingChild
from app.services.exchange.reading import read_pages

WORKBOOKS = Path(__file__).resolve().parents[4] / "shared" / "data" / "workbooks"


def _table(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_text("料号,品名\nA-1,线条\n", encoding="utf-8")
    return path


def test_files_share_a_child_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    path = _table(tmp_path, "a.csv")
    with ReadingChild() as child:
        assert child(path) == read_pages(path)
        first = child._process
        assert first is not None
        assert child(path) == read_pages(path)
        assert child._process is first
        assert first.pid is not None
        os.kill(first.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        first.join()
        assert child(path) == Trouble("parser_died")
        assert child(path) == read_pages(path)


def test_a_child_that_does_not_answer_in_time_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, other_end = multiprocessing.Pipe()
    answer = child_module._answer
    late = time.monotonic() - 1
    monkeypatch.setattr(child_module, "_answer", lambda _pipe, pid, _end: answer(silent, pid, late))
    with ReadingChild() as child:
        assert child(_table(tmp_path, "a.csv")) == Trouble("too_slow")
        assert child._process is None
    silent.close()
    other_end.close()


@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason="the odd workbooks are not here")
def test_odd_workbooks_are_read_or_refused() -> None:
    answers = {}
    with ReadingChild() as child:
        for path in sorted(WORKBOOKS.iterdir()):
            if path.is_file():
                answers[path.name] = child(path)
    assert answers
    died = {name for name, answer in answers.items() if answer == Trouble("parser_died")}
    assert died == set()
