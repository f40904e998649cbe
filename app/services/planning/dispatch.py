"""Dispatch lists (派工单): what each machine does in a shift, by the working plan.

A night shift belongs to the day it began. A list shows one work centre in one shift.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.choices import OperationState, OrderType
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import Message, message
from app.models.database import Database
from app.models.orders import Card
from app.models.plant import Machine
from app.scheduling import problem as engine
from app.services.planning.desk import Desk, Work, day_of
from app.services.planning.dispatch_rows import (
    DispatchList,
    DispatchRow,
    MachineLoad,
    MouldAt,
    PaperHead,
    SetupPiece,
)
from app.services.planning.kit_lamps import KitLamps
from app.services.plant.shifts import NamedShift, Shifts
from app.services.site import now_of, site_row

OUT_OF_USE = -1
"""Position of a machine that is not planned any more; what was planned there has to be said."""
SPARE = 5
"""Operations offered to a team that has a stoppage."""


@dataclass(frozen=True, slots=True)
class ShiftChoice:
    """A shift of a day that machines work, for choosing: by name, with its span."""

    name: str
    start: datetime
    end: datetime
    machines: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lists: ``day`` None = the production day of now; ``shifts`` by name, ``machines`` by
    id, None = all."""

    day: date | None = None
    shifts: Collection[str] | None = None
    machines: Collection[int] | None = None


def machine_ids(database: Database, codes: Sequence[str]) -> tuple[int, ...]:
    """Ids of machines by their codes. Errors: ``NotFound`` naming the first that is none."""
    with database.read() as session:
        known = dict(session.execute(select(Machine.code_key, Machine.id)).all())
    for code in codes:
        if code_key(code) not in known:
            raise NotFound(message("reports.no_such_machine", code=code))
    return tuple(known[code_key(code)] for code in codes)


def production_day(database: Database, now: datetime | None = None) -> date:
    """The day that the shift running at ``now`` (None = the site's) belongs to."""
    with database.read() as session:
        settings = site_row(session)
        machines = session.scalars(select(Machine).where(Machine.active).order_by(Machine.code))
        zone = ZoneInfo(settings.time_zone)
        return day_of(Shifts(session, zone), machines, now or now_of(settings), zone)


def shift_choices(database: Database, day: date) -> tuple[ShiftChoice, ...]:
    """The shifts that belong to a day, by their start; one name on several calendars is one."""
    with database.read() as session:
        zone = ZoneInfo(site_row(session).time_zone)
        shifts = Shifts(session, zone)
        found: dict[str, list[NamedShift]] = {}
        for machine in session.scalars(select(Machine).where(Machine.active)):
            for shift in shifts.of_day(machine.calendar_id, day):
                found.setdefault(shift.name, []).append(shift)
    choices = [
        ShiftChoice(
            name,
            min(s.start for s in spans).astimezone(zone),
            max(s.end for s in spans).astimezone(zone),
            len(spans),
        )
        for name, spans in found.items()
    ]
    return tuple(sorted(choices, key=lambda choice: (choice.start, choice.name)))


def dispatch_lists(
    database: Database,
    asked: Asked | None = None,
    *,
    actor: str,
    now: datetime | None = None,
    by_shift: bool = False,
) -> tuple[DispatchList, ...]:
    """The lists of a production day, work centre by work centre, or (``by_shift``) shift by shift.

    Machines without work in a shift are shown where their work centre has some.
    """
    with database.read() as session:
        desk = Desk(session, actor, now)
        return tuple(_Lists(desk, asked or Asked()).lists(by_shift=by_shift))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A machine in one shift, in ticks."""

    machine: Machine
    index: int
    shift: NamedShift
    start: int
    end: int


def stretches(desk: Desk, asked: Asked) -> list[list[Stretch]]:
    """The stretches asked for, gathered into papers: one work centre, one shift."""
    day = asked.day or desk.production_day
    papers: dict[tuple[str, str], list[Stretch]] = {}
    for machine in desk.machines.values():
        index = desk.machine_index(machine.id)
        if asked.machines is not None and machine.id not in asked.machines:
            continue
        if index is None:
            if machine.id not in desk.left_out:
                continue
            index = OUT_OF_USE
        centre = desk.centres.get(machine.work_centre_id or 0)
        named = desk.shifts.of_day(machine.calendar_id, day)
        for shift in [*named, *_outside(desk, machine, index, day)]:
            if asked.shifts is None or shift.name in asked.shifts:
                place = (centre.code if centre else machine.code, shift.name)
                start, end = desk.tick(shift.start), desk.tick(shift.end)
                papers.setdefault(place, []).append(Stretch(machine, index, shift, start, end))
    return list(papers.values())


def _outside(desk: Desk, machine: Machine, index: int, day: date) -> Iterable[NamedShift]:
    """Open time that begins on the day and belongs to no shift: overtime, a worked day off.

    Such a stretch has no name.
    """
    near = (day - timedelta(days=1), day, day + timedelta(days=1))
    named = [
        (desk.tick(shift.start), desk.tick(shift.end))
        for each in near
        for shift in desk.shifts.of_day(machine.calendar_id, each)
    ]
    if index == OUT_OF_USE:
        return
    first = desk.loaded.clock.day_start(day)
    last = desk.loaded.clock.day_start(day + timedelta(days=1))
    windows = desk.problem.calendars[desk.problem.machines[index].calendar].windows
    for window in windows:
        if first <= window.start < last and not any(
            start < window.end and end > window.start for start, end in named
        ):
            moment = desk.loaded.clock.moment
            yield NamedShift(day, "", moment(window.start), moment(window.end))


def sorted_papers(papers: list[list[Stretch]], *, by_shift: bool) -> list[list[Stretch]]:
    """By work centre as their machines are numbered, or by the start of the shift."""

    def key(paper: list[Stretch]) -> tuple[object, ...]:
        shift = (min(s.start for s in paper), paper[0].shift.name)
        centre = (paper[0].machine.code,)
        return (*shift, *centre) if by_shift else (*centre, *shift)

    return sorted(papers, key=key)


def paper_head(desk: Desk, paper: Sequence[Stretch]) -> PaperHead:
    machine = paper[0].machine
    centre = desk.centres.get(machine.work_centre_id or 0)
    return PaperHead(
        work_centre=(centre.name or centre.code) if centre else machine.name or machine.code,
        area=(centre.area if centre else "") or machine.area,
        day=paper[0].shift.day,
        shift=paper[0].shift.name,
        start=desk.local(min(s.start for s in paper)),
        end=desk.local(max(s.end for s in paper)),
        plan=desk.plan_label,
        planned_at=(desk.plan.created_at if desk.plan else desk.now).astimezone(desk.zone),
        printed_by=desk.actor,
        printed_at=desk.printed_at,
    )


class _Lists:
    def __init__(self, desk: Desk, asked: Asked) -> None:
        self.desk, self.asked = desk, asked
        self.lamps = KitLamps(desk)
        self.setups = Setups(desk)
        self.links = Links(desk)

    def lists(self, *, by_shift: bool) -> Iterable[DispatchList]:
        for paper in sorted_papers(stretches(self.desk, self.asked), by_shift=by_shift):
            machines = tuple(self._load(stretch) for stretch in paper)
            left_out = self._left_out(paper)
            if any(machine.rows for machine in machines) or left_out:
                spare = tuple(self._spare(paper))
                yield DispatchList(paper_head(self.desk, paper), machines, spare, left_out)

    def _load(self, stretch: Stretch) -> MachineLoad:
        desk = self.desk
        inside = [
            index
            for index in desk.by_machine.get(stretch.index, ())
            if _overlap(desk.works[index], stretch.start, stretch.end)
        ]
        rows = tuple(self._row(index, n, stretch) for n, index in enumerate(inside, 1))
        spans = [
            (max(a, stretch.start), min(b, stretch.end))
            for index in inside
            for a, b in desk.works[index].placement.segments
            if b > stretch.start and a < stretch.end
        ]
        open_minutes = (
            desk.open_minutes(stretch.index, stretch.start, stretch.end)
            if stretch.index != OUT_OF_USE
            else 0
        )
        machine = stretch.machine
        return MachineLoad(machine.code, machine.name, open_minutes, _union(spans), rows)

    def _left_out(self, paper: Sequence[Stretch]) -> tuple[str, ...]:
        return tuple(
            name
            for stretch in paper
            for start, end, name in self.desk.left_out.get(stretch.machine.id, ())
            if start < stretch.end and end > stretch.start
        )

    def _spare(self, paper: Sequence[Stretch]) -> Iterable[DispatchRow]:
        """The next operations of these machines that nothing stands in the way of."""
        desk = self.desk
        stretch_of = {stretch.index: stretch for stretch in paper}
        later = sorted(
            (desk.works[index].placement.setup_start, index)
            for machine, stretch in stretch_of.items()
            for index in desk.by_machine.get(machine, ())
            if desk.works[index].placement.setup_start >= stretch.end
        )
        count = 0
        for _, index in later:
            stretch = stretch_of[desk.works[index].mode.machine]
            if self.links.free_at(index, stretch.start) and self.lamps.kitted(index):
                count += 1
                yield self._row(index, count, None)
            if count == SPARE:
                return

    # ------------------------------------------------------------ one row

    def _row(self, index: int, sequence: int, stretch: Stretch | None) -> DispatchRow:
        """An operation within a stretch, or (None) the whole of it."""
        desk = self.desk
        work = desk.works[index]
        place = work.placement
        start, end = place.setup_start, place.end
        begun = goes_on = False
        if stretch is not None:
            begun, goes_on = start < stretch.start, end > stretch.end
            start, end = max(start, stretch.start), min(end, stretch.end)
        pieces, turns = desk.made(work, start, end)
        people = self._people(place, start, end)
        runs = desk.run_minutes(work, end)[0] > desk.run_minutes(work, start)[0]
        heads = work.step.run_heads if runs else work.step.setup_heads
        order, item = work.order, work.item
        return DispatchRow(
            operation_id=work.operation.id,
            sequence=sequence,
            machine=desk.machine_code(work.mode.machine),
            order=work.orders,
            cards=_cards(desk.cards.get(order.id, [])),
            revision=order.revision,
            rush=order.type == OrderType.RUSH,
            customer=work.customer,
            item_code=work.items,
            item_name=item.name,
            specification=item.specification,
            pattern=item.pattern,
            colour=item.colour,
            step_no=work.operation.step_no,
            step_name=work.operation.name,
            moulds=moulds_at(desk, work),
            setup=() if begun else self.setups.pieces(index),
            pieces=pieces,
            turns=turns,
            unit=work.unit,
            done=sum((one.good for one in work.operations), Decimal(0)),
            total=sum((one.quantity for one in work.operations), Decimal(0)),
            start=desk.local(start),
            end=desk.local(end),
            begun=begun,
            goes_on=goes_on,
            running=work.operation.state is OperationState.RUNNING,
            people=people,
            heads=heads,
            lamps=self.lamps.lamps(index, people, heads),
            comes_from=self.links.comes_from(index),
            goes_to=self.links.goes_to(index),
            due=order.internal_due.astimezone(desk.zone),
            attention=next(iter(order.requirements.strip().splitlines()), ""),
        )

    def _people(self, place: engine.Placement, start: int, end: int) -> tuple[str, ...]:
        ids = [
            self.desk.loaded.operator_ids[one.operator]
            for one in place.crew
            if one.end > start and one.start < end
        ]
        return tuple(self.desk.people[number] for number in dict.fromkeys(ids))


def _overlap(work: Work, start: int, end: int) -> bool:
    """Whether it is worked on in the stretch, or (as in a pause over a shift) only stands there."""
    segments = work.placement.segments
    if segments:
        return any(a < end and b > start for a, b in segments)
    return start <= work.placement.start < end


def _union(spans: Iterable[tuple[int, int]]) -> int:
    total, until = 0, None
    for a, b in sorted(spans):
        if until is not None:
            a = max(a, until)
        total += max(0, b - a)
        until = b if until is None else max(until, b)
    return total


def _cards(cards: Sequence[Card]) -> str:
    """``01``, or ``01–03`` of an order with several cards."""
    numbers = [f"{card.number:02}" for card in cards]
    if not numbers:
        return ""
    unbroken = all(int(b) - int(a) == 1 for a, b in pairwise(numbers))
    if len(numbers) > 1 and unbroken:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(numbers)


def moulds_at(desk: Desk, work: Work) -> tuple[MouldAt, ...]:
    """The copies an operation uses, and where they are now."""
    found = []
    for number in desk.names_of_tools(work.placement.tools):
        copy = desk.copies.get(number)
        place: Message | str = copy.location if copy is not None else ""
        if copy is not None and desk.machine_index(copy.machine_id or 0) == work.mode.machine:
            place = message("reports.mounted")
        found.append(MouldAt(desk.tools[number][0], place))
    return tuple(found)


class Setups:
    """The parts of each setup, by what the machine held before it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._before: dict[int, tuple[int, ...]] = {}
        for machine, indexes in desk.by_machine.items():
            state = list(desk.problem.machines[machine].setup_state)
            for index in indexes:
                self._before[index] = tuple(state)
                families = desk.problem.operations[index].families
                state = [
                    new if new >= 0 else old
                    for new, old in zip(families, state or families, strict=False)
                ]

    def pieces(self, index: int) -> tuple[SetupPiece, ...]:
        work, operation = self._desk.works[index], self._desk.problem.operations[index]
        if operation.started is not None:
            return ()
        found = []
        if work.mode.setup:
            found.append(SetupPiece(message("reports.setup_fixed"), work.mode.setup))
        found += self._changeovers(index)
        if found and operation.first_piece:
            found.append(SetupPiece(message("reports.first_piece"), operation.first_piece))
        return tuple(found)

    def _changeovers(self, index: int) -> list[SetupPiece]:
        desk = self._desk
        machine = desk.problem.machines[desk.works[index].mode.machine]
        if machine.setup_rule is None:
            return []
        rule = desk.problem.setup_rules[machine.setup_rule]
        families = desk.problem.operations[index].families
        found = [
            SetupPiece(part.key, minutes)
            for part, old, new in zip(rule.parts, self._before[index], families, strict=False)
            if (minutes := _minutes(part, old, new))
        ]
        if rule.combine is engine.Combine.MAX and found:
            return [max(found, key=lambda piece: piece.minutes)]
        return found[:1] if rule.combine is engine.Combine.FIRST else found


def _minutes(part: engine.SetupPart, old: int, new: int) -> int:
    if old < 0 or new < 0:
        return 0
    change = part.pairs.get((old, new), None if old == new else part.default)
    return change.minutes if change is not None else 0


class Links:
    """What comes before and after an operation, by the routing of its order."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._before: dict[int, list[int]] = {}
        self._after: dict[int, list[int]] = {}
        for link in desk.problem.precedences:
            self._before.setdefault(link.after, []).append(link.before)
            self._after.setdefault(link.before, []).append(link.after)

    def free_at(self, index: int, tick: int) -> bool:
        """Whether all that comes before it has ended by then."""
        works = self._desk.works
        return all(
            before in works and works[before].placement.end <= tick
            for before in self._before.get(index, ())
        )

    def comes_from(self, index: int) -> Message:
        before = [i for i in self._before.get(index, ()) if i in self._desk.works]
        if before:
            last = max(before, key=lambda i: self._desk.works[i].placement.end)
            return self._desk.where(last, begins=False)
        first = self._desk.works[index].operation.step_no <= self._first_step(index)
        return message("reports.first_step" if first else "reports.done_before")

    def goes_to(self, index: int) -> Message:
        after = [i for i in self._after.get(index, ()) if i in self._desk.works]
        if not after:
            return message("reports.into_stock")
        first = min(after, key=lambda i: self._desk.works[i].placement.setup_start)
        return self._desk.where(first, begins=True)

    def _first_step(self, index: int) -> int:
        return self._desk.first_steps.get(self._desk.works[index].order.id, 0)
