"""Edits of a scenario put into a session: in a trial to see, in a writing one to adopt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import event

from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.services.planning.scenarios.kinds import Step
from app.services.planning.scenarios.named import Place
from app.services.site import site_row

Numbered = tuple[int, Step]
"""An edit with its number in the scenario."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that cannot be made as the data stand now, and why."""

    seq: int
    sentence: Message
    reason: Message


def try_steps(session: WritingSession, steps: Sequence[Numbered]) -> tuple[Refusal, ...]:
    """Make them in a trial session, each whole or not at all; new work gets negative ids."""
    event.listen(session, "before_flush", _TemporaryIds())
    zone = ZoneInfo(site_row(session).time_zone)
    refused = []
    for seq, step in steps:
        try:
            with session.begin_nested():
                for edit in step.steps(session, Place(seq, trial=True)):
                    edit.apply(session)
                    session.flush()
        except (Conflict, NotFound, RuleBroken) as error:
            refused.append(Refusal(seq, step.sentence(zone), error.message))
    return tuple(refused)


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raises ``RuleBroken`` that names each edit and its reason, if there is any."""
    if refusals:
        lines = [
            message("scenarios.refusal", sentence=each.sentence, reason=each.reason)
            for each in refusals
        ]
        raise RuleBroken(message("scenarios.refused", count=len(lines), lines=lines))


class _TemporaryIds:
    """Orders and operations that exist only in a scenario are numbered below zero."""

    def __init__(self) -> None:
        self._numbers = {ProductionOrder: count(-1, -1), Operation: count(-1, -1)}

    def __call__(self, session: WritingSession, _context: object, _instances: object) -> None:
        for row in session.new:
            numbers = self._numbers.get(type(row))
            if numbers is not None and row.id is None:
                row.id = next(numbers)
