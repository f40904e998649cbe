"""Standard times that cannot be meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from app.core.choices import RateBasis
from app.core.codes import code_key
from app.core.messages import Message, message
from app.models.products import Item, Routing, RoutingStep
from app.services.health import places
from app.services.health.finding import Found, Severity
from app.services.health.snapshot import Snapshot

WEEK = 7 * 24 * 3600
SHIFT_SECONDS = 8 * 3600
"""Of a shift, where a rate counts pieces per shift: good enough to see an absurd one."""
FAR = 100
"""So many times the usual time of the family is a slip of units."""
_LEAST_RELATIVES = 4

_PER_UNIT = {
    RateBasis.SECONDS_PER_PIECE: 1,
    RateBasis.MINUTES_PER_PIECE: 60,
    RateBasis.HOURS_PER_100: 36,
    RateBasis.SECONDS_PER_CYCLE: 1,
    RateBasis.MINUTES_PER_CYCLE: 60,
    RateBasis.MINUTES_PER_BATCH: 60,
    RateBasis.HOURS_PER_BATCH: 3600,
    RateBasis.FIXED_MINUTES: 60,
}


@dataclass(frozen=True, slots=True)
class _Step:
    """A step in force with the items it makes and the seconds of one piece, turn or batch."""

    routing: Routing
    step: RoutingStep
    items: list[Item]
    seconds: float


def seconds_of_one(rate: Decimal, basis: RateBasis) -> float:
    """Seconds of what the rate counts: a piece, a turn, a batch or the whole; 0 for no rate."""
    if basis in _PER_UNIT:
        return float(rate) * _PER_UNIT[basis]
    period = 3600 if basis is RateBasis.PIECES_PER_HOUR else SHIFT_SECONDS
    return period / float(rate) if rate > 0 else 0.0


def absurd_times(data: Snapshot) -> Iterator[Found]:
    """Under a second or over a week for one piece, turn or batch; setups of more than a week."""
    for each in _steps(data):
        if not 1 <= each.seconds <= WEEK:
            code = "time_zero" if each.seconds <= 0 else "time_absurd"
            severity = Severity.ERROR if each.seconds <= 0 else Severity.WARNING
            text = message(f"health.{code}", step=each.step.step_no, name=each.step.name,
                           time=_duration(each.seconds))  # fmt: skip
            yield _found(data, each, severity, text, "rate")
        if float(each.step.setup_minutes) * 60 > WEEK:
            text = message("health.setup_absurd", step=each.step.step_no, name=each.step.name,
                           time=_duration(float(each.step.setup_minutes) * 60))  # fmt: skip
            yield _found(data, each, Severity.WARNING, text, "setup_min")


def far_from_family(data: Snapshot) -> Iterator[Found]:
    """A hundred times slower or faster than the same step of the family's other items."""
    relatives: defaultdict[tuple[str, str, RateBasis], list[_Step]] = defaultdict(list)
    for each in _steps(data):
        family = each.routing.family or each.items[0].family
        if family and each.seconds > 0:
            name = code_key(each.step.name)
            relatives[code_key(family), name, each.step.rate_basis].append(each)
    for group in relatives.values():
        if len(group) < _LEAST_RELATIVES:
            continue
        usual = median(each.seconds for each in group)
        for each in group:
            if max(each.seconds / usual, usual / each.seconds) >= FAR:
                text = message("health.far_from_family", step=each.step.step_no,
                               name=each.step.name, time=_duration(each.seconds),
                               usual=_duration(usual))  # fmt: skip
                yield _found(data, each, Severity.WARNING, text, "rate")


def _steps(data: Snapshot) -> Iterator[_Step]:
    """Steps in force that are done here (what a supplier does has days, no rate)."""
    for routing, items in data.routings_in_force.values():
        for step in routing.steps:
            if step.work_centre_id is not None or step.machines:
                yield _Step(routing, step, items, seconds_of_one(step.rate, step.rate_basis))


def _found(data: Snapshot, each: _Step, severity: Severity, text: Message, field: str) -> Found:
    number = each.step.step_no
    items = {item.id for item in each.items}
    operations = frozenset(
        o.id for o in data.operations if o.step_no == number and o.item_id in items
    )
    return Found(severity, places.step(data, each.routing, each.step, field), text, operations)


def _duration(seconds: float) -> Message:
    """In the unit that reads best."""
    for code, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return message(f"health.{code}", count=Decimal(f"{seconds / size:.1f}"))
    return message("health.seconds", count=Decimal(f"{seconds:.3g}"))
