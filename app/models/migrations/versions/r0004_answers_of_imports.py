"""What was answered to the questions of an import.

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.types import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "import_batch", sa.Column("answers", Json, server_default=sa.text("'{}'"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("import_batch", "answers")
