"""The sketch of the demo plant's inspection plans; workbooks carry no pictures."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app.models.database import Database
from app.models.quality import InspectionPlan
from app.services.demo.quality import LINE_FAMILIES
from app.services.edit import apply_edit
from app.services.quality.sketches import SetSketch, keep_picture, read_picture

CORNICE = Path(__file__).resolve().parents[3] / "resources" / "demo" / "cornice.png"


def attach_sketches(database: Database, actor: str) -> None:
    """Puts the drawing of a cornice on the final inspection of each family of lines."""
    wanted = [f"FQC-{family}" for family in LINE_FAMILIES]
    with database.read() as session:
        plans = session.execute(
            select(InspectionPlan.id, InspectionPlan.code).where(
                InspectionPlan.code.in_(wanted), InspectionPlan.sketch_id.is_(None)
            )
        ).all()
    kept = keep_picture(database, read_picture(CORNICE), actor)
    for number, code in plans:
        apply_edit(database, SetSketch(number, code, None, kept), actor)
