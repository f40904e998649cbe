"""Which machines take a tool: the rule a planner types, against the plant's machines.

``50/100/130`` names values of a machine's attributes (tonnages), ``吨位=100`` one attribute,
``IM-01;IM-02`` machines, ``IM`` a work centre. Parts are alternatives; empty = every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.core.codes import code_key

_PARTS = re.compile(r"[/;,；，、\s]+")


def parts_of(rule: str) -> tuple[str, ...]:
    """The alternatives of a rule, comparable."""
    return tuple(key for part in _PARTS.split(rule) if (key := code_key(part)))


def takes(
    rule: tuple[str, ...], machine_key: str, work_centre_key: str, attributes: Mapping[str, object]
) -> bool:
    """Whether a machine satisfies a rule from ``parts_of``."""
    if not rule:
        return True
    marks = {machine_key, work_centre_key, *_marks(attributes)}
    return any(part in marks for part in rule)


def _marks(attributes: Mapping[str, object]) -> Iterable[str]:
    for name, value in attributes.items():
        text = code_key(str(value))
        yield text
        yield f"{code_key(name)}={text}"
