"""Who works when over the next four weeks: teams as rows, days as columns, each with its shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import RuleBroken
from app.core.format import WEEKDAYS
from app.core.working_time import moment
from app.services.masters.rows import parse_cell
from app.services.plant.calendar_edits import set_rotation
from app.services.plant.rotations import TeamDay, TeamTimes
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import BadField, complaint, mark, put_text, read_day
from app.views.plant.shading import outline, tint
from app.views.theme import SMALL_POINTS, SPACE, figures, tokens

HEAD = 36
NAME_WIDTH = 190
ROW = 30
NIGHT_FROM = 18 * 60
"""A shift that begins so late is drawn as a night."""


class TeamStrip(QWidget):
    """Draws the teams; a click or the arrow keys choose one."""

    chosen = Signal(object)
    """TeamTimes or None."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.teams: Sequence[TeamTimes] = ()
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(700, HEAD + ROW * max(len(self.teams), 1) + 2)

    def set_teams(self, teams: Sequence[TeamTimes]) -> None:
        before = self.current()
        self.teams = teams
        names = [(team.team, team.calendar) for team in teams]
        wanted = None if before is None else (before.team, before.calendar)
        self._current = names.index(wanted) if wanted in names else None
        self.updateGeometry()
        self.update()

    def current(self) -> TeamTimes | None:
        return None if self._current is None else self.teams[self._current]

    def choose(self, team: str) -> None:
        """Choose a team by its name, and tell."""
        self._current = next((n for n, each in enumerate(self.teams) if each.team == team), None)
        self._tell()

    def _tell(self) -> None:
        team = self.current()
        self.setAccessibleDescription("" if team is None else self._name(team))
        self.chosen.emit(team)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = int((event.position().y() - HEAD) // ROW)
        self._current = number if 0 <= number < len(self.teams) else None
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down) or not self.teams:
            super().keyPressEvent(event)
            return
        step = -1 if event.key() == Qt.Key.Key_Up else 1
        at = -1 if self._current is None else self._current
        self._current = min(max(at + step, 0), len(self.teams) - 1)
        self._tell()

    # ---- painting --------------------------------------------------------------------------------

    def _cell(self, row: int, day: int, days: int) -> QRectF:
        width = (self.width() - NAME_WIDTH - 1) / max(days, 1)
        return QRectF(NAME_WIDTH + day * width, HEAD + row * ROW, width, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(figures(self.font()))
        painter.fillRect(self.rect(), tokens().colour("panel"))
        if self.teams:
            self._paint_heads(painter, self.teams[0].days)
        for row, team in enumerate(self.teams):
            self._paint_team(painter, row, team)
        if self.hasFocus():
            outline(painter, QRectF(self.rect()), tokens().colour("accent"))
        painter.end()

    def _paint_heads(self, painter: QPainter, days: Sequence[TeamDay]) -> None:
        colours = tokens()
        font = figures(self.font())
        font.setPointSizeF(SMALL_POINTS)
        painter.setFont(font)
        for number, each in enumerate(days):
            cell = self._cell(0, number, len(days))
            head = QRectF(cell.left(), 0, cell.width(), HEAD)
            word = WEEKDAYS[self.context.language][each.day.weekday()]
            letter = word[-1] if self.context.language == "zh" else word[:2]
            painter.setPen(colours.colour("muted" if each.day.weekday() < 5 else "disabled"))
            top = head.adjusted(0, 3, 0, -HEAD / 2)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, letter)
            painter.setPen(colours.colour("text"))
            bottom = head.adjusted(0, HEAD / 2 - 2, 0, 0)
            painter.drawText(bottom, Qt.AlignmentFlag.AlignCenter, f"{each.day.day}")
            if each.day.weekday() == 0 or each.day.day == 1:
                strong = each.day.day == 1
                painter.setPen(colours.colour("muted" if strong else "line_strong"))
                foot = QPointF(cell.left() - 0.5, HEAD + ROW * len(self.teams))
                painter.drawLine(QPointF(cell.left() - 0.5, 4 if strong else HEAD / 2), foot)
        painter.setFont(figures(self.font()))
        painter.setPen(colours.colour("muted"))
        span = f"{self.context.date_text(days[0].day)} – {self.context.date_text(days[-1].day)}"
        painter.drawText(QRectF(8, 0, NAME_WIDTH - 16, HEAD), Qt.AlignmentFlag.AlignVCenter, span)

    def _paint_team(self, painter: QPainter, row: int, team: TeamTimes) -> None:
        colours = tokens()
        top = HEAD + row * ROW
        if row == self._current:
            ground = QRectF(0, top, NAME_WIDTH, ROW)
            painter.fillRect(ground, colours.colour("accent_soft"))
        painter.setPen(colours.colour("text"))
        name = painter.fontMetrics().elidedText(
            self._name(team), Qt.TextElideMode.ElideRight, NAME_WIDTH - 16
        )
        painter.drawText(QRectF(8, top, NAME_WIDTH - 16, ROW), Qt.AlignmentFlag.AlignVCenter, name)
        for number, each in enumerate(team.days):
            cell = self._cell(row, number, len(team.days)).adjusted(0, 1, -1, -1)
            self._paint_turn(painter, cell, each)
        painter.setPen(colours.colour("line"))
        painter.drawLine(QPointF(0, top + ROW), QPointF(self.width(), top + ROW))

    def _paint_turn(self, painter: QPainter, cell: QRectF, each: TeamDay) -> None:
        colours = tokens()
        text = self._short(each, cell.width())
        if not each.worked:
            painter.fillRect(cell, colours.colour("off_shift"))
            painter.setPen(colours.colour("muted"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text if each.turn else "·")
            return
        night = self._starts_late(each)
        painter.fillRect(cell, tint(colours, "text" if night else "watch", 0.32 if night else 0.22))
        painter.setPen(colours.colour("text"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def _short(self, each: TeamDay, width: float) -> str:
        """As much of the shift's name as fits into a day, at least its first letter."""
        name = each.shifts[0] if each.shifts else each.turn
        metrics = QFontMetricsF(figures(self.font()))
        fits = [name[:count] for count in (4, 3, 2)
                if metrics.horizontalAdvance(name[:count]) <= width - 4]  # fmt: skip
        return fits[0] if fits else name[:1]

    def _starts_late(self, each: TeamDay) -> bool:
        start = self.context.local(moment(each.worked[0].start))
        return start.hour * 60 + start.minute >= NIGHT_FROM

    def _name(self, team: TeamTimes) -> str:
        people = self.tr("%n people", "", len(team.people))
        parts = [team.team, team.calendar, people if team.people else self.tr("nobody")]
        return " · ".join(part for part in parts if part)

    # ---- tips ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _told(self, at: QPointF) -> str:
        row = int((at.y() - HEAD) // ROW)
        if not 0 <= row < len(self.teams):
            return ""
        team = self.teams[row]
        if at.x() < NAME_WIDTH or not team.days:
            return self._name(team) + "\n" + ", ".join(team.people)
        width = (self.width() - NAME_WIDTH - 1) / len(team.days)
        each = team.days[min(int((at.x() - NAME_WIDTH) // width), len(team.days) - 1)]
        lines = [f"{self.context.date_text(each.day)} · {team.team}"]
        if each.turn:
            lines.append(self.tr("turn: {turn}").format(turn=each.turn))
        for stretch in each.worked:
            start, end = (self.context.local(moment(m)) for m in (stretch.start, stretch.end))
            over = " +1" if end.date() > start.date() and end.hour + end.minute else ""
            lines.append(f"{start:%H:%M}–{end:%H:%M}{over}  {stretch.shift}")
        if not each.worked:
            lines.append(self.tr("off"))
        return "\n".join(lines)


class RotationPanel(QWidget):
    """The rotation of a team: since when, and which turns for how many days each."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.write: Callable[[Any], bool] = lambda edit: False
        self._team: TeamTimes | None = None
        self.heading = label(self, "section", wrap=True)
        self.people = label(self, "small", wrap=True)
        self.team = QLineEdit(self)
        self.first = QLineEdit(self)
        self.sequence = QLineEdit(self)
        self.complaint = complaint(self)
        self.hint = label(self, "small", wrap=True)
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.remove = QPushButton(self)
        self._lay_out()
        for line in (self.team, self.first, self.sequence):
            line.textEdited.connect(self._on_field_changed)
            line.returnPressed.connect(self._on_save_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        self.retranslate()

    def show_team(self, team: TeamTimes | None, *, keep: bool = False) -> None:
        """The team to edit; None = a new rotation. ``keep``: it is a new reading of the same."""
        typed = keep and self._typed()
        self._team = team
        if not typed:
            self._fill()
        self._judge()

    def _fill(self) -> None:
        team = self._team
        values = team.rotation.values if team is not None and team.rotation is not None else {}
        put_text(self.team, team.team if team is not None else "")
        put_text(self.first, values["from"].isoformat() if values else "")
        turns = values.get("sequence") or ()
        put_text(self.sequence, " ".join(f"{name}{days}" for name, days in turns))

    def _typed(self) -> bool:
        try:
            return self._edit() is not None
        except BadField:
            return True

    def _edit(self) -> Any:
        """The edit the fields ask for, or None. Error: ``BadField``."""
        rotation = self._team.rotation if self._team is not None else None
        before = rotation.values if rotation is not None else None
        if not self.sequence.text().strip() and before is None:
            return None
        today = self.context.local(self.context.now()).date()
        first = self._day(today)
        try:
            sequence = parse_cell("Rotation", "sequence", self.sequence.text().replace(" ", ""),
                                  today, self.context.zone)  # fmt: skip
            return set_rotation(before, self.team.text(), first, sequence or ())
        except RuleBroken as refused:
            bad = self.sequence if self.team.text().strip() else self.team
            mark(bad, True)
            raise BadField(self.context.text(refused.message)) from None

    def _day(self, today: date) -> date:
        try:
            day = read_day(self.first.text(), today)
        except ValueError:
            day = None
        if day is None:
            mark(self.first, True)
            raise BadField(self.tr("Write a day like 2026-10-01 or 10-01."))
        return day

    def _judge(self) -> None:
        for line in (self.team, self.first, self.sequence):
            mark(line, False)
        sentence, edit = "", None
        try:
            edit = self._edit()
        except BadField as bad:
            sentence = str(bad)
        self.complaint.setText(sentence)
        self.complaint.setVisible(bool(sentence))
        self.save.setEnabled(edit is not None)
        rotation = self._team.rotation if self._team is not None else None
        self.remove.setEnabled(rotation is not None)
        people = self._team.people if self._team is not None else ()
        self.people.setText(", ".join(people))
        self.heading.setText(self._team.team if self._team is not None else self.tr("New rotation"))

    @Slot()
    def _on_field_changed(self) -> None:
        self._judge()

    @Slot()
    def _on_save_clicked(self) -> None:
        if self.save.isEnabled() and self.write(self._edit()):
            self.save.setEnabled(False)

    @Slot()
    def _on_remove_clicked(self) -> None:
        rotation = self._team.rotation if self._team is not None else None
        if rotation is not None:
            self.write(set_rotation(rotation.values, "", date(1970, 1, 1), ()))

    def retranslate(self) -> None:
        titles = (
            (self.team, self.tr("Team"), self.tr("As it stands at the people: their team.")),
            (self.first, self.tr("Since"), self.tr("First day of the first turn.")),
            (self.sequence, self.tr("Turns"),
             self.tr("Name and days, over and over: Day7 Night7. A name is the beginning of a"
                     " shift's name, a calendar, or off.")),
        )  # fmt: skip
        for editor, title, tip in titles:
            self._form.labelForField(editor).setText(title)
            editor.setAccessibleName(title)
            editor.setToolTip(tip)
        self.hint.setText(self.sequence.toolTip())
        self.save.setText(self.tr("Save rotation"))
        self.remove.setText(self.tr("Delete"))
        self._judge()

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setSpacing(SPACE + 2)
        for editor in (self.team, self.first, self.sequence):
            form.addRow(label(self), editor)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addWidget(self.save)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE + 2)
        layout.addWidget(self.heading)
        layout.addWidget(self.people)
        layout.addLayout(form)
        layout.addWidget(self.hint)
        layout.addWidget(self.complaint)
        layout.addLayout(buttons)
        layout.addStretch(1)
