"""The window's menus. What a page can do comes from the page; undo and redo are named."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.views.context import AppContext
from app.views.languages import NAMES
from app.views.page import Page
from app.views.pages import PageEntry
from app.views.theme import Choice

MOST_STEPS = 20
"""As many steps back are offered by name in the history."""


class Menus(QObject):
    page_asked = Signal(str)
    find_asked = Signal()
    refresh_asked = Signal()
    open_asked = Signal()

    def __init__(self, window: QMainWindow, context: AppContext, pages: list[PageEntry]) -> None:
        super().__init__(window)
        self._context = context
        self._pages = pages
        self._page: Page | None = None
        bar = window.menuBar()
        self.file, self.edit = bar.addMenu(""), bar.addMenu("")
        self.page, self.view = bar.addMenu(""), bar.addMenu("")
        self._fill_file(window)
        self._fill_edit()
        self._fill_view()
        context.undoing.changed.connect(self._name_undo)
        self.retranslate()

    def show_page(self, page: Page) -> None:
        """The page's own actions under its title."""
        self._page = page
        self.page.clear()
        self.page.addActions(page.actions())
        self.page.menuAction().setVisible(bool(page.actions()))
        self.page.setTitle(page.title())

    def retranslate(self) -> None:
        self.file.setTitle(self.tr("&File"))
        self.edit.setTitle(self.tr("&Edit"))
        self.view.setTitle(self.tr("&View"))
        self.open.setText(self.tr("Open another database…"))
        self.quit.setText(self.tr("Quit"))
        self.find.setText(self.tr("Find"))
        self.refresh.setText(self.tr("Look for changes"))
        self.history.setTitle(self.tr("History"))
        self.theme.setTitle(self.tr("Colours"))
        self.language.setTitle(self.tr("Language"))
        names = {
            Choice.SYSTEM: self.tr("As the system"),
            Choice.LIGHT: self.tr("Light"),
            Choice.DARK: self.tr("Dark"),
        }
        for action in self._theme_group.actions():
            action.setText(names[action.data()])
        for action, entry in zip(self._page_actions, self._pages, strict=True):
            action.setText(entry.word())
        self._name_undo()
        if self._page is not None:
            self.page.setTitle(self._page.title())

    def _fill_file(self, window: QMainWindow) -> None:
        self.open = self.file.addAction("")
        self.open.setShortcut(QKeySequence.StandardKey.Open)
        self.open.triggered.connect(self.open_asked)
        self.file.addSeparator()
        self.quit = self.file.addAction("")
        self.quit.setShortcut(QKeySequence.StandardKey.Quit)
        self.quit.triggered.connect(window.close)

    def _fill_edit(self) -> None:
        undoing = self._context.undoing
        self.undo = self.edit.addAction("", QKeySequence.StandardKey.Undo)
        self.undo.triggered.connect(undoing.undo)
        self.redo = self.edit.addAction("")
        self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.redo.triggered.connect(undoing.redo)
        self.history = self.edit.addMenu("")
        self.history.aboutToShow.connect(self._fill_history)
        self.edit.addSeparator()
        self.find = self.edit.addAction("", QKeySequence.StandardKey.Find)
        self.find.triggered.connect(self.find_asked)
        self.refresh = self.edit.addAction("", QKeySequence("F5"))
        self.refresh.triggered.connect(self.refresh_asked)

    def _fill_view(self) -> None:
        self._page_actions = []
        for number, entry in enumerate(self._pages, 1):
            action = self.view.addAction("", QKeySequence(f"Ctrl+{number}"))
            action.setData(entry.key)
            action.triggered.connect(self._on_page_triggered)
            self._page_actions.append(action)
        self.view.addSeparator()
        self.theme, self._theme_group = self._choices([(each, "") for each in Choice])
        self.language, self._language_group = self._choices(list(NAMES.items()))
        self._theme_group.triggered.connect(self._on_theme_triggered)
        self._language_group.triggered.connect(self._on_language_triggered)
        self.mark_choices()

    def _choices(self, choices: list[tuple[str, str]]) -> tuple[QMenu, QActionGroup]:
        menu = self.view.addMenu("")
        group = QActionGroup(self)
        for data, text in choices:
            action = menu.addAction(text)
            action.setData(data)
            action.setCheckable(True)
            group.addAction(action)
        return menu, group

    def mark_choices(self) -> None:
        """The tick stands beside the language and the colours in force."""
        for action in self._theme_group.actions():
            action.setChecked(action.data() == self._context.theme)
        for action in self._language_group.actions():
            action.setChecked(action.data() == self._context.language)

    @Slot()
    def _name_undo(self) -> None:
        undoing = self._context.undoing
        undo, redo = undoing.undo_text(), undoing.redo_text()
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))
        self.history.setEnabled(undoing.shown.stack.count() > 0)
        self.undo.setText(self.tr("Undo: {what}").format(what=undo) if undo else self.tr("Undo"))
        self.redo.setText(self.tr("Redo: {what}").format(what=redo) if redo else self.tr("Redo"))

    @Slot()
    def _fill_history(self) -> None:
        """The steps that can be gone back to, the newest first; a tick where the plan stands."""
        self.history.clear()
        stack = self._context.undoing.shown.stack
        for index in range(stack.count(), max(stack.count() - MOST_STEPS, -1), -1):
            text = stack.text(index - 1) if index else self.tr("Before all of this")
            action = self.history.addAction(text)
            action.setCheckable(True)
            action.setChecked(index == stack.index())
            action.setData(index)
            action.triggered.connect(self._on_step_triggered)

    @Slot()
    def _on_step_triggered(self) -> None:
        self._context.undoing.shown.go_to(self.sender().data())

    @Slot()
    def _on_page_triggered(self) -> None:
        self.page_asked.emit(self.sender().data())

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self._context.set_theme(Choice(action.data()))

    @Slot(QAction)
    def _on_language_triggered(self, action: QAction) -> None:
        self._context.set_language(action.data())
