"""How long a step takes for some pieces, on each machine that can do it: as the plan counts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.quantity import ceil_div
from app.core.step import StepDefinition, ceil_fraction
from app.models.plant import Machine, Supplier
from app.services.planning.modes import Task, Way, ways
from app.services.planning.plant_records import CalendarPool, Clock, Plant
from app.services.plant.calendars import PlantCalendars

SHIFTS_SEEN_DAYS = 14
"""Calendars are looked at this far: they say how long a shift is."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """One way to do a step. ``turns``: how often the moulds are filled, None where none counts.

    Minutes are rounded up once, as in the plan; changeovers of the setup matrix come on top.
    ``place``: code of the machine, or of the subcontractor (``outside``).
    """

    place: str
    copies: int
    setup_minutes: int
    run_minutes: int
    turns: int | None
    outside: bool

    @property
    def minutes(self) -> int:
        return self.setup_minutes + self.run_minutes


def step_times(
    session: Session, item_id: int, steps: Iterable[StepDefinition], pieces: Decimal, now: datetime,
    zone: ZoneInfo,
) -> dict[int, tuple[StepTime, ...]]:  # fmt: skip
    """By number of the step: the preferred way on each machine, in the order of preference.

    A step that no machine can do has none.
    """
    wanted = tuple(steps)
    plant = _plant(session, now, zone, {s.supplier for s in wanted if s.supplier is not None})
    codes = {row.id: row for row in session.scalars(select(Machine))}
    by_index = {record.index: codes[record.id] for record in plant.machines.values()}
    suppliers = dict(session.execute(select(Supplier.id, Supplier.code)).all())
    outside = {index: suppliers[number] for number, index in plant.suppliers.items()}
    found = {}
    for step in wanted:
        task = Task(item_id, step, pieces, tuple((use, None) for use in step.tools))
        times: dict[str, StepTime] = {}
        for way in ways(plant, task):
            machine = by_index.get(way.mode.machine)
            place = machine.code if machine is not None else outside[way.mode.machine]
            efficiency = machine.efficiency if machine is not None else 100
            times.setdefault(place, _time(plant, way, place, efficiency, machine is None))
        found[step.step_no] = tuple(times.values())
    return found


def _plant(session: Session, now: datetime, zone: ZoneInfo, suppliers: set[int]) -> Plant:
    clock = Clock(now, zone)
    first = now.astimezone(zone).date()
    last = first + timedelta(days=SHIFTS_SEEN_DAYS)
    calendars = PlantCalendars(session, zone, first, last)
    plant = Plant(session, clock, calendars, CalendarPool(clock), last)
    plant.load_machines()
    plant.load_suppliers(suppliers)
    plant.load_tools(set())
    plant.load_people()
    return plant


def _time(plant: Plant, way: Way, place: str, efficiency: int, outside: bool) -> StepTime:
    mode = way.mode
    turns = None
    seconds = Fraction(mode.run_seconds)
    if mode.turn_seconds > 0:
        turns = ceil_div(mode.quantity, max(_pieces_per_turn(plant, way), 1))
        seconds = Fraction(turns * mode.turn_seconds)
    minutes = ceil_fraction(seconds * 100 / efficiency / 60)
    return StepTime(place, way.copies, mode.setup, minutes, turns, outside)


def _pieces_per_turn(plant: Plant, way: Way) -> int:
    """Cavities of the copies in use; without a shaping tool what the step says."""
    cavities = {record.index: record.cavities for record in plant.tool_types.values()}
    shaping = [demand for demand in way.mode.tools if demand.shapes]
    if not shaping:
        return way.mode.pieces_per_turn
    return sum(cavities[demand.tool_type] * demand.count for demand in shaping)
