"""Hours opened beside the calendars: overtime of one machine, person or tool copy on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from app.core.choices import ExceptionKind
from app.core.errors import Conflict
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.plant import CalendarException, Machine, Operator, ToolCopy

_OWNERS = {"machine": Machine, "operator": Operator, "tool_copy": ToolCopy}


@dataclass(frozen=True, slots=True)
class Opening:
    """``kind``: machine, operator or tool_copy, of this ``id``; minutes of the wall clock.

    An ``end`` that is not after the ``start`` lies on the next day.
    """

    kind: str
    id: int
    day: date
    start: int
    end: int
    cost_per_hour: Decimal = Decimal(0)
    reason: str = ""

    def row(self) -> CalendarException:
        """The exception that says so."""
        return CalendarException(
            **{f"{self.kind}_id": self.id},
            date_from=self.day,
            date_to=self.day,
            hours=[[self.start, self.end]],
            kind=ExceptionKind.OVERTIME,
            reason=self.reason,
            cost_per_hour=self.cost_per_hour,
        )


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Overtime of machines, people and tool copies; ``back``: it is taken away again."""

    openings: tuple[Opening, ...]
    back: bool = False

    @property
    def label(self) -> Message:
        return message("calendars.label_overtime", count=len(self.openings))

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if whom it opens, or what it takes away, is not there any more."""
        for one in self.openings:
            if self.back:
                session.delete(self._standing(session, one))
            elif session.get(_OWNERS[one.kind], one.id) is None:
                raise Conflict(message("calendars.overtime_gone", day=one.day))
            else:
                session.add(one.row())
            session.flush()

    def inverse(self) -> OpenHours:
        return replace(self, back=not self.back)

    @staticmethod
    def _standing(session: WritingSession, one: Opening) -> CalendarException:
        owner: ColumnElement[int] = getattr(CalendarException, f"{one.kind}_id")
        rows: Sequence[CalendarException] = session.scalars(
            select(CalendarException)
            .where(
                owner == one.id,
                CalendarException.kind == ExceptionKind.OVERTIME,
                CalendarException.date_from == one.day,
                CalendarException.date_to == one.day,
            )
            .order_by(CalendarException.id.desc())
        ).all()
        for row in rows:
            if row.hours == [[one.start, one.end]] and row.reason == one.reason:
                return row
        raise Conflict(message("calendars.overtime_gone", day=one.day))
