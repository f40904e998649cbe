"""At the right of the list: one finding in full, and what can be done about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.health.health_columns import ICONS, TONES, severity
from app.views.icons import icon, pixmap
from app.views.page import hairline, label
from app.views.theme import SPACE

MERGEABLE = frozenset({"Items", "Customers", "Suppliers"})


class FindingPanel(QWidget):
    open_asked = Signal()
    merge_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._finding: Any = None
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picture = label(self)
        self.weight = label(self, "section")
        self.record = label(self, "title", wrap=True)
        self.what = label(self, wrap=True)
        self.why_title = label(self, "section")
        self.why = label(self, wrap=True)
        self.operations_name = label(self, "muted")
        self.operations = label(self)
        self.late_name = label(self, "muted")
        self.late = label(self)
        self.others_name = label(self, "muted")
        self.others = label(self, wrap=True)
        self.open = QPushButton(self)
        self.open.setProperty("primary", True)
        self.merge = QPushButton(self)
        for text in (self.record, self.what, self.why, self.others):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.open.clicked.connect(self.open_asked)
        self.merge.clicked.connect(self.merge_asked)
        context.themeChanged.connect(self._on_theme_changed)
        self.retranslate()

    @property
    def finding(self) -> Any:
        return self._finding

    def show_finding(self, finding: Any) -> None:
        """None = nothing is chosen."""
        self._finding = finding
        self._show()

    def retranslate(self) -> None:
        self.why_title.setText(self.tr("Why it matters"))
        self.operations_name.setText(self.tr("Open operations it touches"))
        self.late_name.setText(self.tr("Their orders are late by"))
        self.others_name.setText(self.tr("The same as"))
        self.merge.setText(self.tr("Merge…"))
        self.merge.setToolTip(self.tr("Make one record of these, with everything that is theirs"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._show()

    def _show(self) -> None:
        found = self._finding
        for part in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            part.setVisible(found is not None)
        if found is None:
            return
        context = self._context
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(pixmap(ICONS[found.severity], TONES[found.severity], 20, ratio))
        kind = context.text(found.place.title)
        self.weight.setText(self.tr("{weight} · {kind}").format(weight=severity(found.severity),
                                                                kind=kind))  # fmt: skip
        self.record.setText(found.place.name or kind)
        self.what.setText(context.text(found.what))
        self.why.setText(context.text(found.why))
        self.operations.setText(f"{found.open_operations:,}")
        self.late.setText(context.duration_text(found.late_minutes) if found.late_minutes else "")
        self.others.setText(", ".join(found.others))
        for name, value in ((self.late_name, self.late), (self.others_name, self.others)):
            name.setVisible(bool(value.text()))
            value.setVisible(bool(value.text()))
        self.merge.setVisible(bool(found.others) and found.place.sheet in MERGEABLE)
        self.merge.setIcon(icon("git-merge"))
        self.open.setIcon(icon("arrow-right", "on_accent"))
        self.open.setText(self.tr("Open {record}").format(record=self._short(found.place.name))
                          if found.place.name else self.tr("Open the table"))  # fmt: skip

    @staticmethod
    def _short(name: str, most: int = 24) -> str:
        return name if len(name) <= most else name[: most - 1] + "…"

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.picture)
        head.addWidget(self.weight, 1)
        figures = QGridLayout()
        figures.setHorizontalSpacing(3 * SPACE)
        figures.setVerticalSpacing(SPACE)
        figures.setColumnStretch(1, 1)
        pairs = ((self.operations_name, self.operations), (self.late_name, self.late),
                 (self.others_name, self.others))  # fmt: skip
        for line, (name, value) in enumerate(pairs):
            figures.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            figures.addWidget(value, line, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(head)
        layout.addWidget(self.record)
        layout.addWidget(self.what)
        layout.addWidget(hairline(self))
        layout.addWidget(self.why_title)
        layout.addWidget(self.why)
        layout.addWidget(hairline(self))
        layout.addLayout(figures)
        layout.addSpacing(2 * SPACE)
        layout.addWidget(self.open)
        layout.addWidget(self.merge)
        layout.addStretch(1)
