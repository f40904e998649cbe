"""The checks of the data health page, and the run over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.core.messages import Message
from app.models.database import Database
from app.services.health.ability import steps_nobody_can_do
from app.services.health.codes import look_alike_codes, same_names
from app.services.health.finding import Finding, Found, Severity
from app.services.health.material import (
    expired_stock,
    negative_stock,
    stock_of_retired_items,
    stock_without_lot,
)
from app.services.health.orders import (
    due_before_order_date,
    orders_for_retired_items,
    orders_without_operations,
    stale_operations,
)
from app.services.health.orphans import orphans
from app.services.health.recipes import (
    bom_cycles,
    bought_with_routing,
    families_without_template,
    made_without_bom,
    made_without_routing,
    percent_recipes,
    predecessors_missing,
    retired_components,
    units_without_conversion,
)
from app.services.health.resources import (
    certificates,
    people_who_left,
    skills_nobody_has,
    tools_without_copies,
    tools_without_items,
    tools_worn_out,
    without_working_time,
)
from app.services.health.revisions import (
    revisions_out_of_force,
    revisions_that_end,
    wanted_revisions_missing,
)
from app.services.health.setups import changeovers_not_listed, items_without_setup_value
from app.services.health.snapshot import Snapshot
from app.services.health.times import absurd_times, far_from_family

CHECKS: tuple[Callable[[Snapshot], Iterator[Found]], ...] = (
    # the work
    steps_nobody_can_do,
    absurd_times,
    far_from_family,
    predecessors_missing,
    # how things are made
    bom_cycles,
    made_without_routing,
    families_without_template,
    made_without_bom,
    bought_with_routing,
    percent_recipes,
    retired_components,
    units_without_conversion,
    revisions_out_of_force,
    revisions_that_end,
    wanted_revisions_missing,
    # machines, tools, people
    without_working_time,
    tools_without_copies,
    tools_without_items,
    tools_worn_out,
    skills_nobody_has,
    certificates,
    people_who_left,
    changeovers_not_listed,
    items_without_setup_value,
    # orders and material
    orders_without_operations,
    due_before_order_date,
    orders_for_retired_items,
    stale_operations,
    negative_stock,
    expired_stock,
    stock_without_lot,
    stock_of_retired_items,
    # the lists themselves
    look_alike_codes,
    same_names,
    orphans,
)
"""Each finding says what is wrong; why that matters is ``health.why_<name of the check>``."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check_health(database: Database) -> list[Finding]:
    """All findings, the costliest first: by severity, open operations touched, lateness."""
    with database.read() as session:
        data = Snapshot(session)
        order_of = {operation.id: operation.order_id for operation in data.operations}
        findings = [
            _finding(data, check.__name__, found, order_of)
            for check in CHECKS
            for found in check(data)
        ]
    return sorted(findings, key=_cost)


def _finding(data: Snapshot, check: str, found: Found, order_of: dict[int, int]) -> Finding:
    orders = {order_of[number] for number in found.operations}
    return Finding(
        check,
        found.severity,
        found.place,
        found.what,
        Message(f"health.why_{check}"),
        found.operations,
        sum(data.late.get(order, 0) for order in orders),
        found.others,
    )


def _cost(finding: Finding) -> tuple[int, int, int, str]:
    return (
        _RANK[finding.severity],
        -finding.open_operations,
        -finding.late_minutes,
        finding.place.name,
    )
