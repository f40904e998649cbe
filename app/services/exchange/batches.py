"""The history of imports: what came in, when, by whom, and whether it can be taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.access import ImportBatch, ImportImage
from app.models.base import Base
from app.models.database import Database
from app.services.exchange.answered import answered
from app.services.exchange.report import SheetCount
from app.services.exchange.undo import why_never
from app.services.site import site_row


@dataclass(frozen=True, slots=True)
class ImportBatchRow:
    """One import. ``mapping``: file or saved mapping it was read by, empty for the workbook;
    ``answers``: what was answered to its questions, a sentence each.

    ``why_not``: why it cannot be undone, None if it can as far as the list can tell: what has been
    made on top of its records since is looked for when undoing (``undo_obstacles``).
    """

    key: str
    at: datetime
    actor: str
    files: tuple[str, ...]
    mapping: str
    sheets: tuple[SheetCount, ...]
    answers: tuple[Message, ...]
    undone_at: datetime | None
    undone_by: str
    why_not: Message | None

    @property
    def undoable(self) -> bool:
        return self.why_not is None

    @property
    def new(self) -> int:
        return sum(sheet.new for sheet in self.sheets)

    @property
    def changed(self) -> int:
        return sum(sheet.changed for sheet in self.sheets)


def import_batches(database: Database) -> list[ImportBatchRow]:
    """All imports, the latest first."""
    with database.read() as session:
        batches = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).all()
        with_images = set(session.scalars(select(ImportImage.batch_id).distinct()))
        zone = ZoneInfo(site_row(session).time_zone)
        later = _later_imports(session)
        changed = _changed_since(session)
        by_id = {batch.id: batch for batch in batches}
        rows = []
        for batch in batches:
            why_not = why_never(batch, batch.id in with_images, zone)
            if why_not is None and batch.id in later:
                other = by_id[later[batch.id]]
                why_not = message("imports.later_first", at=other.at.astimezone(zone),
                                  files=list(other.file_names))  # fmt: skip
            elif why_not is None and changed[batch.id]:
                why_not = message("imports.changed_count", count=changed[batch.id])
            rows.append(_row(batch, why_not))
    return rows


def find_batch(database: Database, key: str) -> str:
    """The whole key of the import whose key begins so.

    Errors: ``NotFound``; ``RuleBroken`` if several begin so.
    """
    with database.read() as session:
        keys = session.scalars(
            select(ImportBatch.client_key).where(
                ImportBatch.client_key.startswith(key, autoescape=True)
            )
        ).all()
    if key in keys:
        return key
    if not keys or not key:
        raise NotFound(message("imports.unknown", key=key))
    if len(keys) > 1:
        raise RuleBroken(message("imports.key_too_short", key=key, count=len(keys)))
    return keys[0]


def _row(batch: ImportBatch, why_not: Message | None) -> ImportBatchRow:
    return ImportBatchRow(
        key=batch.client_key,
        at=batch.at,
        actor=batch.actor,
        files=tuple(batch.file_names),
        mapping=batch.mapping_name,
        sheets=tuple(SheetCount(sheet, *counts) for sheet, counts in batch.counts.items()),
        answers=answered(batch.answers),
        undone_at=batch.undone_at,
        undone_by=batch.undone_by,
        why_not=why_not,
    )


def _later_imports(session: Session) -> dict[int, int]:
    """By batch: the latest import, not undone, that wrote one of the same rows."""
    other = aliased(ImportImage)
    same = and_(
        other.kind == ImportImage.kind,
        other.record_id == ImportImage.record_id,
        other.batch_id > ImportImage.batch_id,
    )
    rows = session.execute(
        select(ImportImage.batch_id, func.max(other.batch_id))
        .join(other, same)
        .join(ImportBatch, ImportBatch.id == other.batch_id)
        .where(ImportBatch.undone_at.is_(None))
        .group_by(ImportImage.batch_id)
    )
    return {row[0]: row[1] for row in rows}


def _changed_since(session: Session) -> defaultdict[int, int]:
    """By batch: how many rows do not stand as the import left them."""
    counts: defaultdict[int, int] = defaultdict(int)
    for kind in session.scalars(select(ImportImage.kind).distinct()):
        for batch, count in session.execute(_changed(Base.metadata.tables[kind])):
            counts[batch] += count
    return counts


def _changed(table: Table) -> Select[int, int]:
    image = ImportImage
    gone = table.c.id.is_(None)
    if "version" in table.c:
        differs = or_(
            and_(
                image.version_after.is_not(None), or_(gone, table.c.version != image.version_after)
            ),
            and_(image.version_after.is_(None), table.c.id.is_not(None)),
        )
    else:
        differs = and_(image.before.is_(None), gone)
    return (
        select(image.batch_id, func.count())
        .select_from(image)
        .outerjoin(table, table.c.id == image.record_id)
        .where(image.kind == table.name, differs)
        .group_by(image.batch_id)
    )
