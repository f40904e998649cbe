"""The reports of ``app.reports.papers`` in a preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtWidgets import QWidget

from app.views.context import AppContext
from app.views.printing.preview import PdfPreview, Source
from app.views.printing.shift_options import ALL, ShiftOptions

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


def show_decision(parent: QWidget, context: AppContext, names: tuple[str, ...]) -> PdfPreview:
    """The decision sheet of scenarios, the proposed one first."""
    from app.reports.papers import DECISION, Wanted

    return _show(parent, context, DECISION, Wanted(context.actor, scenarios=names))


def show_notices(
    parent: QWidget, context: AppContext, notices: tuple[int, ...] | None
) -> PdfPreview:
    """Change notices (ids), or all of the newest published plan."""
    from app.reports.papers import NOTICES, Wanted

    return _show(parent, context, NOTICES, Wanted(context.actor, notices=notices))


def show_incoming(parent: QWidget, context: AppContext, purchases: tuple[str, ...]) -> PdfPreview:
    """Inspection sheets of goods that come in, by lines of purchase orders (``PO26001-1``)."""
    from app.reports.papers import INSPECTION, Wanted

    wanted = Wanted(context.actor, purchases=purchases)
    return _show(parent, context, INSPECTION, wanted, _no_incoming_text)


def show_shift_papers(
    parent: QWidget,
    context: AppContext,
    machines: dict[str, tuple[int, ...]],
    chosen: str = ALL,
) -> PdfPreview:
    """Dispatch list, mould changes or mixing tickets of a shift that is chosen in the preview.

    ``machines``: ids of those ``shown`` and ``selected`` where one asks; ``chosen``: which of
    them first, or all.
    """
    from app.reports.papers import DISPATCH, Wanted

    usual = Wanted(context.actor, machines=machines.get(chosen))
    preview = PdfPreview(context, source_of(context, DISPATCH, usual, _no_work_text), parent)
    ShiftPapers(preview, context, machines, chosen)
    preview.show()
    return preview


class ShiftPapers(QObject):
    """Puts the choices of a shift into a preview and shows what is chosen."""

    def __init__(
        self,
        preview: PdfPreview,
        context: AppContext,
        machines: dict[str, tuple[int, ...]],
        chosen: str,
    ) -> None:
        super().__init__(preview)
        self._preview, self._context = preview, context
        self.options = ShiftOptions(context, machines, chosen, preview)
        self.options.changed.connect(self._on_options_changed)
        preview.add_options(self.options)

    @Slot()
    def _on_options_changed(self) -> None:
        from app.reports.papers import Wanted

        wanted = self.options.wanted(Wanted(self._context.actor))
        paper = self.options.chosen_paper()
        self._preview.set_source(source_of(self._context, paper, wanted, _no_work_text))


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


def _no_incoming_text() -> str:
    return QCoreApplication.translate(
        "Papers", "No incoming inspection plan applies to these goods. Add one to the master data."
    )


def _no_work_text() -> str:
    return QCoreApplication.translate(
        "Papers", "Nothing of the kind is planned for these machines in these shifts."
    )


def nothing_planned_text() -> str:
    return QCoreApplication.translate("Papers", "Nothing is planned in these days.")


def _no_plan_text() -> str:
    return QCoreApplication.translate(
        "Papers", "No inspection plan applies to these orders. Add one to the master data."
    )


def _pdf(
    database: Any, paper: Paper, wanted: Wanted, language: str, size: str, leaves: bool
) -> bytes:
    return paper.make(database, replace(wanted, language=language, size=size, leaves=leaves)).data
