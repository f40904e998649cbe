"""Where records go: lookups by code, and one way to write a row that counts what it did."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core.choices import LocationKind
from app.core.codes import code_key
from app.core.messages import Message, message
from app.models.base import Base
from app.models.orders import ProductionOrder
from app.models.plant import (
    Calendar,
    Customer,
    Location,
    Machine,
    Operator,
    Skill,
    Supplier,
    ToolType,
    WorkCentre,
)
from app.models.products import Item, Unit
from app.services.exchange.answers import Answers, answer_id
from app.services.exchange.lookalikes import KnownCodes
from app.services.exchange.records import Option, Problem, Question, Record, Severity
from app.services.exchange.report import SheetCount
from app.services.exchange.sheets import SHEETS
from app.services.site_fields import SUBJECTS, SiteField, site_fields

KINDS: dict[str, type[Any]] = {
    "item": Item,
    "machine": Machine,
    "work_centre": WorkCentre,
    "calendar": Calendar,
    "tool": ToolType,
    "operator": Operator,
    "skill": Skill,
    "customer": Customer,
    "supplier": Supplier,
    "location": Location,
    "unit": Unit,
    "order": ProductionOrder,
}
"""What a code in a cell can name."""

NAMED_ON_THE_FLY = {"work_centre", "skill", "location", "unit"}
"""Kinds without a sheet of their own: their first mention makes them."""


FEW_RECORDS = 20
"""Of so few records only what they name is read, not whole tables."""


class _ByCode(dict[str, dict[str, Any]]):
    """Records by kind and folded code; a kind is read when it is first asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._single: dict[tuple[str, str], Any] = {}

    def __missing__(self, kind: str) -> dict[str, Any]:
        rows = self._session.scalars(select(KINDS[kind]))
        found = self[kind] = {row.code_key: row for row in rows}
        return found

    def one(self, kind: str, key: str) -> Any | None:
        """The record of that folded code, without reading the others."""
        if kind in self:
            return self[kind].get(key)
        if (kind, key) not in self._single:
            model = KINDS[kind]
            query = select(model).where(model.code_key == key)
            self._single[kind, key] = self._session.scalars(query).first()
        return self._single[kind, key]


class _SiteFields(dict[str, tuple[SiteField, ...]]):
    """The fields the site has defined, by the sheet that carries them; read when asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def __missing__(self, sheet: str) -> tuple[SiteField, ...]:
        found = self[sheet] = site_fields(self._session, SUBJECTS[sheet])
        return found


class Target:
    """The database as one import sees it: by code, and read once.

    ``few``: it brings few records; importers then read no more than what these name.
    """

    def __init__(
        self, session: Session, records: Iterable[Record], zone: ZoneInfo, now: datetime,
        answers: Answers | None = None, *, make_new: bool = True,
    ) -> None:  # fmt: skip
        """``make_new``: work centres, skills, locations and units come into being when named."""
        self.make_new = make_new
        self.session = session
        self.answers = answers or Answers()
        self.zone = zone
        self.now = now
        self.today = now.astimezone(zone).date()
        self.problems: list[Problem] = []
        self.records: dict[str, list[Record]] = {sheet.key: [] for sheet in SHEETS}
        for record in records:
            self.records[record.sheet].append(record)
        self.few = sum(map(len, self.records.values())) <= FEW_RECORDS
        self.counts = {key: SheetCount(key) for key, found in self.records.items() if found}
        self.by_code = _ByCode(session)
        self.mentioned: dict[tuple[str, str], tuple[Record, str]] = {}
        """What came into being by being named: kind and code, and the cell that did it."""
        self.site_fields: dict[str, tuple[SiteField, ...]] = _SiteFields(session)
        self._touched: dict[int, str] = {}
        self._known: dict[str, tuple[int, KnownCodes]] = {}

    # ------------------------------------------------------------ problems

    def error(
        self, record: Record, code: str, /, key: str | None = None, *, fix: str | None = None,
        **values: object,
    ) -> None:  # fmt: skip
        text = message(f"exchange.{code}", **values)
        self.problems.append(record.problem(Severity.ERROR, text, key, fix=fix))

    def warn(self, record: Record, code: str, /, key: str | None = None, **values: object) -> None:
        self.problems.append(
            record.problem(Severity.WARNING, message(f"exchange.{code}", **values), key)
        )

    def refuse(self, record: Record, text: Message, key: str | None = None) -> None:
        self.problems.append(record.error(text, key))

    @property
    def failed(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    # ------------------------------------------------------------ lookups

    def find(self, kind: str, code: str) -> Any | None:
        """The record of that code, or None."""
        key = code_key(code)
        found = self.by_code.one(kind, key) if self.few else self.by_code[kind].get(key)
        if found is None and kind == "customer":
            wanted = code_key(code)
            rows = self.by_code[kind].values()
            return next((row for row in rows if code_key(row.short_name) == wanted), None)
        return found

    def row(self, record: Record, model: type[Any], found: Any | None) -> Any | None:
        """The row a record is about: the one it names by id, else ``found`` by its identity."""
        return found if record.id is None else self.session.get(model, record.id)

    def ref(self, record: Record, key: str, kind: str) -> Any | None:
        """The record a cell names; an error names the cell if there is none. None if empty."""
        code = record.values.get(key)
        return None if code is None else self.named(record, key, kind, str(code))

    def link(
        self, record: Record, values: dict[str, Any], key: str, kind: str, attribute: str
    ) -> None:
        """Sets ``attribute`` to the id of what a cell names, or to none if it was deleted."""
        found = self.ref(record, key, kind)
        if found is not None:
            values[attribute] = found.id
        elif key in record.cleared:
            values[attribute] = None

    def named(self, record: Record, key: str, kind: str, code: str) -> Any | None:
        found = self.find(kind, code)
        if found is None and self.make_new and kind in NAMED_ON_THE_FLY:
            self.mentioned.setdefault((kind, code_key(code)), (record, key))
            return self.make(kind, code)
        if found is None and kind == "customer":
            return self._new_customer(record, key, code)
        if found is None:
            self.unknown(record, f"unknown_{kind}", key, code, kind)
        return found

    def unknown(self, record: Record, message_code: str, key: str, code: str, *kinds: str) -> None:
        """An error at a code that names nothing, with the one it was probably meant to be."""
        self.error(record, message_code, key, fix=self._fix(record, key, code, kinds), code=code)

    def _fix(self, record: Record, key: str, code: str, kinds: Iterable[str]) -> str | None:
        """The whole cell with the likely code in place of ``code``."""
        likely = {near for kind in kinds if (near := self.known_codes(kind).nearest(code))}
        cell = typed_again(record.values.get(key))
        if len(likely) != 1 or cell is None:
            return None
        parts = [likely if part.strip() == code else part for part in re.split(r"([;:/#])", cell)]
        return "".join(next(iter(p)) if isinstance(p, set) else p for p in parts)

    def known_codes(self, kind: str) -> KnownCodes:
        """All codes of a kind, and the short names of customers; read anew when some were added."""
        rows = self.by_code[kind]
        count, known = self._known.get(kind, (-1, KnownCodes(())))
        if count != len(rows):
            names = [row.code for row in rows.values()]
            if kind == "customer":
                names += [row.short_name for row in rows.values() if row.short_name]
            known = KnownCodes(names)
            self._known[kind] = (len(rows), known)
        return known

    def _new_customer(self, record: Record, key: str, code: str) -> Any | None:
        """A customer nobody has listed: made if that was answered, else asked."""
        question = Question(
            answer_id("customer", code),
            message("exchange.which_customer", code=code),
            (Option("create", message("exchange.create_customer", code=code)),),
        )
        if self.answers.choice(question.id, ["create"]) is not None:
            return self.make("customer", code, short_name=code)
        text = message("exchange.unknown_customer", code=code)
        fix = self._fix(record, key, code, ("customer",))
        self.problems.append(record.problem(Severity.ERROR, text, key, fix=fix, question=question))
        return None

    def make(self, kind: str, code: str, **values: Any) -> Any:
        """A new record of that code, at once with an id."""
        row = KINDS[kind](code=code, **values)
        if kind == "location":
            row.kind = LocationKind.PHYSICAL
        self.session.add(row)
        self.session.flush()
        self.by_code[kind][row.code_key] = row
        return row

    # ------------------------------------------------------------ writing

    def put(
        self, record: Record, model: type[Any], row: Any | None, values: Mapping[str, Any]
    ) -> Any:
        """Writes one row and counts its record as new, changed or unchanged."""
        if row is None:
            row = model(**values)
            self.session.add(row)
            self.count(record, "new")
            return row
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        self.count(record, "changed" if differing else "unchanged")
        return row

    def count(self, record: Record, what: str) -> None:
        """A record counts once, for the most that was done with it."""
        rank = ("unchanged", "changed", "new")
        key = id(record)  # a mapping may make several records of one row
        before = self._touched.get(key)
        if before is not None and rank.index(before) >= rank.index(what):
            return
        count = self.counts[record.sheet]
        if before is not None:
            setattr(count, before, getattr(count, before) - 1)
        setattr(count, what, getattr(count, what) + 1)
        self._touched[key] = what

    def outcome(self, record: Record) -> str:
        """What was done with a record: new, changed or unchanged."""
        return self._touched.get(id(record), "unchanged")

    def children(
        self, record: Record, existing: list[Any], wanted: list[Any], names: tuple[str, ...]
    ) -> None:
        """Makes the list of child rows equal to ``wanted`` (rows not yet in the session).

        Rows are the same if they agree in ``names`` (a position among them where it counts);
        others are removed or added.
        """

        def key(row: Any) -> tuple[Any, ...]:
            return tuple(getattr(row, name) for name in names)

        if Counter(map(key, existing)) == Counter(map(key, wanted)):
            return
        for row in list(existing):
            existing.remove(row)
        # The old rows leave first: their unique keys may be taken again.
        self.session.flush()
        existing.extend(wanted)
        self.count(record, "changed")

    # ------------------------------------------------------------ times

    def moment(self, value: date | datetime | None, minute: int = 0) -> datetime | None:
        """UTC of a wall-clock moment; a day alone means its ``minute``."""
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(minute // 60 % 24, minute % 60))
        return value.replace(tzinfo=self.zone).astimezone(UTC)


def typed_again(value: Any) -> str | None:
    """A cleaned value of codes as a person would type it; None for another kind of value."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        return None
    parts = []
    for part in value:
        code, figure = part if isinstance(part, tuple) else (part, None)
        if not isinstance(code, str):
            return None
        shown = format(figure, "f") if isinstance(figure, Decimal) else figure
        parts.append(code if shown is None else f"{code}:{shown}")
    return ";".join(parts)


def taken(record: Record, names: Mapping[str, str], model: type[Base]) -> dict[str, Any]:
    """Attributes of ``model`` that the record sets: ``names`` maps column keys to attributes."""
    values = {attribute: record.values[key] for key, attribute in names.items()
              if key in record.values}  # fmt: skip
    for key, attribute in names.items():
        if key in record.cleared:
            values[attribute] = default_of(model, attribute)
    return values


def default_of(model: type[Base], attribute: str) -> Any:
    """What a new row would hold: the column's default, an empty text, or nothing."""
    column = inspect(model).columns[attribute]
    default = column.default
    if default is not None and default.is_scalar:
        return default.arg  # type: ignore[attr-defined]
    if default is not None and default.is_callable:
        return default.arg(None)  # type: ignore[attr-defined]
    return None if column.nullable else Decimal(0)
