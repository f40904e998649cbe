"""What the screens, papers and commands of scenarios read: frozen values, times in UTC."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.messages import Message
from app.services.planning.scenarios.kinds import Step


@dataclass(frozen=True, slots=True)
class StepRow:
    """One edit of a scenario; ``adopted``: it has been made and is no longer part of it."""

    seq: int
    step: Step
    sentence: Message
    adopted: bool


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """One order in the working plan and in the scenario; None = not there, or not placed.

    ``difference``: minutes later (minus = earlier); of an order that is only in the scenario its
    lateness. ``late``, ``base_late``: minutes past the internal due. ``cause`` in words.
    ``weight``: what a minute counts; ``loses``: what it waits longer for because others have it.
    """

    order: str
    item: str
    customer: str
    due: datetime | None
    base_due: datetime | None
    base_end: datetime | None
    end: datetime | None
    difference: int | None
    base_late: int
    late: int
    cause: Message | None
    weight: float = 1.0
    loses: tuple[Message, ...] = ()

    @property
    def new(self) -> bool:
        return self.base_due is None and self.base_end is None

    @property
    def loser(self) -> bool:
        """Whether it ends later than in the working plan, or not at all any more."""
        if self.new or self.base_end is None:
            return False
        return self.end is None or (self.difference or 0) > 0

    @property
    def weighted(self) -> float:
        """Minutes that it ends later, times what a minute of it counts; endless if it has none."""
        if self.end is None:
            return math.inf
        return max(0, self.difference or 0) * self.weight


@dataclass(frozen=True, slots=True)
class LoadRow:
    """Hours a machine works and is open in the coming days: as planned, and in the scenario."""

    machine: str
    was: float
    was_open: float
    now: float
    now_open: float

    @property
    def difference(self) -> float:
        return self.now - self.was

    @property
    def was_percent(self) -> float:
        return 100 * self.was / self.was_open if self.was_open else 0.0

    @property
    def now_percent(self) -> float:
        return 100 * self.now / self.now_open if self.now_open else 0.0


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What a scenario came to. ``stale``: what went in has changed since.

    ``figures``, ``base_figures`` by name (see ``outcome.FIGURES``).
    """

    solved_at: datetime
    solved_by: str
    planning_now: datetime
    policy: str
    seconds: float
    status: str
    figures: Mapping[str, float]
    base_figures: Mapping[str, float]
    orders: tuple[OrderOutcome, ...]
    load: tuple[LoadRow, ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """``behind``: a plan has been published since the one it is based on."""

    id: int
    name: str
    owner: str
    created_at: datetime
    base_revision: int
    behind: bool
    payer: str
    recommendation: str
    steps: tuple[StepRow, ...]
    result: ResultRow | None

    @property
    def document(self) -> str:
        """What its undo stack is called: a scenario stays itself under another name."""
        return f"scenario {self.id} {self.created_at.isoformat()}"

    @property
    def open_steps(self) -> tuple[StepRow, ...]:
        return tuple(each for each in self.steps if not each.adopted)
