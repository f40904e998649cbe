"""Who uses a record by its name: setup pairs write the names of attributes and groups, no keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.models.plant import Machine, SetupAttribute, SetupGroup, SetupPair

Found = list[tuple[str, list[int]]]
"""(table, ids) of the users."""


def users_by_name(session: Session, model: type[Any], record_id: int) -> Found:
    """Records that name this one; an empty list for kinds that nothing names."""
    find = _FINDERS.get(model)
    if find is None:
        return []
    record = session.get_one(model, record_id)
    return [(table, ids) for table, ids in find(session, record) if ids]


def _of_group(session: Session, group: SetupGroup) -> Found:
    attribute, name = code_key(group.attribute), code_key(group.name)
    ids = [
        pair.id
        for pair in _pairs(session, attribute)
        if name in (code_key(pair.from_value), code_key(pair.to_value))
    ]
    return [("setup_pair", ids)]


def _of_attribute(session: Session, attribute: SetupAttribute) -> Found:
    """Its pairs there; and its groups, if no other work centre has an attribute of that name."""
    name, centre = code_key(attribute.name), attribute.work_centre_id
    there = set(session.scalars(select(Machine.id).where(Machine.work_centre_id == centre)))
    pairs = [
        pair.id
        for pair in _pairs(session, name)
        if pair.work_centre_id == centre or pair.machine_id in there
    ]
    others = select(SetupAttribute.name).where(SetupAttribute.id != attribute.id)
    if name in {code_key(other) for other in session.scalars(others)}:
        return [("setup_pair", pairs)]
    groups = [
        group.id
        for group in session.scalars(select(SetupGroup).order_by(SetupGroup.id))
        if code_key(group.attribute) == name
    ]
    return [("setup_pair", pairs), ("setup_group", groups)]


def _pairs(session: Session, attribute: str) -> Iterable[SetupPair]:
    pairs = session.scalars(select(SetupPair).order_by(SetupPair.id))
    return [pair for pair in pairs if code_key(pair.attribute) == attribute]


_FINDERS: dict[type[Any], Callable[[Session, Any], Found]] = {
    SetupGroup: _of_group,
    SetupAttribute: _of_attribute,
}
