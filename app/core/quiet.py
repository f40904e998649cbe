"""Work on many objects, without the collector looking through all of them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 2**30


@contextmanager
def uncollected() -> Iterator[None]:
    """Stops the search for reference cycles; what is no longer used is freed all the same.

    Each search walks through every object of the problem: a third of the time at 100,000
    operations.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def old_uncollected() -> Iterator[None]:
    """Looks for reference cycles only among what is new.

    For a search that takes long and keeps a large problem: to look through all of that takes
    some tenths of a second, in which nothing else is done, and finds nothing.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)
