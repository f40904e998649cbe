"""Was and is: the scenario's chart with the working plan as ghosts behind it, or above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.page import label
from app.views.planning.drop_mode import DropMode
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.view import GanttView
from app.views.planning.whatif.ghost_legend import GhostLegend
from app.views.planning.whatif.scenario_chart import ScenarioChart
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.views.planning.whatif.reading import Plans

CLOSE = 0.5
"""Minutes by which two charts may differ and still show the same."""
GHOSTS, TWO = range(2)


class TwinGantt(QWidget):
    """The upper chart, ``base``, is only looked at; gestures on ``chart`` ask for edits."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._name, self._solved, self._stale = "", True, False
        self._plans: Plans | None = None
        self.titles = (label(self, "section"), label(self, "section"))
        self.base = GanttView(context.tokens, context.language, self)
        self.base.movable = self.base.splittable = False
        self.chart = ScenarioChart(context.tokens, context.language, self)
        self.charts: tuple[GanttView, GanttView] = (self.base, self.chart)
        self.rows = {arrangement: QToolButton(self) for arrangement in Arrangement}
        self.ghosts, self.two = QToolButton(self), QToolButton(self)
        self.legend = GhostLegend(self)
        self.drop_mode = DropMode(self.chart, self)
        self._keys: dict[Arrangement, QAction] = {}
        self._lay_out()
        for chart in self.charts:
            chart.scrolled.connect(self._on_scrolled)
            chart.selectionChanged.connect(self._on_selection_changed)
        context.themeChanged.connect(self._on_theme_changed)
        context.languageChanged.connect(self._on_language_changed)
        self.ghosts.setChecked(True)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, SPACE, 0, 0)
        head.setSpacing(SPACE)
        self._rows_of = self._group(head, self.rows.values())
        for arrangement in self.rows:
            # A button's own shortcut would press it a tenth of a second later.
            key = QAction(self)
            key.setData(arrangement.value)
            key.triggered.connect(self._on_key_triggered)
            self.addAction(key)
            self._keys[arrangement] = key
        head.addWidget(self.legend, 1)
        head.addWidget(self.drop_mode)
        self._ways = self._group(head, (self.ghosts, self.two))
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        self.frames = tuple(QFrame(self.split) for _ in self.charts)
        for frame, title, chart in zip(self.frames, self.titles, self.charts, strict=True):
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(0, SPACE, 0, 0)
            inside.setSpacing(SPACE)
            inside.addWidget(title)
            inside.addWidget(chart, 1)
            self.split.addWidget(frame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.split, 1)
        self.rows[Arrangement.MACHINES].setChecked(True)
        self._rows_of.idToggled.connect(self._on_rows_toggled)
        self._ways.idToggled.connect(self._on_way_toggled)

    def _group(self, line: QHBoxLayout, buttons: object) -> QButtonGroup:
        group = QButtonGroup(self)
        for number, button in enumerate(buttons):  # type: ignore[var-annotated,arg-type]
            button.setCheckable(True)
            button.setProperty("framed", True)
            group.addButton(button, number)
            line.addWidget(button)
        return group

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def way(self) -> int:
        """GHOSTS or TWO."""
        return GHOSTS if self.ghosts.isChecked() else TWO

    def put(self, name: str, plans: Plans, *, solved: bool, stale: bool = False) -> None:
        """The two plans; ``solved``: the scenario's is what a search found for all its edits.

        ``stale``: it was, but something has changed since.
        """
        self._name, self._solved, self._stale, self._plans = name, solved, stale, plans
        self._fill()
        self.retranslate()

    def _fill(self) -> None:
        """Only what is in sight is drawn: the upper chart gets its plan when it is opened."""
        plans = self._plans
        two = self.way == TWO
        self.frames[0].setVisible(two)
        self.legend.setVisible(not two)
        if plans is None:
            return
        if self.chart.model is not plans.now:
            self.chart.set_model(plans.now)
        self.chart.set_ghosts({} if two else plans.ghosts)
        if two and self.base.model is not plans.was:
            self.base.set_model(plans.was)
            self._follow(self.chart, self.base)

    def restore(self, settings: QSettings) -> None:
        if settings.value("way", "") == "two":
            self.two.setChecked(True)
        self.drop_mode.restore(settings)

    def save(self, settings: QSettings) -> None:
        settings.setValue("way", "ghosts" if self.way == GHOSTS else "two")
        self.drop_mode.save(settings)

    @Slot(int, bool)
    def _on_way_toggled(self, _number: int, pressed: bool) -> None:
        if pressed:
            self._fill()
            self.retranslate()

    @Slot(int, bool)
    def _on_rows_toggled(self, number: int, pressed: bool) -> None:
        if pressed:
            for chart in self.charts:
                chart.set_arrangement(list(Arrangement)[number])

    @Slot()
    def _on_key_triggered(self) -> None:
        self.rows[Arrangement(self.sender().data())].setChecked(True)

    # ---- together --------------------------------------------------------------------------------

    @Slot()
    def _on_scrolled(self) -> None:
        """The other chart shows the same stretch and the same rows; then it has nothing to tell."""
        leader, other = self._pair(self.sender())
        if self.way == TWO:
            self._follow(leader, other)

    def _follow(self, leader: GanttView, other: GanttView) -> None:
        if not (leader.has_plan and other.has_plan):
            return
        here, there = leader.grid, other.grid
        if abs(here.left - there.left) > CLOSE or abs(here.right - there.right) > CLOSE:
            other.show_range(here.left, here.right)
        if other.top != leader.top:
            other.verticalScrollBar().setValue(leader.top)

    @Slot(object)
    def _on_selection_changed(self, operations: frozenset[int]) -> None:
        _, other = self._pair(self.sender())
        if other.selected_operations() != operations:
            other.select_operations(operations)

    def _pair(self, leader: object) -> tuple[GanttView, GanttView]:
        first, second = self.charts
        return (first, second) if leader is first else (second, first)

    @Slot()
    def _on_theme_changed(self) -> None:
        for chart in self.charts:
            chart.set_tokens(self._context.tokens)
        self.legend.update()

    @Slot()
    def _on_language_changed(self) -> None:
        for chart in self.charts:
            chart.set_language(self._context.language)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.titles[0].setText(self.tr("Was: working plan"))
        if self._solved:
            told = self.tr("Is: {name}")
        elif self._stale:
            told = self.tr("Is: {name}, changed since it was solved")
        else:
            told = self.tr("{name}, not solved yet")
        self.titles[1].setText(told.format(name=self._name))
        self.titles[1].setToolTip(
            ""
            if self._solved
            else self.tr(
                "Closed and opened times and bars moved by hand are shown;"
                " all else that the edits do is seen when it is solved."
            )
        )
        for arrangement, text, keys in (
            (Arrangement.MACHINES, self.tr("By machine"), "Alt+1"),
            (Arrangement.ORDERS, self.tr("By order"), "Alt+2"),
            (Arrangement.PEOPLE, self.tr("By person"), "Alt+3"),
            (Arrangement.MOULDS, self.tr("By mould"), "Alt+4"),
        ):
            self.rows[arrangement].setText(text)
            self.rows[arrangement].setToolTip(f"{text} ({keys})")
            self._keys[arrangement].setShortcut(QKeySequence(keys))
        self.ghosts.setText(self.tr("Ghosts"))
        self.ghosts.setToolTip(self.tr("One chart: the working plan's places behind the bars"))
        self.two.setText(self.tr("Two charts"))
        self.two.setToolTip(self.tr("The working plan above, the scenario below"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
