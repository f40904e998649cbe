"""Mappings kept in the database under a name, so that the next export comes in by one click."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.access import ImportMapping
from app.models.change_log import WritingSession
from app.models.database import Database
from app.services.exchange.plan import MappingText, checked_mapping


@dataclass(frozen=True, slots=True)
class SavedMappingRow:
    """``sources``: name of each source and the patterns of its files, as the TOML orders them."""

    name: str
    last_used_at: datetime | None
    sources: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of all sources, each once."""
        return tuple(dict.fromkeys(p for _, patterns in self.sources for p in patterns))

    def fits(self, file_names: Iterable[str]) -> bool:
        """Whether every one of these files is taken by some source (and there are files)."""
        names = list(file_names)
        taken = all(any(fnmatch(name, p) for p in self.patterns) for name in names)
        return bool(names) and taken


def saved_mappings(database: Database) -> list[SavedMappingRow]:
    """All saved mappings, the one used last first, those never used at the end by name."""
    with database.read() as session:
        rows = session.scalars(select(ImportMapping)).all()
        found = [SavedMappingRow(r.code, r.last_used_at, _sources(r.text)) for r in rows]
    found.sort(key=lambda row: row.name)
    return sorted(found, key=_last_used, reverse=True)


def load_mapping(database: Database, name: str) -> MappingText:
    """The saved mapping of that name. Errors: ``NotFound``."""
    with database.read() as session:
        row = _row(session, name)
        if row is None:
            raise NotFound(message("exchange.no_saved_mapping", name=name))
        return MappingText(row.code, row.text)


def mapping_named(database: Database, name_or_file: str) -> MappingText:
    """The mapping of that file, or, if there is none, the saved one of that name.

    Errors: ``NotFound`` if there is neither; ``RuleBroken`` for a file that cannot be read.
    """
    path = Path(name_or_file)
    if path.is_file():
        return MappingText.of_file(path)
    try:
        return load_mapping(database, name_or_file)
    except NotFound:
        raise NotFound(message("exchange.neither_mapping_nor_file", name=name_or_file)) from None


def save_mapping(database: Database, name: str, text: str) -> ChangeMapping:
    """The edit that keeps ``text`` under ``name``, in place of what is kept there now."""
    with database.read() as session:
        return ChangeMapping(name.strip(), _content(_row(session, name)), MappingContent(text))


def delete_mapping(database: Database, name: str) -> ChangeMapping:
    """The edit that forgets the mapping of that name. Errors: ``NotFound``."""
    with database.read() as session:
        row = _row(session, name)
        if row is None:
            raise NotFound(message("exchange.no_saved_mapping", name=name))
        return ChangeMapping(row.code, _content(row), None)


def touch(session: Session, mapping: MappingText) -> None:
    """Notes that the saved mapping was used; one read from a file is none, whatever its name."""
    row = _row(session, mapping.name)
    if row is not None and row.text == mapping.text:
        row.last_used_at = datetime.now(UTC)


# ---------------------------------------------------------------- edits


@dataclass(frozen=True, slots=True)
class MappingContent:
    """What is kept under a name."""

    text: str
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeMapping:
    """The mapping of a name before and after; None = there is none."""

    name: str
    before: MappingContent | None
    after: MappingContent | None

    @property
    def label(self) -> Message:
        if self.after is None:
            return message("exchange.label_delete_mapping", name=self.name)
        return message("exchange.label_save_mapping", name=self.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``RuleBroken`` for TOML that is no mapping; ``Conflict``."""
        if not self.name.strip():
            raise RuleBroken(message("exchange.mapping_needs_name"))
        if self.after is not None:
            checked_mapping(MappingText(self.name, self.after.text))
        row = _row(session, self.name)
        # That it was used meanwhile is no reason not to change it.
        if (row.text if row else None) != (self.before.text if self.before else None):
            raise Conflict(message("exchange.mapping_changed_meanwhile", name=self.name))
        if self.after is None:
            session.delete(row)
        elif row is None:
            session.add(
                ImportMapping(
                    code=self.name, text=self.after.text, last_used_at=self.after.last_used_at
                )
            )
        else:
            row.text = self.after.text

    def inverse(self) -> ChangeMapping:
        return ChangeMapping(self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class RenameMapping:
    """Another name for a saved mapping."""

    before: str
    after: str

    @property
    def label(self) -> Message:
        return message("exchange.label_rename_mapping", name=self.after)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` for no name, or one that is taken."""
        if not self.after.strip():
            raise RuleBroken(message("exchange.mapping_needs_name"))
        row = _row(session, self.before)
        if row is None:
            raise NotFound(message("exchange.no_saved_mapping", name=self.before))
        if _row(session, self.after) not in (None, row):
            raise RuleBroken(message("exchange.mapping_name_taken", name=self.after))
        row.code = self.after

    def inverse(self) -> RenameMapping:
        return RenameMapping(self.after, self.before)


def _row(session: Session, name: str) -> ImportMapping | None:
    return session.scalars(
        select(ImportMapping).where(ImportMapping.code_key == code_key(name))
    ).one_or_none()


def _content(row: ImportMapping | None) -> MappingContent | None:
    return None if row is None else MappingContent(row.text, row.last_used_at)


def _last_used(row: SavedMappingRow) -> datetime:
    return row.last_used_at or datetime.min.replace(tzinfo=UTC)


def _sources(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names and file patterns of the sources; none of a text that an older program took."""
    try:
        plan = checked_mapping(MappingText("", text))
    except RuleBroken:
        return ()
    found = []
    for name, source in plan.get("source", {}).items():
        files = source["files"]
        found.append((name, (files,) if isinstance(files, str) else tuple(map(str, files))))
    return tuple(found)
