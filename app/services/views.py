"""Saved views: how a person wants to see a table, kept under a name. Each person has their own.

The arrangement itself is plain data (what JSON holds) that only the table understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.access import SavedView
from app.models.change_log import WritingSession
from app.models.database import Database

LONGEST_NAME = 60

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ViewRow:
    """``chosen``: shown when the page opens; at most one view of a person and table is."""

    id: int
    name: str
    state: State
    chosen: bool


def saved_views(database: Database, person: str, place: str) -> tuple[ViewRow, ...]:
    """The views of one person for one table, by name."""
    with database.read() as session:
        rows = [
            ViewRow(row.id, row.name, row.state, row.chosen) for row in _of(session, person, place)
        ]
    return tuple(sorted(rows, key=lambda row: code_key(row.name)))


@dataclass(frozen=True, slots=True)
class Kept:
    """A view as it is, or is to be."""

    state: State
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PutView:
    """Save a view (``before`` None), save over it, or delete it (``after`` None)."""

    person: str
    place: str
    name: str
    before: Kept | None
    after: Kept | None

    @property
    def label(self) -> Message:
        if self.after is None:
            return message("views.label_delete", view=self.name)
        return message("views.label_save", view=self.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``RuleBroken`` for a name that cannot be; ``Conflict`` if the view changed."""
        row = _named(session, self.person, self.place, self.name)
        if row is not None and self.before is None:
            raise RuleBroken(message("views.name_taken", view=row.name))
        found = Kept(row.state, row.chosen) if row is not None else None
        if found != self.before:
            raise Conflict(message("views.changed_meanwhile", view=self.name))
        if self.after is None:
            session.delete(row)
            return
        if self.after.chosen:
            _choose(session, self.person, self.place, None)
        if row is None:
            name = _good_name(session, self.person, self.place, self.name)
            row = SavedView(person=self.person, place=self.place, name=name)
            session.add(row)
        row.state, row.chosen = dict(self.after.state), self.after.chosen

    def inverse(self) -> PutView:
        return PutView(self.person, self.place, self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class RenameView:
    person: str
    place: str
    before: str
    after: str

    @property
    def label(self) -> Message:
        return message("views.label_rename", view=self.before, name=self.after)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` for a name that cannot be."""
        row = _known(session, self.person, self.place, self.before)
        row.name = _good_name(session, self.person, self.place, self.after, but=row)

    def inverse(self) -> RenameView:
        return RenameView(self.person, self.place, self.after, self.before)


@dataclass(frozen=True, slots=True)
class ChooseView:
    """Which view is shown when the page opens, by name; "" = none."""

    person: str
    place: str
    before: str
    after: str

    @property
    def label(self) -> Message:
        if not self.after:
            return message("views.label_choose_none")
        return message("views.label_choose", view=self.after)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``Conflict`` if another one was chosen meanwhile."""
        chosen = [row.name for row in _of(session, self.person, self.place) if row.chosen]
        if "".join(chosen) != self.before:
            raise Conflict(message("views.changed_meanwhile", view="".join(chosen) or self.before))
        row = _known(session, self.person, self.place, self.after) if self.after else None
        _choose(session, self.person, self.place, row)

    def inverse(self) -> ChooseView:
        return ChooseView(self.person, self.place, self.after, self.before)


def _of(session: Session, person: str, place: str) -> list[SavedView]:
    wanted = select(SavedView).where(SavedView.person == person, SavedView.place == place)
    return list(session.scalars(wanted))


def _named(session: Session, person: str, place: str, name: str) -> SavedView | None:
    """The view of this name; names that differ in case or width only are the same."""
    key = code_key(name)
    return next((row for row in _of(session, person, place) if code_key(row.name) == key), None)


def _known(session: Session, person: str, place: str, name: str) -> SavedView:
    row = _named(session, person, place, name)
    if row is None:
        raise NotFound(message("views.gone", view=name))
    return row


def _good_name(
    session: Session, person: str, place: str, name: str, but: SavedView | None = None
) -> str:
    name = " ".join(name.split())
    if not name:
        raise RuleBroken(message("views.no_name"))
    if len(name) > LONGEST_NAME:
        raise RuleBroken(message("views.long_name", most=LONGEST_NAME))
    taken = _named(session, person, place, name)
    if taken is not None and taken is not but:
        raise RuleBroken(message("views.name_taken", view=taken.name))
    return name


def _choose(session: Session, person: str, place: str, chosen: SavedView | None) -> None:
    for row in _of(session, person, place):
        row.chosen = row is chosen
