"""The working plan of the Schedule page: read anew with every news, and the engine's view of it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.views.context import AppContext
from app.views.planning.gantt.asking import BoardJob
from app.views.planning.reading import Reading, load_board, read_plan

KINDS = frozenset(
    {
        "placement", "unplaced_operation", "plan", "operation", "production_order", "machine",
        "work_centre", "calendar", "shift", "calendar_exception", "rotation", "item", "customer",
        "operator", "tool_copy", "tool_type", "site", "batch_member",
    }
)  # fmt: skip
"""Records whose change may show in the plan."""
MOVES = frozenset({"placement", "plan"})
"""What an edit of places changes: then only their orders are read anew."""
MOST_MOVED = 5_000
"""Operations up to which that is quicker."""


class PlanSource(QObject):
    """Reads in threads; a newer plan makes a newer board, and the older one is closed at once."""

    begun = Signal()
    """A reading is under way."""
    read = Signal(object)
    """A Reading; the board of the one before is no longer true."""
    failed = Signal(object)
    board_changed = Signal(object)
    """The BoardJob that answers from now on; None while the engine reads the plan."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.reading: Reading | None = None
        self.board_job: BoardJob | None = None
        self._busy = False
        self._read_again = False
        self._moved: set[int] = set()
        self._whole = True
        # One edit is told kind by kind: read once, after the last of them.
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(0)
        self._news.timeout.connect(self.start)
        context.changed.connect(self._on_changed)

    @property
    def ready_board(self) -> BoardJob | None:
        """What answers at the moment."""
        job = self.board_job
        return job if job is not None and job.board is not None else None

    @Slot()
    def start(self) -> None:
        """Read the plan in a thread; news that come meanwhile make one more reading."""
        if self._busy:
            self._read_again = True
            return
        self._busy = True
        moved = frozenset(self._moved)
        parts = bool(moved) and not self._whole and len(moved) <= MOST_MOVED
        self._moved, self._whole = set(), False
        self.begun.emit()
        self._context.read(
            read_plan, self.reading, moved if parts else None,
            then=self._on_plan_read, failed=self._on_read_failed,
        )  # fmt: skip

    @Slot(str, object)
    def _on_changed(self, kind: str, ids: Collection[int]) -> None:
        if kind in KINDS:
            self._whole = self._whole or kind not in MOVES
            if kind == "placement":
                self._moved |= set(ids)
            self._news.start()

    @Slot(object)
    def _on_plan_read(self, reading: Reading) -> None:
        self._busy = False
        self.reading = reading
        self._close_board()
        self.read.emit(reading)
        if self._read_again:
            self._read_again = False
            self.start()
        else:
            self._load_board()

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._busy, self._whole = False, True
        self.failed.emit(error)

    # ---- the engine's view -----------------------------------------------------------------------

    def _load_board(self) -> None:
        if self.reading is not None and self.reading.view.placements:
            load = partial(load_board, self._context.database)
            self.board_job = BoardJob(load, self._context.jobs, self)
            self.board_job.ready.connect(self._on_board_ready)
            self.board_job.failed.connect(self._on_board_failed)

    def _close_board(self) -> None:
        """What the board knows is no longer true."""
        self.board_changed.emit(None)
        if self.board_job is not None:
            self.board_job.close()
            self.board_job.deleteLater()
            self.board_job = None

    @Slot()
    def _on_board_ready(self) -> None:
        if self.board_job is not None:
            self.board_changed.emit(self.board_job)

    @Slot(object)
    def _on_board_failed(self, error: Exception) -> None:
        """No previews for this state of the plan."""
        self._close_board()
        self.failed.emit(error)
