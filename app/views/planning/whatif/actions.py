"""What can be done on the What-if page: the actions of keys, menus and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QScrollArea, QToolButton, QWidget

from app.core.errors import AppError
from app.views.icons import icon
from app.views.page import action
from app.views.planning.whatif.reading import add_step, adopt, find_rebase, read_form
from app.views.planning.whatif.rebase_panel import RebasePanel
from app.views.planning.whatif.step_form import StepForm
from app.views.planning.whatif.words import ICONS, Words

if TYPE_CHECKING:
    from app.views.planning.whatif.whatif_page import WhatIfPage

SCENARIOS = "scenarios"
"""The document in which scenarios are made and thrown away."""


class WhatIfActions(QObject):
    """Every change is an edit of the house on the undo stack of its scenario, or of their list."""

    def __init__(self, page: WhatIfPage) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context
        self._words = Words(self)
        self._form: QWidget | None = None
        self._kind, self._changing, self._prefill = "", None, None
        self.new = self._action("plus", "Ctrl+N", self._on_new)
        self.copy = self._action("copy", "Ctrl+D", self._on_copy)
        self.delete = self._action("x", "", self._on_delete)
        self.solve = self._action("player-play", "F9", self._on_solve)
        self.solve_all = self._action("player-play", "Shift+F9", self._on_solve_all)
        self.adopt = self._action("check", "", self._on_adopt)
        self.adopt_some = self._action("check", "", self._on_adopt_some)
        self.rebase = self._action("refresh", "", self._on_rebase)
        self.sheet = self._action("printer", "Ctrl+P", self._on_sheet)
        self.change_step = self._action("pencil", "", self._on_change_step)
        self.remove_step = self._action("x", "Del", self._on_remove_step)
        self.add_steps = [self._add_action(kind) for kind in self._words.kinds()]
        self.add_button = QToolButton(page)
        self.add_button.setProperty("framed", True)
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        menu = QMenu(self.add_button)
        menu.addActions(self.add_steps)
        self.add_button.setMenu(menu)
        page.scenarios.empty_button.clicked.connect(self._on_new)
        page.run.adopted.connect(self._on_adopted)

    def _action(self, picture: str, keys: str, slot: Any) -> QAction:
        made = action(self._page, picture)
        if keys:
            made.setShortcut(QKeySequence(keys))
        made.triggered.connect(slot)
        return made

    def _add_action(self, kind: str) -> QAction:
        made = action(self._page, ICONS[kind])
        made.setData(kind)
        made.triggered.connect(self._on_add_step)
        return made

    def all(self) -> list[QAction]:
        """For the window's menu."""
        return [
            self.new, self.copy, self.delete, *self.add_steps, self.change_step, self.remove_step,
            self.solve, self.solve_all, self.adopt, self.adopt_some, self.rebase, self.sheet,
        ]  # fmt: skip

    def retranslate(self) -> None:
        for made, text in (
            (self.new, self.tr("New scenario")),
            (self.copy, self.tr("Duplicate the scenario")),
            (self.delete, self.tr("Delete the scenario")),
            (self.solve, self.tr("Solve")),
            (self.solve_all, self.tr("Solve all scenarios")),
            (self.adopt, self.tr("Adopt")),
            (self.adopt_some, self.tr("Adopt the selected edits")),
            (self.rebase, self.tr("Bring the scenario up to date")),
            (self.sheet, self.tr("Decision sheet")),
            (self.change_step, self.tr("Change")),
            (self.remove_step, self.tr("Remove")),
        ):
            made.setText(text)
        self.solve.setToolTip(self.tr("Find the plan of this scenario (F9)"))
        self.adopt.setToolTip(
            self.tr("Make its edits and its plan real, as one step; publishing is its own act")
        )
        for each in self.add_steps:
            each.setText(self._words.kind(each.data()))
        self.add_button.setText(self.tr("Add an edit"))
        self.add_button.setIcon(icon("plus"))

    def update(self) -> None:
        """What is possible with the chosen scenario."""
        page, row = self._page, self._page.current()
        idle = not page.run.running
        chosen = self._chosen()
        for each in (self.copy, self.delete, *self.add_steps):
            each.setEnabled(row is not None)
        self.add_button.setEnabled(row is not None)
        self.solve.setEnabled(row is not None and idle)
        self.solve_all.setEnabled(idle and bool(page.reading and page.reading.scenarios))
        solved = row is not None and row.result is not None
        self.sheet.setEnabled(solved)
        self.adopt.setEnabled(solved and idle)
        self.adopt_some.setEnabled(bool(chosen) and idle)
        self.rebase.setEnabled(row is not None and idle)
        self.change_step.setEnabled(len(chosen) == 1)
        self.remove_step.setEnabled(bool(chosen))

    def _chosen(self) -> list[Any]:
        """Edits that are selected and still a question."""
        return [row for row in self._page.steps.selected_rows() if not row.adopted]

    # ---- scenarios -------------------------------------------------------------------------------

    @Slot()
    def _on_new(self) -> None:
        from app.services.planning.scenarios.desk import free_name
        from app.services.planning.scenarios.store import CreateScenario, ScenarioImage

        context = self._context
        name = free_name(context.database, self.tr("Scenario"))
        image = ScenarioImage(name, context.actor, created_at=datetime.now(UTC))
        self._make(CreateScenario(image), name)

    @Slot()
    def _on_copy(self) -> None:
        from app.services.planning.scenarios.desk import copy_of, free_name
        from app.services.planning.scenarios.store import CreateScenario

        row, context = self._page.current(), self._context
        if row is not None:
            name = free_name(context.database, row.name)
            image = copy_of(context.database, row.name, name, context.actor)
            self._make(CreateScenario(replace(image, created_at=datetime.now(UTC))), name)

    def _make(self, edit: Any, name: str) -> None:
        if self._context.apply(edit, SCENARIOS):
            self._page.choose(name)

    @Slot()
    def _on_delete(self) -> None:
        from app.services.planning.scenarios.desk import deleted

        row = self._page.current()
        if row is not None:
            self._apply(partial(deleted, self._context.database, row.name), SCENARIOS)

    def _apply(self, make: Any, document: str) -> bool:
        """An edit that is made from what stands now; a refusal is shown."""
        try:
            edit = make()
        except AppError as error:
            self._context.show_error(error)
            return False
        return self._context.apply(edit, document)

    @Slot(str, str, str)
    def describe(self, name: str, payer: str, recommendation: str) -> None:
        """What was typed about the chosen scenario."""
        from app.services.planning.scenarios.store import About, DescribeScenario

        row = self._page.current()
        if row is not None:
            before = About(row.name, row.payer, row.recommendation)
            edit = DescribeScenario(before, About(name, payer, recommendation))
            if self._context.apply(edit, row.document):
                self._page.choose(name)

    # ---- edits -----------------------------------------------------------------------------------

    @Slot()
    def _on_add_step(self) -> None:
        self.begin(self.sender().data())

    def begin(self, kind: str, prefill: Any = None, *, order: str = "") -> None:
        """Open the form of a new edit, filled with ``prefill`` or with how the order is now."""
        self._kind, self._changing, self._prefill = kind, None, prefill
        self._context.read(read_form, kind, order, then=self._on_choices)

    def put(self, step: Any) -> None:
        """Add an edit without a form; a refusal is shown."""
        self.close_form()
        self._changing = None
        self._on_form_accepted(step)

    @Slot()
    def _on_change_step(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1:
            self.change_row(chosen[0])

    @Slot(object)
    def change_row(self, row: Any) -> None:
        """Open the form of an edit."""
        if not row.adopted:
            self._kind, self._changing, self._prefill = row.step.kind, row, None
            self._context.read(read_form, row.step.kind, "", then=self._on_choices)

    @Slot(object)
    def _on_choices(self, found: tuple[Any, Any]) -> None:
        choices, standing = found
        step = self._changing.step if self._changing is not None else self._prefill or standing
        form = StepForm(self._context, self._kind, choices, self._page, step)
        form.accepted.connect(self._on_form_accepted)
        form.given_up.connect(self.close_form)
        self._open(form)
        form.focus_first()

    def _open(self, panel: QWidget) -> None:
        self.close_form()
        area = QScrollArea(self._page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(panel)
        self._form = area
        self._page.side.addWidget(area)
        self._page.side.setCurrentWidget(area)

    @Slot()
    def close_form(self) -> None:
        """Back to the list of edits."""
        if self._form is not None:
            self._page.side.removeWidget(self._form)
            self._form.deleteLater()
            self._form = None

    @property
    def form(self) -> Any:
        """The form that is open, or None."""
        return None if not isinstance(self._form, QScrollArea) else self._form.widget()

    @Slot(object)
    def _on_form_accepted(self, step: Any) -> None:
        """Tried on the plant as it is before it is taken up, in a thread."""
        row = self._page.current()
        if row is None:
            return
        seq = self._changing.seq if self._changing is not None else None
        self._context.read(
            add_step, row.name, seq, step, self._context.actor,
            then=self._on_step_tried, failed=self._on_step_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_step_tried(self, edit: Any) -> None:
        if self._context.apply(edit, self._page.document):
            self.close_form()
        elif self.form is not None:
            self.form.refuse("")

    @Slot(object)
    def _on_step_refused(self, error: Exception) -> None:
        if self.form is not None and isinstance(error, AppError):
            self.form.refuse(self._context.text(error.message))
        else:
            self._context.show_error(error)

    @Slot()
    def _on_remove_step(self) -> None:
        from app.services.planning.scenarios.desk import removed

        row = self._page.current()
        for step in self._chosen() if row is not None else ():
            edit = partial(removed, self._context.database, row.name, step.seq)
            if not self._apply(edit, row.document):
                break

    # ---- solving, adopting, a new base -----------------------------------------------------------

    @Slot()
    def _on_solve(self) -> None:
        row = self._page.current()
        if row is not None:
            self._page.run.solve([row.name])

    @Slot()
    def _on_solve_all(self) -> None:
        reading = self._page.reading
        if reading is not None:
            self._page.run.solve([row.name for row in reading.scenarios])

    @Slot()
    def _on_adopt(self) -> None:
        row = self._page.current()
        if row is not None:
            self._context.read(adopt, row.name, self._context.actor, then=self._on_adopted)

    @Slot()
    def _on_adopt_some(self) -> None:
        row, chosen = self._page.current(), self._chosen()
        if row is not None and chosen:
            self._page.run.adopt(row.name, [each.seq for each in chosen])

    @Slot(object)
    def _on_adopted(self, edit: Any) -> None:
        """Done already, in one transaction: one undo step."""
        self._context.edits.record(edit)

    @Slot()
    def mend(self) -> None:
        """What the strip offers: a new base, or solving again."""
        row = self._page.current()
        if row is not None and row.behind:
            self._on_rebase()
        else:
            self._on_solve()

    @Slot()
    def _on_rebase(self) -> None:
        self._rebase({})

    @Slot(object)
    def _rebase(self, choices: Any) -> None:
        row = self._page.current()
        if row is not None:
            self._context.read(find_rebase, row.name, self._context.actor, choices,
                               then=self._on_rebased)  # fmt: skip

    @Slot(object)
    def _on_rebased(self, found: Any) -> None:
        if found.edit is not None:
            self.close_form()
            self._context.apply(found.edit, self._page.document)
            return
        panel = RebasePanel(self._context, found, self._page)
        panel.decided.connect(self._rebase)
        panel.given_up.connect(self.close_form)
        self._open(panel)

    @Slot()
    def _on_sheet(self) -> None:
        from app.views.printing.papers import show_decision

        page = self._page
        row = page.current()
        if row is not None and page.reading is not None:
            others: Sequence[str] = [
                each.name
                for each in page.reading.scenarios
                if each.result is not None and each.name != row.name
            ]
            show_decision(page.window(), self._context, (row.name, *others))
