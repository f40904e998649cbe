"""Makes plans of one problem: by the compiled dispatcher where that states it, else by the floor.

Both make the very same plans. What is compiled for either is made when it is first needed.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from app.core.quiet import uncollected
from app.core.watch import look
from app.scheduling.forward.ready import REPAIR, is_ready
from app.scheduling.problem import Problem
from app.scheduling.shop import Shop

if TYPE_CHECKING:
    from app.scheduling.forward.build import Forward
    from app.scheduling.pushing.pusher import Pusher
    from app.scheduling.repair.standing import Standing

LOADED = "app.scheduling.forward.build"
log = logging.getLogger(__name__)

WORTH_LOADING = 800
"""Operations below which a plan is there before the compiled dispatcher is loaded (0.8 s)."""

PATIENT_SECONDS = 4.0
"""With so much time for a search that counts lateness it is loaded for fewer, too."""


class Maker:
    """A problem, and what has been compiled of it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.patient = False  # whether there is time to load the compiled dispatcher

    @cached_property
    def shop(self) -> Shop:
        shop = Shop(self.problem)
        shop.maker = self
        return shop

    @property
    def forward(self) -> Forward | None:
        """None: the problem is too small, goes beyond the compiled rules, or they are not ready."""
        small = len(self.problem.operations) < WORTH_LOADING
        if small and not self.patient and LOADED not in sys.modules:
            return None
        return self._forward

    @cached_property
    def _forward(self) -> Forward | None:
        if not is_ready():
            log.info("the dispatcher is not compiled here (python -m app.scheduling.forward)")
            return None
        with uncollected():
            import numba  # noqa: F401 - somebody may say stop before the rest is loaded

            look()
            from app.scheduling.forward.build import Forward, NotStated
        look()
        try:
            return Forward(self.problem, lambda: self.shop)
        except NotStated:
            return None


def maker_of(problem: Problem | Shop | Maker) -> Maker:
    """The maker itself, the one of a shop, or a new one."""
    if isinstance(problem, Maker):
        return problem
    if isinstance(problem, Problem):
        return Maker(problem)
    if not isinstance(problem.maker, Maker):
        maker = Maker(problem.problem)
        maker.shop = problem
        problem.maker = maker
        return maker
    return problem.maker


def pusher_of(standing: Standing) -> Pusher | None:
    """The compiled repair of a plan that stands; None as with ``Maker.forward``."""
    forward = maker_of(standing.shop).forward
    if forward is None:
        return None
    if not is_ready(REPAIR):
        log.info("the repair is not compiled here (python -m app.scheduling.pushing)")
        return None
    from app.scheduling.pushing.pusher import NotStated, Pusher

    try:
        return Pusher(standing, forward)
    except NotStated:
        return None
