"""An answer put into force: the order takes its places, others give way; who asked, who allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import ProductionOrder
from app.services.planning.edits import Move, MoveOperations

Word = tuple[str, str, datetime | None]
"""Who asked, who allowed, and when."""

NOBODY: Word = ("", "", None)


@dataclass(frozen=True, slots=True)
class LetAhead:
    """Placements as an answer had them. ``after``: who let the order go before others.

    ``after`` None: nobody gives way, the order only takes free places.
    """

    order_id: int
    order: str
    moves: tuple[Move, ...]
    before: Word = NOBODY
    after: Word | None = None

    @property
    def label(self) -> Message:
        code = "promise.label_place" if self.after is None else "promise.label_ahead"
        return Message(code, {"order": self.order})

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if a placement has moved since; ``RuleBroken`` without a name."""
        MoveOperations(self.moves).apply(session)
        if self.after is None:
            return
        order = session.get(ProductionOrder, self.order_id)
        if order is None:
            raise NotFound(message("orders.gone"))
        asked, allowed, at = self.after
        if at is not None and not (asked.strip() and allowed.strip()):
            raise RuleBroken(message("promise.who_asked"))
        order.rush_asked_by, order.rush_approved_by = asked.strip(), allowed.strip()
        order.rush_approved_at = at

    def inverse(self) -> LetAhead:
        moves = tuple(Move(one.operation_id, one.after, one.before) for one in self.moves)
        before = self.before if self.after is None else self.after
        after = None if self.after is None else self.before
        return LetAhead(self.order_id, self.order, moves, before, after)


def allowed_now(asked_by: str, allowed_by: str) -> Word:
    """The word of today."""
    return asked_by, allowed_by, datetime.now(UTC).replace(microsecond=0)
