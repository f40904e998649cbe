"""What a changeover takes: minutes and people, from what is mounted and what is wanted."""

from __future__ import annotations

from app.scheduling.problem import Combine, SetupRule


def padded(families: tuple[int, ...], rule: SetupRule) -> tuple[int, ...]:
    """One family per part; what is not told is -1 (any)."""
    return (families + (-1,) * len(rule.parts))[: len(rule.parts)]


def changeover_minutes(
    rule: SetupRule, mounted: tuple[int, ...], wanted: tuple[int, ...]
) -> int | None:
    """The parts' changeovers combined; None when any part of it is forbidden."""
    minutes = []
    for part, old, new in zip(rule.parts, mounted, wanted, strict=True):
        if old == -1 or new == -1:
            minutes.append(0)
        elif (old, new) in part.pairs or old != new:
            change = part.pairs.get((old, new), part.default)
            if change is None:
                return None
            minutes.append(change.minutes)
        else:
            minutes.append(0)
    if rule.combine is Combine.SUM:
        return sum(minutes)
    if rule.combine is Combine.MAX:
        return max(minutes, default=0)
    differing = (
        m for m, old, new in zip(minutes, mounted, wanted, strict=True) if differs(old, new)
    )
    return next(differing, 0)


def asks_for_people(rule: SetupRule) -> bool:
    changes = (c for part in rule.parts for c in (*part.pairs.values(), part.default))
    return any(change is not None and change.crew for change in changes)


def changeover_people(
    rule: SetupRule, mounted: tuple[int, ...], wanted: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    """(skill, heads) of an allowed changeover: of each skill the most that a part asks for.

    Parts that take no time ask for nobody; where the first that differs counts, only that one.
    """
    heads: dict[int, int] = {}
    for part, old, new in zip(rule.parts, mounted, wanted, strict=True):
        if old == -1 or new == -1 or (old == new and (old, new) not in part.pairs):
            continue
        if rule.combine is Combine.FIRST and old == new:
            continue
        change = part.pairs.get((old, new), part.default)
        if change is not None and change.minutes:
            for demand in change.crew:
                heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
        if rule.combine is Combine.FIRST:
            break
    return tuple(sorted(heads.items()))


def differs(old: int, new: int) -> bool:
    return -1 not in (old, new) and old != new
