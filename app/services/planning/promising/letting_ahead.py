"""An answer put into force: the order takes its places, others give way; who asked, who allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select

from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.services.changes import Cursor
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.holds import changed_since
from app.services.planning.promising.rows import CutIn
from app.services.plant.opening import OpenHours, Opening

Word = tuple[str, str, datetime | None]
"""Who asked, who allowed, and when."""

NOBODY: Word = ("", "", None)


@dataclass(frozen=True, slots=True)
class LetAhead:
    """Placements as an answer had them. ``after``: who let the order go before others.

    ``after`` None: nobody gives way, the order only takes free places. ``cut``: what is cut
    or made two first; ``opened``: hours that are opened first; ``back``: all of it is taken back.
    ``seen``: the end of the change log when the places were found free; None: only the placements
    themselves are compared.
    """

    order_id: int
    order: str
    moves: tuple[Move, ...]
    before: Word = NOBODY
    after: Word | None = None
    cut: CutIn | None = None
    back: bool = False
    seen: Cursor | None = None
    opened: tuple[Opening, ...] = ()

    @property
    def label(self) -> Message:
        code = "promise.label_place" if self.after is None else "promise.label_ahead"
        if self.cut is not None:
            code = "promise.label_two" if self.cut.divides else "promise.label_cut_in"
        if self.opened:
            code = "promise.label_overtime"
        return Message(code, {"order": self.order})

    @property
    def again(self) -> LetAhead:
        """Done once more after undo, which has changed the plan itself."""
        return replace(self, seen=None)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if a placement or cut work is not as it was; ``RuleBroken``
        without a name."""
        if self.seen is not None and changed_since(session, self.seen):
            raise Conflict(message("holds.plan_changed"))
        if not self.back:
            OpenHours(self.opened).apply(session)
            self._cut(session)
        MoveOperations((*self.moves, *self._rests(session))).apply(session)
        if self.back:
            self._cut(session)
            OpenHours(self.opened, back=True).apply(session)
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
        for edit in self.cut.edits if self.cut is not None else ():
            edit.apply(session)
            session.flush()

    def _rests(self, session: WritingSession) -> list[Move]:
        found = []
        for one in self.cut.rests if self.cut is not None else ():
            number = session.scalar(
                select(Operation.id)
                .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
                .where(
                    ProductionOrder.id == one.order_id
                    if one.order_id is not None
                    else ProductionOrder.code == one.order,
                    Operation.step_no == one.step_no,
                )
            )
            if number is None:
                raise Conflict(message("products.operations_changed", order=one.order))
            places = (one.spot, None) if self.back else (None, one.spot)
            found.append(Move(number, *places))
        return found

    def inverse(self) -> LetAhead:
        moves = tuple(Move(one.operation_id, one.after, one.before) for one in self.moves)
        before = self.before if self.after is None else self.after
        after = None if self.after is None else self.before
        cut = self.cut
        if cut is not None:
            cut = replace(cut, edits=tuple(edit.inverse() for edit in reversed(cut.edits)))
        return replace(
            self, moves=moves, before=before, after=after, cut=cut, back=not self.back, seen=None
        )


def allowed_now(asked_by: str, allowed_by: str) -> Word:
    """The word of today."""
    return asked_by, allowed_by, datetime.now(UTC).replace(microsecond=0)
