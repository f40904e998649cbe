"""What the import page is about: files, the draft of their mapping, answers, and the last look.

The steps of the page show it and change it through here; whatever takes time is done in jobs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.views.context import AppContext
from app.views.jobs import Job, Step, Stop

READ_AGAIN = ("encoding", "delimiter", "decimal")
"""Questions whose answer changes how a file is read."""


def _open(
    database: Any, paths: Sequence[Path], store: Any, answers: Mapping[str, str], mapping: Any,
    recognise: bool, stop: Stop, report: Callable[[Any], None],
) -> Any:  # fmt: skip
    from app.services.exchange.opening import open_files

    def tell(done: int) -> None:
        report(Step(done, len(paths)))

    return open_files(
        database, paths, store, answers, mapping, recognise=recognise, tell=tell, stop=stop
    )


def _preview(
    database: Any, paths: Sequence[Path], store: Any, draft: Any, name: str,
    answers: Mapping[str, str], stop: Stop, report: Callable[[Any], None],
) -> Any:  # fmt: skip
    from app.services.exchange.preview import preview_import

    return preview_import(database, paths, store, _mapping(draft, name), answers, stop=stop)


def _import(
    database: Any, paths: Sequence[Path], store: Any, mapping: Any, answers: Mapping[str, str],
    actor: str, key: str, *_: Any,
) -> Any:  # fmt: skip
    from app.services.exchange import import_files

    return import_files(
        database, paths, mapping, actor=actor, client_key=key, answers=answers, parse=store
    )


def _undo(database: Any, key: str, actor: str, *_: Any) -> Any:
    from app.services.edit import apply_edit
    from app.services.exchange.undo import UndoImport

    return apply_edit(database, UndoImport(key), actor)


def _on_copy(draft: Any, change: Callable[[Any], None], *_: Any) -> Any:
    copy = draft.copy()
    change(copy)
    return copy


def _mapping(draft: Any, name: str) -> Any:
    """The draft as a mapping; None where the files are all our own workbook."""
    from app.services.exchange.plan import MappingText

    return MappingText.of_plan(name, draft.plan()) if draft.tables else None


class Wizard(QObject):
    """One import from files to the database. ``busy`` says what is being done, or nothing."""

    files_changed = Signal()
    """Other files, or the same read or recognised anew: every step starts from here."""
    draft_changed = Signal()
    looked = Signal()
    """A new preview, or the old one has gone."""
    imported = Signal()
    busy_changed = Signal()
    undone = Signal(str)
    """Key of the import that was taken back."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self._looking: Job | None = None
        self._forget()

    def _forget(self) -> None:
        self.paths: tuple[Path, ...] = ()
        self.store: Any = None
        self.opened: Any = None
        self.draft: Any = None
        self.answers: dict[str, str] = {}
        self.asked_in: dict[str, str] = {}
        self.given: Any = None
        self.name = ""
        self.edited = False
        self._kept: Any = None
        self.preview: Any = None
        self.report: Any = None
        self.key = ""
        self.busy = ""

    # ---- files -----------------------------------------------------------------------------------

    def start(self, paths: Sequence[Path], mapping: Any = None) -> None:
        """Take these files; ``mapping``: one to use whatever the files look like."""
        self._stop_looking()
        self._forget()
        self.paths = tuple(dict.fromkeys(paths))
        self.given = mapping
        self.read()

    def add(self, paths: Sequence[Path]) -> None:
        """Further files beside those that are there; what was done in the wizard starts anew."""
        if self.paths:
            self.start([*self.paths, *paths], self.given)
        else:
            self.start(paths)

    def remove(self, paths: Iterable[Path]) -> None:
        gone = set(paths)
        left = [path for path in self.paths if path not in gone]
        if left:
            self.start(left, self.given)
        else:
            self.clear()

    def clear(self) -> None:
        """No files: the page is as it was when it was opened."""
        self._stop_looking()
        self._forget()
        self.files_changed.emit()
        self.busy_changed.emit()

    def read(self, *, recognise: bool = True, fresh: bool = False) -> None:
        """Read the files and draft their mapping; ``fresh``: from the disk again."""
        from app.services.exchange.page_store import PageStore

        if self.store is None or fresh:
            self.store = PageStore()
        self.preview = self.report = None
        work = partial(_open, self.context.database, self.paths, self.store, dict(self.answers),
                       self.given, recognise)  # fmt: skip
        self._start("read", work, self._read_title, self._on_read, can_cancel=True)
        self.files_changed.emit()

    def _read_title(self) -> str:
        return self.tr("Reading files")

    @Slot(object)
    def _on_read(self, opened: Any) -> None:
        self.opened = opened
        self.paths = tuple(file.path for file in opened.files)  # fewer, if it was cancelled
        self.draft = opened.draft
        self.answers = {**opened.answers, **self.answers}
        self.name = opened.fit.mapping.name if opened.fit is not None else ""
        self.edited = opened.fit is None or not opened.fit.by_name
        self._kept = opened.fit.mapping if opened.fit is not None else None
        self._rest()
        self.files_changed.emit()

    # ---- the draft -------------------------------------------------------------------------------

    def change(self, change: Callable[[Any], None]) -> None:
        """A quick change of the draft."""
        change(self.draft)
        self._changed()

    def change_slowly(self, change: Callable[[Any], None]) -> None:
        """A change that proposes anew: made to a copy, in a job."""
        work = partial(_on_copy, self.draft, change)
        self._start("propose", work, self._propose_title, self._on_proposed)

    def _propose_title(self) -> str:
        return self.tr("Comparing columns")

    @Slot(object)
    def _on_proposed(self, draft: Any) -> None:
        self.draft = draft
        self._rest()
        self._changed()

    def _changed(self) -> None:
        self.edited = True
        self.drop_preview()
        self.draft_changed.emit()

    # ---- answers ---------------------------------------------------------------------------------

    def answer(self, answers: Mapping[str, str], asked_in: Mapping[str, str] | None = None) -> None:
        """Answers to questions, or other texts for cells; the check is made anew."""
        self.answers |= answers
        self.asked_in |= asked_in or {}
        if any(question.partition(":")[0] in READ_AGAIN for question in answers):
            self.read(recognise=self.opened is not None and self.opened.fit is not None)
        else:
            self.look()

    def take_back(self, questions: Iterable[str]) -> None:
        for question in questions:
            self.answers.pop(question, None)
        self.look()

    # ---- check -----------------------------------------------------------------------------------

    def drop_preview(self) -> None:
        """What was looked at is no longer what would be imported."""
        self._stop_looking()
        if self.preview is not None:
            self.preview = None
            self.looked.emit()

    def look(self) -> None:
        """Try the import; nothing is written."""
        if not self.ready or self.report is not None:
            return
        self._stop_looking()
        work = partial(_preview, self.context.database, self.paths, self.store, self.draft.copy(),
                       self.mapping_name, dict(self.answers))  # fmt: skip
        self._looking = self._start("look", work, self._look_title, self._on_looked,
                                    can_cancel=True)  # fmt: skip

    def _look_title(self) -> str:
        return self.tr("Checking files")

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.abandon()
            self._looking = None
            self._rest()

    @Slot(object)
    def _on_looked(self, preview: Any) -> None:
        self._looking = None
        self.preview = None if preview.stopped else preview
        self.asked_in |= {p.question.id: p.file for p in preview.problems if p.question is not None}
        self._rest()
        self.looked.emit()

    # ---- import ----------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether there is something that could be checked and imported."""
        return self.draft is not None and bool(self.draft.own or self.draft.tables)

    @property
    def foreign(self) -> bool:
        return self.draft is not None and bool(self.draft.foreign)

    @property
    def mapping_name(self) -> str:
        return self.name or self.tr("draft")

    def mapping_to_keep(self, name: str) -> Any:
        """The draft with its answers as it would be saved."""
        from app.services.exchange.opening import mapping_of

        return mapping_of(self.draft, name, self.answers, self.asked_in)

    def keep(self, name: str, text: str) -> None:
        """The draft has been saved under a name: the import is made by that mapping."""
        from app.services.exchange.plan import MappingText

        self.name, self._kept = name, MappingText(name, text)
        self.edited = False

    def import_now(self) -> None:
        """Write what was looked at: all of it or nothing."""
        self.key = str(uuid.uuid4())
        mapping = _mapping(self.draft, self.mapping_name)
        if mapping is not None and not self.edited:
            mapping = self._kept  # the saved one itself: that it was used is noted
        context = self.context
        work = partial(_import, context.database, self.paths, self.store, mapping,
                       dict(self.answers), context.actor, self.key)  # fmt: skip
        self._start("import", work, self._import_title, self._on_imported)

    def _import_title(self) -> str:
        return self.tr("Importing")

    @Slot(object)
    def _on_imported(self, report: Any) -> None:
        self.report = report if report.ok else None
        self._rest()
        if report.ok:
            self.context.reload_site()
            self.context.changes.look()
            self.imported.emit()
        else:  # somebody else has changed the plant since the check
            self.look()

    def undo(self, key: str) -> None:
        """Take an import back, this one or an earlier one."""
        self.key_to_undo = key
        work = partial(_undo, self.context.database, key, self.context.actor)
        self._start("undo", work, self._undo_title, self._on_undone)

    def _undo_title(self) -> str:
        return self.tr("Taking an import back")

    @Slot(object)
    def _on_undone(self, _: object) -> None:
        self._rest()
        self.context.reload_site()
        self.context.changes.look()
        self.undone.emit(self.key_to_undo)

    # ---- jobs ------------------------------------------------------------------------------------

    def _start(
        self, what: str, work: Any, title: Callable[[], str], then: Callable[[Any], None], *,
        can_cancel: bool = False,
    ) -> Job:  # fmt: skip
        self.busy = what
        job = self.context.jobs.start(
            work, title=title, can_cancel=can_cancel, succeeded=then, failed=self._on_failed
        )
        self.busy_changed.emit()
        return job

    def _rest(self) -> None:
        self.busy = ""
        self.busy_changed.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._looking = None
        self._rest()
        self.context.show_error(error)
