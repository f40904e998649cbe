"""What the What-if page reads and does off the GUI thread: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import NotFound
from app.services.planning.scenarios.rows import ScenarioRow
from app.views.jobs import Stop


@dataclass(frozen=True, slots=True)
class Reading:
    """All scenarios, and the working plan in figures (None before the first plan)."""

    scenarios: tuple[ScenarioRow, ...]
    working: Mapping[str, float] | None


def read_scenarios(database: Any) -> Reading:
    from app.services.planning.scenarios.queries import scenario_rows, working_figures

    try:
        working = working_figures(database)
    except NotFound:
        working = None
    return Reading(scenario_rows(database), working)


def read_choices(database: Any) -> Any:
    from app.services.planning.scenarios.choices import step_choices

    return step_choices(database)


def add_step(database: Any, name: str, seq: int | None, step: Any, actor: str) -> Any:
    """The edit that adds the step, or puts it in the place of number ``seq``."""
    from app.services.planning.scenarios.desk import added, changed

    if seq is None:
        return added(database, name, step, actor)
    return changed(database, name, seq, step, actor)


def read_plans(database: Any, name: str, actor: str) -> Any:
    """Working plan and scenario as the Gantt shows them; None before the first plan."""
    from app.services.planning.queries import plan_view
    from app.services.planning.scenarios.view import scenario_view
    from app.views.planning.gantt.model import model_of

    return model_of(plan_view(database)), model_of(scenario_view(database, name, actor))


@dataclass(frozen=True, slots=True)
class Begun:
    """A run has come to this scenario: number ``place`` (from 1) of ``count``."""

    name: str
    place: int
    count: int


def solve_scenarios(
    database: Any,
    actor: str,
    names: Sequence[str],
    policy: str,
    seconds: float,
    stop: Stop,
    report: Callable[[Any], None],
) -> list[tuple[str, Any]]:
    """One after the other in child processes; (name, why not or None) of those tried."""
    from app.core.errors import AppError
    from app.services.planning.scenarios.solving import solve_scenario

    told: list[tuple[str, Any]] = []
    for place, name in enumerate(names, 1):
        if stop():
            break
        report(Begun(name, place, len(names)))
        try:
            solve_scenario(database, name, policy=policy, seconds=seconds, actor=actor, stop=stop,
                           report=report)  # fmt: skip
            told.append((name, None))
        except AppError as error:
            told.append((name, error))
    return told


def adopt_some(
    database: Any,
    actor: str,
    name: str,
    seqs: Sequence[int],
    policy: str,
    seconds: float,
    stop: Stop,
    report: Callable[[Any], None],
) -> Any:
    """These edits adopted, with a plan solved for just them; the edit that did it."""
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.adopting import adoption_of

    report(Begun(name, 1, 1))
    edit = adoption_of(database, name, seqs, policy=policy, seconds=seconds, actor=actor,
                       stop=stop, report=report)  # fmt: skip
    apply_edit(database, edit, actor)
    return edit


def adopt(database: Any, name: str, actor: str) -> Any:
    """The whole scenario adopted as it was solved; the edit that did it."""
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.adopting import adoption

    edit = adoption(database, name, actor)
    apply_edit(database, edit, actor)
    return edit


def find_rebase(database: Any, name: str, actor: str, choices: Any) -> Any:
    """What no longer fits, or the edit that puts the scenario on the plan in force."""
    from app.services.planning.scenarios.rebasing import rebase

    return rebase(database, name, actor, choices)
