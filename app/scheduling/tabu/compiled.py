"""``compiled``: the decorator of the kernel's functions, and where their machine code is kept.

numba looks only at the file of a function to see whether its code on disk is stale, not at what it
calls. So the folder's name holds a digest of all files of the packages that use it. It lies in the
user's cache, which is writable where the program itself is not; where nothing is writable, nothing
is kept.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import config as numba_config
from numba import njit
from platformdirs import user_cache_path


def _folder() -> Path:
    digest = hashlib.sha256(sys.version.encode())
    here = Path(__file__).parent
    users = (here, here.parent / "project", here.parent / "urgency")
    for path in sorted(path for folder in users for path in folder.glob("*.py")):
        digest.update(path.read_bytes())
    return user_cache_path("taktline", appauthor=False) / f"compiled-{digest.hexdigest()[:16]}"


def _kept(folder: Path) -> bool:
    """Whether compiled code can be kept there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


_FOLDER = _folder()
_KEPT = _kept(_FOLDER)


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled by numba, without the interpreter's lock, kept on disk.

    numba reads its setting of the folder when it decorates; other packages keep theirs.
    """
    config: Any = numba_config
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(_FOLDER)
    try:
        return njit(cache=_KEPT, nogil=True)(function)
    finally:
        config.CACHE_DIR = before
