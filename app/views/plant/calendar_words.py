"""Words of calendars: kinds of exceptions with their one-letter marks, hours, effects."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.core.choices import ExceptionKind
from app.services.plant.calendar_edits import Effect
from app.views.context import AppContext

KINDS = tuple(ExceptionKind)
TONES = {
    ExceptionKind.HOLIDAY: "late",
    ExceptionKind.WORKING: "good",
    ExceptionKind.OVERTIME: "risk",
    ExceptionKind.DOWN: "muted",
    ExceptionKind.LEAVE: "watch",
    ExceptionKind.POWER_CUT: "watch",
}
"""Colour token of each kind; its mark always stands beside the colour."""


def kind_word(kind: ExceptionKind) -> str:
    words = {
        ExceptionKind.HOLIDAY: QCoreApplication.translate("CalendarWords", "Day off"),
        ExceptionKind.WORKING: QCoreApplication.translate("CalendarWords", "Worked instead"),
        ExceptionKind.OVERTIME: QCoreApplication.translate("CalendarWords", "Overtime"),
        ExceptionKind.DOWN: QCoreApplication.translate("CalendarWords", "Stop"),
        ExceptionKind.LEAVE: QCoreApplication.translate("CalendarWords", "Leave"),
        ExceptionKind.POWER_CUT: QCoreApplication.translate("CalendarWords", "Power rationing"),
    }
    return words[kind]


def kind_mark(kind: ExceptionKind) -> str:
    """One letter that stands in a day of the year."""
    marks = {
        ExceptionKind.HOLIDAY: QCoreApplication.translate("CalendarWords", "H", "mark: day off"),
        ExceptionKind.WORKING: QCoreApplication.translate("CalendarWords", "W", "mark: worked"),
        ExceptionKind.OVERTIME: QCoreApplication.translate("CalendarWords", "O", "mark: overtime"),
        ExceptionKind.DOWN: QCoreApplication.translate("CalendarWords", "S", "mark: stop"),
        ExceptionKind.LEAVE: QCoreApplication.translate("CalendarWords", "L", "mark: leave"),
        ExceptionKind.POWER_CUT: QCoreApplication.translate("CalendarWords", "P", "mark: power"),
    }
    return marks[kind]


def scope_word(kind: str) -> str:
    words = {
        "calendar": QCoreApplication.translate("CalendarWords", "Calendar"),
        "machine": QCoreApplication.translate("CalendarWords", "Machine"),
        "operator": QCoreApplication.translate("CalendarWords", "Person"),
        "tool_copy": QCoreApplication.translate("CalendarWords", "Mould"),
    }
    return words[kind]


def hours_text(context: AppContext, minutes: int) -> str:
    """``8 h 30``, ``99 h``, ``2,562 h``: always in hours, long spans in whole ones."""
    hours, rest = divmod(abs(minutes), 60)
    if hours < 1:
        return context.duration_text(minutes)
    text = QCoreApplication.translate("CalendarWords", "{hours} h").format(hours=f"{hours:,}")
    if rest and hours < 1000:
        text += f" {rest:02d}"
    return text if minutes > 0 else f"−{text}"


class CalendarWords(QObject):
    """Plurals: they are collected from ``tr`` only."""

    def users(self, effect: Effect) -> str:
        parts = []
        if effect.machines:
            parts.append(self.tr("%n machines", "", effect.machines))
        if effect.people:
            parts.append(self.tr("%n people", "", effect.people))
        if effect.moulds:
            parts.append(self.tr("%n moulds", "", effect.moulds))
        if effect.suppliers:
            parts.append(self.tr("%n suppliers", "", effect.suppliers))
        if not parts:
            return self.tr("Used by nobody yet")
        return self.tr(", ", "joins a list").join(parts)


def users_text(effect: Effect) -> str:
    """``14 machines, 23 people``; who is touched by a change."""
    return CalendarWords().users(effect)


def effect_text(context: AppContext, effect: Effect, *, week: bool) -> str:
    """What a change touches, before it is done: ``14 machines, 23 people: +2 h 30 a week``."""
    sign = "+" if effect.difference >= 0 else "−"
    change = f"{sign}{hours_text(context, abs(effect.difference))}"
    if week:
        sentence = QCoreApplication.translate(
            "CalendarWords", "{who}: {change} a week, then {after}"
        )
    else:
        sentence = QCoreApplication.translate("CalendarWords", "{who}: {change} on these days")
    return sentence.format(
        who=users_text(effect), change=change, after=hours_text(context, effect.after)
    )
