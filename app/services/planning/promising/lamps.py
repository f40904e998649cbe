"""The five lamps of a feasibility check, each with its proof.

A lamp without data is grey and says what is missing; it is never green.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.core.choices import BomLineKind
from app.core.format import Minutes
from app.core.messages import Message, message
from app.core.quantity import unscaled
from app.core.step import from_json
from app.scheduling import problem as engine
from app.scheduling.check import mode_reason, named
from app.scheduling.explain import Cause, Wait
from app.services.health.ability import UNABLE
from app.services.health.finding import Place
from app.services.planning.material_supply import ENDLESS
from app.services.planning.promising.case import Case
from app.services.planning.promising.rows import (
    LampState,
    Option,
    PromiseLamp,
    Proof,
    StepPlace,
    Verdict,
)
from app.services.planning.why import LocalMoment

MACHINE_CAUSES = frozenset({Cause.MACHINE, Cause.CLOSED, Cause.FIRST_PIECE, Cause.POWER, Cause.GAP,
                            Cause.CHANGEOVER, Cause.TURN, Cause.MATES, Cause.FOLLOWER,
                            Cause.CHOICE})  # fmt: skip
TOOL_CAUSES = frozenset({Cause.TOOL, Cause.TOOL_CLOSED, Cause.SERVICE})
PEOPLE_CAUSES = frozenset({Cause.PEOPLE, Cause.ABSENT})
NEVER = (Verdict.LATE, Verdict.IMPOSSIBLE)


def refused_lamps(reason: Message, item: str) -> tuple[PromiseLamp, ...]:
    """Where the item's data do not even make an order: that lamp is red, the rest unknown."""
    place = Place("Items", (("item_code", item),))
    bad = PromiseLamp("master_data", LampState.BAD, reason, (Proof(reason, place),))
    waiting = message("promise.lamp_not_reached")
    rest = ("material", "capacity", "resources", "commercial")
    return (bad, *(PromiseLamp(code, LampState.UNKNOWN, waiting) for code in rest))


class Lamps:
    """The lamps of one case. ``waits``: of the order squeezed into the plan, if it has a place."""

    def __init__(self, case: Case, waits: tuple[Wait, ...], verdict: Verdict) -> None:
        self.case, self.verdict = case, verdict
        own = {case.problem.operations[o].order for o in case.all_mine}
        self.waits = [w for w in waits if case.problem.operations[w.operation].order in own]
        self.definitions = {
            row.id: from_json(row.definition) for rows in case.asked.work.values() for row in rows
        }
        self.reasons = dict(self._reasons())

    def _reasons(self) -> Iterator[tuple[int, tuple[str, dict[str, str]]]]:
        """Why steps can never be done, whatever the plan."""
        case = self.case
        for operation in case.mine:
            ways = case.shop.ways[operation]
            if not ways:
                yield operation, ("no_machine", named(case.shop, operation, ()))
                continue
            reasons = [mode_reason(case.shop, operation, way) for way in ways]
            if None not in reasons and reasons[0] is not None:
                code, values = reasons[0]
                yield operation, (code, named(case.shop, operation, values))

    def all(self, places: tuple[StepPlace, ...], options: tuple[Option, ...]) -> tuple[
        PromiseLamp, ...
    ]:  # fmt: skip
        return (
            self.master_data(),
            self.material(),
            self.capacity(places, options),
            self.resources(),
            self.commercial(),
        )

    # ------------------------------------------------------------ master data

    def master_data(self) -> PromiseLamp:
        bad, watch, fine = [], [], []
        for operation in self.case.mine:
            proof = self._step_proof
            reason = self.reasons.get(operation)
            if reason is not None and reason[0] in UNABLE:
                bad.append(proof(operation, Message(f"scheduling.{reason[0]}", reason[1])))
            elif self._no_time(operation):
                watch.append(proof(operation, message("promise.step_no_time")))
            else:
                fine.append(proof(operation, self._machines(operation)))
        watch += self._changed_routing()
        if not any(d.materials for d in self.definitions.values()):
            item = self.case.asked.item.code
            place = Place("Items", (("item_code", item),))
            watch.append(Proof(message("promise.no_recipe", item=item), place))
        state = LampState.BAD if bad else LampState.WATCH if watch else LampState.OK
        code = {LampState.BAD: "promise.master_bad", LampState.WATCH: "promise.master_watch"}
        text = message(code.get(state, "promise.master_ok"), count=len(bad or watch or fine))
        return PromiseLamp("master_data", state, text, (*bad, *watch, *fine))

    def _step_proof(self, operation: int, text: Message) -> Proof:
        case = self.case
        order, step_no, name = case.steps[case.loaded.operation_ids[operation]]
        told = message("promise.of_step", step=step_no, name=name, text=text)
        return Proof(told, self._routing(step_no) if order == case.asked.order.code else None)

    def _routing(self, step_no: int) -> Place:
        asked = self.case.asked
        zone = ZoneInfo(asked.settings.time_zone)
        on = self.case.moment(self.case.problem.now).astimezone(zone).date()
        routing = asked.recipes.routing(asked.item.id, on)
        if routing is None:
            return Place("Items", (("item_code", asked.item.code),))
        head = ("family", routing.family) if routing.item_id is None else (
            "item_code", asked.item.code)  # fmt: skip
        return Place("Routings", (head, ("revision", routing.revision), ("step_no", step_no)))

    def _no_time(self, operation: int) -> bool:
        modes = self.case.problem.operations[operation].modes
        return all(mode.run_seconds == 0 and mode.turn_seconds == 0 for mode in modes)

    def _machines(self, operation: int) -> Message:
        problem = self.case.problem
        machines = dict.fromkeys(mode.machine for mode in problem.operations[operation].modes)
        names = ", ".join(problem.machines[machine].key for machine in machines)
        least = min(way.least_run for way in self.case.shop.ways[operation])
        return message("promise.machines_can", machines=names, minutes=Minutes(least))

    def _changed_routing(self) -> Iterator[Proof]:
        for rows in self.case.asked.work.values():
            for row in rows:
                if row.stale:
                    text = message("promise.stale", step=row.step_no, name=row.name)
                    yield Proof(text, order=self.case.asked.order.code)

    # ------------------------------------------------------------ capacity

    def capacity(self, places: tuple[StepPlace, ...], options: tuple[Option, ...]) -> PromiseLamp:
        proofs = [Proof(self._standing(place)) for place in places]
        proofs += self._waited(MACHINE_CAUSES)
        proofs += self._loads()
        helped = [o for o in options if o.finish and o.finish.verdict not in NEVER]
        if self.verdict is Verdict.IN_TIME:
            return PromiseLamp(
                "capacity", LampState.OK, message("promise.capacity_ok"), tuple(proofs)
            )
        if self.verdict is Verdict.TIGHT or helped:
            code = "promise.capacity_tight" if self.verdict is Verdict.TIGHT else (
                "promise.capacity_option")  # fmt: skip
            return PromiseLamp("capacity", LampState.WATCH, message(code), tuple(proofs))
        code = "promise.capacity_none" if self.verdict is Verdict.IMPOSSIBLE else (
            "promise.capacity_late")  # fmt: skip
        return PromiseLamp("capacity", LampState.BAD, message(code), tuple(proofs))

    def _standing(self, place: StepPlace) -> Message:
        return message(
            "promise.place", step=place.step_no, name=place.name, machine=place.machine,
            start=self._local(place.setup_start), end=self._local(place.end),
        )  # fmt: skip

    def _waited(self, causes: frozenset[Cause]) -> Iterator[Proof]:
        """What was waited for, summed by what stood in the way, the longest first."""
        problem = self.case.problem
        total: dict[tuple[Cause, int | None], int] = {}
        first: dict[tuple[Cause, int | None], Wait] = {}
        for wait in self.waits:
            if wait.cause in causes:
                key = (wait.cause, wait.resource)
                total[key] = total.get(key, 0) + wait.minutes
                first.setdefault(key, wait)
        for key in sorted(total, key=lambda key: -total[key]):
            wait = first[key]
            other = ""
            operation_id = None
            if wait.other is not None:
                other = problem.operations[wait.other].key
                number = self.case.loaded.operation_ids[wait.other]
                operation_id = number if number > 0 else None
            yield Proof(
                self._waited_text(wait, Minutes(total[key]), other),
                order=other.rpartition("/")[0],
                operation_id=operation_id,
            )

    def _waited_text(self, wait: Wait, minutes: Minutes, other: str) -> Message:
        """Only what is known: a closed machine has nobody on it, a long shot no machine."""
        cause, resource = message(f"cause.{wait.cause}"), self._resource(wait)
        if other and resource:
            return message(
                "promise.waited", minutes=minutes, cause=cause, resource=resource, other=other
            )
        named = resource or other
        if named:
            return message("promise.waited_alone", minutes=minutes, cause=cause, resource=named)
        return message("promise.waited_only", minutes=minutes, cause=cause)

    def _resource(self, wait: Wait) -> str:
        """What was waited for; empty where it is nothing with a name."""
        problem, index = self.case.problem, wait.resource
        if index is None:
            return ""
        if wait.cause in TOOL_CAUSES:
            return problem.tool_types[index]
        if wait.cause in PEOPLE_CAUSES:
            return problem.skills[index]
        if wait.cause is Cause.MATERIAL:
            return problem.materials[index].key
        return self.case.machine_name(index) if index < len(problem.machines) else ""

    def _loads(self) -> Iterator[Proof]:
        """Booked and open hours until the due date of the machines that each step can go to."""
        case = self.case
        until = case.due
        if until <= case.problem.now:
            return
        booked: dict[int, int] = {}
        for placement in case.base:
            mode = case.problem.operations[placement.operation].modes[placement.mode]
            worked = sum(
                max(0, min(b, until) - max(a, case.problem.now)) for a, b in placement.segments
            )
            booked[mode.machine] = booked.get(mode.machine, 0) + worked
        seen: set[int] = set()
        for operation in case.mine:
            for mode in case.problem.operations[operation].modes:
                record = case.problem.machines[mode.machine]
                if mode.machine in seen or record.kind is not engine.MachineKind.UNARY:
                    continue
                seen.add(mode.machine)
                clock = case.shop.calendars[record.calendar]
                hours = clock.worked(until) - clock.worked(case.problem.now)
                yield Proof(
                    message("promise.load", machine=case.machine_name(mode.machine),
                            booked=Minutes(booked.get(mode.machine, 0)), open=Minutes(hours),
                            until=self._local(case.moment(until))),
                    Place("Machines", (("machine_code", record.key),)),
                )  # fmt: skip

    # ------------------------------------------------------------ tools and skills

    def resources(self) -> PromiseLamp:
        bad = [
            self._step_proof(o, Message(f"scheduling.{code}", values))
            for o, (code, values) in self.reasons.items()
            if code in ("tools_too_few", "tool_life", "people_too_few")
        ]
        waited = [*self._waited(TOOL_CAUSES), *self._waited(PEOPLE_CAUSES)]
        there = [*self._tools(), *self._skills()]
        if bad:
            state, text = LampState.BAD, message("promise.resources_bad")
        elif waited and self.verdict is not Verdict.IN_TIME:
            state, text = LampState.WATCH, message("promise.resources_waits")
        elif not there:
            state, text = LampState.OK, message("promise.resources_none")
        else:
            state, text = LampState.OK, message("promise.resources_ok")
        return PromiseLamp("resources", state, text, (*bad, *waited, *there))

    def _tools(self) -> Iterator[Proof]:
        problem = self.case.problem
        kinds: dict[int, int] = {}
        for operation in self.case.mine:
            for mode in problem.operations[operation].modes:
                for demand in mode.tools:
                    kinds[demand.tool_type] = max(kinds.get(demand.tool_type, 0), demand.count)
        for kind, count in kinds.items():
            copies = [tool for tool in problem.tools if tool.tool_type == kind]
            units = sum(tool.capacity for tool in copies)
            code = problem.tool_types[kind]
            names = ", ".join(tool.key for tool in copies[:4]) if units == len(copies) else code
            yield Proof(
                message("promise.tool", tool=code, count=count, there=units, names=names),
                Place("Tools", (("tool_code", code),)),
            )

    def _skills(self) -> Iterator[Proof]:
        problem = self.case.problem
        skills: dict[int, int] = {}
        for operation in self.case.mine:
            for mode in problem.operations[operation].modes:
                for demand in (*mode.setup_crew, *mode.run_crew):
                    skills[demand.skill] = max(skills.get(demand.skill, 0), demand.heads)
        for skill, heads in skills.items():
            holders = [
                person
                for person in problem.operators
                if any(g.skill == skill and g.end > problem.now for g in person.grants)
            ]
            names = ", ".join(person.name or person.key for person in holders[:4])
            yield Proof(
                message("promise.skill", skill=problem.skills[skill], heads=heads,
                        there=len(holders), names=names or "–"),
                Place("Operators", (("badge", holders[0].key),)) if holders else None,
            )  # fmt: skip

    # ------------------------------------------------------------ material and commerce

    def material(self) -> PromiseLamp:
        """Grey until materials are planned; what is known to be short is said all the same."""
        problem = self.case.problem
        untracked = any(w.code == "planning.no_stock_recorded" for w in self.case.loaded.warnings)
        waited = list(self._waited(frozenset({Cause.MATERIAL})))
        proofs = list(self._needs(untracked))
        if untracked:
            text = message("promise.material_no_stock")
            return PromiseLamp("material", LampState.UNKNOWN, text, tuple(proofs))
        short = [o for o, (code, _) in self.reasons.items() if code == "material_short"]
        if waited or short:
            names = ", ".join(
                dict.fromkeys(
                    problem.materials[w.resource].key
                    for w in self.waits
                    if w.cause is Cause.MATERIAL and w.resource is not None
                )
            )
            text = message("promise.material_waits", items=names or "–")
            state = LampState.BAD if short else LampState.WATCH
            return PromiseLamp("material", state, text, (*waited, *proofs))
        return PromiseLamp(
            "material", LampState.UNKNOWN, message("promise.material_unchecked"), tuple(proofs)
        )

    def _needs(self, untracked: bool) -> Iterator[Proof]:
        asked = self.case.asked
        total: dict[int, Decimal] = {}
        for order, rows in asked.work.items():
            if order.id not in asked.own:
                continue
            for row in rows:
                for need in self.definitions[row.id].materials:
                    if need.line_kind is BomLineKind.CONSUME:
                        more = need.for_pieces(row.quantity)
                        total[need.item] = total.get(need.item, Decimal(0)) + more
        records = {record.key: record for record in self.case.problem.materials}
        for item_id, quantity in total.items():
            item = asked.recipes.items.get(item_id)
            if item is None:
                continue
            place = Place("Items", (("item_code", item.code),))
            record = records.get(item.code)
            if untracked or record is None:
                text = message("promise.need_unknown", item=item.code, quantity=quantity)
            else:
                coming = sum(q for _, q in record.receipts)
                known = unscaled(coming) if unscaled(coming) < ENDLESS else Decimal(0)
                text = message("promise.need", item=item.code, quantity=quantity,
                               stock=unscaled(record.stock), coming=known)  # fmt: skip
            yield Proof(text, place)

    def commercial(self) -> PromiseLamp:
        order = self.case.asked.order
        gates = {"deposit": order.deposit, "drawing": order.drawing_ok, "sample": order.sample_ok}
        state = {True: "yes", False: "no", None: "unknown"}
        proofs = tuple(
            Proof(message(f"promise.gate_{state[value]}", gate=message(f"promise.gate_{name}")),
                  order="" if self.case.asked.new else order.code)
            for name, value in gates.items()
        )  # fmt: skip
        open_ones = [name for name, value in gates.items() if value is False]
        if open_ones:
            names = [message(f"promise.gate_{name}") for name in open_ones]
            text = message("promise.commercial_open", gates=names)
            return PromiseLamp("commercial", LampState.WATCH, text, proofs)
        return PromiseLamp(
            "commercial", LampState.UNKNOWN, message("promise.commercial_unknown"), proofs
        )

    def _local(self, at: datetime) -> LocalMoment:
        return LocalMoment(at.astimezone(self.case.loaded.time_zone))
