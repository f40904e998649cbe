"""Made-up plans for tests and benchmarks of the Gantt: any size, seeded, all kinds of bars."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from app.core.messages import Message
from app.core.working_time import minute
from app.services.planning.rows import (
    CopyLane,
    MachineLane,
    MouldLane,
    PersonLane,
    PlacementRow,
    PlanRow,
    PlanView,
    ShiftSpan,
    Turn,
    UnplacedRow,
)

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
NOW = MONDAY + timedelta(hours=4)
MINUTE = timedelta(minutes=1)
CUSTOMERS = ("佛山宏达", "Nanjing Decor", "厦门美居", "Hanoi Interior", "")
FAMILIES = ("HX", "JH", "PL", "FL", "DP", "LZ", "AB", "CD", "EF")


def plan_row(revision: int = 41) -> PlanRow:
    return PlanRow(
        id=1,
        kind="working",
        revision=revision,
        created_at=NOW,
        created_by="li.min",
        policy="on_time",
        planning_now=NOW,
        status="feasible",
        objective={"late_orders": 3.0},
    )


def placement(operation: int, machine: int, begin: datetime, **changes: object) -> PlacementRow:
    """One bar: 30 minutes of setup, two hours of work, unless said otherwise."""
    start = changes.get("start", begin + 30 * MINUTE)
    end = changes.get("end", begin + 150 * MINUTE)
    order = changes.get("order_id", operation)
    values: dict[str, object] = {
        "operation_id": operation, "order_id": order,
        "order_number": f"MO2611-{order:04d}", "order_type": "normal", "step_no": 10,
        "step_name": "浇注", "item_code": "HX-15-W", "item_name": "玫瑰花线 2.5 m",
        "customer": CUSTOMERS[0], "quantity": Decimal(108), "unit": "支",
        "machine_id": machine, "machine_code": f"M-{machine}", "setup_start": begin,
        "start": start, "end": end, "segments": ((begin, end),),
        "tools": ("HX-15#2",), "operators": ("陈伟",), "due": begin + timedelta(days=2),
        "order_end": end, "late_minutes": 0, "progress": 0.0, "pin_machine": False,
        "pin_start": False, "started": False, "stale": False, "priority": 5, "family": "HX",
    }  # fmt: skip
    return PlacementRow(**{**values, **changes})  # type: ignore[arg-type]


def lane(machine: int, centre: str, kind: str = "unary") -> MachineLane:
    return MachineLane(
        id=machine, code=f"{centre[:2].upper()}-{machine:02d}", name=f"{centre} {machine}",
        work_centre=centre, kind=kind, capacity=1 if kind == "unary" else 216,
        capacity_unit="" if kind == "unary" else "支", active=True,
    )  # fmt: skip


def shifts(machine: int, days: int, *, nights: bool = False) -> list[ShiftSpan]:
    """Day shift 08-12 and 13-17 in Shanghai, with Saturday as overtime; or round the clock."""
    spans = []
    for day in range(-3, days):
        date = MONDAY + timedelta(days=day)
        if nights:
            spans.append(ShiftSpan(machine, date, date + timedelta(days=1), overtime=False))
        elif date.weekday() < 6:
            for begin in (0, 5):
                at = date + timedelta(hours=begin)
                extra = date.weekday() == 5
                spans.append(ShiftSpan(machine, at, at + timedelta(hours=4), overtime=extra))
    return spans


def view(
    lanes: list[MachineLane],
    placements: list[PlacementRow],
    *,
    days: int = 10,
    unplaced: tuple[UnplacedRow, ...] = (),
    links: tuple[tuple[int, int], ...] = (),
    people: tuple[PersonLane, ...] = (),
    moulds: tuple[MouldLane, ...] = (),
) -> PlanView:
    spans = [s for m in lanes for s in shifts(m.id, days, nights=m.kind != "unary")]
    present = [s for one in people for s in shifts(one.id, days)]
    return PlanView(
        plan=plan_row(), lanes=tuple(lanes), shifts=tuple(spans), placements=tuple(placements),
        unplaced=unplaced, links=links, now=NOW, time_zone="Asia/Shanghai", people=people,
        moulds=moulds, people_shifts=tuple(present), turns={0: turns(days)},
    )  # fmt: skip


def turns(days: int) -> tuple[Turn, ...]:
    """A day shift from 08:00 and a night shift from 20:00 in Shanghai."""
    found = []
    for day in range(-3, days):
        at = MONDAY + timedelta(days=day)
        found.append(Turn(at.date(), "白班", at, at + timedelta(hours=12)))
        found.append(Turn(at.date(), "夜班", at + timedelta(hours=12), at + timedelta(hours=24)))
    return tuple(found)


def person(number: int, team: str) -> PersonLane:
    return PersonLane(number, f"{number:04d}", f"工人 {number}", team, active=True)


def mould(number: int, copies: tuple[int, ...], places: dict[int, str] | None = None) -> MouldLane:
    """A mould with copies of these ids, numbered from 1; ``places``: where some of them hang."""
    hanging = places or {}
    found = tuple(
        CopyLane(
            copy, str(n), hanging.get(copy, "R-1"), "mounted" if copy in hanging else "in_store"
        )
        for n, copy in enumerate(copies, 1)
    )
    return MouldLane(
        number, f"M-{number:02d}", f"模具 {number}", "mould", active=True, copies=found
    )


def unplaced(operation: int, number: str) -> UnplacedRow:
    reason = Message("planning.nothing_to_schedule", {})
    return UnplacedRow(operation, number, 20, "脱模", "DP-100-G", reason)


def big_view(operations: int, machines: int, *, seed: int = 7) -> PlanView:
    """A busy plant: machines in groups of eight, two ovens with batches, seven steps per order."""
    chance = random.Random(seed)
    centres = [f"Centre {n:02d}" for n in range(-(-machines // 8))]
    lanes = [lane(m, centres[m // 8], "batch" if m % 24 == 7 else "unary") for m in range(machines)]
    per_machine = operations // machines
    placements: list[PlacementRow] = []
    by_order: dict[int, list[int]] = {}
    for own in lanes:
        at = NOW - timedelta(hours=chance.randrange(4, 20))
        for number in range(per_machine):
            operation = len(placements) + 1
            order = (own.id * 37 + number * 13) % max(operations // 7, 1) + 1
            row = _busy_row(chance, own, operation, order, at)
            placements.append(row)
            by_order.setdefault(order, []).append(operation)
            batch = own.kind == "batch" and number % 6
            at = row.setup_start if batch else row.end + chance.choice((0, 0, 5, 20)) * MINUTE
    links = tuple(pair for ids in by_order.values() for pair in pairwise(ids))
    days = 2 + (max(p.end for p in placements) - MONDAY).days
    people = tuple(person(own.id, f"Team {own.id // 12}") for own in lanes)
    moulds = tuple(mould(n, tuple(range(3 * n, 3 * n + 3))) for n in range(-(-machines // 3)))
    return view(lanes, placements, days=days, links=links, people=people, moulds=moulds)


def _busy_row(
    chance: random.Random, own: MachineLane, operation: int, order: int, at: datetime
) -> PlacementRow:
    setup = chance.choice((0, 0, 15, 30))
    run = 240 if own.kind == "batch" else chance.randrange(25, 300)
    start = at + setup * MINUTE
    pause = 60 if run > 200 and own.kind == "unary" else 0
    end = start + (run + pause) * MINUTE
    segments = ((at, end),)
    if pause:
        rest = start + (run // 2) * MINUTE
        segments = ((at, rest), (rest + pause * MINUTE, end))
    progress = 1.0 if end < NOW else chance.random() if at < NOW else 0.0
    late = order % 9 == 0
    return placement(
        operation, own.id, at, order_id=order, start=start, end=end, segments=segments,
        machine_code=own.code, step_no=10 * (operation % 7 + 1), progress=progress,
        started=0 < progress < 1, late_minutes=600 if late else 0,
        customer=CUSTOMERS[order % 5], family=FAMILIES[order % 9],
        item_code=f"{FAMILIES[order % 9]}-{order % 40:02d}-W",
        pin_machine=operation % 41 == 0, pin_start=operation % 59 == 0, stale=operation % 97 == 0,
        quantity=Decimal(chance.randrange(10, 900)), tool_ids=(own.id,),
        crew=tuple((own.id, minute(a), minute(b), 0) for a, b in segments),
    )  # fmt: skip
