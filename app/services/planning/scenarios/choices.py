"""What the forms of a scenario's edits offer: records by what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core.choices import SCHEDULED_STATES
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine
from app.models.orders import ProductionOrder
from app.models.plant import Calendar, Customer, Machine, Operator, WorkCentre
from app.models.products import Item, Routing
from app.services.planning.scenarios.kinds import OtherDate, OtherPriority, OtherQuantity, Step
from app.services.planning.scenarios.named import order_of
from app.services.site import now_of, site_row

Offer = tuple[str, str]
"""Code and a name or other words that tell it apart."""


@dataclass(frozen=True, slots=True)
class StepChoices:
    """By kind of record."""

    items: tuple[Offer, ...]
    customers: tuple[Offer, ...]
    machines: tuple[Offer, ...]
    people: tuple[Offer, ...]
    scopes: tuple[Offer, ...]
    orders: tuple[Offer, ...]
    purchases: tuple[Offer, ...]


def step_choices(database: Database) -> StepChoices:
    """Read anew (a job's work)."""
    with database.read() as session:
        made = select(Routing.item_id).where(Routing.item_id.is_not(None))
        items = session.execute(
            select(Item.code, Item.name)
            .where(Item.id.in_(made) | (Item.family != ""))
            .order_by(Item.code)
        )
        customers = session.execute(
            select(Customer.code, Customer.short_name)
            .where(Customer.active)
            .order_by(Customer.code)
        )
        machines = [
            (code, name)
            for code, name in session.execute(
                select(Machine.code, Machine.name).where(Machine.active).order_by(Machine.id)
            )
        ]
        people = [
            (code, name, team)
            for code, name, team in session.execute(
                select(Operator.code, Operator.name, Operator.team)
                .where(Operator.active)
                .order_by(Operator.code)
            )
        ]
        centres = session.execute(
            select(WorkCentre.code, WorkCentre.name)
            .where(WorkCentre.active)
            .order_by(WorkCentre.id)
        )
        calendars = session.execute(
            select(Calendar.code, Calendar.name).where(Calendar.active).order_by(Calendar.id)
        )
        orders = session.execute(
            select(ProductionOrder.code, Item.code, Customer.short_name)
            .join(Item, Item.id == ProductionOrder.item_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .where(ProductionOrder.state.in_(SCHEDULED_STATES))
            .order_by(ProductionOrder.code)
        )
        lines = session.execute(
            select(PurchaseOrder.code, PurchaseOrderLine.line_no, Item.code,
                   PurchaseOrderLine.confirmed_on)
            .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
            .join(Item, Item.id == PurchaseOrderLine.item_id)
            .where(PurchaseOrderLine.open_quantity > 0)
            .order_by(PurchaseOrder.code, PurchaseOrderLine.line_no)
        )  # fmt: skip
        teams = dict.fromkeys(team for _, _, team in people if team)
        return StepChoices(
            items=tuple((code, name) for code, name in items),
            customers=tuple((code, name) for code, name in customers),
            machines=tuple(machines),
            people=tuple((code, f"{name} {team}".strip()) for code, name, team in people),
            scopes=(
                *((code, name) for code, name in calendars),
                *((code, name) for code, name in centres),
                *((team, "") for team in teams),
                *machines,
                *((code, name) for code, name, _ in people),
            ),
            orders=tuple(
                (code, f"{item} {customer or ''}".strip()) for code, item, customer in orders
            ),
            purchases=tuple(
                (f"{code}-{line}", f"{item} {day:%m-%d}") for code, line, item, day in lines
            ),
        )


def order_step(database: Database, kind: str, order: str) -> Step:
    """An order as it is now, as the edit of a kind that would change nothing.

    ``kind``: date, priority or quantity. Errors: ``NotFound``.
    """
    with database.read() as session:
        row = order_of(session, order)
        if kind == OtherPriority.kind:
            return OtherPriority(row.code, row.priority)
        if kind == OtherQuantity.kind:
            return OtherQuantity(row.code, row.quantity)
        return OtherDate(row.code, row.requested_at or now_of(site_row(session)))
