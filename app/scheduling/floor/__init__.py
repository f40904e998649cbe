"""The shop floor while a plan is made: what is placed, and the earliest place for what is not.

One idea per file, each on top of the one before: ``spots`` (records), ``books`` (who holds what),
``tooling``, ``changeovers``, ``entries`` (commit, retract), ``search``, ``ovens``, ``floor``.
"""

from app.scheduling.floor.floor import Floor
from app.scheduling.floor.spots import NO_CALENDARS, Batch, Bounds, Spot, placement

__all__ = ["NO_CALENDARS", "Batch", "Bounds", "Floor", "Spot", "placement"]
