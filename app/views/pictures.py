"""Pictures of every page, in both languages and both themes: documentation and headless runs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QSettings, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.views import theme
from app.views.context import AppContext
from app.views.pages import PAGES
from app.views.theme import Choice
from app.views.window import MainWindow

SIZE = (1600, 900)
LANGUAGES = ("zh", "en")
THEMES = (Choice.LIGHT, Choice.DARK)
SECONDS_TO_SETTLE = 60.0
POLL_MS = 25
QUIET_POLLS = 4
"""So many looks in a row must find no job running before a picture is taken."""


class Settled(QObject):
    """Runs the event loop until nothing is being read any more."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._busy = busy
        self._quiet = 0
        self._loop = QEventLoop(self)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer)

    def wait(self, seconds: float) -> None:
        """TimeoutError if a page is still busy after that."""
        self._left = round(seconds * 1000 / POLL_MS)
        self._timer.start()
        self._loop.exec()
        self._timer.stop()
        if self._left <= 0:
            raise TimeoutError("A page did not come to rest")

    @Slot()
    def _on_timer(self) -> None:
        self._left -= 1
        self._quiet = 0 if self._busy() else self._quiet + 1
        if self._quiet >= QUIET_POLLS or self._left <= 0:
            self._loop.quit()


def save_pictures(
    database: Any,
    folder: Path,
    *,
    actor: str = "taktline",
    size: tuple[int, int] = SIZE,
    languages: Sequence[str] = LANGUAGES,
    themes: Sequence[Choice] = THEMES,
) -> list[Path]:
    """Draw each page as ``<page>-<language>-<theme>.png`` into ``folder``; works without a display.

    The pages show what ``database`` holds; the first order is opened in the order list.
    """
    folder.mkdir(parents=True, exist_ok=True)
    application = _application()
    with tempfile.TemporaryDirectory() as name:
        settings = QSettings(str(Path(name) / "pictures.ini"), QSettings.Format.IniFormat)
        saved: list[Path] = []
        context = AppContext(
            database, actor, settings=settings, language=languages[0], theme=themes[0]
        )
        window = MainWindow(context)
        window.open_first_page()
        window.resize(*size)
        window.show()
        context.changes.look()
        try:
            for language in languages:
                context.set_language(language)
                for choice in themes:
                    context.set_theme(choice)
                    saved += _all_pages(window, folder, f"{language}-{choice.value}")
        finally:
            window.close()
            window.deleteLater()
            context.deleteLater()
            application.processEvents()
    return saved


def _all_pages(window: MainWindow, folder: Path, suffix: str) -> list[Path]:
    saved = []
    for entry in PAGES:
        page = window.show_page(entry.key)
        Settled(window.context.jobs.busy).wait(SECONDS_TO_SETTLE)
        page.show_example()
        Settled(window.context.jobs.busy).wait(SECONDS_TO_SETTLE)
        path = folder / f"{entry.key.replace('_', '-')}-{suffix}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"{path} could not be written")
        saved.append(path)
    return saved


def _application() -> QApplication:
    """The running application, or one that needs no display."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    displays = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in displays):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(["taktline"])
    application.setFont(theme.load_fonts())
    return application
