"""Precedences of the engine: links of steps with their waits, and orders that feed others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from app.core.choices import OperationState, WaitClock
from app.core.step import LinkKind, StepDefinition
from app.core.working_time import OpenWindow, work_after
from app.models.orders import Operation, ProductionOrder
from app.scheduling import problem as engine
from app.services.planning.open_work import OpenWork, is_done, pieces_left
from app.services.planning.plant_records import CalendarPool, Clock, Plant


class Network:
    """What follows what, and how long it waits."""

    def __init__(self, work: OpenWork, plant: Plant, clock: Clock, pool: CalendarPool) -> None:
        self.work, self.plant, self.clock, self.pool = work, plant, clock, pool

    def after_done_steps(self, row: Operation, order: ProductionOrder) -> tuple[int, int]:
        """Release and latest start that finished steps leave behind (their waits)."""
        release, latest = -engine.FOREVER, engine.FOREVER
        for before, kind, lag in self.work.links(row, order.id):
            if not is_done(before) or before.finished_at is None:
                continue
            step = self.work.steps[before.id]
            if kind is not LinkKind.FINISH_START or step.wait_ends != "ES":
                continue
            end = self.clock.tick(before.finished_at)
            release = max(release, self._later(step, end, step.min_wait + lag))
            if step.max_wait is not None:
                latest = min(latest, self._later(step, end, step.max_wait + lag))
        return release, latest

    def _later(self, step: StepDefinition, start: int, minutes: int) -> int:
        """``minutes`` after a tick by the clock of the step's wait."""
        windows = self._wait_windows(step)
        if windows is None:
            return start + minutes
        shift = self.clock.origin_minute
        end = work_after(windows, start + shift, minutes)
        return start + minutes if end is None else end - shift

    def _wait_windows(self, step: StepDefinition) -> Sequence[OpenWindow] | None:
        if step.wait_clock is not WaitClock.WORKING:
            return None
        machines = self.plant.candidates(step.work_centre) or [
            self.plant.machines[rate.machine]
            for rate in step.machines
            if rate.machine in self.plant.machines
        ]
        if not machines:
            return None
        return self.plant.windows_of(machines[0].id)

    def _wait_clock(self, step: StepDefinition) -> int | None:
        windows = self._wait_windows(step)
        return None if windows is None else self.pool.add(windows)

    def precedences(self) -> tuple[engine.Precedence, ...]:
        found: list[engine.Precedence] = []
        for row in self.work.every():
            if any(one.state is OperationState.RUNNING for one in self.work.made_together(row)):
                continue  # it has begun: whatever came before cannot hold it back
            for before, kind, lag in self.work.links(row, row.order_id):
                if before.id in self.work.index:
                    found += self._between(before, row, kind, lag)
        found += self._from_child_orders()
        return tuple(found)

    def _between(
        self, before: Operation, after: Operation, kind: LinkKind, lag: int
    ) -> list[engine.Precedence]:
        step = self.work.steps[before.id]
        first, last = self.work.index[before.id], self.work.index[after.id]
        clock = self._wait_clock(step)
        end, start = engine.End.END, engine.End.START
        ends = {"ES": (end, start), "SS": (start, start), "EE": (end, end)}
        link_ends = {
            LinkKind.FINISH_START: "ES",
            LinkKind.START_START: "SS",
            LinkKind.FINISH_FINISH: "EE",
        }[kind]
        has_wait = step.min_wait > 0 or step.max_wait is not None
        transfer = self._transfer(before) if kind is LinkKind.FINISH_START else None
        if has_wait and step.wait_ends == link_ends:
            ceiling = None if step.max_wait is None else step.max_wait + lag
            one = engine.Precedence(
                first, last, step.min_wait + lag, ceiling, *ends[link_ends], clock, transfer
            )
            return [one]
        found = [engine.Precedence(first, last, lag, None, *ends[link_ends], None, transfer)]
        # A wait binds the steps that follow the end of this one, however it counts; who links the
        # starts or the ends instead has said all there is to say.
        if has_wait and kind is LinkKind.FINISH_START:
            found.append(
                engine.Precedence(
                    first, last, step.min_wait, step.max_wait, *ends[step.wait_ends], clock
                )
            )
        return found

    def _transfer(self, before: Operation) -> tuple[int, int] | None:
        """Share of the quantity that goes on ahead, as (p, q); None = all at once."""
        batch = self.work.steps[before.id].transfer_batch
        pieces = pieces_left(before)
        if batch is None or batch >= pieces or before.state is OperationState.RUNNING:
            return None
        share = Fraction(batch) / Fraction(pieces)
        return share.numerator, share.denominator

    def _from_child_orders(self) -> Iterable[engine.Precedence]:
        """A component's order ends before the step of the parent that uses it."""
        for order in self.work.orders:
            parent = order.parent_order_id
            if parent is None or parent not in self.work.order_index:
                continue
            user = self._user_of(parent, order.item_id)
            if user is None or user.state is OperationState.RUNNING:
                continue
            for row in self._last_operations(order.id):
                yield engine.Precedence(self.work.index[row.id], self.work.index[user.id])

    def _user_of(self, parent_id: int, item_id: int) -> Operation | None:
        rows = self.work.rows[parent_id]
        for row in rows:
            if any(need.item == item_id for need in self.work.steps[row.id].materials):
                return row if row.id in self.work.index else None
        return next((row for row in rows if row.id in self.work.index), None)

    def _last_operations(self, order_id: int) -> list[Operation]:
        """Open operations that no other step of the order follows."""
        followed = {
            before.id
            for row in self.work.rows[order_id]
            for before, _kind, _lag in self.work.links(row, order_id)
        }
        return [
            row
            for row in self.work.rows[order_id]
            if row.id in self.work.index and row.id not in followed
        ]
