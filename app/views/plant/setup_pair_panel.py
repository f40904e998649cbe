"""What chosen pairs of a setup matrix take: minutes, cost, scrap, skill, heads; one or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QToolButton, QWidget

from app.core.errors import RuleBroken
from app.services.masters.rows import cell_text, parse_cell
from app.services.plant.setup_edits import (
    EMPTY,
    CellWish,
    Empty,
    change_cells,
    change_pairs,
    check_amount,
    mirrored,
    read_minutes,
)
from app.services.plant.setup_reading import SetupReading
from app.services.plant.setup_view import FORBIDDEN, AttributeMatrix
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.proposal_panel import ProposalPanel

Place = tuple[str, str]
SHEET = "SetupMatrix"
COLUMNS = ("minutes", "cost", "scrap_qty", "scrap_item", "skill", "heads")
MIXED = object()


class PairPanel(ProposalPanel):
    """Shows what the chosen pairs have in common; only what is typed is written, into all."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.write: Callable[[Any], bool] = lambda edit: False
        self.describe: Callable[[str, str], str] = lambda start, end: ""
        self.editable = True
        self._reading: SetupReading | None = None
        self._attribute: AttributeMatrix | None = None
        self._places: tuple[Place, ...] = ()
        self._too_many = False
        self._shown: dict[str, Any] = {}
        self.told = label(self, "small", wrap=True)
        self.minutes, self.cost, self.scrap, self.item, self.skill, self.heads = (
            QLineEdit(self) for _ in COLUMNS
        )
        self.lines = dict(
            zip(
                COLUMNS,
                (self.minutes, self.cost, self.scrap, self.item, self.skill, self.heads),
                strict=True,
            )
        )
        self.forbidden = QCheckBox(self)
        self.mirror = QToolButton(self)
        self.mirror.setProperty("framed", True)
        self._items, self._skills = QStringListModel(self), QStringListModel(self)
        for line, model in ((self.item, self._items), (self.skill, self._skills)):
            completer = QCompleter(model, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.activated.connect(self._on_field_changed)
            line.setCompleter(completer)
        self.lay_out(
            (self.minutes, self.forbidden, *list(self.lines.values())[1:]),
            above=(self.told,),
            below=(self.mirror,),
        )
        self.new.hide()
        self.forbidden.clicked.connect(self._on_forbidden_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        self.mirror.clicked.connect(self._on_mirror_clicked)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_reading(self, reading: SetupReading, attribute: AttributeMatrix | None) -> None:
        """The matrix as it is now; ``show_places`` follows."""
        self._reading, self._attribute = reading, attribute
        if self._items.stringList() != list(reading.items):
            self._items.setStringList(list(reading.items))
        if self._skills.stringList() != list(reading.skills):
            self._skills.setStringList(list(reading.skills))

    def show_places(self, places: Sequence[Place], *, too_many: bool = False) -> None:
        """The chosen pairs. What is typed stays while they are the same ones."""
        same = tuple(places) == self._places and bool(places)
        self._places, self._too_many = tuple(places), too_many
        before, self._shown = self._shown, self._common()
        typed = same and any(line.isModified() for line in self.lines.values())
        if not typed:
            self._fill()
        self.judge()
        if typed and before != self._shown:
            self.complain(
                self.tr("Changed elsewhere meanwhile. Save writes yours; Esc takes theirs.")
            )

    def _common(self) -> dict[str, Any]:
        """By column what all chosen pairs hold, MIXED where they differ."""
        if self._attribute is None:
            return {}
        rows = [self._attribute.listed(*place) for place in self._places]
        found: dict[str, Any] = {}
        for column in COLUMNS:
            values = {row.values.get(column) if row is not None else None for row in rows}
            found[column] = values.pop() if len(values) == 1 else MIXED if values else None
        return found

    def _fill(self) -> None:
        for column, line in self.lines.items():
            value = self._shown.get(column)
            line.setText("" if value is MIXED else self._text(column, value))
            line.setPlaceholderText(self.tr("different") if value is MIXED else "")
            line.setModified(False)
        self._show_forbidden()

    def _text(self, column: str, value: Any) -> str:
        return cell_text(SHEET, column, value, self.context.language, self.context.zone)

    def _show_forbidden(self) -> None:
        """Follows the minutes: typed, or common to the chosen pairs."""
        if self.minutes.isModified() or self._shown.get("minutes") is not MIXED:
            try:
                state = read_minutes(self.minutes.text()) is None
            except RuleBroken:
                state = False
            self.forbidden.setTristate(False)
            self.forbidden.setChecked(state)
        else:
            self.forbidden.setCheckState(Qt.CheckState.PartiallyChecked)

    # ---- what the fields say ---------------------------------------------------------------------

    def pairs(self) -> list[Any]:
        if self._attribute is None or self._reading is None or self._reading.sheet is None:
            return []
        columns = {
            column: self._value(column, line)
            for column, line in self.lines.items()
            if line.isModified()
        }
        if not columns or not self._places:
            return []
        try:
            edit = change_pairs(self._reading.sheet, self._attribute, self._places, columns)
        except RuleBroken as refused:
            raise self.bad(self.minutes, self.context.text(refused.message)) from None
        return [] if edit is None else [edit]

    def _value(self, column: str, line: QLineEdit) -> Any:
        today = self.context.local(self.context.now()).date()
        try:
            if column == "minutes":
                wanted = read_minutes(line.text())
                if isinstance(wanted, Empty):
                    raise self.bad(line, self.tr("A pair needs minutes; or take it out."))
                return FORBIDDEN if wanted is None else str(wanted)
            value = parse_cell(SHEET, column, line.text(), today, self.context.zone)
            check_amount(column, value)
        except RuleBroken as refused:
            raise self.bad(line, self.context.text(refused.message)) from None
        return value

    def judge(self) -> None:
        edits = self.judged()
        free = self.editable and self._attribute is not None
        count = len(edits[0].changes) if edits else 0
        self.effect.setText(self.tr("%n pairs would change", "", count) if count else "")
        self.save.setEnabled(free and bool(edits))
        self.remove.setEnabled(free and any(self._listed()))
        self.mirror.setEnabled(free and bool(self._mirrored()))
        for line in self.lines.values():
            line.setEnabled(free and bool(self._places))
        self.forbidden.setEnabled(free and bool(self._places))
        self._show_forbidden()
        self._head()

    def _listed(self) -> list[Place]:
        if self._attribute is None:
            return []
        return [place for place in self._places if self._attribute.listed(*place) is not None]

    def _mirrored(self) -> list[CellWish]:
        return [] if self._attribute is None else mirrored(self._attribute, self._places)

    def _head(self) -> None:
        told = ""
        if self._too_many:
            text = self.tr("Too many pairs are chosen to change them together")
        elif not self._places:
            text = self.tr("Choose pairs in the grid")
        elif len(self._places) == 1:
            start, end = self._places[0]
            text = f"{start} → {end}"
            told = self.describe(start, end).partition("\n")[2]
        else:
            text = self.tr("%n pairs chosen", "", len(self._places))
            told = self.tr("%n of them are listed", "", len(self._listed()))
        self.heading.setText(text)
        self.told.setText(told)
        self.told.setVisible(bool(told))

    # ---- slots -----------------------------------------------------------------------------------

    @Slot(bool)
    def _on_forbidden_clicked(self, checked: bool) -> None:
        word = self.tr("forbidden") if checked else ""
        self.minutes.setText(word)
        self.minutes.setModified(True)
        if not checked:
            self.minutes.setFocus(Qt.FocusReason.OtherFocusReason)
        self.judge()

    def save_typed(self, pairs: list[Any]) -> None:
        if pairs and self.write(pairs[0]):
            for line in self.lines.values():
                line.setModified(False)
            self.judge()

    @Slot()
    def _on_remove_clicked(self) -> None:
        self._write([CellWish(start, end, EMPTY) for start, end in self._listed()])

    @Slot()
    def _on_mirror_clicked(self) -> None:
        self._write(self._mirrored())

    def _write(self, wishes: list[CellWish]) -> None:
        if self._attribute is not None and self._reading is not None and self._reading.sheet:
            edit = change_cells(self._reading.sheet, self._attribute, wishes)
            if edit is not None:
                self.write(edit)

    def keyPressEvent(self, event: Any) -> None:
        """Esc gives up what is typed."""
        if event.key() == Qt.Key.Key_Escape and any(
            line.isModified() for line in self.lines.values()
        ):
            self._fill()
            self.judge()
            return
        super().keyPressEvent(event)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.put_titles(
            (
                (self.minutes, self.tr("Minutes"), self.tr("Whole minutes, or x = forbidden.")),
                (self.forbidden, "", self.tr("The schedule never changes this way.")),
                (self.cost, self.tr("Cost"), self.tr("What one changeover costs.")),
                (self.scrap, self.tr("Scrap"), self.tr("Material lost in one changeover.")),
                (self.item, self.tr("Scrap item"), self.tr("Code of the item that is lost.")),
                (self.skill, self.tr("Skill"), self.tr("Who makes this changeover must have it.")),
                (self.heads, self.tr("People"), self.tr("So many people work on it.")),
            )
        )
        self.forbidden.setText(self.tr("forbidden"))
        self.save.setText(self.tr("Save"))
        self.remove.setText(self.tr("Take out"))
        self.remove.setToolTip(self.tr("A more general rule then decides."))
        self.mirror.setText(self.tr("Also the other way round"))
        for line in self.lines.values():
            if not line.isModified():
                line.setPlaceholderText(
                    self.tr("different") if line.placeholderText() else line.placeholderText()
                )
        self.judge()
