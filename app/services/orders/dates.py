"""From the customer's wish to the date the plan aims at."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.choices import RequestedKind
from app.models.plant import Customer

NOON, EVENING = time(12), time(17, 30)
"""Ends of the half days that are promised; the second is that of a date typed without a time."""


def half_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the half day a moment falls into: a promise is never a minute."""
    local = moment.astimezone(zone)
    for end in (NOON, EVENING):
        if local.time() <= end:
            return datetime.combine(local.date(), end, zone).astimezone(moment.tzinfo)
    return datetime.combine(local.date() + timedelta(days=1), NOON, zone).astimezone(moment.tzinfo)


def latest_ship(
    requested: datetime, kind: RequestedKind, customer: Customer | None, zone: ZoneInfo
) -> datetime:
    """When goods must leave: an arrival date less the days of transit."""
    return days_before(requested, _transit(kind, customer), zone)


def _transit(kind: RequestedKind, customer: Customer | None) -> int:
    return customer.transit_days if customer and kind is RequestedKind.ARRIVAL else 0


def days_before(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time of the plant's clock so many days earlier (negative = later), over a change of
    the clocks, too."""
    local = moment.astimezone(zone)
    return (local - timedelta(days=days)).replace(fold=0).astimezone(UTC) if days else moment


def promise_for(
    end: datetime,
    kind: RequestedKind,
    customer: Customer | None,
    safety_days: int | None,
    site_safety_days: int,
    zone: ZoneInfo,
) -> datetime:
    """What to tell the customer of goods that are made at ``end``: the way back of a wish."""
    days = _transit(kind, customer) + _safety(customer, safety_days, site_safety_days)
    return days_before(end, -days, zone)


def internal_due(
    requested: datetime,
    kind: RequestedKind,
    customer: Customer | None,
    safety_days: int | None,
    site_safety_days: int,
    zone: ZoneInfo,
) -> datetime:
    """Latest ship date less safety days: the order's own, else the customer's, else the site's."""
    days = _safety(customer, safety_days, site_safety_days)
    return days_before(latest_ship(requested, kind, customer, zone), days, zone)


def _safety(customer: Customer | None, safety_days: int | None, site_safety_days: int) -> int:
    days = safety_days
    if days is None and customer is not None:
        days = customer.safety_days
    return site_safety_days if days is None else days
