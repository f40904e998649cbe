"""Records that a scenario's edits name by their codes, and stretches of time as days and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.core.working_time import MINUTES_PER_DAY
from app.models.change_log import WritingSession
from app.models.orders import ProductionOrder
from app.models.plant import Calendar, Machine, Operator, WorkCentre
from app.services.orders.edits import form_of
from app.services.orders.rows import OrderForm

NOBODY = "–"
RUSH = "RUSH-"
"""Orders that are only a question are called so, with the number of their edit."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edit stands in its scenario: its number, and whether it is only tried."""

    seq: int
    trial: bool


def order_of(session: Session, number: str) -> ProductionOrder:
    """Errors: ``NotFound``."""
    row = session.scalars(
        select(ProductionOrder).where(ProductionOrder.code_key == code_key(number))
    ).one_or_none()
    if row is None:
        raise NotFound(message("plans.no_order", order=number))
    return row


def machine_code(session: Session, code: str) -> str:
    """As the machine is written. Errors: ``NotFound``."""
    found = session.scalars(
        select(Machine.code).where(Machine.code_key == code_key(code))
    ).one_or_none()
    if found is None:
        raise NotFound(message("scenarios.no_machine", machine=code))
    return found


def operator_of(session: Session, name: str) -> Operator:
    """By badge, or by a name that only one has. Errors: ``NotFound``."""
    rows = session.scalars(
        select(Operator).where((Operator.code_key == code_key(name)) | (Operator.name == name))
    ).all()
    if len(rows) != 1:
        raise NotFound(message("scenarios.no_person", person=name))
    return rows[0]


def members(session: Session, scope: str) -> list[str]:
    """Codes that exceptions can be written for. Errors: ``NotFound``."""
    key = code_key(scope)
    for model in (Calendar, Machine):
        found = session.scalars(select(model.code).where(model.code_key == key)).all()
        if found:
            return list(found)
    centre = session.scalars(select(WorkCentre.id).where(WorkCentre.code_key == key)).first()
    if centre is not None:
        return list(
            session.scalars(
                select(Machine.code)
                .where(Machine.work_centre_id == centre, Machine.active)
                .order_by(Machine.id)
            )
        )
    people = session.scalars(
        select(Operator.code)
        .where(
            (Operator.code_key == key) | (Operator.name == scope) | (Operator.team == scope),
            Operator.active,
        )
        .order_by(Operator.id)
    ).all()
    if not people:
        raise NotFound(message("scenarios.no_scope", scope=scope))
    return list(people)


def order_form(session: WritingSession, number: str) -> tuple[ProductionOrder, OrderForm]:
    row = order_of(session, number)
    return row, form_of(session, row)


# ---------------------------------------------------------------- days and hours


def clock_days(
    start: datetime, end: datetime, zone: ZoneInfo
) -> list[tuple[date, date, list[list[int]]]]:
    """A stretch as days by the clock: (first, last, hours); no hours = whole days."""
    begin, until = start.astimezone(zone), end.astimezone(zone)
    first, last = _minute(begin), _minute(until)
    day, final = begin.date(), until.date()
    if day == final:
        return [(day, day, [[first, last]])]
    found: list[tuple[date, date, list[list[int]]]] = []
    if first:
        found.append((day, day, [[first, MINUTES_PER_DAY]]))
        day += timedelta(days=1)
    if day < final:
        found.append((day, final - timedelta(days=1), []))
    if last:
        found.append((final, final, [[0, last]]))
    return found


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
