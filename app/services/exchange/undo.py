"""Taking a whole import back: every row as it was before, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.choices import SCHEDULED_STATES, OperationState
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.access import Change, ImportBatch
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.materials import StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, UnplacedOperation
from app.services.edit import Changes, apply_edit
from app.services.exchange.images import Left, parts, put_back, read_left
from app.services.exchange.undo_check import Going, Obstacle, going, obstacles, undo_batch
from app.services.orders.stale import mark_stale
from app.services.planning.stored_plan import mark_unscheduled, remove_spots, working_plan
from app.services.site import now_of, site_row

NAMED = 5
"""Records named in the sentence that refuses; ``UndoRefused.obstacles`` has them all."""


class UndoRefused(RuleBroken):
    """The import cannot be taken back; ``obstacles`` is the full list of what stands in the way."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = tuple(obstacles)
        named = [obstacle.message for obstacle in obstacles[:NAMED]]
        more = len(obstacles) - len(named)
        rest = message("imports.and_more", count=more) if more else ""
        text = message("imports.refused", count=len(obstacles), records=named, rest=rest)
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class UndoImport:
    """Puts back what the rows held before the import ``batch_key``; the batch is marked undone.

    There is no way back but importing the files again.
    """

    batch_key: str

    @property
    def label(self) -> Message:
        return message("imports.label_undo")

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` if it was undone before, brought nothing, or is
        older than images; ``UndoRefused`` with all records that have been built on it since."""
        batch = _batch(session, self.batch_key, lock=True)
        session.batch = undo_batch(self.batch_key)
        left = read_left(session, batch.id)
        refuse_if_not_undoable(session, batch, left)
        found = obstacles(session, batch, left)
        if found:
            raise UndoRefused(found)
        out = going(session, left)
        since = _operations_since(session, batch)
        _reverse_moves(session, batch, out)
        freed = _leave_plan(session, out)
        left.made = out.made
        put_back(session, left)
        batch.undone_at, batch.undone_by = datetime.now(UTC), session.actor
        session.flush()
        # What was read before the rows were put back is no longer true.
        session.expire_all()
        _await_schedule(session, freed | left.removed["operation"].keys())
        _stale_since(session, since)

    def inverse(self) -> UndoImport:
        """Errors: ``RuleBroken``: the files are imported again instead."""
        raise RuleBroken(message("imports.redo_by_importing"))


def undo_import(database: Database, batch_key: str, actor: str) -> Changes:
    """Takes the import back. Errors: see ``UndoImport.apply``; then nothing was changed."""
    return apply_edit(database, UndoImport(batch_key), actor)


def undo_obstacles(database: Database, batch_key: str) -> list[Obstacle]:
    """What stands in the way of undoing; an empty list: nothing does.

    Errors: ``NotFound``; ``RuleBroken`` if it can never be undone.
    """
    with database.read() as session:
        batch = _batch(session, batch_key)
        left = read_left(session, batch.id)
        refuse_if_not_undoable(session, batch, left)
        return obstacles(session, batch, left)


def refuse_if_not_undoable(session: Session, batch: ImportBatch, left: Left) -> None:
    reason = why_never(batch, bool(left.kinds), ZoneInfo(site_row(session).time_zone))
    if reason is not None:
        raise RuleBroken(reason)


def why_never(batch: ImportBatch, has_images: bool, zone: ZoneInfo) -> Message | None:
    """Why the import cannot be undone whatever is done first; None if it can."""
    if batch.undone_at is not None:
        return message(
            "imports.undone_already", at=batch.undone_at.astimezone(zone), actor=batch.undone_by
        )
    if has_images:
        return None
    brought = any(new or changed for new, changed, _ in batch.counts.values())
    return message("imports.no_images" if brought else "imports.brought_nothing")


def _batch(session: Session, key: str, *, lock: bool = False) -> ImportBatch:
    query = select(ImportBatch).where(ImportBatch.client_key == key)
    batch = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if batch is None:
        raise NotFound(message("imports.unknown", key=key))
    return batch


# ---------------------------------------------------------------- what hangs on the rows


def _reverse_moves(session: WritingSession, batch: ImportBatch, out: Going) -> None:
    """The ledger keeps both: what the import counted, and that it was taken back."""
    for move in out.moves_back:
        session.add(
            StockMove(
                client_key=f"undo-{batch.id}-{move.id}",
                at=datetime.now(UTC),
                actor=session.actor,
                item_id=move.item_id,
                lot_id=move.lot_id,
                from_location_id=move.to_location_id,
                to_location_id=move.from_location_id,
                quantity=move.quantity,
                status=move.status,
                reserved_order_id=move.reserved_order_id,
                unit_price=move.unit_price,
                document=move.document,
            )
        )
    session.flush()


def _leave_plan(session: WritingSession, out: Going) -> set[int]:
    """Takes out of the plans what stands on records that go; operations that stay but lose their
    place."""
    gone = out.made["operation"]
    plan = working_plan(session, lock=True)
    if plan is None:
        return set()
    rows = session.scalars(select(Placement).where(Placement.plan_id == plan.id)).all()
    leaving = {row.operation_id for row in rows if row.operation_id in gone or _on(row, out)}
    for part in parts(sorted(leaving)):
        remove_spots(session, plan.id, part)
    for part in parts(sorted(gone)):
        session.execute(delete(UnplacedOperation).where(UnplacedOperation.operation_id.in_(part)))
    session.log_rows("placement", sorted(leaving), "delete")
    return leaving - gone


def _on(row: Placement, out: Going) -> bool:
    """Whether the place needs a machine, supplier, tool or person that goes."""
    return (
        row.machine_id in out.made["machine"]
        or row.supplier_id in out.made["supplier"]
        or not out.made["tool_copy"].isdisjoint(row.tools)
        or not out.made["operator"].isdisjoint(person for person, *_ in row.crew)
    )


def _await_schedule(session: WritingSession, operations: set[int]) -> None:
    """Says of open operations without a place that no schedule has been made with them yet."""
    if operations:
        rows = session.scalars(
            select(Operation.id)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(
                Operation.id.in_(operations),
                Operation.state != OperationState.DONE,
                ProductionOrder.state.in_(SCHEDULED_STATES),
            )
        )
        mark_unscheduled(session, sorted(rows))


def _operations_since(session: Session, batch: ImportBatch) -> frozenset[int]:
    """Operations made after the import: they follow the recipes it brought."""
    own = select(Change.id).where(Change.batch == batch.client_key)
    last = max(session.scalars(own), default=0)
    lines = select(Change.record_id).where(
        Change.kind == "operation", Change.operation == "insert", Change.id > last
    )
    return frozenset(session.scalars(lines))


def _stale_since(session: WritingSession, operations: frozenset[int]) -> None:
    if operations:
        settings = site_row(session)
        today = now_of(settings).astimezone(ZoneInfo(settings.time_zone)).date()
        mark_stale(session, today, among=operations)
