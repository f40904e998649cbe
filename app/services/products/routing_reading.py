"""What the routing editor is given: the revisions of an item's routing (its own, or its family's
template), the steps of one, their times, who uses it, and the orders that still follow the old one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.messages import message
from app.models.database import Database
from app.models.products import BillOfMaterial, Item, Routing, RoutingStep
from app.models.quality import InspectionPlan
from app.services.exchange.products_in import spellings
from app.services.exchange.sheet_rows import lines
from app.services.masters.edits import Values
from app.services.masters.reading import SheetReading, offers
from app.services.masters.rows import MasterRow, columns_of
from app.services.orders.renewing import StaleWork, stale_work
from app.services.products.reading import Named
from app.services.products.recipes import Recipes, definition
from app.services.products.revisions import next_revision
from app.services.products.routing_edits import Followers
from app.services.products.step_times import StepTime, step_times
from app.services.products.structure import RevisionState, state_of
from app.services.site import now_of, site_row

HEAD = frozenset({"item_code", "family", "revision", "effective_from", "effective_to"})
"""Columns that say whose revision a step is of: they are not changed step by step."""


@dataclass(frozen=True, slots=True)
class RoutingRevision:
    """One revision with its steps (rows of the sheet Routings, by number)."""

    id: int
    revision: str
    effective_from: date | None
    effective_to: date | None
    active: bool
    state: RevisionState
    steps: tuple[MasterRow, ...]


@dataclass(frozen=True, slots=True)
class RoutingReading:
    """``item`` None: the template of ``family`` itself was asked for.

    ``template``: the steps are the family's. ``used_by``: items that follow them today.
    ``others``: for an item with a routing of its own, whether its family has a template.
    ``sheet``: the shown steps with what their cells can name. ``times``: by number of the step.
    """

    item: Named | None
    family: str
    template: bool
    has_template: bool
    revisions: tuple[RoutingRevision, ...]
    shown: RoutingRevision | None
    used_by: tuple[Named, ...]
    followers: Followers
    sheet: SheetReading
    times: Mapping[int, tuple[StepTime, ...]]
    stale: StaleWork


def read_routing(
    database: Database, item: str, family: str, on: date, wanted: str, pieces: Decimal
) -> RoutingReading:
    """The routing of ``item`` (its code), or without one the template of ``family``.

    ``wanted``: the revision to show, "" = the one in force. ``pieces``: of how many the times are.
    Errors: ``NotFound``.
    """
    with database.read() as session:
        return _Reading(session, item, family, on, wanted, pieces).read()


class _Reading:
    def __init__(
        self, session: Session, item: str, family: str, on: date, wanted: str, pieces: Decimal
    ) -> None:
        self.session, self.on = session, on
        self.wanted, self.pieces = wanted, pieces
        self.item: Item | None = None
        if item:
            key = code_key(item)
            self.item = session.scalars(select(Item).where(Item.code_key == key)).one_or_none()
            if self.item is None:
                raise NotFound(message("products.item_gone", item=item))
        self.family = self.item.family if self.item is not None else family

    def read(self) -> RoutingReading:
        own = self._heads(Routing.item_id == self.item.id) if self.item is not None else []
        of_family = self._templates()
        users = self._users(of_family)
        template = not own
        heads = of_family if template else own
        chosen = self._in_force(heads)
        values = dict(lines(self.session, "Routings", (Routing.id.in_([h.id for h in heads]),)))
        revisions = tuple(self._revision(head, values, head is chosen) for head in heads)
        shown = self._shown(revisions, chosen)
        followed = users if template else [self.item] if self.item is not None else []
        in_force = shown is not None and chosen is not None and shown.id == chosen.id
        columns = tuple(each for each in columns_of("Routings") if each.key not in HEAD)
        return RoutingReading(
            _named(self.item) if self.item is not None else None,
            self.family,
            template,
            bool(of_family),
            revisions,
            shown,
            tuple(_named(each) for each in followed),
            self._followers(followed) if in_force else Followers(),
            SheetReading(
                "Routings",
                columns,
                shown.steps if shown is not None else (),
                offers(self.session, "Routings", columns),
            ),
            self._times(shown, followed),
            stale_work(self.session, [each.id for each in followed]),
        )

    # ------------------------------------------------------------ revisions

    def _heads(self, *where: ColumnElement[bool]) -> list[Routing]:
        query = select(Routing).where(*where).order_by(Routing.revision, Routing.id)
        steps = selectinload(Routing.steps)
        return list(
            self.session.scalars(
                query.options(
                    steps.selectinload(RoutingStep.machines), steps.selectinload(RoutingStep.tools)
                )
            )
        )

    def _templates(self) -> list[Routing]:
        if not self.family:
            return []
        alike = [self.family]
        if self.item is None:
            alike = spellings(self.session, {code_key(self.family)})
        return self._heads(Routing.item_id.is_(None), Routing.family.in_(alike))

    def _in_force(self, heads: list[Routing]) -> Routing | None:
        wanted = self.item.default_routing if self.item is not None else ""
        return Recipes.choose(heads, wanted, self.on)

    def _revision(
        self, head: Routing, values: Mapping[int, Values], chosen: bool
    ) -> RoutingRevision:
        return RoutingRevision(
            head.id,
            head.revision,
            head.effective_from,
            head.effective_to,
            head.active,
            state_of(head, self.on, chosen=chosen),
            tuple(MasterRow(step.id, values[step.id]) for step in head.steps),
        )

    def _shown(
        self, revisions: tuple[RoutingRevision, ...], chosen: Routing | None
    ) -> RoutingRevision | None:
        key = code_key(self.wanted)
        named = [each for each in revisions if key and code_key(each.revision) == key]
        in_force = [each for each in revisions if chosen is not None and each.id == chosen.id]
        return next(iter((*named, *in_force, *revisions[-1:])), None)

    # ------------------------------------------------------------ who follows it

    def _users(self, templates: list[Routing]) -> list[Item]:
        """Items of the family that follow its template today."""
        if not templates:
            return []
        families = {head.family for head in templates} | {self.family}
        items = self.session.scalars(
            select(Item).where(Item.family.in_(families)).order_by(Item.code)
        ).all()
        recipes = Recipes.load_heads(self.session, [item.id for item in items])
        ids = {head.id for head in templates}
        return [
            item
            for item in items
            if (routing := recipes.routing(item.id, self.on)) is not None and routing.id in ids
        ]

    def _followers(self, items: Collection[Item]) -> Followers:
        ids = [item.id for item in items]
        of_items = lines(self.session, "BOM", (BillOfMaterial.item_id.in_(ids),))
        at_step = tuple(row for _, row in of_items if row.get("consumed_at_step") is not None)
        return Followers(at_step, self._plans(ids))

    def _plans(self, items: Collection[int]) -> tuple[Values, ...]:
        """The first row of each inspection plan that stands at a step of these items."""
        where = [InspectionPlan.step_no.is_not(None)]
        scope: ColumnElement[bool] = InspectionPlan.item_id.in_(items)
        if self.item is None and self.family:
            scope = scope | (InspectionPlan.family == self.family)
        rows = lines(self.session, "InspectionPlans", (*where, scope))
        first: dict[str, Values] = {}
        for _, row in rows:
            first.setdefault(row["plan_code"], row)
        return tuple(first.values())

    # ------------------------------------------------------------ times

    def _times(
        self, shown: RoutingRevision | None, items: Collection[Item]
    ) -> dict[int, tuple[StepTime, ...]]:
        """For the item, or for the first that follows the template."""
        item = self.item or next(iter(items), None)
        if shown is None:
            return {}
        head = self.session.get_one(Routing, shown.id)
        definitions = []
        for step in head.steps:
            try:
                definitions.append(definition(step))
            except RuleBroken:
                continue  # its predecessors cannot be read: the editor says so at the step
        settings = site_row(self.session)
        now: datetime = now_of(settings)
        zone = ZoneInfo(settings.time_zone)
        number = item.id if item is not None else 0
        return step_times(self.session, number, definitions, self.pieces, now, zone)


def _named(item: Item) -> Named:
    return Named(item.code, item.name)


def template_revision(database: Database, family: str) -> str:
    """The name of the next revision of a family's template."""
    with database.read() as session:
        alike = spellings(session, {code_key(family)})
        query = select(Routing.revision).where(Routing.item_id.is_(None), Routing.family.in_(alike))
        return next_revision(list(session.scalars(query)))
