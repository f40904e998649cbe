"""One edit: a small frozen value a person's gesture makes, applied through one door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.core.errors import Conflict
from app.core.messages import Message
from app.models.change_log import WritingSession
from app.models.database import Database


class Edit(Protocol):
    """``apply`` compares its before-values with the rows (else ``Conflict``), applies the rule
    (else ``RuleBroken``) and changes the rows; ``inverse`` is the edit that takes it back."""

    @property
    def label(self) -> Message: ...

    def apply(self, session: WritingSession) -> None: ...

    def inverse(self) -> Edit: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """Which rows an edit changed: ids by table name (``operation``, ``placement``, ...)."""

    kinds: Mapping[str, frozenset[int]]


_RACE = "database.changed_meanwhile"


def apply_edit(database: Database, edit: Edit, actor: str) -> Changes:
    """Apply ``edit`` in one transaction, all or nothing.

    A row that another client wrote between our reading and writing is met by running the edit
    once more, which then compares anew. Errors: ``Conflict``, ``RuleBroken``, ``NotFound``,
    ``Unavailable``.
    """
    try:
        return _apply_once(database, edit, actor)
    except Conflict as conflict:
        if conflict.message.code != _RACE:
            raise
        return _apply_once(database, edit, actor)


def _apply_once(database: Database, edit: Edit, actor: str) -> Changes:
    with database.write(actor) as session:
        edit.apply(session)
        session.flush()
        changed = session.changed
    return Changes(changed)
