"""Sequence-dependent setups: what is mounted, and what an insertion does to the follower."""

from __future__ import annotations

from collections.abc import Sequence

from app.scheduling.crew import clipped
from app.scheduling.floor.spots import Spot, latest_minutes
from app.scheduling.floor.tooling import Tooling
from app.scheduling.problem import Assignment, Changeover, Pausing
from app.scheduling.setups import State
from app.scheduling.shop import Way
from app.scheduling.timelines import Bookings
from app.scheduling.windows import Segment


class Changeovers(Tooling):
    """Setups by sequence."""

    def _setup_minutes(self, operation: int, way: Way, change: int) -> int:
        minutes = way.setup + change
        return minutes + self.operations[operation].first_piece if minutes > 0 else 0

    def _state(self, index: int, machine: Bookings, position: int) -> State:
        """What is mounted before a position in the machine's sequence."""
        if not self.shop.setups[index].parts:
            return ()
        if position == 0:
            return self.shop.setups[index].initial
        return self.mounted[index][machine.owners[position - 1]]

    def mounted_before(self, index: int, position: int) -> State:
        """What is mounted before a position in the sequence of a machine."""
        return self._state(index, self.books[index], position)

    def _remount(self, index: int, position: int) -> None:
        """Follows what is mounted from a position of the machine's sequence on."""
        setups = self.shop.setups[index]
        machine = self.books[index]
        if not setups.parts:
            return
        state = self._state(index, machine, position)
        mounted = self.mounted[index]
        for owner in machine.owners[position:]:
            state = setups.after(state, self.operations[self.lead(index, owner).operation].families)
            if mounted.get(owner) == state:
                return
            mounted[owner] = state

    # -- the follower ---------------------------------------------------------------------

    def _followers_hold(self, index: int, machine: Bookings, position: int, spot: Spot) -> bool:
        """Whether what follows in the machine's sequence can stand with ``spot`` before it.

        The next one's setup may become shorter: then it begins later (see ``commit``). A longer
        one begins earlier, if that one's run is held where it is and all it takes is free.
        """
        setups = self.shop.setups[index]
        state = setups.after(
            self._state(index, machine, position), self.operations[spot.operation].families
        )
        for i in range(position, len(machine.owners)):
            owner = machine.owners[i]
            follower = self.lead(index, owner)
            families = self.operations[follower.operation].families
            if self.operations[follower.operation].started is None:
                change = setups.change(state, families)
                if change is None:
                    return False
                if setups.crewed and not self.same_setters(follower, change):
                    return False
                if change.minutes != follower.change:
                    if i > position or self.displace or follower.batch is not None:
                        return False
                    if not self._adapted(follower, change.minutes, spot.end):
                        return False
            state = setups.after(state, families)
            if state == self.mounted[index][owner]:
                return True
        return True

    def same_setters(self, spot: Spot, change: Changeover) -> bool:
        """Whether the people who set a placed spot up are those of another changeover, too."""
        if not self._setup_minutes(spot.operation, spot.way, change.minutes):
            return True
        wanted = self.shop.crewed(spot.operation, spot.way, change)
        return wanted.setup_crew == spot.way.setup_crew

    def _setters_suit(self, spot: Spot, way: Way) -> bool:
        """Whether the people who are to set a given spot up are those that the mode asks for."""
        last = spot.setup_segments[-1][1] if spot.setup_segments else spot.start
        there = {work.operator for work in spot.crew if work.setup and work.end >= last}
        if len(there) != sum(heads for _, heads in way.setup_crew):
            return False
        for skill, heads in way.setup_crew:
            able = sorted(o for o in there if skill in self.shop.skills_of[o])
            if len(able) < heads:
                return False
            there -= set(able[:heads])
        return True

    def _adapt_setup(self, index: int, position: int) -> tuple[int, tuple[object, ...]] | None:
        """After an insertion: the follower's setup is now shorter or longer; its run stands."""
        machine = self.books[index]
        if position >= len(machine.owners):
            return None
        spot = self.lead(index, machine.owners[position])
        operation = self.operations[spot.operation]
        if operation.started is not None:
            return None
        state = self._state(index, machine, position)
        change = self.shop.setups[index].change(state, operation.families)
        if change is None or change.minutes == spot.change:
            spot.cost = change.cost if change else spot.cost
            return None
        adapted = self._adapted(spot, change.minutes, machine.ends[position - 1])
        if adapted is None:
            return None
        old = (spot.setup_start, spot.setup_segments, spot.crew, spot.setup, spot.change, spot.cost)
        self._take_off(spot)
        spot.setup_segments, spot.crew = adapted
        spot.setup_start = spot.setup_segments[0][0] if spot.setup_segments else spot.start
        spot.setup = sum(end - start for start, end in spot.setup_segments)
        spot.change, spot.cost = change.minutes, change.cost
        self._put_on(spot)
        return spot.operation, old

    def _adapted(
        self, spot: Spot, change: int, free_from: int
    ) -> tuple[list[Segment], tuple[Assignment, ...]] | None:
        """Segments and crew of a placed spot with another changeover; None if it cannot be."""
        setup = self._setup_minutes(spot.operation, spot.way, change)
        if change < spot.change:
            segments = latest_minutes(spot.setup_segments, setup)
            return segments, clipped(spot.crew, segments[0][0] if setup else spot.start)
        return self._set_up_longer(spot, setup, free_from)

    def _set_up_longer(
        self, spot: Spot, setup: int, free_from: int
    ) -> tuple[list[Segment], tuple[Assignment, ...]] | None:
        """A setup of so many minutes right before the run of a spot that is held there.

        Others find a place of their own later on; and what waits for material or counts
        overtime against a cap is left alone.
        """
        way, operation = spot.way, self.operations[spot.operation]
        if self.shop.frozen[spot.operation].last is None or operation.setup_needs_material:
            return None
        clock = self._clock(spot.operation, way, way.setup_crew, spot.tools)
        begin = clock.retreat(spot.start, setup)
        if begin < max(free_from, self.shop.now):
            return None
        segments = clock.between(begin, spot.start)
        whole = spot.start - begin == setup
        if not whole and not self._may_pause(spot, segments[-1][1]):
            return None
        if self._tools_busy_before(spot, begin):
            return None
        runners = tuple(work for work in spot.crew if not work.setup)
        setters = self._setters(spot, segments)
        return None if setters is None else (segments, (*setters, *runners))

    def _may_pause(self, spot: Spot, setup_end: int) -> bool:
        """Whether the setup may stop at closings, and nothing but closed time follows it."""
        if self.shop.pausing(spot.operation, spot.way) is Pausing.NEVER:
            return False
        clock = self._clock(spot.operation, spot.way, spot.way.run_crew, spot.tools)
        return clock.worked(spot.start) == clock.worked(setup_end)

    def _setters(self, spot: Spot, segments: Sequence[Segment]) -> tuple[Assignment, ...] | None:
        """People for the longer setup: its own of before are free for it, too."""
        if not spot.way.setup_crew:
            return ()
        crews = self.crews
        before = [work for work in spot.crew if work.setup]
        if any(self.shop.capped):
            return None
        crews.release(before)
        crews.displace = None
        crews.begin()
        prefer = [work.operator for work in before]
        missing = crews.fill(spot.way.setup_crew, segments, setup=True, prefer=prefer)
        crews.book(before, spot.operation)
        return None if missing else crews.team

    def _restore_setup(self, follower: tuple[int, tuple[object, ...]]) -> None:
        spot = self.spot(follower[0])
        self._take_off(spot)
        (
            spot.setup_start,
            spot.setup_segments,
            spot.crew,
            spot.setup,
            spot.change,
            spot.cost,
        ) = follower[1]  # type: ignore[assignment]
        self._put_on(spot)
