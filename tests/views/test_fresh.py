"""Readings whose answers overtake each other, with real threads."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from app.core.errors import AppError
from app.core.messages import message
from app.models.database import Database
from app.views.context import AppContext
from app.views.fresh import LatestReading


class Heard(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str] = []

    @Slot(object)
    def hear(self, answer: str) -> None:
        self.answers.append(answer)


def test_of_several_questions_only_the_newest_is_answered(
    qtbot: QtBot, context: AppContext
) -> None:
    go, ended = threading.Event(), threading.Event()

    def slow(_: Database) -> str:
        assert go.wait(20)
        ended.set()
        return "older"

    heard = Heard()
    reading = LatestReading(heard, context, heard.hear)
    reading.ask(slow)
    reading.ask(lambda _, word: word, "newer")
    qtbot.waitUntil(lambda: heard.answers == ["newer"])
    go.set()
    qtbot.waitUntil(lambda: ended.is_set() and not context.jobs.busy())
    assert heard.answers == ["newer"]
    reading.ask(lambda _: "again")
    qtbot.waitUntil(lambda: heard.answers == ["newer", "again"])


def test_a_failed_reading_is_told_and_the_next_one_answered(
    qtbot: QtBot, context: AppContext
) -> None:
    def refuse(_: Database) -> str:
        raise AppError(message("orders.gone"))

    heard = Heard()
    reading = LatestReading(heard, context, heard.hear)
    with qtbot.waitSignal(context.noticed):
        reading.ask(refuse)
    reading.ask(lambda _: "there")
    qtbot.waitUntil(lambda: heard.answers == ["there"])
