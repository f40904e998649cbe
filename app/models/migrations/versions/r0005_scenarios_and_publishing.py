"""Scenarios, and what publishing a plan leaves: pictures and change notices.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.types import Json, Packed, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("recommendation", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("code_key", name=op.f("uq_scenario_code_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "change_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("rows", Json, nullable=False),
        sa.Column("read_by", sa.String(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_change_notice_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_notice")),
        sa.UniqueConstraint("plan_id", "team", name=op.f("uq_change_notice_plan_id_team")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("change_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_notice_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "plan_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("content", Packed(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_picture_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_picture")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_picture_plan_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "scenario_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("adopted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_edit_scenario_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_edit")),
        sa.UniqueConstraint("scenario_id", "seq", name=op.f("uq_scenario_edit_scenario_id_seq")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("scenario_edit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scenario_edit_scenario_id"), ["scenario_id"], unique=False
        )

    op.create_table(
        "scenario_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("solved_at", UtcDateTime(), nullable=False),
        sa.Column("solved_by", sa.String(), nullable=False),
        sa.Column("planning_now", UtcDateTime(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("objective", Json, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("orders", Json, nullable=False),
        sa.Column("placements", Packed(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_result_scenario_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_result")),
        sa.UniqueConstraint("scenario_id", name=op.f("uq_scenario_result_scenario_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
