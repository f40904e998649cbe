"""Jobs: results and failures arrive in the GUI thread, cancel reaches the work."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread
from pytestqt.qtbot import QtBot

from app.core.errors import RuleBroken
from app.core.messages import message
from app.views.jobs import Job, Jobs, Step, Stop


class Listener(QObject):
    """Notes what arrives, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []
        self.threads: set[QThread] = set()

    def hear(self, value: Any) -> None:
        self.heard.append(value)
        self.threads.add(QThread.currentThread())


def test_reports_and_result_arrive_in_the_gui_thread(qtbot: QtBot) -> None:
    worked_in = []

    def work(stop: Stop, report: Any) -> str:
        worked_in.append(threading.current_thread())
        report(Step(1, 2))
        report(Step(2, 2))
        return "done"

    listener = Listener()
    job = Job(work)
    job.progressed.connect(listener.hear)
    job.succeeded.connect(listener.hear)
    with qtbot.waitSignal(job.finished):
        job.start()
    assert listener.heard == [Step(1, 2), Step(2, 2), "done"]
    assert listener.threads == {QCoreApplication.instance().thread()}
    assert worked_in[0] is not threading.main_thread()
    assert not job.running()


@pytest.mark.parametrize(
    "error", [RuleBroken(message("cli.import_refused")), ZeroDivisionError("a bug")]
)
def test_a_failure_arrives_instead_of_a_result(qtbot: QtBot, error: Exception) -> None:
    def work(stop: Stop, report: Any) -> None:
        raise error

    listener, results = Listener(), Listener()
    job = Job(work)
    job.failed.connect(listener.hear)
    job.succeeded.connect(results.hear)
    with qtbot.waitSignal(job.finished):
        job.start()
    assert listener.heard == [error]
    assert results.heard == []


def test_cancel_reaches_the_work_and_its_answer_still_arrives(qtbot: QtBot) -> None:
    def work(stop: Stop, report: Any) -> str:
        assert stop.wait(10)
        return "so far"

    listener = Listener()
    job = Job(work)
    job.succeeded.connect(listener.hear)
    with qtbot.waitSignal(job.finished):
        job.start()
        job.cancel()
    assert job.cancelled
    assert listener.heard == ["so far"]


def test_only_titled_jobs_are_announced_and_all_are_stopped(qtbot: QtBot) -> None:
    def until_stopped(stop: Stop, report: Any) -> None:
        stop.wait(10)

    jobs = Jobs()
    jobs.start(until_stopped)
    jobs.start(until_stopped, title=lambda: "Solving")
    assert [running.title() for running in jobs.announced()] == ["Solving"]
    with qtbot.waitSignals([jobs.changed, jobs.changed]):
        jobs.close()
    assert not jobs.busy()


def test_a_job_may_start_the_next_from_its_end(qtbot: QtBot) -> None:
    class Chain(QObject):
        def __init__(self, jobs: Jobs) -> None:
            super().__init__()
            self.jobs, self.left = jobs, 20

        def go(self, _value: Any = None) -> None:
            if self.left:
                self.left -= 1
                self.jobs.start(lambda stop, report: self.left, succeeded=self.go)

    jobs = Jobs()
    chain = Chain(jobs)
    chain.go()
    qtbot.waitUntil(lambda: not chain.left and not jobs.busy())
