"""A wish to stop is heard by whatever looks up, and by nobody who was not asked to heed it."""

from __future__ import annotations

import threading

import pytest

from app.core.watch import Stopped, heeding, look, looking


def test_work_stops_at_its_next_look_and_only_where_the_wish_is_heeded() -> None:
    done: list[int] = []
    with pytest.raises(Stopped), heeding(lambda: len(done) >= 5):
        done.extend(looking(range(100), 2))
    assert done == [0, 1, 2, 3, 4, 5]
    look()
    assert list(looking(range(5), 2)) == [0, 1, 2, 3, 4]


def test_another_thread_is_not_stopped() -> None:
    heard: list[str] = []

    def other() -> None:
        look()
        heard.append("went on")

    with heeding(lambda: True):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert heard == ["went on"]
