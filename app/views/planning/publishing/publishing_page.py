"""Publish: what would change for whom, who has signed, and all plans that were ever in force."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.fresh import FreshReading, LatestReading
from app.views.page import ActionButton, Page, TitleLine, action, label
from app.views.planning.gantt.view import GanttView
from app.views.planning.publishing.columns import PublishColumns
from app.views.planning.publishing.reading import (
    KINDS,
    Reading,
    publish,
    read_published,
    read_publishing,
    sign,
)
from app.views.table import RowTable
from app.views.table_output import TableOutput
from app.views.theme import SPACE

CHANGES, NOTICES, KNOWN = range(3)


class PublishingPage(Page):
    icon = "upload"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.reading: Reading | None = None
        self._fresh = FreshReading(self, context, KINDS, read_publishing, self._on_read)
        self._known_reading = LatestReading(self, context, self._on_known)
        self._shown = 0
        self._columns = PublishColumns(context, self)
        self.head = TitleLine(self, search=False)
        self.publish = action(self, "upload")
        self.publish.triggered.connect(self._on_publish)
        self.print_notices = action(self, "printer")
        self.print_notices.setShortcut(QKeySequence.StandardKey.Print)
        self.print_notices.triggered.connect(self._on_print_notices)
        self.note = QLineEdit(self)
        self.history = RowTable(
            self._columns.history(), self, row_id=lambda row: row.revision, filters=False
        )
        self.changes = RowTable(
            self._columns.changes(), self, row_id=lambda row: (row.order, row.step)
        )
        self.notices = RowTable(
            self._columns.notices(), self, row_id=lambda row: row.id, filters=False
        )
        self.rows = RowTable(
            self._columns.changes(), self, row_id=lambda row: (row.order, row.step), filters=False
        )
        self.known = GanttView(context.tokens, context.language, self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.moment = label(self, "muted")
        self.signer = QLineEdit(self)
        self.sign_button = QPushButton(self)
        self.warning = label(self, "late", wrap=True)
        for table, title in (
            (self.changes, self._changes_title),
            (self.notices, self._notices_title),
            (self.history, self._history_title),
        ):
            TableOutput(context, table, title)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.history.set_loading()
        self._fresh.start()

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Publish")

    def actions(self) -> list[QAction]:
        return [self.publish, self.print_notices]

    def enter(self) -> None:
        self._fresh.enter()

    def restore(self, settings: QSettings) -> None:
        self.across.restoreState(settings.value("across", b""))
        self.changes.restore_state(str(settings.value("changes", "")))

    def save(self, settings: QSettings) -> None:
        settings.setValue("across", self.across.saveState())
        settings.setValue("changes", self.changes.save_state())

    # ---- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.note.setFixedWidth(220)
        self.head.add_widget(self.note)
        self.head.add_button(self.publish, primary=True)
        self.tabs = QTabWidget(self)
        for inner in (self.changes, self._notices_panel(), self._known_panel()):
            self.tabs.addTab(inner, "")
        self.across = QSplitter(Qt.Orientation.Horizontal, self)
        self.across.addWidget(self.history)
        self.across.addWidget(self.tabs)
        self.across.setStretchFactor(1, 1)
        self.across.setChildrenCollapsible(False)
        self.across.setSizes([430, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.warning)
        layout.addWidget(self.across, 1)

    def _notices_panel(self) -> QWidget:
        panel = QWidget(self)
        self.signer_title = label(panel, "muted")
        self.signer.setFixedWidth(160)
        line = QHBoxLayout()
        line.addWidget(ActionButton(self.print_notices, panel))
        line.addStretch()
        line.addWidget(self.signer_title)
        line.addWidget(self.signer)
        line.addWidget(self.sign_button)
        split = QSplitter(Qt.Orientation.Vertical, panel)
        split.addWidget(self.notices)
        split.addWidget(self.rows)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 2 * SPACE, 0, 0)
        layout.addLayout(line)
        layout.addWidget(split, 1)
        return panel

    def _known_panel(self) -> QWidget:
        panel = QWidget(self)
        self.slider.setMinimum(1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        line = QHBoxLayout()
        line.addWidget(self.slider, 1)
        line.addWidget(self.moment)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 2 * SPACE, 0, 0)
        layout.addLayout(line)
        layout.addWidget(self.known, 1)
        return panel

    def _connect(self) -> None:
        context = self.context
        context.themeChanged.connect(self._on_theme_changed)
        context.languageChanged.connect(self._on_language_changed)
        self.history.current_changed.connect(self._on_plan_chosen)
        self.history.row_activated.connect(self._on_plan_activated)
        self.notices.current_changed.connect(self._on_notice_chosen)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.sign_button.clicked.connect(self._on_sign)
        self.signer.returnPressed.connect(self._on_sign)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.publish.setText(self.tr("Publish the working plan"))
        self.publish.setToolTip(
            self.tr("Make it the plan in force for everybody; each team gets a change notice")
        )
        self.print_notices.setText(self.tr("Print change notices"))
        self.note.setPlaceholderText(self.tr("Note for the history"))
        self.note.setAccessibleName(self.tr("Note for the history"))
        self.history.set_columns(self._columns.history())
        self.history.set_empty(self.tr("Nothing is published yet."))
        self.changes.set_columns(self._columns.changes())
        self.changes.set_empty(self.tr("The working plan is as published."))
        self.notices.set_columns(self._columns.notices())
        self.notices.set_empty(self.tr("There is no change notice yet."))
        self.rows.set_columns(self._columns.changes())
        self.rows.set_empty(self.tr("Choose a notice to see its rows."))
        self.signer_title.setText(self.tr("Signed by the leader"))
        self.signer.setAccessibleName(self.tr("Signed by the leader"))
        self.sign_button.setText(self.tr("Sign the notice"))
        self.slider.setAccessibleName(self.tr("Plan in force"))
        self.tabs.setTabText(KNOWN, self.tr("As it was known"))
        self._show()

    def _changes_title(self) -> str:
        return self.tr("What publishing changes")

    def _notices_title(self) -> str:
        return self.tr("Change notices")

    def _history_title(self) -> str:
        return self.tr("Published plans")

    # ---- reading ---------------------------------------------------------------------------------

    @Slot(object)
    def _on_read(self, reading: Reading) -> None:
        first = self.reading is None
        before = self.reading.state.revision if self.reading is not None else None
        if before is not None and reading.state.revision != before:
            # Undo ends where a plan was published, by whomever.
            self.context.edits.clear()
        self.reading = reading
        self.history.set_rows(reading.history)
        self.changes.set_rows(reading.state.changes)
        self.notices.set_rows(reading.state.notices)
        self.slider.setEnabled(len(reading.history) > 1)
        self.slider.setMaximum(max(reading.state.revision, 1))
        if first:
            self.slider.setValue(max(reading.state.revision, 1))
            self.filled.emit()
        self._show()

    # ---- showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        reading = self.reading
        state = reading.state if reading is not None else None
        changes = len(state.changes) if state is not None else 0
        waiting = len(state.waiting) if state is not None else 0
        self.tabs.setTabText(CHANGES, self.tr("Changes ({count})").format(count=changes))
        self.tabs.setTabText(NOTICES, self.tr("Change notices ({count})").format(count=waiting))
        self.publish.setEnabled(state is not None and state.working is not None)
        self.head.remark.setText(self._remark(state))
        late = [each.team for each in state.waiting if each.escalated] if state is not None else []
        self.warning.setText(
            self.tr("Unread and overdue: {teams}").format(teams=", ".join(dict.fromkeys(late)))
        )
        self.warning.setVisible(bool(late))
        self.print_notices.setEnabled(state is not None and bool(state.notices))
        self._update_sign()
        self._show_known()

    def _remark(self, state: Any) -> str:
        if state is None:
            return ""
        if not state.revision:
            return self.tr("Not published yet: papers say so.")
        return self.tr("In force: r{revision}, {at}, {who} · {count} operations differ").format(
            revision=state.revision, at=self.context.moment_text(state.published_at),
            who=state.published_by, count=len(state.changes),
        )  # fmt: skip

    def _update_sign(self) -> None:
        row = self.notices.current_row()
        self.sign_button.setEnabled(row is not None and row.unread)

    @Slot(object)
    def _on_notice_chosen(self, row: Any) -> None:
        self.rows.set_rows(row.rows if row is not None else ())
        self._update_sign()

    @Slot(object)
    def _on_plan_chosen(self, row: Any) -> None:
        if row is not None:
            self.slider.setValue(row.revision)

    @Slot(object)
    def _on_plan_activated(self, _row: Any) -> None:
        self.tabs.setCurrentIndex(KNOWN)

    @Slot(int)
    def _on_slider_moved(self, revision: int) -> None:
        self.history.select_ids([revision])
        self._show_known()

    @Slot(int)
    def _on_tab_changed(self, _tab: int) -> None:
        self._show_known()

    def _show_known(self) -> None:
        """The picture is read when somebody looks at it."""
        reading, revision = self.reading, self.slider.value()
        history = {row.revision: row for row in reading.history} if reading is not None else {}
        row = history.get(revision)
        if row is None:
            self.moment.setText("")
            return
        after = history.get(revision + 1)
        until = self.context.moment_text(after.published_at) if after is not None else "…"
        self.moment.setText(
            self.tr("r{revision} in force {since} – {until}").format(
                revision=revision, since=self.context.moment_text(row.published_at), until=until
            )
        )
        if self.tabs.currentIndex() == KNOWN and revision != self._shown:
            self._shown = revision
            self._known_reading.ask(read_published, revision)

    @Slot(object)
    def _on_known(self, model: Any) -> None:
        self.known.set_model(model)

    # ---- acting ----------------------------------------------------------------------------------

    @Slot()
    def _on_publish(self) -> None:
        """What is on the screen; if that is no longer so it is refused, and read anew."""
        reading = self.reading
        if reading is None or reading.state.working is None:
            return
        self.publish.setEnabled(False)
        self.context.read(
            publish, reading.state, self.note.text().strip(), self.context.actor,
            then=self._on_published, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_published(self, _revision: int) -> None:
        self.note.clear()
        self.context.edits.clear()
        self.context.changes.look()
        self._fresh.start()

    @Slot(object)
    def _on_refused(self, error: Exception) -> None:
        self.context.show_error(error)
        self.context.changes.look()
        self._fresh.start()

    @Slot()
    def _on_print_notices(self) -> None:
        """Those that are chosen, else all of the newest plan."""
        from app.views.printing.papers import show_notices

        chosen = tuple(row.id for row in self.notices.selected_rows())
        show_notices(self.window(), self.context, chosen or None)

    @Slot()
    def _on_sign(self) -> None:
        row = self.notices.current_row()
        if row is None or not row.unread:
            return
        name = self.signer.text().strip() or self.context.actor
        self.context.read(
            sign, row.id, row.team, name, self.context.actor,
            then=self._on_signed, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_signed(self, _team: str) -> None:
        self.context.changes.look()
        self._fresh.start()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.known.set_tokens(self.context.tokens)

    @Slot()
    def _on_language_changed(self) -> None:
        self.known.set_language(self.context.language)
