"""What may be wrong with a setup matrix: pairs nobody gave, rules that never apply, rivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.core.codes import code_key
from app.core.messages import Message, message
from app.services.planning.setup_rules import ANY, SAME
from app.services.plant.setup_cover import Flags, cover
from app.services.plant.setup_view import AttributeMatrix, SetupSheet

MOST_EXAMPLES = 3
MOST_PLACES = 1000


@dataclass(frozen=True, slots=True)
class SetupFinding:
    """``places``: (from, to) of the pairs it is about, the first thousand at most. ``code``:
    message code without the area."""

    code: str
    text: Message
    places: tuple[tuple[str, str], ...]


def check_attribute(sheet: SetupSheet, attribute: AttributeMatrix) -> tuple[SetupFinding, ...]:
    """Everything worth a look, the gravest first."""
    covered = cover(attribute)
    found = [
        _missing(attribute, covered.undecided),
        _rivals(attribute, covered.rivals),
        _never_used(attribute),
        _unknown_values(attribute),
        _no_effect_on_cumulative(sheet),
    ]
    return tuple(each for each in found if each is not None)


def _missing(attribute: AttributeMatrix, undecided: Flags) -> SetupFinding | None:
    """Changes between made values for which only the attribute's default holds."""
    made = np.array([bool(value.items or value.machines) for value in attribute.values], dtype=bool)
    marked = undecided & made[:, None] & made[None, :]
    count = int(marked.sum())
    if not count:
        return None
    places = _places(attribute, marked)
    default = attribute.default
    code = "missing_forbidden" if default is None else "missing"
    minutes = 0 if default is None else default.minutes
    return SetupFinding(
        code,
        message(f"setups.{code}", count=count, minutes=minutes, pairs=_examples(places)),
        places,
    )


def _rivals(attribute: AttributeMatrix, marked: Flags) -> SetupFinding | None:
    """Pairs for which two rules fit equally well and say different things."""
    count = int(marked.sum())
    if not count:
        return None
    places = _places(attribute, marked)
    text = message("setups.rivals", count=count, pairs=_examples(places))
    return SetupFinding("rivals", text, places)


def _places(attribute: AttributeMatrix, marked: Flags) -> tuple[tuple[str, str], ...]:
    texts = [value.text for value in attribute.values]
    flat = np.flatnonzero(marked)[:MOST_PLACES]
    return tuple((texts[n // len(texts)], texts[n % len(texts)]) for n in flat.tolist())


def _never_used(attribute: AttributeMatrix) -> SetupFinding | None:
    """``=`` stands for the same value again and means something under "to" only."""
    places = tuple(
        (str(row.values["from"]), str(row.values["to"]))
        for row in attribute.pairs.values()
        if row.values["from"] == SAME
    )
    if not places:
        return None
    return SetupFinding("same_as_from", message("setups.same_as_from", count=len(places)), places)


def _unknown_values(attribute: AttributeMatrix) -> SetupFinding | None:
    """Pairs with a value that no item and no machine has and no group lists."""
    known = {code_key(value.text) for value in attribute.values if value.items or value.machines}
    for group in attribute.groups:
        known |= {code_key(str(group.values["name"]))}
        known |= {code_key(str(member)) for member in group.values.get("members", ())}
    known |= {ANY, SAME}
    places = tuple(
        (str(row.values["from"]), str(row.values["to"]))
        for row in attribute.pairs.values()
        if {code_key(str(row.values["from"])), code_key(str(row.values["to"]))} - known
    )
    if not places:
        return None
    text = message("setups.unknown_values", count=len(places), pairs=_examples(places))
    return SetupFinding("unknown_values", text, places)


def _no_effect_on_cumulative(sheet: SetupSheet) -> SetupFinding | None:
    if not sheet.scope.cumulative:
        return None
    return SetupFinding("cumulative", message("setups.cumulative", code=sheet.scope.code), ())


def _examples(places: tuple[tuple[str, str], ...]) -> list[str]:
    shown = [f"{start} → {end}" for start, end in places[:MOST_EXAMPLES]]
    return shown + (["…"] if len(places) > MOST_EXAMPLES else [])
