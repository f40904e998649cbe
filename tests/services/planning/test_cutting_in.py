"""A rush order cut into running work: really scheduled, and put into force as it was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import Conflict
from app.models.database import Database
from app.models.orders import Operation
from app.scheduling.verify import verify
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.queries import order_rows
from app.services.planning.bridge import load_problem
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import read_content, schedule_of, working_plan
from tests.services.planning.test_promise import ask, option
from tests.services.planning.test_splitting import content, placed, quantities
from tests.services.small_plant import NOW, SmallPlant


def sound(database: Database) -> bool:
    with database.read() as session:
        loaded = load_problem(session, NOW)
        stored = read_content(session, working_plan(session))
        plan = schedule_of(loaded, stored.spots, stored.unplaced)
        return verify(loaded.problem, plan) == [] and not plan.unplaced


def test_a_rush_order_stops_what_runs_at_its_next_shot_and_undo_brings_all_back(
    database: Database,
) -> None:
    """Both presses and both moulds are taken until after lunch; one of each is enough."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        for number in range(1, 5):
            plant.order(session, f"MO-{number}", quantity=40)
        one, two = ([copy] for copy in plant.copies[:2])
        plant.begin(session, "MO-1", 10, plant.press_1, one, good=4, left=36)
        plant.begin(session, "MO-2", 10, plant.press_2, two, good=4, left=36, max_wait=None)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    with database.write("test") as session:
        soon = NOW + timedelta(hours=5)
        number = plant.order(session, "RUSH", quantity=4, requested_at=soon, internal_due=soon).id
    view = ask(database, order_id=number)
    first, way = option(view, "first"), option(view, "cut_in")
    assert way.finish is not None
    assert first.finish is None or way.finish.end < first.finish.end
    assert way.cut is not None
    cut = way.cut.edits[0]
    assert [detail.code for detail in way.details] == ["promise.cut_where"]  # one is enough
    assert way.setup_minutes >= 5  # mounted again
    stopped = next(m for m in way.moves if m.before is not None and m.after is not None
                   and m.before.start == m.after.start and m.after.end < m.before.end)  # fmt: skip
    assert way.details[0].values["operation"] == cut.name

    before = content(database)
    edit = LetAhead(number, view.order, way.moves, view.rush, allowed_now("sales", "boss"), way.cut)
    apply_edit(database, edit, "boss")
    assert sound(database)
    assert doctor.run(database) == []
    code = cut.code
    dried = {20: 6, 21: 34} if code == "MO-1" else {20: 40}  # MO-2 may wait for it
    assert quantities(database, code) == {10: 6, 11: 34, **dried, 30: 40}
    part = placed(database, code)
    assert part[10].end == NOW + timedelta(minutes=6)
    assert part[11].start - part[11].setup_start >= timedelta(minutes=5)
    ends = {row.number: row.projected_end for row in order_rows(database)}
    assert ends["RUSH"] == way.finish.end
    assert all(ends[other.order] == other.becomes for other in way.others)
    apply_edit(database, edit.inverse(), "boss")
    assert content(database).spots == before.spots
    assert quantities(database, code) == {10: 40, 20: 40, 30: 40}
    apply_edit(database, edit.inverse().inverse(), "boss")
    assert sound(database)
    apply_edit(database, edit.inverse(), "boss")
    with database.write("station") as session:
        running = session.get_one(Operation, stopped.operation_id)
        running.good, running.remaining = running.good + 2, (running.remaining or 0) - 2
    with pytest.raises(Conflict):
        apply_edit(database, replace(edit), "boss")
    assert content(database).spots == before.spots
