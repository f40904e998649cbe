"""A problem as the flat records of ``Plant``.

Resources (a few hundred) are read off a ``Shop`` of the plant without its operations, so that
rosters, joint calendars and changeovers are the very same as those of the Python floor.
Operations, modes and links (up to millions) are read by columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scheduling.dispatch import LOOKAHEAD, SETUP_SCALE
from app.scheduling.forward import graph, records
from app.scheduling.forward.cover import covered
from app.scheduling.problem import (
    FOREVER,
    Combine,
    CrewDemand,
    End,
    MachineKind,
    Pausing,
    Problem,
    ToolDemand,
)
from app.scheduling.setups import part_change
from app.scheduling.shop import Demand, Shop
from app.scheduling.windows import Stretches

Ints = NDArray[np.int64]

KINDS = {MachineKind.UNARY: 0, MachineKind.CUMULATIVE: 1, MachineKind.BATCH: 2}
PAUSING = {Pausing.ANYWHERE: 0, Pausing.TURNS: 1, Pausing.NEVER: 2}
COMBINE = {Combine.SUM: 0, Combine.MAX: 1, Combine.FIRST: 2}
LARGEST_SQUARE = 4_000_000
"""Most pairs of families of one part of a setup."""


class NotStated(Exception):
    """The problem goes beyond what the compiled dispatcher knows."""


class Compiled:
    """A problem compiled; see ``records.Plant``. Raises NotStated."""

    def __init__(self, problem: Problem) -> None:
        if not problem.operations or not covered(problem):
            raise NotStated
        self.problem = problem
        self.base = Shop(replace(problem, operations=(), precedences=(), baseline=()))
        self.tables: dict[str, Any] = {}
        self.clocks: dict[int, int] = {}  # by identity of the stretches
        self._stretches: list[Stretches] = []
        self._clock_heads: list[int] = []
        self._clock_rows: list[int] = []
        try:
            self._machines()
            self._tools()
            self._people()
            self._operations()
            self._ways()
            self._links()
            self._blocks()
            self._queues()
        except OverflowError as error:  # a figure beyond 32 bits
            raise NotStated from error
        self._write_clocks()
        self.plant = records.Plant(**self.tables)

    def _put(self, name: str, record: Any, length: int, /, **columns: Any) -> Any:
        table = np.zeros(length, record)
        for column, values in columns.items():
            if isinstance(values, np.ndarray) and values.size and values.dtype == np.int64:
                room = np.iinfo(record[column]) if record[column].kind == "i" else None
                if room is not None and (values.max() > room.max or values.min() < room.min):
                    raise OverflowError(column)
            table[column] = values
        self.tables[name] = table
        return table

    # -- clocks ---------------------------------------------------------------------------

    def clock(self, stretches: Stretches, heads: int = 0) -> int:
        """The number of a clock; ``heads``: how many kinds of people it takes in."""
        known = self.clocks.get(id(stretches))
        if known is None:
            known = self.clocks[id(stretches)] = len(self._stretches)
            self._clock_rows.append(sum(self._clock_heads))
            self._stretches.append(stretches)
            self._clock_heads.append(heads)
        return known

    def _write_clocks(self) -> None:
        marks = [0, *accumulate(len(s.starts) for s in self._stretches)]
        self._put(
            "clock",
            records.CLOCK,
            len(self._stretches),
            at=marks[:-1],
            end=marks[1:],
            longest=[s.longest for s in self._stretches],
            left=[_longest_from(s, self.problem.now) for s in self._stretches],
            marks_at=self._clock_rows,
        )
        every = {
            name: list(chain.from_iterable(getattr(s, field) for s in self._stretches))
            for name, field in (
                ("start", "starts"),
                ("end", "ends"),
                ("before", "before"),
                ("full", "full"),
            )
        }
        self._put("stretch", records.STRETCH, marks[-1], **every)
        self.mark_rows = sum(self._clock_heads)
        self.longest_clock = max((len(s.starts) for s in self._stretches), default=0)

    # -- resources ------------------------------------------------------------------------

    def _machines(self) -> None:
        problem, base = self.problem, self.base
        machines = problem.machines
        ruled = [s.parts for s in base.setups]
        parts = max((len(p) for p in ruled), default=0) or 1
        self.parts = parts
        at: dict[int, int] = {}
        count = 0
        for index, machine in enumerate(machines):
            if ruled[index] and machine.setup_rule is not None and machine.setup_rule not in at:
                at[machine.setup_rule] = count
                count += len(ruled[index])
        first = [at[m.setup_rule] if ruled[i] else 0 for i, m in enumerate(machines)]  # type: ignore[index]
        ovens = [m.kind is MachineKind.BATCH for m in machines]
        self._put(
            "machine",
            records.MACHINE,
            len(machines),
            kind=[KINDS[m.kind] for m in machines],
            capacity=[m.capacity for m in machines],
            clock=[self.clock(base.calendars[m.calendar]) for m in machines],
            parts_at=first,
            parts_end=[a + len(p) for a, p in zip(first, ruled, strict=True)],
            combine=[COMBINE[s.combine] for s in base.setups],
            oven=np.cumsum(ovens) - 1,
        )
        self.ovens = sum(ovens)
        self._changeovers(at, count)
        mounted = np.full((len(machines), parts), -1, np.int64)
        for index, setups in enumerate(base.setups):
            mounted[index, : len(setups.initial)] = setups.initial
        self.mounted = mounted

    def _changeovers(self, at: dict[int, int], count: int) -> None:
        """Squares of minutes and cost by part; -1 = forbidden."""
        problem = self.problem
        named = max((max(o.families, default=-1) for o in problem.operations), default=-1)
        named = max([named, *(max(m.setup_state, default=-1) for m in problem.machines)])
        size = named + 1
        if size * size > LARGEST_SQUARE:
            raise NotStated
        minutes = np.zeros((count, size, size), np.int64)
        cost = np.zeros((count, size, size), np.float64)
        for rule, first in at.items():
            for number, part in enumerate(problem.setup_rules[rule].parts, first):
                usual = part_change(replace(part, pairs={}), 0, 1)
                minutes[number] = -1 if usual is None else usual.minutes
                cost[number] = 0.0 if usual is None else usual.cost
                same = np.arange(size)
                minutes[number, same, same], cost[number, same, same] = 0, 0.0
                for (old, new), change in part.pairs.items():
                    if 0 <= old < size and 0 <= new < size:
                        minutes[number, old, new] = -1 if change is None else change.minutes
                        cost[number, old, new] = 0.0 if change is None else change.cost
        self._put("part", records.PART, count, at=np.arange(count) * size * size, families=size)
        self.tables["minutes"], self.tables["cost"] = minutes.ravel(), cost.ravel()

    def _tools(self) -> None:
        problem, base = self.problem, self.base
        tools = problem.tools
        self._put(
            "tool",
            records.TOOL,
            len(tools),
            cavities=[t.cavities for t in tools],
            limited=[t.life is not None for t in tools],
            capacity=[t.capacity for t in tools],
        )
        copies, pools = _marks(base.copies), _marks(base.pools)
        self._put(
            "kind",
            records.KIND,
            len(problem.tool_types),
            copies_at=copies[:-1],
            copies_end=copies[1:],
            pools_at=pools[:-1],
            pools_end=pools[1:],
        )
        self.tables["copy"] = _ints(chain.from_iterable(base.copies))
        self.tables["pool"] = _ints(chain.from_iterable(base.pools))
        self.kind_calendars = [
            frozenset(tools[t].calendar for t in (pools_of or copies_of))
            for copies_of, pools_of in zip(base.copies, base.pools, strict=True)
        ]

    def _people(self) -> None:
        problem, base = self.problem, self.base
        shifts = [shift for roster in base.roster for shift in roster]
        number = {id(shift): k for k, shift in enumerate(shifts)}
        spans = _marks([shift.starts for shift in shifts])
        cuts = _marks([shift.cuts for shift in shifts])
        self._put(
            "shift",
            records.SHIFT,
            len(shifts),
            operator=[s.operator for s in shifts],
            at=spans[:-1],
            end=spans[1:],
            cuts_at=cuts[:-1],
            cuts_end=cuts[1:],
        )
        self._put(
            "span",
            records.SPAN,
            spans[-1],
            start=_ints(chain.from_iterable(s.starts for s in shifts)),
            end=_ints(chain.from_iterable(s.ends for s in shifts)),
        )
        self.tables["cut"] = _ints(chain.from_iterable(s.cuts for s in shifts))
        teams = [team for teams in base.teams for team in teams]
        mates = _marks(teams)
        first = [number[id(team[0])] for team in teams]
        self._put(
            "team",
            records.TEAM,
            len(teams),
            at=[spans[k] for k in first],
            end=[spans[k + 1] for k in first],
            shifts_at=mates[:-1],
            shifts_end=mates[1:],
        )
        self.tables["teammate"] = _ints(number[id(s)] for team in teams for s in team)
        rosters, teamed = _marks(base.roster), _marks(base.teams)
        self._put(
            "skill",
            records.SKILL,
            len(problem.skills),
            teams_at=teamed[:-1],
            teams_end=teamed[1:],
            roster_at=rosters[:-1],
            roster_end=rosters[1:],
        )
        skills = _marks(base.skills_of)
        self._put(
            "operator",
            records.OPERATOR,
            len(problem.operators),
            overtime=[self.clock(base.calendar_overtime[o.calendar]) for o in problem.operators],
            capped=base.capped,
            cap=[o.overtime_cap or 0 for o in problem.operators],
            skills_at=skills[:-1],
            skills_end=skills[1:],
        )
        self.tables["skilled"] = _ints(chain.from_iterable(base.skills_of))
        self.tables["period"] = _ints(problem.overtime_periods)

    # -- operations -----------------------------------------------------------------------

    def _operations(self) -> None:
        problem = self.problem
        operations, orders = problem.operations, problem.orders
        count = len(operations)
        self.order = _column(operations, "order")
        also = [(i, order) for i, o in enumerate(operations) if o.also for order in o.also]
        self.also = np.array(also, np.int64).reshape(-1, 2)
        released = np.array([o.release for o in orders], np.int64)
        ways = _marks([o.modes for o in operations])
        needs = _marks([o.consumes for o in operations])
        makes = _marks([o.produces for o in operations])
        batch = _column(operations, "batch_family")
        self.batch_families, dense = np.unique(batch, return_inverse=True)
        self.families, families = _interned([o.families for o in operations])
        table = self._put(
            "operation",
            records.OPERATION,
            count,
            release=self._of_orders(_column(operations, "release"), released, np.maximum),
            latest_start=_column(operations, "latest_start"),
            pausing=[PAUSING[o.pausing] for o in operations],
            first_piece=_column(operations, "first_piece"),
            early=_column(operations, "setup_needs_material"),
            same_person=_column(operations, "same_person"),
            batch_family=dense,
            families=families,
            ways_at=ways[:-1],
            ways_end=ways[1:],
            needs_at=needs[:-1],
            needs_end=needs[1:],
            makes_at=makes[:-1],
            makes_end=makes[1:],
        )
        wanted = np.full((max(1, len(self.families)), self.parts), -1, np.int64)
        for number, values in enumerate(self.families):
            wanted[number, : len(values)] = values[: self.parts]
        self.tables["families"] = wanted[table["families"]]
        for name, field in (("need", "consumes"), ("make", "produces")):
            pairs = [pair for o in operations for pair in getattr(o, field)]
            material, quantity = [p[0] for p in pairs], [p[1] for p in pairs]
            self._put(name, records.AMOUNT, len(pairs), material=material, quantity=quantity)

    def _of_orders(self, own: Any, of_order: Any, combine: Any) -> Any:
        """By operation: its own value combined with those of all orders that it is made for."""
        found = combine(own, of_order[self.order])
        combine.at(found, self.also[:, 0], of_order[self.also[:, 1]])
        return found

    def _ways(self) -> None:
        problem = self.problem
        modes = [mode for o in problem.operations for mode in o.modes]
        count, table = len(modes), self.tables["operation"]
        tools, tools_of = self._demands([m.tools for m in modes])
        setters, heads_a = _interned([m.setup_crew for m in modes])
        runners, heads_b = _interned([m.run_crew for m in modes])
        crews, crew_of = self._crews([*setters, *runners])
        set_by, run_by = crew_of[heads_a], crew_of[heads_b + len(setters)]
        operation = np.repeat(np.arange(len(table)), table["ways_end"] - table["ways_at"])
        machine = _column(modes, "machine")
        pace = 60 * np.array([m.efficiency for m in problem.machines], np.int64)[machine]
        quantity, turn = _column(modes, "quantity"), _column(modes, "turn_seconds") * 100
        turn = np.maximum(turn, 0)
        pieces = _column(modes, "pieces_per_turn")
        most = np.array([self._most_cavities(d) for d in tools], np.int64)[tools_of]
        shapes = np.array([any(d.shapes for d in demands) for demands in tools])[tools_of]
        turns = -(-quantity // np.maximum(1, np.where(shapes, most, pieces)))
        total = np.where(turn > 0, turns * turn, _column(modes, "run_seconds") * 100)
        least = -(-total // pace)
        order = np.lexsort((np.arange(count), least, operation))
        way = self._put(
            "way",
            records.WAY,
            count,
            operation=operation,
            mode=np.arange(count) - table["ways_at"][operation],
            machine=machine,
            kind=self.tables["machine"]["kind"][machine],
            setup=_column(modes, "setup"),
            load=_column(modes, "load"),
            pace=pace,
            least_run=least,
            first_need=-(-np.where(turn > 0, turn, total) // pace),
            total=total,
            turn=turn,
            quantity=quantity,
            pieces=pieces,
            shapes=shapes,
            same_crew=set_by == run_by,
            cost=np.array([m.cost for m in modes], np.float64),
        )
        marks = _marks(tools)
        way["tools_at"], way["tools_end"] = marks[tools_of], marks[tools_of + 1]
        marks = _marks(crews)
        way["setters_at"], way["setters_end"] = marks[set_by], marks[set_by + 1]
        way["runners_at"], way["runners_end"] = marks[run_by], marks[run_by + 1]
        self._heads(crews, way, run_by)
        self._way_clocks(way, tools, tools_of, crews, set_by, run_by)
        gap = np.full(len(problem.machines), FOREVER, np.int64)
        np.minimum.at(gap, machine, np.maximum(1, least))
        self.tables["machine"]["gap"] = np.where(gap == FOREVER, 1, gap)
        self.tables["way"] = way[order]
        self.least = np.minimum.reduceat(way["least_run"] + way["setup"], table["ways_at"])
        self.tables["least"] = self.least

    def _demands(
        self, tuples: list[tuple[ToolDemand, ...]]
    ) -> tuple[list[tuple[ToolDemand, ...]], Ints]:
        """Different demands for tools, and which of them each mode has."""
        unique, which = _interned(tuples)
        every = [demand for demands in unique for demand in demands]
        self._put(
            "demand",
            records.DEMAND,
            len(every),
            kind=[d.tool_type for d in every],
            count=[d.count for d in every],
            until=[-1 if d.until is None else d.until for d in every],
            shapes=[d.shapes for d in every],
        )
        for demands in unique:
            pooled = [d.tool_type for d in demands if self.base.pools[d.tool_type]]
            calendars = [self.kind_calendars[d.tool_type] for d in demands]
            if len(set(pooled)) < len(pooled) or any(len(known) > 1 for known in calendars):
                raise NotStated
            if any(d.count <= 0 for d in demands):
                raise NotStated
        return unique, which

    def _most_cavities(self, demands: Iterable[ToolDemand]) -> int:
        total = 0
        for demand in demands:
            if demand.shapes:
                copies = self.base.copies[demand.tool_type]
                best = sorted((self.problem.tools[t].cavities for t in copies), reverse=True)
                total += sum(best[: demand.count])
        return total

    def _crews(self, tuples: list[tuple[CrewDemand, ...]]) -> tuple[list[Demand], Ints]:
        """Different crews as the floor sees them, and which of them each tuple is."""
        known: dict[Demand, int] = {}
        which = [known.setdefault(self.base.heads(crew), len(known)) for crew in tuples]
        return list(known), np.array(which, np.int64)

    def _heads(self, crews: list[Demand], way: Any, run_by: Ints) -> None:
        """The shortest run that asks for so many of a skill (``Shop.least_need``)."""
        least: dict[tuple[int, int], int] = {}
        shortest = np.full(len(crews), FOREVER, np.int64)
        np.minimum.at(shortest, run_by, way["first_need"])
        used, first = np.unique(run_by, return_index=True)
        for k in used[np.argsort(first)].tolist():
            begun = int(way["least_run"][first[np.searchsorted(used, k)]])
            for demand in crews[k]:
                known = least.get(demand, begun)
                least[demand] = min(known, int(shortest[k]))
        every = [demand for crew in crews for demand in crew]
        self._put(
            "head",
            records.HEAD,
            len(every),
            skill=[skill for skill, _ in every],
            count=[count for _, count in every],
            least=[least.get(demand, 1) for demand in every],
        )

    def _way_clocks(
        self,
        way: Any,
        tools: list[tuple[ToolDemand, ...]],
        tools_of: Ints,
        crews: list[Demand],
        set_by: Ints,
        run_by: Ints,
    ) -> None:
        """When machine, people and tools are in together, once per different combination."""
        kept, kept_of = self._kept_calendars(way["operation"], tools, tools_of)
        own_of, owns = self._calendars_of(tools)
        machines = self.problem.machines
        shut = np.array([m.calendar for m in machines], np.int64)
        typical = {m.calendar: k for k, m in enumerate(machines)}
        columns = (shut[way["machine"]], own_of[tools_of], set_by, run_by, kept_of)
        unique, which = _combined(columns)
        clock = self.base.clock
        rows: list[tuple[int, int, int, int, bool]] = []
        for calendar, own, setters, runners, held in unique:
            machine, before, with_own = typical[calendar], kept[held], kept[held] | owns[own]
            setting, running = crews[setters], crews[runners]
            rows.append(
                (
                    self.clock(clock(machine, frozenset(), running), len(running)),
                    self.clock(clock(machine, before, running), len(running)),
                    self.clock(clock(machine, with_own, running), len(running)),
                    self.clock(clock(machine, with_own, setting), len(setting)),
                    owns[own] <= {calendar},
                )
            )
        table = np.array(rows, np.int64).reshape(-1, 5)[which]
        names = ("people", "ready", "running", "setting", "tools_always_in")
        for position, name in enumerate(names):
            way[name] = table[:, position]

    def _calendars_of(
        self, tools: list[tuple[ToolDemand, ...]]
    ) -> tuple[Ints, list[frozenset[int]]]:
        """Which set of calendars each demand for tools has, and the sets."""
        known: dict[frozenset[int], int] = {}
        which = [
            known.setdefault(
                frozenset(c for d in demands for c in self.kind_calendars[d.tool_type]), len(known)
            )
            for demands in tools
        ]
        return np.array(which, np.int64), list(known)

    def _kept_calendars(
        self, operation: Ints, tools: list[tuple[ToolDemand, ...]], tools_of: Ints
    ) -> tuple[list[frozenset[int]], Ints]:
        """Calendars of the tools that are kept for an operation, by mode; who keeps them."""
        holding = np.array([any(d.until is not None for d in t) for t in tools])
        holders: dict[int, list[int]] = {}
        calendars: dict[int, frozenset[int]] = {}
        rows = np.flatnonzero(holding[tools_of]) if len(tools) else np.zeros(0, np.int64)
        by_holder: dict[int, list[dict[int, frozenset[int]]]] = {}
        table = self.tables["operation"]
        for row in rows.tolist():
            kept: dict[int, frozenset[int]] = {}
            for demand in tools[tools_of[row]]:
                if demand.until is not None:
                    own = self.kind_calendars[demand.tool_type]
                    kept[demand.until] = kept.get(demand.until, frozenset()) | own
            by_holder.setdefault(int(operation[row]), []).append(kept)
        for holder in sorted(by_holder):
            kinds = by_holder[holder]
            modes = int(table["ways_end"][holder] - table["ways_at"][holder])
            if len(kinds) < modes or any(kept != kinds[0] for kept in kinds):
                raise NotStated  # what is kept depends on the mode
            for until, own in kinds[0].items():
                holders.setdefault(until, []).append(holder)
                calendars[until] = calendars.get(until, frozenset()) | own
        self.holders = holders
        counts = np.zeros(len(table) + 1, np.int64)
        for until, keepers in holders.items():
            counts[until + 1] = len(keepers)
        marks = np.cumsum(counts)
        table["holders_at"], table["holders_end"] = marks[:-1], marks[1:]
        self.tables["holder"] = _ints(h for until in sorted(holders) for h in holders[until])
        unique = [frozenset(), *set(calendars.values())]
        number = {known: k for k, known in enumerate(unique)}
        kept_of = np.zeros(len(table), np.int64)
        for until, own in calendars.items():
            kept_of[until] = number[own]
        return unique, kept_of[operation]

    def _links(self) -> None:
        links = self.problem.precedences
        after, before = _column(links, "after"), _column(links, "before")
        self.link_before, self.link_after = before, after
        order = np.argsort(after, kind="stable")
        transfers = [k.transfer or (0, 0) for k in links]
        plain = np.array([k.transfer is None for k in links], np.bool_)
        lag = _column(links, "min_lag")
        clocks = [self.clock(s) for s in self.base.calendars]
        clocked = np.array([k.clock is not None for k in links], np.bool_)
        self.longest = np.array([-1 if k.max_lag is None else k.max_lag for k in links], np.int64)
        if np.any((self.longest < 0) & np.array([k.max_lag is not None for k in links], np.bool_)):
            raise NotStated
        link = self._put(
            "link",
            records.LINK,
            len(links),
            before=before,
            to_end=np.array([k.after_end is End.END for k in links], np.bool_) & plain,
            from_start=[k.before_end is End.START for k in links],
            clock=[-1 if k.clock is None else clocks[k.clock] for k in links],
            lag=lag,
            longest=self.longest,
            p=[p for p, _ in transfers],
            q=[q for _, q in transfers],
        )
        self.tables["link"] = link[order]
        counts = np.bincount(after, minlength=len(self.order))
        marks = np.concatenate(([0], np.cumsum(counts)))
        table = self.tables["operation"]
        table["before_at"], table["before_end"] = marks[:-1], marks[1:]
        self.before_at = marks
        self.free_lag = np.where(clocked, 0, lag)[order]

    def _blocks(self) -> None:
        count = len(self.order)
        until = np.repeat(
            np.array(sorted(self.holders), np.int64),
            [len(self.holders[u]) for u in sorted(self.holders)],
        )
        held = self.tables["holder"].astype(np.int64)
        before = np.concatenate((self.link_before, held))
        after = np.concatenate((self.link_after, until))
        sequence = graph.topological(*_lists(before, after, count)).astype(np.int64)
        if len(sequence) < count:
            raise NotStated  # a cycle: ``check`` names it
        bound = np.concatenate((self.longest >= 0, np.ones(len(held), np.bool_)))
        component = sequence
        if bound.any():
            one = np.concatenate((before, after[bound]))
            other = np.concatenate((after, before[bound]))
            component = graph.components(*_lists(one, other, count))[sequence]
        _, first, which = np.unique(component, return_index=True, return_inverse=True)
        number = np.argsort(np.argsort(first, kind="stable"), kind="stable")[which]
        order = np.argsort(number, kind="stable")
        member, self.block_count = sequence[order], len(first)
        self.member, self.block_at = (
            member,
            np.searchsorted(number[order], np.arange(self.block_count + 1)),
        )
        block_of = np.zeros(count, np.int64)
        block_of[member] = number[order]
        self.block_of = block_of
        links = _lists(self.link_before, self.link_after, count)
        self.waiting, follow_at, follow = graph.block_graph(self.block_at, member, block_of, *links)
        self.tables["member"], self.tables["follow"] = member, follow.astype(np.int64)
        linked = self.tables["link"]["before"].astype(np.int64)
        self.tail = graph.tails(member, self.before_at, linked, self.free_lag, self.least)
        orders = self.problem.orders
        dues = np.array([o.due for o in orders], np.int64)
        due = self._of_orders(np.full(count, FOREVER), dues, np.minimum)
        weights = np.array([float(o.weight) for o in orders])
        weight = self._of_orders(np.full(count, -np.inf), weights, np.maximum)
        at = self.block_at[:-1]
        self._put(
            "block",
            records.BLOCK,
            self.block_count,
            at=at,
            end=self.block_at[1:],
            follow_at=follow_at[:-1],
            follow_end=follow_at[1:],
            due=np.minimum.reduceat((due - self.tail)[member], at),
            weight=np.maximum.reduceat(weight[member], at),
        )
        self.mean = max(1.0, int(self.least.sum()) / max(1, count))

    def _queues(self) -> None:
        """Blocks whose first operation goes to the same machines share a queue."""
        way, table, block = self.tables["way"], self.tables["operation"], self.tables["block"]
        head = self.member[self.block_at[:-1]]
        order = np.lexsort((way["machine"], way["operation"]))
        machine, owner = way["machine"][order], way["operation"][order]
        different = np.concatenate(
            ([True], (machine[1:] != machine[:-1]) | (owner[1:] != owner[:-1]))
        )
        machine, owner = machine[different].astype(">i4"), owner[different]
        marks = 4 * np.searchsorted(owner, np.arange(len(table) + 1))
        # As bytes, the largest digit first: sorted like tuples of numbers.
        data, start, end = machine.tobytes(), marks[head].tolist(), marks[head + 1].tolist()
        names = [data[a:b] for a, b in zip(start, end, strict=True)]
        unique = sorted(set(names))
        number = {name: k for k, name in enumerate(unique)}
        block["queue"] = [number[name] for name in names]
        served = [np.frombuffer(name, ">i4").tolist() for name in unique]
        self.tables["served"] = _ints(chain.from_iterable(served))
        machines = self.tables["machine"]
        ovens = machines["kind"] == 2
        queues = _marks(served)
        queue = self._put(
            "queue",
            records.QUEUE,
            len(unique),
            machines_at=queues[:-1],
            machines_end=queues[1:],
            oven=[bool(ovens[group].any()) for group in served],
            room=[int(machines["capacity"][group].max()) for group in served],
        )
        self._slots(head, queue)

    def _slots(self, head: Ints, queue: Any) -> None:
        """Within a queue there is a heap per tuple of families (in an oven with its batch's)."""
        way, table, block = self.tables["way"], self.tables["operation"], self.tables["block"]
        baked = way["kind"][table["ways_at"][head]] == 2
        batch = np.where(baked, table["batch_family"][head], -1)
        unique, which = _combined((table["families"][head], batch))
        known: dict[tuple[int, ...], int] = {}
        names = []
        for families, family in unique:
            own = self.families[families]
            if family >= 0:
                own = (int(self.batch_families[family]), *own)
            names.append(known.setdefault(own, len(known)))
        pairs, slot = _combined((block["queue"], np.array(names, np.int64)[which]))
        block["slot"] = slot
        marks = _marks(known)
        self.tables["family"] = _ints(chain.from_iterable(known))
        named = np.array([name for _, name in pairs], np.int64)
        self._put(
            "slot",
            records.SLOT,
            len(pairs),
            families_at=marks[named],
            families_end=marks[named + 1],
        )
        of_queue = np.array([q for q, _ in pairs], np.int64)
        edges = np.searchsorted(of_queue, np.arange(len(queue) + 1))
        queue["slots_at"], queue["slots_end"] = edges[:-1], edges[1:]
        self._facts()

    def _facts(self) -> None:
        problem = self.problem
        facts = np.zeros(records.ATCS + 1, np.int64)
        counts = (
            len(problem.machines),
            len(problem.tools),
            len(problem.operators),
            len(problem.skills),
            len(problem.materials),
            self.ovens * len(self.batch_families),
        )
        facts[records.NOW], facts[records.OPERATIONS] = problem.now, len(self.order)
        facts[records.BATCH_FAMILIES] = len(self.batch_families)
        lists = (
            records.MACHINE_LISTS,
            records.TOOL_LISTS,
            records.OPERATOR_LISTS,
            records.HEAD_LISTS,
            records.STOCK_LISTS,
            records.OVEN_LISTS,
        )
        for position, at in zip(lists, accumulate((0, *counts[:-1])), strict=True):
            facts[position] = at
        facts[records.LISTS] = sum(counts)
        self.tables["facts"] = facts
        self.tables["scales"] = np.zeros(2, np.float64)

    # -- rules ----------------------------------------------------------------------------

    def by_rule(
        self,
        rule: str,
        uniform: Callable[[float, float], float] | None = None,
        shifts: Mapping[int, int] | None = None,
        urgency: tuple[float, float, float] | None = None,
    ) -> records.Plant:
        """The plant with the priority of each block (``Dispatcher._static``).

        ``uniform``: chance, for noise. ``shifts``: minutes by which orders count as due later.
        ``urgency``: by how many mean operations earlier goes what weighs e times as much, takes
        an e-th of the time, or has an e-th of the work before it till the order is done: ATC (see
        ``construct``) with the slack of late work left unclipped.
        """
        block = self.tables["block"].copy()
        head = self.member[self.block_at[:-1]]
        lookahead = LOOKAHEAD * (uniform(0.4, 2.5) if uniform else 1.0)
        work = self.tail[head] + self.least[head]
        key = block["due"].astype(np.float64)
        if rule == "most_work":
            key = -work.astype(np.float64)
        elif rule == "baseline":
            begins = np.full(len(self.order), FOREVER, np.int64)
            for placement in self.problem.baseline:
                begins[placement.operation] = placement.setup_start
            key = begins[head].astype(np.float64)
        elif rule == "critical_ratio":
            left = block["due"] + self.tail[head] - self.problem.now
            key = left / np.maximum(1, work)
        if uniform is not None:
            draws = np.array([uniform(-1, 1) for _ in range(len(head))])
            scale = 0.15 * np.abs(key) if rule == "most_work" else 4 * self.mean
            key = key + draws * scale
        if shifts:
            late = np.zeros(len(self.problem.orders), np.int64)
            late[list(shifts)] = list(shifts.values())
            block["due"] += late[self.order[head]]
            key = key + late[self.order[head]]
        if urgency is not None:
            own = np.maximum(1, self.least[head])
            weight = np.where(block["weight"] > 0, block["weight"], 1e-9)
            parts = (np.log(weight), -np.log(own), -np.log(self.tail[head] + own))
            key = key - own - self.mean * sum(f * p for f, p in zip(urgency, parts, strict=True))
        block["key"] = key
        facts = self.tables["facts"].copy()
        facts[records.ATCS] = rule == "atcs"
        scales = np.array([lookahead * self.mean * 8, SETUP_SCALE * self.mean])
        return self.plant._replace(block=block, facts=facts, scales=scales)


# -- columns -----------------------------------------------------------------------------------


def _column(items: Sequence[Any], field: str) -> Ints:
    return np.fromiter(map(attrgetter(field), items), np.int64, len(items))


def _longest_from(clock: Stretches, now: int) -> int:
    """Minutes of the longest stretch from ``now`` on."""
    pairs = zip(clock.starts, clock.ends, strict=True)
    return max((end - max(start, now) for start, end in pairs if end > now), default=0)


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _marks(groups: Iterable[Any]) -> Ints:
    """Where each group begins and the last one ends, when they lie in a row."""
    return np.array([0, *accumulate(map(len, groups))], np.int64)


def _interned(values: list[Any]) -> tuple[list[Any], Ints]:
    """The different values, and which of them each one is; equal objects are looked up once."""
    by_id = np.fromiter(map(id, values), np.int64, len(values))
    _, first, which = np.unique(by_id, return_index=True, return_inverse=True)
    known: dict[Any, int] = {}
    number = [known.setdefault(values[k], len(known)) for k in first.tolist()]
    return list(known), np.array(number, np.int64)[which] if values else which


def _combined(columns: Sequence[Any]) -> tuple[list[tuple[int, ...]], Ints]:
    """The different rows of some columns of small numbers, sorted, and which each row is."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        low = int(column.min()) if len(column) else 0
        span = int(column.max()) - low + 1 if len(column) else 1
        code = code * span + (column - low)
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    rows = np.stack([np.asarray(column)[first] for column in columns], axis=1)
    return [tuple(row) for row in rows.tolist()], which


def _lists(one: Ints, other: Ints, count: int) -> tuple[Ints, Ints]:
    """Marks and list of the ``other`` ends by ``one`` end."""
    order = np.argsort(one, kind="stable")
    marks = np.concatenate(([0], np.cumsum(np.bincount(one, minlength=count))))
    return marks, other[order]
