"""Edits of purchase order lines: when the goods arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import Conflict, NotFound
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.materials import PurchaseOrder, PurchaseOrderLine


@dataclass(frozen=True, slots=True)
class ChangeArrival:
    """Another day of arrival for a line, named as ``PO26001-1``."""

    line: str
    before: date
    after: date

    @property
    def label(self) -> Message:
        return message("materials.label_arrival", line=self.line)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``Conflict`` if it arrives on another day than ``before``."""
        row = purchase_line(session, self.line)
        if row.confirmed_on != self.before:
            raise Conflict(
                message("materials.arrival_changed", line=self.line, day=row.confirmed_on)
            )
        row.confirmed_on = self.after

    def inverse(self) -> ChangeArrival:
        return ChangeArrival(self.line, self.after, self.before)


def purchase_line(session: Session, name: str) -> PurchaseOrderLine:
    """The line called ``ORDER-LINE``. Errors: ``NotFound``."""
    code, _, number = name.strip().rpartition("-")
    row = session.scalars(
        select(PurchaseOrderLine)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.code_key == code_key(code), PurchaseOrderLine.line_no == number)
    ).one_or_none()
    if row is None:
        raise NotFound(message("materials.no_line", line=name))
    return row
