"""Scenarios as screens and commands read them, and their comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.format import Minutes
from app.core.messages import Message, message
from app.core.working_time import moment
from app.models.database import Database
from app.models.planning import Scenario, ScenarioEdit, ScenarioResult
from app.services.planning.bridge import load_problem
from app.services.planning.scenarios.inputs import base_hash, input_hash
from app.services.planning.scenarios.outcome import FIGURES, Figure, figures_of
from app.services.planning.scenarios.rows import (
    LoadRow,
    OrderOutcome,
    ResultRow,
    ScenarioRow,
    StepRow,
)
from app.services.planning.scenarios.store import published_revision
from app.services.planning.scenarios.stored_edits import from_json
from app.services.planning.stored_plan import read_content, schedule_of, working_plan
from app.services.site import now_of, site_row


def scenario_rows(database: Database) -> tuple[ScenarioRow, ...]:
    """All scenarios, the oldest first (a job's work: what they stand on is hashed)."""
    with database.read() as session:
        scenarios = session.scalars(select(Scenario).order_by(Scenario.id)).all()
        if not scenarios:
            return ()
        reader = _Reader(session)
        return tuple(reader.row(each) for each in scenarios)


def scenario_row(database: Database, name: str) -> ScenarioRow:
    """Errors: ``NotFound``."""
    from app.services.planning.scenarios.store import scenario_named

    with database.read() as session:
        return _Reader(session).row(scenario_named(session, name))


class _Reader:
    def __init__(self, session: Session) -> None:
        self.zone = ZoneInfo(site_row(session).time_zone)
        self.published = published_revision(session)
        self.edits: defaultdict[int, list[ScenarioEdit]] = defaultdict(list)
        for edit in session.scalars(select(ScenarioEdit).order_by(ScenarioEdit.seq)):
            self.edits[edit.scenario_id].append(edit)
        self.results = {row.scenario_id: row for row in session.scalars(select(ScenarioResult))}
        self.base = base_hash(session) if self.results else ""

    def row(self, scenario: Scenario) -> ScenarioRow:
        steps = tuple(self._step(edit) for edit in self.edits[scenario.id])
        result = self.results.get(scenario.id)
        return ScenarioRow(
            id=scenario.id,
            name=scenario.code,
            owner=scenario.owner,
            created_at=scenario.created_at,
            base_revision=scenario.base_revision,
            behind=self.published > scenario.base_revision,
            payer=scenario.payer,
            recommendation=scenario.recommendation,
            steps=steps,
            result=None if result is None else self._result(result, steps),
        )

    def _step(self, edit: ScenarioEdit) -> StepRow:
        step = from_json(edit.kind, edit.content, edit.schema_version)
        return StepRow(edit.seq, step, step.sentence(self.zone), edit.adopted_at is not None)

    def _result(self, row: ScenarioResult, steps: Sequence[StepRow]) -> ResultRow:
        numbered = tuple((each.seq, each.step) for each in steps if not each.adopted)
        sentences = {each.seq: each.sentence for each in steps}
        return ResultRow(
            solved_at=row.solved_at,
            solved_by=row.solved_by,
            planning_now=row.planning_now,
            policy=row.policy,
            seconds=row.seconds,
            status=row.status,
            figures=row.figures["scenario"],
            base_figures=row.figures["base"],
            orders=tuple(_outcome(each, sentences) for each in row.orders),
            load=_load(row.figures.get("load", {}), row.figures.get("base_load", {})),
            stale=row.input_hash != input_hash(self.base, numbered),
        )


def _outcome(stored: Mapping[str, Any], sentences: Mapping[int, Message]) -> OrderOutcome:
    times = {name: _moment(stored[name]) for name in ("due", "base_due", "base_end", "end")}
    return OrderOutcome(
        order=stored["order"],
        item=stored["item"],
        customer=stored["customer"],
        difference=stored["difference"],
        base_late=stored["base_late"],
        late=stored["late"],
        cause=_cause(stored["cause"], sentences),
        weight=stored.get("weight", 1.0),  # results of an earlier version have none
        loses=tuple(_waits(each) for each in stored.get("loses", ())),
        **times,
    )


def _load(
    load: Mapping[str, Sequence[float]], before: Mapping[str, Sequence[float]]
) -> tuple[LoadRow, ...]:
    """The largest difference first."""
    rows = [
        LoadRow(machine, *before.get(machine, (0.0, 0.0)), *load.get(machine, (0.0, 0.0)))
        for machine in dict.fromkeys([*before, *load])
    ]
    return tuple(sorted(rows, key=lambda row: (-abs(row.difference), row.machine)))


def _moment(minutes: int | None) -> datetime | None:
    return None if minutes is None else moment(minutes)


def _cause(stored: Mapping[str, Any] | None, sentences: Mapping[int, Message]) -> Message | None:
    if stored is None:
        return None
    if "step" in stored:
        return sentences.get(stored["step"])
    return _waits(stored)


def _waits(stored: Mapping[str, Any]) -> Message:
    """So many minutes more, or less, of a wait in words."""
    text = Message(stored["text"]["code"], stored["text"]["values"])
    code = "scenarios.cause_more" if stored["minutes"] > 0 else "scenarios.cause_less"
    return message(code, minutes=Minutes(abs(stored["minutes"])), text=text)


# ---------------------------------------------------------------- side by side


def working_figures(database: Database) -> dict[str, float]:
    """The working plan as it stands (a job's work). Errors: ``NotFound`` before the first plan."""
    with database.read() as session:
        plan = working_plan(session)
        if plan is None:
            raise NotFound(message("planning.no_working_plan"))
        loaded = load_problem(session, now_of(site_row(session)))
        content = read_content(session, plan)
    return figures_of(loaded.problem, schedule_of(loaded, content.spots, {}))


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of all plans side by side; ``best``: places of the best, none if all are equal."""

    figure: Figure
    values: tuple[float | None, ...]
    best: frozenset[int]


def comparison(columns: Sequence[Mapping[str, float] | None]) -> tuple[FigureRow, ...]:
    """``columns``: figures by plan, None where there are none (not solved)."""
    rows = []
    for figure in FIGURES:
        values = tuple(None if each is None else each.get(figure.name) for each in columns)
        rows.append(FigureRow(figure, values, _best(figure, values)))
    return tuple(rows)


def _best(figure: Figure, values: Sequence[float | None]) -> frozenset[int]:
    known = {
        place: round(value, figure.digits)
        for place, value in enumerate(values)
        if value is not None
    }
    if not figure.better or len(set(known.values())) < 2:
        return frozenset()
    wanted = max(known.values()) if figure.better > 0 else min(known.values())
    return frozenset(place for place, value in known.items() if value == wanted)
