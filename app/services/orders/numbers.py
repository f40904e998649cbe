"""Number series of production orders: one per type and month, ``MO2611-0123``."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OrderType
from app.core.codes import code_key
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.services.site import now_of, site_row

PREFIX = {
    OrderType.NORMAL: "MO",
    OrderType.RUSH: "MO",
    OrderType.SAMPLE: "SP",
    OrderType.TRIAL: "TM",
    OrderType.REWORK: "RW",
    OrderType.TOP_UP: "BD",
    OrderType.STOCK: "BK",
    OrderType.SUBCONTRACT: "WW",
}


def next_number(database: Database, type: str) -> str:
    """The number an order of this type would get now (not reserved)."""
    with database.read() as session:
        settings = site_row(session)
        local = now_of(settings).astimezone(ZoneInfo(settings.time_zone))
        return draw_number(session, OrderType(type), local)


def draw_number(session: Session, type: OrderType, local: datetime) -> str:
    """The next free number of the series; unique because the code is."""
    head = f"{PREFIX[type]}{local:%y%m}-"
    taken = session.scalars(
        select(ProductionOrder.code_key).where(
            ProductionOrder.code_key.startswith(code_key(head), autoescape=True)
        )
    )
    tails = [key.removeprefix(code_key(head)) for key in taken]
    last = max((int(tail) for tail in tails if tail.isdecimal()), default=0)
    return f"{head}{last + 1:04d}"
