"""The plain form of a record, made from its sheet's description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.core.errors import RuleBroken
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.form_fields import (
    ChoiceField,
    DayField,
    FormField,
    LongTextField,
    TextField,
    WeekdaysField,
    YesField,
)
from app.views.plant.form_lists import AttributesField, RatedField, SkillsField
from app.views.plant.form_sections import heading, sections
from app.views.plant.master_columns import MasterColumns, Reader, note_of
from app.views.plant.summaries import summary
from app.views.theme import SPACE

LABEL_WIDTH = 112
FIELDS_AT_ONCE = 6
LONG = frozenset({("Routings", "instruction"), ("CustomFields", "note")})
SEVERAL = frozenset(
    {("Routings", "tool_type"), ("Routings", "predecessors"), ("SetupGroups", "members"),
     ("CustomFields", "choices"), ("Rotation", "sequence"), ("Shifts", "breaks"),
     ("Exceptions", "hours")}
)  # fmt: skip
"""Lists joined by ``;`` in one line."""


class RecordForm(QScrollArea):
    """Fields of one sheet. ``committed`` carries {column: value} of one field."""

    committed = Signal(object)
    helped = Signal(str)
    """What the field with the focus is for."""
    go_asked = Signal(str, object)

    def __init__(self, context: AppContext, columns: MasterColumns, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._columns = columns
        self._described = columns.reading.columns
        self._summed: Mapping[str, Any] = {}
        self._inside = QWidget(self)
        self.summary = label(self._inside, wrap=True)
        """What the record means, in a sentence."""
        self.fields: dict[str, FormField] = {}
        """By column; a field of several columns stands under each of them."""
        self._labels: list[tuple[QLabel, FormField]] = []
        self._headings: list[tuple[QLabel, str]] = []
        self.below = QVBoxLayout()
        """Where the panel puts what belongs to the record but is not in its row."""
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._grid = QGridLayout()
        self._lay_out()
        self.setWidget(self._inside)
        self.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self._making: Iterator[None] = self._make_fields()

    @property
    def sheet(self) -> str:
        return str(self._columns.reading.key)

    def fits(self) -> bool:
        """Whether its fields are still those of the sheet."""
        return bool(self._described == self._columns.reading.columns)

    # ---- making ----------------------------------------------------------------------------------

    def make_more(self) -> bool:
        """Make some of the fields; False when all are there. Fifty fields take a tenth of a
        second: they are made in the pauses before the first record is chosen."""
        made = list(islice(self._making, FIELDS_AT_ONCE))
        return len(made) == FIELDS_AT_ONCE

    def make_all(self) -> RecordForm:
        """The form with all its fields."""
        while self.make_more():
            pass
        return self

    # ---- values ----------------------------------------------------------------------------------

    def show_values(self, values: Mapping[str, Any]) -> None:
        """A record as it is now; what is typed and not yet written stays."""
        for field in self._all():
            field.show_values(values)
        self.sum_up(values)

    def show_other(self, values: Mapping[str, Any]) -> None:
        """Another record: nothing of the last one stays."""
        for field in self._all():
            field.taken(values)
        self.sum_up(values)
        self.verticalScrollBar().setValue(0)

    def sum_up(self, values: Mapping[str, Any]) -> None:
        """Say again what these values mean."""
        self._summed = values
        text = summary(self._context, self.sheet, values)
        self.summary.setText(text)
        self.summary.setVisible(bool(text))

    def typed(self) -> dict[str, Any] | None:
        """Everything as it stands in the fields; None if one cannot be taken (it says so)."""
        made: dict[str, Any] = {}
        bad: FormField | None = None
        for field in self._all():
            try:
                made |= field.typed()
            except RuleBroken as refused:
                field.complain(self._context.text(refused.message))
                bad = bad or field
        if bad is not None:
            bad.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return {key: value for key, value in made.items() if value not in (None, "", [], {})}

    def commit(self) -> bool:
        """Take what stands in the field being typed into; False if it is refused."""
        taken = [field.commit() for field in self._all() if field.is_dirty()]
        return all(taken)

    def dirty_fields(self) -> list[FormField]:
        return [field for field in self._all() if field.is_dirty()]

    def complain(self, problems: Iterable[tuple[str | None, str]]) -> bool:
        """(column, sentence); True if each stands at its field."""
        placed = True
        first: FormField | None = None
        for column, text in problems:
            field = self.fields.get(column or "")
            if field is None:
                placed = False
                continue
            field.complain(text)
            first = first or field
        if first is not None:
            self.ensureWidgetVisible(first)
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return placed

    def set_locked(self, locked: bool) -> None:
        for field in self._all():
            field.set_locked(locked)

    def focus_field(self, key: str = "") -> None:
        """Put the cursor into a field; into the first without a name."""
        field = self.fields.get(key) or next(iter(self.fields.values()), None)
        if field is not None:
            self.ensureWidgetVisible(field)
            field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _all(self) -> list[FormField]:
        return list(dict.fromkeys(self.fields.values()))

    # ---- language --------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.sum_up(self._summed)
        for title, key in self._headings:
            title.setText(heading(key))
        for name, field in self._labels:
            described = field.reader.column
            title_text = self._context.text(described.title)
            name.setText(f"{title_text} *" if described.required else title_text)
            name.setToolTip(self._help(field))
            field.set_name(title_text)
            field.retranslate()

    def _help(self, field: FormField) -> str:
        """Title, what the field is for, and an example."""
        described = field.reader.column
        parts = [self._context.text(described.title)]
        if described.required:
            parts.append(QCoreApplication.translate("RecordForm", "must be filled in"))
        note = note_of(described, self._context)
        return " · ".join(parts) + (f"\n{note}" if note else "")

    @Slot()
    def _on_field_entered(self) -> None:
        field = self.sender()
        if isinstance(field, FormField):
            self.helped.emit(self._help(field))
            self.ensureWidgetVisible(field, 0, 4 * SPACE)

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self._inside)
        whole.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, 3 * SPACE)
        whole.setSpacing(2 * SPACE)
        whole.addWidget(self.summary)
        grid = self._grid
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        whole.addLayout(grid)
        whole.addLayout(self.below)
        whole.addStretch(1)

    def _make_fields(self) -> Iterator[None]:
        readers = {reader.key: reader for reader in self._columns.readers()}
        for key, keys in sections(self.sheet, list(readers)):
            if key:
                self._add_heading(self._grid, key)
            for name in keys:
                if name not in self.fields:
                    self._add_field(self._grid, self._make(readers, name))
                    yield
        self.retranslate()

    def _add_heading(self, grid: QGridLayout, key: str) -> None:
        title = label(self._inside, "section")
        title.setContentsMargins(0, 2 * SPACE, 0, 0)
        self._headings.append((title, key))
        grid.addWidget(title, grid.rowCount(), 0, 1, 2)

    def _add_field(self, grid: QGridLayout, field: FormField) -> None:
        name = label(self._inside, "muted", wrap=True)
        name.setBuddy(field.editor)
        self._labels.append((name, field))
        row = grid.rowCount()
        if isinstance(field, (SkillsField, RatedField, AttributesField)):
            grid.addWidget(name, row, 0, 1, 2)
            grid.addWidget(field, row + 1, 0, 1, 2)
        else:
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            name.setMinimumHeight(26)
            name.setMaximumWidth(LABEL_WIDTH)
            grid.addWidget(field, row, 1)
        for key in field.keys:
            self.fields[key] = field
        field.committed.connect(self.committed)
        field.entered.connect(self._on_field_entered)
        field.go_asked.connect(self.go_asked)

    def _make(self, readers: Mapping[str, Reader], key: str) -> FormField:
        reader, parent = readers[key], self._inside
        choices = self._columns.choices_of(reader.column)
        place = (self.sheet, key)
        match place:
            case ("Operators", "skills"):
                return SkillsField([reader, readers["certificate_until"]], choices, parent)
            case ("Tools", "items"):
                return RatedField(reader, choices, (_item_title, _per_shot_title), parent)
            case ("Routings", "machines"):
                return RatedField(reader, choices, (_machine_title, _rate_title), parent)
            case ("Machines", "attributes"):
                return AttributesField(reader, parent)
            case ("Customers", "truck_days"):
                return WeekdaysField(reader, parent)
        if place in LONG:
            return LongTextField(reader, parent)
        if reader.column.kind == "bool":
            return YesField(reader, parent)
        if reader.column.kind == "choice":
            return ChoiceField(reader, choices, parent)
        if reader.column.kind == "date":
            return DayField(reader, parent)
        return TextField(reader, choices, parent, several=place in SEVERAL)


def complaints(context: AppContext, error: Any, column: str | None) -> Sequence[tuple[Any, str]]:
    """What a refused edit says, by column; without cells of its own it is about ``column``."""
    cells = getattr(error, "cells", ())
    if cells:
        return [(cell.column, context.text(cell.text)) for cell in cells]
    return [(column, context.text(error.message))]


def _item_title() -> str:
    return QCoreApplication.translate("RecordForm", "Item")


def _per_shot_title() -> str:
    return QCoreApplication.translate("RecordForm", "Pieces per shot")


def _machine_title() -> str:
    return QCoreApplication.translate("RecordForm", "Machine")


def _rate_title() -> str:
    return QCoreApplication.translate("RecordForm", "Own rate")
