"""The panel beside the order list: one order with all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.orders import site_fields, words
from app.views.orders.order_columns import OrderColumns, days_early, days_text
from app.views.page import hairline, label
from app.views.table import Column, RowTable
from app.views.theme import ROW, SPACE

MOST_ROWS = 14
"""A longer table inside the panel scrolls by itself."""


class _Section(QWidget):
    """A heading and a small table that is as high as its rows."""

    def __init__(self, columns: Sequence[Column], row_id: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self.heading = label(self, "section")
        self.table = RowTable(columns, self, row_id=row_id, filters=False, footer=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.heading)
        layout.addWidget(self.table)

    def show_rows(self, rows: Sequence[Any]) -> None:
        self.table.set_rows(rows)
        lines = min(max(len(rows), 1), MOST_ROWS)
        self.table.setFixedHeight(lines * ROW + ROW + 14)
        self.setVisible(bool(rows))


class OrderDetailPanel(QWidget):
    """Shows an OrderDetail; ``closed`` when its cross is pressed."""

    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._detail: Any = None
        self._kit = ""
        self._columns = OrderColumns(context, self)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.number = label(self, "title")
        self.item = label(self, "muted", wrap=True)
        self.close_button = QPushButton(self)
        self.close_button.setProperty("link", True)
        self.close_button.setIcon(icon("x", "muted"))
        self.close_button.clicked.connect(self.closed)
        self._names: list[QLabel] = []
        self._facts: dict[str, QLabel] = {}
        columns = self._columns
        self.steps = _Section(columns.of_steps(), lambda row: row.operation_id, self)
        self.materials = _Section(columns.of_materials(), lambda row: row.item_code, self)
        self.cards = _Section(columns.of_cards(), lambda row: row.code, self)
        self.history = _Section(columns.of_history(), lambda row: row[0], self)
        self._lay_out()
        self.retranslate()

    def show_detail(self, detail: Any) -> None:
        """``detail`` an OrderDetail."""
        self._detail = detail
        self.steps.show_rows(detail.steps)
        self.materials.show_rows(detail.materials)
        self.cards.show_rows(detail.cards)
        self.history.show_rows(tuple(enumerate(detail.history)))
        self._put_facts()

    def show_kit(self, text: str) -> None:
        """How many sets can be made now, and when the rest is there."""
        self._kit = text
        if self._detail is not None:
            self._put_facts()

    @property
    def detail(self) -> Any:
        return self._detail

    def retranslate(self) -> None:
        names = (
            self.tr("Customer"),
            self.tr("Ordered"),
            self.tr("Progress"),
            self.tr("Requested"),
            self.tr("Promised"),
            self.tr("Internal due"),
            self.tr("Projected finish"),
            self.tr("Days early (+) or late (−)"),
            self.tr("Characteristics"),
            self.tr("Capacity held"),
            self.tr("Goes before others"),
            self.tr("Kitted"),
            self.tr("Requirements"),
            self.tr("Remark"),
        )
        for widget, text in zip(self._names, names, strict=True):
            widget.setText(text)
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        for section, title, columns in (
            (self.steps, self.tr("Routing"), self._columns.of_steps()),
            (self.materials, self.tr("Materials"), self._columns.of_materials()),
            (self.cards, self.tr("Traveler cards"), self._columns.of_cards()),
            (self.history, self.tr("History"), self._columns.of_history()),
        ):
            section.heading.setText(title)
            section.table.set_columns(columns)
        if self._detail is not None:
            self._put_facts()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.close_button.setIcon(icon("x", "muted"))

    def _put_facts(self) -> None:
        order, context = self._detail.order, self._context
        self.number.setText(f"{order.number} · {words.order_state(order.state)}")
        self.item.setText(f"{order.item_code} {order.item_name} {order.specification}".strip())
        quantity = f"{context.quantity_text(order.quantity)} {order.unit}"
        if order.base_unit != order.unit:
            quantity += f" = {context.quantity_text(order.base_quantity)} {order.base_unit}"
        facts = {
            "customer": " · ".join(part for part in (order.customer, order.customer_po) if part),
            "quantity": quantity,
            "progress": f"{order.progress:.0%} {order.current_step}",
            "requested": context.moment_text(order.requested),
            "promised": context.moment_text(order.promised),
            "due": context.moment_text(order.internal_due),
            "projected": context.moment_text(order.projected_end),
            "days": days_text(order),
            "characteristics": site_fields.facts(context, self._detail.characteristics),
            "hold": self._hold_text(order),
            "rush": self._rush_text(order),
            "kit": self._kit,
            "requirements": self._detail.requirements,
            "remark": order.remark,
        }
        for key, text in facts.items():
            self._facts[key].setText(text)
            self._form.setRowVisible(self._facts[key], bool(text))
        late = (days_early(order) or 0) < 0
        for key in ("projected", "days"):
            self._facts[key].setProperty("role", "late" if late else "")
            self._facts[key].style().polish(self._facts[key])

    def _hold_text(self, order: Any) -> str:
        if order.hold_until is None:
            return ""
        until = self._context.moment_text(order.hold_until)
        if order.hold_until <= self._context.now():
            return self.tr("for {owner}, expired {until}").format(
                owner=order.hold_owner, until=until
            )
        return self.tr("for {owner} until {until}").format(owner=order.hold_owner, until=until)

    def _rush_text(self, order: Any) -> str:
        asked, allowed, at = order.rush
        if at is None:
            return ""
        return self.tr("asked by {asked}, allowed by {allowed} on {date}").format(
            asked=asked, allowed=allowed, date=self._context.moment_text(at)
        )

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 3 * SPACE)
        column.setSpacing(3 * SPACE)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(4 * SPACE)
        self._form.setVerticalSpacing(SPACE)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for key in (
            "customer",
            "quantity",
            "progress",
            "requested",
            "promised",
            "due",
            "projected",
            "days",
            "characteristics",
            "hold",
            "rush",
            "kit",
            "requirements",
            "remark",
        ):
            name, fact = label(inside, "muted"), label(inside, wrap=True)
            fact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._names.append(name)
            self._facts[key] = fact
            self._form.addRow(name, fact)
        column.addLayout(self._form)
        for section in (self.steps, self.materials, self.cards, self.history):
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        head = QHBoxLayout()
        head.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 0)
        head.addWidget(self.number, 1)
        head.addWidget(self.close_button)
        under = QVBoxLayout()
        under.setContentsMargins(3 * SPACE, 0, 3 * SPACE, SPACE)
        under.addWidget(self.item)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE)
        whole.addLayout(head)
        whole.addLayout(under)
        whole.addWidget(hairline(self))
        whole.addWidget(scroll, 1)
