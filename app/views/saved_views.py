"""The drop-down beside a page's title: arrangements of its table, each person's own, by name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from app.views.context import AppContext
from app.views.icons import icon
from app.views.table import RowTable
from app.views.table_arrangement import Arrangement, from_plain

SHORTCUT = "Ctrl+Shift+V"
MOST_SHOWN = 160
"""Pixels of a name on the button."""


class SavedViews(QToolButton):
    """Shows the name of the view in use. Make it once the page has sorted its table as it wants:
    that is what "As at the start" goes back to."""

    def __init__(self, context: AppContext, table: RowTable, place: str, parent: QWidget) -> None:
        """``place`` names the table in the database (``orders``)."""
        super().__init__(parent)
        self.context = context
        self.table = table
        self.place = place
        self._first = table.arrangement()
        self._views: tuple[Any, ...] = ()
        self._used = ""
        self._opened = False
        self._asking: QInputDialog | None = None
        self.setObjectName("saved_views")
        self.setProperty("framed", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        QShortcut(QKeySequence(SHORTCUT), self).activated.connect(self._on_shortcut_activated)
        context.changed.connect(self._on_context_changed)
        self.retranslate()
        self._read()

    @property
    def used(self) -> str:
        """Name of the view that was shown last; "" when none was."""
        return self._used

    def show_view(self, name: str) -> None:
        """Arrange the table as this view has it; "" = as the page does at the start."""
        row = self._row(name)
        wanted = from_plain(row.state) if row is not None else self._first
        if wanted is not None:
            self._used = row.name if row is not None else ""
            self.table.arrange(wanted)
        self.retranslate()

    def changed(self) -> bool:
        """Whether the table is arranged differently from the view in use."""
        row = self._row(self._used)
        return row is not None and from_plain(row.state) != self.table.arrangement()

    # ---- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        from app.services.views import saved_views

        self.context.read(saved_views, self.context.actor, self.place, then=self._on_read)

    @Slot(object)
    def _on_read(self, views: tuple[Any, ...]) -> None:
        before = {row.id: row.name for row in self._views}
        self._views = views
        chosen = next((row for row in views if row.chosen), None)
        if not self._opened:
            self._opened = True
            if chosen is not None:
                self.show_view(chosen.name)
        # A view that was renamed stays the one in use, one that was deleted does not.
        mine = next((number for number, name in before.items() if name == self._used), None)
        if mine is not None:
            self._used = next((row.name for row in views if row.id == mine), "")
        self.retranslate()

    @Slot(str, object)
    def _on_context_changed(self, kind: str, _ids: frozenset[int]) -> None:
        if kind == "saved_view":
            self._read()

    def _row(self, name: str) -> Any | None:
        return next((row for row in self._views if row.name == name and name), None)

    @Slot()
    def _on_shortcut_activated(self) -> None:
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    # ---- the menu --------------------------------------------------------------------------------

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for row in self._views:
            action = menu.addAction(row.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(row.name == self._used)
            action.setData(row.name)
            action.triggered.connect(self._on_view_triggered)
        first = menu.addAction(self.tr("As at the start"))
        first.setData("")
        first.triggered.connect(self._on_view_triggered)
        menu.addSeparator()
        self._fill_changes(menu, self._row(self._used))

    def _fill_changes(self, menu: QMenu, used: Any | None) -> None:
        if used is not None:
            text = self.tr("Save changes of “{view}”").format(view=used.name.replace("&", "&&"))
            save = menu.addAction(text)
            save.setEnabled(self.changed())
            save.triggered.connect(self._on_save_triggered)
        menu.addAction(self.tr("Save as a new view…")).triggered.connect(self._on_new_triggered)
        if used is None:
            return
        menu.addAction(self.tr("Rename…")).triggered.connect(self._on_rename_triggered)
        menu.addAction(self.tr("Delete")).triggered.connect(self._on_delete_triggered)
        menu.addSeparator()
        chosen = menu.addAction(self.tr("Show this view at the start"))
        chosen.setCheckable(True)
        chosen.setChecked(used.chosen)
        chosen.triggered.connect(self._on_choose_triggered)

    @Slot()
    def _on_view_triggered(self) -> None:
        self.show_view(self.sender().data())

    @Slot()
    def _on_save_triggered(self) -> None:
        used = self._row(self._used)
        if used is not None:
            self._put(used.name, used, self.table.arrangement())

    @Slot()
    def _on_new_triggered(self) -> None:
        self._ask(self.tr("Save as a new view"), "", self._on_new_named)

    @Slot(str)
    def _on_new_named(self, name: str) -> None:
        name = " ".join(name.split())
        if self._put(name, None, self.table.arrangement()):
            self._used = name
            self.retranslate()

    @Slot()
    def _on_rename_triggered(self) -> None:
        self._ask(self.tr("Rename view"), self._used, self._on_renamed)

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        from app.services.views import RenameView

        name = " ".join(name.split())
        if name != self._used:
            self.context.apply(RenameView(self.context.actor, self.place, self._used, name))

    @Slot()
    def _on_delete_triggered(self) -> None:
        from app.services.views import Kept, PutView

        used = self._row(self._used)
        if used is not None:
            before = Kept(used.state, used.chosen)
            self.context.apply(PutView(self.context.actor, self.place, used.name, before, None))

    @Slot(bool)
    def _on_choose_triggered(self, chosen: bool) -> None:
        from app.services.views import ChooseView

        before = next((row.name for row in self._views if row.chosen), "")
        after = self._used if chosen else ""
        self.context.apply(ChooseView(self.context.actor, self.place, before, after))

    def _put(self, name: str, before: Any | None, arrangement: Arrangement) -> bool:
        from app.services.views import Kept, PutView

        old = Kept(before.state, before.chosen) if before is not None else None
        new = Kept(arrangement.plain(), before is not None and before.chosen)
        return self.context.apply(PutView(self.context.actor, self.place, name, old, new))

    def _ask(self, title: str, text: str, then: Any) -> None:
        """A line for a name; Esc gives up."""
        asking = self._asking = QInputDialog(self)
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setWindowTitle(title)
        asking.setLabelText(self.tr("Name of the view"))
        asking.setTextValue(text)
        asking.textValueSelected.connect(then)
        asking.open()

    # ---- language --------------------------------------------------------------------------------

    def retranslate(self) -> None:
        text = self._used or self.tr("Views")
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, MOST_SHOWN)
        self.setText(shown.replace("&", "&&"))
        self.setIcon(icon("template"))
        named = self.tr("View: {view}").format(view=self._used) if self._used else self.tr("Views")
        self.setAccessibleName(named)
        self.setToolTip(f"{named} ({SHORTCUT})")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self.retranslate()
