"""Which fields of a record stand together in its form, and under which heading."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "Items": (
        ("", "item_code name specification name_en category source base_unit family"),
        ("characteristics", "pattern colour material length_mm weight_kg 特性:*"),
        ("changeover", "setup_attr_1 setup_attr_2 setup_attr_3 setup_attr_4"),
        ("making", "default_routing default_bom rounding scrap_pct"),
        ("stock", "lead_time_days lead_time_clock lot_rule lot_minimum lot_multiple lot_fixed"
         " lot_period_days safety_stock pack_qty default_location lot_tracked shelf_life_days"),
        ("money", "standard_cost price drawing_no drawing_rev"),
    ),
    "Machines": (
        ("", "machine_code name area work_centre owner"),
        ("capacity", "kind capacity unit calendar efficiency attributes"),
        ("now", "state down_until current_setup_1 current_setup_2 current_setup_3"
         " current_setup_4"),
        ("cost", "hourly_rate may_outsource power_rule"),
    ),
    "WorkCentres": (
        ("", "centre_code name area"),
        ("freezing", "freeze_unit freeze_locked freeze_within freeze_issued"),
        ("checks", "shift_first_piece_min"),
    ),
    "Tools": (
        ("", "tool_code name kind cavities pool_size"),
        ("fits", "items machine_rule"),
        ("times", "mount_min dismount_min cycle cycle_basis"),
        ("life", "life service_every service_min replace_days"),
    ),
    "ToolCopies": (
        ("", "tool_code copy_no"),
        ("now", "state location machine active_cavities shots_done available_from"),
    ),
    "Operators": (
        ("", "badge name team area role"),
        ("skills", "skills certificate_until"),
        ("hours", "calendar efficiency overtime_cap from to"),
    ),
    "Customers": (
        ("", "customer_code short_name name city grade"),
        ("delivery", "transit_days truck_days ship_complete over_under_pct safety_days"),
        ("papers", "label_style"),
    ),
    "CustomFields": (
        ("", "subject key kind choices"),
        ("words", "name_zh name_en note"),
        ("where", "required position on_papers"),
    ),
    "BOM": (
        ("", "parent_code revision effective_from effective_to base_qty base_unit"),
        ("line", "line_no component_code quantity unit qty_kind line_kind scrap_pct"
         " consumed_at_step note"),
        ("substitutes", "alt_group alt_priority"),
    ),
    "Routings": (
        ("", "item_code family revision effective_from effective_to"),
        ("step", "step_no step_name work_centre machines predecessors instruction"),
        ("times", "setup_min rate rate_basis pieces_per_cycle yield_pct"),
        ("tools", "tool_type copies_min copies_max tool_held_until_step capacity_use"
         " capacity_basis batch_min batch_max batch_family"),
        ("people", "setup_skill setup_heads run_skill run_heads same_person"),
        ("waiting", "min_wait max_wait wait_from_to wait_clock transfer_batch pausable"
         " setup_needs_material"),
        ("checks", "first_piece first_piece_min key_step reporting inspection_plan"),
        ("outside", "supplier days price"),
    ),
}  # fmt: skip


BEGINS: dict[str, dict[str, object]] = {"WorkCentres": {"freeze_issued": True}}
"""What a new record begins with, where an empty field would say something else than nothing."""


def sections(sheet: str, keys: list[str]) -> list[tuple[str, list[str]]]:
    """(heading key, columns) in the order of the form; every column stands in exactly one."""
    found: list[tuple[str, list[str]]] = []
    left = list(keys)
    for heading, listed in _SECTIONS.get(sheet, ()):
        wanted = listed.split()
        here = [key for key in wanted if key in left]
        if "特性:*" in wanted:
            here += [key for key in left if key.startswith("特性:")]
        left = [key for key in left if key not in here]
        if here:
            found.append((heading, here))
    if left:
        found.append(("more" if found else "", left))
    return found


def heading(key: str) -> str:
    """The words over a section, in the language now spoken."""
    words = {
        "": "",
        "more": QCoreApplication.translate("FormSections", "More"),
        "characteristics": QCoreApplication.translate("FormSections", "Characteristics"),
        "changeover": QCoreApplication.translate("FormSections", "Compared at a changeover"),
        "making": QCoreApplication.translate("FormSections", "How it is made"),
        "stock": QCoreApplication.translate("FormSections", "Stock and purchasing"),
        "money": QCoreApplication.translate("FormSections", "Cost and drawing"),
        "capacity": QCoreApplication.translate("FormSections", "Capacity"),
        "now": QCoreApplication.translate("FormSections", "As it is now"),
        "cost": QCoreApplication.translate("FormSections", "Cost and limits"),
        "freezing": QCoreApplication.translate("FormSections", "Freezing of the plan"),
        "fits": QCoreApplication.translate("FormSections", "Fits"),
        "times": QCoreApplication.translate("FormSections", "Times"),
        "life": QCoreApplication.translate("FormSections", "Life and service"),
        "skills": QCoreApplication.translate("FormSections", "Skills and certificates"),
        "hours": QCoreApplication.translate("FormSections", "Working hours"),
        "delivery": QCoreApplication.translate("FormSections", "Delivery"),
        "papers": QCoreApplication.translate("FormSections", "Papers"),
        "words": QCoreApplication.translate("FormSections", "Words"),
        "where": QCoreApplication.translate("FormSections", "Where it counts"),
        "line": QCoreApplication.translate("FormSections", "Line"),
        "substitutes": QCoreApplication.translate("FormSections", "Substitutes"),
        "step": QCoreApplication.translate("FormSections", "Step"),
        "tools": QCoreApplication.translate("FormSections", "Tools and places"),
        "people": QCoreApplication.translate("FormSections", "People"),
        "waiting": QCoreApplication.translate("FormSections", "Waiting and pausing"),
        "checks": QCoreApplication.translate("FormSections", "Checks and reports"),
        "outside": QCoreApplication.translate("FormSections", "Subcontracting"),
    }
    return words[key]
