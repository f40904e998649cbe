"""Columns of a table of master data, made from its sheet's description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.core.errors import RuleBroken
from app.views.context import AppContext
from app.views.table import CellEdit, CellRefused, Column, Kind

KINDS = {"number": Kind.NUMBER, "date": Kind.DATE, "bool": Kind.FLAG}
WIDTHS = {Kind.NUMBER: 92, Kind.DATE: 120, Kind.FLAG: 64, Kind.TEXT: 130}
TITLE_MARGIN = 40
SITE_FIELD = "特性:"
"""So begin the keys of fields the site has defined."""
STATES = {"status": (True, False), "action": (None, "deactivate")}
"""Columns that say whether a record is retired, with the values for in use and retired."""

WIDE = frozenset({"name", "specification", "skills", "machines", "items", "note", "instruction"})

ESSENTIAL = {
    "Items": "item_code name specification category family base_unit source pattern colour"
    " setup_attr_1 setup_attr_2 rounding scrap_pct pack_qty safety_stock lead_time_days status",
    "Machines": "machine_code name area work_centre kind capacity unit calendar efficiency"
    " attributes state down_until",
    "Tools": "tool_code name kind cavities items machine_rule life service_every mount_min"
    " dismount_min replace_days",
    "BOM": "parent_code revision line_no component_code quantity unit base_qty base_unit qty_kind"
    " scrap_pct consumed_at_step line_kind effective_from effective_to",
    "Routings": "item_code family revision step_no step_name work_centre machines setup_min rate"
    " rate_basis copies_min copies_max tool_type run_skill run_heads min_wait max_wait pausable"
    " first_piece",
}
"""Columns of the wide sheets that are shown on the first day; the chooser has the others."""

SUGGESTED = frozenset(
    {
        "area", "attribute", "batch_family", "city", "colour", "combine", "current_setup_1",
        "current_setup_2", "current_setup_3", "current_setup_4", "cycle_basis", "department",
        "dimension", "family", "grade", "inspection_plan", "label_style", "location",
        "machine_rule", "material", "owner", "pattern", "power_rule", "reason", "role",
        "setup_attr_1", "setup_attr_2", "setup_attr_3", "setup_attr_4", "shift", "team",
        "transport",
    }
)  # fmt: skip
"""Free texts that repeat: what other rows hold is offered while typing."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one column of a sheet becomes text and back, for tables and forms alike."""

    context: AppContext
    sheet: str
    column: Any
    """MasterColumn"""

    @property
    def key(self) -> str:
        return str(self.column.key)

    def value(self, row: Any) -> Any:
        return row.values.get(self.key)

    def edited_text(self, value: Any) -> str:
        """What an editor starts with, as ``parse`` reads it back."""
        if self.key.startswith(SITE_FIELD):
            from app.services.site_fields import field_text

            return field_text(value, self.context.language)
        from app.services.masters.rows import cell_text

        return cell_text(self.sheet, self.key, value, self.context.language, self.context.zone)

    def shown_text(self, value: Any) -> str:
        """What stands in a table: thousands, weekdays, words."""
        if value is None:
            return ""
        if self.column.kind == "number" and isinstance(value, (int, Decimal)):
            return self.context.quantity_text(value) if self._plain_number() else self._text(value)
        if isinstance(value, datetime):
            return self.context.moment_text(value)
        if isinstance(value, date):
            return self.context.date_text(value)
        return self._text(value)

    def _text(self, value: Any) -> str:
        return self.edited_text(value)

    def _plain_number(self) -> bool:
        return self.key not in ("min_wait", "max_wait")

    def parse(self, text: str) -> Any:
        """The value of a text; ``RuleBroken`` says what to type instead."""
        today = self.context.local(self.context.now()).date()
        if self.key.startswith(SITE_FIELD):
            from app.services.masters.site_columns import parse_site_cell

            return parse_site_cell(self.column, text, today)
        from app.services.masters.rows import parse_cell

        return parse_cell(self.sheet, self.key, text, today, self.context.zone)

    def sort_value(self, row: Any) -> Any:
        value = self.value(row)
        if value is None or isinstance(value, (bool, int, Decimal, datetime, date)):
            if self.column.kind == "choice":
                return self.edited_text(value)
            return value
        return self.edited_text(value)


class MasterColumns:
    """The columns of one sheet for a ``RowTable`` and what its cells offer."""

    def __init__(self, context: AppContext, reading: Any, *, editable: bool) -> None:
        """``reading``: a SheetReading."""
        self._context = context
        self._editable = editable
        self._offers: dict[str, list[tuple[Any, str]]] = {}
        self._suggested: dict[str, list[tuple[Any, str]]] = {}
        self.take(reading)

    def take(self, reading: Any) -> None:
        """A newer reading of the same sheet: what cells offer may have changed."""
        self.reading = reading
        self._suggested.clear()
        self._offers = {
            key: [(each.code, f"{each.code}  {each.name}".strip()) for each in offered]
            for key, offered in reading.offers.items()
        }

    def columns(self) -> list[Column]:
        from app.services.masters.edits import can_retire

        made = [self._column(each) for each in self._described()]
        if can_retire(self.reading.key):
            made.append(self._state_column())
        return made

    def text(self, key: str, row: Any) -> str:
        """What the cell of a column would be edited as."""
        found = next(reader for reader in self.readers() if reader.key == key)
        return found.edited_text(found.value(row))

    def readers(self) -> list[Reader]:
        return [Reader(self._context, self.reading.key, each) for each in self._described()]

    def _described(self) -> list[Any]:
        """The sheet's columns; whether a record is retired reads alike in all sheets."""
        return [each for each in self.reading.columns if each.key not in STATES]

    def _column(self, described: Any) -> Column:
        context = self._context
        reader = Reader(context, self.reading.key, described)
        kind = KINDS.get(described.kind, Kind.TEXT)
        title = context.text(described.title)
        shown = self._shown_first(described.key)
        return Column(
            described.key,
            title,
            value=reader.sort_value,
            text=partial(_shown, reader),
            kind=kind,
            width=self._width(described, kind, title),
            tone=_tone,
            hidden=not shown,
            title_tip=_tip(title, described, context),
            day=context.local_day,
            edit=self._edit(reader, kind) if self._editable else None,
        )

    def _shown_first(self, key: str) -> bool:
        essential = ESSENTIAL.get(self.reading.key)
        return essential is None or key in essential.split() or key.startswith(SITE_FIELD)

    @staticmethod
    def _width(described: Any, kind: Kind, title: str) -> int:
        width = WIDTHS[kind] + (60 if described.key in WIDE else 0)
        letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in title)
        return max(width, TITLE_MARGIN + 7 * letters)

    def _edit(self, reader: Reader, kind: Kind) -> CellEdit:
        return CellEdit(
            text=partial(_edited, reader),
            parse=partial(_parsed, reader),
            choices=self.choices_of(reader.column),
            kind=kind,
        )

    # ---- what cells offer ------------------------------------------------------------------------

    def choices_of(self, described: Any) -> Callable[[Any], Sequence[tuple[Any, str]]] | None:
        """What a cell of the column offers while it is edited; None for a free text."""
        if described.choices:
            return partial(self._given_choices, described)
        if described.kind == "bool":
            return self._yes_and_no
        if described.key in self.reading.offers:
            return partial(self._offered_records, described.key)
        if described.key in SUGGESTED or described.key.startswith(SITE_FIELD):
            return partial(self._other_rows, described.key)
        return None

    def _given_choices(self, described: Any, row: Any) -> list[tuple[Any, str]]:
        return [(each.value, self._context.text(each.title)) for each in described.choices]

    def _yes_and_no(self, row: Any) -> list[tuple[Any, str]]:
        return [(True, _yes()), (False, _no())]

    def _offered_records(self, key: str, row: Any) -> list[tuple[Any, str]]:
        return self._offers.get(key, [])

    def _other_rows(self, key: str, row: Any) -> list[tuple[Any, str]]:
        found = self._suggested.get(key)
        if found is None:
            texts = {str(each.values[key]) for each in self.reading.rows if key in each.values}
            found = self._suggested[key] = [(text, text) for text in sorted(texts)]
        return found

    # ---- retired or not --------------------------------------------------------------------------

    def _state_column(self) -> Column:
        title = QCoreApplication.translate("MasterColumns", "State")
        tip = QCoreApplication.translate(
            "MasterColumns",
            "Retired records stay where they are used and are not offered any more.",
        )
        has_status = any(each.key == "status" for each in self.reading.columns)
        key = "status" if has_status else "action"
        edit = CellEdit(
            text=_state_text,
            parse=partial(_parse_state, STATES[key]),
            choices=partial(_state_choices, STATES[key]),
            kind=Kind.TEXT,
        )
        return Column(
            key,
            title,
            value=_state_text,
            width=90,
            tone=_tone,
            title_tip=f"{title}\n{tip}",
            edit=edit if self._editable else None,
        )


def state_word(retired: bool) -> str:
    if retired:
        return QCoreApplication.translate("MasterColumns", "retired")
    return QCoreApplication.translate("MasterColumns", "in use")


def title_of(described: Any, context: AppContext) -> str:
    return context.text(described.title)


def note_of(described: Any, context: AppContext) -> str:
    """What the field is for, with an example where there is one."""
    parts = [context.text(described.note)] if described.note is not None else []
    if described.example:
        example = QCoreApplication.translate("MasterColumns", "For example: {example}")
        parts.append(example.format(example=described.example))
    return "\n".join(parts)


# ---------------------------------------------------------------- cells


def _shown(reader: Reader, row: Any) -> str:
    return reader.shown_text(reader.value(row))


def _edited(reader: Reader, row: Any) -> str:
    return reader.edited_text(reader.value(row))


def _parsed(reader: Reader, row: Any, text: str) -> Any:
    try:
        return reader.parse(text)
    except RuleBroken as refused:
        raise CellRefused(reader.context.text(refused.message)) from None


def _tone(row: Any) -> str | None:
    return "disabled" if row.retired else None


def _tip(title: str, described: Any, context: AppContext) -> str:
    required = QCoreApplication.translate("MasterColumns", "Must be filled in.")
    parts = [title, required if described.required else "", note_of(described, context)]
    return "\n".join(part for part in parts if part)


def _state_text(row: Any) -> str:
    return state_word(row.retired)


def _parse_state(values: tuple[Any, Any], row: Any, text: str) -> Any:
    wanted = text.strip().casefold()
    if wanted in ("", state_word(False).casefold()):
        return values[0]
    if wanted == state_word(True).casefold():
        return values[1]
    reason = QCoreApplication.translate("MasterColumns", "Choose {one} or {other}.")
    raise CellRefused(reason.format(one=state_word(False), other=state_word(True)))


def _state_choices(values: tuple[Any, Any], row: Any) -> list[tuple[Any, str]]:
    return [(values[0], state_word(False)), (values[1], state_word(True))]


def _yes() -> str:
    return QCoreApplication.translate("MasterColumns", "yes")


def _no() -> str:
    return QCoreApplication.translate("MasterColumns", "no")
