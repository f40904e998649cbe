"""Setup matrices as the editor shows them: what is stored, what follows, and which rule decides.

What follows is found by the function the engine's matrices are made with (``Matrix``), and the
parts are put together by the engine's own ``combined``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import SetupCombine
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models import plant as p
from app.models import products as r
from app.models.database import Database
from app.scheduling.problem import Changeover, Combine, SetupPart
from app.scheduling.setups import combined
from app.services.exchange.sheet_rows import lines
from app.services.masters.rows import MasterRow
from app.services.planning.setup_rules import ANY, NO_FAMILY, SAME, Matrix, PairRow

POSITIONS = 4
FORBIDDEN = "禁止"
"""As the sheet SetupMatrix writes a forbidden changeover."""


class Rule(StrEnum):
    """What decides a changeover."""

    LISTED = "listed"  # a pair of exactly these values
    GROUP = "group"  # a pair with a group's name
    ANY = "any"  # a pair with *
    SAME = "same"  # the same value needs nothing
    DEFAULT = "default"  # the attribute's default


@dataclass(frozen=True, slots=True)
class SetupScope:
    """A work centre with setup attributes, or one of its machines. ``cumulative``: several
    patterns run side by side on it, so that it has no changeovers. ``hidden``: a work centre has
    the machine's code, and pairs under it would go there."""

    kind: str  # work_centre or machine
    id: int
    code: str
    name: str
    centre: str
    cumulative: bool = False
    own_pairs: int = 0
    attributes: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SetupValue:
    """A value of an attribute: made items that have it, machines that have it mounted."""

    text: str
    items: int = 0
    machines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A changeover and why. ``minutes`` None = forbidden. ``pair``: the row that decides, as the
    sheet has it; ``of_machine``: it is the machine's own; ``rivals``: how many fit as well."""

    minutes: int | None
    cost: float
    rule: Rule
    pair: Mapping[str, Any] | None = None
    of_machine: bool = False
    rivals: int = 0


@dataclass(frozen=True)
class AttributeMatrix:
    """One attribute of a scope. ``pairs``: the scope's own rows by (from, to), folded.

    ``inherited``: for a machine those of its work centre. ``here``: rows of the work centre and
    all its machines; ``everywhere``: of all work centres with an attribute of this name, and
    ``shared``: there are others.
    """

    row: MasterRow
    values: tuple[SetupValue, ...]
    groups: tuple[MasterRow, ...]
    pairs: Mapping[tuple[str, str], MasterRow]
    inherited: Mapping[tuple[str, str], MasterRow]
    is_machine: bool
    here: tuple[MasterRow, ...] = ()
    everywhere: tuple[MasterRow, ...] = ()
    shared: bool = False

    @property
    def name(self) -> str:
        return str(self.row.values["name"])

    @property
    def position(self) -> int:
        return int(self.row.values["position"])

    @property
    def default(self) -> Changeover | None:
        if self.row.values.get("default_forbidden"):
            return None
        return Changeover(int(self.row.values.get("default_min") or 0))

    def members(self, group: str) -> tuple[str, ...]:
        wanted = code_key(group)
        for row in self.groups:
            if code_key(str(row.values["name"])) == wanted:
                return tuple(str(value) for value in row.values.get("members", ()))
        return ()

    def listed(self, start: str, end: str) -> MasterRow | None:
        """The scope's own row of exactly these two, values or groups or ``*`` or ``=``."""
        return self.pairs.get((code_key(start), code_key(end)))

    def outcome(self, start: str, end: str) -> Outcome:
        """What changing from one value to another takes, and which rule says so."""
        first, last = code_key(start), code_key(end)
        rivals = self._matrix.rivals(first, last)
        if not rivals:
            if first == last:
                return Outcome(0, 0.0, Rule.SAME)
            change = self.default
            minutes, cost = (None, 0.0) if change is None else (change.minutes, change.cost)
            return Outcome(minutes, cost, Rule.DEFAULT)
        return self._decided(rivals, first, last)

    def _decided(self, rivals: Sequence[PairRow], first: str, last: str) -> Outcome:
        winner = rivals[0]
        row = self._rows[winner.id]
        change = winner.change
        return Outcome(
            None if change is None else change.minutes,
            0.0 if change is None else change.cost,
            _rule(winner, first, last),
            row.values,
            self.is_machine and (winner.start, winner.end) in self.pairs,
            sum(rival.change != change for rival in rivals[1:]),
        )

    @cached_property
    def _rows(self) -> dict[int, MasterRow]:
        return {row.id: row for row in [*self.inherited.values(), *self.pairs.values()]}

    @cached_property
    def _matrix(self) -> Matrix:
        groups = {
            code_key(str(row.values["name"])): frozenset(
                code_key(str(value)) for value in row.values.get("members", ())
            )
            for row in self.groups
        }
        scopes = [self.pairs.values(), self.inherited.values()]
        return Matrix([[_pair(row) for row in rows] for rows in scopes], groups)


def _rule(winner: PairRow, first: str, last: str) -> Rule:
    if winner.start == first and winner.end in (last, SAME):
        return Rule.LISTED
    return Rule.ANY if ANY in (winner.start, winner.end) else Rule.GROUP


@dataclass(frozen=True)
class SetupSheet:
    """All changeovers of one scope. ``attributes`` by position; ``known``: of every position the
    values that items have, for new attributes."""

    scope: SetupScope
    machines: tuple[str, ...]
    attributes: tuple[AttributeMatrix, ...]
    known: tuple[tuple[SetupValue, ...], ...]
    mounted: tuple[str, ...]

    @property
    def combine(self) -> SetupCombine:
        """How the parts are put together: as the first attribute says."""
        rows = self.attributes
        return rows[0].row.values["combine"] if rows else SetupCombine.SUM

    def attribute(self, name: str) -> AttributeMatrix | None:
        wanted = code_key(name)
        return next((each for each in self.attributes if code_key(each.name) == wanted), None)

    def trial(self, start: Sequence[str], end: Sequence[str]) -> Trial:
        """What changing from one set of values to another takes (one text for each attribute, ""
        = none), by the engine's rule, with what each part adds."""
        parts, old, new, outcomes = [], [], [], []
        for place, (attribute, was, wanted) in enumerate(
            zip(self.attributes, start, end, strict=True)
        ):
            outcome = None
            if was.strip() and wanted.strip():
                outcome = attribute.outcome(was, wanted)
            outcomes.append(outcome)
            parts.append(_part(place, outcome))
            old.append(NO_FAMILY if outcome is None else 0)
            same = code_key(was) == code_key(wanted)
            new.append(NO_FAMILY if outcome is None else 0 if same else 1)
        total = combined(parts, Combine(self.combine.value), tuple(old), tuple(new))
        return Trial(tuple(outcomes), total)


@dataclass(frozen=True, slots=True)
class Trial:
    """``total`` None = forbidden. ``parts``: None where the values say nothing."""

    parts: tuple[Outcome | None, ...]
    total: Changeover | None


def _part(place: int, outcome: Outcome | None) -> SetupPart:
    """The part of a trial: family 0 is what was, 1 another value."""
    if outcome is None:
        return SetupPart(str(place), {})
    change = None if outcome.minutes is None else Changeover(outcome.minutes, outcome.cost)
    return SetupPart(str(place), {(0, 0): change, (0, 1): change})


def _pair(row: MasterRow) -> PairRow:
    text = str(row.values["minutes"])
    change = None
    if text != FORBIDDEN:
        change = Changeover(int(text), float(row.values.get("cost") or 0))
    return PairRow(
        row.id, code_key(str(row.values["from"])), code_key(str(row.values["to"])), change
    )


# ---------------------------------------------------------------- reading


def setup_scopes(database: Database) -> tuple[SetupScope, ...]:
    """Work centres in use and their machines below them."""
    with database.read() as session:
        return tuple(_scopes(session))


def _scopes(session: Session) -> list[SetupScope]:
    own: dict[tuple[str, int], int] = {}
    for pair in session.execute(select(p.SetupPair.machine_id, p.SetupPair.work_centre_id)):
        key = ("machine", pair.machine_id or 0) if pair.machine_id else (
            "work_centre", pair.work_centre_id or 0)  # fmt: skip
        own[key] = own.get(key, 0) + 1
    counts: dict[int, int] = {}
    for attribute in session.scalars(select(p.SetupAttribute)):
        counts[attribute.work_centre_id] = counts.get(attribute.work_centre_id, 0) + 1
    machines: dict[int, list[p.Machine]] = {}
    for machine in session.scalars(select(p.Machine).where(p.Machine.active).order_by("code")):
        if machine.work_centre_id is not None:
            machines.setdefault(machine.work_centre_id, []).append(machine)
    found = []
    taken = set(session.scalars(select(p.WorkCentre.code_key)))
    centres = select(p.WorkCentre).where(p.WorkCentre.active).order_by(p.WorkCentre.code)
    for centre in session.scalars(centres):
        there = machines.get(centre.id, [])
        all_cumulative = bool(there) and all(each.kind == "cumulative" for each in there)
        found.append(SetupScope("work_centre", centre.id, centre.code, centre.name, centre.code,
                                all_cumulative, own.get(("work_centre", centre.id), 0),
                                counts.get(centre.id, 0)))  # fmt: skip
        found += [
            SetupScope("machine", each.id, each.code, each.name, centre.code,
                       each.kind == "cumulative", own.get(("machine", each.id), 0),
                       counts.get(centre.id, 0), each.code_key in taken)
            for each in there
        ]  # fmt: skip
    return found


def setup_sheet(database: Database, kind: str, code: str) -> SetupSheet:
    """The changeovers of a work centre or machine. Error: ``NotFound``."""
    wanted = code_key(code)
    with database.read() as session:
        for scope in _scopes(session):
            if scope.kind == kind and code_key(scope.code) == wanted:
                return _Reader(session, scope).sheet()
    raise NotFound(message("plant.no_such_setup_scope", code=code))


class _Reader:
    def __init__(self, session: Session, scope: SetupScope) -> None:
        self.session = session
        self.scope = scope
        centre = select(p.WorkCentre).where(p.WorkCentre.code_key == code_key(scope.centre))
        self.centre = session.scalars(centre).one().id
        query = select(p.Machine).where(p.Machine.work_centre_id == self.centre, p.Machine.active)
        self.machines = list(session.scalars(query.order_by(p.Machine.code)))

    def sheet(self) -> SetupSheet:
        values = self._made_values()
        rows = lines(self.session, "SetupAttributes",
                     (p.SetupAttribute.work_centre_id == self.centre,))  # fmt: skip
        rows.sort(key=lambda line: line[1]["position"])
        groups = [MasterRow(*line) for line in lines(self.session, "SetupGroups")]
        of_centre = self._pairs(p.SetupPair.work_centre_id == self.centre)
        of_machine = (
            self._pairs(p.SetupPair.machine_id == self.scope.id)
            if self.scope.kind == "machine"
            else {}
        )
        attributes = tuple(
            self._attribute(MasterRow(*row), values, groups, of_centre, of_machine) for row in rows
        )
        mounted: list[Any] = []
        if self.scope.kind == "machine":
            mounted = list(self.session.get_one(p.Machine, self.scope.id).current_setup)
        texts = [str(value or "") for value in mounted]
        known = tuple(_sorted(values[n], {}, ()) for n in range(POSITIONS))
        return SetupSheet(
            self.scope, tuple(machine.code for machine in self.machines), attributes, known,
            tuple((texts + [""] * POSITIONS)[:POSITIONS]),
        )  # fmt: skip

    def _pairs(self, where: Any) -> dict[str, dict[tuple[str, str], MasterRow]]:
        """Rows by folded attribute and folded (from, to)."""
        found: dict[str, dict[tuple[str, str], MasterRow]] = {}
        own = set(self.session.scalars(select(p.SetupPair.id).where(where)))
        for row in self._all_pairs:
            if row.id in own:
                of_attribute = found.setdefault(code_key(str(row.values["attribute"])), {})
                place = code_key(str(row.values["from"])), code_key(str(row.values["to"]))
                of_attribute[place] = row
        return found

    def _attribute(
        self,
        row: MasterRow,
        values: list[dict[str, tuple[str, int]]],
        groups: list[MasterRow],
        of_centre: dict[str, dict[tuple[str, str], MasterRow]],
        of_machine: dict[str, dict[tuple[str, str], MasterRow]],
    ) -> AttributeMatrix:
        key = code_key(str(row.values["name"]))
        own_groups = tuple(g for g in groups if code_key(str(g.values["attribute"])) == key)
        position = int(row.values["position"]) - 1
        mounted: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for machine in self.machines:
            if position < len(machine.current_setup) and machine.current_setup[position]:
                text = str(machine.current_setup[position]).strip()
                mounted.setdefault(code_key(text), []).append(machine.code)
                texts.setdefault(code_key(text), text)
        named = [str(v) for group in own_groups for v in group.values.get("members", ())]
        special = {ANY, SAME, *(code_key(str(g.values["name"])) for g in own_groups)}
        pairs = [*of_machine.get(key, {}).values(), *of_centre.get(key, {}).values()]
        named += [str(pair.values[end]) for pair in pairs for end in ("from", "to")]
        more = [text for text in [*texts.values(), *named] if code_key(text) not in special]
        is_machine = self.scope.kind == "machine"
        everywhere = tuple(
            pair for pair in self._all_pairs if code_key(str(pair.values["attribute"])) == key
        )
        return AttributeMatrix(
            row,
            _sorted(values[position], mounted, more),
            own_groups,
            of_machine.get(key, {}) if is_machine else of_centre.get(key, {}),
            of_centre.get(key, {}) if is_machine else {},
            is_machine,
            tuple(pair for pair in everywhere if pair.values["scope"] in self._codes_here),
            everywhere,
            self._shared(key),
        )

    @cached_property
    def _all_pairs(self) -> list[MasterRow]:
        return [MasterRow(*line) for line in lines(self.session, "SetupMatrix")]

    @cached_property
    def _codes_here(self) -> set[str]:
        """The work centre and all its machines, retired ones too."""
        query = select(p.Machine.code).where(p.Machine.work_centre_id == self.centre)
        return {self.scope.centre, *self.session.scalars(query)}

    def _shared(self, key: str) -> bool:
        query = select(p.SetupAttribute.name).where(p.SetupAttribute.work_centre_id != self.centre)
        return key in {code_key(name) for name in self.session.scalars(query)}

    def _made_values(self) -> list[dict[str, tuple[str, int]]]:
        """Per position folded value -> (text, items) of the items made here; of all items where
        no routing leads here."""
        everything = self.session.execute(select(r.Item.id, r.Item.setup_attributes)
                                          .where(r.Item.active)).all()  # fmt: skip
        here = self._items_made_here()
        chosen = [row for row in everything if row.id in here] or everything
        found: list[dict[str, tuple[str, int]]] = [{} for _ in range(POSITIONS)]
        for _, values in chosen:
            for position, value in enumerate(values[:POSITIONS]):
                text = "" if value is None else str(value).strip()
                if text:
                    first, count = found[position].get(code_key(text), (text, 0))
                    found[position][code_key(text)] = first, count + 1
        return found

    def _items_made_here(self) -> set[int]:
        ids = [machine.id for machine in self.machines]
        listed = select(r.StepMachine.step_id).where(r.StepMachine.machine_id.in_(ids))
        at = (r.RoutingStep.work_centre_id == self.centre) | r.RoutingStep.id.in_(listed)
        steps = select(r.RoutingStep.routing_id).where(at)
        found = list(self.session.scalars(select(r.Routing).where(r.Routing.id.in_(steps))))
        families = {row.family for row in found if row.item_id is None}
        items = {row.item_id for row in found if row.item_id is not None}
        if families:
            query = select(r.Item.id).where(r.Item.family.in_(families))
            items |= set(self.session.scalars(query))
        return items


def _sorted(
    found: Mapping[str, tuple[str, int]], mounted: Mapping[str, list[str]], more: Iterable[str]
) -> tuple[SetupValue, ...]:
    values = {
        key: SetupValue(text, count, tuple(mounted.get(key, ())))
        for key, (text, count) in found.items()
    }
    for text in more:
        key = code_key(text)
        if key and key not in values:
            values[key] = SetupValue(text.strip(), 0, tuple(mounted.get(key, ())))
    return tuple(sorted(values.values(), key=lambda value: natural(value.text)))


def natural(text: str) -> list[tuple[int, bytes]]:
    """Sorts figures inside texts by value: ``A2`` before ``A10``; Chinese by pinyin."""
    parts = re.split(r"(\d+)", text.casefold())
    return [
        (int(part), b"") if number % 2 else (-1, part.encode("gb18030", "replace"))
        for number, part in enumerate(parts)
    ]
