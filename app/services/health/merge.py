"""Merging two records that are one and the same: everything that points to one, to the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core.choices import LocationKind
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.core.step import MaterialNeed, to_json
from app.models.access import ImportBatch, ImportImage
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.materials import Lot, StockMove
from app.models.orders import Operation
from app.models.planning import Placement
from app.models.plant import Location
from app.services.exchange.images import write_images
from app.services.exchange.sheet_rows import lines
from app.services.exchange.undo import UndoImport
from app.services.health.merging import (
    DROP,
    KEEP,
    MERGEABLE,
    SUM,
    Merging,
    Pair,
    Question,
    answered,
    merging,
)
from app.services.masters.rows import columns_of
from app.services.orders.operations import definition_of
from app.services.orders.stale import mark_stale
from app.services.record_names import record_names
from app.services.site import now_of, site_row

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Moving:
    """Records of one kind (table) that will point to the kept record; some of them by name."""

    kind: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of the two records side by side, plain values (see ``MasterRow``)."""

    key: str
    title: Message
    keep: Any
    drop: Any


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do. ``refused``: why it cannot be done at all, empty if it can."""

    sheet: str
    keep: str
    drop: str
    fields: tuple[FieldPair, ...]
    moving: tuple[Moving, ...]
    questions: tuple[Question, ...]
    refused: tuple[Message, ...]


def merge_preview(database: Database, sheet: str, keep: str, drop: str) -> MergePreview:
    """Errors: ``NotFound``; ``RuleBroken`` for a record with itself."""
    with database.read() as session:
        found = merging(session, sheet, keep, drop)
        return MergePreview(
            sheet,
            found.keep.code,
            found.drop.code,
            tuple(_fields(session, found)),
            tuple(_moving(session, found)),
            tuple(found.questions),
            tuple(found.refused),
        )


def _fields(session: Session, found: Merging) -> Iterable[FieldPair]:
    model = MERGEABLE[found.sheet]
    where = (model.id.in_([found.keep.id, found.drop.id]),)
    values = dict(lines(session, found.sheet, where))
    keep, drop = values[found.keep.id], values[found.drop.id]
    for column in columns_of(found.sheet):
        one, other = keep.get(column.key), drop.get(column.key)
        if one is not None or other is not None:
            yield FieldPair(column.key, column.title, one, other)


def _moving(session: Session, found: Merging) -> Iterable[Moving]:
    rows: dict[str, list[int]] = {
        kind: [row.id for row, _ in pointing] for kind, pointing in found.moving.items()
    }
    for kind, (_, dropped) in found.recipes.items():
        rows[kind] = [row.id for row in dropped]
    rows["operation_issue"] = rows.get("operation_issue", []) + [row.id for _, row in found.issues]
    rows["operation"] = [operation.id for operation in found.snapshots]
    names = record_names(session, {kind: ids[:EXAMPLES] for kind, ids in rows.items()})
    for kind, ids in rows.items():
        if ids:
            shown = tuple(names[kind, record_id].code for record_id in ids[:EXAMPLES])
            yield Moving(kind, len(ids), shown)
    if found.stock:
        places = {place[2] for place in found.stock}
        codes = session.scalars(select(Location.code).where(Location.id.in_(places)))
        yield Moving("stock_move", len(found.stock), tuple(sorted(codes))[:EXAMPLES])


# ---------------------------------------------------------------- the edit


def _new_key() -> str:
    return f"merge-{uuid.uuid4()}"


@dataclass(frozen=True, slots=True)
class Merge:
    """Everything that points to ``drop`` points to ``keep`` from now on; ``drop`` is retired.

    ``sheet``: Items, Customers or Suppliers. ``answers``: (question, answer) of the preview.
    The former values are kept as those of an import are, under ``key``.
    """

    sheet: str
    keep: str
    drop: str
    answers: tuple[tuple[str, str], ...] = ()
    key: str = field(default_factory=_new_key)

    @property
    def label(self) -> Message:
        return message("merge.label", keep=self.keep, drop=self.drop)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` if it is impossible, or a question is open."""
        batch = _batch(session, self)
        if batch is None:
            return
        session.batch = self.key
        session.keep_images()
        found = merging(session, self.sheet, self.keep, self.drop)
        if found.refused:
            raise RuleBroken(found.refused[0])
        _Writer(session, self, found, answered(found, dict(self.answers))).run()
        session.flush()
        write_images(session, batch.id)

    def inverse(self) -> UndoMerge:
        return UndoMerge(self)


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """The two records as they were, if nobody has built on the merged one since."""

    merge: Merge

    @property
    def label(self) -> Message:
        return self.merge.label

    def apply(self, session: WritingSession) -> None:
        """Errors: as ``UndoImport``."""
        UndoImport(self.merge.key).apply(session)
        if self.merge.sheet == "Suppliers":
            _follow_suppliers(session)

    def inverse(self) -> Merge:
        return replace(self.merge, key=_new_key())


def _batch(session: WritingSession, merge: Merge) -> ImportBatch | None:
    """The record of this merge; None if it stands already (the same edit sent twice)."""
    batch = session.scalars(
        select(ImportBatch).where(ImportBatch.client_key == merge.key)
    ).one_or_none()
    if batch is not None and batch.undone_at is None:
        return None
    if batch is None:
        batch = ImportBatch(client_key=merge.key, file_hash="")
        session.add(batch)
    else:  # done again after it was undone
        session.execute(delete(ImportImage).where(ImportImage.batch_id == batch.id))
    batch.file_names = [f"{merge.drop} → {merge.keep}"]
    batch.counts = {merge.sheet: [0, 2, 0]}
    batch.at, batch.actor = datetime.now(UTC), session.actor
    batch.undone_at, batch.undone_by = None, ""
    session.flush()
    return batch


class _Writer:
    def __init__(
        self, session: WritingSession, merge: Merge, found: Merging, answers: dict[str, str]
    ) -> None:
        self.session, self.merge, self.found, self.answers = session, merge, found, answers
        self.keep, self.drop = found.keep, found.drop

    def run(self) -> None:
        for pair in self.found.pairs:
            self._settle(pair)
        for twin, row in self.found.issues:
            twin.quantity += row.quantity  # both were really issued
            self.session.delete(row)
        self.session.flush()
        for rows in self.found.moving.values():
            for row, column in rows:
                setattr(row, column, self.keep.id)
        for kind, (kept, dropped) in self.found.recipes.items():
            self._recipes(kind, kept, dropped)
        self.session.flush()
        self._snapshots()
        self._stock()
        self.drop.active = False
        self.session.flush()
        if self.merge.sheet == "Suppliers":
            _follow_suppliers(self.session)
        if self.merge.sheet != "Customers":
            settings = site_row(self.session)
            today = now_of(settings).astimezone(ZoneInfo(settings.time_zone)).date()
            mark_stale(self.session, today)

    def _settle(self, pair: Pair) -> None:
        """One of two rows goes; the other points to the kept record."""
        answer = KEEP if pair.question is None else self.answers[pair.question.id]
        if answer == SUM:
            name = "quantity" if hasattr(pair.keep, "quantity") else "pieces_per_shot"
            setattr(pair.keep, name, getattr(pair.keep, name) + getattr(pair.drop, name))
        goes, stays = (pair.keep, pair.drop) if answer == DROP else (pair.drop, pair.keep)
        self.session.delete(goes)
        self.session.flush()  # its unique key is taken again
        for column in type(stays).__table__.columns:
            if column.foreign_keys and getattr(stays, column.name) == self.drop.id:
                (key,) = column.foreign_keys
                if key.column.table.name == type(self.drop).__tablename__:
                    setattr(stays, column.name, self.keep.id)

    # ------------------------------------------------------------ items

    def _recipes(self, kind: str, kept: list[Any], dropped: list[Any]) -> None:
        """All revisions stay, under the kept item; those not chosen are retired."""
        answer = self.answers.get(kind)
        retired = dropped if answer == KEEP else kept if answer == DROP else []
        for row in retired:
            row.active = False
        # Of two revisions of one name, that of the side not chosen gets another one.
        renamed, stays, mark = dropped, kept, self.drop.code
        if answer == DROP:
            renamed, stays, mark = kept, dropped, self.keep.code
        taken = {row.revision for row in (*kept, *dropped)}
        for row in renamed:
            if row.revision in {other.revision for other in stays}:
                row.revision = _free(f"{row.revision} ({mark})", taken)
                taken.add(row.revision)
        self.session.flush()
        for row in dropped:
            row.item_id = self.keep.id
        name = "default_routing" if kind == "routing" else "default_bom"
        if answer == DROP or (answer is None and dropped and not getattr(self.keep, name)):
            setattr(self.keep, name, getattr(self.drop, name))

    def _snapshots(self) -> None:
        """The steps that open operations carry: they name records by id."""
        for operation in self.found.snapshots:
            step = definition_of(operation)
            if self.merge.sheet == "Suppliers":
                operation.definition = to_json(replace(step, supplier=self.keep.id))
                continue
            needs: list[MaterialNeed] = []
            for need in step.materials:
                here = replace(need, item=self.keep.id) if need.item == self.drop.id else need
                alike = [n for n in needs if replace(n, quantity=here.quantity) == here]
                if alike:  # the order takes both amounts, of one item now
                    needs[needs.index(alike[0])] = replace(
                        here, quantity=alike[0].quantity + here.quantity
                    )
                else:
                    needs.append(here)
            operation.definition = to_json(replace(step, materials=tuple(needs)))

    def _stock(self) -> None:
        """Out of the dropped item, into the kept one, in the same place."""
        if not self.found.stock:
            return
        opening = self.session.scalars(
            select(Location.id).where(Location.kind == LocationKind.OPENING)
        ).first()
        if opening is None:
            raise RuleBroken(message("merge.no_opening"))
        last = self.session.scalar(select(func.max(StockMove.id))) or 0
        for number, (place, quantity) in enumerate(sorted(self.found.stock.items(), key=str)):
            _, lot, location, status, order = place
            for way, item, lot_id in (
                ("out", self.drop.id, lot),
                ("in", self.keep.id, self._lot(lot)),
            ):
                inward = (way == "in") == (quantity > 0)
                self.session.add(
                    StockMove(
                        client_key=f"{self.merge.key}-{last}-{number}-{way}",
                        at=datetime.now(UTC),
                        actor=self.session.actor,
                        item_id=item,
                        lot_id=lot_id,
                        from_location_id=opening if inward else location,
                        to_location_id=location if inward else opening,
                        quantity=abs(quantity),
                        status=status,
                        reserved_order_id=order,
                        document=f"{self.drop.code} → {self.keep.code}",
                    )
                )

    def _lot(self, lot_id: int | None) -> int | None:
        """The lot of that code under the kept item; made like the other if there is none."""
        if lot_id is None:
            return None
        old = self.session.get_one(Lot, lot_id)
        lot = self.session.scalars(
            select(Lot).where(Lot.item_id == self.keep.id, Lot.code_key == old.code_key)
        ).one_or_none()
        if lot is None:
            lot = Lot(
                code=old.code,
                item_id=self.keep.id,
                status=old.status,
                produced_on=old.produced_on,
                expires_on=old.expires_on,
            )
            self.session.add(lot)
            self.session.flush()
        return lot.id


def _free(revision: str, taken: set[str]) -> str:
    """A revision's name that is not taken: ``A (HX-15-B)``, else ``A (HX-15-B) 2`` …"""
    name, number = revision, 2
    while name in taken:
        name = f"{revision} {number}"
        number += 1
    return name


def _follow_suppliers(session: WritingSession) -> None:
    """Work placed at a supplier stands at the one its step names now."""
    session.flush()
    rows = session.execute(
        select(Placement.id, Placement.operation_id, Placement.supplier_id).where(
            Placement.supplier_id.is_not(None)
        )
    ).all()
    moved = []
    for placement, operation_id, supplier in rows:
        named = definition_of(session.get_one(Operation, operation_id)).supplier
        if named is not None and named != supplier:
            session.execute(
                update(Placement).where(Placement.id == placement).values(supplier_id=named)
            )
            moved.append(operation_id)
    session.log_rows("placement", moved, "move")
