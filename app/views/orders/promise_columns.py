"""Columns of the tables that show whether an order can be promised."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.core.messages import Message
from app.services.planning.promising.rows import LampState, Verdict
from app.views.context import AppContext
from app.views.table import Column, Kind

STATE_ICONS = {
    LampState.OK: "circle-check",
    LampState.WATCH: "alert-triangle",
    LampState.BAD: "ban",
    LampState.UNKNOWN: "info-circle",
}
STATE_TONES = {
    LampState.OK: "good",
    LampState.WATCH: "watch",
    LampState.BAD: "late",
    LampState.UNKNOWN: "muted",
}
VERDICT_STATES = {
    Verdict.IN_TIME: LampState.OK,
    Verdict.TIGHT: LampState.WATCH,
    Verdict.LATE: LampState.BAD,
    Verdict.IMPOSSIBLE: LampState.BAD,
}


class PromiseColumns(QObject):
    """A QObject for its ``tr``: titles are asked for again when the language changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def _say(self, code: str) -> str:
        return self._context.text(Message(code))

    def of_lamps(self) -> list[Column]:
        return [
            Column(
                "lamp",
                self.tr("Check"),
                lambda row: self._say(f"promise.lamp_{row.code}"),
                icon=lambda row: STATE_ICONS[row.state],
                tone=lambda row: STATE_TONES[row.state],
                width=118,
            ),
            Column(
                "state",
                self.tr("Answer"),
                lambda row: self._say(f"promise.state_{row.state}"),
                tone=lambda row: STATE_TONES[row.state],
                width=96,
            ),
            Column(
                "text",
                self.tr("Finding"),
                lambda row: self._context.text(row.text),
                tip=lambda row: self._context.text(row.text),
                width=300,
            ),
        ]

    def of_options(self) -> list[Column]:
        return [
            Column(
                "option",
                self.tr("Option"),
                lambda row: self._say(f"promise.option_{row.kind}"),
                icon=lambda row: STATE_ICONS[self._state(row)],
                tone=lambda row: STATE_TONES[self._state(row)],
                width=156,
            ),
            self._moment("end", self.tr("Ends"), "end"),
            self._moment("p90", self.tr("90 %"), "p90"),
            Column(
                "text",
                self.tr("What it takes"),
                lambda row: self._context.text(row.text),
                tip=lambda row: self._context.text(row.text),
                width=300,
            ),
        ]

    def _moment(self, key: str, title: str, field: str) -> Column:
        return Column(
            key,
            title,
            lambda row: None if row.finish is None else getattr(row.finish, field),
            text=lambda row: (
                "–" if row.finish is None else self._context.moment_text(getattr(row.finish, field))
            ),
            kind=Kind.DATE,
            day=self._context.local_day,
            width=108,
        )

    @staticmethod
    def _state(option: Any) -> LampState:
        if option.finish is None:
            return LampState.UNKNOWN
        return VERDICT_STATES[option.finish.verdict]

    def of_proofs(self) -> list[Column]:
        return [
            Column(
                "text",
                self.tr("Proof"),
                lambda row: self._context.text(row[1].text),
                tip=lambda row: self._context.text(row[1].text),
                width=520,
            ),
            Column(
                "record",
                self.tr("Record"),
                lambda row: self._record(row[1]),
                tone=lambda row: "accent" if self._record(row[1]) else None,
                width=118,
            ),
        ]

    def _record(self, proof: Any) -> str:
        if proof.place is not None:
            return str(proof.place.name)
        return str(proof.order)

    def of_others(self) -> list[Column]:
        return [
            Column("order", self.tr("Gives way"), lambda row: row.order, width=106),
            self._when("was", self.tr("Was to end")),
            self._when("becomes", self.tr("Then ends")),
            self._when("due", self.tr("Due")),
            Column(
                "late",
                self.tr("Late"),
                self._lateness,
                icon=lambda row: "alert-circle" if row.late else None,
                tone=lambda row: "late" if row.late else None,
                width=104,
            ),
        ]

    def _lateness(self, row: Any) -> str:
        if not row.late:
            return ""
        return self.tr("later still") if row.was_late else self.tr("becomes late")

    def of_losses(self) -> list[Column]:
        return [
            Column(
                "what",
                self.tr("Loses"),
                lambda row: self._say(f"promise.loss_{row[1].what}"),
                width=70,
            ),
            Column("name", self.tr("Which"), lambda row: row[1].name, width=126),
            Column("operation", self.tr("Operation"), lambda row: row[1].operation, width=118),
            self._when("was", self.tr("Was to start"), inside=True),
            self._when("becomes", self.tr("Then starts"), inside=True),
        ]

    def of_places(self) -> list[Column]:
        return [
            Column("step", self.tr("Step"), lambda row: f"{row.step_no} {row.name}", width=106),
            Column("machine", self.tr("Machine"), lambda row: row.machine, width=120),
            self._when("start", self.tr("Start")),
            self._when("end", self.tr("End")),
            Column("order", self.tr("Order no."), lambda row: row.order, width=106),
        ]

    def _when(self, field: str, title: str, *, inside: bool = False) -> Column:
        def at(row: Any) -> Any:
            return getattr(row[1] if inside else row, field)

        return Column(
            field,
            title,
            at,
            text=lambda row: self._context.moment_text(at(row)),
            kind=Kind.DATE,
            day=self._context.local_day,
            width=106,
        )
