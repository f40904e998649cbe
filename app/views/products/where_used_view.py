"""Where an item is used, as a tree upwards: what holds it, and how much of it goes into one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.core import format as formats
from app.views.context import AppContext
from app.views.page import label
from app.views.products.following import FollowingEditor
from app.views.products.part_tree import PartTree
from app.views.table_columns import Column, Kind
from app.views.theme import SPACE


class WhereUsedView(FollowingEditor):
    """For a row of Items its item, for a row of BOM the component of that line."""

    news = frozenset({"item", "bill_of_material", "bom_line", "unit", "unit_conversion"})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._item = ""
        self._found: Any = None
        self.words = label(self, "muted")
        self.tree = PartTree(self._columns(), lambda use: use.line.id, self)
        self.empty = label(self, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.tree)
        self.stack.addWidget(self.empty)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addWidget(self.words)
        lines.addWidget(self.stack, 1)
        self.tree.part_activated.connect(self._on_part_activated)
        self.retranslate()

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        name = "component_code" if sheet_key == "BOM" else "item_code"
        item = str((values or {}).get(name, ""))
        if item != self._item:
            self._item = item
            self._found = None
            self.tree.parts.clear()
        self.ask()

    def question(self) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        from app.services.products.where_used import where_used

        today = self.context.local(self.context.now()).date()
        return (where_used, (self._item, today)) if self._item else None

    def take(self, found: Any) -> None:
        self._found = found
        self.tree.parts.show(found.direct(), found.above, lambda use: bool(found.above(use)))
        self.stack.setCurrentWidget(self.tree if found.direct() else self.empty)
        self.retranslate()

    def show_nothing(self) -> None:
        self._found = None
        self.stack.setCurrentWidget(self.empty)
        self.retranslate()

    @Slot(object)
    def _on_part_activated(self, use: Any) -> None:
        self.context.ask_for_record("BOM", use.line.values)

    def _columns(self) -> list[Column]:
        return [
            Column("item", self.tr("Used in"), lambda use: use.item.code, width=190,
                   tone=_tone, icon=_icon),
            Column("name", self.tr("Name"), lambda use: use.item.name, width=170, tone=_tone),
            Column("revision", self.tr("Revision"), lambda use: use.revision.revision, width=70,
                   tone=_tone),
            Column("state", self.tr("State"), self._state, width=130, tone=_tone),
            Column("need", self.tr("Goes into one"), self._need, kind=Kind.NUMBER, width=170,
                   tone=_tone),
        ]  # fmt: skip

    def _state(self, use: Any) -> str:
        if use.circle:
            return self.tr("holds itself")
        if not use.line.preferred:
            return self.tr("alternative")
        if use.line.output:
            return self.tr("comes out of it")
        words = {
            "in_force": self.tr("in force"),
            "other": self.tr("valid, not preferred"),
            "later": self.tr("later"),
            "ended": self.tr("ended"),
            "retired": self.tr("retired"),
        }
        return words[use.revision.state.value]

    def _need(self, use: Any) -> str:
        unit = self._found.item.unit if self._found is not None else ""
        if use.line.problem is not None:
            return "—"
        if use.per_order:
            each = f"{formats.ratio(use.per_order)} {unit}"
            return self.tr("{quantity} an order").format(quantity=each)
        return f"{formats.ratio(use.per_unit)} {unit}"

    def retranslate(self) -> None:
        self.tree.parts.set_columns(self._columns())
        self.tree.setAccessibleName(self.tr("Where used"))
        found = self._found
        if found is None or not found.direct():
            self.words.setText("")
            self.empty.setText(
                self.tr("No bill of material holds {item}.").format(item=self._item)
                if self._item
                else self.tr("Choose an item to see where it is used.")
            )
            return
        self.words.setText(
            f"{found.item.code}  {found.item.name}  ·  "
            + self.tr("held by %n items", "", len(found.items) - 1)
        )


def _tone(use: Any) -> str | None:
    if use.circle:
        return "late"
    return None if use.counted else "muted"


def _icon(use: Any) -> str | None:
    return "alert-triangle" if use.circle else None
