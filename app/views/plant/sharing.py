"""Table, record panel and wide editor share a page; in a narrow window the last two take turns."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QWidget

from app.views.plant.editors import RECORD_FIRST
from app.views.plant.wide_editors import WideEditors

TABLE_HEIGHT, EDITOR_HEIGHT = 240, 360
"""How table and editor below it share the page at first."""


class Sharing(QObject):
    """Decides whether the panel stands beside the editor, or one of the two folds away.

    ``side`` shows and hides the panel. Where both have room it is the person's choice and kept;
    where they have not, showing the panel folds the editor to a line of its names, and opening the
    editor takes the panel away. Which of the two was in front is remembered for each sheet.
    """

    shown = Signal()
    """The panel came to be seen: what it shows may have to be read."""

    def __init__(
        self, splitter: QSplitter, middle: QSplitter, panel: QWidget, wide: WideEditors,
        side: QAction,
    ) -> None:  # fmt: skip
        super().__init__(splitter)
        self._splitter, self._middle = splitter, middle
        self._panel, self._wide, self.side = panel, wide, side
        self._heights = [TABLE_HEIGHT, EDITOR_HEIGHT]
        self._wanted = True
        self._open = False
        self._record_first: dict[str, bool] = {}
        splitter.installEventFilter(self)
        middle.splitterMoved.connect(self._on_middle_moved)
        side.toggled.connect(self._on_side_toggled)
        wide.open_asked.connect(self._on_wide_open_asked)
        wide.changed.connect(self.arrange)

    def save(self, settings: QSettings) -> None:
        settings.setValue("side", "true" if self._wanted else "false")
        settings.beginGroup("front")
        for sheet, record in self._record_first.items():
            settings.setValue(sheet, "record" if record else "editor")
        settings.endGroup()

    def restore(self, settings: QSettings) -> None:
        """The choices of an earlier day."""
        self._wanted = str(settings.value("side", "true")) == "true"
        settings.beginGroup("front")
        self._record_first = {
            sheet: settings.value(sheet) == "record" for sheet in settings.childKeys()
        }
        settings.endGroup()
        self.arrange()

    def cramped(self) -> bool:
        """Whether the panel and the editor of the sheet have no room beside each other."""
        if not self._wide.entries:
            return False
        others = [self._splitter.widget(place) for place in range(self._splitter.count())]
        taken = sum(
            each.width() for each in others if each not in (self._middle, self._panel)
        ) + self._splitter.handleWidth() * (len(others) - 1)
        left = self._splitter.width() - taken - self._panel.minimumWidth()
        return left < self._wide.room()

    @Slot()
    def arrange(self) -> None:
        """Show what there is room for; called again, it changes nothing."""
        cramped = self.cramped()
        shown = self._in_front() if cramped else self._wanted
        self._fold(cramped and shown)
        self.side.setChecked(shown)
        if self._panel.isHidden() == shown:
            self._panel.setVisible(shown)
            if shown:
                self.shown.emit()

    def _in_front(self) -> bool:
        sheet = self._wide.sheet
        return self._record_first.get(sheet, sheet in RECORD_FIRST)

    def _fold(self, folded: bool) -> None:
        if folded != self._wide.folded:
            self._wide.fold(folded)
        opened = bool(self._wide.entries) and not folded
        if opened and not self._open:
            self._middle.setSizes(self._heights)
        self._open = opened

    @Slot()
    def _on_middle_moved(self) -> None:
        if self._open:
            self._heights = self._middle.sizes()

    def _choose(self, record: bool) -> None:
        if self.cramped():
            self._record_first[self._wide.sheet] = record
        else:
            self._wanted = record
        self.arrange()

    @Slot(bool)
    def _on_side_toggled(self, shown: bool) -> None:
        self._choose(shown)

    @Slot()
    def _on_wide_open_asked(self) -> None:
        self._choose(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.arrange()
        return super().eventFilter(watched, event)
