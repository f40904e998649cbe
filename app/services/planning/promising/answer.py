"""``promise``: the whole answer to one question (a job's work)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.core.quiet import uncollected
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling.explain import Cause, Explainer, Wait, sentence
from app.scheduling.insertion import given_way
from app.scheduling.solve import proved
from app.scheduling.verify import verify
from app.services.changes import latest_cursor
from app.services.orders.rows import OrderForm
from app.services.planning.promising.case import REPLAYS, Case, read_case
from app.services.planning.promising.cutting_in import cut_in
from app.services.planning.promising.lamps import Lamps, refused_lamps
from app.services.planning.promising.options import Options
from app.services.planning.promising.rows import (
    Finish,
    Option,
    PromiseLamp,
    PromiseQuestion,
    PromiseView,
    StepPlace,
    Verdict,
)

MOST_OBSTACLES = 6
KINDS = ("overtime", "two_deliveries", "displace", "first", "cut_in")
TOO_SHORT = ("scheduling.no_window", "scheduling.no_people")
LONGEST_DAYS = 400
"""How far calendars are read when they end before the order finds a place."""

DATA = ("products.no_routing", "products.bom_cycle")
"""Refusals that lie in the item's data, not in what was typed."""


def promise(
    database: Database,
    question: PromiseQuestion,
    *,
    now: datetime | None = None,
    replays: int = REPLAYS,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[Message], None] = lambda _: None,
) -> PromiseView | None:
    """Lamps, dates and options; None if it was stopped. Same plan, same seed, same answer.

    Errors: ``NotFound``; ``RuleBroken`` for a form that is wrong. An item that cannot be made of
    its data is an answer, not an error.
    """
    begin = time.monotonic()
    report(message("promise.reading"))
    seen = latest_cursor(database)
    try:
        case = read_case(database, question, now)
    except RuleBroken as error:
        form = question.form
        if error.message.code not in DATA or form is None:
            raise
        return _refused(question, form, error.message)
    if stop():
        return None
    with uncollected():
        answer = _Answer(case, replays, seed, stop, report)
        placed = answer.squeezed()
        if placed[1] is not None and placed[1].code in TOO_SHORT:
            # The order book is longer than the calendars were read for.
            case = read_case(database, question, now, LONGEST_DAYS)
            answer = _Answer(case, replays, seed, stop, report)
            placed = answer.squeezed()
        view = answer.view(*placed)
    if view is None:
        return None
    return replace(view, seconds=time.monotonic() - begin, seen=seen)


class _Answer:
    def __init__(
        self, case: Case, replays: int, seed: int, stop: Callable[[], bool],
        report: Callable[[Message], None],
    ) -> None:  # fmt: skip
        self.case, self.replays, self.seed = case, replays, seed
        self.stop, self.report = stop, report

    def view(self, plan: engine.Schedule | None, obstacle: Message | None) -> PromiseView | None:
        """The whole answer, from the plan with the order squeezed in; None if it was stopped."""
        case = self.case
        earliest = None
        waits: tuple[Wait, ...] = ()
        explainer = None
        if plan is not None and case.all_mine:
            explainer = Explainer(case.shop, plan)
            waits = explainer.order(case.index).waits
            earliest = case.finish(case.shop, plan, case.all_mine, self.replays, self.seed)
        verdict = Verdict.IMPOSSIBLE if earliest is None else earliest.verdict
        options = self._options(plan, verdict)
        if options is None:
            return None
        places = () if plan is None else case.places(plan, case.all_mine)
        lamps = Lamps(case, waits, verdict).all(places, options)
        row = self._row(earliest, obstacle, places, lamps, waits, options)
        return row if plan is None else replace(row, moves=case.moves(plan))

    def squeezed(self) -> tuple[engine.Schedule | None, Message | None]:
        """The plan with the order where it fits and nobody gives way."""
        case = self.case
        self.report(message("promise.placing"))
        if case.insertion.lost:  # without it some changeover is longer: these cannot just stay
            plan = given_way(case.shop, case.base, case.mine, case.insertion.lost)
            if plan is None or verify(case.problem, case.with_rest(plan.placements)):
                return None, message("promise.no_sound_plan")
            return plan, None
        refused = case.insertion.fit(case.mine)
        if refused is not None:
            return None, refused
        plan = case.insertion.schedule()
        case.insertion.take_back()
        proved(case.problem, plan)
        return plan, None

    def _options(self, plan: engine.Schedule | None, verdict: Verdict) -> tuple[Option, ...] | None:
        """All kinds, those that are not needed, too."""
        if verdict in (Verdict.IN_TIME,) or not self.case.mine:
            why = message("promise.not_needed")
            return tuple(Option(kind, why) for kind in KINDS)
        options = Options(self.case, plan, self.replays, self.seed)
        found: list[Option] = []
        for kind in KINDS:
            if self.stop():
                return None
            if kind == "first" and self._kept(found[-1]):
                found.append(Option(kind, message("promise.first_not_needed")))
                continue
            if kind == "cut_in" and any(self._kept(one) for one in found[-2:]):
                found.append(Option(kind, message("promise.cut_not_needed")))
                continue
            self.report(message(f"promise.trying_{kind}"))
            found.append(cut_in(options) if kind == "cut_in" else getattr(options, kind)())
        return tuple(found)

    @staticmethod
    def _kept(option: Option) -> bool:
        return option.finish is not None and option.finish.verdict is Verdict.IN_TIME

    def _row(
        self,
        earliest: Finish | None,
        obstacle: Message | None,
        places: tuple[StepPlace, ...],
        lamps: tuple[PromiseLamp, ...],
        waits: tuple[Wait, ...],
        options: tuple[Option, ...],
    ) -> PromiseView:
        case, asked = self.case, self.case.asked
        order = asked.order
        return PromiseView(
            order_id=None if asked.new else order.id,
            order=order.code,
            item=f"{asked.item.code} {asked.item.name}".strip(),
            quantity=order.base_quantity,
            unit=asked.unit,
            requested=order.requested_at,
            latest_ship=case.moment(case.ship),
            internal_due=order.internal_due,
            planned=None if case.planned is None else case.moment(case.planned),
            lamps=lamps,
            earliest=earliest,
            obstacle=obstacle,
            places=places,
            obstacles=self._obstacles(waits),
            options=options,
            notes=tuple(case.notes),
            replays=self.replays,
            currency=asked.settings.currency,
            form=asked.form,
            rush=(order.rush_asked_by, order.rush_approved_by, order.rush_approved_at),
            now=case.moment(case.problem.now),
            time_zone=asked.settings.time_zone,
        )

    def _obstacles(self, waits: tuple[Wait, ...]) -> tuple[tuple[Message, int], ...]:
        total: dict[tuple[object, ...], int] = {}
        first: dict[tuple[object, ...], Wait] = {}
        for wait in waits:
            if wait.cause in (Cause.RUN, Cause.SETUP):
                continue
            key = (wait.cause, wait.resource, wait.other)
            total[key] = total.get(key, 0) + wait.minutes
            first.setdefault(key, wait)
        longest = sorted(total, key=lambda key: -total[key])[:MOST_OBSTACLES]
        return tuple((sentence(self.case.shop, first[key]), total[key]) for key in longest)


def _refused(question: PromiseQuestion, form: OrderForm, reason: Message) -> PromiseView:
    return PromiseView(
        order_id=question.order_id,
        order=form.number or "",
        item=form.item_code,
        quantity=form.quantity,
        unit=form.unit,
        requested=form.requested,
        latest_ship=form.requested,
        internal_due=form.requested,
        planned=None,
        lamps=refused_lamps(reason, form.item_code),
        earliest=None,
        obstacle=reason,
        places=(),
        obstacles=(),
        options=tuple(Option(kind, reason) for kind in KINDS),
        form=form,
    )
