"""The edit that cuts work which runs, so that something else goes in before its rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.choices import OperationState
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Operation
from app.services.edit import Edit
from app.services.planning.scenarios.named import Place, order_of
from app.services.planning.scenarios.standing import operation_of

NEXT = Decimal(0)
"""In place of a quantity: at the next boundary."""


@dataclass(frozen=True, slots=True)
class CutRunning:
    """Operation ``order``/``step``, which runs, ends after ``keep`` (of all that it makes, with
    what is reported); the rest is an operation of its own that is planned like any other.

    ``whole``: what it was to make.
    """

    kind: ClassVar[str] = "cut"

    order: str
    step: int
    keep: Decimal = NEXT
    whole: Decimal | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        values: dict[str, object] = {"operation": f"{self.order}/{self.step}", "keep": self.keep}
        if self.whole is not None:
            return message("scenarios.cut", **values, whole=self.whole)
        return message("scenarios.cut_asked", **values)

    def filled(self, session: Session) -> CutRunning:
        """With the next boundary where none was said.

        Errors: ``NotFound``; ``RuleBroken`` for work that does not run, or no boundary there.
        """
        row = self._row(session)
        keep = _boundary(session, row, self.keep)
        code = order_of(session, self.order).code
        return replace(self, order=code, keep=keep, whole=row.quantity)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        """Where it stands is not said: the plan that is found says it."""
        from app.services.planning.cutting import CutBegun
        from app.services.planning.splitting import read_part

        row = self._row(session)
        done = row.good + row.scrap + row.rework
        if not done < self.keep < row.quantity:
            raise RuleBroken(message("planning.cut_over", operation=self._name))
        found = read_part(session, row.id)
        cut = found.parted(self.keep)
        if not isinstance(cut, CutBegun):
            raise RuleBroken(message("planning.cut_unknown", operation=self._name))
        along = found.along(session, cut)
        return (cut,) if along is None else (cut, along)

    def orders(self) -> tuple[str, ...]:
        return (self.order,)

    @property
    def _name(self) -> str:
        return f"{self.order}/{self.step}"

    def _row(self, session: Session) -> Operation:
        row = operation_of(session, self.order, self.step)
        if row.state is not OperationState.RUNNING:
            raise RuleBroken(message("scenarios.not_running", operation=self._name))
        return row


def _boundary(session: Session, row: Operation, keep: Decimal) -> Decimal:
    """``keep``, or the next one ahead. Errors: ``RuleBroken`` where there is none."""
    from app.services.planning.bridge import load_problem
    from app.services.planning.cut_places import cut_places
    from app.services.planning.splitting import read_part, require_boundary
    from app.services.planning.stored_plan import read_content, schedule_of, working_plan
    from app.services.site import now_of, site_row

    loaded, found = load_problem(session, now_of(site_row(session))), read_part(session, row.id)
    if keep:
        require_boundary(loaded, found, keep)
        return keep
    content = read_content(session, working_plan(session))
    plan = schedule_of(loaded, content.spots, content.unplaced)
    places = cut_places(loaded, plan, row.id)
    if places is None:
        raise RuleBroken(message("planning.cut_unknown", operation=found.name))
    if places.refused is not None:
        raise RuleBroken(places.refused)
    return places.keeps[0]
