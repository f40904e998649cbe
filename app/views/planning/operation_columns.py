"""Columns of the operations table (the Gantt's twin) and of the list of unplaced operations."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.views.context import AppContext
from app.views.table import Column, Kind


class OperationColumns(QObject):
    """A QObject for its ``tr``: titles are asked for again when the language changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def placed(self) -> list[Column]:
        return [*self._what(), *self._when(), *self._with()]

    def unplaced(self) -> list[Column]:
        text = self._context.text
        return [
            Column("order", self.tr("Order no."), lambda row: row.order_number, width=120),
            self._step(),
            Column("item", self.tr("Item"), lambda row: row.item_code, width=110),
            Column(
                "reason",
                self.tr("Why it is not placed"),
                lambda row: text(row.reason),
                tone=lambda _: "risk",
                tip=lambda row: text(row.reason),
                width=620,
            ),
        ]

    def _step(self) -> Column:
        return Column(
            "step",
            self.tr("Operation"),
            lambda row: row.step_no,
            text=lambda row: f"{row.step_no} {row.step_name}",
            width=110,
        )

    def _what(self) -> list[Column]:
        quantity = self._context.quantity_text
        return [
            Column("order", self.tr("Order no."), lambda row: row.order_number, width=120),
            self._step(),
            Column("item", self.tr("Item"), lambda row: row.item_code, width=100),
            Column("name", self.tr("Name"), lambda row: row.item_name, hidden=True),
            Column("customer", self.tr("Customer"), lambda row: row.customer, width=96),
            Column(
                "quantity",
                self.tr("Quantity"),
                lambda row: row.quantity,
                text=lambda row: quantity(row.quantity),
                kind=Kind.NUMBER,
                width=72,
            ),
            Column("unit", self.tr("Unit"), lambda row: row.unit, width=44),
            Column("machine", self.tr("Machine"), lambda row: row.machine_code, width=84),
        ]

    def _when(self) -> list[Column]:
        moment, duration = self._context.moment_text, self._context.duration_text
        return [
            self._date("setup", self.tr("Setup from"), "setup_start", hidden=True),
            self._date("start", self.tr("Start"), "start"),
            self._date("end", self.tr("End"), "end"),
            Column(
                "due",
                self.tr("Internal due"),
                lambda row: row.due,
                text=lambda row: moment(row.due),
                kind=Kind.DATE,
                day=self._context.local_day,
                width=118,
            ),
            Column(
                "late",
                self.tr("Order late by"),
                lambda row: row.late_minutes,
                text=lambda row: duration(row.late_minutes) if row.late_minutes else "",
                tone=lambda row: "late" if row.late_minutes else None,
                icon=lambda row: "alert-triangle" if row.late_minutes else None,
                kind=Kind.NUMBER,
                width=96,
            ),
        ]

    def _date(self, key: str, title: str, field: str, *, hidden: bool = False) -> Column:
        moment = self._context.moment_text
        return Column(
            key,
            title,
            lambda row: getattr(row, field),
            text=lambda row: moment(getattr(row, field)),
            kind=Kind.DATE,
            day=self._context.local_day,
            width=118,
            hidden=hidden,
        )

    def _with(self) -> list[Column]:
        return [
            Column("tools", self.tr("Tools"), lambda row: ", ".join(row.tools), width=110),
            Column("people", self.tr("People"), lambda row: ", ".join(row.operators), width=110),
            Column(
                "progress",
                self.tr("Done"),
                lambda row: row.progress,
                text=lambda row: f"{row.progress:.0%}",
                bar=lambda row: row.progress,
                kind=Kind.NUMBER,
                width=64,
            ),
            Column(
                "pin",
                self.tr("Locked"),
                lambda row: 2 * row.pin_machine + row.pin_start,
                text=self._pin_text,
                icon=lambda row: _pin_icon(row),
                width=110,
            ),
        ]

    def _pin_text(self, row: Any) -> str:
        if row.pin_machine and row.pin_start:
            return self.tr("machine and time")
        if row.pin_machine:
            return self.tr("machine")
        return self.tr("time") if row.pin_start else ""


def _pin_icon(row: Any) -> str | None:
    if row.pin_machine:
        return "lock"
    return "pin" if row.pin_start else None
