"""Random plants that mix all features of the problem statement.

A plant is drawn from a ``random.Random``: hypothesis supplies one that it can shrink
(``random_plants``), ``sample`` seeded ones. Each feature is drawn by a coin of its own and then
written into the plant by the function of its name; ``features`` tells from the finished problem
which ones are there. Plants are meant to be feasible for the most part, not always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.scheduling.problem import (
    FOREVER,
    Changeover,
    Combine,
    CrewDemand,
    End,
    FreezeLevel,
    FreezeZone,
    Grant,
    MachineKind,
    Mode,
    Operation,
    Pausing,
    Placement,
    Problem,
    Started,
    ToolDemand,
    Window,
)
from tests.scheduling.plants import Plant, matrix

DAY = 1440
DAYS = 40
NOW = 8 * 60
COIN = 0.42
"""How likely a feature is drawn."""


class Feature(StrEnum):
    CALENDAR_HOLES = "calendar_holes"
    MACHINE_OVERTIME = "machine_overtime"
    PAUSE_TURNS = "pause_turns"
    PAUSE_NEVER = "pause_never"
    FIXED_SETUP = "fixed_setup"
    SETUP_SUM = "setup_sum"
    SETUP_MAX = "setup_max"
    SETUP_FIRST = "setup_first"
    MANY_PARTS = "many_parts"
    FORBIDDEN_CHANGEOVER = "forbidden_changeover"
    CHANGEOVER_CREW = "changeover_crew"
    FIRST_PIECE = "first_piece"
    SETUP_NEEDS_MATERIAL = "setup_needs_material"
    ALTERNATES = "alternates"
    EFFICIENCY = "efficiency"
    CUMULATIVE = "cumulative"
    BATCH = "batch"
    TOOL_COPIES = "tool_copies"
    CAVITIES = "cavities"
    COPIES_MODES = "copies_modes"
    TOOL_LIFE = "tool_life"
    TOOL_SERVICE = "tool_service"
    TOOL_CALENDAR = "tool_calendar"
    POOL = "pool"
    TOOL_HOLD = "tool_hold"
    CREW_SETUP = "crew_setup"
    CREW_RUN = "crew_run"
    TWO_HEADS = "two_heads"
    TWO_SKILLS = "two_skills"
    OPERATOR_SHIFTS = "operator_shifts"
    EXPIRING_GRANT = "expiring_grant"
    SAME_PERSON = "same_person"
    OVERTIME_CAP = "overtime_cap"
    MIN_LAG = "min_lag"
    MAX_LAG = "max_lag"
    WORKING_LAG = "working_lag"
    START_START = "start_start"
    END_END = "end_end"
    TRANSFER = "transfer"
    CONSUMES = "consumes"
    RECEIPTS = "receipts"
    PRODUCES = "produces"
    ORDER_RELEASE = "order_release"
    OPERATION_RELEASE = "operation_release"
    SEVERAL_ORDERS = "several_orders"
    LATEST_START = "latest_start"
    PIN_MACHINE = "pin_machine"
    PIN_START = "pin_start"
    PIN_OVERDUE = "pin_overdue"
    STARTED = "started"
    FREEZE_LOCKED = "freeze_locked"
    FREEZE_WITHIN = "freeze_within"
    WEIGHTS = "weights"
    COMMITTED = "committed"
    START_HOURS = "start_hours"
    LEAST_CAMPAIGN = "least_campaign"
    LEAST_LOAD = "least_load"
    SHIFT_FIRST_PIECE = "shift_first_piece"
    CHEAP_HOURS = "cheap_hours"


LAST = (Feature.SHIFT_FIRST_PIECE, Feature.CHEAP_HOURS)
"""Drawn behind all others: plants without them are what they were before there were these."""


def random_plants() -> st.SearchStrategy[Problem]:
    """Plants for ``@given``; a failing one shrinks to few features."""
    return st.randoms(use_true_random=False).map(draw_plant)


def sample(count: int, seed: int = 0) -> Iterator[Problem]:
    """Always the same plants for a seed."""
    for number in range(count):
        yield draw_plant(Random(f"{seed}/{number}"))


def draw_plant(random: Random) -> Problem:
    chosen = [feature for feature in Feature if feature not in LAST and random.random() < COIN]
    draft = Draft(random)
    for feature in chosen:
        WRITERS[feature](draft)
    for feature in LAST:
        if random.random() < COIN:
            WRITERS[feature](draft)
    return draft.problem()


# -- the plant while it is being written -------------------------------------------------------


@dataclass
class Job:
    """An operation in the making."""

    order: int
    index: int
    modes: list[dict[str, Any]]
    fields: dict[str, Any] = field(default_factory=dict)

    def each_mode(self, **values: Any) -> None:
        for mode in self.modes:
            mode.update(values)


@dataclass
class Link:
    before: int
    after: int
    fields: dict[str, Any] = field(default_factory=dict)


class Draft:
    """Five orders of two to four steps on five machines; features are written into it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plant = plant = Plant()
        self.day = plant.calendar(*shifts((8, 12), (13, 17)))
        self.late = plant.calendar(*shifts((12, 16), (17, 21)))
        self.machines: list[dict[str, Any]] = [{} for _ in range(5)]
        self.orders: list[dict[str, Any]] = []
        self.jobs: list[Job] = []
        self.links: list[Link] = []
        self.operators: list[dict[str, Any]] = []
        self.baseline: list[Placement] = []
        self.fixed: set[int] = set()
        self.run_skill, self.setup_skill, self.third_skill = (plant.skill() for _ in range(3))
        for order in range(5):
            self.orders.append({"due": NOW + random.randrange(200, 4000)})
            steps = random.randint(2, 4)
            for _ in range(steps):
                work = {"machine": random.randrange(3), "run_seconds": 60 * random.randint(5, 60)}
                self.jobs.append(Job(order, len(self.jobs), [work]))
        for one, two in pairwise(self.jobs):
            if one.order == two.order:
                self.links.append(Link(one.index, two.index))
        skills = (self.run_skill, self.setup_skill, self.third_skill)
        for _ in range(4):
            self.operators.append({"grants": [Grant(skill) for skill in skills], "calendar": 0})

    def some(self, most: int = 4) -> list[Job]:
        """A few jobs."""
        return self.random.sample(self.jobs, self.random.randint(1, most))

    def unfixed(self) -> list[Job]:
        """Jobs that nothing has fixed yet, in random order."""
        free = [job for job in self.jobs if job.index not in self.fixed]
        return self.random.sample(free, len(free))

    def first_steps(self) -> list[Job]:
        """The first jobs of orders among them."""
        later = {link.after for link in self.links}
        return [job for job in self.unfixed() if job.index not in later]

    def plain_link(self) -> Link | None:
        """A link that no other feature has written to."""
        free = [link for link in self.links if not link.fields]
        return self.random.choice(free) if free else None

    def problem(self) -> Problem:
        plant = self.plant
        for number, machine in enumerate(self.machines):
            plant.machine(f"M{number}", **machine)
        for operator in self.operators:
            plant.operator(*operator.pop("grants"), **operator)
        for order in self.orders:
            plant.order(**order)
        for job in self.jobs:
            plant.operation(job.order, *(Mode(**mode) for mode in job.modes), **job.fields)
        for link in self.links:
            plant.link(link.before, link.after, **link.fields)
        return plant.problem(
            now=NOW, baseline=self.baseline, overtime_periods=range(0, DAYS * DAY, 10 * DAY)
        )


def shifts(*hours: tuple[int, int], overtime: tuple[int, int] | None = None) -> list[Window]:
    """Daily windows by the hour."""
    windows = []
    for day in range(DAYS):
        for first, last in hours:
            windows.append(Window(day * DAY + first * 60, day * DAY + last * 60))
        if overtime:
            first, last = overtime
            windows.append(Window(day * DAY + first * 60, day * DAY + last * 60, True, 1.0))
    return windows


# -- writers, one per feature ------------------------------------------------------------------

Writer = Callable[[Draft], None]


def calendar_holes(draft: Draft) -> None:
    for machine in draft.random.sample(draft.machines, 3):
        machine["calendar"] = draft.day


def machine_overtime(draft: Draft) -> None:
    calendar = draft.plant.calendar(*shifts((8, 12), (13, 17), overtime=(17, 19)))
    draft.machines[draft.random.randrange(3)]["calendar"] = calendar


def pause_turns(draft: Draft) -> None:
    for job in draft.some():
        job.fields["pausing"] = Pausing.TURNS
        quantity, seconds = draft.random.randint(5, 20), draft.random.choice((45, 60, 100, 240))
        job.each_mode(turn_seconds=seconds, quantity=quantity)


def pause_never(draft: Draft) -> None:
    for job in draft.some():
        job.fields["pausing"] = Pausing.NEVER


def fixed_setup(draft: Draft) -> None:
    for job in draft.some(8):
        job.each_mode(setup=draft.random.randint(1, 20))


def setup_rule(machine: int, combine: Combine) -> Writer:
    """A rule of two parts on the machine; families 0-2 and 3-5."""

    def write(draft: Draft) -> None:
        dice = draft.random

        def part(key: str, first: int) -> Any:
            pairs = {
                (a, b): dice.randint(1, 15)
                for a in range(first, first + 3)
                for b in range(first, first + 3)
                if a != b
            }
            return matrix(key, pairs)

        rule = draft.plant.rule(part("mould", 0), part("colour", 3), combine=combine)
        draft.machines[machine].update(setup_rule=rule, setup_state=(0, 3))
        for job in draft.some(8):
            job.modes[0].setdefault("machine", machine)
            if "families" not in job.fields:
                job.modes[0]["machine"] = machine
            job.fields["families"] = (dice.randint(-1, 2), dice.randint(3, 5))

    return write


def many_parts(draft: Draft) -> None:
    parts = (matrix(f"part {n}", {(6, 7): n, (7, 6): 2 * n}) for n in (3, 4, 5))
    rule = draft.plant.rule(*parts)
    draft.machines[3].update(setup_rule=rule, setup_state=(6, 6, 6))
    for job in draft.some():
        job.modes[0]["machine"] = 3
        job.fields["families"] = tuple(draft.random.choice((6, 7)) for _ in range(3))


def forbidden_changeover(draft: Draft) -> None:
    rule = draft.plant.rule(matrix("resin", {(0, 1): 3, (1, 2): 3, (2, 1): 9, (1, 0): 5}, None))
    draft.machines[4].update(setup_rule=rule, setup_state=(1,))
    for job in draft.some(3):
        job.modes[0]["machine"] = 4
        job.fields["families"] = (draft.random.choice((0, 1, 1, 1)),)


def changeover_crew(draft: Draft) -> None:
    """Some changes of a machine take a fitter, some two people."""
    if not draft.plant.setup_rules:
        setup_rule(0, Combine.SUM)(draft)

    def manned(change: Changeover | None) -> Changeover | None:
        if change is None or not change.minutes or draft.random.random() < 0.4:
            return change
        skill = draft.random.choice((draft.setup_skill, draft.third_skill))
        return replace(change, crew=(CrewDemand(skill, draft.random.randint(1, 2)),))

    for number, rule in enumerate(draft.plant.setup_rules):
        parts = tuple(
            replace(part, pairs={pair: manned(change) for pair, change in part.pairs.items()})
            for part in rule.parts
        )
        draft.plant.setup_rules[number] = replace(rule, parts=parts)


def least_campaign(draft: Draft) -> None:
    """Some parts of changeovers want a campaign that lasts."""
    if not draft.plant.setup_rules:
        setup_rule(0, Combine.SUM)(draft)
    for number, rule in enumerate(draft.plant.setup_rules):
        parts = tuple(
            replace(part, least_run=draft.random.choice((0, 40, 90))) for part in rule.parts
        )
        draft.plant.setup_rules[number] = replace(rule, parts=parts)


def first_piece(draft: Draft) -> None:
    for job in draft.some():
        job.fields["first_piece"] = draft.random.randint(5, 15)
        job.each_mode(setup=draft.random.randint(1, 10))


def setup_needs_material(draft: Draft) -> None:
    for job in draft.some():
        job.fields["setup_needs_material"] = True
        job.each_mode(setup=draft.random.randint(1, 10))


def alternates(draft: Draft) -> None:
    for job in draft.some():
        other = {**job.modes[0], "machine": (job.modes[0]["machine"] + 1) % 3}
        if "run_seconds" in other:
            other["run_seconds"] = other["run_seconds"] * draft.random.randint(8, 14) // 10
        job.modes.append(other)


def efficiency(draft: Draft) -> None:
    for machine in draft.machines:
        machine["efficiency"] = draft.random.choice((70, 90, 100, 130))


def new_machine(draft: Draft, kind: MachineKind, capacity: int) -> int:
    draft.machines.append({"kind": kind, "capacity": capacity})
    return len(draft.machines) - 1


def cumulative(draft: Draft) -> None:
    rack = new_machine(draft, MachineKind.CUMULATIVE, 5)
    for job in draft.some():
        job.modes = [{**job.modes[0], "machine": rack, "load": draft.random.randint(1, 3)}]


def batch(draft: Draft) -> None:
    oven = new_machine(draft, MachineKind.BATCH, 6)
    for job in draft.some():
        job.modes = [{**job.modes[0], "machine": oven, "load": draft.random.randint(1, 3)}]
        job.fields["batch_family"] = draft.random.randint(0, 1)


def least_load(draft: Draft) -> None:
    """Some of what goes into ovens wants company."""
    if not any(machine.get("kind") is MachineKind.BATCH for machine in draft.machines):
        batch(draft)
    ovens = [n for n, m in enumerate(draft.machines) if m.get("kind") is MachineKind.BATCH]
    for job in draft.jobs:
        for mode in job.modes:
            if mode["machine"] in ovens and draft.random.random() < 0.7:
                mode["least_load"] = draft.random.randint(2, 5)


def demand(job: Job, *demands: ToolDemand) -> None:
    for mode in job.modes:
        mode["tools"] = (*mode.get("tools", ()), *demands)


def tool_copies(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    for _ in range(2):
        draft.plant.tool(kind)
    for job in draft.some(6):
        demand(job, ToolDemand(kind))


def cavities(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    for number in (1, 2, 4):
        draft.plant.tool(kind, cavities=number)
    for job in unshaped(draft):
        job.each_mode(turn_seconds=90, quantity=draft.random.randint(5, 30))
        demand(job, ToolDemand(kind, shapes=True))


def unshaped(draft: Draft) -> list[Job]:
    """A few jobs whose pieces no tool shapes yet."""

    def shaped(job: Job) -> bool:
        return any(d.shapes for mode in job.modes for d in mode.get("tools", ()))

    return [job for job in draft.some() if not shaped(job)]


def copies_modes(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    for _ in range(3):
        draft.plant.tool(kind)
    for job in unshaped(draft):
        job.each_mode(turn_seconds=60, quantity=draft.random.randint(10, 40))
        one = job.modes[0]
        tools = one.get("tools", ())
        job.modes = [
            {**one, "tools": (*tools, ToolDemand(kind, copies, shapes=True))}
            for copies in (1, 2, 3)
        ]


def tool_life(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    draft.plant.tool(kind, life=draft.random.randint(10, 40))
    draft.plant.tool(kind)
    for job in unshaped(draft):
        job.each_mode(turn_seconds=60, quantity=draft.random.randint(5, 30))
        demand(job, ToolDemand(kind, shapes=True))


def tool_service(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    for _ in range(2):
        every = draft.random.randint(10, 40)
        unserviced = draft.random.randint(0, every)
        service = {"service_every": every, "service_minutes": draft.random.randint(5, 90)}
        draft.plant.tool(kind, unserviced=unserviced, **service)
    for job in unshaped(draft):
        job.each_mode(turn_seconds=60, quantity=draft.random.randint(5, 30))
        demand(job, ToolDemand(kind, shapes=True))


def tool_calendar(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    draft.plant.tool(kind, calendar=draft.day)
    for job in draft.some(3):
        demand(job, ToolDemand(kind))


def pool(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    draft.plant.tool(kind, capacity=4)
    for job in draft.some(6):
        demand(job, ToolDemand(kind, draft.random.randint(1, 2)))


def tool_hold(draft: Draft) -> None:
    kind = draft.plant.tool_type()
    for _ in range(2):
        draft.plant.tool(kind)
    held = [link for link in draft.links if not draft.fixed & {link.before, link.after}]
    for link in draft.random.sample(held, min(2, len(held))):
        demand(draft.jobs[link.before], ToolDemand(kind, until=link.after))


def crew_setup(draft: Draft) -> None:
    for job in draft.some():
        job.each_mode(setup_crew=(CrewDemand(draft.setup_skill),), setup=5)


def crew_run(draft: Draft) -> None:
    for job in draft.some(8):
        job.each_mode(run_crew=(CrewDemand(draft.run_skill),))


def two_heads(draft: Draft) -> None:
    for job in draft.some():
        job.each_mode(run_crew=(CrewDemand(draft.run_skill, 2),))


def two_skills(draft: Draft) -> None:
    for job in draft.some():
        crew = CrewDemand(draft.run_skill), CrewDemand(draft.third_skill)
        job.each_mode(run_crew=crew)


def operator_shifts(draft: Draft) -> None:
    for number, operator in enumerate(draft.operators):
        operator["calendar"] = draft.day if number < 3 else draft.late
    draft.operators.append(dict(draft.operators[-1]))


def expiring_grant(draft: Draft) -> None:
    end = NOW + draft.random.randint(300, 3 * DAY)
    draft.operators[0]["grants"] = [
        replace(grant, end=end) if grant.skill == draft.run_skill else grant
        for grant in draft.operators[0]["grants"]
    ]


def same_person(draft: Draft) -> None:
    for job in draft.some(3):
        job.fields["same_person"] = True
        for mode in job.modes:
            mode.setdefault("run_crew", (CrewDemand(draft.run_skill),))


def overtime_cap(draft: Draft) -> None:
    calendar = draft.plant.calendar(*shifts((8, 12), (13, 17), overtime=(17, 20)))
    for operator in draft.operators[1:3]:
        operator.update(calendar=calendar, overtime_cap=draft.random.randint(30, 120))


def link_writer(fields: Callable[[Draft], dict[str, Any]]) -> Writer:
    def write(draft: Draft) -> None:
        for _ in range(2):
            link = draft.plain_link()
            if link is not None:
                link.fields.update(fields(draft))

    return write


def produces(draft: Draft) -> None:
    """A later order takes what an earlier one makes."""
    material = draft.plant.material()
    makers = [job for job in draft.jobs if job.order < 2]
    takers = [job for job in draft.jobs if job.order >= 3]
    maker, taker = draft.random.choice(makers), draft.random.choice(takers)
    add(maker, "produces", (material, 5))
    add(taker, "consumes", (material, draft.random.randint(1, 5)))


def add(job: Job, name: str, entry: tuple[int, int]) -> None:
    job.fields[name] = (*job.fields.get(name, ()), entry)


def consumes(draft: Draft) -> None:
    material = draft.plant.material(100)
    for job in draft.some():
        add(job, "consumes", (material, draft.random.randint(1, 20)))


def receipts(draft: Draft) -> None:
    arrival = NOW + draft.random.randint(60, 2 * DAY)
    material = draft.plant.material(10, (arrival, 20), (arrival + DAY, 80))
    for job in draft.some():
        add(job, "consumes", (material, draft.random.randint(5, 25)))


def order_release(draft: Draft) -> None:
    for order in draft.random.sample(draft.orders, 2):
        order["release"] = NOW + draft.random.randint(0, DAY)


def several_orders(draft: Draft) -> None:
    """A step is made for a later order, too: after that one's first step, before its last."""
    job = draft.random.choice([j for j in draft.jobs if j.order < 4])
    other = draft.random.randrange(job.order + 1, 5)
    steps = [j for j in draft.jobs if j.order == other]
    job.fields["also"] = (other,)
    if draft.random.random() < 0.5:
        draft.links.append(Link(job.index, steps[-1].index))
    else:
        draft.links.append(Link(steps[0].index, job.index))


def operation_release(draft: Draft) -> None:
    for job in draft.some():
        job.fields["release"] = NOW + draft.random.randint(0, DAY)


def latest_start(draft: Draft) -> None:
    for job in draft.first_steps()[:1]:
        release = draft.orders[job.order].get("release", NOW)
        job.fields["latest_start"] = release + 3 * DAY


def pin_machine(draft: Draft) -> None:
    for job in draft.some(2):
        job.modes.append({**job.modes[0], "machine": (job.modes[0]["machine"] + 1) % 3})
        job.fields["pin_machine"] = draft.random.choice(job.modes)["machine"]


def pin_start(draft: Draft) -> None:
    for job in [j for j in draft.unfixed() if "latest_start" not in j.fields][:1]:
        draft.fixed.add(job.index)
        job.fields["pin_start"] = 4 * DAY + 9 * 60 + draft.random.randint(0, 60)


def pin_overdue(draft: Draft) -> None:
    """A pin to a start that has passed, on the first of the job's machines."""
    for job in [j for j in draft.unfixed() if "latest_start" not in j.fields][:1]:
        draft.fixed.add(job.index)
        job.fields["pin_start"] = NOW - draft.random.randint(1, 300)
        job.fields.setdefault("pin_machine", job.modes[0]["machine"])


def started(draft: Draft) -> None:
    """One job has been running for a while, alone on its machine, with what it needs."""
    for job in draft.first_steps():
        mode = job.modes[0]
        if mode.get("tools") or "consumes" in job.fields:
            continue
        draft.fixed.add(job.index)
        job.fields["started"] = Started(NOW - draft.random.randint(0, 60), 0)
        return


def freeze(machine: int, level: FreezeLevel) -> Writer:
    """The plan in force has a job the day after tomorrow, inside the zone."""

    def write(draft: Draft) -> None:
        zone = FreezeZone(NOW, 3 * DAY, level)
        draft.machines[machine]["freeze"] = (zone,)
        for job in draft.unfixed():
            kind = draft.machines[job.modes[0]["machine"]].get("kind")
            if kind is not None or "pin_machine" in job.fields:
                continue
            draft.fixed.add(job.index)
            job.modes[0]["machine"] = machine
            start = 2 * DAY + 10 * 60 + draft.random.randint(0, 60)
            segment = (start, start + 10)
            draft.baseline.append(Placement(job.index, 0, start, start, start + 10, (segment,)))
            return

    return write


def weights(draft: Draft) -> None:
    for order in draft.orders:
        order["weight"] = draft.random.randint(1, 9)


def committed(draft: Draft) -> None:
    """The plan in force has a job, for which material is issued, the day after tomorrow."""
    for job in draft.unfixed():
        kind = draft.machines[job.modes[0]["machine"]].get("kind")
        if kind is None and "pin_machine" not in job.fields:
            draft.fixed.add(job.index)
            job.fields["committed"] = True
            start = 2 * DAY + 10 * 60 + draft.random.randint(0, 60)
            held = Placement(job.index, 0, start, start, start + 10, ((start, start + 10),))
            draft.baseline.append(held)
            return


def start_hours(draft: Draft) -> None:
    """Runs begin on two machines in the morning and in the afternoon only."""
    hours = draft.plant.calendar(*shifts((8, 12), (14, 16)))
    for machine in draft.random.sample(draft.machines, 2):
        machine["starts"] = hours


def shift_first_piece(draft: Draft) -> None:
    """Two machines make a first piece when their day begins."""
    minutes = draft.random.randint(5, 30)
    days = range(0, DAYS * DAY, DAY)
    made = [Window(day + 8 * 60, day + 8 * 60 + minutes) for day in days]
    open_hours = [Window(first.end, first.start + 9 * 60) for first in made]
    for machine in draft.random.sample(draft.machines, 2):
        machine["first_pieces"] = draft.plant.calendar(*made)
        machine["calendar"] = draft.plant.calendar(*open_hours)


def cheap_hours(draft: Draft) -> None:
    """Two machines would rather run around noon and in the evening."""
    hours = draft.plant.calendar(*shifts((11, 13), (15, 20)))
    for machine in draft.random.sample(draft.machines, 2):
        machine["prefers"] = hours


WRITERS: dict[Feature, Writer] = {
    Feature.CALENDAR_HOLES: calendar_holes,
    Feature.MACHINE_OVERTIME: machine_overtime,
    Feature.PAUSE_TURNS: pause_turns,
    Feature.PAUSE_NEVER: pause_never,
    Feature.FIXED_SETUP: fixed_setup,
    Feature.SETUP_SUM: setup_rule(0, Combine.SUM),
    Feature.SETUP_MAX: setup_rule(1, Combine.MAX),
    Feature.SETUP_FIRST: setup_rule(2, Combine.FIRST),
    Feature.MANY_PARTS: many_parts,
    Feature.FORBIDDEN_CHANGEOVER: forbidden_changeover,
    Feature.CHANGEOVER_CREW: changeover_crew,
    Feature.LEAST_CAMPAIGN: least_campaign,
    Feature.FIRST_PIECE: first_piece,
    Feature.SETUP_NEEDS_MATERIAL: setup_needs_material,
    Feature.ALTERNATES: alternates,
    Feature.EFFICIENCY: efficiency,
    Feature.CUMULATIVE: cumulative,
    Feature.BATCH: batch,
    Feature.LEAST_LOAD: least_load,
    Feature.TOOL_COPIES: tool_copies,
    Feature.CAVITIES: cavities,
    Feature.COPIES_MODES: copies_modes,
    Feature.TOOL_LIFE: tool_life,
    Feature.TOOL_SERVICE: tool_service,
    Feature.TOOL_CALENDAR: tool_calendar,
    Feature.POOL: pool,
    Feature.TOOL_HOLD: tool_hold,
    Feature.CREW_SETUP: crew_setup,
    Feature.CREW_RUN: crew_run,
    Feature.TWO_HEADS: two_heads,
    Feature.TWO_SKILLS: two_skills,
    Feature.OPERATOR_SHIFTS: operator_shifts,
    Feature.EXPIRING_GRANT: expiring_grant,
    Feature.SAME_PERSON: same_person,
    Feature.OVERTIME_CAP: overtime_cap,
    Feature.MIN_LAG: link_writer(lambda d: {"min_lag": d.random.randint(5, 300)}),
    Feature.MAX_LAG: link_writer(lambda d: {"max_lag": d.random.randint(30, 600)}),
    Feature.WORKING_LAG: link_writer(
        lambda d: {"min_lag": d.random.randint(5, 200), "clock": d.day}
    ),
    Feature.START_START: link_writer(
        lambda d: {
            "before_end": End.START,
            "after_end": End.START,
            "min_lag": d.random.randint(0, 60),
        }
    ),
    Feature.END_END: link_writer(
        lambda d: {"before_end": End.END, "after_end": End.END, "min_lag": d.random.randint(0, 60)}
    ),
    Feature.TRANSFER: link_writer(lambda d: {"transfer": (1, d.random.randint(2, 8))}),
    Feature.CONSUMES: consumes,
    Feature.RECEIPTS: receipts,
    Feature.PRODUCES: produces,
    Feature.ORDER_RELEASE: order_release,
    Feature.OPERATION_RELEASE: operation_release,
    Feature.SEVERAL_ORDERS: several_orders,
    Feature.LATEST_START: latest_start,
    Feature.PIN_MACHINE: pin_machine,
    Feature.PIN_START: pin_start,
    Feature.PIN_OVERDUE: pin_overdue,
    Feature.STARTED: started,
    Feature.FREEZE_LOCKED: freeze(0, FreezeLevel.LOCKED),
    Feature.FREEZE_WITHIN: freeze(1, FreezeLevel.WITHIN),
    Feature.WEIGHTS: weights,
    Feature.COMMITTED: committed,
    Feature.START_HOURS: start_hours,
    Feature.SHIFT_FIRST_PIECE: shift_first_piece,
    Feature.CHEAP_HOURS: cheap_hours,
}


# -- what a finished plant has -----------------------------------------------------------------


def features(problem: Problem) -> set[Feature]:
    """The features that some operation of the plant is really touched by."""
    return {feature for feature, present in FOUND.items() if present(problem)}


def modes(problem: Problem) -> list[Mode]:
    return [mode for operation in problem.operations for mode in operation.modes]


def any_operation(test: Callable[[Operation], object]) -> Callable[[Problem], bool]:
    return lambda problem: any(test(operation) for operation in problem.operations)


def any_mode(test: Callable[[Mode], object]) -> Callable[[Problem], bool]:
    return lambda problem: any(test(mode) for mode in modes(problem))


def any_link(test: Callable[[Any], object]) -> Callable[[Problem], bool]:
    return lambda problem: any(test(link) for link in problem.precedences)


def any_tool(test: Callable[[Any], object]) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        asked = {d.tool_type for mode in modes(problem) for d in mode.tools}
        return any(test(tool) and tool.tool_type in asked for tool in problem.tools)

    return present


def any_machine(test: Callable[[Any], object]) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        used = {mode.machine for mode in modes(problem)}
        return any(test(problem.machines[index]) for index in used)

    return present


def machine_windows(test: Callable[[Any], object]) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        used = {problem.machines[mode.machine].calendar for mode in modes(problem)}
        return any(test(problem.calendars[calendar].windows) for calendar in used)

    return present


def combined(how: Combine) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        used = [
            problem.setup_rules[problem.machines[mode.machine].setup_rule or 0]
            for operation in problem.operations
            for mode in operation.modes
            if operation.families and problem.machines[mode.machine].setup_rule is not None
        ]
        return any(rule.combine is how and len(rule.parts) == 2 for rule in used)

    return present


def any_machine_rule(test: Callable[[Any], object]) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        used = {problem.machines[mode.machine].setup_rule for mode in modes(problem)}
        rules = [problem.setup_rules[number] for number in used if number is not None]
        return any(test(part) for rule in rules for part in rule.parts)

    return present


def parts_of_three(problem: Problem) -> bool:
    return any(len(operation.families) == 3 for operation in problem.operations)


def forbidding(problem: Problem) -> bool:
    ruled = [m for m in modes(problem) if problem.machines[m.machine].setup_rule is not None]
    rules = [problem.setup_rules[problem.machines[m.machine].setup_rule or 0] for m in ruled]
    return any(part.default is None for rule in rules for part in rule.parts)


def manned_changes(problem: Problem) -> bool:
    ruled = {
        problem.machines[m.machine].setup_rule
        for operation in problem.operations
        if operation.families
        for m in operation.modes
    }
    return any(
        change is not None and change.crew
        for rule in ruled - {None}
        for part in problem.setup_rules[rule or 0].parts
        for change in part.pairs.values()
    )


def copies_in_modes(operation: Operation) -> bool:
    counts = {tuple(d.count for d in mode.tools if d.shapes) for mode in operation.modes}
    return len(counts) > 1


def people_asked(problem: Problem) -> bool:
    return any(mode.setup_crew or mode.run_crew for mode in modes(problem))


def cavity_choice(problem: Problem) -> bool:
    shaping = {d.tool_type for mode in modes(problem) for d in mode.tools if d.shapes}
    return any(tool.cavities > 1 and tool.tool_type in shaping for tool in problem.tools)


def scarce_copies(problem: Problem) -> bool:
    asked = {d.tool_type for mode in modes(problem) for d in mode.tools}
    return any(
        sum(t.tool_type == kind and t.capacity == 1 for t in problem.tools) > 1 for kind in asked
    )


def frozen(level: FreezeLevel) -> Callable[[Problem], bool]:
    def present(problem: Problem) -> bool:
        for held in problem.baseline:
            machine = problem.machines[problem.operations[held.operation].modes[held.mode].machine]
            if any(z.level is level and z.start <= held.start < z.end for z in machine.freeze):
                return True
        return False

    return present


FOUND: dict[Feature, Callable[[Problem], bool]] = {
    Feature.CALENDAR_HOLES: machine_windows(lambda windows: len(windows) > 1),
    Feature.MACHINE_OVERTIME: machine_windows(lambda windows: any(w.overtime for w in windows)),
    Feature.PAUSE_TURNS: any_operation(lambda o: o.pausing is Pausing.TURNS),
    Feature.PAUSE_NEVER: any_operation(lambda o: o.pausing is Pausing.NEVER),
    Feature.FIXED_SETUP: any_mode(lambda m: m.setup > 0),
    Feature.SETUP_SUM: combined(Combine.SUM),
    Feature.SETUP_MAX: combined(Combine.MAX),
    Feature.SETUP_FIRST: combined(Combine.FIRST),
    Feature.MANY_PARTS: parts_of_three,
    Feature.FORBIDDEN_CHANGEOVER: forbidding,
    Feature.CHANGEOVER_CREW: manned_changes,
    Feature.LEAST_CAMPAIGN: any_machine_rule(lambda part: part.least_run),
    Feature.FIRST_PIECE: any_operation(lambda o: o.first_piece),
    Feature.SETUP_NEEDS_MATERIAL: any_operation(lambda o: o.setup_needs_material),
    Feature.ALTERNATES: any_operation(lambda o: len({m.machine for m in o.modes}) > 1),
    Feature.EFFICIENCY: any_machine(lambda m: m.efficiency != 100),
    Feature.CUMULATIVE: any_machine(lambda m: m.kind is MachineKind.CUMULATIVE),
    Feature.BATCH: any_machine(lambda m: m.kind is MachineKind.BATCH),
    Feature.LEAST_LOAD: any_mode(lambda m: m.least_load),
    Feature.TOOL_COPIES: scarce_copies,
    Feature.CAVITIES: cavity_choice,
    Feature.COPIES_MODES: any_operation(copies_in_modes),
    Feature.TOOL_LIFE: any_tool(lambda t: t.life is not None),
    Feature.TOOL_SERVICE: any_tool(lambda t: t.service_every is not None),
    Feature.TOOL_CALENDAR: any_tool(lambda t: t.calendar != 0),
    Feature.POOL: any_tool(lambda t: t.capacity > 1),
    Feature.TOOL_HOLD: any_mode(lambda m: any(d.until is not None for d in m.tools)),
    Feature.CREW_SETUP: any_mode(lambda m: m.setup_crew),
    Feature.CREW_RUN: any_mode(lambda m: m.run_crew),
    Feature.TWO_HEADS: any_mode(lambda m: any(d.heads > 1 for d in m.run_crew)),
    Feature.TWO_SKILLS: any_mode(lambda m: len(m.run_crew) > 1),
    Feature.OPERATOR_SHIFTS: lambda p: people_asked(p) and any(o.calendar for o in p.operators),
    Feature.EXPIRING_GRANT: lambda p: (
        people_asked(p) and any(g.end < FOREVER for o in p.operators for g in o.grants)
    ),
    Feature.SAME_PERSON: any_operation(lambda o: o.same_person),
    Feature.OVERTIME_CAP: lambda p: (
        people_asked(p) and any(o.overtime_cap is not None for o in p.operators)
    ),
    Feature.MIN_LAG: any_link(lambda k: k.min_lag and k.clock is None and k.after_end is End.START),
    Feature.MAX_LAG: any_link(lambda k: k.max_lag is not None),
    Feature.WORKING_LAG: any_link(lambda k: k.clock is not None),
    Feature.START_START: any_link(lambda k: k.before_end is End.START),
    Feature.END_END: any_link(lambda k: k.after_end is End.END),
    Feature.TRANSFER: any_link(lambda k: k.transfer),
    Feature.CONSUMES: any_operation(lambda o: o.consumes),
    Feature.RECEIPTS: lambda p: any(
        p.materials[m].receipts for o in p.operations for m, _ in o.consumes
    ),
    Feature.PRODUCES: any_operation(lambda o: o.produces),
    Feature.ORDER_RELEASE: lambda p: any(o.release > p.now for o in p.orders),
    Feature.SEVERAL_ORDERS: any_operation(lambda o: o.also),
    Feature.OPERATION_RELEASE: any_operation(lambda o: o.release > NOW),
    Feature.LATEST_START: any_operation(lambda o: o.latest_start < FOREVER),
    Feature.PIN_MACHINE: any_operation(lambda o: o.pin_machine is not None),
    Feature.PIN_START: any_operation(lambda o: (o.pin_start or 0) > NOW),
    Feature.PIN_OVERDUE: any_operation(lambda o: o.pin_start is not None and o.pin_start < NOW),
    Feature.STARTED: any_operation(lambda o: o.started),
    Feature.FREEZE_LOCKED: frozen(FreezeLevel.LOCKED),
    Feature.FREEZE_WITHIN: frozen(FreezeLevel.WITHIN),
    Feature.WEIGHTS: lambda p: any(order.weight > 1 for order in p.orders),
    Feature.COMMITTED: lambda p: any(p.operations[b.operation].committed for b in p.baseline),
    Feature.START_HOURS: any_machine(lambda m: m.starts is not None),
    Feature.SHIFT_FIRST_PIECE: any_machine(lambda m: m.first_pieces is not None),
    Feature.CHEAP_HOURS: any_machine(lambda m: m.prefers is not None),
}
