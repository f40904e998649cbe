"""Parsing in a process of its own: a hostile file can end that one, not the program."""

from __future__ import annotations

import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from app.services.exchange.cells import Page, Trouble

SECONDS = 60.0
MEMORY = 2 * 2**30
_POLL = 0.05


def read_in_child(path: Path, seconds: float = SECONDS) -> list[Page] | Trouble:
    """The pages of a file, read in a child with limits of time and memory."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(str(path), theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        return _answer(mine, child.pid or 0, time.monotonic() + seconds)
    finally:
        if child.is_alive():
            child.terminate()
        child.join()
        child.close()
        mine.close()


def _answer(mine: Connection, pid: int, deadline: float) -> list[Page] | Trouble:
    while not mine.poll(_POLL):
        if time.monotonic() > deadline:
            return Trouble("too_slow")
        if not sys.platform.startswith("linux") and _memory(pid) > MEMORY:
            return Trouble("bomb")
    try:
        answer: list[Page] | Trouble = mine.recv()
    except EOFError:
        return Trouble("parser_died")
    return answer


def _memory(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _work(path: str, theirs: Connection) -> None:
    _limit()
    from app.services.exchange.reading import read_pages

    theirs.send(read_pages(Path(path)))
    theirs.close()


def _limit() -> None:
    """Address space and processor seconds, where the system can limit them."""
    if sys.platform.startswith("linux"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 5))
