"""The What-if page: scenarios by plain forms, solved, cancelled, adopted, on a new base."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.services.edit import apply_edit
from app.services.planning.publishing.history import publish_state
from app.services.planning.queries import plan_view
from app.services.planning.scenarios.kinds import OtherDate, OtherPriority
from app.services.planning.scenarios.queries import scenario_rows
from app.services.planning.scenarios.solving import solve_scenario
from app.services.planning.scenarios.store import CreateScenario, PutStep, ScenarioImage
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.whatif.rebase_panel import RebasePanel
from app.views.planning.whatif.whatif_page import CHART_TAB, ORDERS_TAB, WhatIfPage
from tests.services.small_plant import DUE, SmallPlant
from tests.views.conftest import MakeContext

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def context(plant: SmallPlant, database: Database, make_context: MakeContext) -> AppContext:
    """Of a small plant that is planned."""
    schedule_plant(database, seconds=0)
    return make_context()


@pytest.fixture
def page(context: AppContext, qtbot: QtBot) -> Iterator[WhatIfPage]:
    made = WhatIfPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    with qtbot.waitSignal(made.filled):
        made.show()
    context.changes.start()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    yield made
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)


def begin(database: Database, *steps: Any, name: str = "S") -> None:
    """As another client would."""
    apply_edit(database, CreateScenario(ScenarioImage(name, "wang")), "wang")
    for seq, step in enumerate(steps, 1):
        with database.read() as session:
            step = step.filled(session)
        apply_edit(database, PutStep(name, seq, None, step), "wang")


def news(page: WhatIfPage, qtbot: QtBot, condition: Any) -> None:
    page.context.changes.look()
    qtbot.waitUntil(condition, timeout=10_000)


def button_of(page: WhatIfPage, action: Any) -> QWidget:
    """The button that shows an action."""
    from app.views.page import ActionButton

    return next(each for each in page.findChildren(ActionButton) if each._action is action)


def test_a_scenario_is_made_by_plain_forms_and_undone(
    page: WhatIfPage, qtbot: QtBot, database: Database
) -> None:
    qtbot.mouseClick(button_of(page, page.desk.new), LEFT)
    qtbot.waitUntil(lambda: page.current() is not None)
    for table in (page.scenarios, page.steps, page.orders.table, page.figures):
        QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    kinds = [each.data() for each in page.desk.add_steps]
    page.desk.add_steps[kinds.index("down")].trigger()
    qtbot.waitUntil(lambda: page.desk.form is not None)
    form = page.desk.form
    qtbot.mouseClick(form.save, LEFT)
    assert all(form.fields[name].complaint.text() for name in ("machine", "start", "end"))
    for name, text in (("machine", "P9"), ("start", "3-3 8:00"), ("end", "3-4 12:00")):
        qtbot.keyClicks(form.fields[name].editor, text)
    qtbot.keyClick(form.fields["end"].editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "P9" in form.refusal.text())
    form.fields["machine"].editor.clear()
    qtbot.keyClicks(form.fields["machine"].editor, "P1")
    qtbot.mouseClick(form.save, LEFT)
    qtbot.waitUntil(lambda: len(page.steps.rows()) == 1)
    assert page.desk.form is None
    assert "P1" in page.context.text(page.steps.rows()[0].sentence)
    page.steps.select_ids([1])
    qtbot.mouseClick(button_of(page, page.desk.change_step), LEFT)
    qtbot.waitUntil(lambda: page.desk.form is not None)
    again = page.desk.form
    assert again.fields["machine"].value() == "P1"
    again.fields["machine"].editor.setText("P2")
    qtbot.mouseClick(again.save, LEFT)
    qtbot.waitUntil(lambda: page.steps.rows()[0].step.machine == "P2")
    page.about.payer.setFocus()
    qtbot.keyClicks(page.about.payer, "C1")
    qtbot.keyClick(page.about.payer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.current() is not None and page.current().payer == "C1")
    assert page.context.edits.stack.count() == 0  # nothing of the working plan was changed
    for _ in range(4):
        page.context.undoing.undo()
    qtbot.waitUntil(lambda: page.scenarios.rows() == [])
    assert scenario_rows(database) == ()


def test_a_solve_is_watched_cancelled_and_its_best_plan_adopted_as_one_step(
    page: WhatIfPage, qtbot: QtBot, database: Database
) -> None:
    placed = len(plan_view(database).placements)
    begin(database, OtherPriority("MO-2", 1), OtherDate("MO-1", DUE + timedelta(days=1)))
    news(page, qtbot, lambda: page.current() is not None)
    page.options.choose("on_time", 30)
    qtbot.mouseClick(button_of(page, page.desk.solve), LEFT)
    assert page.run.running
    assert not page.desk.adopt.isEnabled()
    qtbot.waitUntil(lambda: bool(page.solve_panel._points), timeout=20_000)
    qtbot.mouseClick(page.solve_panel.stop, LEFT)
    qtbot.waitUntil(lambda: not page.run.running, timeout=10_000)
    news(page, qtbot, lambda: page.current().result is not None)
    assert page.current().result.orders
    page.tabs.setCurrentIndex(ORDERS_TAB)
    assert {"MO-1", "MO-2"} <= {row.order for row in page.orders.rows()}
    page.tabs.setCurrentIndex(CHART_TAB)
    qtbot.waitUntil(lambda: page.twin.chart.has_plan)
    qtbot.mouseClick(page.twin.two, LEFT)
    was, now = page.twin.charts
    assert was.has_plan
    now.zoom(2.0)
    assert was.grid.left == pytest.approx(now.grid.left, abs=1)
    assert was.grid.right == pytest.approx(now.grid.right, abs=1)
    qtbot.mouseClick(button_of(page, page.desk.adopt), LEFT)
    qtbot.waitUntil(lambda: all(row.adopted for row in page.steps.rows()), timeout=10_000)

    def order(code: str) -> Any:
        with database.read() as session:
            found = select(ProductionOrder).where(ProductionOrder.code == code)
            return session.scalars(found).one()

    assert order("MO-2").priority == 1
    assert len(plan_view(database).placements) == placed
    page.context.undoing.show(page.undo_scope())
    assert "Adopt" in page.context.undoing.undo_text()
    page.context.undoing.undo()
    assert page.context.jobs.busy()  # the window does not wait for it
    qtbot.waitUntil(lambda: not page.context.edits.busy, timeout=10_000)
    assert (order("MO-2").priority, order("MO-1").requested_at) == (5, DUE)
    qtbot.waitUntil(lambda: not any(row.adopted for row in page.steps.rows()))


def test_news_of_others_make_a_result_stale_and_a_published_plan_asks_for_a_new_base(
    page: WhatIfPage, qtbot: QtBot, database: Database
) -> None:
    begin(database, OtherPriority("MO-2", 1))
    solve_scenario(database, "S", seconds=0)
    news(page, qtbot, lambda: page.current() is not None and page.current().result is not None)
    assert page.strip.isHidden()
    with database.write("wang") as session:
        rows = session.scalars(select(ProductionOrder)).all()
        for row in rows:
            row.priority = 3
    news(page, qtbot, lambda: not page.strip.isHidden())
    assert "Stale" in page.strip.sentence.text()
    page.tabs.setCurrentIndex(2)
    title = page.twin.titles[1]
    qtbot.waitUntil(lambda: title.text() == "Is: S, changed since it was solved")
    apply_edit(database, publish_state(database).edit(), "wang")
    news(page, qtbot, lambda: page.current().behind)
    qtbot.mouseClick(page.strip.button, LEFT)
    qtbot.waitUntil(lambda: isinstance(page.desk.form, RebasePanel))
    panel = page.desk.form
    assert panel.boxes[1].count() == 2
    qtbot.mouseClick(panel.go, LEFT)
    qtbot.waitUntil(lambda: not page.current().behind)
    assert page.current().steps[0].step.before == 3
