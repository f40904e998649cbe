"""What only the whole import shows: work that no machine, mould or shift could ever do."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.codes import code_key
from app.core.quantity import whole_up
from app.core.standard_time import PER_CYCLE, run_time
from app.models.plant import Machine, Shift, ToolType
from app.models.products import Routing, RoutingStep
from app.services.exchange.products_in import named_routings
from app.services.exchange.records import Record
from app.services.exchange.target import Target
from app.services.planning.machine_rule import parts_of, takes

MINUTES_A_DAY = 1440


def check_plant(target: Target) -> None:
    """Errors at the records of this import that could never be planned."""
    if not (target.records["Routings"] or target.records["Tools"] or target.records["Machines"]):
        return
    machines = [m for m in target.by_code["machine"].values() if m.active]
    _moulds_without_machine(target, machines)
    _steps_without_machine(target, machines)
    _steps_longer_than_a_shift(target, machines)


_CODES = {"Items": ("item", "item_code"), "Machines": ("machine", "machine_code"),
          "Tools": ("tool", "tool_code"), "Operators": ("operator", "badge"),
          "Customers": ("customer", "customer_code"), "Suppliers": ("supplier", "supplier_code"),
          "Shifts": ("calendar", "calendar"), "Orders": ("order", "order_no")}  # fmt: skip
"""Sheets that bring records of a kind, and the column of their code."""


def warn_of_lookalikes(target: Target) -> None:
    """Codes of this import that look like another record's: both are named, neither is changed."""
    named: dict[tuple[str, str], tuple[Record, str]] = {}
    for sheet, (kind, key) in _CODES.items():
        for record in target.records[sheet]:
            if key in record.values:
                named.setdefault((kind, code_key(record.values[key])), (record, key))
    said: set[frozenset[str]] = set()
    for (kind, own), (record, key) in (named | target.mentioned).items():
        row = target.by_code[kind].get(own)
        if row is None:
            continue
        others = [code for code in target.known_codes(kind).alike(row.code)
                  if target.find(kind, code) is not row]  # fmt: skip
        pair = frozenset((kind, own, *map(code_key, others)))
        if others and pair not in said:
            said.add(pair)
            target.warn(record, "looks_alike", key, code=row.code, others=others)


def _taking(target: Target, machines: list[Machine], tool: ToolType) -> list[Machine]:
    rule = parts_of(tool.machine_rule)
    centres = {row.id: row.code_key for row in target.by_code["work_centre"].values()}
    return [
        m
        for m in machines
        if takes(rule, m.code_key, centres.get(m.work_centre_id or 0, ""), m.attributes)
    ]


def _moulds_without_machine(target: Target, machines: list[Machine]) -> None:
    for record in target.records["Tools"]:
        tool = target.find("tool", record.values["tool_code"])
        if tool is not None and tool.machine_rule and not _taking(target, machines, tool):
            target.error(record, "mould_without_machine", "machine_rule", tool=tool.code,
                         rule=tool.machine_rule)  # fmt: skip


def _steps_without_machine(target: Target, machines: list[Machine]) -> None:
    centres = {m.work_centre_id for m in machines}
    for record in target.records["Routings"]:
        v = record.values
        if "machines" in v or "supplier" in v or "work_centre" not in v:
            continue
        centre = target.find("work_centre", v["work_centre"])
        if centre is not None and centre.id not in centres:
            target.error(record, "centre_without_machine", "work_centre", centre=centre.code,
                         step=v["step_no"])  # fmt: skip


def _steps_longer_than_a_shift(target: Target, machines: list[Machine]) -> None:
    """A step (or one turn of it) that must not pause and fits into no open stretch."""
    by_place = {_place(r): r for r in target.records["Routings"]}
    if not by_place:
        return
    rows = target.session.scalars(
        select(Routing)
        .where(*named_routings(target))
        .options(selectinload(Routing.steps).selectinload(RoutingStep.machines))
    ).all()
    codes = _codes_of_items(target)
    longest = _longest_stretches(target)
    for routing in rows:
        for step in routing.steps:
            head = codes.get(routing.item_id or 0, "") or code_key(routing.family)
            record = by_place.get((head, code_key(routing.revision), step.step_no))
            if record is None or step.pausable == "anywhere":
                continue
            room = max((longest[m.calendar_id] for m in _machines_of(step, machines)), default=None)
            needed = _unbroken_minutes(step)
            if room is not None and needed > room:
                target.error(record, "longer_than_shift", "rate", step=step.step_no,
                             minutes=needed, longest=room)  # fmt: skip


def _codes_of_items(target: Target) -> dict[int, str]:
    """Folded codes of the items that the routings of this import are about."""
    codes = {r.values["item_code"] for r in target.records["Routings"] if "item_code" in r.values}
    found = (target.find("item", code) for code in codes)
    return {item.id: item.code_key for item in found if item is not None}


def _place(record: Record) -> tuple[str, str, int]:
    v = record.values
    head = code_key(v.get("item_code", "")) or code_key(v.get("family", ""))
    return head, code_key(v.get("revision", "A")), v["step_no"]


def _machines_of(step: RoutingStep, machines: list[Machine]) -> list[Machine]:
    listed = {row.machine_id for row in step.machines}
    if listed:
        return [m for m in machines if m.id in listed]
    return [m for m in machines if m.work_centre_id == step.work_centre_id]


def _unbroken_minutes(step: RoutingStep) -> int:
    """Setup and one turn, or setup and one piece: the least that must fit in one stretch."""
    run = run_time(step.rate, step.rate_basis, Decimal(1), shift_seconds=8 * 3600)
    turn = step.rate_basis in PER_CYCLE
    seconds = run.turn_seconds if turn else run.run_seconds
    setup = 0 if turn and step.pausable == "turns" else whole_up(step.setup_minutes)
    return setup + -(-seconds // 60)


def _longest_stretches(target: Target) -> defaultdict[int, int]:
    """Calendar id → longest open stretch in minutes (touching shifts are one)."""
    windows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for shift in target.session.scalars(select(Shift)):
        windows[shift.calendar_id] += _week_windows(shift)
    longest: defaultdict[int, int] = defaultdict(int)
    for calendar, found in windows.items():
        longest[calendar] = _longest(found)
    # Calendars whose shifts come from a parent are not judged here.
    for row in target.by_code["calendar"].values():
        if row.id not in windows:
            longest[row.id] = 7 * MINUTES_A_DAY
    return longest


def _week_windows(shift: Any) -> list[tuple[int, int]]:
    """Open stretches of a shift in minutes of a week that begins on Monday."""
    start = (shift.weekday - 1) * MINUTES_A_DAY + shift.start_minute
    end = (shift.weekday - 1) * MINUTES_A_DAY + shift.end_minute
    if end <= start:
        end += MINUTES_A_DAY
    cuts = []
    for first, last in shift.breaks:
        begin = (shift.weekday - 1) * MINUTES_A_DAY + first
        if begin < start:
            begin += MINUTES_A_DAY
        cuts.append((begin, begin + (last - first) % MINUTES_A_DAY))
    windows, at = [], start
    for begin, stop in sorted(cuts):
        windows.append((at, begin))
        at = stop
    windows.append((at, end))
    return [(a, b) for a, b in windows if a < b]


def _longest(windows: list[tuple[int, int]]) -> int:
    week = 7 * MINUTES_A_DAY
    twice = sorted([*windows, *((a + week, b + week) for a, b in windows)])
    best, start, end = 0, None, 0
    for a, b in twice:
        if start is None or a > end:
            start, end = a, b
        end = max(end, b)
        best = max(best, end - start)
    return best
