"""Repair for a person's hand: one gesture, settled by moving just what it disturbs.

The moved operation goes where it was dropped, snapped to what the rules allow. Whatever is in its
way is taken off and put back in the order of its old starts, on its machine, as little later as
possible, and may in turn push what comes after it. Nothing is pushed left. Other modes than push
right move less: see ``MODES``. Running, pinned and locked work never moves. Preview and drop are
the same call; a plan is compiled once and previews leave it as it was.

One idea per file, each on top of the one before: ``gesture`` (question and answer), ``standing``
(the plan on the floor), ``taking`` (off the floor and back), ``settling`` (the rules of pushing),
``answering``, ``several``, ``repairer``.
"""

from app.scheduling.repair.answering import Compiled
from app.scheduling.repair.gesture import (
    MODES,
    PUSH_RIGHT,
    REFUSE,
    SQUEEZE_IN,
    SWAP,
    Move,
    MoveResult,
    Refused,
)
from app.scheduling.repair.repairer import Repairer, eligibility, move, shop_of, take_off

__all__ = [
    "MODES",
    "PUSH_RIGHT",
    "REFUSE",
    "SQUEEZE_IN",
    "SWAP",
    "Compiled",
    "Move",
    "MoveResult",
    "Refused",
    "Repairer",
    "eligibility",
    "move",
    "shop_of",
    "take_off",
]
