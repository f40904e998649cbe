"""What a planner does with scenarios, as edits: window and command line make the same ones."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.models.planning import Scenario
from app.services.planning.scenarios.applying import refuse, try_steps
from app.services.planning.scenarios.kinds import InsertRush, Step
from app.services.planning.scenarios.store import (
    DeleteScenario,
    PutStep,
    ScenarioImage,
    image_of,
    open_steps,
    scenario_named,
)


def added(database: Database, name: str, step: Step, actor: str) -> PutStep:
    """The edit that adds ``step`` at the end, tried together with those before it.

    Errors: ``NotFound``; ``RuleBroken`` naming the record that refuses it.
    """
    with database.trial(actor) as session:
        scenario = scenario_named(session, name)
        image = image_of(session, scenario)
        steps = open_steps(session, scenario)
        filled = step.filled(session)
        seq = max((number for number, *_ in image.steps), default=0) + 1
        refuse([each for each in try_steps(session, (*steps, (seq, filled))) if each.seq == seq])
    return PutStep(image.name, seq, None, filled)


def changed(database: Database, name: str, seq: int, step: Step, actor: str) -> PutStep:
    """The edit that puts ``step`` in the place of number ``seq``. Errors: as ``added``."""
    with database.trial(actor) as session:
        scenario = scenario_named(session, name)
        steps = dict(open_steps(session, scenario))
        if seq not in steps:
            raise NotFound(message("scenarios.no_edit", seq=seq, name=name))
        before, filled = steps[seq], step.filled(session)
        if isinstance(filled, InsertRush) and isinstance(before, InsertRush):
            filled = replace(filled, client_key=before.client_key)
        tried = tuple((steps | {seq: filled}).items())
        refuse([each for each in try_steps(session, tried) if each.seq == seq])
        name = scenario.code
    return PutStep(name, seq, before, filled)


def removed(database: Database, name: str, seq: int) -> PutStep:
    """Errors: ``NotFound``."""
    with database.read() as session:
        scenario = scenario_named(session, name)
        step = dict(open_steps(session, scenario, [seq]))[seq]
        return PutStep(scenario.code, seq, step, None)


def deleted(database: Database, name: str) -> DeleteScenario:
    """Errors: ``NotFound``."""
    with database.read() as session:
        return DeleteScenario(image_of(session, scenario_named(session, name)))


def copy_of(database: Database, name: str, copy: str, owner: str) -> ScenarioImage:
    """Its open edits under another name; new orders become orders of their own."""
    with database.read() as session:
        steps = open_steps(session, scenario_named(session, name))
    fresh = tuple((seq, _own(step), None) for seq, (_, step) in enumerate(steps, 1))
    return ScenarioImage(copy, owner, steps=fresh)


def _own(step: Step) -> Step:
    if isinstance(step, InsertRush):
        return replace(
            step, client_key=InsertRush(step.item, step.quantity, step.wanted).client_key
        )
    return step


def free_name(database: Database, wanted: str) -> str:
    """``wanted``, or with the next number behind it that nobody has taken."""
    with database.read() as session:
        taken = set(session.scalars(select(Scenario.code_key)))
    number, name = 1, wanted
    while code_key(name) in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
