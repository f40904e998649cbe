"""Edits that a stretch of a row's time, or a bar, offers: in words, ready to be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject

from app.core.working_time import MINUTES_PER_DAY
from app.services.planning.rows import PlacementRow, PlanView
from app.services.planning.scenarios.kinds import Absence, InsertRush, MachineDown, OpenTime
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.time_grid import to_datetime, to_minutes
from app.views.planning.whatif.scenario_chart import Mark, ScenarioChart


@dataclass(frozen=True, slots=True)
class Offer:
    """``step`` None: it cannot be asked of this stretch, ``text`` says why."""

    text: str
    step: Any | None
    icon: str


class Offers(QObject):
    """A QObject for its ``tr``."""

    def __init__(self, chart: ScenarioChart) -> None:
        super().__init__(chart)
        self._chart = chart

    def of_mark(self, mark: Mark, view: PlanView) -> list[Offer]:
        """Of marked time in a row of machines or people."""
        model = self._chart.model
        if model is None:
            return []
        key = model.arrangements[self._chart.arrangement].infos[mark.row].key
        if self._chart.arrangement is Arrangement.MACHINES:
            return self._of_machine(key, mark, view)
        if self._chart.arrangement is Arrangement.PEOPLE:
            return self._of_person(key, mark, view)
        return []

    def of_bar(self, row: PlacementRow, view: PlanView) -> list[Offer]:
        """Of a bar's machine and people, for the time that it takes."""
        mark = Mark(0, to_minutes(row.setup_start), to_minutes(row.end))
        found = self._of_machine(row.machine_id, mark, view)
        for person in dict.fromkeys(one[0] for one in row.crew):
            found += self._of_person(person, mark, view)[:1]
        return found

    def rush(self, at: float) -> Offer:
        """An order that is wanted at that moment."""
        from decimal import Decimal

        step = InsertRush("", Decimal(0), to_datetime(at))
        return Offer(self.tr("Insert a rush order…"), step, "plus")

    def _of_machine(self, key: int, mark: Mark, view: PlanView) -> list[Offer]:
        lane = next((one for one in view.lanes if one.id == key), None)
        if lane is None or key < 0:  # a subcontractor's time is not ours to open or close
            return []
        stretch = self._chart.stretch_text(mark)
        down = MachineDown(lane.code, to_datetime(mark.begin), to_datetime(mark.end))
        text = self.tr("{machine} stands: {stretch}").format(machine=lane.code, stretch=stretch)
        return [Offer(text, down, "ban"), *self._opened(lane.code, lane.code, mark)]

    def _of_person(self, key: int, mark: Mark, view: PlanView) -> list[Offer]:
        person = next((one for one in view.people if one.id == key), None)
        if person is None:
            return []
        zone = self._chart.grid.zone
        first = to_datetime(mark.begin).astimezone(zone).date()
        last = (to_datetime(mark.end) - timedelta(minutes=1)).astimezone(zone).date()
        days = f"{first:%m-%d}" if first == last else f"{first:%m-%d} – {last:%m-%d}"
        text = self.tr("{person} is away all day: {days}").format(person=person.name, days=days)
        away = Offer(text, Absence(person.code, first, max(first, last)), "user")
        return [away, *self._opened(person.code, person.name, mark)]

    def _opened(self, code: str, name: str, mark: Mark) -> list[Offer]:
        """Overtime and an extra shift are said in hours of a day."""
        if mark.end - mark.begin > MINUTES_PER_DAY:
            return [Offer(self.tr("Overtime: mark at most 24 hours"), None, "clock")]
        stretch = self._chart.stretch_text(mark)
        zone = self._chart.grid.zone
        begin = to_datetime(mark.begin).astimezone(zone)
        end = to_datetime(mark.end).astimezone(zone)
        hours = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
        overtime = OpenTime((code,), begin.date(), *hours)
        extra = OpenTime((code,), begin.date(), *hours, extra_shift=True)
        text = self.tr("Overtime of {who}: {stretch}").format(who=name, stretch=stretch)
        other = self.tr("Extra shift of {who}: {stretch}").format(who=name, stretch=stretch)
        return [Offer(text, overtime, "clock"), Offer(other, extra, "clock")]
