"""Setup matrices: from rows with groups and wildcards to the engine's parts of changeovers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.models.plant import SetupAttribute, SetupGroup, SetupPair
from app.models.products import Item
from app.scheduling.problem import Changeover, Combine, CrewDemand, SetupPart, SetupRule

People = Callable[[int | None, int], tuple[CrewDemand, ...]]

ANY = "*"
SAME = "="
NO_FAMILY = -1
_EXACT, _GROUP, _ANY = 3, 2, 1


class Families:
    """Values of setup attributes as the engine's family numbers; equal texts are one family."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []

    def number(self, value: object) -> int:
        """The family of a value; an empty one is none."""
        text = "" if value is None else str(value).strip()
        key = code_key(text)
        if not key:
            return NO_FAMILY
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(text)
        return self._numbers[key]

    def key(self, number: int) -> str:
        return code_key(self.names[number])


@dataclass(frozen=True, slots=True)
class PairRow:
    """One stored pair with folded values; ``change`` None = forbidden."""

    id: int
    start: str
    end: str
    change: Changeover | None


class SetupRules:
    """The setup rules of all machines.

    All rules get the same number of parts (the highest position in use), so that an operation's
    families fit each of its machines; positions a work centre does not use cost nothing.
    """

    def __init__(self, session: Session) -> None:
        self._attributes: defaultdict[int, list[SetupAttribute]] = defaultdict(list)
        for row in session.scalars(select(SetupAttribute).order_by(SetupAttribute.position)):
            self._attributes[row.work_centre_id].append(row)
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        for group in session.scalars(select(SetupGroup)):
            members = frozenset(code_key(str(value)) for value in group.members)
            self._members[code_key(group.attribute), code_key(group.name)] = members
        self._of_centre: defaultdict[tuple[int, str], list[PairRow]] = defaultdict(list)
        self._of_machine: defaultdict[tuple[int, str], list[PairRow]] = defaultdict(list)
        self._own: set[int] = set()
        self._pairs: dict[int, SetupPair] = {}
        prices = select(Item.id, Item.standard_cost).where(
            Item.id.in_(select(SetupPair.scrap_item_id))
        )
        self._prices = {number: price or 0 for number, price in session.execute(prices)}
        for pair in session.scalars(select(SetupPair).order_by(SetupPair.id)):
            self._pairs[pair.id] = pair
            key = code_key(pair.attribute)
            line = PairRow(
                pair.id, code_key(pair.from_value), code_key(pair.to_value), _change(pair)
            )
            if pair.machine_id is not None:
                self._of_machine[pair.machine_id, key].append(line)
                self._own.add(pair.machine_id)
            elif pair.work_centre_id is not None:
                self._of_centre[pair.work_centre_id, key].append(line)
        self.parts = max(
            (row.position for rows in self._attributes.values() for row in rows), default=0
        )
        # Families met so far, per part: only they need pairs.
        self._seen: list[set[int]] = [set() for _ in range(self.parts)]

    def key(self, machine_id: int, work_centre_id: int | None) -> tuple[int, int | None] | None:
        """What machines with one and the same rule share; None = no changeovers."""
        if work_centre_id is None or not self._attributes[work_centre_id]:
            return None
        return work_centre_id, machine_id if machine_id in self._own else None

    def families(self, values: Sequence[object], families: Families) -> tuple[int, ...]:
        """Family per part of an item's or a machine's values."""
        padded = [*values, *[None] * self.parts]
        numbers = tuple(families.number(value) for value in padded[: self.parts])
        for seen, number in zip(self._seen, numbers, strict=True):
            seen.add(number)
        return numbers

    def rule(
        self, key: tuple[int, int | None], families: Families, people: People | None = None
    ) -> SetupRule:
        """The rule of a key, for the families that ``families()`` has met so far.

        ``people``: heads of a skill (id) as the engine's demand; None = do not ask.
        """
        centre, machine = key
        by_position = {row.position: row for row in self._attributes[centre]}
        parts = []
        for position in range(1, self.parts + 1):
            attribute = by_position.get(position)
            if attribute is None:
                parts.append(SetupPart(f"{position}", {}))
            else:
                seen = self._seen[position - 1]
                parts.append(self._part(attribute, machine, families, seen, people))
        first = self._attributes[centre][0]
        return SetupRule(f"{centre}", tuple(parts), Combine(first.combine.value))

    def _part(
        self,
        attribute: SetupAttribute,
        machine: int | None,
        families: Families,
        used: Iterable[int],
        people: People | None,
    ) -> SetupPart:
        name = code_key(attribute.name)
        default = None if attribute.default_forbidden else Changeover(attribute.default_minutes)
        scopes = [self._of_centre[attribute.work_centre_id, name]]
        if machine is not None:
            scopes.insert(0, self._of_machine[machine, name])
        pairs: dict[tuple[int, int], Changeover | None] = {}
        values = sorted({number for number in used if number != NO_FAMILY})
        keys = {number: families.key(number) for number in values}
        groups = {group: m for (owner, group), m in self._members.items() if owner == name}
        matrix = Matrix(scopes, groups)
        for start in values:
            for end in values:
                row = matrix.find(keys[start], keys[end])
                if row is not None:
                    pairs[start, end] = self._in_full(row, people)
        return SetupPart(attribute.name, pairs, default, attribute.campaign_minutes)

    def _in_full(self, row: PairRow, people: People | None) -> Changeover | None:
        """A changeover with the people it takes and what is purged, in money."""
        pair, change = self._pairs[row.id], row.change
        if change is None:
            return None
        purged = float((pair.scrap_quantity or 0) * self._prices.get(pair.scrap_item_id or 0, 0))
        crew = () if people is None else people(pair.skill_id, pair.heads)
        return replace(change, cost=change.cost + purged, crew=crew)


class Matrix:
    """The stored pairs of one attribute of a machine: which of them decides a changeover.

    ``scopes``: the pairs of the machine itself before those of its work centre; any pair of the
    first that fits wins. ``groups``: members by group, all folded.
    """

    def __init__(
        self, scopes: Sequence[Sequence[PairRow]], groups: Mapping[str, frozenset[str]]
    ) -> None:
        self._finders = [_Finder(rows, groups) for rows in scopes]

    def find(self, start: str, end: str) -> PairRow | None:
        """The pair for folded values; None = the same value needs nothing, others the default."""
        found = self.rivals(start, end)
        return found[0] if found else None

    def rivals(self, start: str, end: str) -> list[PairRow]:
        """All pairs that fit best; the first one, the oldest, decides."""
        for finder in self._finders:
            found = finder.best(start, end)
            if found:
                return found
        return []


class _Finder:
    """The row that fits a pair best: exact values before groups before wildcards."""

    def __init__(self, rows: Sequence[PairRow], groups: Mapping[str, frozenset[str]]) -> None:
        self._groups = groups
        self._exact = {(row.start, row.end): row for row in rows}
        special = {ANY, SAME, *self._groups}
        self._patterns = [row for row in rows if row.start in special or row.end in special]
        self._from: dict[str, list[tuple[int, PairRow]]] = {}

    def best(self, start: str, end: str) -> list[PairRow]:
        """The rows that fit best, the oldest first."""
        exact = self._exact.get((start, end))
        if exact is not None:
            return [exact]
        best: list[PairRow] = []
        best_score = 0
        for from_score, row in self._leaving(start):
            score = self._fit(from_score, row, start, end)
            if score > best_score:
                best, best_score = [row], score
            elif score and score == best_score:
                best.append(row)
        return best

    def _leaving(self, start: str) -> list[tuple[int, PairRow]]:
        """The patterns that fit what is mounted, and how well: asked again for each goal."""
        found = self._from.get(start)
        if found is None:
            scores = [(self._score(row.start, start), row) for row in self._patterns]
            found = self._from[start] = [(score, row) for score, row in scores if score]
        return found

    def _fit(self, from_score: int, row: PairRow, start: str, end: str) -> int:
        if start == end and row.end != SAME:
            return 0  # "any to any" means a change; the same value needs none
        to_score = self._score_same(start, end) if row.end == SAME else self._score(row.end, end)
        return from_score + to_score if to_score else 0

    def _score(self, pattern: str, value: str) -> int:
        if pattern == value:
            return _EXACT
        if value in self._groups.get(pattern, frozenset()):
            return _GROUP
        return _ANY if pattern == ANY else 0

    @staticmethod
    def _score_same(start: str, end: str) -> int:
        return _EXACT if start == end else 0


def _change(pair: SetupPair) -> Changeover | None:
    if pair.minutes is None:
        return None
    return Changeover(pair.minutes, float(pair.cost))
