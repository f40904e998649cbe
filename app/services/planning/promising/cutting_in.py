"""A rush order cut into running work: what runs where it has to wait ends at its next boundary.

The order then goes before all others, and the rest of what was cut goes on as early as it can, set
up for again. It is a plan of the engine like any other option, over the plant as it would be cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.models.orders import Operation
from app.scheduling import problem as engine
from app.scheduling.cutting import pieces_per_turn, shortened
from app.scheduling.insertion import Insertion, without
from app.scheduling.objective import evaluate
from app.scheduling.shop import Shop
from app.services.orders.asking import AskedOrder, complete
from app.services.orders.renewing import OperationImage, RenewOperations, made_operation
from app.services.planning.cut_places import still_ahead
from app.services.planning.cutting import Boundaries, CutBegun
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.promising.case import Case
from app.services.planning.promising.options import Options
from app.services.planning.promising.rows import CutIn, CutStep, Option, RestPlace
from app.services.planning.splitting import Parting, read_part
from app.services.planning.stored_plan import NOT_SCHEDULED_YET, Reason, spot_of
from app.services.planning.why import LocalMoment

KIND = "cut_in"
FIRST_REST = -1_000_000
"""Ids of what exists only in a question count down from here."""

MOST_TRIED = 3
"""So many works that run are tried, each by itself."""

Running = tuple[Decimal, int, engine.Placement, int]
"""Next first part, when it is made, the placement, and seconds of work up to there."""

Keeps = Mapping[int, Decimal]
"""First part by operation that is cut."""


class CutCase:
    """The same question, asked of the plant with some running work cut.

    ``rests``: positions of what was cut off, by operation; ``edits``: the cuts; ``alongs``: what
    longest waits tie to them, parted. ``tied``: positions of that and of all else that hangs on it
    so; it has lost its places.
    """

    def __init__(self, case: Case, keeps: Keeps) -> None:
        """Errors: ``RuleBroken``, ``NotFound`` where the plant has changed since the case."""
        self.keeps = keeps
        self.edits: dict[int, CutBegun] = {}
        self.alongs: list[RenewOperations] = []
        self.shorter: list[int] = []
        self.made: dict[int, tuple[int, str, int]] = {}  # order id, its number and step, by id
        self._rest_ids: dict[int, int] = {}
        given = replace(case.standing, cut=frozenset(keeps))
        self.case = case.again(given, self._cut)
        index = self.case.loaded.operation_index()
        self.rests = {number: index[rest] for number, rest in self._rest_ids.items()}
        self.tied = self._tied([index[n] for n in (*self.shorter, *self.made)])
        self.case.base = tuple(without(self.case.shop, self.case.base, self.tied))

    def _cut(self, session: Session, asked: AskedOrder) -> None:
        for number, keep in self.keeps.items():
            found = read_part(session, number)
            rows = list(asked.work.get(found.order, found.rows))
            found = Parting(found.row, found.order, rows)
            edit = found.parted(keep)
            if not isinstance(edit, CutBegun):
                raise RuleBroken(message("promise.no_sound_plan"))
            self.edits[number] = edit
            along = found.along(session, edit)
            rows.append(self._made(found, edit.rest))
            self._rest_ids[number] = rows[-1].id
            edit.shorten(found.row)
            if along is not None:
                self.alongs.append(along)
                rows += self._parted(found, along, rows)
            asked.work[found.order] = sorted(rows, key=lambda row: row.step_no)

    def _parted(
        self, found: Parting, along: RenewOperations, rows: Sequence[Operation]
    ) -> list[Operation]:
        """Steps that are parted along become less; the other parts of them."""
        standing = {row.step_no: row for row in rows}
        parts: list[Operation] = []
        for part in along.orders[0].after:
            row = standing.get(part.step_no)
            if row is None:
                parts.append(self._made(found, part))
            else:
                row.quantity = part.quantity
                self.shorter.append(row.id)
        return parts

    def _made(self, found: Parting, part: OperationImage) -> Operation:
        row = complete(made_operation(found.order.id, part))
        row.id = FIRST_REST - len(self.made)
        self.made[row.id] = found.order.id, found.order.code, part.step_no
        return row

    def _tied(self, parted: Sequence[int]) -> tuple[int, ...]:
        shop, rests = self.case.shop, set(self.rests.values())
        placed = {p.operation for p in self.case.base}
        hanging = [
            o
            for block in dict.fromkeys(shop.block_of[rest] for rest in rests)
            for o in shop.blocks[block]
            if o in placed and shop.problem.operations[o].started is None
        ]
        return tuple(o for o in dict.fromkeys([*parted, *hanging]) if o not in rests)


def cut_in(options: Options) -> Option:
    """Before all others, and before the rest of what runs where it would have to wait."""
    running = dict(_running(options.case))
    if not running:
        return Option(KIND, message("promise.cut_nothing_runs"))
    below = min(options.now_ends, options.first_ends)
    keeps = _worth_trying(options, running, below)
    found = _best(options, [keeps], below) if keeps else None
    if len(keeps) > 1:  # perhaps one of them will do
        end = below if found is None else _end(found[0].case, found[1]) + 1
        single = [{number: keep} for number, keep in list(keeps.items())[:MOST_TRIED]]
        found = _best(options, single, end) or found
    if found is None:
        return Option(KIND, message("promise.cut_no_gain"))
    return _option(options, *found)


Found = tuple[CutCase, engine.Schedule]


def _best(options: Options, wishes: Sequence[Keeps], below: int) -> Found | None:
    """Of cuts with which the order ends below a tick, those with which it ends first."""
    best: Found | None = None
    for keeps in wishes:
        cut = CutCase(options.case, keeps)
        plan = _plan(options, cut)
        if plan is not None and (end := _end(cut.case, plan)) < below:
            best, below = (cut, plan), end
    return best


def _end(case: Case, plan: engine.Schedule) -> int:
    mine = set(case.mine)
    return max(p.end for p in plan.placements if p.operation in mine)


# ---------------------------------------------------------------- what is cut


def _worth_trying(
    options: Options, running: Mapping[int, Running], below: int
) -> dict[int, Decimal]:
    """What the order would stand in the place of if all were cut and nothing else in its way.

    Empty if even so it does not end below a tick: nothing has to be read anew to know that.
    """
    case = options.case
    operations = list(case.problem.operations)
    for _keep, _end, placed, work in running.values():
        record = operations[placed.operation]
        modes = list(record.modes)
        modes[placed.mode] = _less(case, placed, work)
        operations[placed.operation] = replace(record, modes=tuple(modes))
    problem = replace(case.problem, operations=tuple(operations))
    shop = Shop(problem)
    cut = {one[2].operation for one in running.values()}
    hanging = {o for one in cut for o in shop.blocks[shop.block_of[one]]} - cut
    base = [p for p in case.base if p.operation not in hanging | options.free]
    trial = Insertion(shop, (shortened(problem, p) if p.operation in cut else p for p in base))
    if trial.fit(case.mine) is not None or trial.end(case.mine) >= below:
        return {}
    own = trial.fitted()
    return {
        number: keep
        for number, (keep, _end, placed, _work) in running.items()
        if any(p.setup_start < placed.end and _shares(case, p, placed) for p in own)
    }


def _less(case: Case, placed: engine.Placement, work: int) -> engine.Mode:
    """The mode of running work with only so many seconds of it."""
    mode = case.problem.operations[placed.operation].modes[placed.mode]
    if not mode.turn_seconds:
        return replace(mode, run_seconds=work)
    turns = work // mode.turn_seconds
    return replace(mode, quantity=turns * pieces_per_turn(case.problem, mode, placed.tools))


def _shares(case: Case, own: engine.Placement, other: engine.Placement) -> bool:
    """Whether two placements are at one machine, or with one copy of a mould."""
    first, second = (
        case.problem.operations[p.operation].modes[p.mode].machine for p in (own, other)
    )
    copies = set(own.tools) & set(other.tools)
    return first == second or any(case.problem.tools[tool].capacity == 1 for tool in copies)


def _running(case: Case) -> Iterator[tuple[int, Running]]:
    """Of others that can be cut: operation, and what ``Running`` says of it."""
    placed = {p.operation: p for p in case.base}
    mine, shop = set(case.all_mine), case.shop
    for position, places in case.loaded.cuts.items():
        placement = placed.get(position)
        if placement is None or not isinstance(places, Boundaries) or position in mine:
            continue
        if not placed.keys() >= set(shop.blocks[shop.block_of[position]]):
            continue  # what longest waits tie to it has no place as it is
        ahead = still_ahead(case.loaded, places, placement)
        if ahead:
            keep, end = ahead[0]
            number = case.loaded.operation_ids[position]
            yield number, (keep, end, placement, places.work(keep))


# ---------------------------------------------------------------- the plan


def _plan(options: Options, cut: CutCase) -> engine.Schedule | None:
    """The best of two: others give way to the rests as well, or the rests take what is left."""
    inner = options.over(cut.case)
    rests = (*cut.rests.values(), *cut.tied)
    ahead = (*cut.case.mine, *rests)
    ideal = inner.alone(ahead)
    if ideal is None:
        return None
    after = {link.after for rest in rests for link in cut.case.shop.after[rest]}
    mine = set(cut.case.mine)
    plans = []
    for wanted in (ideal, [p for p in ideal if p.operation in mine]):
        plan = inner.instead_of(wanted, ahead=ahead, giving=after)
        if plan is not None:
            plans.append(plan)
    weights = engine.POLICIES["on_time"]
    return min(plans, key=lambda p: evaluate(cut.case.problem, p).total(weights), default=None)


def _option(options: Options, cut: CutCase, plan: engine.Schedule) -> Option:
    case = cut.case
    placed = {p.operation: p for p in plan.placements}
    index = case.loaded.operation_index()
    made = options.over(case).giving_way(KIND, plan, "promise.cut_in")
    names = ", ".join(edit.name for edit in cut.edits.values())
    text = replace(made.text, values={**made.text.values, "cut": names})
    details = tuple(
        _told(cut, edit, placed[index[number]], placed[cut.rests[number]])
        for number, edit in cut.edits.items()
    )
    if not case.asked.as_saved:
        return replace(made, text=text, details=details)
    rests = tuple(
        RestPlace(*called, spot_of(case.loaded, placed[index[number]]))
        for number, called in cut.made.items()
    )
    off, moves = _off_first(cut, made.moves)
    edits: tuple[CutStep, ...] = (*cut.edits.values(), *off, *cut.alongs)
    return replace(made, text=text, details=details, moves=moves, cut=CutIn(edits, rests))


def _off_first(
    cut: CutCase, moves: Sequence[Move]
) -> tuple[tuple[MoveOperations, ...], tuple[Move, ...]]:
    """What is parted along leaves the plan before it is, and is placed with all others."""
    parted = set(cut.shorter)
    never = Reason(NOT_SCHEDULED_YET, ())
    off = tuple(
        Move(one.operation_id, one.before, None, never)
        for one in moves
        if one.operation_id in parted and one.before is not None
    )
    left = tuple(replace(one, before=None) if one.operation_id in parted else one for one in moves)
    return ((MoveOperations(off),) if off else ()), left


def _told(cut: CutCase, edit: CutBegun, first: engine.Placement, rest: engine.Placement) -> Message:
    case, zone = cut.case, cut.case.loaded.time_zone
    machine = case.problem.operations[rest.operation].modes[rest.mode].machine
    return message(
        "promise.cut_where",
        operation=edit.name,
        keep=edit.before.less(edit.rest.quantity).quantity,
        until=LocalMoment(case.moment(first.end).astimezone(zone)),
        rest=edit.rest.quantity,
        machine=case.machine_name(machine),
        start=LocalMoment(case.moment(rest.setup_start).astimezone(zone)),
        setup=rest.start - rest.setup_start,
    )
