"""The plant's records as the engine's machines, tools and operators, with their positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import USABLE_TOOLS, FreezeUnit, MachineState, SkillGrade, ToolKind, ToolState
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.core.power_hours import PowerRule, power_rule
from app.core.working_time import (
    Hours,
    OpenWindow,
    Stretch,
    minute,
    wall_minute,
)
from app.models.plant import (
    Machine,
    Operator,
    OperatorSkill,
    Skill,
    Supplier,
    ToolCopy,
    ToolItem,
    ToolType,
    WorkCentre,
)
from app.scheduling import problem as engine
from app.scheduling.windows import Stretches
from app.services.planning.machine_rule import parts_of, takes
from app.services.planning.setup_rules import Families, SetupRules
from app.services.plant.calendars import PlantCalendars
from app.services.plant.freezing import freeze_ends
from app.services.plant.maintenance import cut_out, tool_services

SECONDS_PER_DAY = 24 * 3600
SUPPLIER_CAPACITY = 10**6
"""A subcontractor takes as many operations side by side as one likes."""


class Clock:
    """Ticks of one problem: minutes since its origin."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.zone = zone
        local = now.astimezone(zone).date()
        self.origin_minute = wall_minute(local, 0, zone)
        self.now = minute(now) - self.origin_minute

    @property
    def origin(self) -> datetime:
        return datetime.fromtimestamp(self.origin_minute * 60, UTC)

    def tick(self, moment: datetime) -> int:
        """Tick of a moment, rounded down to the minute."""
        return minute(moment) - self.origin_minute

    def moment(self, tick: int) -> datetime:
        return self.origin + timedelta(minutes=tick)

    def day_start(self, day: date) -> int:
        return wall_minute(day, 0, self.zone) - self.origin_minute


class CalendarPool:
    """Windows as the engine's calendars; equal ones are one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers: dict[tuple[engine.Window, ...], int] = {}
        self.calendars: list[engine.Calendar] = []
        self.always = self._add(engine.ALWAYS)

    def add(
        self,
        windows: Iterable[OpenWindow],
        start: int = -engine.FOREVER,
        end: int = engine.FOREVER,
    ) -> int:
        """Calendar of the windows, cut to the ticks ``[start, end)``."""
        shift = self._clock.origin_minute
        cut = (
            engine.Window(
                max(window.start - shift, start),
                min(window.end - shift, end),
                window.overtime,
                window.cost,
            )
            for window in windows
        )
        return self._add(tuple(window for window in cut if window.start < window.end))

    def from_tick(self, start: int) -> int:
        """Open for ever from a tick on."""
        return self._add((engine.Window(start, engine.FOREVER),))

    def _add(self, windows: tuple[engine.Window, ...]) -> int:
        if windows not in self._numbers:
            self._numbers[windows] = len(self.calendars)
            self.calendars.append(engine.Calendar(f"C{len(self.calendars)}", windows))
        return self._numbers[windows]


@dataclass(frozen=True, slots=True)
class MachineRecord:
    """What the modes need to know of a machine; ``index`` in the problem."""

    index: int
    id: int
    kind: engine.MachineKind
    capacity: int
    work_centre_id: int | None
    key: str
    work_centre_key: str
    attributes: dict[str, object]
    shift_seconds: int
    rule_key: tuple[int, int | None] | None
    efficiency: int


@dataclass(frozen=True, slots=True)
class ToolRecord:
    """A tool type; ``usable`` copies (or pool units) and the cavities of a whole copy."""

    index: int
    kind: ToolKind
    cavities: int
    usable: int
    machine_rule: tuple[str, ...]

    @property
    def shapes(self) -> bool:
        return self.kind in (ToolKind.MOULD, ToolKind.DIE)


class Mounting:
    """Minutes to mount and take down tools, on machines whose work centre has no setup matrix.

    ``on_machine``: tool type (id) that hangs on a machine (id) now.
    """

    KEY: tuple[int, int | None] = (0, None)
    """Key of the rule; work centres have ids above zero."""

    def __init__(self) -> None:
        self._minutes: dict[int, tuple[str, int, int]] = {}
        self.on_machine: dict[int, int] = {}

    def add(self, kind: ToolType) -> None:
        self._minutes[kind.id] = (kind.code, kind.mount_minutes, kind.dismount_minutes)

    @property
    def counts(self) -> bool:
        """Whether any tool takes time to change."""
        return any(up or down for _code, up, down in self._minutes.values())

    def family(self, tool_type_id: int | None, families: Families) -> int:
        known = self._minutes.get(tool_type_id or 0)
        return families.number(known[0] if known else None)

    def part(self, families: Families) -> engine.SetupPart:
        """The old tool is taken down, the new one mounted."""
        tools = [(families.number(code), up, down) for code, up, down in self._minutes.values()]
        pairs: dict[tuple[int, int], engine.Changeover | None] = {
            (before, after): engine.Changeover(down + up)
            for before, _up, down in tools
            for after, up, _down in tools
            if before != after and down + up > 0
        }
        return engine.SetupPart("tool", pairs)


class Plant:
    """Machines, tools and people of one problem."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        calendars: PlantCalendars,
        pool: CalendarPool,
        last_day: date,
    ) -> None:
        self._session, self._clock = session, clock
        self._calendars, self._pool, self._last_day = calendars, pool, last_day
        self.families = Families()
        self.setup_rules = SetupRules(session)
        self._centres = {row.id: row for row in session.scalars(select(WorkCentre))}
        self.machines: dict[int, MachineRecord] = {}
        self._machine_rows: list[Machine] = []
        self.suppliers: dict[int, int] = {}
        self._supplier_rows: list[Supplier] = []
        self.supplier_days: dict[int, int] = {}  # seconds of work in a day, where known
        self.by_centre: defaultdict[int, list[MachineRecord]] = defaultdict(list)
        self.tool_types: dict[int, ToolRecord] = {}
        self.tool_type_keys: list[str] = []
        self.tools: list[engine.Tool] = []
        self.tool_copy_ids: list[int] = []
        self.tool_of_copy: dict[int, int] = {}
        self.pieces_per_shot: dict[tuple[int, int], int] = {}
        self.mounting = Mounting()
        self._by_shots: dict[int, tuple[int, int]] = {}
        self.skills: list[str] = []
        self.operators: list[engine.Operator] = []
        self.operator_ids: list[int] = []
        self.warnings: list[Message] = []
        self._full: dict[int, int] = {}
        self._any: dict[int, int] = {}

    # ------------------------------------------------------------ machines

    def load_machines(self) -> None:
        rows = self._session.scalars(select(Machine).where(Machine.active).order_by(Machine.id))
        for row in rows:
            self._machine_rows.append(row)
            centre = self._centres.get(row.work_centre_id or 0)
            record = MachineRecord(
                len(self.machines),
                row.id,
                engine.MachineKind(row.kind),
                row.capacity,
                row.work_centre_id,
                row.code_key,
                centre.code_key if centre else "",
                row.attributes,
                self._calendars.shift_minutes(row.calendar_id) * 60,
                self.setup_rules.key(row.id, row.work_centre_id),
                row.efficiency,
            )
            self.machines[row.id] = record
            if row.work_centre_id is not None:
                self.by_centre[row.work_centre_id].append(record)

    def load_suppliers(self, wanted: set[int]) -> None:
        """Subcontractors that steps name become machines after the real ones."""
        rows = self._session.scalars(
            select(Supplier).where(Supplier.id.in_(wanted)).order_by(Supplier.id)
        )
        for row in rows:
            self.suppliers[row.id] = len(self.machines) + len(self.suppliers)
            self._supplier_rows.append(row)
            if row.calendar_id is not None:
                minutes = self._calendars.shift_minutes(row.calendar_id)
                self.supplier_days[row.id] = minutes * 60 or SECONDS_PER_DAY

    def _supplier_calendar(self, row: Supplier) -> int:
        if self.supplier_days.get(row.id, SECONDS_PER_DAY) == SECONDS_PER_DAY:
            return self._pool.always
        return self._pool.add(self._calendars.calendar(row.calendar_id or 0))

    def engine_machines(
        self, moulded: Container[int]
    ) -> tuple[tuple[engine.Machine, ...], tuple[engine.SetupRule, ...]]:
        """All machines and setup rules; call it when all families are known.

        ``moulded``: positions of the machines on which moulds hang.
        """
        rules: list[engine.SetupRule] = []
        numbers: dict[tuple[int, int | None], int] = {}
        machines: list[engine.Machine] = []
        for row in self._machine_rows:
            record = self.machines[row.id]
            key = record.rule_key
            if record.kind is engine.MachineKind.CUMULATIVE:
                key = None  # things hang side by side: there is no one thing before
            elif key is None and self.mounting.counts and record.index in moulded:
                key = Mounting.KEY
            if key is not None and key not in numbers:
                numbers[key] = len(rules)
                rules.append(self._rule(key))
            rule = None if key is None else numbers[key]
            machines.append(self._engine_machine(row, record, rule))
        machines += [
            engine.Machine(
                key=supplier.code,
                calendar=self._supplier_calendar(supplier),
                kind=engine.MachineKind.CUMULATIVE,
                capacity=SUPPLIER_CAPACITY,
                name=supplier.name,
            )
            for supplier in self._supplier_rows
        ]
        return tuple(machines), tuple(rules)

    def _rule(self, key: tuple[int, int | None]) -> engine.SetupRule:
        """A work centre's matrix, or what mounting takes where there is none; parts alike."""
        empty = tuple(engine.SetupPart(f"{n}", {}) for n in range(self.setup_rules.parts))
        if key == Mounting.KEY:
            return engine.SetupRule("tool", (*empty, self.mounting.part(self.families)))
        rule = self.setup_rules.rule(key, self.families, self.demand)
        if not self.mounting.counts:
            return rule
        return replace(rule, parts=(*rule.parts, engine.SetupPart("tool", {})))

    def families_of(self, values: Sequence[object], tool_type_id: int | None) -> tuple[int, ...]:
        """Family per part of the setup rules: an item's values, then the tool that hangs."""
        numbers = self.setup_rules.families(values, self.families)
        if not self.mounting.counts:
            return numbers
        return (*numbers, self.mounting.family(tool_type_id, self.families))

    def _engine_machine(
        self, row: Machine, record: MachineRecord, rule: int | None
    ) -> engine.Machine:
        power = self._power(row)
        state: tuple[int, ...] = ()
        if rule is not None:
            state = self.families_of(row.current_setup, self.mounting.on_machine.get(row.id))
        return engine.Machine(
            key=row.code,
            calendar=self._machine_calendar(row),
            kind=record.kind,
            capacity=row.capacity,
            efficiency=row.efficiency,
            setup_rule=rule,
            setup_state=state,
            freeze=self._freeze(row),
            name=row.name,
            starts=self._daily(power.only),
            first_pieces=self._first_pieces(row),
            prefers=self._daily(power.prefer),
        )

    def _power(self, row: Machine) -> PowerRule:
        """Hours at which runs may begin, and rather should be. What cannot be read is told."""
        try:
            return power_rule(row.power_rule)
        except RuleBroken as broken:
            values = {"machine": row.name or row.code, "reason": broken.message}
            self.warnings.append(message("plant.power_ignored", **values))
            return PowerRule()

    def _daily(self, hours: Hours) -> int | None:
        """Calendar of the same hours every day, None where there are none."""
        return self._pool.add(self._calendars.daily(hours)) if hours else None

    def _first_pieces(self, row: Machine) -> int | None:
        """Calendar of the first pieces of its shifts, in which its own calendar is closed."""
        spans = self._calendars.first_pieces(row)
        return self._pool.add(OpenWindow(a, b) for a, b in spans) if spans else None

    def windows_of(self, machine_id: int) -> tuple[OpenWindow, ...]:
        """Open windows of a machine, by its calendar."""
        row = next(row for row in self._machine_rows if row.id == machine_id)
        return self._calendars.machine(row)

    def _machine_calendar(self, row: Machine) -> int:
        """Closed until ``down_until`` whatever the state says; down without a date is down."""
        windows = self._calendars.machine(row)
        if row.down_until is not None:
            return self._pool.add(windows, start=self._clock.tick(row.down_until))
        return self._pool.add(() if row.state is MachineState.DOWN else windows)

    def _freeze(self, row: Machine) -> tuple[engine.FreezeZone, ...]:
        centre = self._centres.get(row.work_centre_id or 0)
        if centre is None:
            return ()
        now, origin = self._clock.now, self._clock.origin_minute
        worked: Sequence[Stretch] = ()
        if centre.freeze_unit is not FreezeUnit.MINUTES:
            worked = self._calendars.machine_shifts(row)
        wanted = centre.freeze_unit, centre.freeze_locked, centre.freeze_within
        locked, within = (end - origin for end in freeze_ends(worked, origin + now, *wanted))
        zones = []
        if locked > now:
            zones.append(engine.FreezeZone(now, locked, engine.FreezeLevel.LOCKED))
        if within > locked:
            zones.append(engine.FreezeZone(locked, within, engine.FreezeLevel.WITHIN))
        return tuple(zones)

    def locks_issued(self, machine: int) -> bool:
        """Whether work on a machine (by position) is locked once its material is issued."""
        if machine >= len(self._machine_rows):  # a subcontractor
            return True
        centre = self._centres.get(self._machine_rows[machine].work_centre_id or 0)
        return centre is None or centre.freeze_issued

    def note_families(self) -> None:
        """Number the values that are mounted now, before the rules are made."""
        for row in self._machine_rows:
            self.families_of(row.current_setup, self.mounting.on_machine.get(row.id))

    # ------------------------------------------------------------ tools

    def load_tools(self, running: set[int]) -> None:
        """Copies that can be used some day, and those that are in use now."""
        copies: defaultdict[int, list[ToolCopy]] = defaultdict(list)
        for copy in self._session.scalars(select(ToolCopy).order_by(ToolCopy.id)):
            copies[copy.tool_type_id].append(copy)
            if copy.machine_id is not None:
                self.mounting.on_machine.setdefault(copy.machine_id, copy.tool_type_id)
        self._by_shots = tool_services(self._session)
        for kind in self._session.scalars(
            select(ToolType).where(ToolType.active).order_by(ToolType.id)
        ):
            self.mounting.add(kind)
            index = len(self.tool_type_keys)
            self.tool_type_keys.append(kind.code)
            if kind.kind is ToolKind.POOL:
                usable = self._add_pool(kind, index, copies[kind.id])
            else:
                usable = sum(self._add_copy(kind, index, row, running) for row in copies[kind.id])
            self.tool_types[kind.id] = ToolRecord(
                index, kind.kind, max(kind.cavities, 1), usable, parts_of(kind.machine_rule)
            )
        for row in self._session.scalars(select(ToolItem)):
            self.pieces_per_shot[row.tool_type_id, row.item_id] = row.pieces_per_shot

    def _add_pool(self, kind: ToolType, index: int, copies: list[ToolCopy]) -> int:
        capacity = kind.capacity or len(copies)
        if capacity:
            self.tools.append(
                engine.Tool(kind.code, index, self._pool.always, capacity=max(capacity, 1))
            )
            self.tool_copy_ids.append(-kind.id)
            self.tool_of_copy[-kind.id] = len(self.tools) - 1
        return capacity

    def _add_copy(self, kind: ToolType, index: int, copy: ToolCopy, running: set[int]) -> bool:
        in_use = copy.id in running
        later = copy.available_from is not None and copy.state is not ToolState.SCRAPPED
        if not (in_use or copy.state in USABLE_TOOLS or later):
            return False
        cavities = kind.cavities if copy.active_cavities is None else copy.active_cavities
        life = None
        if kind.life_shots is not None:
            life = max(kind.life_shots - copy.shots_done, 0)
        if not in_use and (cavities <= 0 or life == 0):
            return False
        every, minutes = self._service(kind)
        self.tool_of_copy[copy.id] = len(self.tools)
        self.tool_copy_ids.append(copy.id)
        self.tools.append(
            engine.Tool(
                key=f"{kind.code}#{copy.copy_no}",
                tool_type=index,
                calendar=self._tool_calendar(copy),
                cavities=max(cavities, 1),
                life=life,
                service_every=every,
                service_minutes=minutes,
                # Services of before are not on record: they are taken to have been made in time.
                unserviced=copy.shots_done % every if every else 0,
            )
        )
        return True

    def _service(self, kind: ToolType) -> tuple[int | None, int]:
        """Shots between services and their minutes: of the type, else its regular service."""
        known = kind.service_every, kind.service_minutes
        every, minutes = known if all(known) else self._by_shots.get(kind.id, (None, None))
        return (every, minutes) if every and minutes else (None, 0)

    def _tool_calendar(self, copy: ToolCopy) -> int:
        start = -engine.FOREVER
        if copy.available_from is not None:
            start = self._clock.tick(copy.available_from)
        windows = self._calendars.tool_copy(copy.id, copy.calendar_id)
        hours = self._plant_hours if windows is None else windows
        out = self._calendars.tool_services(copy.tool_type_id, hours)
        if windows is not None:
            return self._pool.add(cut_out(windows, out), start=start)
        closures = self._calendars.tool_closures(copy.id)
        if not closures and not out:
            return self._pool.from_tick(start) if copy.available_from else self._pool.always
        first = self._clock.origin.astimezone(self._clock.zone).date()
        definition = self._calendars.of_tool_copy(copy.id, None)
        around_the_clock = definition.windows(self._clock.zone, first, self._last_day)
        return self._pool.add(cut_out(around_the_clock, out), start=start)

    @cached_property
    def _plant_hours(self) -> tuple[OpenWindow, ...]:
        """When any machine is open: a mould without a calendar is serviced in these hours."""
        every = (w for row in self._machine_rows for w in self._calendars.calendar(row.calendar_id))
        spans = Stretches(sorted({(window.start, window.end) for window in every}))
        return tuple(OpenWindow(start, end) for start, end in spans.pairs())

    # ------------------------------------------------------------ people

    def load_people(self) -> None:
        """Operators with their skills. Grade C works only beside an A or B: see ``demand``."""
        names = self._session.execute(select(Skill.id, Skill.code).order_by(Skill.id)).all()
        held: defaultdict[int, list[OperatorSkill]] = defaultdict(list)
        beginners = set()
        for skill in self._session.scalars(select(OperatorSkill).order_by(OperatorSkill.id)):
            held[skill.operator_id].append(skill)
            if skill.grade is SkillGrade.C:
                beginners.add(skill.skill_id)
        for skill_id, code in names:
            self._full[skill_id] = self._any[skill_id] = len(self.skills)
            self.skills.append(code)
            if skill_id in beginners:
                self._any[skill_id] = len(self.skills)
                self.skills.append(f"{code} (A-C)")
        for row in self._session.scalars(
            select(Operator).where(Operator.active).order_by(Operator.id)
        ):
            self._add_operator(row, held[row.id])

    def _add_operator(self, row: Operator, held: list[OperatorSkill]) -> None:
        start, end = -engine.FOREVER, engine.FOREVER
        if row.employed_from is not None:
            start = self._clock.day_start(row.employed_from)
        if row.employed_to is not None:
            end = self._clock.day_start(row.employed_to + timedelta(days=1))
        cap = row.overtime_cap_hours
        self.operator_ids.append(row.id)
        self.operators.append(
            engine.Operator(
                key=row.code,
                calendar=self._pool.add(self._calendars.operator(row), start, end),
                grants=tuple(grant for skill in held for grant in self._grants(skill)),
                overtime_cap=None if cap is None else int(cap * 60),
                name=row.name,
            )
        )

    def _grants(self, held: OperatorSkill) -> Iterable[engine.Grant]:
        end = engine.FOREVER
        if held.valid_until is not None:
            end = self._clock.day_start(held.valid_until + timedelta(days=1))
        full, any_grade = self._full[held.skill_id], self._any[held.skill_id]
        if held.grade is not SkillGrade.C:
            yield engine.Grant(full, end=end)
        if any_grade != full:
            yield engine.Grant(any_grade, end=end)

    def demand(self, skill_id: int | None, heads: int) -> tuple[engine.CrewDemand, ...]:
        """``heads`` people of a skill, of whom at least half work without guidance."""
        if skill_id is None or heads <= 0:
            return ()
        full, any_grade = self._full[skill_id], self._any[skill_id]
        guided = heads // 2 if full != any_grade else 0
        demands = [engine.CrewDemand(full, heads - guided)]
        if guided:
            demands.append(engine.CrewDemand(any_grade, guided))
        return tuple(demands)

    # ------------------------------------------------------------ eligibility

    def candidates(self, work_centre_id: int | None) -> list[MachineRecord]:
        return self.by_centre[work_centre_id] if work_centre_id is not None else []

    @staticmethod
    def accepts(machine: MachineRecord, tool: ToolRecord) -> bool:
        return takes(tool.machine_rule, machine.key, machine.work_centre_key, machine.attributes)
