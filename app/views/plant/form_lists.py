"""Fields that hold lists: a person's skills, a mould's items, a machine's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.errors import RuleBroken
from app.views.context import AppContext
from app.views.plant.form_fields import Choices, FormField
from app.views.plant.master_columns import Reader
from app.views.table import CellChange, CellEdit, CellRefused, Column, Kind, RowTable
from app.views.theme import ROW, SPACE

MOST_SHOWN = 6
HEADER = 28


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a list: its place and its cells."""

    id: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a list. ``read`` turns a text into its value, ``write`` back."""

    key: str
    title: Callable[[], str]
    kind: Kind = Kind.TEXT
    width: int = 90
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    choices: Choices = None
    tone: Callable[[Any], str | None] | None = None
    required: bool = False


class ListField(FormField):
    """A small table of parts; a line without its first cell is not kept."""

    def __init__(self, readers: Sequence[Reader], cells: Sequence[Cell], parent: QWidget) -> None:
        self._cells = tuple(cells)
        self._parts: list[tuple[Any, ...]] = []
        frame = QWidget(parent)
        self._table = RowTable(self._columns(), frame, filters=False, footer=False)
        super().__init__(readers, parent)
        self.add = QPushButton(frame)
        self.remove = QPushButton(frame)
        for button in (self.add, self.remove):
            button.setProperty("link", True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addWidget(self.remove)
        line.addStretch(1)
        lines = QVBoxLayout(frame)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE // 2)
        lines.addWidget(self._table)
        lines.addLayout(line)
        self._table.view.verticalHeader().hide()
        self._table.view.horizontalHeader().setStretchLastSection(True)
        self.put_editor(frame)
        self.add.clicked.connect(self._on_add_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        self._table.cells_edited.connect(self._on_table_cells_edited)
        self._table.selection_changed.connect(self._on_table_selection_changed)
        self.retranslate()

    @property
    def editor(self) -> QWidget:
        return self._table.view

    @property
    def table(self) -> RowTable:
        return self._table

    # ---- values: to be said by each kind of list ------------------------------------------------

    def parts_of(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def values_of(self, parts: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        raise NotImplementedError

    # ---- what a field does -----------------------------------------------------------------------

    def put(self, values: Mapping[str, Any]) -> None:
        self._parts = self.parts_of(values)
        self._show_parts()

    def is_dirty(self) -> bool:
        return self._kept() != self.parts_of(self.values)

    def typed(self) -> dict[str, Any]:
        return self.values_of(self._kept())

    def set_locked(self, locked: bool) -> None:
        self.setEnabled(not locked)

    def retranslate(self) -> None:
        self._table.set_columns(self._columns())
        self.add.setText(QCoreApplication.translate("ListField", "Add a line"))
        self.remove.setText(QCoreApplication.translate("ListField", "Remove the line"))
        self._on_table_selection_changed()

    def _kept(self) -> list[tuple[Any, ...]]:
        return [part for part in self._parts if part[0] not in (None, "")]

    def _show_parts(self) -> None:
        self._table.set_rows(Part(place, cells) for place, cells in enumerate(self._parts))
        shown = min(max(len(self._parts), 1), MOST_SHOWN)
        self._table.setFixedHeight(HEADER + shown * ROW + 2)

    def _columns(self) -> list[Column]:
        return [self._column(place, cell) for place, cell in enumerate(self._cells)]

    def _column(self, place: int, cell: Cell) -> Column:
        return Column(
            cell.key,
            cell.title(),
            value=partial(_cell_value, place),
            text=partial(_cell_text, cell, place),
            kind=cell.kind,
            width=cell.width,
            tone=partial(_cell_tone, cell, place) if cell.tone else None,
            edit=CellEdit(
                text=partial(_cell_text, cell, place),
                parse=partial(_read_cell, cell),
                choices=cell.choices,
                kind=cell.kind,
            ),
        )

    @Slot()
    def _on_add_clicked(self) -> None:
        self.entered.emit()
        self._parts.append((None,) * len(self._cells))
        self._show_parts()
        index = self._table.model.index(self._table.model.rowCount() - 1, 0)
        self._table.view.setCurrentIndex(index)
        if self._table.editing is not None:
            self._table.editing.start(index)

    @Slot()
    def _on_remove_clicked(self) -> None:
        gone = {row.id for row in self._table.selected_rows()}
        self._parts = [part for place, part in enumerate(self._parts) if place not in gone]
        self._show_parts()
        self.commit()

    @Slot(object)
    def _on_table_cells_edited(self, changes: list[CellChange]) -> None:
        before = list(self._parts)
        for change in changes:
            place = next(n for n, cell in enumerate(self._cells) if cell.key == change.column_key)
            cells = list(self._parts[change.row.id])
            cells[place] = change.value
            self._parts[change.row.id] = tuple(cells)
        self._show_parts()
        if not self.commit():
            self._table.refuse_edit(self.complaint)
            self._parts = before
            self._show_parts()
            self.complain("")

    @Slot()
    def _on_table_selection_changed(self) -> None:
        self.remove.setEnabled(bool(self._table.selected_rows()))


# ---------------------------------------------------------------- the lists there are


class SkillsField(ListField):
    """Skills with grade, and until when a certificate holds."""

    def __init__(self, readers: Sequence[Reader], choices: Choices, parent: QWidget) -> None:
        context = readers[0].context
        today = context.local(context.now()).date()
        cells = (
            Cell("skill", _skill_title, width=104, choices=choices, required=True),
            Cell("grade", _grade_title, width=62, choices=_grades, read=_read_grade),
            Cell("until", _until_title, Kind.DATE, 150, partial(_read_day, context),
                 partial(_day_text, today), tone=partial(_day_tone, today)),
        )  # fmt: skip
        super().__init__(readers, cells, parent)

    def parts_of(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        until = values.get("certificate_until") or {}
        held = values.get("skills") or ()
        return [(skill, grade or "B", until.get(skill)) for skill, grade in held]

    def values_of(self, parts: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        return {
            "skills": [(skill, grade or "B") for skill, grade, _ in parts],
            "certificate_until": {skill: day for skill, _, day in parts if day is not None},
        }


class RatedField(ListField):
    """Codes with a figure each: items of a mould, machines of a step."""

    def __init__(
        self,
        reader: Reader,
        choices: Choices,
        titles: tuple[Callable[[], str], Callable[[], str]],
        parent: QWidget,
    ) -> None:
        cells = (
            Cell("code", titles[0], width=150, choices=choices, required=True),
            Cell("figure", titles[1], Kind.NUMBER, 110, partial(_read_number, reader.context),
                 _number_text),
        )  # fmt: skip
        super().__init__([reader], cells, parent)

    def parts_of(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return [tuple(pair) for pair in values.get(self.keys[0]) or ()]

    def values_of(self, parts: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        return {self.keys[0]: list(parts)}


class AttributesField(ListField):
    """Names with values: what tools may ask of a machine."""

    def __init__(self, reader: Reader, parent: QWidget) -> None:
        cells = (
            Cell("name", _name_title, width=130, required=True),
            Cell("value", _value_title, width=110),
        )
        super().__init__([reader], cells, parent)

    def parts_of(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return [(name, value) for name, value in (values.get(self.keys[0]) or {}).items()]

    def values_of(self, parts: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        return {self.keys[0]: {name: str(value or "") for name, value in parts}}


# ---------------------------------------------------------------- cells


def _cell_value(place: int, part: Part) -> Any:
    return part.cells[place]


def _cell_text(cell: Cell, place: int, part: Part) -> str:
    value = part.cells[place]
    return "" if value is None else cell.write(value)


def _cell_tone(cell: Cell, place: int, part: Part) -> str | None:
    return cell.tone(part.cells[place]) if cell.tone is not None else None


def _read_cell(cell: Cell, part: Part | None, text: str) -> Any:
    stripped = text.strip()
    if not stripped:
        if cell.required:
            raise CellRefused(
                QCoreApplication.translate(
                    "ListField", "Type what the line is about, or remove the line."
                )
            )
        return None
    return cell.read(stripped)


def _read_grade(text: str) -> str:
    grade = text.upper()
    if grade not in ("A", "B", "C"):
        raise CellRefused(
            QCoreApplication.translate(
                "ListField", "A teaches, B works alone, C needs an A or B beside. Type one of them."
            )
        )
    return grade


def _grades(row: Any) -> list[tuple[Any, str]]:
    return [("A", "A"), ("B", "B"), ("C", "C")]


def _read_number(context: AppContext, text: str) -> Decimal:
    from app.services.masters.rows import parse_number

    try:
        return parse_number(text)
    except RuleBroken as refused:
        raise CellRefused(context.text(refused.message)) from None


def _number_text(value: Any) -> str:
    from app.core.format import number

    return number(value)


def _read_day(context: AppContext, text: str) -> date:
    from app.services.masters.rows import parse_day

    try:
        return parse_day(text, context.local(context.now()).date())
    except RuleBroken as refused:
        raise CellRefused(context.text(refused.message)) from None


def _day_text(today: date, day: date) -> str:
    text = f"{day:%Y-%m-%d}"
    if day >= today:
        return text
    return QCoreApplication.translate("ListField", "{day} expired").format(day=text)


def _day_tone(today: date, day: date | None) -> str | None:
    return "late" if day is not None and day < today else None


def _skill_title() -> str:
    return QCoreApplication.translate("ListField", "Skill")


def _grade_title() -> str:
    return QCoreApplication.translate("ListField", "Grade")


def _until_title() -> str:
    return QCoreApplication.translate("ListField", "Certificate until")


def _name_title() -> str:
    return QCoreApplication.translate("ListField", "Name")


def _value_title() -> str:
    return QCoreApplication.translate("ListField", "Value")
