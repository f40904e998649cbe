"""``python -m app``: the window without a command, the command line with one."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys


def main() -> int:
    # A windowed program on Windows has no console: libraries that print must not fail.
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    window = _window_arguments(sys.argv[1:])
    if window is not None:
        # Modules and mapped classes stay to the end: no search for cycles need look at them,
        # neither while they are made (a twentieth of the start) nor between two frames.
        gc.disable()
        from app.main import run

        gc.freeze()
        gc.enable()
        return run(**window)
    from app.cli import main as command_line

    return command_line(sys.argv[1:])


def _window_arguments(arguments: list[str]) -> dict[str, str] | None:
    """What ``run`` is given, or None when the arguments name a command."""
    wanted: dict[str, str] = {}
    options = {"--database": "database_url", "--language": "language"}
    rest = list(arguments)
    while rest:
        word, _, value = rest.pop(0).partition("=")
        if word == "window":
            continue
        if word not in options:
            return None
        if not value:
            if not rest:
                return None
            value = rest.pop(0)
        wanted[options[word]] = value
    return wanted


if __name__ == "__main__":
    # First of all, or a child process of the bundled program would open another window.
    multiprocessing.freeze_support()
    sys.exit(main())
