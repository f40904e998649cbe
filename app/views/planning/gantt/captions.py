"""Words on bars: as much as fits, less as the bar gets narrower.

order · item · quantity -> item · quantity -> the end of the order's number -> nothing.
Where the row is the order itself: operation · machine -> operation -> step number -> nothing; a
person's or a mould's row says on which machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

from app.core.format import number, short_numbers

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

REMEMBERED = 20_000


def caption_texts(row: PlacementRow) -> tuple[str, ...]:
    """The captions of a bar, longest first."""
    quantity = f"{number(row.quantity)} {row.unit}".strip()
    return (
        f"{row.order_number} · {row.item_code} · {quantity}",
        f"{row.item_code} · {quantity}",
        *short_numbers(row.order_number),
    )


def step_texts(row: PlacementRow) -> tuple[str, ...]:
    """The captions of a bar in its order's row, longest first."""
    step = f"{row.step_no} {row.step_name}".strip()
    return (f"{step} · {row.machine_code}", step, str(row.step_no))


def person_texts(row: PlacementRow) -> tuple[str, ...]:
    """The captions of a bar in somebody's row, longest first."""
    return (
        f"{row.machine_code} · {row.step_name} · {row.order_number}",
        f"{row.machine_code} · {row.order_number}",
        row.machine_code,
        *short_numbers(row.order_number),
    )


def mould_texts(row: PlacementRow) -> tuple[str, ...]:
    """The captions of a bar in a mould's row, longest first: where it hangs, for which order."""
    return (
        f"{row.machine_code} · {row.order_number} · {row.item_code}",
        f"{row.machine_code} · {row.order_number}",
        row.machine_code,
    )


class Captions:
    """Captions laid out once per bar and font; forgotten when there are too many."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._texts: Callable[[PlacementRow], tuple[str, ...]] = caption_texts
        self._known: dict[int, tuple[tuple[float, str], ...]] = {}
        self._laid_out: dict[str, QStaticText] = {}
        self.height = self._metrics.height()

    def clear(self) -> None:
        """The plan changed: bars may say something else."""
        self._known.clear()
        self._laid_out.clear()

    def say(self, texts: Callable[[PlacementRow], tuple[str, ...]]) -> None:
        """What bars shall say: ``caption_texts`` or ``step_texts``."""
        if texts is not self._texts:
            self._texts = texts
            self.clear()

    def best(self, bar: int, rows: Sequence[PlacementRow], width: float) -> QStaticText | None:
        """The longest caption not wider than ``width`` pixels, None if none is."""
        measured = self._known.get(bar)
        if measured is None:
            measured = self._measure(bar, rows[bar])
        for needed, words in measured:
            if needed <= width:
                return self._laid_out.get(words) or self._lay_out(words)
        return None

    def _measure(self, bar: int, row: PlacementRow) -> tuple[tuple[float, str], ...]:
        """What each caption of a bar needs; only the one that is drawn is laid out."""
        if len(self._known) > REMEMBERED:
            self.clear()
        advance = self._metrics.horizontalAdvance
        self._known[bar] = tuple((advance(words), words) for words in self._texts(row))
        return self._known[bar]

    def _lay_out(self, words: str) -> QStaticText:
        if len(self._laid_out) > REMEMBERED:
            self._laid_out.clear()
        text = QStaticText(words)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        text.prepare(font=self.font)
        self._laid_out[words] = text
        return text
