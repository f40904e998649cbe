"""Words of the What-if page for kinds of edits, their fields and the figures of a plan."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.services.planning.scenarios.kinds import KINDS

ICONS = {
    "rush": "plus", "down": "ban", "open": "clock", "absence": "user", "late": "download",
    "date": "calendar-event", "priority": "flag", "quantity": "list-details", "stands": "pin",
    "cut": "arrows-exchange",
}  # fmt: skip


class Words(QObject):
    """A QObject for its ``tr``: asked anew when the language changes."""

    @staticmethod
    def kinds() -> tuple[str, ...]:
        return tuple(KINDS)

    def kind(self, kind: str) -> str:
        return {
            "rush": self.tr("Insert a rush order"),
            "down": self.tr("Machine down"),
            "open": self.tr("Overtime or extra shift"),
            "absence": self.tr("Absence of a person"),
            "late": self.tr("Late material"),
            "date": self.tr("Other date of an order"),
            "priority": self.tr("Other priority of an order"),
            "quantity": self.tr("Other quantity of an order"),
            "stands": self.tr("An operation stands there"),
            "cut": self.tr("Cut running work"),
        }[kind]

    def field(self, kind: str, name: str) -> str:
        if name == "after":
            return {
                "late": self.tr("Arrives on"),
                "date": self.tr("Wanted"),
                "priority": self.tr("Priority (1 first, 9 last)"),
                "quantity": self.tr("Quantity"),
            }[kind]
        if (kind, name) == ("stands", "start"):
            return self.tr("Begins at")
        return {
            "item": self.tr("Item"),
            "quantity": self.tr("Quantity"),
            "wanted": self.tr("Wanted"),
            "customer": self.tr("Customer"),
            "priority": self.tr("Priority (1 first, 9 last)"),
            "asked_by": self.tr("Asked for by"),
            "approved_by": self.tr("Approved by"),
            "machine": self.tr("Machine"),
            "start": self.tr("From"),
            "end": self.tr("To"),
            "reason": self.tr("Reason"),
            "scopes": self.tr("For whom"),
            "day": self.tr("Day"),
            "last_day": self.tr("Until day (each day)"),
            "extra_shift": self.tr("Extra shift, no overtime rate"),
            "cost_per_hour": self.tr("Extra cost per hour"),
            "person": self.tr("Person"),
            "first": self.tr("First day"),
            "last": self.tr("Last day"),
            "line": self.tr("Purchase line"),
            "order": self.tr("Order"),
            "step": self.tr("Operation no."),
            "keep": self.tr("Ends after (empty: next boundary)"),
        }[name]
