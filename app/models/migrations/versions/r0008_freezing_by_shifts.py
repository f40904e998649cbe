"""Freezing by work centre in shifts or working days.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RENAMED = (
    ("freeze_locked_minutes", "freeze_locked"),
    ("freeze_within_minutes", "freeze_within"),
)
"""They were minutes always; now they are of the unit beside them."""


def upgrade() -> None:
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE work_centre RENAME COLUMN {old} TO {new}")
    op.add_column(
        "work_centre",
        sa.Column("freeze_unit", sa.String(), server_default="minutes", nullable=False),
    )
    op.add_column(
        "work_centre",
        sa.Column("freeze_issued", sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("work_centre", "freeze_issued")
    op.drop_column("work_centre", "freeze_unit")
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE work_centre RENAME COLUMN {new} TO {old}")
