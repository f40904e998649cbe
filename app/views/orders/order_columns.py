"""Columns of the order list and of the tables in an order's detail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject

from app.services.site_fields import SiteField
from app.views.context import AppContext
from app.views.orders import site_fields, words
from app.views.table import Column, Kind

DAY = timedelta(days=1)


def days_early(order: Any) -> float | None:
    """Days from the projected finish to the internal due date; negative = late."""
    if order.projected_end is None:
        return None
    return (order.internal_due - order.projected_end) / DAY


def days_text(order: Any) -> str:
    days = days_early(order)
    return "" if days is None else f"{days:+.1f}".replace("-", "−")


class OrderColumns(QObject):
    """A QObject for its ``tr``: titles are asked for again when the language changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.fields: tuple[SiteField, ...] = ()
        """What the site has defined for orders; each is a column of the list."""

    def of_list(self) -> list[Column]:
        own = site_fields.columns(self._context, self.fields)
        return [*self._what(), *self._how_much(), *self._when(), *self._the_rest(), *own]

    def _what(self) -> list[Column]:
        return [
            Column(
                "lamp",
                self.tr("Lamp"),
                value=lambda row: ("late", "risk", "watch", "ok").index(row.lamp),
                text=lambda row: words.lamp(row.lamp),
                icon=lambda row: words.LAMP_ICONS[row.lamp],
                tone=lambda row: words.LAMP_TONES[row.lamp],
                width=72,
            ),
            Column("number", self.tr("Order no."), lambda row: row.number, width=116),
            Column(
                "type",
                self.tr("Type"),
                lambda row: words.order_type(row.type),
                tone=lambda row: "risk" if row.type == "rush" else None,
                width=56,
            ),
            Column("customer", self.tr("Customer"), lambda row: row.customer, width=96),
            Column("po", self.tr("Customer's PO"), lambda row: row.customer_po, hidden=True),
            Column("item", self.tr("Item"), lambda row: row.item_code, width=88),
            Column("name", self.tr("Name"), lambda row: row.item_name, width=100),
            Column("spec", self.tr("Specification"), lambda row: row.specification, width=140),
        ]

    def _how_much(self) -> list[Column]:
        quantity = self._context.quantity_text
        return [
            Column(
                "quantity",
                self.tr("Ordered"),
                lambda row: row.quantity,
                text=lambda row: quantity(row.quantity),
                kind=Kind.NUMBER,
                width=66,
            ),
            Column("unit", self.tr("Unit"), lambda row: row.unit, width=44),
            Column(
                "base_quantity",
                self.tr("In base unit"),
                lambda row: row.base_quantity,
                text=lambda row: f"{quantity(row.base_quantity)} {row.base_unit}",
                kind=Kind.NUMBER,
                total=True,
                hidden=True,
            ),
            Column(
                "good",
                self.tr("Good"),
                lambda row: row.good,
                text=lambda row: quantity(row.good),
                kind=Kind.NUMBER,
                width=64,
            ),
            Column(
                "owed",
                self.tr("Still owed"),
                lambda row: row.base_quantity - row.good,
                text=lambda row: quantity(row.base_quantity - row.good),
                kind=Kind.NUMBER,
                width=84,
                title_tip=self.tr("Ordered less good, in the base unit"),
            ),
            Column(
                "progress",
                self.tr("Progress"),
                lambda row: row.progress,
                text=lambda row: f"{row.progress:.0%} {row.current_step}".strip(),
                bar=lambda row: row.progress,
                width=120,
            ),
        ]

    def _when(self) -> list[Column]:
        return [
            self._day("requested", self.tr("Requested"), lambda row: row.requested),
            self._day("promised", self.tr("Promised"), lambda row: row.promised),
            self._day("due", self.tr("Internal due"), lambda row: row.internal_due),
            Column(
                "projected",
                self.tr("Projected finish"),
                lambda row: row.projected_end,
                text=lambda row: self._context.moment_text(row.projected_end),
                kind=Kind.DATE,
                day=self._context.local_day,
                width=118,
            ),
            Column(
                "days",
                self.tr("Days ±"),
                days_early,
                text=days_text,
                tone=lambda row: "late" if (days_early(row) or 0) < 0 else None,
                kind=Kind.NUMBER,
                width=76,
                title_tip=self.tr("Days early (+) or late (−) against the internal due date"),
            ),
        ]

    def _the_rest(self) -> list[Column]:
        return [
            Column("state", self.tr("State"), lambda row: words.order_state(row.state), width=88),
            Column(
                "priority",
                self.tr("Priority"),
                lambda row: row.priority,
                kind=Kind.NUMBER,
                hidden=True,
                width=64,
            ),
            Column(
                "cards",
                self.tr("Cards"),
                lambda row: row.cards,
                kind=Kind.NUMBER,
                hidden=True,
                width=64,
            ),
            Column("remark", self.tr("Remark"), lambda row: row.remark, hidden=True, width=200),
        ]

    def _day(self, key: str, title: str, value: Any) -> Column:
        return Column(
            key,
            title,
            value,
            text=lambda row: self._context.date_text(value(row)),
            kind=Kind.DATE,
            day=self._context.local_day,
            width=104,
        )

    # ---- the detail ------------------------------------------------------------------------------

    def of_steps(self) -> list[Column]:
        quantity = self._context.quantity_text
        return [
            Column("no", self.tr("Step"), lambda row: row.step_no, kind=Kind.NUMBER, width=46),
            Column("name", self.tr("Operation"), lambda row: row.name, width=76),
            Column(
                "machine",
                self.tr("Machine"),
                lambda row: row.machine_code or row.work_centre,
                width=66,
            ),
            Column("state", self.tr("State"), lambda row: words.step_state(row.state), width=58),
            Column(
                "start",
                self.tr("Start"),
                lambda row: row.start,
                text=self._step_start,
                tone=lambda row: "risk" if row.unplaced_reason else None,
                tip=self._step_tip,
                kind=Kind.DATE,
                day=self._context.local_day,
                width=108,
            ),
            Column(
                "end",
                self.tr("End"),
                lambda row: row.end,
                text=lambda row: self._context.moment_text(row.end),
                kind=Kind.DATE,
                day=self._context.local_day,
                width=108,
            ),
            Column(
                "good",
                self.tr("Good"),
                lambda row: row.good,
                text=lambda row: f"{quantity(row.good)} / {quantity(row.quantity)}",
                kind=Kind.NUMBER,
                width=76,
            ),
            Column(
                "scrap",
                self.tr("Scrap"),
                lambda row: row.scrap,
                text=lambda row: quantity(row.scrap),
                kind=Kind.NUMBER,
                width=52,
            ),
        ]

    def of_materials(self) -> list[Column]:
        return [
            Column("code", self.tr("Item"), lambda row: row.item_code, width=84),
            Column("name", self.tr("Name"), lambda row: row.name, width=124),
            Column(
                "quantity",
                self.tr("Quantity"),
                lambda row: row.quantity,
                text=lambda row: self._context.quantity_text(row.quantity),
                kind=Kind.NUMBER,
                width=90,
            ),
            Column("unit", self.tr("Unit"), lambda row: row.unit, width=50),
        ]

    def of_cards(self) -> list[Column]:
        return [
            Column("code", self.tr("Card"), self._card_code, width=134),
            Column(
                "number",
                self.tr("No. of"),
                lambda row: row.number,
                text=lambda row: f"{row.number}/{row.of}",
                width=50,
            ),
            Column(
                "quantity",
                self.tr("Quantity"),
                lambda row: row.quantity,
                text=lambda row: self._context.quantity_text(row.quantity),
                kind=Kind.NUMBER,
                width=80,
            ),
            Column(
                "prints",
                self.tr("Printed"),
                lambda row: row.print_count,
                text=lambda row: self.tr("%n times", "", row.print_count),
                width=80,
            ),
        ]

    def of_history(self) -> list[Column]:
        return [
            Column(
                "at",
                self.tr("When"),
                lambda row: row[1][0],
                text=lambda row: self._moment(row[1][0]),
                width=112,
            ),
            Column("who", self.tr("Who"), lambda row: row[1][1], width=80),
            Column("what", self.tr("What"), lambda row: self._context.text(row[1][2]), width=220),
        ]

    def _card_code(self, row: Any) -> str:
        return self.tr("{card} (void)").format(card=row.code) if row.void else row.code

    def _moment(self, moment: datetime) -> str:
        return self._context.moment_text(moment)

    def _step_start(self, row: Any) -> str:
        if row.unplaced_reason is not None:
            return self.tr("not placed")
        return self._context.moment_text(row.start)

    def _step_tip(self, row: Any) -> str:
        if row.unplaced_reason is not None:
            return self._context.text(row.unplaced_reason)
        return self._context.moment_text(row.start)
