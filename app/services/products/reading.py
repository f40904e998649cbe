"""What the editors of bills of material and routings are given to show: one reading each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.models.products import Item, RoutingStep
from app.services.products.structure import RevisionState, Structure, below, read_structure


@dataclass(frozen=True, slots=True)
class Named:
    """A record to choose: its code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BomReading:
    """A structure with what can be chosen in its lines: steps by item id, items by code."""

    structure: Structure
    steps: Mapping[int, tuple[tuple[int, str], ...]]
    items: tuple[Named, ...]


def read_bom(database: Database, item: str, on: date, wanted: str = "") -> BomReading:
    """Everything for the editor of one item's bill of material. Errors: ``NotFound``."""
    with database.read() as session:
        top = session.scalar(select(Item.id).where(Item.code_key == code_key(item)))
        if top is None:
            raise NotFound(message("products.item_gone", item=item))
        found = read_structure(session, top, below(session, top), on, wanted)
        found = replace(found, wanted=_shown(found))
        names = session.execute(select(Item.code, Item.name).where(Item.active).order_by(Item.code))
        items = tuple(Named(code, name) for code, name in names)
        return BomReading(found, _steps(session, found), items)


def _shown(found: Structure) -> str:
    """The revision to show: the one wanted, "" for the one in force, else the last there is."""
    revisions = found.revisions_of(found.top.id)
    if not revisions or found.revision_of(found.top.id) is not None:
        return found.wanted
    in_force = any(each.state is RevisionState.IN_FORCE for each in revisions)
    return "" if in_force else revisions[-1].revision


def _steps(session: Session, found: Structure) -> dict[int, tuple[tuple[int, str], ...]]:
    """Numbers and names of the steps of each item's routing in force."""
    routings = {item.routing_id for item in found.items.values() if item.routing_id is not None}
    by_routing: dict[int, list[tuple[int, str]]] = {}
    for routing, number, name in _numbered(session, routings):
        by_routing.setdefault(routing, []).append((number, name))
    return {
        item.id: tuple(by_routing.get(item.routing_id, ()))
        for item in found.items.values()
        if item.routing_id is not None
    }


def _numbered(session: Session, routings: Iterable[int]) -> Iterable[tuple[int, int, str]]:
    rows = session.execute(
        select(RoutingStep.routing_id, RoutingStep.step_no, RoutingStep.name)
        .where(RoutingStep.routing_id.in_(routings))
        .order_by(RoutingStep.step_no)
    )
    return [(routing, number, name) for routing, number, name in rows]
