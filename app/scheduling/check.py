"""Before any search: everything in a problem that makes an operation impossible, or looks wrong.

Each finding names the record and what is wrong in a planner's words. All of them, not the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.core.messages import Message
from app.core.watch import looking
from app.scheduling.problem import (
    FOREVER,
    MachineKind,
    Operation,
    Pausing,
    Problem,
    ToolDemand,
)
from app.scheduling.shop import Reason, Shop, Way
from app.scheduling.windows import Stretches, intersect


@dataclass(frozen=True, slots=True)
class Finding:
    """``blocking``: the operation cannot be planned; construct lists it with this reason."""

    code: str
    message: Message
    operation: int | None = None
    order: int | None = None
    blocking: bool = False


def check(problem: Problem | Shop) -> list[Finding]:
    """All findings: blocking ones by operation, then warnings."""
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    found = [_blocking(shop, o, reason) for o, reason in impossible(shop).items()]
    return [*found, *_warnings(shop)]


def impossible(shop: Shop) -> dict[int, Reason]:
    """Why operations cannot be planned whatever the plan, by operation."""
    found: dict[int, Reason] = {}
    for index in _in_cycles(shop):
        found[index] = ("cycle", ())
    for index, operation in enumerate(looking(shop.problem.operations, 200)):
        if index in found:
            continue
        reason = _dates(shop, index, operation) or _materials(shop, operation)
        reason = reason or _modes(shop, index, operation)
        if reason is not None:
            found[index] = reason
    for index, reason in _links(shop):
        found.setdefault(index, reason)
    return found


def named(shop: Shop, operation: int, values: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The values of a sentence, with the names of the operation, its order and its machines."""
    record = shop.problem.operations[operation]
    machines = [shop.problem.machines[m] for m in dict.fromkeys(m.machine for m in record.modes)]
    names = {
        "operation": record.key,
        "order": " + ".join(shop.problem.orders[order].key for order in record.orders),
        "machine": " / ".join(machine.name or machine.key for machine in machines) or "-",
    }
    return names | dict(values)


def _blocking(shop: Shop, operation: int, reason: Reason) -> Finding:
    code = f"scheduling.{reason[0]}"
    order = shop.problem.operations[operation].order
    message = Message(code, named(shop, operation, reason[1]))
    return Finding(code, message, operation, order, True)


# -- dates, materials, links --------------------------------------------------------------


def _in_cycles(shop: Shop) -> list[int]:
    """Operations that, by precedences or kept tools, would have to follow themselves."""
    waiting = [0] * len(shop.ways)
    follow: list[list[int]] = [[] for _ in shop.ways]
    for links in shop.after:
        for link in links:
            follow[link.before].append(link.after)
    for until, holders in shop.holders.items():
        for holder in holders:
            follow[holder].append(until)
    for successors in follow:
        for j in successors:
            waiting[j] += 1
    ready = [i for i, count in enumerate(waiting) if not count]
    while ready:
        for j in follow[ready.pop()]:
            waiting[j] -= 1
            if not waiting[j]:
                ready.append(j)
    rest = {i for i, count in enumerate(waiting) if count > 0}
    while True:  # what merely follows a cycle is no part of it
        ends = {i for i in rest if not any(j in rest for j in follow[i])}
        if not ends:
            return sorted(rest)
        rest -= ends


def _dates(shop: Shop, index: int, operation: Operation) -> Reason | None:
    if operation.started is not None:
        return None
    orders = [shop.problem.orders[order].release for order in operation.orders]
    release = max(shop.now, operation.release, *orders)
    if operation.latest_start < release:
        return "latest_start_passed", ()
    pin = operation.pin_start
    if pin is not None and pin < release and not shop.frozen[index].overdue:
        return "pin_too_early", ()
    machine = shop.frozen[index].machine
    if machine is not None and all(way.machine != machine for way in shop.ways[index]):
        record = shop.problem.machines[machine]
        return "pin_machine", (("pinned", record.name or record.key),)
    return None


def _materials(shop: Shop, operation: Operation) -> Reason | None:
    for material, quantity in operation.consumes:
        record = shop.problem.materials[material]
        supply = record.stock + sum(q for _, q in record.receipts) + shop.produced[material]
        if supply < quantity and operation.started is None:
            return "material_never", (("material", record.key),)
    return None


def _links(shop: Shop) -> Iterator[tuple[int, Reason]]:
    for links in shop.before:
        for link in links:
            shorter = link.max_lag is not None and link.transfer is None
            if shorter and (link.max_lag or 0) < link.min_lag:
                other = shop.problem.operations[link.before].key
                yield link.after, ("lags_contradict", (("other", other),))


# -- modes ----------------------------------------------------------------------------------


def _modes(shop: Shop, index: int, operation: Operation) -> Reason | None:
    """Why no mode can be worked: the reason of the first one."""
    reasons: list[Reason] = []
    machine = shop.frozen[index].machine
    for way in shop.ways[index]:
        if machine is not None and way.machine != machine and operation.started is None:
            continue
        reason = mode_reason(shop, index, way)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0] if reasons else ("no_machine", ())


def mode_reason(shop: Shop, index: int, way: Way) -> Reason | None:
    """Why an operation can never be worked in this mode; None = it can."""
    machine = shop.problem.machines[way.machine]
    if way.kind is not MachineKind.UNARY and way.load > machine.capacity:
        values = (("load", str(way.load)), ("capacity", str(machine.capacity)))
        return "too_much_load", values
    for demand in way.tools:
        reason = _tools(shop, way, demand)
        if reason is not None:
            return reason
    reason = _people(shop, way)
    if reason is not None:
        return reason
    return _windows(shop, index, way)


def _tools(shop: Shop, way: Way, demand: ToolDemand) -> Reason | None:
    name = (("tool", shop.problem.tool_types[demand.tool_type]),)
    tools = shop.problem.tools
    pools = shop.pools[demand.tool_type]
    if pools:
        enough = max(tools[t].capacity for t in pools) >= demand.count
        return None if enough else ("tools_too_few", (*name, ("count", str(demand.count))))
    copies = shop.copies[demand.tool_type]
    if len(copies) < demand.count:
        return "tools_too_few", (*name, ("count", str(demand.count)))
    if demand.shapes:
        most = sum(sorted((tools[t].cavities for t in copies), reverse=True)[: demand.count])
        shots = shop.turns(way, most)
        alive = [t for t in copies if (life := tools[t].life) is None or life >= shots]
        if len(alive) < demand.count:
            return "tool_life", (*name, ("shots", str(shots)))
    return None


def _people(shop: Shop, way: Way) -> Reason | None:
    setters = way.setup_crew if way.setup else ()  # a changeover alone may turn out to be none
    for skill, heads in (*setters, *way.run_crew):
        people = {shift.operator for shift in shop.roster[skill] if shift.ends[-1:] > [shop.now]}
        if len(people) < heads:
            values = (("skill", shop.problem.skills[skill]), ("heads", str(heads)))
            return "people_too_few", (*values, ("people", str(len(people))))
    return None


def _windows(shop: Shop, index: int, way: Way) -> Reason | None:
    """Whether the work fits into the common open time of machine and people from now on."""
    machine = shop.problem.machines[way.machine]
    clock = shop.clock(way.machine, frozenset(), way.run_crew)
    if shop.calendars[machine.calendar].next_open(shop.now) >= FOREVER and way.least_run:
        return "machine_closed", ()
    minutes = way.least_run
    if minutes and clock.next_open(shop.now) >= FOREVER:
        return "no_common_time", ()
    pausing = shop.pausing(index, way)
    if pausing is Pausing.NEVER and _longest(clock, shop.now) < minutes:
        return "too_long", _lengths(minutes, _longest(clock, shop.now))
    turn = way.run_cost[1] or way.run_cost[0]
    if pausing is Pausing.TURNS and _longest(clock, shop.now) * way.pace < turn:
        return "too_long", _lengths(-(-turn // way.pace), _longest(clock, shop.now))
    if clock.advance(shop.now, minutes) >= FOREVER:
        return "no_common_time", ()
    starts = shop.starts[way.machine]
    if starts is not None and minutes:
        least = minutes if pausing is Pausing.NEVER else 1
        least = -(-turn // way.pace) if pausing is Pausing.TURNS else least
        if not _begins(intersect([starts, clock]), clock, shop.now, least):
            return "start_hours", ()
    return None


def _begins(starts: Stretches, clock: Stretches, now: int, minutes: int) -> bool:
    """Whether at some allowed start from now on so many minutes are left before the closing."""
    later = ((max(a, now), b) for a, b in starts.pairs() if b > now)
    return any(clock.closing(a) - a >= minutes for a, _ in later)


def _longest(clock: Stretches, now: int) -> int:
    """The longest open stretch from now on."""
    if clock and clock.starts[0] >= now:
        return clock.longest
    first = bisect_right(clock.ends, now)
    pairs = zip(clock.starts[first:], clock.ends[first:], strict=True)
    return max((end - max(start, now) for start, end in pairs), default=0)


def _lengths(minutes: int, longest: int) -> tuple[tuple[str, str], ...]:
    return (("minutes", str(minutes)), ("longest", str(longest)))


# -- warnings -------------------------------------------------------------------------------


def _warnings(shop: Shop) -> Iterator[Finding]:
    problem = shop.problem
    for index, order in enumerate(problem.orders):
        if order.due < shop.now:
            values = {"order": order.key}
            message = Message("scheduling.due_passed", values)
            yield Finding("scheduling.due_passed", message, order=index)
    for index, frozen in enumerate(shop.frozen):
        if frozen.overdue:
            message = Message("scheduling.pin_overdue", named(shop, index, ()))
            owner = problem.operations[index].order
            yield Finding("scheduling.pin_overdue", message, index, owner)
    for material, short in _short(shop):
        key = problem.materials[material].key
        message = Message("scheduling.material_total_short", {"material": key, "short": short})
        yield Finding("scheduling.material_total_short", message)


def _short(shop: Shop) -> Iterator[tuple[int, str]]:
    """Materials of which all operations together take more than there will ever be."""
    wanted = [0] * len(shop.problem.materials)
    for operation in shop.problem.operations:
        for material, quantity in operation.consumes:
            wanted[material] += quantity
    for index, record in enumerate(shop.problem.materials):
        supply = record.stock + sum(q for _, q in record.receipts) + shop.produced[index]
        if wanted[index] > supply:
            yield index, f"{(wanted[index] - supply) / 1_000_000:g}"
