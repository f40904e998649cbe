"""A wish to stop, heard by whatever is being done: nobody has to hand it down from call to call.

Long work looks up now and then (``look``); whoever began it under ``heeding`` catches ``Stopped``
and says what there is so far. Work that nobody began that way is never stopped. A wish is heard in
the thread in which it is heeded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_stop: ContextVar[Callable[[], bool] | None] = ContextVar("stop", default=None)


class Stopped(Exception):
    """Somebody has said stop before the work was done."""


@contextmanager
def heeding(stop: Callable[[], bool]) -> Iterator[None]:
    """What looks up in here raises Stopped once ``stop`` says so."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


def look() -> None:
    """Raises Stopped if somebody wants it; costs next to nothing. To be called every 0.05 s."""
    stop = _stop.get()
    if stop is not None and stop():
        raise Stopped


def looking(items: Sequence[T], every: int = 4000) -> Iterator[T]:
    """The items, with a look before each so many."""
    for at in range(0, len(items), every):
        look()
        yield from items[at : at + every]
