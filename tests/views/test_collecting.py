"""Garbage with widgets in it is never collected in a job's thread."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.views.context import AppContext
from tests.views.conftest import MakeContext


class Closed(QWidget):
    """A widget that refers to itself, as every widget with its own bound methods does."""

    def __init__(self, ended_in: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ended_in.append(threading.get_ident()))


def _busy(stop: Any, report: Any) -> int:
    """Allocates enough to set off an automatic collector many times over."""
    kept = []
    for number in range(200_000):
        pair: list[Any] = [number]
        pair.append(pair)
        kept.append(pair)
        if len(kept) > 1000:
            kept.clear()
    return threading.get_ident()


def test_a_closed_widget_ends_in_the_gui_thread(context: AppContext, qtbot: QtBot) -> None:
    ended: list[int] = []
    gc.collect()
    Closed(ended)
    with qtbot.waitSignal(context.jobs.start(_busy).finished):
        pass
    gc.collect()
    assert ended == [threading.get_ident()]


def test_the_automatic_collector_is_on_again_when_the_last_context_closes(
    make_context: MakeContext,
) -> None:
    first, second = make_context(), make_context()
    assert not gc.isenabled()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert gc.isenabled()


def test_the_timer_does_the_work(context: AppContext, qtbot: QtBot) -> None:
    context._collector.collect()
    before = gc.get_stats()[0]["collections"]
    kept = [[number] for number in range(5000)]
    qtbot.waitUntil(lambda: gc.get_stats()[0]["collections"] > before, timeout=5000)
    assert len(kept) == 5000
