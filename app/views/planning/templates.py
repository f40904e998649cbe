"""Words of a person's own on bars and hover cards: text with placeholders such as ``{order}``.

A caption is alternatives from long to short with ``|`` between; a bar shows the first that fits. A
card is lines of text: the first is its title, what stands before a colon is the name of a line, and
a line whose placeholders are all empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.core.format import number, short_numbers
from app.views.context import AppContext

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(r"\s*([^::]{1,24})[::]\s*(.*)")
CARD_LINES = 9
CAPTION = "{order} · {item} · {quantity} | {item} · {quantity} | {order4}"
"""What bars say as long as nobody wishes otherwise."""

Value = Callable[["PlacementRow", AppContext], str]


def _minutes(row: PlacementRow) -> int:
    return round((row.start - row.setup_start).total_seconds() / 60)


VALUES: Mapping[str, Value] = {
    "order": lambda row, _: row.order_number,
    "order4": lambda row, _: short_numbers(row.order_number)[-1],
    "item": lambda row, _: row.item_code,
    "name": lambda row, _: row.item_name,
    "customer": lambda row, _: row.customer,
    "quantity": lambda row, _: f"{number(row.quantity)} {row.unit}".strip(),
    "operation": lambda row, _: f"{row.step_no} {row.step_name}".strip(),
    "machine": lambda row, _: row.machine_code,
    "setup": lambda row, context: context.duration_text(_minutes(row)) if _minutes(row) else "",
    "start": lambda row, context: context.moment_text(row.start),
    "end": lambda row, context: context.moment_text(row.end),
    "finishes": lambda row, context: context.moment_text(row.order_end),
    "due": lambda row, context: context.moment_text(row.due),
    "late": lambda row, context: (
        context.duration_text(row.late_minutes) if row.late_minutes else ""
    ),
    "tools": lambda row, _: ", ".join(row.tools),
    "people": lambda row, _: ", ".join(row.operators),
    "done": lambda row, _: f"{row.progress:.0%}" if row.progress else "",
    "priority": lambda row, _: str(row.priority),
    "family": lambda row, _: row.family,
}


def unknown(template: str) -> list[str]:
    """Placeholders that mean nothing."""
    return [name for name in _PLACEHOLDER.findall(template) if name.strip() not in VALUES]


def rendered(template: str, row: PlacementRow, context: AppContext) -> str:
    """The text; unknown placeholders stay as they are."""

    def value(found: re.Match[str]) -> str:
        of = VALUES.get(found[1].strip())
        return found[0] if of is None else of(row, context)

    return _PLACEHOLDER.sub(value, template).strip()


def caption_of(template: str, context: AppContext) -> Callable[[PlacementRow], tuple[str, ...]]:
    """What a bar says, the longest first."""
    alternatives = [part for part in template.split("|") if part.strip()]

    def texts(row: PlacementRow) -> tuple[str, ...]:
        return tuple(rendered(part, row, context) for part in alternatives)

    return texts


def card_of(
    template: str, row: PlacementRow, context: AppContext
) -> tuple[str, list[tuple[str, str]]]:
    """Title and lines of a hover card."""
    title, *rest = template.strip().splitlines() or [""]
    lines = []
    for text in rest:
        names = [name.strip() for name in _PLACEHOLDER.findall(text) if name.strip() in VALUES]
        if names and not any(VALUES[name](row, context) for name in names):
            continue
        named = _NAMED.fullmatch(text)
        name, words = (named[1], named[2]) if named else ("", text)
        lines.append((name, rendered(words, row, context)))
    return rendered(title, row, context), lines[:CARD_LINES]
