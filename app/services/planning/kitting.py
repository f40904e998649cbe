"""Kitting, simulated: how many sets each order could make now, and when the rest is there.

Stock and receipts on record are dealt out in the order of the plan, nothing is promised twice; made
components count as far as they are made, moulds if enough copies can be used. What nobody has
recorded is said to be unknown, never taken as there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import USABLE_TOOLS, OperationState, PlanKind, ToolKind, ToolState
from app.core.messages import Message, message
from app.core.quantity import SCALE
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan
from app.models.plant import ToolCopy, ToolType
from app.models.products import Item, Unit
from app.scheduling.problem import FOREVER
from app.services.planning.material_supply import ENDLESS, Supply
from app.services.planning.open_work import OpenWork, is_done, pieces_left
from app.services.planning.plant_records import Clock
from app.services.site import now_of, site_row

ASSUMED = int(ENDLESS) * SCALE
"""A receipt that nobody has ordered yet: bought in time, it is taken."""

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KitRow:
    """One order: ``now`` of ``of`` pieces (item's unit) could be made; ``rest_at``: all of them.

    ``now`` None: nothing is on record to tell. ``rest_at`` None: kitted, or nobody knows when.
    ``missing``: what is short, the latest first. ``short``: operations that are not kitted.
    """

    order_id: int
    now: Decimal | None
    of: Decimal
    unit: str
    rest_at: datetime | None
    missing: tuple[Message, ...] = ()
    short: frozenset[int] = frozenset()

    @property
    def kitted(self) -> bool:
        return self.now is not None and self.now >= self.of


@dataclass(slots=True)
class _Lack:
    """Share of an operation that is there, when the rest comes (None = never), and what it is."""

    share: Fraction
    at: datetime | None
    what: Message
    operation_id: int


def kitting(database: Database, now: datetime | None = None) -> dict[int, KitRow]:
    """By order that is scheduled and has work left (a job's work)."""
    with database.read() as session:
        return _Kitting(session, now or now_of(site_row(session))).rows()


def kit_text(row: KitRow) -> Message:
    """The answer in sets, as one sentence."""
    if row.now is None:
        return message("kitting.unknown")
    if row.kitted:
        return message("kitting.all", quantity=row.of, unit=row.unit)
    values = {"now": row.now, "of": row.of, "unit": row.unit, "missing": list(row.missing)}
    return Message("kitting.part", values)


class _Kitting:
    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now
        self._clock = Clock(now, ZoneInfo(site_row(session).time_zone))
        self._work = OpenWork.of(session, now=now)
        needs = self._work.needs()
        self._needs = needs
        self._supply = Supply(session, self._clock, self._work.orders, needs, self._work.owners())
        plan = select(Plan.id).where(Plan.kind == PlanKind.WORKING).scalar_subquery()
        rows = session.execute(
            select(Placement.operation_id, Placement.start_at, Placement.end_at).where(
                Placement.plan_id == plan
            )
        )
        self._placed: dict[int, tuple[datetime, datetime]] = {n: (a, b) for n, a, b in rows}

    def rows(self) -> dict[int, KitRow]:
        lacks: defaultdict[int, list[_Lack]] = defaultdict(list)
        for row, lack in [*self._materials(), *self._moulds()]:
            lacks[row.order_id].append(lack)
        for order_id, lack in self._components():
            lacks[order_id].append(lack)
        units = dict(
            self._session.execute(
                select(Item.id, Unit.code).join(Unit, Unit.id == Item.unit_id)
            ).all()
        )
        found = {}
        for order in self._work.orders:
            left = [row for row in self._work.rows[order.id] if not is_done(row)]
            if left:
                unit = units.get(order.item_id, "")
                found[order.id] = self._row(order, left, lacks[order.id], unit)
        return found

    def _row(
        self, order: ProductionOrder, left: Sequence[Operation], lacks: list[_Lack], unit: str
    ) -> KitRow:
        pieces = pieces_left(left[0])
        if not self._supply.tracked and any(self._needs.get(row.id) for row in left):
            return KitRow(order.id, None, pieces, unit, None)
        share = min((lack.share for lack in lacks), default=Fraction(1))
        now = Decimal(share.numerator) * pieces / Decimal(share.denominator)
        lacks.sort(key=lambda lack: lack.at or LATEST, reverse=True)
        latest = lacks[0].at if lacks else None
        whole = now if share == 1 else now.to_integral_value(ROUND_DOWN)
        return KitRow(
            order.id,
            whole,
            pieces,
            unit,
            latest,
            tuple({repr(lack.what): self._told(lack) for lack in reversed(lacks)}.values())[::-1],
            frozenset(lack.operation_id for lack in lacks),
        )

    def _told(self, lack: _Lack) -> Message:
        if lack.at is None:
            return message("kitting.never", what=lack.what)
        local = lack.at.astimezone(self._clock.zone)
        return message("kitting.from", what=lack.what, day=f"{local:%m-%d}")

    # ------------------------------------------------------------ what is short

    def _in_plan_order(self) -> list[Operation]:
        """Open operations that have not begun; what has no place in the plan comes last."""
        rows = [row for row in self._work.every() if row.state is OperationState.PENDING]
        return sorted(rows, key=lambda r: (self._placed.get(r.id, (LATEST, LATEST))[0], r.id))

    def _materials(self) -> list[tuple[Operation, _Lack]]:
        materials = self._supply.materials() if self._supply.tracked else ()
        stock = [material.stock for material in materials]
        coming = [
            [[tick, quantity] for tick, quantity in m.receipts if quantity < ASSUMED]
            for m in materials
        ]
        found = []
        for row in self._in_plan_order():
            held = self._supply.reserved_release(row.id)
            if held > self._clock.now:
                at = self._clock.moment(held)
                what = message("kitting.reserved")
                found.append((row, _Lack(Fraction(0), at, what, row.id)))
            for material, quantity in self._supply.consumes(row.id):
                given = min(quantity, stock[material])
                stock[material] -= given
                if given < quantity:
                    tick = _take(coming[material], quantity - given)
                    when = None if tick >= FOREVER else self._clock.moment(tick)
                    what = message("kitting.item", item=materials[material].key)
                    lack = _Lack(Fraction(given, quantity), when, what, row.id)
                    found.append((row, lack))
        return found

    def _components(self) -> list[tuple[int, _Lack]]:
        """Orders whose made components are not all there yet."""
        found = []
        for order in self._work.orders:
            parent = self._work.order_by_id.get(order.parent_order_id or 0)
            rows = self._work.rows[order.id]
            if parent is None or not rows or all(is_done(row) for row in rows):
                continue
            made = min(Fraction(rows[-1].good) / Fraction(order.base_quantity), Fraction(1))
            ends = [self._placed[row.id][1] for row in rows if row.id in self._placed]
            taker = self._taker(parent, order)
            if made < 1:
                what = message("kitting.component", order=order.code)
                lack = _Lack(made, max(ends, default=None), what, taker)
                found.append((parent.id, lack))
        return found

    def _taker(self, parent: ProductionOrder, child: ProductionOrder) -> int:
        rows = [row for row in self._work.rows[parent.id] if not is_done(row)]
        for row in rows:
            if any(need.item == child.item_id for need in self._work.steps[row.id].materials):
                return row.id
        return rows[0].id if rows else 0

    def _moulds(self) -> list[tuple[Operation, _Lack]]:
        """Steps whose moulds (every alternative of them) cannot be used now."""
        copies: defaultdict[int, list[ToolCopy]] = defaultdict(list)
        for copy in self._session.scalars(select(ToolCopy)):
            copies[copy.tool_type_id].append(copy)
        kinds = {
            kind.id: kind for kind in self._session.scalars(select(ToolType).where(ToolType.active))
        }
        found = []
        for row in self._in_plan_order():
            wanted = [use for use in self._work.steps[row.id].tools if use.tool_type in kinds]
            wanted = [use for use in wanted if kinds[use.tool_type].kind is not ToolKind.POOL]
            if not wanted:
                continue
            ready = [self._ready(copies[use.tool_type], use.count or 1) for use in wanted]
            first = min(ready, key=lambda at: at or LATEST)
            if first is None or first > self._now:
                what = message("kitting.mould", mould=kinds[wanted[0].tool_type].code)
                found.append((row, _Lack(Fraction(0), first, what, row.id)))
        return found

    def _ready(self, copies: Sequence[ToolCopy], count: int) -> datetime | None:
        """When so many copies can be used; None: never, as far as is known."""
        moments = sorted(at for copy in copies if (at := _usable_from(copy)) is not None)
        return moments[count - 1] if len(moments) >= count else None


def _usable_from(copy: ToolCopy) -> datetime | None:
    if copy.state is ToolState.SCRAPPED:
        return None
    if copy.available_from is not None:
        return copy.available_from
    return datetime.min.replace(tzinfo=UTC) if copy.state in USABLE_TOOLS else None


def _take(receipts: list[list[int]], missing: int) -> int:
    """Takes what is missing from receipts; the tick of the last one, ``FOREVER`` if they end."""
    for receipt in receipts:
        used = min(receipt[1], missing)
        receipt[1] -= used
        missing -= used
        if missing <= 0:
            return receipt[0]
    return FOREVER


def unkitted(rows: Mapping[int, KitRow]) -> frozenset[int]:
    """Operations of all orders that lack something now."""
    return frozenset(number for row in rows.values() for number in row.short)
