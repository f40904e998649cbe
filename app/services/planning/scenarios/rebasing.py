"""A scenario put on the plan that is in force now, with what no longer fits listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.database import Database
from app.services.planning.scenarios.applying import Refusal, try_steps
from app.services.planning.scenarios.kinds import Step
from app.services.planning.scenarios.store import (
    PutStep,
    open_steps,
    published_revision,
    scenario_named,
)


class Choice(StrEnum):
    """What becomes of an edit that no longer fits."""

    RENEW = "renew"  # made on what stands now
    DROP = "drop"  # left out


@dataclass(frozen=True, slots=True)
class Misfit:
    """``can_renew``: the same wish can be made on what stands now."""

    refusal: Refusal
    can_renew: bool


@dataclass(frozen=True, slots=True)
class Rebase:
    """``edit`` is there once every misfit has been decided upon."""

    base: int
    published: int
    misfits: tuple[Misfit, ...]
    edit: RebaseScenario | None


@dataclass(frozen=True, slots=True)
class RebaseScenario:
    """Another base, with the edits that are renewed or dropped."""

    name: str
    before: int
    after: int
    steps: tuple[PutStep, ...] = ()

    @property
    def label(self) -> Message:
        return message("scenarios.label_rebase", name=self.name)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if the scenario is not as it was seen."""
        scenario = scenario_named(session, self.name)
        if scenario.base_revision != self.before:
            raise Conflict(message("scenarios.changed", name=self.name))
        scenario.base_revision = self.after
        for step in self.steps:
            step.apply(session)

    def inverse(self) -> RebaseScenario:
        steps = tuple(step.inverse() for step in reversed(self.steps))
        return RebaseScenario(self.name, self.after, self.before, steps)


def rebase(
    database: Database, name: str, actor: str, choices: Mapping[int, Choice] | None = None
) -> Rebase:
    """What no longer fits, by number of the edit; with a choice for each, the edit that does it.

    Errors: ``NotFound``; ``RuleBroken`` for a choice that is not possible.
    """
    wanted = dict(choices or {})
    with database.read() as session:
        scenario = scenario_named(session, name)
        steps = dict(open_steps(session, scenario))
        name, base, published = scenario.code, scenario.base_revision, published_revision(session)
        renewed = {seq: _renewed(session, step) for seq, step in steps.items()}
    with database.trial(actor) as trial:
        refused = try_steps(trial, tuple(steps.items()))
    misfits = tuple(
        Misfit(each, _fits(database, each.seq, renewed[each.seq], actor)) for each in refused
    )
    puts = []
    for misfit in misfits:
        seq = misfit.refusal.seq
        choice = wanted.get(seq)
        if choice is None:
            return Rebase(base, published, misfits, None)
        if choice is Choice.RENEW and not misfit.can_renew:
            raise RuleBroken(message("scenarios.cannot_renew", seq=seq,
                                     reason=misfit.refusal.reason))  # fmt: skip
        after = renewed[seq] if choice is Choice.RENEW else None
        puts.append(PutStep(name, seq, steps[seq], after))
    return Rebase(base, published, misfits, RebaseScenario(name, base, published, tuple(puts)))


def _renewed(session: Session, step: Step) -> Step | None:
    try:
        return step.filled(session)
    except AppError:
        return None


def _fits(database: Database, seq: int, step: Step | None, actor: str) -> bool:
    if step is None:
        return False
    with database.trial(actor) as session:
        return not try_steps(session, ((seq, step),))
