"""``doctor``: is the database well, and does the stored plan keep every rule?

Reads only. Each finding names the records and what to do; the same checks are the oracle of the
tests that load, crash and race the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, literal_column, select, text
from sqlalchemy.orm import Session

from app.core.choices import SCHEDULED_STATES, LocationKind, OperationState, PlanKind
from app.core.messages import Message, message
from app.models.database import Database
from app.models.materials import StockMove
from app.models.migrations import HEAD
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan, UnplacedOperation
from app.models.plant import Location
from app.models.products import BillOfMaterial, BomLine, Item
from app.scheduling.verify import verify
from app.services.planning.bridge import load_problem
from app.services.planning.stored_plan import read_content, schedule_of, working_plan
from app.services.site import now_of, site_row

NAMED = 5
"""Records named in one finding; the count says how many more there are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong; ``check`` is the name of the check that found it."""

    check: str
    message: Message


def run(database: Database) -> list[Finding]:
    """All findings, in the order of ``CHECKS``. An empty list: the database is well."""
    findings = [
        Finding(check.__name__, found) for check in FILE_CHECKS for found in check(database)
    ]
    with database.read() as session:
        findings += [Finding(check.__name__, found) for check in CHECKS for found in check(session)]
    return findings


# ---------------------------------------------------------------- the database itself


def schema_version(database: Database) -> Iterator[Message]:
    revision = database.schema_revision()
    if revision != HEAD:
        yield message("doctor.schema", revision=str(revision), expected=HEAD)


def sqlite_settings(database: Database) -> Iterator[Message]:
    """Write-ahead log, full syncing and foreign keys are on; the file is sound."""
    if not database.is_sqlite:
        return
    expected = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "trusted_schema": 0}
    with database.read() as session:
        for name, value in expected.items():
            found = session.execute(text(f"PRAGMA {name}")).scalar()
            if found != value:
                yield message("doctor.pragma", name=name, found=str(found), expected=str(value))
        for (answer,) in session.execute(text("PRAGMA integrity_check")):
            if answer != "ok":
                yield message("doctor.integrity", detail=str(answer))


def orphans(database: Database) -> Iterator[Message]:
    """Rows that point to a record which is not there (SQLite; PostgreSQL cannot hold any)."""
    if not database.is_sqlite:
        return
    with database.read() as session:
        for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
            yield message("doctor.orphan", table=table, row=str(row), parent=parent)


# ---------------------------------------------------------------- what is stored in it


def bom_cycles(session: Session) -> Iterator[Message]:
    """An item that is, over some levels, a part of itself."""
    rows = session.execute(
        select(BillOfMaterial.item_id, BomLine.component_id)
        .join(BomLine, BomLine.bom_id == BillOfMaterial.id)
        .where(BillOfMaterial.active)
    )
    parts: dict[int, list[int]] = {}
    for item, component in rows:
        parts.setdefault(item, []).append(component)
    cycle = find_cycle(parts)
    if cycle:
        found = session.execute(select(Item.id, Item.code).where(Item.id.in_(cycle)))
        codes = {row.id: row.code for row in found}
        yield message("doctor.bom_cycle", items=" → ".join(codes[item] for item in cycle))


def find_cycle(successors: dict[int, list[int]]) -> list[int]:
    """One cycle of a directed graph, first node repeated at its end; empty if there is none."""
    done: set[int] = set()
    for root in successors:
        path: list[int] = []
        on_path: set[int] = set()
        stack: list[tuple[int, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif node in on_path:
                return [*path[path.index(node) :], node]
            elif node not in done:
                path.append(node)
                on_path.add(node)
                stack.append((node, True))
                stack += [(after, False) for after in successors.get(node, ())]
    return []


def approved_without_place(session: Session) -> Iterator[Message]:
    """Approved work that the working plan neither places nor explains."""
    plan = session.scalar(select(Plan.id).where(Plan.kind == PlanKind.WORKING))
    if plan is None:
        return
    placed = select(Placement.operation_id).where(Placement.plan_id == plan)
    explained = select(UnplacedOperation.operation_id).where(UnplacedOperation.plan_id == plan)
    rows = session.execute(
        select(ProductionOrder.code, Operation.step_no)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(
            ProductionOrder.state.in_(SCHEDULED_STATES),
            Operation.state != OperationState.DONE,
            Operation.id.not_in(placed),
            Operation.id.not_in(explained),
        )
        .order_by(ProductionOrder.code, Operation.step_no)
    ).all()
    if rows:
        named = [f"{order}/{step}" for order, step in rows[:NAMED]]
        yield message("doctor.no_place", count=len(rows), operations=named)


def orders_without_operations(session: Session) -> Iterator[Message]:
    """Approved orders that no routing step was made for."""
    rows = orders_without_work(session)
    if rows:
        yield message("doctor.no_operations", count=len(rows), orders=rows[:NAMED])


def orders_without_work(session: Session) -> list[str]:
    """Numbers of orders that are to be scheduled and have no operation."""
    return list(
        session.scalars(
            select(ProductionOrder.code)
            .where(
                ProductionOrder.state.in_(SCHEDULED_STATES),
                ProductionOrder.id.not_in(select(Operation.order_id)),
            )
            .order_by(ProductionOrder.code)
        )
    )


def more_out_than_in(session: Session) -> Iterator[Message]:
    """A step that reports more good pieces than the order releases."""
    rows = session.execute(
        select(ProductionOrder.code, Operation.step_no)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(Operation.good > Operation.quantity)
        .order_by(ProductionOrder.code, Operation.step_no)
    ).all()
    if rows:
        named = [f"{order}/{step}" for order, step in rows[:NAMED]]
        yield message("doctor.over_reported", count=len(rows), operations=named)


def stored_plan(session: Session) -> Iterator[Message]:
    """The working plan, judged by ``verify`` as of the moment it was made for."""
    plan = working_plan(session)
    if plan is None:
        return
    content = read_content(session, plan)
    loaded = load_problem(session, plan.planning_now or now_of(site_row(session)))
    schedule = schedule_of(loaded, content.spots, content.unplaced)
    known = loaded.operation_index()
    placed = {known[number] for number in content.spots if number in known}
    lost = len(placed) - len(schedule.placements)
    if lost:
        yield message("doctor.lost_places", count=lost)
    broken = verify(loaded.problem, schedule)
    for violation in broken[:NAMED]:
        yield message("doctor.plan_breaks_rule", violation=violation.message)
    if len(broken) > NAMED:
        yield message("doctor.plan_breaks_more", count=len(broken) - NAMED)


def negative_stock(session: Session) -> Iterator[Message]:
    """Items whose moves add up to less than nothing in a physical location."""
    for item, location, _ in stock_below_zero(session):
        yield message("doctor.negative_stock", item=item, location=location)


def stock_below_zero(session: Session) -> list[tuple[str, str, Decimal]]:
    """(item, physical location, balance) where the balance is below zero."""
    inside = Location.kind == LocationKind.PHYSICAL
    sign = case((StockMove.to_location_id == Location.id, 1), else_=literal_column("-1"))
    balance = func.sum(StockMove.quantity * sign, type_=StockMove.quantity.type)
    here = (StockMove.to_location_id == Location.id) | (StockMove.from_location_id == Location.id)
    rows = session.execute(
        select(Item.code, Location.code, balance)
        .select_from(StockMove)
        .join(Location, here & inside)
        .join(Item, Item.id == StockMove.item_id)
        .group_by(Item.code, Location.code)
        .having(balance < Decimal(0))
        .order_by(Item.code, Location.code)
    )
    return [(item, location, quantity) for item, location, quantity in rows]


FILE_CHECKS: tuple[Callable[[Database], Iterator[Message]], ...] = (
    schema_version,
    sqlite_settings,
    orphans,
)
CHECKS: tuple[Callable[[Session], Iterator[Message]], ...] = (
    bom_cycles,
    orders_without_operations,
    more_out_than_in,
    negative_stock,
    approved_without_place,
    stored_plan,
)
