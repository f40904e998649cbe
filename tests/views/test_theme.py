"""Tokens: readable on their ground, the same names in light and dark, followed live."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views import theme
from app.views.context import AppContext
from app.views.icons import FOLDER, icon
from app.views.theme import Choice, Tokens


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = []
    for channel in QColor(colour).getRgbF()[:3]:
        parts.append(channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_is_readable_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.panel, tokens.raised, tokens.accent_soft):
        assert contrast(tokens.text, ground) >= 4.5
    for ground in (tokens.window, tokens.panel):
        assert contrast(tokens.muted, ground) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_token_is_a_colour(tokens: Tokens) -> None:
    for each in fields(Tokens):
        value = getattr(tokens, each.name)
        names = value if isinstance(value, tuple) else (value,)
        if each.name != "dark":
            assert all(QColor.isValidColorName(name) for name in names), each.name


def test_the_choice_takes_effect_at_once_and_is_remembered(
    qtbot: QtBot, context: AppContext
) -> None:
    with qtbot.waitSignal(context.themeChanged):
        context.set_theme(Choice.DARK)
    assert theme.tokens() is theme.DARK
    assert QApplication.palette().window().color() == QColor(theme.DARK.window)
    assert context.settings.value("theme") == "dark"
    context.set_theme(Choice.LIGHT)
    assert theme.tokens() is theme.LIGHT


def test_the_system_is_followed_only_when_asked(qtbot: QtBot, context: AppContext) -> None:
    hints = QApplication.styleHints()
    with qtbot.assertNotEmitted(context.themeChanged):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    context.set_theme(Choice.SYSTEM)
    with qtbot.waitSignal(context.themeChanged):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)


def test_every_icon_can_be_drawn_in_both_themes(qapp: QApplication) -> None:
    names = sorted(path.stem for path in FOLDER.glob("*.svg"))
    assert len(names) > 40
    for tokens in (theme.DARK, theme.LIGHT):
        theme.apply(tokens)
        for name in names:
            image = icon(name).pixmap(20, 20).toImage()
            drawn = any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20))
            assert drawn, name
