"""Capacity kept for quotes, and who let a rush order go before others.

Revision: 0007, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.types import Json, UtcDateTime

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capacity_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("how_ended", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["production_order.id"],
            name=op.f("fk_capacity_hold_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_hold")),
        sa.UniqueConstraint("order_id", name=op.f("uq_capacity_hold_order_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    for name in ("rush_asked_by", "rush_approved_by"):
        op.add_column(
            "production_order",
            sa.Column(name, sa.String(), server_default="", nullable=False),
        )
    op.add_column("production_order", sa.Column("rush_approved_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for name in ("rush_approved_at", "rush_approved_by", "rush_asked_by"):
        op.drop_column("production_order", name)
    op.drop_table("capacity_hold")
