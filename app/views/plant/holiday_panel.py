"""Filling in holidays: the public ones of a year, or a list that is pasted, with a preview.

Every line of the preview can be taken or left; what is taken is one edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services.plant.calendar_view import Times, times
from app.services.plant.holiday_notice import HolidayList, Unread, read_holiday_list
from app.services.plant.holiday_plan import PlanLine, Step, edit_of, plan_list, plan_public
from app.services.plant.holidays import CHINA, HolidayYear, countries, public_holidays
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.calendar_words import TONES, kind_word
from app.views.plant.fields import set_choices
from app.views.plant.shift_span import spans_text
from app.views.spin import Spin
from app.views.table import CellChange, CellEdit, Column, Kind, RowTable
from app.views.theme import SPACE

TEXT_WIDTH = 340
YEARS = (2000, 2100)
TICKED, UNTICKED = "☑", "☐"
STEP_TONES = {Step.ADD: "good", Step.REMOVE: "late", Step.SAME: "muted", Step.KEEP: "muted"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the preview: a planned row, or a line of the list that was not understood."""

    id: int
    plan: PlanLine | None = None
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What a reading found."""

    lines: tuple[PlanLine, ...]
    listed: HolidayList | None
    public: HolidayYear


def _propose(
    database: Any, codes: Sequence[str], country: str, year: int, language: str, text: str
) -> _Proposal:
    """Public holidays without a text, else the list, into calendars."""
    calendars: list[Times] = [times(database, "calendar", code) for code in codes]
    public = public_holidays(country, year, language)
    if not text.strip():
        return _Proposal(plan_public(calendars, public), None, public)
    listed = read_holiday_list(text, year)
    if listed.year != year:
        public = public_holidays(country, listed.year, language)
    return _Proposal(plan_list(calendars, listed, public), listed, public)


class HolidayPanel(QWidget):
    """Chooses what to fill in; ``filled`` after it was written."""

    filled = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._code = ""
        self._calendars: tuple[str, ...] = ()
        self._lines: list[_Line] = []
        self._proposal: _Proposal | None = None
        self.country = QComboBox(self)
        self.year = Spin(self)
        self.year.setRange(*YEARS)
        self.year.setValue(context.local(context.now()).year)
        self.everywhere = QCheckBox(self)
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.preview = QPushButton(self)
        self.note = label(self, "late", wrap=True)
        self.table = RowTable(self._columns(), self, filters=False)
        self.sum = label(self, "muted")
        self.apply = QPushButton(self)
        self.apply.setProperty("primary", True)
        self._labels: list[tuple[QLabel, QWidget]] = []
        self._lay_out()
        self.preview.clicked.connect(self.read)
        self.apply.clicked.connect(self._on_apply_clicked)
        self.table.cells_edited.connect(self._on_table_cells_edited)
        self.retranslate()

    # ---- what is filled in -----------------------------------------------------------------------

    def set_calendar(self, code: str, calendars: Sequence[str]) -> None:
        """The calendar that is looked at, and all there are."""
        if (code, tuple(calendars)) == (self._code, self._calendars):
            return
        self._code, self._calendars = code, tuple(calendars)
        self.everywhere.setVisible(len(calendars) > 1)
        self._put(None)

    def _codes(self) -> tuple[str, ...]:
        return self._calendars if self.everywhere.isChecked() else (self._code,)

    @Slot()
    def read(self) -> None:
        """Work out the preview in a thread: the library takes a moment to load."""
        if not self._code:
            return
        self.preview.setEnabled(False)
        self.context.read(
            _propose,
            self._codes(),
            self.country.currentData() or CHINA,
            self.year.value(),
            self.context.language,
            self.text.toPlainText(),
            then=self._on_proposed,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_proposed(self, proposal: _Proposal) -> None:
        self.preview.setEnabled(True)
        self._put(proposal)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.preview.setEnabled(True)
        self.context.show_error(error)

    def _put(self, proposal: _Proposal | None) -> None:
        self._proposal = proposal
        lines: list[_Line] = []
        if proposal is not None:
            unread = proposal.listed.unread if proposal.listed is not None else ()
            bad = [each for each in unread if each.wrong]
            quiet = [each for each in unread if not each.wrong]
            lines = [_Line(n, unread=each) for n, each in enumerate(bad)]
            lines += [_Line(n, plan=each) for n, each in enumerate(proposal.lines, len(lines))]
            lines += [_Line(n, unread=each) for n, each in enumerate(quiet, len(lines))]
        self._show(lines)

    def _show(self, lines: list[_Line]) -> None:
        self._lines = lines
        self.table.set_rows(lines)
        self._tell()

    def _plans(self) -> list[PlanLine]:
        return [line.plan for line in self._lines if line.plan is not None]

    def _tell(self) -> None:
        chosen = [plan for plan in self._plans() if plan.chosen]
        self.apply.setEnabled(bool(chosen))
        if self._proposal is None:
            self.sum.setText("")
        elif chosen:
            self.sum.setText(self.tr("%n changes chosen", "", len(chosen)))
        elif self._plans():
            self.sum.setText(self.tr("Everything stands there already"))
        else:
            self.sum.setText(self.tr("Nothing found"))
        self.note.setText(self._notes())
        self.note.setVisible(bool(self.note.text()))

    def _notes(self) -> str:
        if self._proposal is None:
            return ""
        notes = []
        listed = self._proposal.listed
        if listed is not None and listed.year != self.year.value():
            notes.append(
                self.tr("Read as the list of {year}, not of {asked}: its title or weekdays say so.")
                .format(year=listed.year, asked=self.year.value())
            )  # fmt: skip
        if listed is None and self._proposal.public.note is not None:
            notes.append(self.context.text(self._proposal.public.note))
        return "\n".join(notes)

    @Slot(object)
    def _on_table_cells_edited(self, changes: list[CellChange]) -> None:
        wanted = {change.row.id: bool(change.value) for change in changes}
        self._show(
            [
                replace(line, plan=replace(line.plan, chosen=wanted[line.id]))
                if line.id in wanted and line.plan is not None and line.plan.optional
                else line
                for line in self._lines
            ]
        )

    @Slot()
    def _on_apply_clicked(self) -> None:
        edit = edit_of(self._plans())
        if edit is not None and self.context.apply(edit):
            self._put(None)
            self.filled.emit()

    # ---- the preview -----------------------------------------------------------------------------

    def _columns(self) -> list[Column]:
        tick = CellEdit(
            text=self._tick_text,
            parse=self._read_tick,
            kind=Kind.FLAG,
            locked=self._locked,
        )
        return [
            Column("take", self.tr("Take"), _chosen, self._tick_text, Kind.FLAG, 50, edit=tick),
            Column("step", self.tr("What"), self._step, width=70, tone=_tone),
            Column("days", self.tr("Days"), self._days_key, self._days, Kind.DATE, 190),
            Column("kind", self.tr("Kind"), self._kind, width=100, tone=_kind_tone),
            Column("reason", self.tr("Name"), self._reason, width=130, tip=self._reason),
            Column("calendar", self.tr("Calendar"), self._calendar, width=80),
            Column("note", self.tr("Remark"), self._note, width=330, tone=_note_tone,
                   tip=self._note),
        ]  # fmt: skip

    def _tick_text(self, line: _Line) -> str:
        if line.plan is None or not line.plan.optional:
            return ""
        return TICKED if line.plan.chosen else UNTICKED

    def _read_tick(self, line: _Line | None, text: str) -> bool:
        return text.strip().casefold() in {TICKED, "y", "1", "x", "是", "yes"}

    def _locked(self, line: _Line) -> str:
        if line.plan is not None and line.plan.optional:
            return ""
        return self.tr("There is nothing to choose in this line.")

    def _step(self, line: _Line) -> str:
        if line.unread is not None:
            return self.tr("not read") if line.unread.wrong else self.tr("not used")
        words = {
            Step.ADD: self.tr("add"),
            Step.REMOVE: self.tr("remove"),
            Step.SAME: self.tr("is there"),
            Step.KEEP: self.tr("stays"),
        }
        return words[line.plan.step] if line.plan is not None else ""

    def _days_key(self, line: _Line) -> Any:
        return None if line.plan is None else line.plan.days[0]

    def _days(self, line: _Line) -> str:
        if line.plan is None:
            return self.tr("line {n}").format(n=line.unread.line) if line.unread else ""
        first, last = line.plan.days
        text = self.context.date_text(first)
        if last != first:
            text += f" – {self.context.date_text(last)}"
        return text

    def _kind(self, line: _Line) -> str:
        if line.plan is None:
            return ""
        hours = spans_text(line.plan.values.get("hours"))
        return " ".join(part for part in (kind_word(line.plan.values["kind"]), hours) if part)

    def _reason(self, line: _Line) -> str:
        if line.unread is not None:
            return line.unread.text
        return str(line.plan.values.get("reason", "")) if line.plan is not None else ""

    def _calendar(self, line: _Line) -> str:
        return str(line.plan.values["scope"]) if line.plan is not None else ""

    def _note(self, line: _Line) -> str:
        if line.unread is not None:
            return self.context.text(line.unread.reason)
        note = line.plan.note if line.plan is not None else None
        return "" if note is None else self.context.text(note)

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        set_choices(self.country, self._countries())
        for made, editor in self._labels:
            title = self._titles()[editor]
            made.setText(title)
            editor.setAccessibleName(title)
        self.everywhere.setText(self.tr("Into all calendars"))
        self.text.setPlaceholderText(
            self.tr(
                "Paste the official notice or your own list here; empty = the public holidays of"
                " the year.\n\n2026-10-01..2026-10-03 off National Day\n2026-10-10 working"
            )
        )
        self.preview.setText(self.tr("Preview"))
        self.apply.setText(self.tr("Fill in"))
        self.table.set_columns(self._columns())
        self.table.set_empty(self.tr("The preview shows what would be added and what replaced."))
        self._tell()

    def _titles(self) -> dict[QWidget, str]:
        return {
            self.country: self.tr("Country"),
            self.year: self.tr("Year"),
            self.text: self.tr("List to paste"),
        }

    def _countries(self) -> list[tuple[str, str]]:
        """Before the library is loaded only China and the language's own country are offered."""
        if self.country.count() > 1:
            codes: Sequence[str] = [self.country.itemData(n) for n in range(self.country.count())]
        else:
            codes = (CHINA,)
        return [(code, country_name(code, self.context.language)) for code in codes]

    def enter(self) -> None:
        """Shown for the first time: read which countries there are."""
        if self.country.count() <= 1:
            self.context.read(_countries_of, then=self._on_countries_read)

    @Slot(object)
    def _on_countries_read(self, codes: tuple[str, ...]) -> None:
        language = self.context.language
        named = sorted(
            ((code, country_name(code, language)) for code in codes[1:]), key=lambda pair: pair[1]
        )
        set_choices(self.country, [(codes[0], country_name(codes[0], language)), *named])

    def _lay_out(self) -> None:
        left = QWidget(self)
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE + 2)
        first = QHBoxLayout()
        first.setSpacing(2 * SPACE)
        for editor in (self.country, self.year):
            made = label(left)
            self._labels.append((made, editor))
            first.addWidget(made)
            first.addWidget(editor, 1 if editor is self.country else 0)
        inside.addLayout(first)
        made = label(left)
        self._labels.append((made, self.text))
        inside.addWidget(made)
        inside.addWidget(self.text, 1)
        inside.addWidget(self.everywhere)
        inside.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignLeft)
        right = QWidget(self)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(SPACE + 2)
        beside.addWidget(self.note)
        beside.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.sum, 1)
        foot.addWidget(self.apply)
        beside.addLayout(foot)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setHandleWidth(3 * SPACE)
        splitter.setSizes([TEXT_WIDTH, 3 * TEXT_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def country_name(code: str, language: str) -> str:
    """``中国 CN``, ``Germany DE``."""
    territory = QLocale.codeToTerritory(code)
    if language == "zh":
        chinese = QLocale(QLocale.Language.Chinese, QLocale.Script.AnyScript, territory)
        if code == CHINA:
            return f"{chinese.nativeTerritoryName()} {code}"
    return f"{QLocale.territoryToString(territory)} {code}"


def _countries_of(database: Any) -> tuple[str, ...]:
    return countries()


def _chosen(line: _Line) -> bool:
    return line.plan is not None and line.plan.optional and line.plan.chosen


def _tone(line: _Line) -> str | None:
    if line.unread is not None:
        return "late" if line.unread.wrong else "muted"
    return STEP_TONES[line.plan.step] if line.plan is not None else None


def _kind_tone(line: _Line) -> str | None:
    return TONES[line.plan.values["kind"]] if line.plan is not None else None


def _note_tone(line: _Line) -> str | None:
    return "late" if line.unread is not None and line.unread.wrong else "muted"
