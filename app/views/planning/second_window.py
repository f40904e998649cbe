"""The plan in windows of its own: another monitor, other rows, another zoom, the same plan.

Such a window reads nothing itself: it shows what the Schedule page has read, and asks the engine
through the page's board. It is closed with the main window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.views.page import action
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.views.planning.schedule_page import SchedulePage

SETTINGS = "pages/schedule_window"
FIRST_SIZE = (1280, 760)


class PlanWindow(QWidget):
    """One more Schedule page as a window."""

    closed = Signal(object)

    def __init__(self, beside: SchedulePage) -> None:
        from app.views.planning.schedule_page import SchedulePage

        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = beside.context
        self.page = SchedulePage(beside.context, self, beside=beside)
        self.linked = QCheckBox(self)
        self.linked.setChecked(True)
        self.page.head.add_widget(self.linked)
        # Planning anew belongs to the page in the main window.
        self.page.options.setVisible(False)
        self.page.desk.solve.setVisible(False)
        self.page.desk.solve.setEnabled(False)
        for each in self.page.actions():
            each.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.page.addAction(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        layout.addWidget(self.page)
        self.linked.toggled.connect(self.page.link)
        self._context.siteChanged.connect(self.retranslate)
        self._restore()
        self.retranslate()
        self.page.enter()

    def _restore(self) -> None:
        settings = self._context.settings
        settings.beginGroup(SETTINGS)
        self.page.restore(settings)
        self.linked.setChecked(str(settings.value("linked", "true")) == "true")
        geometry = settings.value("geometry")
        settings.endGroup()
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(*FIRST_SIZE).boundedTo(self.screen().availableSize()))
            self._to_another_screen()

    def _to_another_screen(self) -> None:
        """The first time: onto a monitor on which the main window is not, if there is one."""
        here = QGuiApplication.primaryScreen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        if others:
            area = others[0].availableGeometry()
            self.setGeometry(area.adjusted(40, 40, -40, -40))

    @Slot()
    def retranslate(self) -> None:
        self.setWindowTitle(
            self.tr("{site} – Schedule, second window").format(site=self._context.site.name)
        )
        self.linked.setText(self.tr("Linked selection"))
        self.linked.setToolTip(self.tr("Select here what is selected in the other windows"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how it was arranged; the page goes with the window."""
        settings = self._context.settings
        settings.beginGroup(SETTINGS)
        self.page.save(settings)
        settings.setValue("linked", "true" if self.linked.isChecked() else "false")
        settings.setValue("geometry", self.saveGeometry())
        settings.endGroup()
        self.page.gantt.set_board(None)
        self.closed.emit(self)
        super().closeEvent(event)


class PlanWindows(QObject):
    """Opens them from the Schedule page, and closes them with the window the page is in."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page = page
        self.open_ones: list[PlanWindow] = []
        self._watched: QWidget | None = None
        self.more = action(page, "columns")
        self.more.setShortcut(QKeySequence("Ctrl+Shift+N"))
        self.more.triggered.connect(self.open)

    def actions(self) -> list[QAction]:
        return [self.more]

    def retranslate(self) -> None:
        self.more.setText(self.tr("Plan in a second window"))

    @Slot()
    def open(self) -> PlanWindow:
        """One more window, as the last one was left."""
        main = self._page.window()
        if self._watched is not main:
            self._watched = main
            main.installEventFilter(self)
        window = PlanWindow(self._page)
        window.closed.connect(self._on_window_closed)
        self.open_ones.append(window)
        window.show()
        return window

    @Slot(object)
    def _on_window_closed(self, window: PlanWindow) -> None:
        self.open_ones.remove(window)

    def close_all(self) -> None:
        """The main window closes, or another database is opened."""
        for window in list(self.open_ones):
            window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Close:
            self.close_all()
        return False
