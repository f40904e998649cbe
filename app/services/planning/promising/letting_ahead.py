"""An answer put into force: the order takes its places, others give way; who asked, who allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select

from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.promising.rows import CutIn

Word = tuple[str, str, datetime | None]
"""Who asked, who allowed, and when."""

NOBODY: Word = ("", "", None)


@dataclass(frozen=True, slots=True)
class LetAhead:
    """Placements as an answer had them. ``after``: who let the order go before others.

    ``after`` None: nobody gives way, the order only takes free places. ``cuts``: running work that
    is cut first, each with the place of its rest; ``back``: all of it is taken back.
    """

    order_id: int
    order: str
    moves: tuple[Move, ...]
    before: Word = NOBODY
    after: Word | None = None
    cuts: tuple[CutIn, ...] = ()
    back: bool = False

    @property
    def label(self) -> Message:
        code = "promise.label_place" if self.after is None else "promise.label_ahead"
        if self.cuts:
            code = "promise.label_cut_in"
        return Message(code, {"order": self.order})

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if a placement or cut work is not as it was; ``RuleBroken``
        without a name."""
        if not self.back:
            self._cut(session)
        MoveOperations((*self.moves, *self._rests(session))).apply(session)
        if self.back:
            self._cut(session)
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

    def _cut(self, session: WritingSession) -> None:
        for cut in self.cuts:
            cut.edit.apply(session)
            session.flush()

    def _rests(self, session: WritingSession) -> list[Move]:
        """Places of what was cut off: it has a new id whenever it is cut."""
        found = []
        for cut in self.cuts:
            edit = cut.edit
            number = session.scalar(
                select(Operation.id).where(
                    Operation.order_id == edit.order_id, Operation.step_no == edit.rest.step_no
                )
            )
            if number is None:
                raise Conflict(message("products.operations_changed", order=edit.code))
            places = (cut.spot, None) if self.back else (None, cut.spot)
            found.append(Move(number, *places))
        return found

    def inverse(self) -> LetAhead:
        moves = tuple(Move(one.operation_id, one.after, one.before) for one in self.moves)
        before = self.before if self.after is None else self.after
        after = None if self.after is None else self.before
        cuts = tuple(replace(one, edit=one.edit.inverse()) for one in reversed(self.cuts))
        return LetAhead(self.order_id, self.order, moves, before, after, cuts, not self.back)


def allowed_now(asked_by: str, allowed_by: str) -> Word:
    """The word of today."""
    return asked_by, allowed_by, datetime.now(UTC).replace(microsecond=0)
