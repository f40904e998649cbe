"""Colours, sizes and fonts: the one place every widget, delegate and painter reads them from.

``tokens()`` gives the set in force; ``AppContext.themeChanged`` tells when it was exchanged.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SHIPPED_FONT = RESOURCES / "fonts" / "wqy-microhei.ttc"

BASE_POINTS = 9.0
SMALL_POINTS = 8.0
TITLE_POINTS = 11.0

# Device-independent pixels; Qt scales them with the screen.
SPACE = 4
ROW = 26
COMPACT_ROW = 22
RADIUS = 3
RAIL = 64
"""Wide enough for the longest short word of both languages below a 20 px icon."""
DETAIL_WIDTH = (320, 420)

FONT_FAMILIES = {
    "win32": ["Segoe UI", "Microsoft YaHei UI"],
    "darwin": [".AppleSystemUIFont", "PingFang SC"],
}
OTHER_FONT_FAMILIES = ["Noto Sans", "Noto Sans CJK SC"]
SHIPPED_FAMILY = "WenQuanYi Micro Hei"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One set of colours, each as ``#RRGGBB``."""

    dark: bool
    window: str
    panel: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_soft: str
    on_accent: str
    """Text on the accent colour (primary button)."""
    good: str
    watch: str
    risk: str
    late: str
    off_shift: str
    frozen: str
    now: str
    categorical: tuple[str, ...]
    """Okabe-Ito's eight, told apart by colour-blind people too; full strength."""

    def colour(self, name: str) -> QColor:
        """The token of that name, for painters: ``tokens.colour("late")``."""
        return QColor(getattr(self, name))


OKABE_ITO = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#999999",
)

LIGHT = Tokens(
    dark=False,
    window="#F5F6F8",
    panel="#FFFFFF",
    raised="#FFFFFF",
    line="#E1E4E8",
    line_strong="#C3C8CF",
    text="#1A1D21",
    muted="#5C6570",
    disabled="#9AA2AC",
    accent="#0B6E99",
    accent_soft="#D9ECF4",
    on_accent="#FFFFFF",
    good="#2E7D4F",
    watch="#B58900",
    risk="#D55E00",
    late="#B3261E",
    off_shift="#ECEEF1",
    frozen="#E6EEF6",
    now="#B3261E",
    categorical=OKABE_ITO,
)

DARK = Tokens(
    dark=True,
    window="#1B1D21",
    panel="#22252A",
    raised="#2A2E34",
    line="#33383F",
    line_strong="#4A515B",
    text="#E8EAED",
    muted="#A3ABB5",
    disabled="#6B737D",
    accent="#4FB3D9",
    accent_soft="#173A48",
    on_accent="#10222B",
    good="#5CC28A",
    watch="#E0B84C",
    risk="#FF8A3D",
    late="#FF6B60",
    off_shift="#191B1F",
    frozen="#1D2833",
    now="#FF6B60",
    categorical=OKABE_ITO,
)


class Choice(StrEnum):
    """What the person asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def saved_choice(settings: QSettings) -> Choice:
    """What the person chose last; as the system where nothing sensible is saved."""
    try:
        return Choice(str(settings.value("theme", Choice.SYSTEM)))
    except ValueError:
        return Choice.SYSTEM


def tokens() -> Tokens:
    """The set in force, read off the application's palette (light before one is set)."""
    ground = QApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if ground.lightness() < 128 else LIGHT


class Theme(QObject):
    """Keeps the application in the chosen theme and follows the system where asked to."""

    changed = Signal()

    def __init__(self, choice: Choice, parent: QObject) -> None:
        super().__init__(parent)
        self._choice = choice
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._put()

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, choice: Choice) -> None:
        if choice is self._choice:
            return  # dressing all widgets anew takes a quarter of a second
        self._choice = choice
        self._put()
        self.changed.emit()

    def _on_system_scheme_changed(self) -> None:
        if self._choice is Choice.SYSTEM:
            self._put()
            self.changed.emit()

    def _put(self) -> None:
        apply(LIGHT if self._choice is Choice.LIGHT or not self._wants_dark() else DARK)

    def _wants_dark(self) -> bool:
        if self._choice is not Choice.SYSTEM:
            return self._choice is Choice.DARK
        return QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def apply(colours: Tokens) -> None:
    """Dress the running application in ``colours``."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("A theme needs a QApplication")
    # Taking the old sheet off first is four times as fast as exchanging it: measured, 600 widgets.
    application.setStyleSheet("")
    if application.style().objectName() != "fusion":
        application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))


def palette(colours: Tokens) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.window,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Text: colours.text,
        role.Button: colours.panel,
        role.ButtonText: colours.text,
        role.BrightText: colours.late,
        role.Highlight: colours.accent_soft,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.line,
        role.Mid: colours.line_strong,
        role.Dark: colours.line_strong,
    }.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, name, QColor(colours.disabled))
    return made


def style_sheet(colours: Tokens) -> str:
    """What a palette cannot say: flat buttons with one pixel lines, headers, tips."""
    return _SHEET.format(
        c=colours, radius=RADIUS, small=SMALL_POINTS, title=TITLE_POINTS, icons=_icons_of(colours)
    )


def _icons_of(colours: Tokens) -> str:
    """Folder prefix of the few pictures a style sheet must name as files."""
    return f"{(RESOURCES / 'icons' / 'sheet').as_posix()}/{'dark' if colours.dark else 'light'}"


_SHEET = """
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line_strong};
    padding: 4px; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line_strong}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: {radius}px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.disabled}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QPushButton, QToolButton[framed="true"] {{ background: {c.panel}; color: {c.text};
    border: 1px solid {c.line_strong}; border-radius: {radius}px; padding: 4px 12px; }}
QToolButton[framed="true"] {{ padding: 4px 8px; }}
QToolButton[framed="true"][popupMode="2"] {{ padding-right: 18px; }}
QToolButton[framed="true"]::menu-indicator {{ image: url({icons}-chevron-down.svg);
    width: 10px; height: 10px; subcontrol-origin: padding;
    subcontrol-position: right center; right: 5px; }}
QPushButton:hover, QToolButton[framed="true"]:hover {{ border-color: {c.accent}; }}
QPushButton:pressed, QPushButton:checked, QToolButton[framed="true"]:pressed,
QToolButton[framed="true"]:checked {{ background: {c.accent_soft}; border-color: {c.accent}; }}
QPushButton:focus, QToolButton[framed="true"]:focus {{ border-color: {c.accent}; }}
QPushButton:disabled, QToolButton[framed="true"]:disabled {{ color: {c.disabled};
    border-color: {c.line}; }}
QPushButton[primary="true"] {{ background: {c.accent}; color: {c.on_accent};
    border-color: {c.accent}; font-weight: bold; }}
QPushButton[primary="true"]:hover {{ border-color: {c.text}; }}
QPushButton[primary="true"]:disabled {{ background: {c.line}; color: {c.disabled};
    border-color: {c.line}; }}
QPushButton[link="true"] {{ background: transparent; border: none; color: {c.accent};
    padding: 2px 4px; text-align: left; }}
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus {{ text-decoration: underline; }}
QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QDateTimeEdit {{ background: {c.panel};
    color: {c.text}; border: 1px solid {c.line_strong}; border-radius: {radius}px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit, QPlainTextEdit {{ padding: 3px 6px; }}
QComboBox, QAbstractSpinBox, QDateTimeEdit {{ padding: 3px 4px 3px 6px; }}
QComboBox::drop-down, QDateTimeEdit::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow, QDateTimeEdit::down-arrow {{ image: url({icons}-chevron-down.svg);
    width: 12px; height: 12px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 16px; }}
QAbstractSpinBox::up-arrow {{ image: url({icons}-chevron-up.svg); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: url({icons}-chevron-down.svg); width: 10px;
    height: 10px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus,
QDateTimeEdit:focus {{ border-color: {c.accent}; }}
QLineEdit[bad="true"], QComboBox[bad="true"], QAbstractSpinBox[bad="true"],
QDateTimeEdit[bad="true"], QPlainTextEdit[bad="true"] {{ border-color: {c.late}; }}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {c.disabled};
    border-color: {c.line}; }}
QComboBox QAbstractItemView {{ background: {c.raised}; border: 1px solid {c.line_strong};
    selection-background-color: {c.accent_soft}; selection-color: {c.text}; outline: none; }}
QHeaderView {{ background: {c.panel}; border: none; }}
QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none;
    border-right: 1px solid {c.line}; border-bottom: 1px solid {c.line_strong};
    padding: 3px 6px; }}
QTableView, QTreeView, QListView {{ background: {c.panel}; border: 1px solid {c.line};
    gridline-color: {c.line}; selection-background-color: {c.accent_soft};
    selection-color: {c.text}; outline: none; }}
QTableView[frozen="true"] {{ border: none; }}
QTableCornerButton::section {{ background: {c.panel}; border: none;
    border-bottom: 1px solid {c.line_strong}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.line_strong}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:hover {{ background: {c.disabled}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QProgressBar {{ background: {c.line}; border: none; border-radius: 2px; max-height: 6px;
    color: transparent; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
QStatusBar {{ background: {c.panel}; border-top: 1px solid {c.line}; color: {c.muted}; }}
QStatusBar::item {{ border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QMenuBar {{ background: {c.panel}; border-bottom: 1px solid {c.line}; }}
QMenuBar::item {{ padding: 4px 10px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.accent_soft}; }}
QCheckBox, QRadioButton {{ spacing: 6px; }}
QRadioButton::indicator {{ width: 8px; height: 8px; background: {c.panel};
  border: 1px solid {c.muted}; border-radius: 7px; margin: 2px; padding: 2px; }}
QRadioButton::indicator:hover, QRadioButton::indicator:focus {{ border-color: {c.accent}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; background: {c.panel};
  border: 4px solid {c.accent}; border-radius: 7px; margin: 2px; padding: 0; }}
QCheckBox::indicator {{ width: 14px; height: 14px; background: {c.panel};
    border: 1px solid {c.muted}; border-radius: 2px; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {c.accent}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
    image: url({icons}-check.svg); }}
QListWidget {{ padding: 4px 0; }}
QTabBar::tab {{ padding: 6px 12px; color: {c.muted}; border: none;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
QLabel[role="title"] {{ font-size: {title}pt; font-weight: bold; }}
QLabel[role="section"] {{ font-weight: bold; }}
QLabel[role="muted"] {{ color: {c.muted}; }}
QLabel[role="small"] {{ color: {c.muted}; font-size: {small}pt; }}
QLabel[role="error"] {{ color: {c.late}; font-size: {small}pt; }}
QLabel[role="reason"] {{ background: {c.raised}; color: {c.late};
    border: 1px solid {c.late}; border-radius: {radius}px; padding: 3px 8px; }}
QLineEdit#cell_editor {{ padding: 0 2px; border: 2px solid {c.accent}; border-radius: 0; }}
QLineEdit#cell_editor[bad="true"] {{ border-color: {c.late}; }}
QLabel[role="late"] {{ color: {c.late}; }}
QFrame[role="panel"], QWidget[role="panel"] {{ background: {c.panel};
    border: 1px solid {c.line}; }}
QFrame[role="line"] {{ background: {c.line}; border: none; max-height: 1px; }}
QFrame[role="card"] {{ background: {c.raised}; border: 1px solid {c.line_strong};
    border-radius: {radius}px; }}
QScrollArea {{ background: transparent; border: none; }}
"""


def load_fonts() -> QFont:
    """The interface font. Where the system has no Chinese font, the shipped one is loaded."""
    wanted = [*FONT_FAMILIES.get(sys.platform, OTHER_FONT_FAMILIES), SHIPPED_FAMILY]
    if not _has_chinese(wanted):
        QFontDatabase.addApplicationFont(str(SHIPPED_FONT))
    font = QFont()
    # The first installed family wins; the second gives the characters that the first lacks.
    installed = set(QFontDatabase.families())
    font.setFamilies([name for name in wanted if name in installed] or [font.family()])
    font.setPointSizeF(BASE_POINTS)
    return font


def _has_chinese(wanted: list[str]) -> bool:
    chinese = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    return bool(chinese & set(wanted))


def figures(font: QFont) -> QFont:
    """The same font with digits of one width, so that columns of numbers line up."""
    tabular = QFont(font)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    return tabular
