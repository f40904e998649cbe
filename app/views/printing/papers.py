"""The reports of ``app.reports.papers`` in a preview."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.views.context import AppContext
from app.views.printing.preview import PdfPreview, Source

if TYPE_CHECKING:
    from app.reports.papers import Paper, Wanted


def show_travelers(parent: QWidget, context: AppContext, orders: tuple[int, ...]) -> PdfPreview:
    """Cards of the orders (ids); each print is counted."""
    from app.reports.papers import TRAVELERS, Wanted

    return _show(parent, context, TRAVELERS, Wanted(context.actor, orders=orders))


def _show(parent: QWidget, context: AppContext, paper: Paper, wanted: Wanted) -> PdfPreview:
    preview = PdfPreview(context, source_of(context, paper, wanted), parent)
    preview.show()
    return preview


def source_of(context: AppContext, paper: Paper, wanted: Wanted) -> Source:
    """What a preview shows of a paper; language, size and count are the preview's to say."""
    return Source(
        paper.key,
        partial(context.text, paper.title),
        partial(_pdf, context.database, paper, wanted),
        paper.sizes,
    )


def _pdf(
    database: Any, paper: Paper, wanted: Wanted, language: str, size: str, leaves: bool
) -> bytes:
    return paper.make(database, replace(wanted, language=language, size=size, leaves=leaves)).data
