"""Which items are made in another way after something changed: they, and what holds them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.products import BillOfMaterial, BomLine
from app.services.products.recipes import FEW, Recipes


def affected(session: Session, changed: Collection[int], on: date) -> set[int] | None:
    """``changed``: ids of items whose record, routing, bill of material or conversion changed.

    None: more than ``FEW``, perhaps all.

    With them come the items whose steps may consume something else now: what holds a changed item
    directly and, where that is only a name for what it holds (a phantom, a mix), what holds that.
    """
    found, level = set(changed), set(changed)
    while level and len(found) <= FEW:
        holders = set(
            session.scalars(
                select(BillOfMaterial.item_id)
                .join(BomLine, BomLine.bom_id == BillOfMaterial.id)
                .where(BomLine.component_id.in_(level))
            )
        )
        above = holders - found
        found |= above
        recipes = Recipes.load_heads(session, above)
        level = {item for item in above if recipes.goes_through(item, on)}
    return found if len(found) <= FEW else None
