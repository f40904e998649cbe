"""The first tables of all areas.

Revision: 0001, after None
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.types import Json, Quantity, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["calendar.id"], name=op.f("fk_calendar_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("code_key", name=op.f("uq_calendar_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("calendar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_record", ["kind", "record_id"], unique=False)
        batch_op.create_index("ix_change_transaction", ["transaction", "id"], unique=False)

    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("transit_days", sa.Integer(), nullable=False),
        sa.Column("truck_days", Json, nullable=False),
        sa.Column("ship_complete", sa.Boolean(), nullable=False),
        sa.Column("over_pct", Quantity(), nullable=False),
        sa.Column("under_pct", Quantity(), nullable=False),
        sa.Column("safety_days", sa.Integer(), nullable=True),
        sa.Column("label_style", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code_key", name=op.f("uq_customer_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("file_names", Json, nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("client_key", name=op.f("uq_import_batch_client_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code_key", name=op.f("uq_location_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("code_key", name=op.f("uq_person_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("planning_now", UtcDateTime(), nullable=True),
        sa.Column("objective", Json, nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("kind", "revision", name=op.f("uq_plan_kind_revision")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "reason_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_code")),
        sa.UniqueConstraint("category", "code_key", name=op.f("uq_reason_code_category_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "rotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("cycle_days", sa.Integer(), nullable=False),
        sa.Column("sequence", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
        sa.UniqueConstraint("team", name=op.f("uq_rotation_team")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "setup_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("members", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_group")),
        sa.UniqueConstraint("attribute", "name", name=op.f("uq_setup_group_attribute_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("code_key", name=op.f("uq_skill_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "tool_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cavities", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("machine_rule", sa.String(), nullable=False),
        sa.Column("cycle", Quantity(), nullable=True),
        sa.Column("cycle_basis", sa.String(), nullable=False),
        sa.Column("life_shots", sa.Integer(), nullable=True),
        sa.Column("service_every", sa.Integer(), nullable=True),
        sa.Column("service_minutes", sa.Integer(), nullable=True),
        sa.Column("mount_minutes", sa.Integer(), nullable=False),
        sa.Column("dismount_minutes", sa.Integer(), nullable=False),
        sa.Column("replace_days", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_type")),
        sa.UniqueConstraint("code_key", name=op.f("uq_tool_type_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("factor", Quantity(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code_key", name=op.f("uq_unit_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "work_centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("freeze_locked_minutes", sa.Integer(), nullable=False),
        sa.Column("freeze_within_minutes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_centre")),
        sa.UniqueConstraint("code_key", name=op.f("uq_work_centre_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("specification", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("material", sa.String(), nullable=False),
        sa.Column("length_mm", Quantity(), nullable=True),
        sa.Column("weight_kg", Quantity(), nullable=True),
        sa.Column("characteristics", Json, nullable=False),
        sa.Column("setup_attributes", Json, nullable=False),
        sa.Column("default_routing", sa.String(), nullable=False),
        sa.Column("default_bom", sa.String(), nullable=False),
        sa.Column("lot_tracked", sa.Boolean(), nullable=False),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=False),
        sa.Column("lead_time_clock", sa.String(), nullable=False),
        sa.Column("lot_rule", sa.String(), nullable=False),
        sa.Column("lot_minimum", Quantity(), nullable=True),
        sa.Column("lot_multiple", Quantity(), nullable=True),
        sa.Column("lot_fixed", Quantity(), nullable=True),
        sa.Column("lot_period_days", sa.Integer(), nullable=True),
        sa.Column("rounding", sa.String(), nullable=False),
        sa.Column("safety_stock", Quantity(), nullable=False),
        sa.Column("scrap_pct", Quantity(), nullable=False),
        sa.Column("pack_quantity", Quantity(), nullable=True),
        sa.Column("standard_cost", Quantity(), nullable=True),
        sa.Column("price", Quantity(), nullable=True),
        sa.Column("default_location_id", sa.Integer(), nullable=True),
        sa.Column("drawing_no", sa.String(), nullable=False),
        sa.Column("drawing_revision", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["default_location_id"], ["location.id"], name=op.f("fk_item_default_location_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code_key", name=op.f("uq_item_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_default_location_id"), ["default_location_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_item_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "machine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("work_centre_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("capacity_unit", sa.String(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("efficiency", sa.Integer(), nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("current_setup", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("down_until", UtcDateTime(), nullable=True),
        sa.Column("hourly_rate", Quantity(), nullable=True),
        sa.Column("may_outsource", sa.Boolean(), nullable=False),
        sa.Column("power_rule", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('unary', 'cumulative', 'batch')", name=op.f("ck_machine_kind")
        ),
        sa.CheckConstraint("capacity >= 1 AND efficiency >= 1", name=op.f("ck_machine_capacity")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_machine_calendar_id")
        ),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_machine_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sa.UniqueConstraint("code_key", name=op.f("uq_machine_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_machine_calendar_id"), ["calendar_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_machine_work_centre_id"), ["work_centre_id"], unique=False
        )

    op.create_table(
        "operator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("efficiency", sa.Integer(), nullable=False),
        sa.Column("overtime_cap_hours", Quantity(), nullable=True),
        sa.Column("employed_from", sa.Date(), nullable=True),
        sa.Column("employed_to", sa.Date(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_operator_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("code_key", name=op.f("uq_operator_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("operator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operator_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("customer_po", sa.String(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("ship_complete", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_sales_order_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("code_key", name=op.f("uq_sales_order_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sales_order_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "setup_attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_centre_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("combine", sa.String(), nullable=False),
        sa.Column("default_minutes", sa.Integer(), nullable=False),
        sa.Column("default_forbidden", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 4", name=op.f("ck_setup_attribute_position")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_setup_attribute_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_attribute")),
        sa.UniqueConstraint(
            "work_centre_id", "position", name=op.f("uq_setup_attribute_work_centre_id_position")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("setup_attribute", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_setup_attribute_work_centre_id"), ["work_centre_id"], unique=False
        )

    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("breaks", Json, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cost_per_hour", Quantity(), nullable=False),
        sa.Column("date_rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute BETWEEN 0 AND 1440 AND end_minute BETWEEN 0 AND 1440",
            name=op.f("ck_shift_minutes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_shift_weekday")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_shift_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("planning_now", UtcDateTime(), nullable=True),
        sa.Column("review_required", sa.Boolean(), nullable=False),
        sa.Column("safety_days", sa.Integer(), nullable=False),
        sa.Column("hide_customer", sa.Boolean(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_one_row")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_site_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lead_time_days", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_supplier_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code_key", name=op.f("uq_supplier_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "bill_of_material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_bill_of_material_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_of_material")),
        sa.UniqueConstraint(
            "item_id", "revision", name=op.f("uq_bill_of_material_item_id_revision")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("bill_of_material", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bill_of_material_item_id"), ["item_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("item_id", "code_key", name=op.f("uq_lot_item_id_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_item_id"), ["item_id"], unique=False)

    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("tool_type_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("interval_unit", sa.String(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("move_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(machine_id IS NULL) <> (tool_type_id IS NULL)", name=op.f("ck_maintenance_one_scope")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_maintenance_machine_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_maintenance_skill_id")),
        sa.ForeignKeyConstraint(
            ["tool_type_id"], ["tool_type.id"], name=op.f("fk_maintenance_tool_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("maintenance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maintenance_machine_id"), ["machine_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_maintenance_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_maintenance_tool_type_id"), ["tool_type_id"], unique=False
        )

    op.create_table(
        "operator_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_operator_skill_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_operator_skill_skill_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_skill")),
        sa.UniqueConstraint(
            "operator_id", "skill_id", name=op.f("uq_operator_skill_operator_id_skill_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("operator_skill", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_operator_skill_operator_id"), ["operator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_operator_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("code_key", name=op.f("uq_purchase_order_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_purchase_order_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "routing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(item_id IS NULL) <> (family = '')", name=op.f("ck_routing_one_scope")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_routing_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing")),
        sa.UniqueConstraint("item_id", "revision", name=op.f("uq_routing_item_id_revision")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("routing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_routing_family_revision"), ["family", "revision"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_routing_item_id"), ["item_id"], unique=False)

    op.create_table(
        "sales_order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sales_order_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("customer_item", sa.String(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_sales_order_line_item_id")),
        sa.ForeignKeyConstraint(
            ["sales_order_id"], ["sales_order.id"], name=op.f("fk_sales_order_line_sales_order_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sales_order_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order_line")),
        sa.UniqueConstraint(
            "sales_order_id", "line_no", name=op.f("uq_sales_order_line_sales_order_id_line_no")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("sales_order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_order_line_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_order_line_sales_order_id"), ["sales_order_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_order_line_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "setup_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_centre_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("attribute", sa.String(), nullable=False),
        sa.Column("from_value", sa.String(), nullable=False),
        sa.Column("to_value", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("cost", Quantity(), nullable=False),
        sa.Column("scrap_quantity", Quantity(), nullable=True),
        sa.Column("scrap_item_id", sa.Integer(), nullable=True),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(machine_id IS NULL) <> (work_centre_id IS NULL)", name=op.f("ck_setup_pair_one_scope")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_setup_pair_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["scrap_item_id"], ["item.id"], name=op.f("fk_setup_pair_scrap_item_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_setup_pair_skill_id")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_setup_pair_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_pair")),
        sa.UniqueConstraint(
            "work_centre_id",
            "machine_id",
            "attribute",
            "from_value",
            "to_value",
            name="uq_setup_pair",
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("setup_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_setup_pair_machine_id"), ["machine_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_setup_pair_scrap_item_id"), ["scrap_item_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_setup_pair_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_setup_pair_work_centre_id"), ["work_centre_id"], unique=False
        )

    op.create_table(
        "supplier_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("minimum", Quantity(), nullable=True),
        sa.Column("price", Quantity(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_supplier_item_item_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_item_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_item")),
        sa.UniqueConstraint(
            "supplier_id", "item_id", name=op.f("uq_supplier_item_supplier_id_item_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("supplier_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_item_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_supplier_item_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "tool_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tool_type_id", sa.Integer(), nullable=False),
        sa.Column("copy_no", sa.String(), nullable=False),
        sa.Column("active_cavities", sa.Integer(), nullable=True),
        sa.Column("shots_done", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("available_from", UtcDateTime(), nullable=True),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_tool_copy_calendar_id")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_tool_copy_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["tool_type_id"], ["tool_type.id"], name=op.f("fk_tool_copy_tool_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_copy")),
        sa.UniqueConstraint(
            "tool_type_id", "copy_no", name=op.f("uq_tool_copy_tool_type_id_copy_no")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("tool_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_copy_calendar_id"), ["calendar_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tool_copy_machine_id"), ["machine_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tool_copy_tool_type_id"), ["tool_type_id"], unique=False
        )

    op.create_table(
        "tool_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tool_type_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("pieces_per_shot", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_tool_item_item_id")),
        sa.ForeignKeyConstraint(
            ["tool_type_id"], ["tool_type.id"], name=op.f("fk_tool_item_tool_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_item")),
        sa.UniqueConstraint(
            "tool_type_id", "item_id", name=op.f("uq_tool_item_tool_type_id_item_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("tool_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_item_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tool_item_tool_type_id"), ["tool_type_id"], unique=False
        )

    op.create_table(
        "unit_conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("other_unit_id", sa.Integer(), nullable=False),
        sa.Column("numerator", Quantity(), nullable=False),
        sa.Column("denominator", Quantity(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rounding", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "numerator > 0 AND denominator > 0", name=op.f("ck_unit_conversion_positive")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_unit_conversion_item_id")),
        sa.ForeignKeyConstraint(
            ["other_unit_id"], ["unit.id"], name=op.f("fk_unit_conversion_other_unit_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_conversion_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_conversion")),
        sa.UniqueConstraint(
            "item_id",
            "unit_id",
            "other_unit_id",
            name=op.f("uq_unit_conversion_item_id_unit_id_other_unit_id"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("unit_conversion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_conversion_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_unit_conversion_other_unit_id"), ["other_unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_unit_conversion_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "bom_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bom_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("base_quantity", Quantity(), nullable=False),
        sa.Column("base_unit_id", sa.Integer(), nullable=True),
        sa.Column("quantity_kind", sa.String(), nullable=False),
        sa.Column("scrap_pct", Quantity(), nullable=False),
        sa.Column("consumed_at_step", sa.Integer(), nullable=True),
        sa.Column("alternative_group", sa.String(), nullable=False),
        sa.Column("alternative_priority", sa.Integer(), nullable=False),
        sa.Column("line_kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0 AND base_quantity > 0", name=op.f("ck_bom_line_positive")),
        sa.ForeignKeyConstraint(
            ["base_unit_id"], ["unit.id"], name=op.f("fk_bom_line_base_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["bom_id"], ["bill_of_material.id"], name=op.f("fk_bom_line_bom_id")
        ),
        sa.ForeignKeyConstraint(
            ["component_id"], ["item.id"], name=op.f("fk_bom_line_component_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bom_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bom_line")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("bom_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bom_line_base_unit_id"), ["base_unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bom_line_bom_id"), ["bom_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bom_line_component_id"), ["component_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bom_line_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "calendar_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("tool_copy_id", sa.Integer(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("hours", Json, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN calendar_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN machine_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN operator_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN tool_copy_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_calendar_exception_one_scope"),
        ),
        sa.CheckConstraint("date_to >= date_from", name=op.f("ck_calendar_exception_dates")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_exception_calendar_id")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_calendar_exception_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_calendar_exception_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["tool_copy_id"], ["tool_copy.id"], name=op.f("fk_calendar_exception_tool_copy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_exception")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("calendar_exception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_exception_calendar_id"), ["calendar_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calendar_exception_machine_id"), ["machine_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calendar_exception_operator_id"), ["operator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calendar_exception_tool_copy_id"), ["tool_copy_id"], unique=False
        )

    op.create_table(
        "production_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=True),
        sa.Column("external_no", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("sales_order_line_id", sa.Integer(), nullable=True),
        sa.Column("parent_order_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("customer_po", sa.String(), nullable=False),
        sa.Column("customer_item", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("base_quantity", Quantity(), nullable=False),
        sa.Column("released_quantity", Quantity(), nullable=False),
        sa.Column("over_pct", Quantity(), nullable=False),
        sa.Column("under_pct", Quantity(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_kind", sa.String(), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("first_promised_at", UtcDateTime(), nullable=True),
        sa.Column("promise_changes", sa.Integer(), nullable=False),
        sa.Column("internal_due", UtcDateTime(), nullable=False),
        sa.Column("safety_days", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("earliest_start", UtcDateTime(), nullable=True),
        sa.Column("ship_complete", sa.Boolean(), nullable=False),
        sa.Column("deliveries", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pre_plan", sa.Boolean(), nullable=False),
        sa.Column("deposit", sa.Boolean(), nullable=True),
        sa.Column("drawing_ok", sa.Boolean(), nullable=True),
        sa.Column("sample_ok", sa.Boolean(), nullable=True),
        sa.Column("specification", Json, nullable=False),
        sa.Column("requirements", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("merchandiser", sa.String(), nullable=False),
        sa.Column("planner", sa.String(), nullable=False),
        sa.Column("routing_revision", sa.String(), nullable=False),
        sa.Column("bom_revision", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 9", name=op.f("ck_production_order_priority")),
        sa.CheckConstraint(
            "quantity > 0 AND base_quantity > 0", name=op.f("ck_production_order_positive")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_production_order_customer_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_production_order_item_id")),
        sa.ForeignKeyConstraint(
            ["parent_order_id"],
            ["production_order.id"],
            name=op.f("fk_production_order_parent_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_line_id"],
            ["sales_order_line.id"],
            name=op.f("fk_production_order_sales_order_line_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_production_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_order")),
        sa.UniqueConstraint("client_key", name=op.f("uq_production_order_client_key")),
        sa.UniqueConstraint("code_key", name=op.f("uq_production_order_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("production_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_production_order_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_production_order_external_no"), ["external_no"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_production_order_internal_due"), ["internal_due"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_production_order_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_production_order_parent_order_id"), ["parent_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_production_order_sales_order_line_id"),
            ["sales_order_line_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_production_order_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_production_order_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "routing_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("routing_id", sa.Integer(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("work_centre_id", sa.Integer(), nullable=True),
        sa.Column("predecessors", sa.String(), nullable=False),
        sa.Column("setup_minutes", Quantity(), nullable=False),
        sa.Column("rate", Quantity(), nullable=False),
        sa.Column("rate_basis", sa.String(), nullable=False),
        sa.Column("pieces_per_cycle", sa.Integer(), nullable=False),
        sa.Column("copies_min", sa.Integer(), nullable=False),
        sa.Column("copies_max", sa.Integer(), nullable=False),
        sa.Column("batch_max", Quantity(), nullable=True),
        sa.Column("batch_min", Quantity(), nullable=True),
        sa.Column("batch_family", sa.String(), nullable=False),
        sa.Column("capacity_use", Quantity(), nullable=False),
        sa.Column("capacity_basis", sa.String(), nullable=False),
        sa.Column("setup_skill_id", sa.Integer(), nullable=True),
        sa.Column("setup_heads", sa.Integer(), nullable=False),
        sa.Column("run_skill_id", sa.Integer(), nullable=True),
        sa.Column("run_heads", sa.Integer(), nullable=False),
        sa.Column("min_wait", sa.Integer(), nullable=False),
        sa.Column("max_wait", sa.Integer(), nullable=True),
        sa.Column("wait_ends", sa.String(), nullable=False),
        sa.Column("wait_clock", sa.String(), nullable=False),
        sa.Column("transfer_batch", Quantity(), nullable=True),
        sa.Column("pausable", sa.String(), nullable=False),
        sa.Column("first_piece", sa.Boolean(), nullable=False),
        sa.Column("first_piece_minutes", sa.Integer(), nullable=False),
        sa.Column("setup_needs_material", sa.Boolean(), nullable=False),
        sa.Column("same_person", sa.Boolean(), nullable=False),
        sa.Column("key_step", sa.Boolean(), nullable=False),
        sa.Column("reporting", sa.String(), nullable=False),
        sa.Column("inspection_plan", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("supplier_days", Quantity(), nullable=True),
        sa.Column("supplier_price", Quantity(), nullable=True),
        sa.Column("yield_pct", Quantity(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "pausable IN ('anywhere', 'turns', 'never')", name=op.f("ck_routing_step_pausable")
        ),
        sa.CheckConstraint(
            "wait_ends IN ('ES', 'SS', 'EE')", name=op.f("ck_routing_step_wait_ends")
        ),
        sa.ForeignKeyConstraint(
            ["routing_id"], ["routing.id"], name=op.f("fk_routing_step_routing_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_skill_id"], ["skill.id"], name=op.f("fk_routing_step_run_skill_id")
        ),
        sa.ForeignKeyConstraint(
            ["setup_skill_id"], ["skill.id"], name=op.f("fk_routing_step_setup_skill_id")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_routing_step_supplier_id")
        ),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centre.id"], name=op.f("fk_routing_step_work_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_step")),
        sa.UniqueConstraint(
            "routing_id", "step_no", name=op.f("uq_routing_step_routing_id_step_no")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("routing_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_routing_step_routing_id"), ["routing_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_routing_step_run_skill_id"), ["run_skill_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_routing_step_setup_skill_id"), ["setup_skill_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_routing_step_supplier_id"), ["supplier_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_routing_step_work_centre_id"), ["work_centre_id"], unique=False
        )

    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("print_count", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["production_order.id"], name=op.f("fk_card_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("code", name=op.f("uq_card_code")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_card_order_id_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_order_id"), ["order_id"], unique=False)

    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("good", Quantity(), nullable=False),
        sa.Column("scrap", Quantity(), nullable=False),
        sa.Column("rework", Quantity(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("remaining", Quantity(), nullable=True),
        sa.Column("running_machine_id", sa.Integer(), nullable=True),
        sa.Column("running_tools", Json, nullable=False),
        sa.Column("running_operators", Json, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("pin_machine_id", sa.Integer(), nullable=True),
        sa.Column("pin_start", UtcDateTime(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["production_order.id"], name=op.f("fk_operation_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["pin_machine_id"], ["machine.id"], name=op.f("fk_operation_pin_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["running_machine_id"], ["machine.id"], name=op.f("fk_operation_running_machine_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("order_id", "step_no", name=op.f("uq_operation_order_id_step_no")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_operation_pin_machine_id"), ["pin_machine_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_operation_running_machine_id"), ["running_machine_id"], unique=False
        )

    op.create_table(
        "purchase_order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purchase_order_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("open_quantity", Quantity(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("inspection_days", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("reserved_order_id", sa.Integer(), nullable=True),
        sa.Column("price", Quantity(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("open_quantity >= 0", name=op.f("ck_purchase_order_line_open")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_purchase_order_line_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"],
            ["purchase_order.id"],
            name=op.f("fk_purchase_order_line_purchase_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reserved_order_id"],
            ["production_order.id"],
            name=op.f("fk_purchase_order_line_reserved_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_purchase_order_line_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint(
            "purchase_order_id",
            "line_no",
            name=op.f("uq_purchase_order_line_purchase_order_id_line_no"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_purchase_order_line_item_id"), ["item_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_purchase_order_line_purchase_order_id"),
            ["purchase_order_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_purchase_order_line_reserved_order_id"),
            ["reserved_order_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_purchase_order_line_unit_id"), ["unit_id"], unique=False
        )

    op.create_table(
        "step_machine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rate", Quantity(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_step_machine_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["routing_step.id"], name=op.f("fk_step_machine_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_machine")),
        sa.UniqueConstraint(
            "step_id", "machine_id", name=op.f("uq_step_machine_step_id_machine_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("step_machine", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_step_machine_machine_id"), ["machine_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_step_machine_step_id"), ["step_id"], unique=False)

    op.create_table(
        "step_tool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("tool_type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("held_until_step", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["routing_step.id"], name=op.f("fk_step_tool_step_id")
        ),
        sa.ForeignKeyConstraint(
            ["tool_type_id"], ["tool_type.id"], name=op.f("fk_step_tool_tool_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_tool")),
        sa.UniqueConstraint(
            "step_id", "tool_type_id", name=op.f("uq_step_tool_step_id_tool_type_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("step_tool", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_tool_step_id"), ["step_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_step_tool_tool_type_id"), ["tool_type_id"], unique=False
        )

    op.create_table(
        "stock_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("from_location_id", sa.Integer(), nullable=False),
        sa.Column("to_location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reserved_order_id", sa.Integer(), nullable=True),
        sa.Column("unit_price", Quantity(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_move_positive")),
        sa.ForeignKeyConstraint(
            ["from_location_id"], ["location.id"], name=op.f("fk_stock_move_from_location_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stock_move_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_move_lot_id")),
        sa.ForeignKeyConstraint(
            ["reserved_order_id"],
            ["production_order.id"],
            name=op.f("fk_stock_move_reserved_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"], ["location.id"], name=op.f("fk_stock_move_to_location_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
        sa.UniqueConstraint("client_key", name=op.f("uq_stock_move_client_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stock_move_from_location_id"), ["from_location_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stock_move_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_move_item_id_to_location_id"),
            ["item_id", "to_location_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_stock_move_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_move_reserved_order_id"), ["reserved_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stock_move_to_location_id"), ["to_location_id"], unique=False
        )

    op.create_table(
        "operation_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_operation_issue_item_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_operation_issue_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_issue")),
        sa.UniqueConstraint(
            "operation_id", "item_id", name=op.f("uq_operation_issue_operation_id_item_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("operation_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_issue_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_operation_issue_operation_id"), ["operation_id"], unique=False
        )

    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("setup_start_at", UtcDateTime(), nullable=False),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=False),
        sa.Column("segments", Json, nullable=False),
        sa.Column("tools", Json, nullable=False),
        sa.Column("crew", Json, nullable=False),
        sa.CheckConstraint(
            "(machine_id IS NULL) <> (supplier_id IS NULL)", name=op.f("ck_placement_one_place")
        ),
        sa.CheckConstraint(
            "setup_start_at <= start_at AND start_at <= end_at", name=op.f("ck_placement_times")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_placement_machine_id")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_placement_operation_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_placement_plan_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_placement_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint(
            "plan_id", "operation_id", name=op.f("uq_placement_plan_id_operation_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_machine_id"), ["machine_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placement_operation_id"), ["operation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_placement_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placement_plan_id_machine_id_start_at"),
            ["plan_id", "machine_id", "start_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_placement_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "unplaced_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("reason", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_unplaced_operation_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_unplaced_operation_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unplaced_operation")),
        sa.UniqueConstraint(
            "plan_id", "operation_id", name=op.f("uq_unplaced_operation_plan_id_operation_id")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("unplaced_operation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unplaced_operation_operation_id"), ["operation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_unplaced_operation_plan_id"), ["plan_id"], unique=False
        )
