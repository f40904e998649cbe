"""What the editors of bills of material and routings share: revisions copied, dated, compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.products.compare_view import CompareView
from app.views.products.following import FollowingEditor
from app.views.products.revision_bar import RevisionBar, RevisionStrip


class RevisedEditor(FollowingEditor):
    """A subclass lays out ``bar``, ``strip`` and ``compare`` and says which rows are shown."""

    sheet = ""
    """BOM or Routings."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.wanted = ""
        """The revision somebody chose; "" = the one in force."""
        self.bar = RevisionBar(self)
        self.strip = RevisionStrip(context, self)
        self.compare = CompareView(context, self.sheet, self)
        self.bar.chosen.connect(self._on_bar_chosen)
        self.bar.copy_asked.connect(self._on_copy_asked)
        self.bar.dates_asked.connect(self._on_dates_asked)
        self.bar.retire_asked.connect(self._on_retire_asked)
        self.bar.remove_asked.connect(self._on_remove_asked)
        self.bar.compare_asked.connect(self._on_compare_asked)
        self.strip.copied.connect(self._on_strip_copied)
        self.strip.dated.connect(self._on_strip_dated)
        self.compare.closed.connect(self.show_shown)

    def rows_of(self, revision: str = "") -> list[Mapping[str, Any]]:
        """Values of the rows of a revision; of the one shown by default."""
        raise NotImplementedError

    def show_compare(self) -> None:
        raise NotImplementedError

    @Slot()
    def show_shown(self) -> None:
        """Back from comparing."""
        raise NotImplementedError

    def begin_strip(self) -> None:
        """The strip is about to be shown: hide what stands in its place."""

    @Slot(str)
    def _on_bar_chosen(self, revision: str) -> None:
        self.wanted = revision
        self.ask()

    @Slot()
    def _on_copy_asked(self) -> None:
        from app.services.products.revisions import next_revision

        self.begin_strip()
        self.strip.begin_copy(next_revision(self.bar.names()), None)

    @Slot()
    def _on_dates_asked(self) -> None:
        current = self.bar.current
        if current is not None:
            self.begin_strip()
            self.strip.begin_dates(current.start, current.end)

    @Slot(str, object, bool)
    def _on_strip_copied(self, name: str, start: date | None, close: bool) -> None:
        from app.services.products.revisions import copy_revision

        if self._revise(copy_revision, name, start, close=close):
            self.wanted = name.strip()
            self.ask()

    @Slot(object, object)
    def _on_strip_dated(self, start: date | None, end: date | None) -> None:
        from app.services.products.revisions import set_dates

        self._revise(set_dates, start, end)

    @Slot(bool)
    def _on_retire_asked(self, again: bool) -> None:
        from app.services.products.revisions import retire_revision

        self._revise(retire_revision, again=again)

    @Slot()
    def _on_remove_asked(self) -> None:
        from app.services.products.revisions import remove_revision

        if self._revise(remove_revision):
            self.wanted = ""

    def _revise(self, make: Any, *arguments: Any, **options: Any) -> bool:
        """Build the edit of a whole revision and write it; the strip says why not."""
        rows = self.rows_of()
        if not rows:
            return False
        try:
            edit = make(self.sheet, rows, *arguments, **options)
        except AppError as error:
            self.strip.complain(self.context.text(error.message))
            return False
        refused = self.context.attempt(edit)
        if refused is None:
            self.strip.hide()
        elif self.strip.isVisible():
            self.strip.complain(self.context.text(refused.message))
        return refused is None

    @Slot(str)
    def _on_compare_asked(self, other: str) -> None:
        current = self.bar.current
        if current is not None:
            self.compare.show_rows(other, self.rows_of(other), current.name, self.rows_of())
            self.show_compare()
