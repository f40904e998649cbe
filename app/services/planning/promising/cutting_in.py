"""A rush order cut into running work: what runs on its machines ends at its next boundary.

The order then goes before all others, and the rest of what was cut goes on as early as it can, set
up for again. It is a plan of the engine like any other option, over the plant as it would be cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.errors import RuleBroken
from app.core.messages import message
from app.scheduling import problem as engine
from app.scheduling.insertion import without
from app.scheduling.objective import evaluate
from app.services.orders.asking import AskedOrder, complete
from app.services.orders.renewing import made_operation
from app.services.planning.cut_places import still_ahead
from app.services.planning.cutting import Boundaries, CutBegun
from app.services.planning.promising.case import Case
from app.services.planning.promising.options import Options
from app.services.planning.promising.rows import CutIn, Option
from app.services.planning.splitting import Parting, read_part
from app.services.planning.stored_plan import spot_of
from app.services.planning.why import LocalMoment

KIND = "cut_in"
FIRST_REST = -1_000_000
"""Ids of rests that exist only in a question count down from here."""

MOST_TRIED = 3
"""Of so many cuts it is tried to do without each."""

Keeps = Mapping[int, Decimal]
"""First part by operation that is cut."""


class CutCase:
    """The same question, asked of the plant with some running work cut.

    ``rests``: positions of what was cut off, by operation; ``edits``: the cuts. ``tied``: what
    longest waits tie to it; it has lost its places.
    """

    def __init__(self, case: Case, keeps: Keeps) -> None:
        """Errors: ``RuleBroken``, ``NotFound`` where the plant has changed since the case."""
        self.keeps = keeps
        self.edits: dict[int, CutBegun] = {}
        self._rest_ids: dict[int, int] = {}
        given = replace(case.standing, cut=frozenset(keeps))
        self.case = case.again(given, self._cut)
        index = self.case.loaded.operation_index()
        self.rests = {number: index[rest] for number, rest in self._rest_ids.items()}
        self.tied = self._tied()
        self.case.base = tuple(without(self.case.shop, self.case.base, self.tied))

    def _tied(self) -> tuple[int, ...]:
        shop, rests = self.case.shop, set(self.rests.values())
        placed = {p.operation for p in self.case.base}
        return tuple(
            o
            for block in dict.fromkeys(shop.block_of[rest] for rest in self.rests.values())
            for o in shop.blocks[block]
            if o in placed and o not in rests and shop.problem.operations[o].started is None
        )

    def _cut(self, session: Session, asked: AskedOrder) -> None:
        for number, keep in self.keeps.items():
            found = read_part(session, number)
            rows = asked.work.get(found.order, found.rows)
            found = Parting(found.row, found.order, rows)
            edit = found.parted(keep)
            if not isinstance(edit, CutBegun):
                raise RuleBroken(message("promise.no_sound_plan"))
            self.edits[number] = edit
            rest = complete(made_operation(found.order.id, edit.rest))
            rest.id = self._rest_ids[number] = FIRST_REST - len(self._rest_ids)
            edit.shorten(found.row)
            asked.work[found.order] = sorted([*rows, rest], key=lambda row: row.step_no)


def cut_in(options: Options) -> Option:
    """Before all others, and before the rest of what runs where it goes."""
    case = options.case
    keeps = _candidates(case)
    if not keeps:
        return Option(KIND, message("promise.cut_nothing_runs"))
    found = _fewest(options, keeps, min(options.now_ends, options.first_ends))
    if found is None:
        return Option(KIND, message("promise.cut_no_gain"))
    return _option(options, *found)


Found = tuple[CutCase, engine.Schedule]


def _fewest(options: Options, keeps: Keeps, below: int) -> Found | None:
    """A plan in which the order ends below a tick, with as few cuts as were found to do."""
    found = _tried(options, keeps, below)
    if found is None:
        return None
    needed = _needed(options.case, *found)
    if 0 < len(needed) < len(keeps):
        found = _tried(options, needed, _end(found[0].case, found[1]) + 1) or found
    known = found[0].keeps
    for number in known if 1 < len(known) <= MOST_TRIED else ():
        fewer = {n: keep for n, keep in found[0].keeps.items() if n != number}
        if fewer:
            found = _tried(options, fewer, _end(found[0].case, found[1]) + 1) or found
    return found


def _tried(options: Options, keeps: Keeps, below: int) -> Found | None:
    cut = CutCase(options.case, keeps)
    plan = _plan(options, cut)
    return None if plan is None or _end(cut.case, plan) >= below else (cut, plan)


def _end(case: Case, plan: engine.Schedule) -> int:
    mine = set(case.mine)
    return max(p.end for p in plan.placements if p.operation in mine)


# ---------------------------------------------------------------- what is cut


def _candidates(case: Case) -> dict[int, Decimal]:
    """What runs on machines or with moulds of the order, with its next first part."""
    shop, operations, tools = case.shop, case.problem.operations, case.problem.tools
    modes = [mode for o in case.mine for mode in operations[o].modes]
    machines = {mode.machine for mode in modes}
    kinds = {demand.tool_type for mode in modes for demand in mode.tools}
    placed = {p.operation: p for p in case.base}
    mine = set(case.all_mine)
    found: dict[int, Decimal] = {}
    for position, places in case.loaded.cuts.items():
        placement = placed.get(position)
        if placement is None or not isinstance(places, Boundaries) or position in mine:
            continue
        if not placed.keys() >= set(shop.blocks[shop.block_of[position]]):
            continue  # what longest waits tie to it has no place as it is
        machine = operations[position].modes[placement.mode].machine
        used = {tools[tool].tool_type for tool in placement.tools if tools[tool].capacity == 1}
        if machine in machines or used & kinds:
            ahead = still_ahead(case.loaded, places, placement)
            if ahead:
                found[case.loaded.operation_ids[position]] = ahead[0][0]
    return found


def _needed(case: Case, cut: CutCase, plan: engine.Schedule) -> dict[int, Decimal]:
    """Of what was cut, that in whose place (machine or copies) the order now stands."""
    inner = cut.case
    own = [p for p in plan.placements if p.operation in set(inner.mine)]
    index = case.loaded.operation_index()
    before = {p.operation: p for p in case.base}
    found: dict[int, Decimal] = {}
    for number, keep in cut.keeps.items():
        running = before[index[number]]
        machine = case.problem.operations[running.operation].modes[running.mode].machine
        copies = {t for t in running.tools if case.problem.tools[t].capacity == 1}
        if any(
            p.setup_start < running.end
            and (
                inner.problem.operations[p.operation].modes[p.mode].machine == machine
                or copies & set(p.tools)
            )
            for p in own
        ):
            found[number] = keep
    return found


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
    case, loaded = cut.case, cut.case.loaded
    placed = {p.operation: p for p in plan.placements}
    index = loaded.operation_index()
    cuts = []
    for number, rest in cut.rests.items():
        first, after = placed[index[number]], placed[rest]
        edit = cut.edits[number]
        machine = case.problem.operations[rest].modes[after.mode].machine
        cuts.append(
            CutIn(
                edit,
                spot_of(loaded, after),
                message(
                    "promise.cut_where",
                    operation=edit.name,
                    keep=cut.keeps[number],
                    until=LocalMoment(case.moment(first.end).astimezone(loaded.time_zone)),
                    rest=edit.rest.quantity,
                    machine=case.machine_name(machine),
                    start=LocalMoment(case.moment(after.setup_start).astimezone(loaded.time_zone)),
                    setup=after.start - after.setup_start,
                ),
            )
        )
    made = options.over(case).giving_way(KIND, plan, "promise.cut_in")
    saved = case.asked.as_saved
    names = ", ".join(one.edit.name for one in cuts)
    text = replace(made.text, values={**made.text.values, "cut": names})
    return replace(
        made,
        text=text,
        details=tuple(one.text for one in cuts),
        cuts=tuple(cuts) if saved else (),
    )
