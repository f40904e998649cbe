"""A placed operation in words: hover card and detail panel tell the same things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.format import clock, number
from app.views.context import AppContext

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

Lines = list[tuple[str, str]]


class Describer(QObject):
    """A QObject for its ``tr``."""

    def __init__(
        self,
        context: AppContext,
        parent: QObject,
        kit_text: Callable[[int], str] = lambda _: "",
    ) -> None:
        """``kit_text``: how far an order is kitted, by its id."""
        super().__init__(parent)
        self._context = context
        self._kit_text = kit_text

    def title(self, row: PlacementRow) -> str:
        """Order and operation."""
        return f"{row.order_number} · {row.step_no} {row.step_name}"

    def card(self, row: PlacementRow) -> Lines:
        """At most nine lines for the hover card."""
        return [
            (self.tr("Item"), self._item(row)),
            (self.tr("Customer"), row.customer),
            (self.tr("Quantity"), f"{number(row.quantity)} {row.unit}"),
            (self.tr("Setup"), self._setup(row)),
            (self.tr("Run"), self.span(row.start, row.end)),
            (self.tr("Internal due"), self._context.moment_text(row.due)),
            self._lateness(row),
            (self.tr("Tools"), ", ".join(row.tools)),
            (self.tr("People"), ", ".join(row.operators)),
        ]

    def card_template(self) -> str:
        """The usual card as a person's template to begin with."""
        lines = (
            (self.tr("Item"), "{item} {name}"),
            (self.tr("Customer"), "{customer}"),
            (self.tr("Quantity"), "{quantity}"),
            (self.tr("Setup"), "{setup}"),
            (self.tr("Run"), "{start} – {end}"),
            (self.tr("Internal due"), "{due}"),
            (self.late_name(), "{late}"),
            (self.tr("Tools"), "{tools}"),
            (self.tr("People"), "{people}"),
        )
        return "\n".join(["{order} · {operation}", *(f"{name}: {text}" for name, text in lines)])

    def detail(self, row: PlacementRow) -> Lines:
        """Everything the plan knows about it."""
        lines = self.card(row)
        context = self._context
        return [
            *lines[:3],
            (self.tr("Machine"), row.machine_code),
            *lines[3:5],
            (self.tr("Pauses"), self._pauses(row)),
            (self.tr("Order finishes"), context.moment_text(row.order_end)),
            *lines[5:],
            (self.tr("Done"), f"{row.progress:.0%}" if row.progress else ""),
            (self.tr("Priority"), str(row.priority)),
            (self.tr("Locked"), self._pins(row)),
            (self.tr("Capacity held"), self._quote(row)),
            (self.tr("Kitted"), self._kit_text(row.order_id)),
            (self.tr("Remark"), self._stale(row)),
        ]

    def _quote(self, row: PlacementRow) -> str:
        if row.quote_until is None:
            return ""
        until = self._context.moment_text(row.quote_until)
        return self.tr("for {owner} until {until}").format(owner=row.quote_owner, until=until)

    def late_name(self) -> str:
        """Title of the line that says how late the order is."""
        return self.tr("Late by")

    def span(self, begin: datetime, end: datetime) -> str:
        """``11-23 Mon 08:00 – 14:30``; the day again when it is another one."""
        context = self._context
        first, last = context.local(begin), context.local(end)
        until = clock(last) if first.date() == last.date() else context.moment_text(end)
        return f"{context.moment_text(begin)} – {until}"

    def _item(self, row: PlacementRow) -> str:
        return f"{row.item_code} {row.item_name}".strip()

    def _setup(self, row: PlacementRow) -> str:
        minutes = round((row.start - row.setup_start).total_seconds() / 60)
        if not minutes:
            return ""
        text = self._context.duration_text(minutes)
        return f"{text} · {self._context.moment_text(row.setup_start)}"

    def _pauses(self, row: PlacementRow) -> str:
        pieces = zip(row.segments, row.segments[1:], strict=False)
        pauses = [after[0] - before[1] for before, after in pieces if after[0] > before[1]]
        if not pauses:
            return ""
        minutes = round(sum(pause.total_seconds() for pause in pauses) / 60)
        return self.tr("{count}, in all {time}").format(
            count=len(pauses), time=self._context.duration_text(minutes)
        )

    def _lateness(self, row: PlacementRow) -> tuple[str, str]:
        if row.due is None:
            return self.tr("Slack"), ""
        if row.late_minutes:
            return self.late_name(), self._context.duration_text(row.late_minutes)
        slack = round((row.due - row.order_end).total_seconds() / 60)
        return self.tr("Slack"), self._context.duration_text(max(slack, 0))

    def _pins(self, row: PlacementRow) -> str:
        if row.pin_machine and row.pin_start:
            return self.tr("machine and time")
        if row.pin_machine:
            return self.tr("machine")
        return self.tr("time") if row.pin_start else ""

    def _stale(self, row: PlacementRow) -> str:
        return self.tr("The routing has changed since this was planned.") if row.stale else ""
