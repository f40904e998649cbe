"""Alembic's way in; the connection and its transaction come from ``run.upgrade``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.models import Base
from app.models.types import Choice, Quantity, UtcDateTime


def _render(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Own types by name; choices as plain text, so that old migrations outlive a renamed list."""
    if kind != "type":
        return False
    if isinstance(value, Choice):
        return "sa.String()"
    if isinstance(value, Quantity | UtcDateTime):
        autogen.imports.add("from app.models.types import Json, Quantity, UtcDateTime")
        return f"{type(value).__name__}()"
    if value.__class__.__name__ == "JSON":
        return "Json"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
