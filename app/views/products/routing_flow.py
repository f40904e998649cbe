"""From the steps of a routing to its drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.views.products.flow_layout import Arrow
from app.views.products.flow_view import FlowHold, FlowLink, FlowStep, FlowView
from app.views.products.step_words import StepWords

ENDS = {"ES": "FS", "SS": "SS", "EE": "FF"}
"""Which kind of link a wait of these ends is shown on."""


def draw(
    flow: FlowView, rows: Sequence[Any], times: Mapping[int, Sequence[Any]], words: StepWords
) -> None:
    """Show the rows (``MasterRow`` of Routings, by number)."""
    from app.services.products.routing_edits import follows

    values = [row.values for row in rows]
    by_number = {int(each["step_no"]): each for each in values}
    steps = [_step(each, times.get(int(each["step_no"]), ()), words) for each in values]
    links = [
        FlowLink(
            Arrow(link.step_no, number, link.kind.value),
            _words(by_number.get(link.step_no), link, words),
        )
        for number, found in follows(values).items()
        for link in found
    ]
    holds = [
        FlowHold(int(each["step_no"]), int(each["tool_held_until_step"]),
                 ";".join(each.get("tool_type", ())))
        for each in values
        if each.get("tool_held_until_step") is not None
    ]  # fmt: skip
    flow.show_flow(steps, links, holds)


def _step(values: Mapping[str, Any], times: Sequence[Any], words: StepWords) -> FlowStep:
    star = "★ " if values.get("key_step") else ""
    outside = not values.get("work_centre") and not values.get("machines")
    edge = "accent"
    if not times:
        edge = "late"
    elif outside:
        edge = "watch"
    elif values.get("first_piece") or values.get("inspection_plan"):
        edge = "good"
    title = f"{star}{values['step_no']} {values.get('step_name', '')}"
    return FlowStep(
        int(values["step_no"]),
        title,
        words.place(values),
        words.time(times),
        title,
        edge,
        outside,
    )


def _words(before: Mapping[str, Any] | None, link: Any, words: StepWords) -> str:
    """The lag of a link and the wait of the step before; a wait between other ends names them."""
    ends = (before or {}).get("wait_from_to") or "ES"
    if before is not None and ENDS[ends] == link.kind.value:
        return words.short_wait(before, link.lag)
    lines = [words.short_wait({}, link.lag)]
    if before is not None and link.kind.value == "FS":
        lines.append(words.other_ends(before, ends))
    return "\n".join(line for line in lines if line)
