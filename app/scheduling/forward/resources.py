"""Machines, tools and people of a problem as flat records, and the clocks they run by.

They (a few hundred) are read off a ``Shop`` of the plant without its operations, so that rosters,
joint calendars and changeovers are the very same as those of the Python floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from typing import Any

import numpy as np

from app.core.watch import look, looking
from app.scheduling.forward import records
from app.scheduling.forward.columns import EVERY, interned, ints, longest_from, marks_of
from app.scheduling.problem import (
    Changeover,
    Combine,
    CrewDemand,
    MachineKind,
    Problem,
)
from app.scheduling.setups import part_change
from app.scheduling.shop import Shift, Shop
from app.scheduling.windows import Stretches

KINDS = {MachineKind.UNARY: 0, MachineKind.CUMULATIVE: 1, MachineKind.BATCH: 2}
COMBINE = {Combine.SUM: 0, Combine.MAX: 1, Combine.FIRST: 2}
LARGEST_SQUARE = 4_000_000
"""Most pairs of families of one part of a setup."""
LEAST_INDEXED = 12
"""People in a team from which on it is worth knowing at a glance who is away."""
MOST_CREWS = 64
"""Different crews of changeovers, alone and together."""
MOST_CALENDARS = 60
"""Different calendars of tools: a set of them is a number."""


class NotStated(Exception):
    """The problem goes beyond what the compiled dispatcher knows."""


class Resources:
    """Tables of resources and clocks. Raises NotStated."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.base = Shop(replace(problem, operations=(), precedences=(), baseline=()))
        self.tables: dict[str, Any] = {}
        self.clocks: dict[int, int] = {}  # by identity of the stretches
        self._stretches: list[Stretches] = []
        self._clock_heads: list[int] = []
        self._clock_rows: list[int] = []
        self._machines()
        self._tools()
        self._people()

    def _put(self, name: str, record: Any, length: int, rows: Any = None, /, **columns: Any) -> Any:
        """Writes a table; ``rows``: in which order it takes the entries of its columns."""
        look()
        table = np.zeros(length, record)
        values = {field: np.asarray(column) for field, column in columns.items()}
        for at in range(0, length, EVERY):  # a part that stays in the processor's cache
            look()
            part = slice(at, at + EVERY)
            some = part if rows is None else rows[part]
            for field, column in values.items():
                table[field][part] = column[some] if column.ndim else column
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
            left=[longest_from(s, self.problem.now) for s in self._stretches],
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
            calendar=[m.calendar for m in machines],
            kind=[KINDS[m.kind] for m in machines],
            capacity=[m.capacity for m in machines],
            starts=[-1 if s is None else self.clock(s) for s in base.starts],
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
        """Squares of minutes, cost and crew by part; minutes of -1 = forbidden."""
        problem = self.problem
        families, _ = interned([o.families for o in looking(problem.operations)])
        named = max((max(own, default=-1) for own in families), default=-1)
        named = max([named, *(max(m.setup_state, default=-1) for m in problem.machines)])
        size = named + 1
        if size * size > LARGEST_SQUARE:
            raise NotStated
        minutes = np.zeros((count, size, size), np.int64)
        cost = np.zeros((count, size, size), np.float64)
        crew = np.zeros((count, size, size), np.int64)
        self.change_crews: list[tuple[tuple[int, int], ...]] = [()]
        self.rule_crews: dict[int, set[int]] = {}

        def written(change: Changeover | None) -> tuple[int, float, int]:
            if change is None:
                return -1, 0.0, 0
            return change.minutes, change.cost, self._change_crew(change) if change.minutes else 0

        for rule, first in at.items():
            for number, part in enumerate(problem.setup_rules[rule].parts, first):
                usual = written(part_change(replace(part, pairs={}), 0, 1))
                minutes[number], cost[number], crew[number] = usual
                same = np.arange(size)
                minutes[number, same, same], cost[number, same, same] = 0, 0.0
                crew[number, same, same] = 0
                for (old, new), change in part.pairs.items():
                    if 0 <= old < size and 0 <= new < size:
                        there = number, old, new
                        minutes[there], cost[there], crew[there] = written(change)
            last = first + len(problem.setup_rules[rule].parts)
            self.rule_crews[rule] = set(np.unique(crew[first:last]).tolist())
        least = np.zeros(count, np.int64)
        for rule, first in at.items():
            for number, part in enumerate(problem.setup_rules[rule].parts, first):
                least[number] = part.least_run
        self._put(
            "part",
            records.PART,
            count,
            at=np.arange(count) * size * size,
            families=size,
            least_run=least,
        )
        self.tables["minutes"], self.tables["cost"] = minutes.ravel(), cost.ravel()
        self.tables["asked"] = crew.ravel()
        self._together()
        self.tables["machine"]["crewed"] = [
            m.setup_rule in at and len(self.rule_crews[m.setup_rule]) > 1 for m in problem.machines
        ]

    def _change_crew(self, change: Changeover) -> int:
        """The number of the people that a changeover asks for; 0 = nobody."""
        heads: dict[int, int] = {}
        for demand in change.crew:
            heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
        return self._crew_number(heads)

    def _crew_number(self, heads: dict[int, int]) -> int:
        known = tuple(sorted(heads.items()))
        if known not in self.change_crews:
            if len(self.change_crews) == MOST_CREWS:
                raise NotStated
            self.change_crews.append(known)
        return self.change_crews.index(known)

    def _together(self) -> None:
        """The crew of two changeovers at once, by their numbers; by rule all there may be."""
        for rule, crews in self.rule_crews.items():
            grown = {0, *crews}
            while True:
                more = {self._both(a, b) for a in grown for b in grown} - grown
                if not more:
                    break
                grown |= more
            self.rule_crews[rule] = grown
        size = len(self.change_crews)
        both = np.zeros((size, size), np.int64)
        for crews in self.rule_crews.values():
            for a in crews:
                for b in crews:
                    both[a, b] = self._both(a, b)
        self.tables["both_crews"] = both

    def _both(self, one: int, other: int) -> int:
        """Of each skill the most that one of two crews asks for."""
        heads = dict(self.change_crews[one])
        for skill, count in self.change_crews[other]:
            heads[skill] = max(heads.get(skill, 0), count)
        return self._crew_number(heads)

    def crews_of(self, machine: int) -> list[int]:
        """Numbers of all crews that changing over on a machine may ask for; 0 = nobody."""
        rule = self.problem.machines[machine].setup_rule
        return sorted(self.rule_crews.get(-1 if rule is None else rule, {0}))

    def crew_demands(self, number: int) -> Iterable[CrewDemand]:
        return (CrewDemand(skill, heads) for skill, heads in self.change_crews[number])

    def _tools(self) -> None:
        problem, base = self.problem, self.base
        tools = problem.tools
        calendars = sorted({t.calendar for t in tools})
        if len(calendars) > MOST_CALENDARS:
            raise NotStated
        self.calendar_bit = {calendar: 1 << k for k, calendar in enumerate(calendars)}
        serviced = [t.service_every is not None for t in tools]
        self._put(
            "tool",
            records.TOOL,
            len(tools),
            cavities=[t.cavities for t in tools],
            limited=[t.life is not None for t in tools],
            capacity=[t.capacity for t in tools],
            calendar=[t.calendar for t in tools],
            bit=[self.calendar_bit[t.calendar] for t in tools],
            serviced=serviced,
            every=[t.service_every or 0 for t in tools],
            service=[t.service_minutes for t in tools],
            unserviced=[t.unserviced for t in tools],
        )
        copies, pools = marks_of(base.copies), marks_of(base.pools)
        self._put(
            "kind",
            records.KIND,
            len(problem.tool_types),
            copies_at=copies[:-1],
            copies_end=copies[1:],
            pools_at=pools[:-1],
            pools_end=pools[1:],
            serviced=[any(serviced[t] for t in group) for group in base.copies],
        )
        self.tables["copy"] = ints(chain.from_iterable(base.copies))
        self.tables["pool"] = ints(chain.from_iterable(base.pools))
        self.kind_bits = [
            frozenset(self.calendar_bit[tools[t].calendar] for t in (pools_of or copies_of))
            for copies_of, pools_of in zip(base.copies, base.pools, strict=True)
        ]

    def calendars_in(self, mask: int) -> frozenset[int]:
        """The calendars of a set that is written as a number."""
        return frozenset(c for c, bit in self.calendar_bit.items() if mask & bit)

    def _people(self) -> None:
        problem, base = self.problem, self.base
        shifts = [shift for roster in base.roster for shift in roster]
        number = {id(shift): k for k, shift in enumerate(shifts)}
        windows = {(id(s.starts), id(s.ends)): s for s in shifts}  # most people share theirs
        marks = marks_of([s.starts for s in windows.values()])
        place = {key: k for k, key in enumerate(windows)}
        own = ints(place[id(s.starts), id(s.ends)] for s in shifts)
        cuts = marks_of([shift.cuts for shift in shifts])
        self._put(
            "shift",
            records.SHIFT,
            len(shifts),
            operator=[s.operator for s in shifts],
            at=marks[own],
            end=marks[own + 1],
            cuts_at=cuts[:-1],
            cuts_end=cuts[1:],
        )
        self._put(
            "span",
            records.SPAN,
            marks[-1],
            start=ints(chain.from_iterable(s.starts for s in windows.values())),
            end=ints(chain.from_iterable(s.ends for s in windows.values())),
        )
        self.tables["cut"] = ints(chain.from_iterable(s.cuts for s in shifts))
        teams = [team for teams in base.teams for team in teams]
        mates = marks_of(teams)
        first = [number[id(team[0])] for team in teams]
        calendars = [problem.operators[team[0].operator].calendar for team in teams]
        self._put(
            "team",
            records.TEAM,
            len(teams),
            at=[marks[own[k]] for k in first],
            end=[marks[own[k] + 1] for k in first],
            shifts_at=mates[:-1],
            shifts_end=mates[1:],
            alike=[
                all(problem.operators[shift.operator].calendar == calendar for shift in team)
                for team, calendar in zip(teams, calendars, strict=True)
            ],
            cuts_at=[cuts[k] for k in first],
            cuts_end=[cuts[k + 1] for k in first],
            overtime=[self.clock(base.calendar_overtime[calendar]) for calendar in calendars],
        )
        self._seats(teams)
        self.tables["teammate"] = ints(number[id(s)] for team in teams for s in team)
        self.tables["mate"] = ints(s.operator for team in teams for s in team)
        rosters, teamed = marks_of(base.roster), marks_of(base.teams)
        self._put(
            "skill",
            records.SKILL,
            len(problem.skills),
            teams_at=teamed[:-1],
            teams_end=teamed[1:],
            roster_at=rosters[:-1],
            roster_end=rosters[1:],
        )
        skills = marks_of(base.skills_of)
        self._put(
            "operator",
            records.OPERATOR,
            len(problem.operators),
            overtime=[self.clock(base.calendar_overtime[o.calendar]) for o in problem.operators],
            capped=base.capped,
            cap=[o.overtime_cap or 0 for o in problem.operators],
            skills_at=skills[:-1],
            skills_end=skills[1:],
            seats_at=self.seats[:-1],
            seats_end=self.seats[1:],
        )
        self.tables["skilled"] = ints(chain.from_iterable(base.skills_of))
        self.tables["period"] = ints(problem.overtime_periods)

    def _seats(self, teams: Sequence[Sequence[Shift]]) -> None:
        """Where everybody's bits are in the index of who is away; small teams have none."""
        table = self.tables["team"]
        sizes = np.array([len(team) for team in teams], np.int64)
        table["words"] = np.where(sizes < LEAST_INDEXED, 0, -(-sizes // 64))
        rooms = table["words"] * records.SLOTS
        table["away_at"] = np.cumsum(rooms) - rooms
        self.away_words = int(rooms.sum())
        seats: list[list[tuple[int, int]]] = [[] for _ in self.problem.operators]
        for number, team in enumerate(teams):
            if table["words"][number]:
                for place, shift in enumerate(team):
                    seats[shift.operator].append((number, place))
        self.seats = marks_of(seats)
        every = [seat for own in seats for seat in own]
        team_of, place_of = [t for t, _ in every], [n for _, n in every]
        self._put("seat", records.SEAT, len(every), team=team_of, number=place_of)
