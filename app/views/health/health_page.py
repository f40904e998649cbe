"""Data health: what cannot be planned or is probably wrong, each with its way to the remedy."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.health.finding_panel import MERGEABLE, FindingPanel
from app.views.health.health_columns import ICONS, SEVERITIES, TONES, HealthColumns
from app.views.icons import icon
from app.views.page import Page, TitleLine, action
from app.views.saved_views import SavedViews
from app.views.table import RowTable, SortKey
from app.views.table_output import TableOutput
from app.views.theme import DETAIL_WIDTH, SPACE


class HealthPage(Page):
    icon = "heartbeat"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._findings: tuple[Any, ...] = ()
        self._checked = False
        self._columns = HealthColumns(context, self)
        self.head = TitleLine(self)
        self.table = RowTable(self._columns.of_list(), self, row_id=_identity)
        self.table.sort_by(SortKey("rank"))
        TableOutput(context, self.table, self.title)
        self.views = SavedViews(context, self.table, "health", self)
        self.panel = FindingPanel(context, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.chips = {value: QPushButton(self) for value in SEVERITIES}
        self._make_actions()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.table.set_loading()
        if context.health.findings is not None:
            self._on_checked(context.health.findings)

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Data health")

    def actions(self) -> list[QAction]:
        return [self.open, self.merge, self.again]

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.head.search.setPlaceholderText(self.tr("Search findings"))
        self.head.search.setAccessibleName(self.tr("Search findings"))
        self.open.setText(self.tr("Open record"))
        self.merge.setText(self.tr("Merge…"))
        self.again.setText(self.tr("Check again"))
        self.table.set_columns(self._columns.of_list())
        self.panel.retranslate()
        self._update()

    def restore(self, settings: QSettings) -> None:
        self.table.restore_state(str(settings.value("table", "")))
        self.splitter.restoreState(settings.value("splitter", b""))
        hidden = str(settings.value("hidden", "")).split()
        for value, chip in self.chips.items():
            chip.setChecked(value not in hidden)

    def save(self, settings: QSettings) -> None:
        settings.setValue("table", self.table.save_state())
        settings.setValue("splitter", self.splitter.saveState())
        hidden = [value for value, chip in self.chips.items() if not chip.isChecked()]
        settings.setValue("hidden", " ".join(hidden))

    def find(self) -> None:
        self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.search.selectAll()

    def show_example(self) -> None:
        rows = self.table.visible_rows()
        self.table.select_ids([_identity(row) for row in rows[:1]])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.context.health.look_at(True)
        self._update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.context.health.look_at(False)

    # ---- findings --------------------------------------------------------------------------------

    @Slot(object)
    def _on_checked(self, findings: tuple[Any, ...]) -> None:
        first = not self._checked
        self._findings, self._checked = findings, True
        self._show_rows()
        if first:
            self.filled.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.table.set_rows(self.table.rows())
        self._update()
        self.context.show_error(error)

    def _show_rows(self) -> None:
        shown = {value for value, chip in self.chips.items() if chip.isChecked()}
        ranked = enumerate(self._findings, 1)
        self.table.set_rows([row for row in ranked if row[1].severity in shown])
        self._show_chosen()
        self._update()

    @Slot()
    def _show_chosen(self) -> None:
        rows = self.table.selected_rows()
        self.panel.show_finding(rows[0][1] if len(rows) == 1 else None)
        self.panel.setVisible(bool(self._findings))
        self._update_actions()

    def _update(self) -> None:
        counts = dict.fromkeys(SEVERITIES, 0)
        for finding in self._findings:
            counts[finding.severity] += 1
        words = {
            "error": self.tr("%n errors", "", counts["error"]),
            "warning": self.tr("%n warnings", "", counts["warning"]),
            "note": self.tr("%n notes", "", counts["note"]),
        }
        for value, chip in self.chips.items():
            chip.setText(words[value])
            chip.setToolTip(self.tr("Show or hide findings of this weight"))
            chip.setIcon(icon(ICONS[value], TONES[value] if counts[value] else "disabled"))
        self.head.remark.setText(self.tr("Checking…") if self.context.health.running else "")
        hidden = self._findings and not self.table.rows()
        self.table.set_empty(
            self.tr("Only findings of hidden weights.")
            if hidden
            else self.tr("Nothing found: the data is in good health.")
        )
        self._update_actions()

    def _update_actions(self) -> None:
        finding = self.panel.finding
        self.open.setEnabled(finding is not None)
        self.merge.setEnabled(
            finding is not None and bool(finding.others) and finding.place.sheet in MERGEABLE
        )
        self.again.setEnabled(not self.context.health.running)

    # ---- what a person does ----------------------------------------------------------------------

    @Slot()
    def _on_open_triggered(self) -> None:
        finding = self.panel.finding
        if finding is not None:
            place = finding.place
            self.context.ask_for_record(place.sheet, dict(place.identity), place.field)

    @Slot(object)
    def _on_row_activated(self, row: Any) -> None:
        self.panel.show_finding(row[1])
        self._on_open_triggered()

    @Slot()
    def _on_merge_triggered(self) -> None:
        finding = self.panel.finding
        if finding is None or not finding.others:
            return
        from app.views.health.merge_dialog import MergeDialog

        codes = (*finding.others, finding.place.name)
        dialog = MergeDialog(self.context, finding.place.sheet, codes, self)
        dialog.open()

    @Slot()
    def _on_again_triggered(self) -> None:
        self.context.health.look()
        self._update()

    @Slot(object, QPoint)
    def _on_menu_asked(self, rows: list[Any], place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(place)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._update()

    # ---- putting together ------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.open = action(self, "arrow-right")
        self.open.setShortcut(QKeySequence("Ctrl+Return"))
        self.merge = action(self, "git-merge")
        self.again = action(self, "refresh")

    def _lay_out(self) -> None:
        for value, chip in self.chips.items():
            chip.setObjectName(f"chip_{value}")
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chips = QHBoxLayout()
        chips.setSpacing(SPACE)
        for chip in self.chips.values():
            chips.addWidget(chip)
        chips.addStretch(1)
        self.head.add_widget(self.views)
        self.head.add_button(self.again)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([1000, DETAIL_WIDTH[0]])
        self.splitter.setHandleWidth(2 * SPACE)
        self.splitter.setChildrenCollapsible(False)
        self.panel.setMinimumWidth(280)
        self.panel.setMaximumWidth(DETAIL_WIDTH[1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addLayout(chips)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        health = self.context.health
        health.checked.connect(self._on_checked)
        health.failed.connect(self._on_failed)
        self.head.searched.connect(self.table.set_search)
        self.table.selection_changed.connect(self._show_chosen)
        self.table.row_activated.connect(self._on_row_activated)
        self.table.menu_asked.connect(self._on_menu_asked)
        self.panel.open_asked.connect(self._on_open_triggered)
        self.panel.merge_asked.connect(self._on_merge_triggered)
        self.open.triggered.connect(self._on_open_triggered)
        self.merge.triggered.connect(self._on_merge_triggered)
        self.again.triggered.connect(self._on_again_triggered)
        self.context.themeChanged.connect(self._on_theme_changed)
        for chip in self.chips.values():
            chip.toggled.connect(self._show_rows)


def _identity(row: Any) -> Any:
    """The same finding of two runs: it stays selected when the list is read anew."""
    _, finding = row
    return finding.check, finding.place, finding.what.code, str(finding.what.values)
