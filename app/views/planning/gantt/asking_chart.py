"""The chart that asks the engine: what a person wants without a hand on a bar, and replies."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.messages import message
from app.views.planning.gantt.asking import (
    PUSH_RIGHT,
    REOPTIMISE,
    SAME_MACHINE,
    Answers,
    ChainQuestion,
    ChainReply,
    EndQuestion,
    MachinesQuestion,
    MachinesReply,
    OffQuestion,
    PlaceQuestion,
    Question,
    Reply,
)
from app.views.planning.gantt.chart import Chart
from app.views.planning.gantt.model import PlanModel
from app.views.planning.gantt.time_grid import to_datetime
from app.views.theme import Tokens

Request = Question | OffQuestion | EndQuestion | PlaceQuestion


class AskingChart(Chart):
    """Everything that can be done to bars by keys and menus: the engine answers, then it is done.

    Nothing is changed here: what is wanted is told by signals.
    """

    dropped = Signal(object)
    """A Preview to be carried out exactly as shown."""
    refused = Signal(object)
    """Message: why a drop or a move by keyboard did nothing."""
    machinesKnown = Signal(object)
    """MachinesReply: which machines may take what ``ask_machines`` asked for."""

    def __init__(self, tokens: Tokens, language: str, parent: QWidget | None) -> None:
        super().__init__(tokens, language, parent)
        self.board: Answers | None = None
        self.mode = PUSH_RIGHT
        self._requested: Request | None = None

    def set_model(self, model: PlanModel) -> None:
        """Show a plan; what was asked of the old one is void."""
        self._requested = None
        super().set_model(model)

    @property
    def engine_mode(self) -> str:
        """How the engine settles what is in the way."""
        return PUSH_RIGHT if self.mode == REOPTIMISE else self.mode

    def set_board(self, board: Answers | None) -> None:
        """Who answers; None while the engine reads the plan."""
        if board is self.board:
            return
        if self.board is not None:
            self.board.replied.disconnect(self._on_replied)
        self.board = board
        if board is not None:
            board.replied.connect(self._on_replied)
            self._ask_chain()

    @Slot(object)
    def _on_replied(self, reply: object) -> None:
        if isinstance(reply, MachinesReply):
            self.machinesKnown.emit(reply)
        elif isinstance(reply, ChainReply):
            self.show_chain(reply.question.order, reply.pairs)
        self._take(reply)
        if isinstance(reply, Reply) and reply.question == self._requested:
            self._requested = None
            refusal = reply.refusal()
            if refusal is not None:
                self.refused.emit(refusal)
            elif reply.preview is not None and reply.preview.moves_anything:
                self.dropped.emit(reply.preview)

    def _take(self, reply: object) -> None:
        """For whoever waits for it besides."""

    # ---- following -------------------------------------------------------------------------------

    def follow(self, order: int | None) -> None:
        """Link an order's operations, dim all others; of a late one the chain that made it so."""
        super().follow(order)
        self._ask_chain()

    def _ask_chain(self) -> None:
        order = self.state.followed
        if self.model is None or self.board is None or order is None:
            return
        if bool(self.model.bars.late[self.model.bars_of_order[order]].any()):
            self.board.ask(ChainQuestion(order))

    # ---- requests --------------------------------------------------------------------------------

    def nudge(self, machines: tuple[int, ...], minutes: float) -> None:
        """Ask for a move without the mouse: to the first machine that may, so much later.

        Of several selected bars all go: later, or to the same machine.
        """
        if self.model is None or not self.state.selected:
            return
        bars = self.model.bars
        first, *others = sorted(self.state.selected, key=lambda bar: float(bars.setup_start[bar]))
        machine = SAME_MACHINE if machines else None
        along = tuple(
            (int(bars.operation[bar]), machine, to_datetime(float(bars.start[bar]) + minutes))
            for bar in others
        )
        start = to_datetime(float(bars.start[first]) + minutes)
        self.request(Question(int(bars.operation[first]), machines, start, self.engine_mode, along))

    def move_to_end(self, *, latest: bool) -> None:
        """The selected bar as early, or as late, as it can stand with nothing else moved."""
        for operation in self.selected_operations():
            if len(self.state.selected) == 1:
                self.request(EndQuestion(operation, latest))

    @Slot(int)
    def place(self, operation: int) -> None:
        """Put an operation of the tray where there is room first."""
        self.request(EndQuestion(operation, latest=False))

    def place_all(self, operations: tuple[int, ...]) -> None:
        """Put all of these where there is room first, in one step."""
        if operations:
            self.request(PlaceQuestion(operations))

    def take_off(self) -> None:
        """Take the selected operations, and what hangs on them, off the plan."""
        if self.state.selected:
            self.request(OffQuestion(tuple(sorted(self.selected_operations()))))

    def request(self, question: Request) -> None:
        """Ask for a change without the mouse; what the engine answers is dropped."""
        if self.board is None:
            self.refused.emit(message("views.plan_still_read"))
            return
        self._requested = question
        self.board.ask(question)

    def ask_machines(self) -> None:
        """``machinesKnown`` will tell which machines may take the selected bars."""
        if self.board is not None and self.state.selected:
            self.board.ask(MachinesQuestion(tuple(sorted(self.selected_operations()))))
