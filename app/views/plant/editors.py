"""Editors of their own kind that the master data page shows beside its plain form.

To add one: write a ``RecordEditor`` and put its entry under the key of its sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from app.views.context import AppContext


class RecordEditor(QWidget):
    """Shows and edits one record; made when it is first looked at, kept as long as the page.

    It writes through ``context.apply`` like everybody and hears of changes, its own included,
    through ``context.changed``. ``context.ask_for_record`` leads to another record.
    """

    wide = False
    """True: stands under the table in its full width; False: a tab of the panel at the right."""
    room = 880
    """Pixels of width in which a wide one is worked in; with less the record panel gives way."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        """The row chosen in the table (``MasterRow.values``); None = no row, or several.

        Called again for the same record after it changed; what a person has typed and not yet
        saved is the editor's to keep.
        """
        raise NotImplementedError

    def retranslate(self) -> None:
        """Put every text in the language now spoken."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


@dataclass(frozen=True, slots=True)
class EditorEntry:
    """``title``: the tab's word in the language now spoken; ``load`` imports when first wanted."""

    title: Callable[[], str]
    load: Callable[[], type[RecordEditor]]


def _bom() -> type[RecordEditor]:
    from app.views.products.bom_editor import BomEditor

    return BomEditor


def _where_used() -> type[RecordEditor]:
    from app.views.products.where_used_view import WhereUsedView

    return WhereUsedView


def _routing() -> type[RecordEditor]:
    from app.views.products.routing_editor import RoutingEditor

    return RoutingEditor


_BOM = EditorEntry(lambda: QCoreApplication.translate("Editors", "Bill of material"), _bom)
_WHERE_USED = EditorEntry(lambda: QCoreApplication.translate("Editors", "Used in"), _where_used)

_ROUTING = EditorEntry(lambda: QCoreApplication.translate("Editors", "Routing"), _routing)


def _calendar_editor() -> type[RecordEditor]:
    from app.views.plant.calendar_editor import CalendarEditor

    return CalendarEditor


CALENDAR = EditorEntry(
    lambda: QCoreApplication.translate("Editors", "Working time"), _calendar_editor
)


def _setup_editor() -> type[RecordEditor]:
    from app.views.plant.setup_matrix_editor import SetupMatrixEditor

    return SetupMatrixEditor


SETUPS = EditorEntry(lambda: QCoreApplication.translate("Editors", "Changeovers"), _setup_editor)

EDITORS: dict[str, tuple[EditorEntry, ...]] = {
    "Calendars": (CALENDAR,),
    "Shifts": (CALENDAR,),
    "Exceptions": (CALENDAR,),
    "Rotation": (CALENDAR,),
    "Machines": (CALENDAR,),
    "ToolCopies": (CALENDAR,),
    "Operators": (CALENDAR,),
    "WorkCentres": (SETUPS,),
    "SetupAttributes": (SETUPS,),
    "SetupGroups": (SETUPS,),
    "SetupMatrix": (SETUPS,),
    "Items": (_BOM, _ROUTING, _WHERE_USED),
    "BOM": (_BOM, _WHERE_USED),
    "Routings": (_ROUTING,),
}
"""By key of the sheet, in the order of the tabs; a class may serve several sheets."""

RECORD_FIRST = frozenset({"Items", "Machines", "Operators", "ToolCopies", "WorkCentres"})
"""Sheets one visits for the record: where it and the editor have no room, it is seen first."""
