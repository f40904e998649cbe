"""Pictures of inspection plans: checked, kept once, put in place with before-values."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.core.errors import Conflict, NotFound, RuleBroken
from app.models.access import Attachment
from app.models.database import Database
from app.models.quality import Characteristic, InspectionPlan
from app.services.demo.sketches import attach_sketches
from app.services.edit import apply_edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.quality.sketches import (
    LARGEST_FILE,
    SetSketch,
    keep_picture,
    picture_of,
    read_picture,
    sketch_of,
)


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), grey: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, grey).save(out, kind)
    return out.getvalue()


@pytest.fixture
def plan(database: Database) -> InspectionPlan:
    with database.write("test") as session:
        made = InspectionPlan(code="P1")
        made.characteristics = [Characteristic(number=1, name="length", nominal=2500)]
        session.add(made)
    return made


def test_a_picture_is_kept_once_and_put_on_replaced_and_taken_off(
    database: Database, plan: InspectionPlan
) -> None:
    first, second = picture_of(drawn(), "a.png"), picture_of(drawn("JPEG"), "b.jpg")
    one, again = (keep_picture(database, first, "li") for _ in range(2))
    two = keep_picture(database, second, "li")
    assert one == again != two
    with database.read() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 2
    for before, after, shown in ((None, one, first), (one, two, second), (two, None, None)):
        edit = SetSketch(plan.id, "P1", before, after)
        apply_edit(database, edit, "li")
        assert sketch_of(database, plan.id) == shown
        apply_edit(database, edit.inverse(), "li")
        apply_edit(database, edit, "li")


def test_somebody_faster_is_a_conflict(database: Database, plan: InspectionPlan) -> None:
    one, two = (
        keep_picture(database, picture_of(drawn(grey=grey), "a.png"), "li") for grey in (1, 2)
    )
    apply_edit(database, SetSketch(plan.id, "P1", None, one), "li")
    with pytest.raises(Conflict):
        apply_edit(database, SetSketch(plan.id, "P1", None, two), "wang")
    with pytest.raises(NotFound):
        apply_edit(database, SetSketch(plan.id, "P1", one, "0" * 64), "wang")
    with pytest.raises(NotFound):
        apply_edit(database, SetSketch(plan.id + 1, "P2", None, one), "wang")


def test_what_is_no_picture_or_too_large_is_refused_with_its_name(tmp_path: Path) -> None:
    cases = {
        "a.bmp": drawn("BMP"),
        "cut.png": drawn()[:60],
        "text.png": b"not a picture",
        "empty.jpg": b"",
        "wide.png": drawn(size=(9000, 2)),
        "heavy.png": b"\x89PNG" + bytes(LARGEST_FILE),
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RuleBroken) as refused:
            read_picture(tmp_path / name)
        assert name in refused.value.message.text("zh")
    (tmp_path / "right.jpg").write_bytes(drawn("JPEG"))
    assert read_picture(tmp_path / "right.jpg").media_type == "image/jpeg"


def test_the_sketch_survives_the_removal_of_the_last_line_and_its_undo(
    database: Database, plan: InspectionPlan
) -> None:
    kept = keep_picture(database, picture_of(drawn(), "轮廓#1.png"), "li")
    apply_edit(database, SetSketch(plan.id, "P1", None, kept), "li")
    (row,) = master_rows(database, "InspectionPlans")
    assert row.values["sketch"] == f"轮廓#1.png#{kept[:8]}"
    edit = ChangeRows("InspectionPlans", (RowChange(row.values, None),))
    apply_edit(database, edit, "li")
    assert master_rows(database, "InspectionPlans") == ()
    apply_edit(database, edit.inverse(), "li")
    (again,) = master_rows(database, "InspectionPlans")
    assert again.values == row.values


def test_the_demo_plants_lines_show_their_sketch(database: Database) -> None:
    with database.write("test") as session:
        session.add_all([InspectionPlan(code="FQC-花线"), InspectionPlan(code="FAI-花线")])
    attach_sketches(database, "li")
    attach_sketches(database, "li")
    with database.read() as session:
        plans = {plan.code: plan.id for plan in session.scalars(select(InspectionPlan))}
    shown = sketch_of(database, plans["FQC-花线"])
    assert shown is not None
    assert shown.media_type == "image/png"
    assert sketch_of(database, plans["FAI-花线"]) is None
