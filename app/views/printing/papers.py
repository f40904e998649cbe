"""The reports of ``app.reports.papers`` in a preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.views.context import AppContext
from app.views.printing.preview import PdfPreview, Source

if TYPE_CHECKING:
    from app.reports.papers import Paper, Wanted


def show_travelers(parent: QWidget, context: AppContext, orders: tuple[int, ...]) -> PdfPreview:
    """Cards of the orders (ids); each print is counted."""
    from app.reports.papers import TRAVELERS, Wanted

    return _show(parent, context, TRAVELERS, Wanted(context.actor, orders=orders))


def show_inspection(
    parent: QWidget,
    context: AppContext,
    orders: tuple[int, ...],
    operations: tuple[int, ...] | None = None,
) -> PdfPreview:
    """Inspection sheets of the orders (ids), or only those at some of their operations."""
    from app.reports.papers import INSPECTION, Wanted

    wanted = Wanted(context.actor, orders=orders, operations=operations)
    return _show(parent, context, INSPECTION, wanted, _no_plan_text)


def _show(
    parent: QWidget,
    context: AppContext,
    paper: Paper,
    wanted: Wanted,
    nothing: Callable[[], str] | None = None,
) -> PdfPreview:
    preview = PdfPreview(context, source_of(context, paper, wanted, nothing), parent)
    preview.show()
    return preview


def source_of(
    context: AppContext,
    paper: Paper,
    wanted: Wanted,
    nothing: Callable[[], str] | None = None,
) -> Source:
    """What a preview shows of a paper; language, size and count are the preview's to say."""
    return Source(
        paper.key,
        partial(context.text, paper.title),
        partial(_pdf, context.database, paper, wanted),
        paper.sizes,
        nothing=nothing,
    )


def _no_plan_text() -> str:
    return QCoreApplication.translate(
        "Papers", "No inspection plan applies to these orders. Add one to the master data."
    )


def _pdf(
    database: Any, paper: Paper, wanted: Wanted, language: str, size: str, leaves: bool
) -> bytes:
    return paper.make(database, replace(wanted, language=language, size=size, leaves=leaves)).data
