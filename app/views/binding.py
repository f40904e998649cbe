"""Whether this PySide6 may run on this Python."""

from __future__ import annotations

import sys

import PySide6

from app.core.errors import Unavailable
from app.core.messages import message

LOSES_REFERENCES = (6, 12)
"""From this version on, each call that returns None drops a reference to it."""
IMMORTAL_CONSTANTS = (3, 12)
"""From this Python on, None, True and False are not counted, so that nothing is lost."""


def check_binding(
    binding: str = PySide6.__version__, python: tuple[int, ...] = tuple(sys.version_info[:3])
) -> None:
    """Raise Unavailable for a pair that aborts the process after some thousand calls."""
    release = tuple(int(part) for part in binding.split(".")[:2])
    if release >= LOSES_REFERENCES and python < IMMORTAL_CONSTANTS:
        running = ".".join(map(str, python))
        raise Unavailable(message("setup.bad_binding", binding=binding, python=running))
