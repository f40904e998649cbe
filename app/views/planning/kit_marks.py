"""What is not kitted, beside the plan: read once the plan is shown, marked on its bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.views.context import AppContext

if TYPE_CHECKING:
    from app.services.planning.kitting import KitRow


def read_kitting(database: Any) -> tuple[Mapping[int, KitRow], frozenset[int]]:
    """All orders, and the operations that lack something (a job's work)."""
    from app.services.planning.kitting import kitting, unkitted

    rows = kitting(database)
    return rows, unkitted(rows)


class KitMarks(QObject):
    """``changed``: operations that lack something now; ``rows`` tells what, by order."""

    changed = Signal(object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: Mapping[int, KitRow] = {}

    @Slot(object)
    def read(self, board: object) -> None:
        """The engine has read the plan: now there is time for this."""
        if board is not None:
            self._context.read(read_kitting, then=self._on_read)

    @Slot(object)
    def _on_read(self, found: tuple[Mapping[int, KitRow], frozenset[int]]) -> None:
        self.rows, short = found
        self.changed.emit(short)

    def text(self, order_id: int) -> str:
        """In sets, as one sentence; "" where nothing is known of the order."""
        from app.services.planning.kitting import kit_text

        row = self.rows.get(order_id)
        return "" if row is None else self._context.text(kit_text(row))
