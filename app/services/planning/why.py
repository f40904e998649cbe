"""Why an operation or order ends when it does, and what would help: rows for panel and command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.errors import NotFound
from app.core.format import moment as moment_text
from app.core.messages import Message, message
from app.scheduling.counterfactual import Change, Outcome, Remedy, counterfactuals
from app.scheduling.explain import Cause, Explainer, Explanation, Wait, sentence
from app.scheduling.problem import FOREVER
from app.scheduling.shop import Shop
from app.services.planning.working import WorkingPlan

MOST_OBSTACLES = 12


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One stretch and its cause; times in UTC. A click goes to ``other_id``, else to the machine.

    ``operation_id``: whose work or waiting; ``other_id``: the operation in the way, or waited for.
    ``record``: sheet and code of the mould, skill or material it is about.
    """

    cause: str
    text: Message
    minutes: int
    start: datetime
    end: datetime
    operation_id: int
    other_id: int | None
    machine_id: int | None
    record: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class WhyGroup:
    """All minutes of one cause, and what they are made of: alike stretches as one row with the
    sum of their minutes. Both the longest first."""

    cause: str
    minutes: int
    parts: tuple[WhyRow, ...]


@dataclass(frozen=True, slots=True)
class WhyView:
    """``rows`` cover ``[begin, end)`` without gap or overlap; so do the minutes ``by_cause``.

    ``obstacles``: what was waited for, by what stood in the way, the longest first.
    """

    order: str
    operation_id: int
    operation: str
    begin: datetime
    end: datetime
    due: datetime | None
    rows: tuple[WhyRow, ...]
    by_cause: tuple[tuple[str, int], ...]
    obstacles: tuple[tuple[Message, int], ...]

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    def chain(self) -> tuple[tuple[int, int], ...]:
        """(operation waited for or in the way, operation that waited): what led to the end.

        One after the other: also from step to step where nothing stood in the way between.
        """
        pairs: list[tuple[int, int]] = []
        for before, row in zip((None, *self.rows), self.rows, strict=False):
            others = [row.other_id, None if before is None else before.operation_id]
            pairs += [
                (other, row.operation_id)
                for other in others
                if other is not None and other != row.operation_id
            ]
        return tuple(dict.fromkeys(pairs))

    def groups(self) -> tuple[WhyGroup, ...]:
        """``rows`` by cause; the minutes of the groups add up to ``minutes``."""
        parts: dict[str, dict[tuple[object, ...], WhyRow]] = {}
        for row in self.rows:
            own = parts.setdefault(row.cause, {})
            key = (row.operation_id, row.other_id, row.machine_id, row.record)
            known = own.get(key)
            own[key] = row if known is None else replace(
                known, minutes=known.minutes + row.minutes, end=row.end
            )  # fmt: skip
        return tuple(
            WhyGroup(
                cause, minutes, tuple(sorted(parts[cause].values(), key=lambda row: -row.minutes))
            )
            for cause, minutes in self.by_cause
        )


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """``gain_minutes``: by how much the order ends earlier than without; ``cost`` as Outcome's.

    ``operation_id``: whose waiting called for it.
    """

    remedy: str
    text: Message
    operation_id: int
    end: datetime
    gain_minutes: int
    on_time: bool
    others_later: int
    cost: float


@dataclass(frozen=True, slots=True)
class HelpView:
    """Remedies for an order, the greatest gain first. ``left``: not tried for want of time."""

    order: str
    planned: datetime
    anew: datetime
    due: datetime | None
    rows: tuple[RemedyRow, ...]
    tried: int
    left: int


class Reasons:
    """A working plan, ready for questions; made once, asked often (a job's work)."""

    def __init__(self, plan: WorkingPlan, shop: Shop | None = None) -> None:
        """``shop``: of the plan's problem, if somebody has it."""
        self.plan = plan
        self.shop = shop or Shop(plan.problem)
        self.explainer = Explainer(self.shop, plan.schedule)

    def why(self, name: str) -> WhyView:
        """Of an order by its number, or of an operation as ``ORDER/STEP``.

        Errors: ``NotFound`` if there is none of that name, or it has no place in the plan.
        """
        operation = self.plan.operation(name)
        try:
            if operation is not None:
                return self._view(self.explainer.operation(operation))
            return self._view(self.explainer.order(self.plan.order(name)))
        except LookupError:
            raise NotFound(message("plans.not_placed", name=name)) from None

    def of_operation(self, operation_id: int) -> WhyView:
        """Of one operation by its id. Errors: ``NotFound`` if it has no place in the plan."""
        index = self.plan.loaded.operation_index().get(operation_id)
        try:
            if index is not None:
                return self._view(self.explainer.operation(index))
        except LookupError:
            pass
        raise NotFound(message("planning.not_placed"))

    def of_order(self, order_id: int) -> WhyView:
        """Of the operation of an order that ends last. Errors: ``NotFound`` if none is placed."""
        ids = self.plan.loaded.order_ids
        try:
            return self._view(self.explainer.order(ids.index(order_id)))
        except (LookupError, ValueError):
            raise NotFound(message("planning.not_placed")) from None

    def remedies(
        self, order: str, *, seconds: float = 10.0, stop: Callable[[], bool] = lambda: False
    ) -> HelpView:
        """What would help an order, each remedy really tried. Errors: ``NotFound``."""
        plan, index = self.plan, self.plan.order(order)
        try:
            found = counterfactuals(self.shop, plan.schedule, index, seconds=seconds, stop=stop)
        except LookupError:
            raise NotFound(message("plans.not_placed", name=order)) from None
        return HelpView(
            order=plan.problem.orders[index].key,
            planned=plan.moment(found.planned),
            anew=plan.moment(found.anew),
            due=self._due(index),
            rows=tuple(self._remedy(outcome) for outcome in found.outcomes),
            tried=found.tried,
            left=found.left,
        )

    # -- rows -------------------------------------------------------------------------------

    def _view(self, why: Explanation) -> WhyView:
        plan, record = self.plan, self.plan.problem.operations[why.operation]
        return WhyView(
            order=plan.problem.orders[record.order].key,
            operation_id=plan.loaded.operation_ids[why.operation],
            operation=record.key,
            begin=plan.moment(why.begin),
            end=plan.moment(why.end),
            due=self._due(record.order),
            rows=tuple(self._row(wait) for wait in why.waits),
            obstacles=self._obstacles(why),
            by_cause=tuple((str(cause), minutes) for cause, minutes in why.by_cause().items()),
        )

    def _obstacles(self, why: Explanation) -> tuple[tuple[Message, int], ...]:
        total: defaultdict[tuple[object, ...], int] = defaultdict(int)
        first: dict[tuple[object, ...], Wait] = {}
        for wait in why.waits:
            if wait.cause in (Cause.RUN, Cause.SETUP):
                continue
            key = (wait.cause, wait.resource, wait.other)
            total[key] += wait.minutes
            first.setdefault(key, wait)
        longest = sorted(total, key=lambda key: -total[key])[:MOST_OBSTACLES]
        return tuple((sentence(self.shop, first[key]), total[key]) for key in longest)

    def _due(self, order: int) -> datetime | None:
        due = self.plan.problem.orders[order].due
        return None if due >= FOREVER else self.plan.moment(due)

    def _row(self, wait: Wait) -> WhyRow:
        loaded = self.plan.loaded
        return WhyRow(
            cause=str(wait.cause),
            text=sentence(self.shop, wait),
            minutes=wait.minutes,
            start=self.plan.moment(wait.start),
            end=self.plan.moment(wait.end),
            operation_id=loaded.operation_ids[wait.operation],
            other_id=None if wait.other is None else loaded.operation_ids[wait.other],
            machine_id=loaded.machine_ids[self.explainer.seen.machine(wait.operation)],
            record=self._record(wait),
        )

    def _record(self, wait: Wait) -> tuple[str, str] | None:
        """The record of the master data that a wait is about."""
        problem, index = self.plan.problem, wait.resource
        if index is None:
            return None
        if wait.cause in (Cause.TOOL, Cause.TOOL_CLOSED):
            return "Tools", problem.tool_types[index]
        if wait.cause in (Cause.PEOPLE, Cause.ABSENT):
            return "Skills", problem.skills[index]
        if wait.cause is Cause.MATERIAL:
            return "Items", problem.materials[index].key
        return None

    def _remedy(self, outcome: Outcome) -> RemedyRow:
        return RemedyRow(
            remedy=str(outcome.change.remedy),
            text=self._sentence(outcome.change),
            operation_id=self.plan.loaded.operation_ids[outcome.change.operation],
            end=self.plan.moment(outcome.end),
            gain_minutes=outcome.gain,
            on_time=outcome.on_time,
            others_later=outcome.others_later,
            cost=outcome.cost,
        )

    def _sentence(self, change: Change) -> Message:
        problem, index = self.plan.problem, change.index
        values: dict[str, object] = {"operation": problem.operations[change.operation].key}
        if change.remedy in (Remedy.OVERTIME, Remedy.MACHINE):
            machine = problem.machines[index]
            values["machine"] = machine.name or machine.key
        if change.remedy is Remedy.OVERTIME:
            start, end = self.plan.local(change.start), self.plan.local(change.end)
            values |= {"start": LocalMoment(start), "until": f"{end:%H:%M}"}
        elif change.remedy is Remedy.COPY:
            values["tool"] = problem.tool_types[index]
        elif change.remedy is Remedy.PERSON:
            values["skill"] = problem.skills[index]
        elif change.remedy is Remedy.MATERIAL:
            values["material"] = problem.materials[index].key
            values["start"] = LocalMoment(self.plan.local(change.start))
        elif change.remedy is Remedy.PRIORITY:
            values["order"] = problem.orders[index].key
        return Message(f"remedy.{change.remedy}", values)


class LocalMoment(Message):
    """``11-28 Sat 08:00`` inside a sentence, in its language."""

    def __init__(self, at: datetime) -> None:
        super().__init__("remedy.moment", {"at": at})

    def text(self, language: str) -> str:
        at = self.values["at"]
        if not isinstance(at, datetime):
            raise TypeError(at)
        return moment_text(at, language)[5:]
