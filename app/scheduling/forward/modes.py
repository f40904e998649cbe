"""Operations, their modes, and by which clocks they run, as flat records.

They (up to millions) are read by columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from operator import attrgetter
from typing import Any

import numpy as np

from app.core.watch import look, looking
from app.scheduling.forward import records
from app.scheduling.forward.columns import (
    Ints,
    column,
    columns,
    combined,
    interned,
    interned_fields,
    ints,
    marks_of,
)
from app.scheduling.forward.resources import NotStated, Resources
from app.scheduling.problem import FOREVER, CrewDemand, Mode, Pausing, Problem, ToolDemand
from app.scheduling.shop import Demand, Frozen, Shop

PAUSING = {Pausing.ANYWHERE: 0, Pausing.TURNS: 1, Pausing.NEVER: 2}
MOST_SETS = 64
"""Sets of calendars that the tools of one mode may have."""
FIGURES = (
    *("machine", "run_seconds", "turn_seconds", "quantity", "pieces_per_turn", "setup"),
    *("load", "least_load"),
)
NO_WAY = (Mode(0),)
"""What an operation without a mode is written with; it is refused."""
OBJECTS = ("families", "pausing", "started", "consumes", "produces", "also")
NUMBERS = (
    *("batch_family", "release", "latest_start", "first_piece", "setup_needs_material"),
    "same_person",
)
Masks = tuple[int, ...]
"""Sets of calendars, each as a number."""


class Operations(Resources):
    """Tables of operations and modes. Raises NotStated.

    ``whole``: the shop of the whole problem if a person or a running machine has fixed anything.
    """

    def __init__(self, problem: Problem, whole: Shop | None) -> None:
        super().__init__(problem)
        self.whole = whole
        self._operations()
        self._ways()

    def _operations(self) -> None:
        problem = self.problem
        orders, count = problem.orders, len(problem.operations)
        operations = problem.operations
        whole = self.whole
        self.given = whole.given if whole is not None else [False] * count
        self.wanted_machine = np.full(count, -1, np.int64)
        for index, fixed in enumerate(looking(whole.frozen if whole is not None else ())):
            if fixed.machine is not None and not operations[index].started:
                self.wanted_machine[index] = fixed.machine
        self.order = column(operations, "order")
        different = dict(zip(OBJECTS, interned_fields(operations, *OBJECTS), strict=True))
        self._also(*different["also"])
        released = np.array([o.release for o in orders], np.int64)
        ways = marks_of([o.modes or NO_WAY for o in looking(operations)])
        needs, makes = (_lengths(*different[name]) for name in ("consumes", "produces"))
        begun, pausing = different["started"], different["pausing"]
        batch, release, latest, first_piece, early, same_person = columns(operations, *NUMBERS)
        self.batch_families, dense = np.unique(batch, return_inverse=True)
        self.families, families = different["families"]
        held = (-FOREVER, FOREVER) if whole is None else _held(whole.frozen)
        table = self._put(
            "operation",
            records.OPERATION,
            count,
            release=self._of_orders(release, released, np.maximum),
            latest_start=latest,
            first=held[0],
            last=held[1],
            started=np.array([each is not None for each in begun[0]], np.bool_)[begun[1]],
            pausing=np.array([PAUSING[each] for each in pausing[0]], np.int64)[pausing[1]],
            first_piece=first_piece,
            early=early,
            same_person=same_person,
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
            pairs = chain.from_iterable(map(attrgetter(field), looking(operations)))
            material, quantity = ints(chain.from_iterable(pairs)).reshape(-1, 2).T
            self._put(name, records.AMOUNT, len(material), material=material, quantity=quantity)

    def _also(self, values: list[tuple[int, ...]], which: Ints) -> None:
        """The further orders that operations are made for, as pairs."""
        some = np.flatnonzero(np.array([bool(value) for value in values], np.bool_)[which])
        pairs = [(row, order) for row in some.tolist() for order in values[which[row]]]
        self.also = np.array(pairs, np.int64).reshape(-1, 2)

    def _of_orders(self, own: Any, of_order: Any, combine: Any) -> Any:
        """By operation: its own value combined with those of all orders that it is made for."""
        found = combine(own, of_order[self.order])
        combine.at(found, self.also[:, 0], of_order[self.also[:, 1]])
        return found

    def _ways(self) -> None:
        problem = self.problem
        modes: list[Mode] = list(
            chain.from_iterable(map(attrgetter("modes"), looking(problem.operations)))
        )
        if not all(map(attrgetter("modes"), problem.operations)):
            modes = [mode for o in looking(problem.operations) for mode in o.modes or NO_WAY]
        count, table = len(modes), self.tables["operation"]
        asked = interned_fields(modes, "tools", "setup_crew", "run_crew")
        (tools, tools_of), (setters, heads_a), (runners, heads_b) = asked
        self._demands(tools)
        crew_of = self._crews([*setters, *runners])
        set_by, run_by = crew_of[heads_a], crew_of[heads_b + len(setters)]
        operation = np.repeat(np.arange(len(table)), table["ways_end"] - table["ways_at"])
        machine, run, turn, quantity, pieces, setup, load, least_load = columns(modes, *FIGURES)
        pace = 60 * np.array([m.efficiency for m in problem.machines], np.int64)[machine]
        turn = np.maximum(turn * 100, 0)
        most = np.array([self._most_cavities(d) for d in tools], np.int64)[tools_of]
        shapes = np.array([any(d.shapes for d in demands) for demands in tools])[tools_of]
        look()
        turns = -(-quantity // np.maximum(1, np.where(shapes, most, pieces)))
        total = np.where(turn > 0, turns * turn, run * 100)
        least = -(-total // pace)
        look()
        way = {
            "operation": operation,
            "mode": np.arange(count) - table["ways_at"][operation],
            "machine": machine,
            "kind": self.tables["machine"]["kind"][machine],
            "setup": setup,
            "load": load,
            "least_load": least_load,
            "pace": pace,
            "least_run": least,
            "first_need": -(-np.where(turn > 0, turn, total) // pace),
            "total": total,
            "turn": turn,
            "quantity": quantity,
            "pieces": pieces,
            "shapes": shapes,
            "cost": np.fromiter(map(attrgetter("cost"), looking(modes)), np.float64, count),
        }
        marks = marks_of(tools)
        way["tools_at"], way["tools_end"] = marks[tools_of], marks[tools_of + 1]
        self._clocks(way, tools, tools_of, set_by, run_by)
        crews = list(self.crews)
        marks = marks_of(crews)
        way["setters_at"], way["setters_end"] = marks[set_by], marks[set_by + 1]
        way["runners_at"], way["runners_end"] = marks[run_by], marks[run_by + 1]
        self._heads(crews, way, run_by)
        gap = np.full(len(problem.machines), FOREVER, np.int64)
        np.minimum.at(gap, machine, np.maximum(1, least))
        self.tables["machine"]["gap"] = np.where(gap == FOREVER, 1, gap)
        self.least = np.minimum.reduceat(way["least_run"] + way["setup"], table["ways_at"])
        self.tables["least"] = self.least
        self._sort(way)

    def _sort(self, way: dict[str, Any]) -> None:
        """Writes them, the quickest first; behind a range those that the operation may not use."""
        table, operation = self.tables["operation"], way["operation"]
        wanted = self.wanted_machine[operation]
        barred = (wanted >= 0) & (wanted != way["machine"])
        usable = np.bincount(operation[~barred], minlength=len(table))
        self.nowhere = usable == 0  # refused for that
        barred &= ~self.nowhere[operation]
        for index, record in enumerate(looking(self.problem.operations)):
            if not record.modes:
                self.nowhere[index] = True
        look()
        order = np.lexsort((way["least_run"], 2 * operation + barred))
        self._put("way", records.WAY, len(order), order, **way)
        self.barred = barred[order]
        self.mode_at, self.way_row = table["ways_at"].copy(), np.empty(len(order), np.int64)
        self.way_row[order] = np.arange(len(order))
        table["ways_end"] -= np.bincount(operation[barred], minlength=len(table))

    def _demands(self, unique: list[tuple[ToolDemand, ...]]) -> None:
        """Writes the different demands for tools. Raises NotStated."""
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
            if len(set(pooled)) < len(pooled) or any(d.count <= 0 for d in demands):
                raise NotStated

    def _most_cavities(self, demands: Iterable[ToolDemand]) -> int:
        total = 0
        for demand in demands:
            if demand.shapes:
                copies = self.base.copies[demand.tool_type]
                best = sorted((self.problem.tools[t].cavities for t in copies), reverse=True)
                total += sum(best[: demand.count])
        return total

    def _crews(self, tuples: list[tuple[CrewDemand, ...]]) -> Ints:
        """Different crews as the floor sees them: which of ``crews`` each tuple is."""
        self.crews: dict[Demand, int] = {}
        return np.array([self._crew(self.base.heads(crew)) for crew in tuples], np.int64)

    def _crew(self, crew: Demand) -> int:
        return self.crews.setdefault(crew, len(self.crews))

    def _with_change(self, setters: Demand, change: int) -> Demand:
        """The crew of a setup with all people that its changeover asks for (``Shop.crewed``)."""
        if not change:
            return setters
        heads = dict(setters)
        for demand in self.crew_demands(change):
            heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
        return self.base.heads(CrewDemand(skill, count) for skill, count in heads.items())

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

    # -- clocks ---------------------------------------------------------------------------

    def _clocks(
        self,
        way: Any,
        tools: list[tuple[ToolDemand, ...]],
        tools_of: Ints,
        set_by: Ints,
        run_by: Ints,
    ) -> None:
        """When machine, people and tools are in together, once per different combination.

        Which tools it will be is not known yet: there is a row for each set of calendars that
        they may have, and for each crew that the changeover before may ask for.
        """
        kept, kept_of = self._kept(way["operation"], tools, tools_of)
        owns, own_of = interned([self._sets(demands) for demands in tools])
        machines = self.problem.machines
        crewed, crewed_of = interned([tuple(self.crews_of(m)) for m in range(len(machines))])
        shut = np.array([m.calendar for m in machines], np.int64)
        typical = {m.calendar: k for k, m in enumerate(machines)}
        own = own_of[tools_of] if len(tools) else tools_of
        machine = way["machine"]
        columns = (shut[machine], crewed_of[machine], own, set_by, run_by, kept_of)
        unique, which = combined(columns)
        self._rows: list[tuple[int, ...]] = []
        every = list(self.crews)
        found = [
            self._clocks_of(
                typical[calendar], crewed[c], owns[o], every[setters], every[runners], kept[k]
            )
            for calendar, c, o, setters, runners, k in unique
        ]
        table = np.array(found, np.int64).reshape(-1, 5)[which]
        for position, name in enumerate(("people", "ready", "mixed", "rows_at", "rows_end")):
            way[name] = table[:, position]
        marks = marks_of(self.crews)
        rows = np.array(self._rows, np.int64).reshape(-1, 5)
        self.row_crews = rows[:, 4].tolist()
        setters_at, setters_end = marks[rows[:, 4]], marks[rows[:, 4] + 1]
        self._put(
            "times",
            records.TIMES,
            len(rows),
            mask=rows[:, 0],
            crew=rows[:, 1],
            running=rows[:, 2],
            setting=rows[:, 3],
            setters_at=setters_at,
            setters_end=setters_end,
        )

    def _clocks_of(
        self,
        machine: int,
        changes: tuple[int, ...],
        own: Masks,
        setters: Demand,
        runners: Demand,
        kept: Masks,
    ) -> tuple[int, int, int, int, int]:
        """Writes rows of ``TIMES``; the clocks of people and of what is kept, and the rows."""
        joint, clock = self.base.clock, self.clock
        mixed = len(own) > 1 or len(kept) > 1
        masks = {a | b for a in own for b in kept}
        if mixed:
            masks |= set(kept)
        first = len(self._rows)
        for mask in sorted(masks):
            calendars = self.calendars_in(mask)
            running = clock(joint(machine, calendars, runners), len(runners))
            for change in changes:
                crew = self._with_change(setters, change)
                setting = clock(joint(machine, calendars, crew), len(crew))
                row = (mask if mixed else 0, change, running, setting, self._crew(crew))
                self._rows.append(row)
        people = clock(joint(machine, frozenset(), runners), len(runners))
        ready = clock(joint(machine, self.calendars_in(kept[0]), runners), len(runners))
        return people, ready, mixed, first, len(self._rows)

    def _sets(self, demands: Iterable[ToolDemand]) -> Masks:
        """All sets of calendars that the tools of a mode may have."""
        found = {0}
        for demand in demands:
            bits = sorted(self.kind_bits[demand.tool_type])
            most = 1 if self.base.pools[demand.tool_type] else demand.count
            own = {
                sum(some)
                for size in range(1, min(most, len(bits)) + 1)
                for some in combinations(bits, size)
            }
            found = {a | b for a in found for b in own or {0}}
            if len(found) > MOST_SETS:
                raise NotStated
        return tuple(sorted(found))

    def _kept(
        self, operation: Ints, tools: list[tuple[ToolDemand, ...]], tools_of: Ints
    ) -> tuple[list[Masks], Ints]:
        """Sets of calendars of the tools that are kept for an operation, by mode; who keeps."""
        holding = np.array([any(d.until is not None for d in t) for t in tools])
        rows = np.flatnonzero(holding[tools_of]) if len(tools) else np.zeros(0, np.int64)
        table = self.tables["operation"]
        options: dict[int, dict[int, set[int]]] = {}  # by who they are kept for, by keeper
        held_by_all: dict[tuple[int, int], int] = {}
        for row in looking(rows.tolist()):
            keeper = int(operation[row])
            demands = [d for d in tools[tools_of[row]] if d.until is not None]
            for until in sorted({d.until for d in demands if d.until is not None}):
                sets = self._sets(d for d in demands if d.until == until)
                options.setdefault(until, {}).setdefault(keeper, set()).update(sets)
                held_by_all[until, keeper] = held_by_all.get((until, keeper), 0) + 1
        for (until, keeper), times in held_by_all.items():
            if times < int(table["ways_end"][keeper] - table["ways_at"][keeper]):
                options[until][keeper].add(0)
        self.holders = {until: sorted(keepers) for until, keepers in options.items()}
        counts = np.zeros(len(table) + 1, np.int64)
        for until, keepers in self.holders.items():
            counts[until + 1] = len(keepers)
        marks = np.cumsum(counts)
        table["holders_at"], table["holders_end"] = marks[:-1], marks[1:]
        self.tables["holder"] = ints(h for u in sorted(self.holders) for h in self.holders[u])
        known: dict[Masks, int] = {(0,): 0}
        kept_of = np.zeros(len(table), np.int64)
        for until, by_keeper in options.items():
            found = {0}
            for kept in by_keeper.values():
                found = {a | b for a in found for b in kept}
                if len(found) > MOST_SETS:
                    raise NotStated
            kept_of[until] = known.setdefault(tuple(sorted(found)), len(known))
        return list(known), kept_of[operation]


def _lengths(values: Sequence[Sequence[object]], which: Ints) -> Ints:
    """Where each group begins and the last one ends; ``which`` of the groups each is."""
    counts = np.array([len(value) for value in values], np.int64)[which]
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def _held(frozen: Sequence[Frozen]) -> tuple[Ints, Ints]:
    """What pins and freeze zones leave of the starts: first and last."""
    first = [-FOREVER if f.first is None else f.first for f in looking(frozen)]
    last = [FOREVER if f.last is None else f.last for f in looking(frozen)]
    return np.array(first, np.int64), np.array(last, np.int64)
