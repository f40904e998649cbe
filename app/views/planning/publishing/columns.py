"""Columns of the tables of the Publish page."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.views.context import AppContext
from app.views.table import Column, Kind

WHAT_ICONS = {"new": "plus", "gone": "x", "machine": "arrows-exchange", "time": "clock"}


class PublishColumns(QObject):
    """A QObject for its ``tr``: titles are asked for again when the language changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def history(self) -> list[Column]:
        context = self._context
        return [
            Column(
                "revision",
                self.tr("Plan"),
                lambda row: row.revision,
                text=lambda row: f"r{row.revision}",
                width=52,
            ),
            Column(
                "at",
                self.tr("Published"),
                lambda row: row.published_at,
                text=lambda row: context.moment_text(row.published_at),
                kind=Kind.DATE,
                day=context.local_day,
                width=124,
            ),
            Column("by", self.tr("By"), lambda row: row.published_by, width=64),
            Column(
                "late",
                self.tr("Late"),
                lambda row: row.figures.get("late_orders"),
                text=lambda row: _number(row, "late_orders", 0),
                kind=Kind.NUMBER,
                width=48,
            ),
            Column(
                "on_time",
                self.tr("On time %"),
                lambda row: row.figures.get("on_time"),
                text=lambda row: _number(row, "on_time", 1),
                kind=Kind.NUMBER,
                width=72,
            ),
            Column(
                "signed",
                self.tr("Signed"),
                lambda row: row.signed,
                text=lambda row: f"{row.signed} / {row.notices}",
                width=64,
            ),
            Column("note", self.tr("Note"), lambda row: row.note, width=140),
        ]

    def changes(self) -> list[Column]:
        return [
            Column("order", self.tr("Order no."), lambda row: row.order, width=112),
            Column("step", self.tr("Step"), lambda row: row.step, kind=Kind.NUMBER, width=48),
            Column("item", self.tr("Item"), lambda row: row.item, width=96),
            Column(
                "what",
                self.tr("Change"),
                lambda row: self.what(row.what),
                icon=lambda row: WHAT_ICONS[row.what],
                width=110,
            ),
            self._stand("was", self.tr("Was")),
            self._stand("now", self.tr("Is")),
            Column("team", self.tr("Team"), lambda row: " → ".join(row.teams), width=120),
            Column("name", self.tr("Operation"), lambda row: row.name, width=80),
            Column("customer", self.tr("Customer"), lambda row: row.customer, width=96),
        ]

    def what(self, what: str) -> str:
        return {
            "new": self.tr("new"),
            "gone": self.tr("taken off"),
            "machine": self.tr("other machine"),
            "time": self.tr("other time"),
        }[what]

    def _stand(self, name: str, title: str) -> Column:
        context = self._context

        def text(row: Any) -> str:
            stand = getattr(row, name)
            if stand is None:
                return "–"
            return f"{stand.machine} · {context.moment_text(stand.start)}"

        def value(row: Any) -> Any:
            stand = getattr(row, name)
            return None if stand is None else stand.start

        return Column(name, title, value, text=text, width=190)

    def notices(self) -> list[Column]:
        context = self._context
        return [
            Column("team", self.tr("Team"), lambda row: row.team, width=130),
            Column(
                "state",
                self.tr("State"),
                self.state,
                icon=_notice_icon,
                tone=_notice_tone,
                width=150,
            ),
            Column(
                "count",
                self.tr("Rows"),
                lambda row: len(row.rows),
                kind=Kind.NUMBER,
                width=56,
            ),
            Column(
                "revision",
                self.tr("Plan"),
                lambda row: row.revision,
                text=lambda row: f"r{row.revision}",
                width=56,
            ),
            Column("by", self.tr("Signed by"), lambda row: row.read_by, width=110),
            Column(
                "at",
                self.tr("Signed at"),
                lambda row: row.read_at,
                text=lambda row: context.moment_text(row.read_at),
                kind=Kind.DATE,
                day=context.local_day,
                width=124,
            ),
        ]

    def state(self, row: Any) -> str:
        if not row.unread:
            return self.tr("signed")
        return self.tr("unread, overdue") if row.escalated else self.tr("unread")


def _number(row: Any, name: str, digits: int) -> str:
    value = row.figures.get(name)
    return "" if value is None else f"{value:.{digits}f}"


def _notice_icon(row: Any) -> str:
    if not row.unread:
        return "circle-check"
    return "alert-circle" if row.escalated else "alert-triangle"


def _notice_tone(row: Any) -> str:
    if not row.unread:
        return "good"
    return "late" if row.escalated else "watch"
