"""Which texts a person sees on a widget, and whether they are cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[一-鿿]")


def visible_texts(widget: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text of the program (not of its records) that stands on visible widgets."""
    for each in visible_widgets(widget):
        for text in _texts_of(each):
            if text.strip():
                yield each, text


def visible_widgets(widget: QWidget) -> Iterator[QWidget]:
    """The widget and all within it that are not hidden; what is in hidden ones is not visited."""
    yield widget
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow() and not child.isHidden():
            yield from visible_widgets(child)


def untranslated(widget: QWidget, data: set[str]) -> list[str]:
    """Texts without a Chinese character that are neither records' data nor names of products."""
    return [
        text
        for _, text in visible_texts(widget)
        if LATIN_WORD.search(text) and not CHINESE.search(text) and text not in data
    ]


def clipped(widget: QWidget) -> list[str]:
    """Labels and buttons that are smaller than their text."""
    found = []
    for each, text in visible_texts(widget):
        if isinstance(each, QLabel) and not each.wordWrap() and not _may_shrink(each):
            wanted = QFontMetrics(each.font()).size(Qt.TextFlag.TextSingleLine, text)
            if wanted.width() > each.width() + 1:
                found.append(f"label {text!r}: {wanted.width()} > {each.width()}")
        elif isinstance(each, QLabel) and each.wordWrap():
            if each.heightForWidth(each.width()) > each.height() + 1:
                found.append(f"label {text!r}: too low")
        elif isinstance(each, QComboBox | QLineEdit | QHeaderView | QListWidget | QTabBar):
            found += _cut_inside(each)
        elif isinstance(each, (QAbstractButton, QCheckBox)) and each.sizeHint() != QSize():
            hint = each.sizeHint()
            if hint.width() > each.width() + 1 or hint.height() > each.height() + 1:
                found.append(f"button {text!r}: {hint} > {each.size()}")
    return found


BESIDE_TEXT = 12
"""What a frame and its padding take from the width of a field."""
BESIDE_CHOICE = 28
"""The same for a combo box with its arrow."""


def _cut_inside(widget: QWidget) -> list[str]:
    """Texts within a compound widget that stand in less room than they need."""
    metrics = QFontMetrics(widget.font())
    match widget:
        case QComboBox():
            pairs = [(widget.currentText(), widget.width() - BESIDE_CHOICE)]
        case QLineEdit():
            pairs = [(widget.placeholderText(), widget.width() - BESIDE_TEXT)]
        case QTabBar():
            pairs = [(widget.tabText(n), widget.tabRect(n).width()) for n in range(widget.count())]
        case QListWidget():
            room = widget.viewport().width()
            pairs = [(widget.item(n).text(), room) for n in range(widget.count())]
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            pairs = [
                (str(widget.model().headerData(n, widget.orientation())), widget.sectionSize(n))
                for n in range(widget.count())
                if not widget.isSectionHidden(n)
            ]
        case _:
            pairs = []
    return [
        f"{type(widget).__name__} {text!r}: {metrics.horizontalAdvance(text)} > {room}"
        for text, room in pairs
        if text and metrics.horizontalAdvance(text) > room + 1
    ]


def _may_shrink(label: QLabel) -> bool:
    return label.sizePolicy().horizontalPolicy() is label.sizePolicy().Policy.Ignored


def _texts_of(widget: QWidget) -> Iterator[str]:
    match widget:
        case QMenu():
            return
        case QAbstractButton() | QLabel():
            yield widget.text()
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield widget.currentText()
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            for section in range(widget.count()):
                if not widget.isSectionHidden(section):
                    yield str(widget.model().headerData(section, widget.orientation()))
