"""The undo stack: work first, then remember; conflicts drop out of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import Conflict
from app.core.messages import Message, message
from app.views.edits import EditStack
from app.views.undoing import Undoing, UndoScope


@dataclass(frozen=True)
class Add:
    amount: int

    @property
    def label(self) -> Message:
        return message("cli.printed_travelers", sheets=self.amount, pages=0, file="x")

    def inverse(self) -> Add:
        return Add(-self.amount)


class Counter:
    """A world that can refuse."""

    def __init__(self) -> None:
        self.value = 0
        self.refuse = False
        self.language = "en"

    def put(self, edit: Any) -> None:
        if self.refuse:
            raise Conflict(message("cli.import_refused"))
        self.value += edit.amount

    def text(self, label: Message) -> str:
        return label.text(self.language)


@pytest.fixture
def world() -> Counter:
    return Counter()


@pytest.fixture
def edits(qapp: QApplication, world: Counter) -> EditStack:
    return EditStack(world.put, world.text)


def test_an_edit_is_done_once_and_can_be_undone_and_redone(
    edits: EditStack, world: Counter
) -> None:
    assert edits.apply(Add(2))
    assert edits.apply(Add(3))
    assert world.value == 5
    edits.stack.undo()
    assert world.value == 2
    edits.stack.redo()
    edits.stack.setIndex(0)
    assert world.value == 0


def test_a_refused_edit_is_told_and_not_remembered(
    qtbot: QtBot, edits: EditStack, world: Counter
) -> None:
    world.refuse = True
    with qtbot.waitSignal(edits.failed):
        assert not edits.apply(Add(2))
    assert edits.stack.count() == 0


def test_a_conflict_on_undo_takes_the_step_off_the_stack(
    qtbot: QtBot, edits: EditStack, world: Counter
) -> None:
    edits.apply(Add(2))
    edits.apply(Add(3))
    world.refuse = True
    with qtbot.waitSignal(edits.failed):
        edits.stack.undo()
    assert edits.stack.count() == 1
    world.refuse = False
    edits.stack.undo()
    assert world.value == 3


def test_a_saved_edit_is_remembered_without_doing_it_again(
    edits: EditStack, world: Counter
) -> None:
    edits.record(Add(7))
    assert world.value == 0
    edits.stack.undo()
    assert world.value == -7


def test_steps_are_named_in_the_language_now_spoken(edits: EditStack, world: Counter) -> None:
    edits.apply(Add(2))
    english = edits.stack.undoText()
    world.language = "zh"
    edits.retranslate()
    assert edits.stack.undoText() == Add(2).label.text("zh") != english


@dataclass(frozen=True)
class AddPlan(Add):
    heavy = True

    def inverse(self) -> AddPlan:
        return AddPlan(-self.amount)


class Delayed:
    """Puts heavy edits through when a test says so."""

    def __init__(self, world: Counter) -> None:
        self.world = world
        self.waiting: list[tuple[Any, Any, Any]] = []

    def later(self, edit: Any, then: Any, failed: Any) -> None:
        self.waiting.append((edit, then, failed))

    def end(self) -> None:
        edit, then, failed = self.waiting.pop(0)
        try:
            self.world.put(edit)
        except Conflict as conflict:
            failed(conflict)
        else:
            then(None)


def test_a_heavy_step_is_undone_in_a_job_and_what_follows_waits_for_it(
    qapp: QApplication, qtbot: QtBot, world: Counter
) -> None:
    delayed = Delayed(world)
    edits = EditStack(world.put, world.text, later=delayed.later)
    edits.apply(Add(1))
    edits.record(AddPlan(10))
    world.value += 10
    edits.apply(Add(100))
    edits.undo()
    assert world.value == 11
    edits.undo()
    assert edits.busy
    assert world.value == 11  # the job has not ended
    edits.undo()  # waits
    assert len(delayed.waiting) == 1
    with qtbot.waitSignal(edits.applied):
        delayed.end()
    assert world.value == 0
    assert edits.stack.index() == 0
    edits.go_to(3)  # forward through the heavy one
    assert world.value == 1
    delayed.end()
    assert world.value == 111
    assert not edits.busy


def test_a_heavy_step_that_is_refused_is_told_and_goes_no_further(
    qapp: QApplication, qtbot: QtBot, world: Counter
) -> None:
    delayed = Delayed(world)
    edits = EditStack(world.put, world.text, later=delayed.later)
    edits.apply(Add(1))
    edits.record(AddPlan(10))
    world.value += 10
    edits.go_to(0)
    world.refuse = True
    with qtbot.waitSignal(edits.failed):
        delayed.end()
    world.refuse = False
    assert world.value == 11
    assert not edits.busy
    edits.redo()  # the step that could not be undone is not offered again
    assert world.value == 11
    assert edits.stack.count() == 1


def test_undo_goes_through_the_documents_that_are_shown_the_newest_step_first(
    qapp: QApplication, world: Counter
) -> None:
    clock = count()

    def make() -> EditStack:
        return EditStack(world.put, world.text, clock=clock)

    working = make()
    undoing = Undoing(working, make, working)
    one, other, plans = (undoing.stack(name) for name in ("one", "other", "list"))
    for stack, amount in ((plans, 1), (one, 2), (other, 4), (working, 8), (one, 16)):
        assert stack.apply(Add(amount))
    undoing.show(UndoScope(("one", "list")))
    for left in (15, 13, 12, 12):  # nothing of the other document, nothing of the plan
        undoing.undo()
        assert world.value == left
    assert not undoing.undo_text()
    for right in (13, 15, 31, 31):
        undoing.redo()
        assert world.value == right
    assert working.apply(Add(32))
    undoing.show(UndoScope(("other", "list"), beside=lambda edit: edit.amount == 32))
    named = undoing.undo_text()
    assert named == Add(32).label.text("en")
    undoing.undo()
    undoing.undo()
    assert world.value == 30  # the step beside, then that of the list, which was redone last
    undoing.show(UndoScope())
    undoing.undo()
    assert world.value == 22
