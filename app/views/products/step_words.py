"""A step of a routing in plain words: how long it takes, what comes after it and when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject

from app.core import format as formats
from app.views.context import AppContext

SHEET = "Routings"
MOST_OTHERS = 3


class StepWords(QObject):
    """Sentences in the language now spoken."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def time(self, times: Sequence[Any]) -> str:
        """The shortest: ``8 h 40``; outside in days."""
        if not times:
            return self.tr("no machine")
        return self._duration(times[0])

    def sentence(self, pieces: Decimal, times: Sequence[Any]) -> str:
        """For so many pieces on the preferred machine, and on others."""
        if not times:
            return self.tr("No machine can do this step with its tools.")
        first, others = times[0], times[1:]
        amount = formats.number(pieces)
        if first.outside:
            text = self.tr("{pieces} pieces at {place}: {time}.")
        elif first.turns is not None:
            text = self.tr(
                "{pieces} pieces on {place}: {time} (setup {setup}, run {run}: {turns} turns with"
                " {copies})."
            )
        else:
            text = self.tr("{pieces} pieces on {place}: {time} (setup {setup}, run {run}).")
        said = text.format(
            pieces=amount,
            place=first.place,
            time=self._duration(first),
            setup=self._context.duration_text(first.setup_minutes),
            run=self._context.duration_text(first.run_minutes),
            turns=first.turns,
            copies=self.tr("%n copies", "", first.copies),
        )
        different = [each for each in others if each.minutes != first.minutes]
        shown = [f"{each.place} {self._duration(each)}" for each in different[:MOST_OTHERS]]
        same = len(others) - len(different)
        if same:
            said += " " + self.tr("As long on %n other machines.", "", same)
        if shown:
            said += " " + self.tr("Otherwise: {others}.").format(others=", ".join(shown))
        return said

    def _duration(self, time: Any) -> str:
        if time.outside:
            return self.tr("%n days", "", round(time.run_minutes / 1440))
        return self._context.duration_text(time.minutes)

    def wait(self, values: Any) -> str:
        """What must pass before the following steps: at least, at most, from where to where."""
        least, most = values.get("min_wait") or 0, values.get("max_wait")
        if not least and most is None:
            return ""
        duration = self._context.duration_text
        if least and most is not None:
            text = self.tr("{ends} at least {least}, at most {most} pass{clock}.")
        elif least:
            text = self.tr("{ends} at least {least} pass{clock}.")
        else:
            text = self.tr("{ends} at most {most} pass{clock}.")
        ends = {
            "ES": self.tr("Between its end and the start of the next step"),
            "SS": self.tr("Between its start and the start of the next step"),
            "EE": self.tr("Between its end and the end of the next step"),
        }[values.get("wait_from_to") or "ES"]
        working = values.get("wait_clock") == "working"
        return text.format(
            ends=ends,
            least=duration(least),
            most=duration(most or 0),
            clock=self.tr(" (working hours only)") if working else "",
        )

    def overlap(self, values: Any) -> str:
        batch = values.get("transfer_batch")
        if not batch:
            return ""
        text = self.tr("The next step may begin when the first {pieces} pieces are through.")
        return text.format(pieces=formats.number(batch))

    def holding(self, values: Any) -> str:
        held = values.get("tool_held_until_step")
        if held is None:
            return ""
        tools = ", ".join(values.get("tool_type", ()))
        text = self.tr("{tools} stays with the order until step {step} is done.")
        return text.format(tools=tools, step=held)

    def pausing(self, values: Any) -> str:
        return {
            "turns": self.tr("It pauses only between turns."),
            "never": self.tr("It must not pause."),
        }.get(str(values.get("pausable") or ""), "")

    def everything(self, pieces: Decimal, times: Sequence[Any], values: Any) -> str:
        parts = (
            self.sentence(pieces, times),
            self.wait(values),
            self.overlap(values),
            self.holding(values),
            self.pausing(values),
        )
        return " ".join(part for part in parts if part)

    # ---- for the drawing -------------------------------------------------------------------------

    def place(self, values: Any) -> str:
        """Machines listed, else the work centre, else who does it outside."""
        machines = [code for code, _rate in values.get("machines", ())]
        if machines:
            return machines[0] + (f" +{len(machines) - 1}" if len(machines) > 1 else "")
        centre = str(values.get("work_centre") or "")
        supplier = str(values.get("supplier") or "")
        return centre or self.tr("outside: {supplier}").format(supplier=supplier)

    def short_wait(self, values: Any, lag: int) -> str:
        """``≥30 min``, ``≤36 h`` on a link, and its own lag."""
        duration = self._context.duration_text
        lines = []
        least, most = (values.get("min_wait") or 0) + lag, values.get("max_wait")
        if least:
            lines.append(f"≥{duration(least)}")
        if most is not None:
            lines.append(f"≤{duration(most + lag)}")
        return "\n".join(lines)

    def other_ends(self, values: Any, ends: str) -> str:
        """A wait that does not run from the end to the start: ``end–end ≤30 min``."""
        wait = self.short_wait(values, 0).replace("\n", " ")
        if not wait:
            return ""
        named = {"SS": self.tr("start–start"), "EE": self.tr("end–end")}[ends]
        return f"{named} {wait}"
