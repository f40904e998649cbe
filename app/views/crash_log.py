"""The last resort: what nobody foresaw is logged, and shown once with details to copy."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

log = logging.getLogger("app")

LOG_BYTES = 1_000_000
LOG_FILES = 3


def log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("taktline", appauthor=False, ensure_exists=True)


def start_log(folder: Path) -> IO[str]:
    """Log to ``taktline.log``; a crash of the interpreter leaves its stacks in ``crash.log``.

    The returned file must stay open as long as the program runs.
    """
    handler = RotatingFileHandler(
        folder / "taktline.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    crashes = (folder / "crash.log").open("a", encoding="utf-8")
    faulthandler.enable(crashes)
    return crashes


class ExceptionHook:
    """Takes over ``sys.excepthook`` and ``threading.excepthook`` until ``remove``."""

    def __init__(self, show: Callable[[BaseException], None]) -> None:
        self._show = show
        self._shown: set[str] = set()
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        log.critical("Not foreseen", exc_info=(kind, error, trace))
        # The same fault in a timer or a paint event would ask again many times a second.
        place = f"{kind.__name__} {_last_line(trace)}"
        if place not in self._shown:
            self._shown.add(place)
            self._show(error)

    def _on_thread_exception(self, found: threading.ExceptHookArgs) -> None:
        log.critical(
            "Not foreseen in a thread",
            exc_info=(found.exc_type, found.exc_value or found.exc_type(), found.exc_traceback),
        )


def _last_line(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
