"""Work that makes many objects and no cycles, without the collector looking through all of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
