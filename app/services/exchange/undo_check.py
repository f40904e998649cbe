"""What stands in the way of taking an import back: everything that has been built on it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, UniqueConstraint, func, select
from sqlalchemy.orm import Session

from app.core.choices import LocationKind, PlanKind
from app.core.messages import Message, message
from app.models.access import Change, ImportBatch, ImportImage
from app.models.base import Base
from app.models.change_log import WritingSession
from app.models.materials import Lot, StockMove
from app.models.orders import Operation
from app.models.planning import Placement, Plan
from app.models.plant import Location
from app.models.products import Item
from app.services.exchange.images import Left, parts
from app.services.exchange.stock_in import Place, balances
from app.services.orders.operations import definition_of
from app.services.record_names import record_names
from app.services.references import columns_to, ids_in_step
from app.services.site import site_row

DERIVED = frozenset({"placement", "unplaced_operation"})
"""Rows of plans: computed, and removed with the operations they place."""

LOG = frozenset({"change", "import_batch", "import_image"})


def undo_batch(key: str) -> str:
    """What the change log calls the undoing of an import."""
    return f"undo-{key}"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A record that must be settled first; ``sheet`` and ``code`` lead to it (perhaps empty)."""

    kind: str
    record_id: int
    sheet: str
    code: str
    message: Message


@dataclass(slots=True)
class Going:
    """What taking an import back removes, and which ledger lines it reverses.

    ``made``: rows that go. ``moves_back``: stock moves reversed by new ones. Lots and places that
    such moves name stay; moves of an item or for an order that goes, go with it.
    """

    made: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    moves_back: list[StockMove] = field(default_factory=list)


def going(session: Session, left: Left) -> Going:
    """Which of the rows an import made can go."""
    found = Going()
    for kind, ids in left.made.items():
        found.made[kind] = set(ids)
    moves = _rows(session, StockMove, left.made["stock_move"])
    items, orders = found.made["item"], found.made["production_order"]
    found.moves_back = [
        m for m in moves if m.item_id not in items and m.reserved_order_id not in orders
    ]
    for move in found.moves_back:
        found.made["stock_move"].discard(move.id)
        found.made["lot"].discard(move.lot_id or 0)
        found.made["location"] -= {move.from_location_id, move.to_location_id}
    return found


def obstacles(session: Session, batch: ImportBatch, left: Left) -> list[Obstacle]:
    """All of them, later imports first. In a writing session the rows are locked (PostgreSQL)."""
    return _Checker(session, batch, left).run()


class _Checker:
    def __init__(self, session: Session, batch: ImportBatch, left: Left) -> None:
        self.session, self.batch, self.left = session, batch, left
        self.going = going(session, left)
        self.later = _later_images(session, batch)
        self.zone = ZoneInfo(site_row(session).time_zone)
        self._by_import: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
        self._found: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}

    def run(self) -> list[Obstacle]:
        self._changed_since()
        self._referring()
        self._named_in_operations()
        self._published()
        self._keys_taken()
        self._stock_used()
        return [*self._later_imports(), *self._records()]

    def _add(self, kind: str, record_id: int, code: str, **values: Any) -> None:
        """A record in the way; if a later import wrote it, that import is."""
        later = self.later.get((kind, record_id))
        if later is not None:
            self._by_import[later].add((kind, record_id))
        else:
            self._found.setdefault((kind, record_id), (code, values))

    # ------------------------------------------------------------ the checks

    def _changed_since(self) -> None:
        """Rows that do not stand as the import left them."""
        for kind in sorted(self.left.kinds):
            table = Base.metadata.tables[kind]
            present = self._versions(table, self.left.ids(kind))
            for record_id in self.left.standing(kind) - present.keys():
                self._add(kind, record_id, "removed_since")
            for record_id in self.left.removed[kind].keys() & present.keys():
                self._add(kind, record_id, "changed_since")
            for record_id, version in self.left.versions[kind].items():
                if present.get(record_id, version) != version:
                    self._add(kind, record_id, "changed_since")
            if "version" not in table.c:
                for record_id in self._logged_since(kind):
                    self._add(kind, record_id, "changed_since")

    def _versions(self, table: Table, ids: set[int]) -> dict[int, int | None]:
        columns = [table.c.id, table.c.version] if "version" in table.c else [table.c.id]
        found: dict[int, int | None] = {}
        for part in parts(sorted(ids)):
            query = select(*columns).where(table.c.id.in_(part))
            if isinstance(self.session, WritingSession):
                query = query.with_for_update()
            found |= {row[0]: row[1] if len(row) > 1 else None
                      for row in self.session.execute(query)}  # fmt: skip
        return found

    def _logged_since(self, kind: str) -> set[int]:
        """Rows of a table without versions that the log has another line of."""
        ids = self.left.ids(kind)
        last = self.session.scalar(
            select(func.coalesce(func.max(Change.id), 0)).where(
                Change.batch == self.batch.client_key, Change.kind == kind
            )
        )
        lines = self.session.execute(
            select(Change.record_id, Change.batch).where(Change.kind == kind, Change.id > last)
        )
        undone = self._undone()
        return {record_id for record_id, batch in lines if batch not in undone} & ids

    def _undone(self) -> set[str]:
        """Batches of the log that cancel out: imports that were undone, and their undoing."""
        keys = self.session.scalars(
            select(ImportBatch.client_key).where(ImportBatch.undone_at.is_not(None))
        )
        return {name for key in keys for name in (key, undo_batch(key))}

    def _referring(self) -> None:
        """Rows made since that point to what would go."""
        for kind, ids in list(self.going.made.items()):
            for column in columns_to(kind) if ids else ():
                table = column.table
                if table.name in DERIVED | LOG:
                    continue
                for record_id, target in self._pointing(column, ids):
                    if record_id not in self.left.ids(table.name):
                        self._add(table.name, record_id, "refers", target=(kind, target))

    def _pointing(self, column: Any, ids: set[int]) -> Iterator[tuple[int, int]]:
        for part in parts(sorted(ids)):
            query = select(column.table.c.id, column).where(column.in_(part))
            yield from ((row[0], row[1]) for row in self.session.execute(query))

    def _named_in_operations(self) -> None:
        """Operations whose snapshot names what would go: made by hand since the import."""
        kinds = ("work_centre", "skill", "supplier", "machine", "tool_type", "item")
        if not any(self.going.made[kind] for kind in kinds):
            return
        own = self.left.ids("operation")
        for operation in self.session.scalars(select(Operation)):
            if operation.id in own:
                continue
            for kind, record_id in ids_in_step(definition_of(operation)):
                if record_id in self.going.made[kind]:
                    self._add("operation", operation.id, "refers", target=(kind, record_id))

    def _published(self) -> None:
        """A published plan is never rewritten."""
        gone = self.going.made["operation"]
        rows = self.session.execute(
            select(Placement.operation_id, Plan.revision)
            .join(Plan, Plan.id == Placement.plan_id)
            .where(Plan.kind == PlanKind.PUBLISHED)
        )
        for operation, revision in rows:
            if operation in gone:
                self._add("operation", operation, "published", revision=revision)

    def _keys_taken(self) -> None:
        """Records made since under the key of one that is to come back."""
        for kind in sorted(self.left.kinds):
            table = Base.metadata.tables[kind]
            back = {**self.left.changed[kind], **self.left.removed[kind]}
            if not back:
                continue
            own = self.left.ids(kind)
            for names in _unique_keys(table):
                wanted = {tuple(row.get(name) for name in names) for row in back.values()}
                query = select(table.c.id, *(table.c[name] for name in names))
                for record_id, *key in self.session.execute(query):
                    if record_id not in own and None not in key and tuple(key) in wanted:
                        self._add(kind, record_id, "key_taken")

    def _stock_used(self) -> None:
        """Stock the import brought and somebody has used since."""
        back = self.going.moves_back
        if not back:
            return
        physical = set(
            self.session.scalars(
                select(Location.id).where(Location.kind == LocationKind.PHYSICAL)
            )
        )  # fmt: skip
        sums = balances(self.session)
        touched: dict[Place, StockMove] = {}
        for move in back:
            for place, sign in _places(move):
                sums[place] += sign * move.quantity
                touched[place] = move
        self._counted_again(touched, {move.id for move in back})
        for place, move in touched.items():
            if place[2] in physical and sums[place] < 0:
                item = self.session.get_one(Item, place[0]).code
                lot = self.session.get(Lot, place[1]).code if place[1] else ""  # type: ignore[union-attr]
                self._add("stock_move", move.id, "stock_used", item=item, lot=lot,
                          location=self.session.get_one(Location, place[2]).code,
                          quantity=-sums[place])  # fmt: skip

    def _counted_again(self, touched: dict[Place, StockMove], own: set[int]) -> None:
        """Later imports that counted the same stock: their moves stand on ours."""
        ids = {record_id for kind, record_id in self.later if kind == "stock_move"}
        for move in _rows(self.session, StockMove, ids - own):
            if any(place in touched for place, _ in _places(move)):
                self._add("stock_move", move.id, "changed_since")

    # ------------------------------------------------------------ in words

    def _later_imports(self) -> Iterator[Obstacle]:
        for batch_id in sorted(self._by_import, reverse=True):
            batch = self.session.get_one(ImportBatch, batch_id)
            text = message(
                "imports.later_import",
                at=batch.at.astimezone(self.zone),
                files=list(batch.file_names),
                count=len(self._by_import[batch_id]),
            )
            yield Obstacle("import_batch", batch_id, "", batch.client_key, text)

    def _records(self) -> list[Obstacle]:
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for (kind, record_id), (_, values) in self._found.items():
            wanted[kind].add(record_id)
            if "target" in values:
                wanted[values["target"][0]].add(values["target"][1])
        names = record_names(self.session, wanted)
        found = []
        for (kind, record_id), (code, values) in self._found.items():
            told = dict(values)
            if "target" in told:
                told["target"] = names[told["target"]].label
            if code in ("changed_since", "removed_since"):
                told |= self._who(kind, record_id)
            name = names[kind, record_id]
            text = Message(f"imports.{code}", {"record": name.label, **told})
            found.append(Obstacle(kind, record_id, name.sheet, name.root, text))
        return sorted(found, key=lambda o: (o.kind, o.code, o.record_id))

    def _who(self, kind: str, record_id: int) -> dict[str, Any]:
        """Who wrote the row last, and when, on the plant's clock."""
        line = self.session.scalars(
            select(Change)
            .where(Change.kind == kind, Change.record_id == record_id)
            .order_by(Change.id.desc())
            .limit(1)
        ).first()
        if line is None:
            return {"actor": "?", "at": "?"}
        return {"actor": line.actor, "at": line.at.astimezone(self.zone)}


def _later_images(session: Session, batch: ImportBatch) -> dict[tuple[str, int], int]:
    """Rows that later imports, not undone, have written: the latest of them."""
    rows = session.execute(
        select(ImportImage.kind, ImportImage.record_id, ImportImage.batch_id)
        .join(ImportBatch, ImportBatch.id == ImportImage.batch_id)
        .where(ImportImage.batch_id > batch.id, ImportBatch.undone_at.is_(None))
        .order_by(ImportImage.batch_id)
    )
    return {(kind, record_id): batch_id for kind, record_id, batch_id in rows}


def _unique_keys(table: Table) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]


def _places(move: StockMove) -> tuple[tuple[Place, int], tuple[Place, int]]:
    """The two places of a move, with the sign of what reversing it does there."""
    rest = (move.status, move.reserved_order_id)
    return (
        ((move.item_id, move.lot_id, move.to_location_id, *rest), -1),
        ((move.item_id, move.lot_id, move.from_location_id, *rest), 1),
    )


def _rows(session: Session, model: type[StockMove], ids: set[int]) -> list[StockMove]:
    found: list[StockMove] = []
    for part in parts(sorted(ids)):
        found += session.scalars(select(model).where(model.id.in_(part)).order_by(model.id))
    return found
