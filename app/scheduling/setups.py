"""Sequence-dependent setup of one machine: what a changeover takes, and what it leaves mounted."""

from __future__ import annotations

from collections.abc import Sequence

from app.scheduling.problem import (
    Changeover,
    Combine,
    CrewDemand,
    MachineKind,
    Problem,
    SetupPart,
)

State = tuple[int, ...]
"""What is mounted: one family per part of the machine's setup rule."""

FREE = Changeover(0)


class Setups:
    """The setup rule of one machine; machines without a rule change over in no time."""

    def __init__(self, problem: Problem, machine: int) -> None:
        record = problem.machines[machine]
        ruled = record.setup_rule is not None and record.kind is not MachineKind.CUMULATIVE
        rule = problem.setup_rules[record.setup_rule] if ruled else None  # type: ignore[index]
        self.parts: tuple[SetupPart, ...] = rule.parts if rule else ()
        self.combine = rule.combine if rule else Combine.SUM
        self.initial: State = self.padded(record.setup_state) if self.parts else ()
        self.crewed = any(
            change is not None and change.crew
            for part in self.parts
            for change in (*part.pairs.values(), part.default)
        )
        self._known: dict[tuple[State, State], Changeover | None] = {}

    def change(self, state: State, families: State) -> Changeover | None:
        """Changeover from what is mounted to what is needed; None if it is forbidden."""
        if not self.parts:
            return FREE
        key = (state, families)
        try:
            return self._known[key]
        except KeyError:
            result = self._known[key] = combined(
                self.parts, self.combine, state, self.padded(families)
            )
            return result

    def after(self, state: State, families: State) -> State:
        """What is mounted after an operation; a part it does not care for (-1) stays."""
        if not self.parts:
            return ()
        if -1 not in families and len(families) == len(state):
            return families
        wanted = self.padded(families)
        return tuple(new if new != -1 else old for old, new in zip(state, wanted, strict=True))

    def padded(self, families: State) -> State:
        """One family per part of the rule, -1 where there is none."""
        missing = len(self.parts) - len(families)
        return families[: len(self.parts)] + (-1,) * max(0, missing)


def combined(
    parts: Sequence[SetupPart], combine: Combine, state: State, families: State
) -> Changeover | None:
    """The changeover of all parts together (one family a part); None if one part forbids it."""
    pairs = list(zip(state, families, strict=True))
    changes = []
    for part, (old, new) in zip(parts, pairs, strict=True):
        change = part_change(part, old, new)
        if change is None:
            return None
        changes.append(change)
    if combine is Combine.MAX:
        longest = max(changes, key=lambda change: change.minutes)
        return Changeover(longest.minutes, longest.cost, _crew(changes))
    if combine is Combine.FIRST:
        differing = (
            change
            for change, (old, new) in zip(changes, pairs, strict=True)
            if old != new and -1 not in (old, new)
        )
        return next(differing, FREE)
    minutes, cost = sum(c.minutes for c in changes), sum(c.cost for c in changes)
    return Changeover(minutes, cost, _crew(changes))


def _crew(changes: Sequence[Changeover]) -> tuple[CrewDemand, ...]:
    """Of each skill the most that a part asks for."""
    heads: dict[int, int] = {}
    for change in changes:
        for demand in change.crew if change.minutes else ():
            heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
    return tuple(CrewDemand(skill, count) for skill, count in sorted(heads.items()))


def part_change(part: SetupPart, old: int, new: int) -> Changeover | None:
    """The changeover of one part."""
    if old == -1 or new == -1:
        return FREE
    if (old, new) in part.pairs:
        return part.pairs[old, new]
    return FREE if old == new else part.default
