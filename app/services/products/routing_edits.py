"""Edits of a routing's steps: insert, duplicate, remove, change places, renumber; templates.

Pure: rows of the sheet Routings (all steps of one revision, by number) in, an edit out. What refers
to a step by its number follows in the same edit: predecessors, tools held, materials consumed,
inspection plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.step import Link, parse_links
from app.services.doctor import find_cycle
from app.services.masters.edits import ChangeRows, RowChange, Values
from app.services.masters.together import ChangeTogether
from app.services.products.revisions import owner_name, revision_name

GAP = 10
_HEAD = ("item_code", "family", "revision", "effective_from", "effective_to", "action")


@dataclass(frozen=True, slots=True)
class Followers:
    """Rows that name steps by number: lines of bills of material, inspection plans (one row of
    each). Empty where the routing is not the one in force."""

    lines: tuple[Values, ...] = ()
    plans: tuple[Values, ...] = ()


def links_of(row: Values) -> tuple[Link, ...] | None:
    """The predecessors a step names; None = the step before. RuleBroken if they cannot be read."""
    text = str(row.get("predecessors") or "")
    try:
        return parse_links(text)
    except ValueError as error:
        raise RuleBroken(
            message("products.bad_predecessors", step=row["step_no"], text=text)
        ) from error


def links_text(links: Sequence[Link] | None) -> str | None:
    """``10FS;20SS+30``; None for the step before."""
    if not links:
        return None
    return ";".join(
        f"{link.step_no}{link.kind.value}" + (f"+{link.lag}" if link.lag else "") for link in links
    )


def follows(rows: Sequence[Values]) -> dict[int, tuple[Link, ...]]:
    """Every step's links, with the step before where none are named. Steps whose text cannot be
    read have none."""
    found: dict[int, tuple[Link, ...]] = {}
    before: int | None = None
    for row in rows:
        number = int(row["step_no"])
        try:
            links = links_of(row)
        except RuleBroken:
            links = ()
        if links is None:
            links = (Link(before),) if before is not None else ()
        found[number] = links
        before = number
    return found


def check_links(rows: Sequence[Values]) -> None:
    """Errors: ``RuleBroken`` for a predecessor that is not there, or steps that wait for each
    other; names the step."""
    numbers = {int(row["step_no"]) for row in rows}
    for row in rows:
        for link in links_of(row) or ():
            if link.step_no not in numbers or link.step_no == row["step_no"]:
                raise RuleBroken(
                    message("products.no_such_step", step=row["step_no"], other=link.step_no)
                )
    links = follows(rows)
    cycle = find_cycle({step: [link.step_no for link in links[step]] for step in links})
    if cycle:
        path = " → ".join(str(step) for step in cycle[::-1])
        raise RuleBroken(message("products.steps_in_circle", steps=path))


# ---------------------------------------------------------------- one step more or less


def insert_step(
    rows: Sequence[Values], after: int | None, values: Values, followers: Followers
) -> tuple[ChangeTogether, int]:
    """A new step behind number ``after`` (None = before all), and its number.

    A step that names ``after`` as its predecessor and stands next follows the new one instead.
    Where no number is free between its neighbours, the steps behind are renumbered.
    """
    numbers = [int(row["step_no"]) for row in rows]
    place = 0 if after is None else numbers.index(after) + 1
    number, moved = _free_number(numbers, place)
    head = {name: rows[0][name] for name in _HEAD if name in rows[0]}
    new = {**head, **{k: v for k, v in values.items() if k not in _HEAD}, "step_no": number}
    new.pop("predecessors", None)
    new.pop("tool_held_until_step", None)
    wanted = [_renumbered(row, moved) for row in rows]
    if after is not None and place < len(rows):
        wanted[place] = _with_links(wanted[place], lambda link: _instead(link, after, number))
    label = message("products.label_insert_step", owner=owner_name(rows), step=number)
    edit = _together(label, rows, wanted, [new], _moved(followers, moved))
    return edit, number


def _free_number(numbers: Sequence[int], place: int) -> tuple[int, dict[int, int]]:
    """A number for a step at ``place``, and new numbers of the steps behind if they must move."""
    before = numbers[place - 1] if place else 0
    if place == len(numbers):
        return (before // GAP + 1) * GAP, {}
    after = numbers[place]
    if after - before > 1:
        half = (before + after) // 2
        fives = half // 5 * 5
        return (fives if before < fives < after else half), {}
    return before + GAP, {old: old + 2 * GAP for old in numbers[place:]}


def _instead(link: Link, old: int, new: int) -> Link:
    return Link(new, link.kind, link.lag) if link.step_no == old else link


def duplicate_step(
    rows: Sequence[Values], number: int, followers: Followers
) -> tuple[ChangeTogether, int]:
    """The same step once more, right behind itself."""
    source = next(row for row in rows if row["step_no"] == number)
    return insert_step(rows, number, source, followers)


def remove_step(rows: Sequence[Values], number: int, followers: Followers) -> ChangeTogether:
    """Without that step. Who followed it follows what it followed; what was consumed or inspected
    at it is so at the next step (the one before, if it was the last)."""
    numbers = [int(row["step_no"]) for row in rows]
    place = numbers.index(number)
    gone = rows[place]
    label = message("products.label_remove_step", owner=owner_name(rows), step=number)
    left = [row for row in rows if row is not gone]
    if not left:
        return ChangeTogether(label, (ChangeRows("Routings", (RowChange(gone, None),)),))
    before = links_of(gone)
    if before is None:
        before = (Link(numbers[place - 1]),) if place else ()
    neighbour = numbers[place + 1] if place + 1 < len(numbers) else numbers[place - 1]
    wanted = [_without(row, number, before, numbers) for row in left]
    moved = {number: neighbour}
    changes = (RowChange(gone, None), *_changes(left, wanted))
    return ChangeTogether(
        label, (ChangeRows("Routings", changes), *_moved(followers, moved))
    )  # fmt: skip


def _without(
    row: Values, number: int, before: Sequence[Link], numbers: Sequence[int]
) -> dict[str, Any]:
    """A row that names a step no more: its links go on to what the step followed."""
    after = dict(row)
    links = links_of(row)
    if links is not None:
        kept: list[Link] = []
        for link in links:
            instead = before if link.step_no == number else (link,)
            kept += [each for each in instead if each.step_no not in {k.step_no for k in kept}]
        first = not kept and numbers.index(int(row["step_no"])) > 0
        after["predecessors"] = None if first else links_text(kept)
    if row.get("tool_held_until_step") == number:
        earlier = [n for n in numbers if int(row["step_no"]) < n < number]
        after["tool_held_until_step"] = earlier[-1] if earlier else None
    return after


# ---------------------------------------------------------------- numbers


def move_step(
    rows: Sequence[Values], number: int, by: int, followers: Followers
) -> ChangeTogether | None:
    """The step changes places with its neighbour (``by`` -1 up, 1 down); None at the end.

    Errors: ``RuleBroken`` if it would come before a step that it names as its predecessor.
    """
    numbers = [int(row["step_no"]) for row in rows]
    place = numbers.index(number)
    there = place + by
    if not 0 <= there < len(numbers):
        return None
    upper, lower = rows[min(place, there)], rows[max(place, there)]
    if any(link.step_no == upper["step_no"] for link in links_of(lower) or ()):
        raise RuleBroken(
            message(
                "products.moves_before_predecessor",
                step=lower["step_no"],
                other=upper["step_no"],
            )
        )
    return renumber(rows, {number: numbers[there], numbers[there]: number}, followers)


def renumber_evenly(rows: Sequence[Values], followers: Followers) -> ChangeTogether | None:
    """10, 20, 30 …; None if they are so."""
    numbers = [int(row["step_no"]) for row in rows]
    wanted = {old: GAP * place for place, old in enumerate(numbers, 1)}
    if all(old == new for old, new in wanted.items()):
        return None
    return renumber(rows, wanted, followers)


def renumber(
    rows: Sequence[Values], numbers: Mapping[int, int], followers: Followers
) -> ChangeTogether:
    """Other numbers for some steps (old → new)."""
    wanted = [_renumbered(row, numbers) for row in rows]
    label = message("products.label_renumber", owner=owner_name(rows), revision=revision_name(rows))
    return _together(label, rows, wanted, [], _moved(followers, numbers))


def _renumbered(row: Values, numbers: Mapping[int, int]) -> dict[str, Any]:
    after = _with_links(
        row, lambda link: Link(numbers.get(link.step_no, link.step_no), link.kind, link.lag)
    )
    for name in ("step_no", "tool_held_until_step"):
        if row.get(name) in numbers:
            after[name] = numbers[row[name]]
    return after


def _with_links(row: Values, change: Callable[[Link], Link]) -> dict[str, Any]:
    """The row with its links changed; a text that says the same stays as it was typed."""
    links = links_of(row)
    changed = None if links is None else tuple(change(link) for link in links)
    if changed == links:
        return dict(row)
    return {**row, "predecessors": links_text(changed)}


def _moved(followers: Followers, numbers: Mapping[int, int]) -> tuple[ChangeRows, ...]:
    """Lines and inspection plans that name a renumbered step."""
    edits = []
    for key, column, rows in (
        ("BOM", "consumed_at_step", followers.lines),
        ("InspectionPlans", "step_no", followers.plans),
    ):
        changes = tuple(
            RowChange(row, {**row, column: numbers[row[column]]})
            for row in rows
            if row.get(column) in numbers and numbers[row[column]] != row[column]
        )
        if changes:
            edits.append(ChangeRows(key, changes))
    return tuple(edits)


def _together(
    label: Any, rows: Sequence[Values], wanted: Sequence[Values], new: Sequence[Values],
    others: tuple[ChangeRows, ...],
) -> ChangeTogether:  # fmt: skip
    changes = (*_changes(rows, wanted), *(RowChange(None, row) for row in new))
    return ChangeTogether(label, (ChangeRows("Routings", changes), *others))


def _changes(rows: Sequence[Values], wanted: Sequence[Values]) -> tuple[RowChange, ...]:
    pairs = zip(rows, wanted, strict=True)
    return tuple(RowChange(row, after) for row, after in pairs if dict(row) != dict(after))


# ---------------------------------------------------------------- templates


def own_from_template(rows: Sequence[Values], item: str) -> ChangeTogether:
    """The steps of a family's template as the routing of one of its items."""
    label = message("products.label_own_routing", item=item, family=owner_name(rows))
    return _copies(label, rows, {"item_code": item, "revision": "A"})


def as_template(rows: Sequence[Values], family: str, revision: str) -> ChangeTogether:
    """The steps of an item's routing as a template of its family."""
    label = message("products.label_template", item=owner_name(rows), family=family)
    return _copies(label, rows, {"family": family, "revision": revision})


def follow_template(revisions: Sequence[Sequence[Values]]) -> ChangeTogether:
    """Without a routing of its own (all its revisions) the item follows its family's template."""
    rows = [row for each in revisions for row in each]
    label = message("products.label_follow_template", item=owner_name(rows))
    changes = tuple(RowChange(row, None) for row in rows)
    return ChangeTogether(label, (ChangeRows("Routings", changes),))


def _copies(label: Any, rows: Sequence[Values], head: Mapping[str, Any]) -> ChangeTogether:
    changes = tuple(
        RowChange(None, {**{k: v for k, v in row.items() if k not in _HEAD}, **head})
        for row in rows
    )
    return ChangeTogether(label, (ChangeRows("Routings", changes),))
