"""Batch machines: joining a load, or opening one."""

from __future__ import annotations

from app.scheduling.floor.search import Search
from app.scheduling.floor.spots import Batch, Bounds, Spot, covers
from app.scheduling.shop import WAIT_SHARE, Way


class Ovens(Search):
    """Places in ovens."""

    def _in_oven(
        self, operation: int, way: Way, held: int, run: int, limits: Bounds
    ) -> Spot | None:
        """Joins a batch of the family that has room, unless a new one is done much earlier.

        One that would be light alone waits up to a whole run, unless it is in a hurry.
        """
        joined = self._join(operation, way, held, run, limits)
        if joined is not None and self.displace is not None:
            return joined
        opened = self._in_gap(operation, way, held, run, limits)
        if joined is None or opened is None:
            return joined or opened
        patience = way.least_run // 2
        if way.load < way.mode.least_load:
            spare = (self.shop.unhurried[operation] - opened.end) // WAIT_SHARE
            patience = max(patience, min(way.least_run, spare))
        return joined if joined.end <= opened.end + patience else opened

    def _join(self, operation: int, way: Way, held: int, run: int, limits: Bounds) -> Spot | None:
        record = self.operations[operation]
        for batch in tuple(self.open_batches[way.machine].get(record.batch_family, ())):
            lead = batch.lead
            if self.batches.get(batch.key) is not batch:
                continue  # taken away just now, with one whose tools were needed
            if lead.start < run or lead.setup_start < held or lead.start > limits.last_start:
                continue
            if self.mates is not None and not self.mates.intersection(batch.members):
                continue
            if not self._fits_batch(operation, way, batch):
                continue
            tools: tuple[int, ...] = ()
            shots = 0
            if way.tools:
                chosen, _ = self._choose_tools(way, lead.setup_start, lead.end)
                if chosen is None or self.batches.get(batch.key) is not batch:
                    continue
                tools, cavities = chosen
                shots = self.shop.turns(way, cavities) if way.shapes else 0
                if not self._lives(way, tools, shots):
                    continue
                if self._services_due(way, tools, lead.setup_start, lead.end, shots):
                    continue
                total, _ = self.shop.run_cost(way, cavities)
                calendars = {self.shop.problem.tools[t].calendar for t in tools}
                own = {self.shop.problem.machines[way.machine].calendar}
                if -(-total // way.pace) > batch.run or not calendars <= own:
                    continue
            return Spot(
                operation,
                way,
                lead.setup_start,
                lead.start,
                lead.end,
                lead.setup_segments,
                lead.run_segments,
                tools,
                (),
                lead.setup,
                lead.change,
                lead.cost,
                batch=batch,
                shots=shots,
            )
        return None

    def _fits_batch(self, operation: int, way: Way, batch: Batch) -> bool:
        """Whether the batch stays as it is when the operation joins it."""
        record, lead = self.operations[operation], batch.lead
        first = self.operations[lead.operation]
        return (
            batch.load + way.load <= self.shop.problem.machines[way.machine].capacity
            and way.least_run <= batch.run
            and way.setup <= lead.way.setup
            and record.families == batch.families
            and (record.first_piece <= batch.first_piece or lead.setup == 0)
            and record.pausing is first.pausing
            and (first.same_person or not record.same_person)
            and covers(lead.way.setup_crew, way.setup_crew)
            and covers(lead.way.run_crew, way.run_crew)
            and not self.shop.held[operation]
        )
