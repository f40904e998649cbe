"""Everything the editor of setup matrices shows, read in one go for a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.core.codes import code_key
from app.core.errors import NotFound
from app.models.database import Database
from app.models.plant import SetupAttribute, Skill, WorkCentre
from app.models.products import Item
from app.services.plant.setup_checks import SetupFinding, check_attribute
from app.services.plant.setup_view import SetupScope, SetupSheet, setup_scopes, setup_sheet


@dataclass(frozen=True, slots=True)
class SetupReading:
    """``sheet`` None: there is nothing to show. ``findings`` by the attribute's name; ``skills``
    and ``items``: codes that a pair can name."""

    scopes: tuple[SetupScope, ...]
    sheet: SetupSheet | None
    findings: Mapping[str, tuple[SetupFinding, ...]]
    skills: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def read_setups(database: Database, kind: str, code: str, attribute: str = "") -> SetupReading:
    """The changeovers of a work centre or machine.

    ``kind`` "": whichever has the code, the work centre first. ``code`` "": the first that has
    the ``attribute``, or any.
    """
    scopes = setup_scopes(database)
    scope = _scope(database, scopes, kind, code, attribute)
    try:
        sheet = setup_sheet(database, scope.kind, scope.code) if scope is not None else None
    except NotFound:
        sheet = None
    if sheet is None:
        return SetupReading(scopes, None, {})
    findings = {each.name: check_attribute(sheet, each) for each in sheet.attributes}
    with database.read() as session:
        skills = session.scalars(select(Skill.code).where(Skill.active).order_by(Skill.code))
        items = session.scalars(select(Item.code).where(Item.active).order_by(Item.code))
        return SetupReading(scopes, sheet, findings, tuple(skills), tuple(items))


def _scope(
    database: Database, scopes: tuple[SetupScope, ...], kind: str, code: str, attribute: str
) -> SetupScope | None:
    if code:
        wanted = code_key(code)
        found = [s for s in scopes if code_key(s.code) == wanted and kind in ("", s.kind)]
        found.sort(key=lambda scope: scope.kind != "work_centre")
        return found[0] if found else None
    if attribute:
        with database.read() as session:
            query = select(WorkCentre.code, SetupAttribute.name).join(
                WorkCentre, WorkCentre.id == SetupAttribute.work_centre_id
            )
            named = {
                centre for centre, name in session.execute(query)
                if code_key(name) == code_key(attribute)
            }  # fmt: skip
        used = [s for s in scopes if s.kind == "work_centre" and s.code in named]
    else:
        used = [s for s in scopes if s.attributes]
    return next(iter(used or scopes), None)
