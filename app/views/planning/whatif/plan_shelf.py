"""Prepared plans of the scenarios looked at last: going back to one costs a look-up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.views.planning.gantt.model import PlanModel
    from app.views.planning.whatif.reading import Plans

KEPT = 4


class PlanShelf:
    """What is kept is true of one state of the plant; ``forget`` when that has changed."""

    def __init__(self) -> None:
        self._plans: OrderedDict[Hashable, Plans] = OrderedDict()
        self._state = 0

    def key(self, row: Any) -> Hashable:
        """Of a scenario's plan: what it is made of, and the state of the plant."""
        solved = None if row.result is None else row.result.solved_at
        return (
            self._state,
            row.document,
            tuple((one.seq, one.step) for one in row.open_steps),
            solved,
        )

    @property
    def was(self) -> PlanModel | None:
        """The working plan, if it is known."""
        return next((plans.was for plans in self._plans.values()), None)

    def find(self, key: Hashable) -> Plans | None:
        plans = self._plans.get(key)
        if plans is not None:
            self._plans.move_to_end(key)
        return plans

    def put(self, key: Hashable, plans: Plans) -> None:
        """Kept if the plant is still as it was when it was read."""
        if isinstance(key, tuple) and key[0] == self._state:
            self._plans[key] = plans
            while len(self._plans) > KEPT:
                self._plans.popitem(last=False)

    def forget(self) -> None:
        """Orders, plant or working plan have changed."""
        self._state += 1
        self._plans.clear()
