"""Walks through every page of the window and writes down texts that are cut or in a wrong language,
and what a change of language and colours takes from the screen.

    QT_SCALE_FACTOR=1.5 python -m tests.views.every_page PLANT.sqlite FAULTS.json

A process of its own, because the scale of the display is fixed when Qt starts. On each page it
opens every tab and every list at the side, in both languages and both themes.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTableView,
    QWidget,
)

from app.models.database import Database
from app.services.exchange.sheets import SHEETS
from app.services.masters.rows import cell_text, master_rows
from app.services.orders.queries import order_rows
from app.views import pictures, theme
from app.views.context import AppContext
from app.views.pages import PAGES
from app.views.plant.wide_editors import WideEditors
from app.views.theme import Choice
from app.views.window import MainWindow
from tests.views.texts import CHINESE, LATIN_WORD, clipped, visible_texts, visible_widgets

SIZE = (1280, 720)
EXAMPLE = ", with a record open"
LOGIN = "li"
SAME_IN_BOTH = ("BOM", "PDF", "CSV", "A4", "A5", "A3", "Letter", "AQL", "Ctrl", "Shift", "Enter",
                "Esc", "Tab", "Excel", "TOML", "SQLite", "PostgreSQL", "QR", "taktline", "English",
                "Taktline", "中文", "zh", "en", "MIT")  # fmt: skip
"""Names and keys that read the same in Chinese; the name of the other language."""


def main(plant: str, target: str) -> None:
    application = QApplication(["taktline"])
    application.setFont(theme.load_fonts())
    database = Database.open(plant)
    walk = Walk(database)
    faults = walk.run(switching=os.environ.get("QT_SCALE_FACTOR", "1") == "1")
    database.close()
    Path(target).write_text(
        json.dumps({"visited": walk.visited, "faults": faults}, ensure_ascii=False, indent=1),
        "utf-8",
    )


class Walk:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.data = sorted(_data_of(database), key=len, reverse=True)
        self.visited: list[str] = []
        self._without_data = cache(self._take_data_from)

    def run(self, *, switching: bool) -> list[str]:
        """``switching``: also try what is lost by it, which is the same at every scale."""
        found: dict[str, str] = {}
        with tempfile.TemporaryDirectory() as name:
            settings = QSettings(str(Path(name) / "walk.ini"), QSettings.Format.IniFormat)
            context = AppContext(
                self.database, LOGIN, settings=settings, language="zh", theme=Choice.LIGHT
            )
            window = MainWindow(context)
            window.open_first_page()
            window.resize(*SIZE)
            window.show()
            for language, choice in (("zh", Choice.LIGHT), ("en", Choice.DARK)):
                context.set_language(language)
                context.set_theme(choice)
                for place in self._places(window):
                    where = f"{language} {place}"
                    self.visited.append(where)
                    if switching and language == "zh" and place.endswith(EXAMPLE):
                        for fault in self._lost_by_switching(window):
                            found.setdefault(fault, where)
                    for fault in self._faults(window, language):
                        found.setdefault(fault, where)
            window.close()
            context.close()
        return [f"{where}: {fault}" for fault, where in found.items()]

    def _lost_by_switching(self, window: MainWindow) -> list[str]:
        """What a person had on the screen and has not any more after two changes of language."""
        _busy_hands(window)
        _settle(window)
        before = snapshot(window)
        for language, choice in (("en", Choice.DARK), ("zh", Choice.LIGHT)):
            window.context.set_language(language)
            window.context.set_theme(choice)
            _settle(window)
        after = snapshot(window)
        return [
            f"lost by switching: {name}: {before[name]!r} -> {after.get(name)!r}"
            for name in before
            if after.get(name) != before[name]
        ]

    def _places(self, window: MainWindow) -> Iterator[str]:
        for entry in PAGES:
            page = window.show_page(entry.key)
            _settle(window)
            yield entry.key
            page.show_example()
            _settle(window)
            yield entry.key + EXAMPLE
            for number in range(len(_side_lists(page)) + 1):
                yield from self._inside(window, page, entry.key, number)

    def _inside(self, window: MainWindow, page: QWidget, key: str, number: int) -> Iterator[str]:
        """Each entry of the numbered side list (none: the page as it is), and all tabs there."""
        lists = _side_lists(page)
        rows = range(lists[number].count()) if number < len(lists) else range(1)
        for row in rows:
            name = key
            if number < len(lists):
                item = lists[number].item(row)
                if item is None or not item.flags() & item.flags().ItemIsSelectable:
                    continue
                lists[number].setCurrentRow(row)
                name = f"{key} / {item.text()}"
                _settle(window)
                yield name
            yield from self._tabs(window, page, name)
            yield from self._folded(window, page, name)

    def _tabs(self, window: MainWindow, page: QWidget, name: str) -> Iterator[str]:
        for bar in page.findChildren(QTabBar):
            for tab in range(bar.count()):
                if not bar.isVisibleTo(window) or not bar.isTabVisible(tab):
                    continue
                bar.setCurrentIndex(tab)
                _settle(window)
                yield f"{name} / {bar.tabText(tab)}"

    def _folded(self, window: MainWindow, page: QWidget, name: str) -> Iterator[str]:
        """The editors that a narrow window folds away while the record is seen."""
        for wide in page.findChildren(WideEditors):
            for number in range(len(wide.buttons) if wide.isVisibleTo(window) else 0):
                if wide.folded:
                    wide.buttons[number].click()
                else:
                    wide.tabs.setCurrentIndex(number)
                _settle(window)
                yield f"{name} / {wide.tabs.tabText(number)}"

    def _faults(self, window: QWidget, language: str) -> Iterator[str]:
        yield from clipped(window)
        yield from sideways(window)
        wrong = LATIN_WORD if language == "zh" else CHINESE
        for _, text in visible_texts(window):
            rest = self._without_data(text)
            if wrong.search(rest) and not (language == "zh" and CHINESE.search(rest)):
                yield f"wrong language: {text!r}"

    def _take_data_from(self, text: str) -> str:
        for known in self.data:
            text = text.replace(known, " ")
        return text


def _busy_hands(window: MainWindow) -> None:
    """Something typed, chosen and scrolled, as a person leaves a page."""
    for table in window.page.findChildren(QTableView):
        if table.isVisibleTo(window) and table.model().rowCount() > 1:
            if table.selectionModel() is not None and not table.selectionModel().hasSelection():
                table.selectRow(1)
            table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 2)


def snapshot(window: MainWindow) -> dict[str, object]:
    """What a person has made of a page: texts typed, rows chosen, places scrolled to."""
    found: dict[str, object] = {}
    for number, each in enumerate(visible_widgets(window.page)):
        name = f"{number} {type(each).__name__} {each.objectName()}".strip()
        match each:
            case QLineEdit() if not isinstance(each.parent(), QComboBox | QAbstractSpinBox):
                found[name] = each.text()
            case QPlainTextEdit():
                found[name] = each.toPlainText()
            case QComboBox() | QTabBar():
                found[name] = each.currentIndex()
            case QAbstractButton() if each.isCheckable():
                found[name] = each.isChecked()
            case QTableView():
                rows = {index.row() for index in each.selectionModel().selectedIndexes()}
                found[name] = (sorted(rows), each.verticalScrollBar().value())
            case _:
                pass
    return found


def sideways(window: QWidget) -> Iterator[str]:
    """Panels that must be scrolled sideways to be seen, or are cut where they cannot."""
    for area in window.findChildren(QScrollArea):
        inside = area.widget()
        if not area.isVisibleTo(window) or inside is None:
            continue
        missing = inside.minimumSizeHint().width() - area.viewport().width()
        if area.horizontalScrollBar().maximum() > 0 or (area.widgetResizable() and missing > 0):
            yield f"{type(inside).__name__} is {missing} px too wide for its place"


def _side_lists(page: QWidget) -> list[QListWidget]:
    return [each for each in page.findChildren(QListWidget) if each.property("side") is not False]


def _data_of(database: Database) -> set[str]:
    """Every text of the records, as screens show it."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    found: set[str] = {*SAME_IN_BOTH, database.name, Path(str(database.path)).name, LOGIN}
    for sheet in SHEETS:
        for row in master_rows(database, sheet.key):
            for name, value in row.values.items():
                if isinstance(value, bool | int | float):
                    continue
                found.add(name.removeprefix("特性:"))
                text = cell_text(sheet.key, name, value, "zh", zone)
                found |= {text, *re.split(r"[;,:=/ #]+", text)}
    for order in order_rows(database):
        found |= {str(value) for value in vars_of(order) if isinstance(value, str)}
    return {text for text in found if len(text) > 1 or CHINESE.search(text)}


def vars_of(row: object) -> list[object]:
    return [getattr(row, name) for name in type(row).__dataclass_fields__]  # type: ignore[attr-defined]


def _settle(window: MainWindow) -> None:
    pictures.Settled(window.context.jobs.busy).wait(pictures.SECONDS_TO_SETTLE)


if __name__ == "__main__":
    main(*sys.argv[1:3])
