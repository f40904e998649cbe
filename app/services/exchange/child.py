"""Parsing in a process of its own: a hostile file can end that one, not the program."""

from __future__ import annotations

import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType

from app.services.exchange.cells import Page, Trouble
from app.services.exchange.text_shape import TextWanted

SECONDS = 60.0
"""For one file, by the clock and of processor time."""
MEMORY = 2 * 2**30
_POLL = 0.05


class ReadingChild:
    """Reads files one after the other in a child with limits of time and memory.

    The child starts with the first file; a file that ends it costs the next one a new child.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> ReadingChild:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __call__(self, path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble:
        """The pages of a file, or why it cannot be read; ``wanted``: see ``read_pages``."""
        process, pipe = self._running()
        answer: list[Page] | Trouble
        try:
            pipe.send((str(path), wanted))
            answer = _answer(pipe, process.pid or 0, time.monotonic() + self._seconds)
        except OSError:  # it ended between two files
            answer = Trouble("parser_died")
        if isinstance(answer, Trouble) and answer.code in _ENDED:
            self.close()
        return answer

    def close(self) -> None:
        if self._process is None or self._pipe is None:
            return
        self._pipe.close()
        self._process.terminate()
        self._process.join()
        self._process.close()
        self._process = self._pipe = None

    def _running(self) -> tuple[SpawnProcess, Connection]:
        if self._process is None or self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, self._seconds), daemon=True)
            self._process.start()
            theirs.close()
        return self._process, self._pipe


_ENDED = {"too_slow", "parser_died", "bomb"}
"""Answers after which a child is given up: dead, busy, or full."""


def read_in_child(path: Path, seconds: float = SECONDS) -> list[Page] | Trouble:
    """The pages of one file, read in a child of its own."""
    with ReadingChild(seconds) as child:
        return child(path)


def _answer(pipe: Connection, pid: int, deadline: float) -> list[Page] | Trouble:
    while not pipe.poll(_POLL):
        if time.monotonic() > deadline:
            return Trouble("too_slow")
        if not sys.platform.startswith("linux") and _memory(pid) > MEMORY:
            return Trouble("bomb")
    try:
        answer: list[Page] | Trouble = pipe.recv()
    except EOFError:
        return Trouble("parser_died")
    return answer


def _memory(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _work(pipe: Connection, seconds: float) -> None:
    from app.services.exchange.reading import read_pages

    while True:
        try:
            path, wanted = pipe.recv()
        except EOFError:  # the parent has gone
            return
        _limit(seconds)
        pipe.send(read_pages(Path(path), wanted))


def _limit(seconds: float) -> None:
    """Address space and processor seconds for the next file, where the system limits them."""
    if sys.platform.startswith("linux"):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        hardest = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if hardest != resource.RLIM_INFINITY:
            most = min(most, hardest)
        resource.setrlimit(resource.RLIMIT_CPU, (most, hardest))
