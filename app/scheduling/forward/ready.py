"""Whether kernels are compiled for this machine; nothing heavy is imported to know it.

Compiling takes minutes. It is the set-up's work, never that of somebody who waits for a plan: where
it has not been done, the Python floor makes the same plans.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
DISPATCHER, REPAIR = HERE, HERE.parent / "pushing"
"""Folders of kernels; the repair takes in much of the dispatcher's."""
PLAIN = {
    *("__init__.py", "__main__.py", "arrays.py", "build.py", "columns.py", "cover.py"),
    *("given.py", "modes.py", "pusher.py", "ready.py", "resources.py"),
}
"""Sources of which nothing is compiled."""
NUMBERS = ("dispatch.py", "problem.py", "shop.py", "repair/gesture.py")
"""Sources outside whose constants are compiled in."""


def is_ready(folder: Path = DISPATCHER) -> bool:
    """Whether what is on disk was compiled from these sources, for this processor."""
    try:
        return _mark(folder).read_text("ascii") == _fingerprint(folder)
    except (OSError, PackageNotFoundError, ImportError):
        return False


def mark_ready(folder: Path = DISPATCHER) -> None:
    """Remembers that all is compiled; where nothing can be written, it is not."""
    with suppress(OSError):
        _mark(folder).write_text(_fingerprint(folder), "ascii")


def drop_stale_code(folder: Path = DISPATCHER) -> None:
    """Forgets what was compiled from other sources.

    numba looks at the file of an entry only, not at those of the functions it calls.
    """
    if not is_ready(folder):
        for file in (folder / "__pycache__").glob("*.nb?"):
            file.unlink(missing_ok=True)


def _mark(folder: Path) -> Path:
    return folder / "__pycache__" / f"ready.{sys.implementation.cache_tag}"


def _fingerprint(folder: Path) -> str:
    from llvmlite.binding import get_host_cpu_name

    found = hashlib.sha256(version("numba").encode())
    found.update(get_host_cpu_name().encode())
    for source in chain(sorted(HERE.glob("*.py")), sorted(folder.glob("*.py"))):
        if source.name not in PLAIN:
            found.update(source.read_bytes())
    for name in NUMBERS:
        found.update((HERE.parent / name).read_bytes())
    return found.hexdigest()
