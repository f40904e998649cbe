"""English words over columns and for choices, where the workbook's key does not read well."""

from __future__ import annotations

from typing import Any

TITLES = {
    "active_cavities": "Cavities in use",
    "alt_group": "Substitute group",
    "alt_priority": "Substitute priority",
    "aql_critical": "AQL critical",
    "aql_major": "AQL major",
    "aql_minor": "AQL minor",
    "base_qty": "Per quantity",
    "batch_max": "Largest batch",
    "batch_min": "Smallest batch",
    "capacity_basis": "Capacity counts",
    "campaign_min": "Shortest run min",
    "certificate_until": "Certificate until",
    "combine": "Where several differ",
    "copies_max": "Most copies",
    "copies_min": "Fewest copies",
    "copy_no": "Copy no.",
    "current_setup_1": "Mounted now 1",
    "current_setup_2": "Mounted now 2",
    "current_setup_3": "Mounted now 3",
    "current_setup_4": "Mounted now 4",
    "customer_po": "Customer's PO",
    "cycle_basis": "Cycle in",
    "cycle_days": "Days of a cycle",
    "date_rule": "Counts for the day of",
    "default_bom": "Preferred BOM revision",
    "default_forbidden": "Pairs not listed are forbidden",
    "default_min": "Pairs not listed min",
    "default_routing": "Preferred routing revision",
    "dismount_min": "Dismounting min",
    "drawing_no": "Drawing no.",
    "drawing_rev": "Drawing revision",
    "efficiency": "Efficiency %",
    "first_piece_min": "First piece min",
    "freeze_issued": "Locked once issued",
    "freeze_locked": "Locked",
    "freeze_unit": "Freezing counts",
    "freeze_within": "Order only",
    "last": "Last done",
    "life": "Life in shots",
    "line_no": "Line",
    "lot_fixed": "Fixed lot",
    "lot_minimum": "Smallest lot",
    "lot_multiple": "Lots of",
    "lot_period_days": "Days in a lot",
    "lead_time_clock": "Lead time counts",
    "max_wait": "Longest wait",
    "members": "Values",
    "min_quantity": "Smallest quantity",
    "min_wait": "Shortest wait",
    "mount_min": "Mounting min",
    "move_days": "May move by days",
    "name_en": "English name",
    "name_zh": "Chinese name",
    "on_papers": "On papers",
    "order_no": "Order no.",
    "over_under_pct": "Tolerance ± %",
    "overtime_cap": "Overtime h a month",
    "pack_qty": "In a box",
    "parent": "Parent calendar",
    "pausable": "May pause",
    "po_line": "Purchase order line",
    "pool_size": "In the pool",
    "qty_kind": "Quantity is",
    "rate_basis": "Rate in",
    "replace_days": "New one takes days",
    "reserved_order": "Kept for order",
    "run_heads": "People",
    "run_skill": "Skill",
    "scrap_pct": "Scrap %",
    "scrap_qty": "Scrap",
    "service_every": "Service after shots",
    "service_min": "Service min",
    "setup_attr_1": "Setup attribute 1",
    "setup_attr_2": "Setup attribute 2",
    "setup_attr_3": "Setup attribute 3",
    "setup_attr_4": "Setup attribute 4",
    "setup_heads": "People for setup",
    "setup_skill": "Skill for setup",
    "shift_first_piece_min": "First piece of a shift min",
    "ship_complete": "Ships complete",
    "step_no": "Step",
    "tool_held_until_step": "Tool held until step",
    "tool_type": "Tools",
    "transfer_batch": "Transfer batch",
    "wait_clock": "Wait counts",
    "wait_from_to": "Wait from – to",
    "yield_pct": "Yield %",
}
"""By key of the column; other keys read well as they are."""

OF_SHEET = {
    ("Suppliers", "lead_time_days"): "Lead time days",
    ("SetupMatrix", "from"): "From value",
    ("SetupMatrix", "to"): "To value",
    ("Rotation", "from"): "Begins on",
    ("Operators", "from"): "Employed from",
    ("Operators", "to"): "Employed until",
}

CHOICES: dict[tuple[str, str], dict[Any, str]] = {
    ("Machines", "kind"): {
        "unary": "one at a time", "cumulative": "several at once", "batch": "batch",
    },
    ("Routings", "wait_from_to"): {
        "ES": "end – start", "SS": "start – start", "EE": "end – end",
    },
    ("Routings", "pausable"): {"anywhere": "yes", "turns": "between shots", "never": "no"},
}  # fmt: skip


def english_title(sheet: str, key: str) -> str:
    """The words over a column; "" where those made from its key do."""
    return OF_SHEET.get((sheet, key)) or TITLES.get(key, "")


def english_choice(sheet: str, key: str, value: Any) -> str:
    """The word for a choice; "" where the one made from its value does."""
    return CHOICES.get((sheet, key), {}).get(value, "")
