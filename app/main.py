"""The program with a window: settings, log, the first page, then the plant."""

from __future__ import annotations

import getpass
import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from sqlalchemy.engine import URL, make_url

from app import __version__
from app.core.errors import AppError, NotFound, RuleBroken
from app.core.messages import message
from app.models.database import Database
from app.views import theme
from app.views.binding import check_binding
from app.views.context import AppContext
from app.views.crash_log import ExceptionHook, log_folder, start_log
from app.views.jobs import Stop
from app.views.settings import open_settings, recent_databases, remember_database
from app.views.window import MainWindow

if TYPE_CHECKING:
    from app.views.start_page import StartWindow

log = logging.getLogger(__name__)

EXIT_AFTER_PAINT = "TAKTLINE_EXIT_AFTER_PAINT"
"""Names a file: seconds and modules up to the first paint are written there, then it ends."""

DEMO_SECONDS = 5.0
"""Search for the demo's first plan; somebody waits for the window."""


def run(database_url: str | None = None, language: str | None = None) -> int:
    """Open the window; without a URL on the database used last, else on the first-start page."""
    try:
        check_binding()
    except AppError as error:
        print(error.message.text(language or "en"), file=sys.stderr)
        return 1
    application = QApplication(sys.argv[:1])
    application.setApplicationName("taktline")
    application.setApplicationDisplayName("Taktline")
    application.setApplicationVersion(__version__)
    application.setFont(theme.load_fonts())
    crashes = start_log(log_folder())
    program = Program(language)
    hook = ExceptionHook(program.show_fault)
    try:
        program.start(database_url)
        return application.exec()
    finally:
        hook.remove()
        crashes.close()


class Program(QObject):
    """Which window is open: the first-start page, or a plant."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language
        self._settings = open_settings()
        self._window: MainWindow | None = None
        self._start: StartWindow | None = None
        self._database: Database | None = None

    def start(self, url: str | None) -> None:
        """Open ``url``, else the plant of the last time, else ask."""
        last = next(iter(recent_databases(self._settings)), None)
        if url is not None:
            self.open_url(url)
        elif last is not None:
            self.open_again(last)
        else:
            self._show_start()

    @Slot(str)
    def open_again(self, url: str) -> None:
        """Open a plant that was there before: a file that is gone is not made anew, empty."""
        path = make_url(url).database if url.startswith("sqlite:") else None
        if path is not None and not Path(path).exists():
            self._show_start(NotFound(message("window.database_gone", path=path)))
            return
        self.open_url(url)

    @Slot(str)
    def open_url(self, url: str) -> None:
        """Open a database from the first-start page; a refusal is said there."""
        try:
            self._open(url)
        except AppError as error:
            self._show_start(error)

    def show_fault(self, error: BaseException) -> None:
        """Something nobody foresaw."""
        if self._window is not None and isinstance(error, Exception):
            self._window.context.show_error(error)

    def _open(self, url: str) -> None:
        database = Database.open(url)
        before = self._window
        context = AppContext(database, _person(), settings=self._settings, language=self._language)
        window = MainWindow(context)
        context.setParent(window)
        window.open_asked.connect(self._on_window_open_asked)
        window.open_first_page()
        remember_database(self._settings, without_password(database.url))
        self._window, held = window, self._database
        self._database = database
        watch_first_paint(window)
        window.show()
        context.changes.start()
        context.health.start()
        if self._start is not None:
            self._start.close()
            self._start = None
        if before is not None:
            before.close()
            before.deleteLater()
        if held is not None:
            held.close()

    @Slot()
    def _on_window_open_asked(self) -> None:
        self._show_start()

    def _show_start(self, error: AppError | None = None) -> None:
        if self._start is None:
            from app.views.start_page import StartWindow

            self._start = StartWindow(self._settings, self._language, _person(), make_demo_plant)
            self._start.chosen.connect(self.open_url)
            self._start.chosen_again.connect(self.open_again)
        if error is not None:
            self._start.show_error(error)
        self._start.show()
        self._start.raise_()


def make_demo_plant(path: Path, actor: str, stop: Stop) -> str:
    """Write, import and schedule the demo plant unless the file holds a plant; its URL.

    The way any plant comes in: workbook, import, schedule. AppError when that is refused.
    """
    from app.cli.demo import demo_now
    from app.reports.demo_workbook import write_demo_workbook
    from app.services.demo.sketches import attach_sketches
    from app.services.exchange import import_files
    from app.services.planning.solving import schedule_plant
    from app.services.site import is_empty, set_up_demo

    now = demo_now(datetime.now(UTC))
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database.open(f"sqlite:///{path.as_posix()}")
    try:
        if is_empty(database):
            workbook = path.with_suffix(".xlsx")
            write_demo_workbook(workbook, now)
            set_up_demo(database, planning_now=now)
            report = import_files(database, [workbook], actor=actor, now=now)
            if not report.ok:
                raise RuleBroken(message("cli.import_refused"))
            attach_sketches(database, actor)
            schedule_plant(database, seconds=DEMO_SECONDS, now=now, actor=actor, stop=stop)
        return database.url.render_as_string()
    finally:
        database.close()


def _person() -> str:
    """The login name; on a system without one, the planner."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "planner"


# ---- how long the start took ---------------------------------------------------------------------


class FirstPaint(QObject):
    """Waits until the first page is filled and painted, writes the figures and ends."""

    def __init__(self, window: MainWindow, report: Path) -> None:
        super().__init__(window)
        self._report = report
        window.page.filled.connect(self._on_page_filled)

    @Slot()
    def _on_page_filled(self) -> None:
        # Paints the whole window here and now, with the rows that have just come.
        self.parent().grab()
        found: dict[str, Any] = {
            "seconds_since_process_start": seconds_since_process_start(),
            "processor_seconds": time.process_time(),
            "modules": sorted({name.partition(".")[0] for name in sys.modules}),
        }
        self._report.write_text(json.dumps(found), encoding="utf-8")
        self.parent().close()


def watch_first_paint(window: MainWindow) -> None:
    report = os.environ.get(EXIT_AFTER_PAINT)
    if report:
        FirstPaint(window, Path(report))


def without_password(url: URL) -> str:
    """What may be written into the settings file."""
    return url._replace(password=None).render_as_string(hide_password=False)


def seconds_since_process_start() -> float:
    now = time.time()
    import psutil

    return now - psutil.Process().create_time()
