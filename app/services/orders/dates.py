"""From the customer's wish to the date the plan aims at."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.choices import RequestedKind
from app.models.plant import Customer


def latest_ship(requested: datetime, kind: RequestedKind, customer: Customer | None) -> datetime:
    """When goods must leave: an arrival date less the days of transit."""
    transit = customer.transit_days if customer and kind is RequestedKind.ARRIVAL else 0
    return requested - timedelta(days=transit)


def promise_for(
    end: datetime,
    kind: RequestedKind,
    customer: Customer | None,
    safety_days: int | None,
    site_safety_days: int,
) -> datetime:
    """What to tell the customer of goods that are made at ``end``: the way back of a wish."""
    return end + (end - internal_due(end, kind, customer, safety_days, site_safety_days))


def internal_due(
    requested: datetime,
    kind: RequestedKind,
    customer: Customer | None,
    safety_days: int | None,
    site_safety_days: int,
) -> datetime:
    """Latest ship date less safety days: the order's own, else the customer's, else the site's."""
    days = safety_days
    if days is None and customer is not None:
        days = customer.safety_days
    if days is None:
        days = site_safety_days
    return latest_ship(requested, kind, customer) - timedelta(days=days)
