"""From a step and a quantity to the ways the engine may do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.core.choices import CapacityBasis, RateBasis
from app.core.quantity import ceil_div
from app.core.standard_time import PER_CYCLE, run_time
from app.core.step import MachineRate, StepDefinition, ToolUse, ceil_fraction
from app.scheduling import problem as engine
from app.services.planning.plant_records import SECONDS_PER_DAY, MachineRecord, Plant, ToolRecord


@dataclass(frozen=True, slots=True)
class Task:
    """One operation as the modes need it.

    ``tools``: those it asks for itself (or takes over from a finished step), with the operation
    that holds them to the end (position in the problem) or None. ``taken_over``: tool types that
    came along from a finished step, wherever they may be mounted. ``shares``: pieces by item, of
    work that is made for several orders; ``pieces`` is then their sum.
    """

    item_id: int
    step: StepDefinition
    pieces: Decimal
    tools: tuple[tuple[ToolUse, int | None], ...] = ()
    taken_over: frozenset[int] = frozenset()
    shares: tuple[tuple[int, Decimal], ...] = ()

    @property
    def by_item(self) -> tuple[tuple[int, Decimal], ...]:
        return self.shares or ((self.item_id, self.pieces),)


@dataclass(frozen=True, slots=True)
class Way:
    """A mode with what the tables call it: ``copies`` tells modes of one machine apart."""

    mode: engine.Mode
    copies: int

    def after(self, minutes: int, efficiency: int) -> Way:
        """What is left of it after so many minutes of work, at an efficiency in percent."""
        done = minutes * 60 * efficiency // 100
        left = max(0, self.mode.run_seconds - done)
        return Way(replace(self.mode, run_seconds=left), self.copies)


def ways(plant: Plant, task: Task) -> list[Way]:
    """All ways, preferred machines first, subcontracting last; may be empty (no machine)."""
    found = [
        way for variant in _mould_variants(plant, task) for way in _on_machines(plant, variant)
    ]
    outside = _outside(plant, task)
    return [*found, outside] if outside else found


def _on_machines(plant: Plant, task: Task) -> list[Way]:
    """Machines alike do the work the same way: it is worked out once for all of them."""
    found: list[Way] = []
    alike: dict[tuple[object, ...], list[Way]] = {}
    by_shift = task.step.rate_basis is RateBasis.PIECES_PER_SHIFT
    for machine, rate in _machines(plant, task):
        traits = (machine.kind, machine.capacity, rate, by_shift and machine.shift_seconds)
        if traits not in alike:
            alike[traits] = _on_machine(plant, task, machine, rate)
        found += [_moved(way, machine.index) for way in alike[traits]]
    return found


def _mould_variants(plant: Plant, task: Task) -> list[Task]:
    """The task with each of its moulds alone: several shaping tools are alternatives.

    Tools with a count of their own (fixtures) come with every one of them.
    """
    moulds = [tool for tool in task.tools if _is_alternative(plant, tool[0])]
    if len(moulds) < 2:
        return [task]
    others = tuple(tool for tool in task.tools if tool not in moulds)
    return [replace(task, tools=(mould, *others)) for mould in moulds]


def _is_alternative(plant: Plant, use: ToolUse) -> bool:
    tool = plant.tool_types.get(use.tool_type)
    return use.count is None and (tool is None or tool.shapes)


def running_way(plant: Plant, task: Task, machine: MachineRecord, tools: Sequence[int]) -> Way:
    """The one way of running work: on its machine, with its tools (positions), no setup left.

    Demands ask for just the copies that are really there.
    """
    listed = {listed.machine: listed.rate for listed in task.step.machines}
    rate = listed.get(machine.id) or task.step.rate
    kinds = [plant.tools[tool].tool_type for tool in tools]
    copies = max(len(tools), 1)
    way = _way(plant, task, machine, rate, copies)
    demands = tuple(
        engine.ToolDemand(
            demand.tool_type,
            1 if _is_pool(plant, demand.tool_type) else kinds.count(demand.tool_type),
            demand.until,
            demand.shapes,
        )
        for demand in way.mode.tools
        if demand.tool_type in kinds
    )
    pieces_per_turn = way.mode.pieces_per_turn
    mode = engine.Mode(
        machine=way.mode.machine,
        run_seconds=way.mode.run_seconds,
        turn_seconds=way.mode.turn_seconds,
        quantity=way.mode.quantity,
        pieces_per_turn=pieces_per_turn,
        load=way.mode.load,
        least_load=way.mode.least_load,
        tools=demands,
        run_crew=way.mode.run_crew,
    )
    return Way(mode, copies)


def runs_by_the_clock(step: StepDefinition, machine: MachineRecord, quantity: Decimal) -> bool:
    """Whether the run takes a fixed time (drying, curing, one batch): its progress is time.

    What is counted in pieces shrinks by the pieces that are done instead.
    """
    if step.rate_basis is RateBasis.FIXED_MINUTES:
        return True
    if step.rate_basis not in _PER_ROUND:
        return False
    one_load = machine.kind is engine.MachineKind.BATCH or step.batch_max is None
    return one_load or quantity <= (step.batch_max or 0)


def _moved(way: Way, machine: int) -> Way:
    """The same way on another machine."""
    if way.mode.machine == machine:
        return way
    return Way(replace(way.mode, machine=machine), way.copies)


def _is_pool(plant: Plant, tool_type: int) -> bool:
    return any(tool.tool_type == tool_type and tool.capacity > 1 for tool in plant.tools)


def _machines(plant: Plant, task: Task) -> list[tuple[MachineRecord, Decimal]]:
    """Machines that may do the step and take all its tools, with their rates."""
    step = task.step
    listed: Sequence[MachineRate] = step.machines
    if not listed:
        listed = [MachineRate(machine.id) for machine in plant.candidates(step.work_centre)]
    if any(use.tool_type not in plant.tool_types for use, _until in task.tools):
        return []  # a tool that is out of use: no machine can do the step
    tools = [
        plant.tool_types[use.tool_type]
        for use, _until in task.tools
        if use.tool_type not in task.taken_over
    ]
    found = []
    for entry in listed:
        machine = plant.machines.get(entry.machine)
        if machine is None:
            continue
        if all(plant.accepts(machine, tool) for tool in tools):
            found.append((machine, entry.rate or step.rate))
    return found


def _on_machine(plant: Plant, task: Task, machine: MachineRecord, rate: Decimal) -> list[Way]:
    """One way per number of copies that shortens the work (fewer copies win a draw)."""
    step = task.step
    mould = _mould(plant, task)
    most = max(step.copies_max, step.copies_min)
    if mould is not None and mould[1].usable:
        most = min(most, max(mould[1].usable, step.copies_min))
    if step.rate_basis not in PER_CYCLE and step.capacity_basis is not CapacityBasis.COPY:
        most = step.copies_min
    found: list[Way] = []
    turns_seen: set[int] = set()
    for copies in range(step.copies_min, most + 1):
        turns = _turns(plant, task, copies)
        if turns in turns_seen and step.rate_basis in PER_CYCLE:
            continue
        turns_seen.add(turns)
        way = _way(plant, task, machine, rate, copies)
        if machine.kind is engine.MachineKind.UNARY or way.mode.load <= machine.capacity:
            found.append(way)
    return found[::-1]


def _turns(plant: Plant, task: Task, copies: int) -> int:
    """Turns with whole copies; blocked cavities may make it more."""
    mould = _mould(plant, task)
    if mould is None:
        return ceil_div(_whole(task.pieces), max(task.step.pieces_per_cycle * copies, 1))
    return max(
        ceil_div(_whole(pieces), _pieces_per_shot(plant, item, mould) * copies)
        for item, pieces in task.by_item
    )


def _mould(plant: Plant, task: Task) -> tuple[ToolUse, ToolRecord] | None:
    """The first tool that shapes pieces."""
    for use, _until in task.tools:
        tool = plant.tool_types.get(use.tool_type)
        if tool is not None and tool.shapes:
            return use, tool
    return None


def _pieces_per_shot(plant: Plant, item: int, mould: tuple[ToolUse, ToolRecord]) -> int:
    use, tool = mould
    return max(plant.pieces_per_shot.get((use.tool_type, item), tool.cavities), 1)


def pieces_per_filling(plant: Plant, task: Task) -> Fraction:
    """Pieces that a filled cavity of the task's mould is good for; 1 without one."""
    mould = _mould(plant, task)
    if mould is None:
        return Fraction(1)
    return Fraction(_pieces_per_shot(plant, task.item_id, mould), mould[1].cavities)


def runs_in_batches(step: StepDefinition) -> bool:
    """Whether its rate is that of a batch, however full."""
    return step.rate_basis in _PER_ROUND and step.rate_basis is not RateBasis.FIXED_MINUTES


def _fillings(plant: Plant, task: Task, mould: tuple[ToolUse, ToolRecord]) -> int:
    """Cavities to be filled, those of other items in a family mould included.

    Each shot makes all of its items: the one that needs most shots decides.
    """
    return max(
        ceil_fraction(
            _whole(pieces) * Fraction(mould[1].cavities, _pieces_per_shot(plant, item, mould))
        )
        for item, pieces in task.by_item
    )


def _way(plant: Plant, task: Task, machine: MachineRecord, rate: Decimal, copies: int) -> Way:
    step = task.step
    mould = _mould(plant, task)
    load, rounds = _load(task, machine, copies)
    run = run_time(
        rate,
        step.rate_basis,
        task.pieces,
        shift_seconds=machine.shift_seconds,
        batch_max=None if machine.kind is engine.MachineKind.BATCH else step.batch_max,
    )
    quantity = _whole(task.pieces)
    if mould is not None:
        quantity = _fillings(plant, task, mould)
    mode = engine.Mode(
        machine=machine.index,
        run_seconds=run.run_seconds * rounds,
        turn_seconds=run.turn_seconds,
        quantity=quantity,
        pieces_per_turn=max(step.pieces_per_cycle * copies, 1),
        setup=ceil_fraction(Fraction(step.setup_minutes)),
        load=load,
        least_load=_least_load(step, machine),
        tools=_demands(plant, task, copies),
        setup_crew=plant.demand(step.setup_skill, step.setup_heads),
        run_crew=plant.demand(step.run_skill, step.run_heads),
    )
    return Way(mode, copies)


def _demands(plant: Plant, task: Task, copies: int) -> tuple[engine.ToolDemand, ...]:
    mould = _mould(plant, task)
    demands = []
    for use, until in task.tools:
        tool = plant.tool_types[use.tool_type]
        is_mould = mould is not None and use is mould[0]
        count = use.count if use.count is not None else (copies if tool.shapes else 1)
        demands.append(
            engine.ToolDemand(
                tool.index,
                count,
                until,
                # Each turn takes a shot of the mould's life, however the rate is counted.
                shapes=is_mould,
            )
        )
    return tuple(demands)


def _load(task: Task, machine: MachineRecord, copies: int) -> tuple[int, int]:
    """Units taken on the machine, and rounds one after the other when one does not hold all.

    ``batch_max`` pieces fill a batch machine whatever its own unit is.
    """
    step = task.step
    if machine.kind is engine.MachineKind.UNARY:
        return 1, 1
    use = Fraction(step.capacity_use)
    if machine.kind is engine.MachineKind.BATCH and step.batch_max:
        use = Fraction(machine.capacity) / Fraction(step.batch_max) * Fraction(task.pieces)
    elif machine.kind is engine.MachineKind.BATCH or step.capacity_basis is CapacityBasis.PIECE:
        use *= Fraction(task.pieces)
    elif step.capacity_basis is CapacityBasis.COPY:
        use *= copies
    load = max(ceil_fraction(use), 1)
    splits = step.capacity_basis is not CapacityBasis.COPY and load > machine.capacity
    if not splits:
        return load, 1
    rounds = ceil_div(load, machine.capacity)
    return machine.capacity, rounds if step.rate_basis in _PER_ROUND else 1


def _least_load(step: StepDefinition, machine: MachineRecord) -> int:
    """``batch_min`` pieces in units of the oven; never more than it holds."""
    if machine.kind is not engine.MachineKind.BATCH or not step.batch_min:
        return 0
    each = Fraction(step.capacity_use)
    if step.batch_max:
        each = Fraction(machine.capacity) / Fraction(step.batch_max)
    return min(ceil_fraction(each * Fraction(step.batch_min)), machine.capacity)


_PER_ROUND = frozenset(
    {RateBasis.FIXED_MINUTES, RateBasis.MINUTES_PER_BATCH, RateBasis.HOURS_PER_BATCH}
)


def _outside(plant: Plant, task: Task) -> Way | None:
    """Subcontracting: days by the supplier's calendar, at a price per piece."""
    step = task.step
    index = plant.suppliers.get(step.supplier or 0)
    if index is None:
        return None
    days = Fraction(step.supplier_days or 0)
    price = Fraction(step.supplier_price or 0)
    mode = engine.Mode(
        machine=index,
        run_seconds=ceil_fraction(
            days * plant.supplier_days.get(step.supplier or 0, SECONDS_PER_DAY)
        ),
        quantity=_whole(task.pieces),
        cost=float(price * Fraction(task.pieces)),
    )
    return Way(mode, 1)


def _whole(pieces: Decimal) -> int:
    return max(ceil_fraction(Fraction(pieces)), 0)
