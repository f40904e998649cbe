"""What the What-if page reads and does off the GUI thread: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.services.planning.scenarios.rows import ScenarioRow
from app.views.jobs import Stop

if TYPE_CHECKING:
    from app.services.planning.rows import PlanView
    from app.views.planning.gantt.ghosts import Ghosts
    from app.views.planning.gantt.model import PlanModel


@dataclass(frozen=True, slots=True)
class Reading:
    """All scenarios."""

    scenarios: tuple[ScenarioRow, ...]


def read_scenarios(database: Any) -> Reading:
    from app.services.planning.scenarios.queries import scenario_rows

    return Reading(scenario_rows(database))


def read_form(database: Any, kind: str, order: str) -> tuple[Any, Any]:
    """What a form offers, and how the ``order`` is now as an edit of that kind (None without)."""
    from app.services.planning.scenarios.choices import order_step, step_choices

    return step_choices(database), order_step(database, kind, order) if order else None


def add_step(database: Any, name: str, seq: int | None, step: Any, actor: str) -> Any:
    """The edit that adds the step, or puts it in the place of number ``seq``."""
    from app.services.planning.scenarios.desk import added, changed

    if seq is None:
        return added(database, name, step, actor)
    return changed(database, name, seq, step, actor)


@dataclass(frozen=True, slots=True)
class Plans:
    """The working plan (``was``) and a scenario's (``now``, with its rows in ``view``)."""

    was: PlanModel
    now: PlanModel
    view: PlanView
    ghosts: Ghosts


def read_plans(database: Any, name: str, actor: str, was: PlanModel | None) -> Plans:
    """``was``: the working plan, if it is known already."""
    from app.services.planning.queries import plan_view
    from app.services.planning.scenarios.view import scenario_view
    from app.views.planning.gantt.ghosts import ghosts_of
    from app.views.planning.gantt.model import model_of

    base = model_of(plan_view(database)) if was is None else was
    view = scenario_view(database, name, actor)
    now = model_of(view)
    return Plans(base, now, view, ghosts_of(base, now))


def load_board(database: Any, name: str, actor: str) -> Any:
    """Who answers while a bar of the scenario's plan is dragged."""
    from app.services.planning.scenarios.view import scenario_board

    return scenario_board(database, name, actor)


def stand(database: Any, name: str, steps: Sequence[Any], actor: str) -> Any:
    """The edit by which operations stand where they were dropped."""
    from app.services.planning.scenarios.moving import stood

    return stood(database, name, steps, actor)


def hold(database: Any, name: str, steps: Sequence[Any], actor: str) -> Any:
    """The edit that holds operations where they stand, or lets them go."""
    from app.services.planning.scenarios.moving import held_or_let_go

    return held_or_let_go(database, name, steps, actor)


def want_later(database: Any, name: str, order: str, minutes: int, actor: str) -> Any:
    """The edit by which an order is wanted so much later."""
    from app.services.planning.scenarios.moving import wanted_later

    return wanted_later(database, name, order, minutes, actor)


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
