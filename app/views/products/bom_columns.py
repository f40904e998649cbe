"""The columns of a bill of material as a tree: how a line reads, and what may be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.core import format as formats
from app.core.errors import AppError
from app.services.products.amounts import Basis, amount
from app.services.products.reading import BomReading
from app.views.context import AppContext
from app.views.table_columns import CellEdit, CellRefused, Column, Kind

SHEET = "BOM"
WIDTHS = {
    "component_code": 160, "name": 140, "quantity": 90, "base_qty": 80, "unit": 52,
    "scrap_pct": 60, "need": 124, "consumed_at_step": 120, "qty_kind": 74, "line_kind": 84,
    "alt_group": 84, "alt_priority": 66, "note": 140,
}  # fmt: skip
USUAL = {"qty_kind": "variable", "line_kind": "consume"}
"""What most lines say: shown quietly."""
NUMBERS = frozenset({"quantity", "base_qty", "scrap_pct", "alt_priority", "need"})
NOT_TYPED = frozenset({"name", "need"})


class BomColumns(QObject):
    """Makes the columns anew for a language, a basis and a reading."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.basis = Basis.WRITTEN
        self.reading: BomReading | None = None
        self._offered: list[tuple[str, str]] = []

    def take(self, reading: BomReading) -> None:
        self.reading = reading
        self._offered = [(each.code, f"{each.code}  {each.name}") for each in reading.items]

    def columns(self) -> list[Column]:
        return [self._column(key) for key in WIDTHS]

    def _column(self, key: str) -> Column:
        special: dict[str, Callable[[Any], str]] = {
            "component_code": lambda part: part.item.code,
            "name": lambda part: part.item.name,
            "quantity": self._quantity,
            "base_qty": self._base,
            "unit": self._unit,
            "need": self._need,
            "consumed_at_step": self._step,
        }
        text = special.get(key, partial(self._cell, key))
        return Column(
            key,
            self._title(key),
            value=text,
            text=text,
            kind=Kind.NUMBER if key in NUMBERS else Kind.TEXT,
            width=WIDTHS[key],
            tone=partial(self._tone, key),
            title_tip=self._title_tip(key),
            icon=self._icon if key == "component_code" else None,
            tip=self._tip if key == "component_code" else None,
            edit=None if key in NOT_TYPED else self._edit(key),
        )

    # ---- how it reads ----------------------------------------------------------------------------

    def _title(self, key: str) -> str:
        top = self.reading.structure.top if self.reading else None
        percent = self.basis is Basis.PERCENT
        return {
            "component_code": self.tr("Component"),
            "name": self.tr("Name"),
            "quantity": self.tr("Quantity"),
            "base_qty": self.tr("Of") if percent else self.tr("Per"),
            "unit": self.tr("Unit"),
            "scrap_pct": self.tr("Loss %"),
            "need": self.tr("For 1 {unit}").format(unit=top.unit if top else ""),
            "consumed_at_step": self.tr("At step"),
            "qty_kind": self.tr("Counted"),
            "line_kind": self.tr("Kind"),
            "alt_group": self.tr("Alternative"),
            "alt_priority": self.tr("Priority"),
            "note": self.tr("Note"),
        }[key]

    def _cell(self, key: str, part: Any) -> str:
        from app.services.masters.rows import cell_text

        value = part.line.values.get(key)
        if value in (None, "", 0) and key in ("scrap_pct", "alt_priority"):
            return ""
        if key == "alt_priority" and not part.line.values.get("alt_group"):
            return ""
        return cell_text(SHEET, key, value, self._context.language, self._context.zone)

    def _quantity(self, part: Any) -> str:
        shown = amount(part.line, self.basis)
        if shown is None:
            return "—"
        text = formats.ratio(shown)
        return f"{text} %" if self._in_percent(part) else text

    def _in_percent(self, part: Any) -> bool:
        written = part.line.values.get("qty_kind") == "percent" and self.basis is Basis.WRITTEN
        return bool(written) or (self.basis is Basis.PERCENT and part.line.percent is not None)

    def _base(self, part: Any) -> str:
        """What the quantity is for: 100, or 100 m where the list says so."""
        if part.line.once:
            return self.tr("order")
        if self._in_percent(part):
            return self.tr("the whole")
        if self.basis.pieces is not None:
            return f"{self.basis.pieces:,}"
        values = part.line.values
        base = formats.number(values.get("base_qty", Decimal(1)))
        unit = values.get("base_unit")
        return f"{base} {unit}" if unit else base

    def _unit(self, part: Any) -> str:
        if self._in_percent(part):
            return ""
        return str(part.line.values.get("unit") or part.item.unit)

    def _step(self, part: Any) -> str:
        number = part.line.values.get("consumed_at_step")
        if number is None:
            return ""
        name = dict(self._steps(part)).get(number)
        return f"{number} {name}" if name else self.tr("{step} (no such step)").format(step=number)

    def _need(self, part: Any) -> str:
        """What one of the item at the top takes of it, in its base unit and with loss."""
        if part.line.problem is not None:
            return "—"
        shown = []
        if part.per_unit or not part.per_order:
            shown.append(f"{formats.ratio(part.per_unit)} {part.item.unit}")
        if part.per_order:
            each = f"{formats.ratio(part.per_order)} {part.item.unit}"
            shown.append(self.tr("{quantity} an order").format(quantity=each))
        return " + ".join(shown)

    def _title_tip(self, key: str) -> str:
        if key == "need":
            return self.tr("What one of the item at the top takes in all, with every loss")
        if key == "qty_kind":
            return self.tr("For each piece, once an order, at each setup, or in per cent")
        return ""

    def _tone(self, key: str, part: Any) -> str | None:
        if part.circle or part.line.problem is not None:
            return "late"
        if key in USUAL and part.line.values.get(key, USUAL[key]) == USUAL[key]:
            return "muted"
        return None if part.counted and part.item.active else "muted"

    def _icon(self, part: Any) -> str | None:
        return "alert-triangle" if part.circle or part.line.problem is not None else None

    def _tip(self, part: Any) -> str:
        lines = [f"{part.item.code}  {part.item.name}"]
        if part.circle:
            lines.append(self.tr("This item holds itself."))
        if part.line.problem is not None:
            lines.append(self._context.text(part.line.problem))
        if not part.line.preferred:
            lines.append(self.tr("An alternative: another line of its group is taken first."))
        if part.line.output:
            lines.append(self.tr("Comes out of the work; it is not needed for it."))
        if not part.item.active:
            lines.append(self.tr("This item is retired."))
        if self.reading is not None and self.reading.structure.goes_through(part.item.id):
            lines.append(self.tr("No order makes it: orders take what it holds."))
        return "\n".join(lines)

    # ---- what may be typed -----------------------------------------------------------------------

    def _edit(self, key: str) -> CellEdit:
        return CellEdit(
            text=partial(self._typed, key),
            parse=partial(self._parse, key),
            choices=partial(self._choices, key),
            locked=partial(self._locked, key),
        )

    def _typed(self, key: str, part: Any) -> str:
        if key == "quantity":
            shown = amount(part.line, self.basis)
            return "" if shown is None else formats.ratio(shown).removeprefix("≈")
        if key == "unit":
            return self._unit(part)
        if key == "base_qty":
            return formats.number(part.line.values.get("base_qty", Decimal(1)))
        if key == "consumed_at_step":
            return self._step(part)
        return self._cell(key, part)

    def _parse(self, key: str, part: Any, text: str) -> Any:
        from app.services.masters.rows import parse_cell

        words = text.strip()
        if key == "consumed_at_step" and words:
            words = words.split()[0]
        if key == "component_code" and words:
            words = words.split("  ")[0]
        if key == "quantity":
            words = words.removesuffix("%").strip()
        today = self._context.local(self._context.now()).date()
        try:
            return parse_cell(SHEET, key, words, today, self._context.zone)
        except AppError as error:
            raise CellRefused(self._context.text(error.message)) from None

    def _choices(self, key: str, part: Any | None) -> Sequence[tuple[Any, str]] | None:
        if key == "component_code":
            return self._offered
        if part is None:
            return None
        if key == "unit":
            return [(unit, unit) for unit in part.item.units]
        if key == "consumed_at_step":
            return [(number, f"{number} {name}") for number, name in self._steps(part)]
        if key in ("qty_kind", "line_kind"):
            from app.services.masters.rows import column

            return [(each.value, self._context.text(each.title))
                    for each in column(SHEET, key).choices]  # fmt: skip
        return None

    def _locked(self, key: str, part: Any) -> str:
        if key == "base_qty" and (self.basis is not Basis.WRITTEN or part.line.once):
            return self.tr("Show quantities as written to change what they are for.")
        if key == "base_qty" and self._in_percent(part):
            return self.tr("A quantity in per cent is of the whole.")
        if key == "unit" and self._in_percent(part):
            return self.tr("A quantity in per cent has no unit.")
        if key == "quantity" and amount(part.line, self.basis) is None:
            return self.tr("Its units do not convert: it cannot be shown on this basis.")
        return ""

    def _steps(self, part: Any) -> Sequence[tuple[int, str]]:
        if self.reading is None or not part.above:
            return ()
        return self.reading.steps.get(part.above[-1], ())
