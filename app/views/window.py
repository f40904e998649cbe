"""The window: rail, one page at a time, notices above it, the status bar below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.file_drop import paths_of, take
from app.views.icons import icon
from app.views.menus import Menus
from app.views.notice_bar import NoticeBar
from app.views.page import Page
from app.views.pages import PAGES, PageEntry
from app.views.rail import Rail
from app.views.status import StatusBar
from app.views.theme import SPACE

FIRST_SIZE = (1440, 860)
SMALLEST_SIZE = (1024, 640)
ORDER_SHEETS = frozenset({"Orders", "OrderProgress"})
"""Records of these sheets are shown by the page of orders, all others by that of master data."""


class MainWindow(QMainWindow):
    """Shows one open database."""

    open_asked = Signal()
    """Another database is wanted; this window stays until it is there."""
    closed = Signal()

    def __init__(self, context: AppContext, entries: Sequence[PageEntry] = PAGES) -> None:
        super().__init__()
        self.context = context
        self._entries = {entry.key: entry for entry in entries}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._errors = 0
        self.rail = Rail(entries, self)
        self.notices = NoticeBar(self)
        self._stack = QStackedWidget(self)
        self.menus = Menus(self, context, list(entries))
        self.setStatusBar(StatusBar(context, self))
        self._lay_out()
        self._connect()
        self.setMinimumSize(*SMALLEST_SIZE)
        self.setAcceptDrops(True)
        self.retranslate()

    def open_first_page(self) -> None:
        """As it was left, or the first page of the rail."""
        settings = self.context.settings
        geometry = settings.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(*FIRST_SIZE).boundedTo(self.screen().availableSize()))
        key = str(settings.value("window/page", ""))
        self.show_page(key if key in self._entries else next(iter(self._entries)))

    @property
    def page(self) -> Page:
        """The visible page."""
        return self._pages[self._current]

    def show_page(self, key: str) -> Page:
        """Go to a page; it is made when first visited."""
        page = self._pages.get(key) or self._make_page(key)
        self._current = key
        self._stack.setCurrentWidget(page)
        self.rail.show_current(key)
        self.menus.show_page(page)
        self.context.undoing.show(page.undo_scope())
        page.enter()
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        return page

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("{site} – Taktline").format(site=self.context.site.name))
        self.rail.retranslate()
        self._show_errors(self._errors)
        self.menus.retranslate()
        self.menus.mark_choices()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save_state()
        # Nothing may arrive at a page that is being torn down.
        self.context.close()
        event.accept()
        self.closed.emit()

    # ---- files dropped anywhere --------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if "exchange" in self._entries and paths_of(event.mimeData()):
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The page of imports opens with them."""
        take(event)
        self.show_page("exchange").take_files(paths_of(event.mimeData()))

    def save_state(self) -> None:
        settings = self.context.settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/page", self._current)
        for key, page in self._pages.items():
            settings.beginGroup(f"pages/{key}")
            page.save(settings)
            settings.endGroup()
        settings.sync()

    def _make_page(self, key: str) -> Page:
        entry = self._entries[key]
        page = entry.load()(self.context, self._stack)
        page.setObjectName(f"page_{key}")
        settings = self.context.settings
        settings.beginGroup(f"pages/{key}")
        page.restore(settings)
        settings.endGroup()
        self._pages[key] = page
        self._stack.addWidget(page)
        for action in page.actions():
            # The shortcut belongs to the page: it must not act while another is shown.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            page.addAction(action)
        return page

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        middle.setSpacing(2 * SPACE)
        middle.addWidget(self.notices)
        middle.addWidget(self._stack, 1)
        whole = QWidget(self)
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(middle, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.menus.page_asked.connect(self.show_page)
        self.menus.find_asked.connect(self._on_find_asked)
        self.menus.refresh_asked.connect(self.context.changes.look)
        self.menus.open_asked.connect(self.open_asked)
        self.context.noticed.connect(self.notices.show_notice)
        self.context.record_asked.connect(self._on_record_asked)
        self.context.page_asked.connect(self.show_page)
        self.context.ghost_asked.connect(self._on_ghost_asked)
        self.context.health.counted.connect(self._show_errors)
        self.context.themeChanged.connect(self._on_theme_changed)
        self.context.siteChanged.connect(self.retranslate)

    @Slot()
    def _on_find_asked(self) -> None:
        self.page.find()

    @Slot(int)
    def _show_errors(self, count: int) -> None:
        """The rail counts the errors in the data, wherever one is."""
        self._errors = count
        if "health" in self._entries:
            self.rail.button("health").set_badge(count, self.tr("%n errors", "", count))

    @Slot(str, object, str)
    def _on_record_asked(self, sheet: str, name: str | Mapping[str, Any], field: str) -> None:
        page = self.show_page("orders" if sheet in ORDER_SHEETS else "master_data")
        page.show_record(sheet, name, field)

    @Slot(object)
    def _on_ghost_asked(self, question: Any) -> None:
        self.show_page("schedule").ghosts.show(question)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.menus.mark_choices()
        for page in self._pages.values():
            for action in page.findChildren(QAction):
                name = action.property("picture")
                if name:
                    action.setIcon(icon(name))
