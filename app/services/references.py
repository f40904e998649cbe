"""What refers to a record: every foreign key of the tables, and ids inside JSON columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column

from app.core.step import StepDefinition
from app.models.base import Base


def columns_to(kind: str) -> list[Column[Any]]:
    """All foreign keys to that table, in the order of the tables."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == kind
    ]


def ids_in_step(step: StepDefinition) -> Iterator[tuple[str, int]]:
    """(table, id) of the records that an operation's snapshot of its step names."""
    for kind, record_id in (
        ("work_centre", step.work_centre),
        ("skill", step.setup_skill),
        ("skill", step.run_skill),
        ("supplier", step.supplier),
    ):
        if record_id is not None:
            yield kind, record_id
    yield from (("machine", rate.machine) for rate in step.machines)
    yield from (("tool_type", use.tool_type) for use in step.tools)
    yield from (("item", need.item) for need in step.materials)
