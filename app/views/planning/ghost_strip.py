"""Above the chart while an order is asked about there: what it would be, and what to do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import Message
from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.icons import icon
from app.views.page import label
from app.views.planning.gantt.ghost import answer_lines
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.promising.ghost import GhostAnswer, GhostOrder
    from app.views.planning.gantt.view import GanttView

HELD_FOR = timedelta(days=2)
LINES = 2  # of the answer
FRAME = 2
SIGNS = {"late": ("alert-triangle", "late"), "risk": ("alert-triangle", "risk"),
         "watch": ("alert-triangle", "watch"), "good": ("check", "good")}  # fmt: skip
HEAVIEST = ("late", "risk", "watch", "good")


class GhostStrip(QFrame):
    """Says the same as the chip at the pointer; its buttons write or give up."""

    put_wanted = Signal()
    reset_wanted = Signal()
    dismissed = Signal()

    def __init__(self, context: AppContext, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._gantt = context, gantt
        self._order: GhostOrder | None = None
        self._answer: GhostAnswer | None = None
        self._settled = False
        self.setProperty("role", "panel")
        self.sign = QLabel(self)
        self.head, self.text = label(self, "section"), label(self, "small", wrap=True)
        self.asked_by, self.owner = QLineEdit(self), QLineEdit(self)
        self.until = DateField(context.zone, context.now(), self)
        self.put, self.reset, self.leave = (QPushButton(self) for _ in range(3))
        self.put.setProperty("primary", True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch()
        words.addWidget(self.head)
        words.addWidget(self.text)
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, SPACE, 2 * SPACE, SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.sign)
        layout.addLayout(words, 1)
        for field, width in ((self.asked_by, 130), (self.owner, 100), (self.until, 150)):
            field.setFixedWidth(width)
            layout.addWidget(field)
        for button in (self.put, self.reset, self.leave):
            layout.addWidget(button)
        self.put.clicked.connect(self.put_wanted)
        self.reset.clicked.connect(self.reset_wanted)
        self.leave.clicked.connect(self.dismissed)
        self.asked_by.returnPressed.connect(self.put_wanted)
        self.owner.returnPressed.connect(self.put_wanted)
        self.retranslate()

    def begin(self) -> None:
        """Another order: what was typed for the last one is forgotten."""
        self._order = self._answer = None
        self._settled = False
        self.asked_by.clear()
        self.owner.setText(self._context.actor)
        self.until.set_moment(self._context.now() + HELD_FOR)
        self._fill()

    def tell(self, order: GhostOrder | None, answer: GhostAnswer | None, *, settled: bool) -> None:
        """What is shown in the chart; not ``settled``: the engine still works on a wish."""
        self._order, self._answer, self._settled = order or self._order, answer, settled
        self._fill()

    @Slot()
    def take(self) -> None:
        """Enter in the chart: as if the button were pressed."""
        if self.put.isEnabled():
            self.put_wanted.emit()

    def until_when(self) -> datetime | None:
        """Until when capacity is to be held; None while that is no date."""
        try:
            found = self.until.moment()
        except BadDate:
            found = None
        if found is None:
            self.until.setFocus()
        return found

    # ---- what is shown ---------------------------------------------------------------------------

    def _fill(self) -> None:
        order, answer, tell = self._order, self._answer, self._context.text
        new = order is None or order.order_id is None
        ready = answer is not None and answer.refused is None and self._settled
        if order is None:
            self.head.setText(self.tr("Asked about"))
        else:
            quantity = self._context.quantity_text(order.quantity)
            self.head.setText(f"{order.order} · {order.item} · {quantity} {order.unit}")
        self._show_answer(answer)
        saved = order is None or new or order.as_saved
        gives_way = answer is not None and answer.gives_way
        self.asked_by.setVisible(order is not None and not new and gives_way)
        self.owner.setVisible(order is not None and new)
        self.until.setVisible(order is not None and new)
        self.put.setText(self.tr("Hold capacity") if new else self.tr("Put into the plan"))
        self.put.setEnabled(bool(ready and saved))
        self.put.setToolTip("" if saved else tell(Message("promise.save_first")))
        self.reset.setEnabled(bool(self._settled))

    def _show_answer(self, answer: GhostAnswer | None) -> None:
        tell = self._context.text
        weight, words = "watch", self.tr("The order is being put beside the plan…")
        if answer is not None and answer.refused is not None:
            weight, words = "late", tell(answer.refused)
        elif answer is not None:
            lines = answer_lines(self._gantt, answer)
            found = {line.weight for line in lines}
            weight = next((one for one in HEAVIEST if one in found), "good")
            words = " · ".join(line.text for line in lines)
            notes = self._order.notes if self._order is not None else ()
            words = " ".join([words, *(tell(note) for note in notes)])
        self.text.setText(words)
        self.text.setToolTip(words)
        self.text.setAccessibleName(words)
        self.sign.setPixmap(icon(*SIGNS[weight]).pixmap(20, 20))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("An order that is asked about, on the board"))
        self.asked_by.setPlaceholderText(self.tr("Who asks for it"))
        self.asked_by.setToolTip(self.tr("Who asks that other orders give way"))
        self.owner.setPlaceholderText(self.tr("For whom"))
        self.owner.setToolTip(self.tr("For whom the capacity is held"))
        self.until.setToolTip(self.tr("Until when the capacity is held"))
        self.reset.setText(self.tr("Where it fits"))
        self.reset.setToolTip(self.tr("All steps where they fit first; nobody gives way"))
        self.leave.setText(self.tr("Dismiss"))
        self.leave.setToolTip(self.tr("Take the ghost off the board; nothing is written (Esc)"))
        self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Room for two lines at all times: a longer answer must not push the chart."""
        lines = LINES * self.text.fontMetrics().lineSpacing()
        self.setMinimumHeight(2 * SPACE + self.head.sizeHint().height() + lines + 2 * FRAME)
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_answer(self._answer)
