"""A problem as the flat records of ``Plant``: ``resources``, ``modes``, and here the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import numpy as np

from app.core.watch import look, looking
from app.scheduling.dispatch import LOOKAHEAD, PATIENT, SETUP_SCALE
from app.scheduling.forward import graph, records
from app.scheduling.forward.columns import Ints, columns, combined, ints, lists_of, marks_of
from app.scheduling.forward.cover import covered
from app.scheduling.forward.modes import Operations
from app.scheduling.forward.resources import NotStated
from app.scheduling.problem import FOREVER, End, Problem
from app.scheduling.shop import CALM, Shop

UNUSUAL = attrgetter("max_lag", "clock", "transfer", "before_end", "after_end")
USUAL = (None, None, None, End.END, End.START)
"""Of links: what few of them have, and what the others have."""


class Compiled(Operations):
    """A problem compiled; see ``records.Plant``. Raises NotStated.

    ``whole``: the shop of the whole problem if anything is fixed in it.
    """

    def __init__(self, problem: Problem, whole: Shop | None = None) -> None:
        if not problem.operations or not covered(problem):
            raise NotStated
        try:
            super().__init__(problem, whole)
            self._links()
            self._blocks()
            self._queues()
        except OverflowError as error:  # a figure beyond 32 bits
            raise NotStated from error
        self._write_clocks()
        self.plant = records.Plant(**self.tables)

    def _links(self) -> None:
        operations = self.problem.operations
        # What runs already waits for nothing any more.
        links = [k for k in looking(self.problem.precedences) if not operations[k.after].started]
        after, before, lag = columns(links, "after", "before", "min_lag")
        self.link_before, self.link_after = before, after
        order = np.argsort(after, kind="stable")
        clocks = [self.clock(s) for s in self.base.calendars]
        self.longest, clock = np.full((2, len(links)), -1, np.int64)
        to_end, from_start, p, q = np.zeros((4, len(links)), np.int64)
        facts = list(map(UNUSUAL, looking(links)))
        for i in [i for i, told in enumerate(looking(facts)) if told != USUAL]:
            longest, calendar, part, begins, ends = facts[i]
            if longest is not None:
                self.longest[i] = longest
                if longest < 0:
                    raise NotStated
            if calendar is not None:
                clock[i] = clocks[calendar]
            if part is not None:
                p[i], q[i] = part
            from_start[i] = begins is End.START
            to_end[i] = ends is End.END and part is None
        link = self._put(
            "link",
            records.LINK,
            len(links),
            before=before,
            to_end=to_end,
            from_start=from_start,
            clock=clock,
            lag=lag,
            longest=self.longest,
            p=p,
            q=q,
        )
        self.tables["link"] = link[order]
        counts = np.bincount(after, minlength=len(self.order))
        marks = np.concatenate(([0], np.cumsum(counts)))
        table = self.tables["operation"]
        table["before_at"], table["before_end"] = marks[:-1], marks[1:]
        self.before_at = marks
        self.free_lag = np.where(clock >= 0, 0, lag)[order]

    def _blocks(self) -> None:
        count = len(self.order)
        until = np.repeat(
            np.array(sorted(self.holders), np.int64),
            [len(self.holders[u]) for u in sorted(self.holders)],
        )
        held = self.tables["holder"].astype(np.int64)
        before = np.concatenate((self.link_before, held))
        after = np.concatenate((self.link_after, until))
        look()
        sequence = graph.topological(*lists_of(before, after, count)).astype(np.int64)
        if len(sequence) < count:
            raise NotStated  # a cycle: ``check`` names it
        bound = np.concatenate((self.longest >= 0, np.ones(len(held), np.bool_)))
        component = sequence
        if bound.any():
            one = np.concatenate((before, after[bound]))
            other = np.concatenate((after, before[bound]))
            component = graph.components(*lists_of(one, other, count))[sequence]
        look()
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
        look()
        links = lists_of(self.link_before, self.link_after, count)
        self.waiting, follow_at, follow = graph.block_graph(self.block_at, member, block_of, *links)
        self.tables["member"], self.tables["follow"] = member, follow.astype(np.int64)
        linked = self.tables["link"]["before"].astype(np.int64)
        look()
        self.tail = graph.tails(member, self.before_at, linked, self.free_lag, self.least)
        orders = self.problem.orders
        dues = np.array([o.due for o in orders], np.int64)
        due = self._of_orders(np.full(count, FOREVER), dues, np.minimum)
        table = self.tables["operation"]
        table["unhurried"] = due - CALM * self.tail
        weights = np.array([float(o.weight) for o in orders])
        weight = self._of_orders(np.full(count, -np.inf), weights, np.maximum)
        at = self.block_at[:-1]
        self._put(
            "block",
            records.BLOCK,
            self.block_count,
            at=at,
            head=self._block_heads(),
            end=self.block_at[1:],
            follow_at=follow_at[:-1],
            follow_end=follow_at[1:],
            due=np.minimum.reduceat((due - self.tail)[member], at),
            weight=np.maximum.reduceat(weight[member], at),
        )
        self.mean = max(1.0, int(self.least.sum()) / max(1, count))

    def _block_heads(self) -> Ints:
        """Of each block the first operation that is not given (``Dispatcher._head_ways``)."""
        heads: Ints = self.member[self.block_at[:-1]].copy()
        for number in set(self.block_of[np.flatnonzero(self.given)].tolist()):
            members = self.member[self.block_at[number] : self.block_at[number + 1]].tolist()
            heads[number] = next((o for o in members if not self.given[o]), members[0])
        return heads

    def _queues(self) -> None:
        """Blocks whose first operation goes to the same machines share a queue."""
        way, table, block = self.tables["way"], self.tables["operation"], self.tables["block"]
        head = block["head"]
        machine, owner = (way[name][~self.barred] for name in ("machine", "operation"))
        look()
        order = np.lexsort((machine, owner))
        machine, owner = machine[order], owner[order]
        different = np.concatenate(
            ([True], (machine[1:] != machine[:-1]) | (owner[1:] != owner[:-1]))
        )
        machine, owner = machine[different].astype(">i4"), owner[different]
        marks = 4 * np.searchsorted(owner, np.arange(len(table) + 1))
        look()
        # As bytes, the largest digit first: sorted like tuples of numbers.
        data, start, end = machine.tobytes(), marks[head].tolist(), marks[head + 1].tolist()
        names = [data[a:b] for a, b in looking(list(zip(start, end, strict=True)))]
        look()
        unique = sorted(set(names))
        number = {name: k for k, name in enumerate(unique)}
        block["queue"] = [number[name] for name in looking(names)]
        served = [np.frombuffer(name, ">i4").tolist() for name in unique]
        every = self.tables["served"] = ints(chain.from_iterable(served))
        machines = self.tables["machine"]
        ovens = machines["kind"] == 2
        queues = marks_of(served)
        queue = self._put(
            "queue",
            records.QUEUE,
            len(unique),
            machines_at=queues[:-1],
            machines_end=queues[1:],
            oven=np.logical_or.reduceat(ovens[every], queues[:-1]),
            room=np.maximum.reduceat(machines["capacity"][every], queues[:-1]),
        )
        self._slots(head, queue)

    def _slots(self, head: Ints, queue: Any) -> None:
        """Within a queue there is a heap per tuple of families (in an oven with its batch's)."""
        way, table, block = self.tables["way"], self.tables["operation"], self.tables["block"]
        baked = way["kind"][table["ways_at"][head]] == 2
        first = self.member[self.block_at[:-1]]
        batch = np.where(baked, table["batch_family"][first], -1)
        unique, which = combined((table["families"][first], batch))
        known: dict[tuple[int, ...], int] = {}
        names = []
        for families, family in unique:
            own = self.families[families]
            if family >= 0:
                own = (int(self.batch_families[family]), *own)
            names.append(known.setdefault(own, len(known)))
        pairs, slot = combined((block["queue"], np.array(names, np.int64)[which]))
        block["slot"] = slot
        first_way = table["ways_at"][head][baked]
        load, least = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
        np.add.at(load, slot[baked], way["load"][first_way])
        np.maximum.at(least, slot[baked], way["least_load"][first_way])
        marks = marks_of(known)
        self.tables["family"] = ints(chain.from_iterable(known))
        named = np.array([name for _, name in pairs], np.int64)
        self._put(
            "slot",
            records.SLOT,
            len(pairs),
            families_at=marks[named],
            families_end=marks[named + 1],
            load=load,
            least=least,
        )
        of_queue = np.array([q for q, _ in pairs], np.int64)
        edges = np.searchsorted(of_queue, np.arange(len(queue) + 1))
        queue["slots_at"], queue["slots_end"] = edges[:-1], edges[1:]
        self._facts()

    def _facts(self) -> None:
        problem = self.problem
        facts = np.zeros(records.PATIENT + 1, np.int64)
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
        facts[records.ANY_CAPPED] = any(self.base.capped)
        facts[records.ANY_SERVICED] = bool(self.tables["tool"]["serviced"].any())
        self.tables["facts"] = facts
        self.tables["scales"] = np.zeros(2, np.float64)

    # -- rules ----------------------------------------------------------------------------

    def by_rule(
        self,
        rule: str,
        uniform: Callable[[float, float], float] | None = None,
        shifts: Mapping[int, int] | None = None,
        urgency: tuple[float, float, float] | None = None,
        apart: bool = False,
    ) -> records.Plant:
        """The plant with the priority of each block (``Dispatcher._static``).

        ``uniform``: chance, for noise. ``shifts``: minutes by which orders count as due later.
        ``urgency``: by how many mean operations earlier goes what weighs e times as much, takes
        an e-th of the time, or has an e-th of the work before it till the order is done: ATC (see
        ``construct``) with the slack of late work left unclipped. ``apart``: no queue waits for a
        more urgent one that shares machines or people with it.
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
        facts[records.ATCS], facts[records.APART] = rule == "atcs", apart
        facts[records.PATIENT] = rule in PATIENT
        scales = np.array([lookahead * self.mean * 8, SETUP_SCALE * self.mean])
        return self.plant._replace(block=block, facts=facts, scales=scales)


__all__ = ["Compiled", "NotStated"]
