"""What every page is given: the database, who works, how texts and times read, and the news."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from app.core import format as formats
from app.core.errors import AppError
from app.core.messages import Message
from app.views.changes import Changes
from app.views.collecting import GuiCollector
from app.views.edits import Edit, EditStack
from app.views.health.watch import HealthWatch
from app.views.jobs import Job, Jobs
from app.views.languages import Languages, system_language
from app.views.theme import Choice, Theme, Tokens, saved_choice, tokens
from app.views.undoing import WORKING, Undoing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the window's bar shows: a sentence, its weight, and details to copy."""

    text: Callable[[], str]
    error: bool = False
    details: str = ""


class AppContext(QObject):
    """One open database. Pages hold it; nothing else is shared between them."""

    changed = Signal(str, object)
    """(kind, frozenset of ids): records changed, by this window or elsewhere."""
    languageChanged = Signal()
    themeChanged = Signal()
    operationsSelected = Signal(object)
    ordersSelected = Signal(object)
    noticed = Signal(object)
    siteChanged = Signal()
    record_asked = Signal(str, object, str)
    """(sheet, name, field): somebody wants to see a record of the master data."""

    page_asked = Signal(str)
    """Key of a page that somebody wants to go to."""

    ghost_asked = Signal(object)
    """PromiseQuestion: its order is wanted on the board, among the bars of the plan."""

    ghost_taken = Signal(object)
    """PromiseQuestion: its order has been put into the plan, or capacity is held for it."""

    def __init__(
        self,
        database: Any,
        actor: str,
        *,
        settings: QSettings,
        language: str | None = None,
        theme: Choice | None = None,
        site: Any = None,
        parent: QObject | None = None,
    ) -> None:
        """``database`` is the open one; ``actor`` the login of who works; ``site`` its SiteRow."""
        super().__init__(parent)
        self.database = database
        self.actor = actor
        self.settings = settings
        self.site = site if site is not None else _read_site(database)
        self.zone = ZoneInfo(self.site.time_zone)
        self.jobs = Jobs(self)
        self._collector = GuiCollector(self)
        self._clock = count()
        self.edits = self._make_stack()
        self.undoing = Undoing(self.edits, self._make_stack, self)
        self.changes = Changes(database, self.jobs, self)
        self.health = HealthWatch(self)
        self._languages = Languages(self)
        self._theme = Theme(theme or saved_choice(settings), self)
        self.selected_operations: frozenset[int] = frozenset()
        self.selected_orders: frozenset[int] = frozenset()
        self._languages.speak(language or str(settings.value("language", "")) or system_language())
        self._theme.changed.connect(self.themeChanged)
        self.changes.seen.connect(self.changed)
        self.changes.failed.connect(self.show_error)

    # ---- edits and reads -------------------------------------------------------------------------

    def _make_stack(self) -> EditStack:
        """Of one document; all go through the same door."""
        edits = EditStack(self._write, self.text, self, later=self._write_later, clock=self._clock)
        edits.applied.connect(self._on_applied)
        edits.failed.connect(self.show_error)
        return edits

    @Slot()
    def _on_applied(self) -> None:
        self.changes.look()

    def apply(self, edit: Edit, document: str = WORKING) -> bool:
        """Write an edit and put it on its document's undo stack; False when refused."""
        return self.undoing.stack(document).apply(edit)

    def attempt(self, edit: Edit) -> AppError | None:
        """The same, but with the reason of a refusal, to show it at its field as well."""
        return self.edits.attempt(edit)

    def read(
        self,
        query: Callable[..., Any],
        *arguments: Any,
        then: Callable[[Any], None],
        failed: Callable[[Any], None] | None = None,
    ) -> Job:
        """Run ``query(database, *arguments)`` in a thread; ``then`` is a QObject's bound method."""
        return self.jobs.start(
            partial(_read, query, self.database, arguments),
            succeeded=then,
            failed=failed or self.show_error,
        )

    def close(self) -> None:
        """Stop what runs; the window closes or opens another database."""
        self.changes.stop()
        self.health.stop()
        self.jobs.close()
        self._collector.stop()
        self._languages.silence()

    def _write(self, edit: Any) -> object:
        from app.services.edit import apply_edit

        return apply_edit(self.database, edit, self.actor)

    def _write_later(
        self, edit: Any, then: Callable[[Any], None], failed: Callable[[Any], None]
    ) -> object:
        return self.jobs.start(
            partial(_apply, self.database, edit, self.actor),
            title=partial(self.text, edit.label),
            can_cancel=False,
            succeeded=then,
            failed=failed,
        )

    # ---- language, theme, texts ------------------------------------------------------------------

    @property
    def language(self) -> str:
        return self._languages.language

    def set_language(self, language: str) -> None:
        self.settings.setValue("language", language)
        self._languages.speak(language)
        self.undoing.retranslate()
        self.languageChanged.emit()

    @property
    def tokens(self) -> Tokens:
        return tokens()

    @property
    def theme(self) -> Choice:
        return self._theme.choice

    def set_theme(self, choice: Choice) -> None:
        self.settings.setValue("theme", choice.value)
        self._theme.choose(choice)

    def text(self, message: Message) -> str:
        return message.text(self.language)

    def local(self, moment: datetime) -> datetime:
        """The same moment on the plant's clock."""
        return moment.astimezone(self.zone)

    def local_day(self, moment: datetime) -> date:
        """The day a moment falls on where the plant is."""
        return self.local(moment).date()

    def now(self) -> datetime:
        """The site's planning date, or the real now; aware UTC."""
        return self.site.planning_now or datetime.now(UTC)

    def moment_text(self, moment: datetime | None) -> str:
        """``11-23 Mon 14:30`` in plant time; with the year when it is another one."""
        if moment is None:
            return ""
        return formats.moment(self.local(moment), self.language, today=self._today())

    def date_text(self, moment: datetime | date | None) -> str:
        """``11-23 Mon`` in plant time."""
        if moment is None:
            return ""
        day = self.local(moment).date() if isinstance(moment, datetime) else moment
        head = f"{day:%m-%d}" if day.year == self._today().year else f"{day:%Y-%m-%d}"
        return f"{head} {formats.WEEKDAYS[self.language][day.weekday()]}"

    def quantity_text(self, quantity: Decimal | int | None) -> str:
        """Exact, with thousands separators: ``12,345.5``."""
        if quantity is None:
            return ""
        whole, point, rest = formats.number(quantity).partition(".")
        return (
            f"{int(whole):,}{point}{rest}" if whole not in ("", "-", "-0") else whole + point + rest
        )

    def duration_text(self, minutes: int) -> str:
        return formats.duration(minutes, self.language)

    def _today(self) -> date:
        return self.local(self.now()).date()

    # ---- what pages tell each other: only what is selected ---------------------------------------

    def select_operations(self, ids: Iterable[int]) -> None:
        chosen = frozenset(ids)
        if chosen != self.selected_operations:
            self.selected_operations = chosen
            self.operationsSelected.emit(chosen)

    def select_orders(self, ids: Iterable[int]) -> None:
        chosen = frozenset(ids)
        if chosen != self.selected_orders:
            self.selected_orders = chosen
            self.ordersSelected.emit(chosen)

    def ask_for_record(self, sheet: str, name: str | Mapping[str, Any], field: str = "") -> None:
        """Lead to a record of the master data: its table, its row, and the field if one is named.

        ``name``: its code, its ``record_name``, or its identifying values.
        """
        self.record_asked.emit(sheet, name, field)

    # ---- the doors for errors and messages -------------------------------------------------------

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """An AppError in its own words; anything else is a bug, with details to copy."""
        if isinstance(error, AppError):
            self.noticed.emit(Notice(partial(self.text, error.message), error=True))
            return
        log.error("Shown to the person", exc_info=error)
        details = "".join(traceback.format_exception(error))
        self.noticed.emit(Notice(self._bug_text, error=True, details=details))

    def show_message(self, message: Message) -> None:
        self.noticed.emit(Notice(partial(self.text, message)))

    def show_text(self, text: Callable[[], str], *, error: bool = False) -> None:
        """A sentence of a view; a function, so that it follows a change of language.

        It may outlive the widget that says it: no bound ``tr`` of something that closes.
        """
        self.noticed.emit(Notice(text, error))

    def _bug_text(self) -> str:
        return self.tr(
            "Something went wrong inside the program; nothing was changed."
            " Please send the details to support."
        )

    def reload_site(self) -> None:
        """Read the site settings again (an import may have changed them)."""
        self.site = _read_site(self.database)
        self.zone = ZoneInfo(self.site.time_zone)
        self.siteChanged.emit()


def _apply(database: Any, edit: Any, actor: str, *_: Any) -> object:
    from app.services.edit import apply_edit

    return apply_edit(database, edit, actor)


def _read(query: Callable[..., Any], database: Any, arguments: tuple[Any, ...], *_: Any) -> Any:
    return query(database, *arguments)


def _read_site(database: Any) -> Any:
    from app.services.site import site

    return site(database)
