"""The first start: three choices, and the plants opened before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSettings, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import AppError
from app.views.context import Notice
from app.views.icons import pixmap
from app.views.jobs import Job, Jobs, Stop
from app.views.languages import NAMES, Languages, system_language
from app.views.notice_bar import NoticeBar
from app.views.page import hairline, label
from app.views.settings import recent_databases
from app.views.theme import SPACE, Theme, saved_choice

SIZE = (760, 560)

MakeDemo = Callable[[Path, str, Stop], str]
"""Makes the demo plant in a file unless it is there; returns its URL. Runs in a thread."""


class WayIn(QFrame):
    """One way in: picture, what it is, what it does, and its button."""

    def __init__(self, picture: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = picture
        self.setProperty("role", "card")
        self.picture = QLabel(self)
        self.heading = label(self, "section")
        self.text = label(self, "muted", wrap=True)
        self.button = QPushButton(self)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.heading)
        texts.addWidget(self.text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        layout.setSpacing(4 * SPACE)
        layout.addWidget(self.picture)
        layout.addLayout(texts, 1)
        layout.addWidget(self.button)
        self.draw()

    def draw(self) -> None:
        self.picture.setPixmap(pixmap(self._name, "accent", 32, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.draw()


class StartWindow(QWidget):
    """What the person wants to open."""

    chosen = Signal(str)
    """A plant to open; a file that is not there yet becomes an empty one."""
    chosen_again = Signal(str)
    """A plant opened before."""

    def __init__(
        self,
        settings: QSettings,
        language: str | None,
        actor: str,
        make_demo: MakeDemo,
        folder: Path | None = None,
    ) -> None:
        """New plants are made in ``folder``, by default the person's data folder."""
        super().__init__()
        self._settings = settings
        self._actor = actor
        self._folder = folder or data_folder()
        self._make_demo = make_demo
        self._jobs = Jobs(self)
        self._job: Job | None = None
        self._theme = Theme(saved_choice(settings), self)
        self._languages = Languages(self)
        self._languages.speak(language or str(settings.value("language", "")) or system_language())
        self.notices = NoticeBar(self)
        self.heading, self.sentence = label(self, "title"), label(self, "muted", wrap=True)
        self.language = QComboBox(self)
        for code, name in NAMES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(self._languages.language))
        self.demo = WayIn("building-factory-2", self)
        self.empty = WayIn("plus", self)
        self.existing = WayIn("folder-open", self)
        self.demo.button.setProperty("primary", True)
        self.url = QLineEdit(self)
        self.connect_button = QPushButton(self)
        self.recent_heading = label(self, "section")
        self.recent = [QPushButton(self) for _ in recent_databases(settings)]
        self.waiting = label(self, "muted")
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self._busy(False)
        self._lay_out()
        self._connect()
        self.resize(*SIZE)
        self.retranslate()

    def show_error(self, error: AppError) -> None:
        self.notices.show_notice(
            Notice(lambda: error.message.text(self._languages.language), error=True)
        )

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Taktline"))
        self.heading.setText(self.tr("Which plant?"))
        self.sentence.setText(
            self.tr("Orders, a schedule at finite capacity, and travelers that match it.")
        )
        for choice, heading, text, button in (
            (
                self.demo,
                self.tr("Open the demo plant"),
                self.tr(
                    "A maker of plaster cornices with 300 orders, to try everything on."
                    " Making it takes about a minute the first time."
                ),
                self.tr("Open the demo"),
            ),
            (
                self.empty,
                self.tr("Start an empty plant"),
                self.tr("A new database file; fill it from a workbook under Exchange."),
                self.tr("Choose a file…"),
            ),
            (
                self.existing,
                self.tr("Open a database"),
                self.tr("A Taktline file on this computer."),
                self.tr("Choose…"),
            ),
        ):
            choice.heading.setText(heading)
            choice.text.setText(text)
            choice.button.setText(button)
        self.url.setPlaceholderText(
            self.tr("or the address of the company database: postgresql://user@server/name")
        )
        self.url.setAccessibleName(self.tr("Address of the company database"))
        self.connect_button.setText(self.tr("Connect"))
        self.recent_heading.setText(self.tr("Opened before"))
        self.waiting.setText(self.tr("Making the demo plant: writing, importing, scheduling…"))
        self.language.setAccessibleName(self.tr("Language"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._jobs.close()
        self._languages.silence()
        event.accept()

    # ---- what is chosen --------------------------------------------------------------------------

    @Slot()
    def _on_demo_clicked(self) -> None:
        path = self._folder / "demo.sqlite"
        self._busy(True)
        self._job = self._jobs.start(
            partial(_demo_job, self._make_demo, path, self._actor),
            succeeded=self._on_demo_made,
            failed=self._on_demo_failed,
        )

    @Slot(object)
    def _on_demo_made(self, url: str) -> None:
        self._busy(False)
        self.chosen.emit(url)

    @Slot(object)
    def _on_demo_failed(self, error: Exception) -> None:
        self._busy(False)
        if isinstance(error, AppError):
            self.show_error(error)
        else:
            self.notices.show_notice(
                Notice(
                    lambda: self.tr("The demo plant could not be made."),
                    error=True,
                    details=repr(error),
                )
            )

    @Slot()
    def _on_empty_clicked(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("A file for the new plant"),
            str(self._folder / "plant.sqlite"),
            self.tr("Taktline database (*.sqlite)"),
        )
        if path:
            self.chosen.emit(f"sqlite:///{Path(path).as_posix()}")

    @Slot()
    def _on_existing_clicked(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a database"),
            str(self._folder),
            self.tr("Taktline database (*.sqlite)"),
        )
        if path:
            self.chosen.emit(f"sqlite:///{Path(path).as_posix()}")

    @Slot()
    def _on_connect_clicked(self) -> None:
        if self.url.text().strip():
            self.chosen.emit(self.url.text().strip())

    @Slot()
    def _on_recent_clicked(self) -> None:
        self.chosen_again.emit(self.sender().property("url"))

    @Slot(int)
    def _on_language_chosen(self, index: int) -> None:
        language = self.language.itemData(index)
        self._settings.setValue("language", language)
        self._languages.speak(language)

    def _busy(self, busy: bool) -> None:
        for choice in (self.demo, self.empty, self.existing):
            choice.button.setEnabled(not busy)
        self.connect_button.setEnabled(not busy)
        self.waiting.setVisible(busy)
        self.progress.setVisible(busy)

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.language)
        address = QHBoxLayout()
        address.addWidget(self.url, 1)
        address.addWidget(self.connect_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8 * SPACE, 6 * SPACE, 8 * SPACE, 6 * SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.notices)
        layout.addLayout(top)
        layout.addWidget(self.sentence)
        for choice in (self.demo, self.empty, self.existing):
            layout.addWidget(choice)
        layout.addLayout(address)
        layout.addWidget(self.waiting)
        layout.addWidget(self.progress)
        layout.addWidget(hairline(self))
        layout.addWidget(self.recent_heading)
        for button, url in zip(self.recent, recent_databases(self._settings), strict=True):
            button.setProperty("link", True)
            button.setProperty("url", url)
            button.setText(url.removeprefix("sqlite:///"))
            layout.addWidget(button)
        self.recent_heading.setVisible(bool(self.recent))
        layout.addStretch(1)

    def _connect(self) -> None:
        self.demo.button.clicked.connect(self._on_demo_clicked)
        self.empty.button.clicked.connect(self._on_empty_clicked)
        self.existing.button.clicked.connect(self._on_existing_clicked)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self.url.returnPressed.connect(self._on_connect_clicked)
        self.language.activated.connect(self._on_language_chosen)
        for button in self.recent:
            button.clicked.connect(self._on_recent_clicked)


def data_folder() -> Path:
    """Where a person's own database files are kept."""
    from platformdirs import user_data_path

    return user_data_path("taktline", appauthor=False, ensure_exists=True)


def _demo_job(make: MakeDemo, path: Path, actor: str, stop: Stop, _report: Any) -> str:
    return make(path, actor, stop)
