"""After places have changed only their orders are read anew, and the plan is as if read whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.services.edit import apply_edit
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.queries import renewed_view
from app.services.planning.stored_plan import PlanContent, read_content, working_plan
from app.views.planning import reading as readings
from app.views.planning.gantt.load import LoadBy
from app.views.planning.gantt.model import Arrangement, PlanModel
from app.views.planning.reading import Reading, complete, read_plan
from app.views.planning.schedule_page import SchedulePage
from tests.services.small_plant import SmallPlant
from tests.views.planning.desk import PATIENCE, drag_to, row_of


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def moved(database: Database, *numbers: int, minutes: int = 60) -> MoveOperations:
    """Each so much later, with its people."""
    spots = content(database).spots
    moves = []
    for number in numbers:
        spot = spots[number]
        there = replace(
            spot,
            setup_start=spot.setup_start + minutes,
            start=spot.start + minutes,
            end=spot.end + minutes,
            segments=tuple((a + minutes, b + minutes) for a, b in spot.segments),
            crew=tuple((who, a + minutes, b + minutes, s) for who, a, b, s in spot.crew),
        )
        moves.append(Move(number, spot, there))
    return MoveOperations(tuple(moves))


def pieces(model: PlanModel, key: Arrangement) -> set[tuple[Any, ...]]:
    """Which operation stands where in an arrangement."""
    tracks = model.arrangements[key].tracks
    return {
        (tracks.row_at(place)[0], int(model.bars.operation[bar]), *times)
        for place, (bar, *times) in enumerate(
            zip(
                tracks.bar.tolist(), tracks.begin.tolist(), tracks.run.tolist(),
                tracks.end.tolist(), strict=True,
            )
        )
    }  # fmt: skip


def links(model: PlanModel) -> set[tuple[int, int]]:
    operation = model.bars.operation
    ends = operation[model.links.before].tolist(), operation[model.links.after].tolist()
    return set(zip(*ends, strict=True))


def assert_same(renewed: Reading, whole: Reading) -> None:
    """All that is shown is the same; rows may stand at other places."""
    sort = lambda rows: tuple(sorted(rows, key=lambda row: row.operation_id))  # noqa: E731
    one, other = renewed.view, whole.view
    assert replace(one, placements=sort(one.placements)) == replace(
        other, placements=sort(other.placements)
    )
    assert one.placements == tuple(one.placements)
    first, second = renewed.model, whole.model
    for row in one.placements:
        assert one.placements[first.bar_of[row.operation_id]] is row
    for key in Arrangement:
        assert first.arrangements[key].infos == second.arrangements[key].infos
        assert pieces(first, key) == pieces(second, key)
    assert links(first) == links(second)
    named = [
        {
            order: [int(model.bars.operation[bar]) for bar in bars]
            for order, bars in model.bars_of_order.items()
        }
        for model in (first, second)
    ]
    assert named[0] == named[1]
    span = second.span()
    edges = np.linspace(*span, 50)
    for of in second.loads:
        for group, wanted in zip(first.loads[of], second.loads[of], strict=True):
            assert group.name == wanted.name
            for by in LoadBy:
                for found, right in zip(
                    group.loads(by, edges), wanted.loads(by, edges), strict=True
                ):
                    assert np.allclose(found, right)


def test_a_renewed_plan_is_the_plan_read_whole(database: Database, planned: SmallPlant) -> None:
    before = read_plan(database)
    numbers = sorted(row.operation_id for row in before.view.placements)
    as_read = tuple(before.view.placements)
    for chosen, minutes in (([numbers[0]], 60), (numbers[:3], 25), ([numbers[5], numbers[7]], 8)):
        edit = moved(database, *chosen, minutes=minutes)
        apply_edit(database, edit, "somebody else")
        again = renewed_view(database, before.view, chosen)
        assert again is not None
        after = complete(database, read_plan(database, before, chosen))
        assert_same(after, read_plan(database))
        back = edit.inverse()
        apply_edit(database, back, "somebody else")
        assert_same(read_plan(database, after, chosen), read_plan(database))
        apply_edit(database, edit, "somebody else")
        before = read_plan(database, after, chosen)
    assert tuple(as_read) != tuple(before.view.placements)


def test_what_is_more_than_a_move_is_read_whole(database: Database, planned: SmallPlant) -> None:
    before = read_plan(database)
    last = max(before.view.placements, key=lambda row: row.end)
    spot = content(database).spots[last.operation_id]
    taken = MoveOperations((Move(last.operation_id, spot, None),))
    apply_edit(database, taken, "somebody else")
    assert renewed_view(database, before.view, [last.operation_id]) is None
    assert_same(read_plan(database, before, [last.operation_id]), read_plan(database))
    apply_edit(database, taken.inverse(), "somebody else")
    # Beyond the days that are shown: shifts are needed that were not read.
    apply_edit(database, moved(database, last.operation_id, minutes=3 * 1440), "somebody else")
    assert renewed_view(database, before.view, [last.operation_id]) is None
    # An order that is due at another time has another place among the orders.
    before = read_plan(database)
    with database.write("somebody else") as session:
        order = session.scalars(
            select(ProductionOrder).where(ProductionOrder.id == last.order_id)
        ).one()
        order.internal_due = before.view.now
    assert_same(read_plan(database, before, [last.operation_id]), read_plan(database))


def test_drop_undo_and_somebody_elses_move_read_only_their_orders(
    page: SchedulePage, database: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[object] = []
    read_whole = readings.model_of
    monkeypatch.setattr(readings, "model_of", lambda view: whole.append(view) or read_whole(view))
    row = row_of(page, "MO-1", 30)
    drag_to(page, row, row.machine_id, minutes=45)
    qtbot.waitUntil(lambda: row_of(page, "MO-1", 30) != row, timeout=PATIENCE)
    assert_same(page.reading, read_plan(database))
    page.context.undoing.undo()
    qtbot.waitUntil(lambda: row_of(page, "MO-1", 30) == row, timeout=PATIENCE)
    apply_edit(database, moved(database, row.operation_id, minutes=30), "somebody else")
    page.context.changes.look()
    qtbot.waitUntil(lambda: row_of(page, "MO-1", 30) != row, timeout=PATIENCE)
    box = page.gantt.box_of(page.gantt.model.bar_of[row.operation_id])
    assert box is not None
    assert page.gantt.grid.minutes(box.left()) == pytest.approx(
        row_of(page, "MO-1", 30).setup_start.timestamp() / 60, abs=20
    )
    assert len(whole) == 1  # read for comparison by the test
