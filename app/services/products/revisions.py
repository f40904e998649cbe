"""Edits of whole revisions and of the order of lines, for bills of material and routings alike.

Pure: rows of the sheet in (``BOM`` or ``Routings``, all of one revision), an edit out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.masters.edits import ChangeRows, RowChange, Values, retire
from app.services.masters.together import ChangeTogether

_DATES = ("effective_from", "effective_to")


def owner_name(rows: Sequence[Values]) -> str:
    """Code of the item, or name of the family, that the rows are about."""
    first = rows[0]
    return str(first.get("parent_code") or first.get("item_code") or first.get("family", ""))


def revision_name(rows: Sequence[Values]) -> str:
    return str(rows[0].get("revision", "A"))


def next_revision(names: Sequence[str]) -> str:
    """The name after the last one: ``A`` → ``B``, ``Z`` → ``AA``, ``V1.9`` → ``V1.10``.

    >>> next_revision(["A", "B"]), next_revision(["Z"]), next_revision(["V9"])
    ('C', 'AA', 'V10')
    """
    taken = {name.casefold() for name in names}
    name = max(names, key=lambda each: (len(each), each), default="")
    while not name or name.casefold() in taken:
        name = _after(name)
    return name


def _after(name: str) -> str:
    if not name:
        return "A"
    number = re.search(r"\d+$", name)
    if number is not None:
        return name[: number.start()] + str(int(number[0]) + 1).zfill(len(number[0]))
    head, last = name[:-1], name[-1]
    if last in "Zz":
        grown = _after(head) if head else ("A" if last == "Z" else "a")
        return grown + ("A" if last == "Z" else "a")
    if last.isascii() and last.isalpha():
        return head + chr(ord(last) + 1)
    return name + "-2"


def copy_revision(
    key: str, rows: Sequence[Values], to: str, start: date | None, *, close: bool
) -> ChangeTogether:
    """The same lines as revision ``to``, in force from ``start``; ``close``: the old one ends the
    day before. Errors: ``RuleBroken`` if it would then end before it begins, or without a name."""
    if not to.strip():
        raise RuleBroken(message("products.revision_without_name"))
    if close and start is None:
        raise RuleBroken(message("products.start_needed"))
    copies = [
        {name: value for name, value in row.items() if name not in ("action", *_DATES)}
        | {"revision": to.strip()} | ({"effective_from": start} if start else {})
        for row in rows
    ]  # fmt: skip
    changes = [RowChange(None, copy) for copy in copies]
    if close and start is not None:
        changes += _end_before(rows, start)
    label = message(
        "products.label_copy_revision", owner=owner_name(rows), revision=revision_name(rows),
        to=to.strip(),
    )  # fmt: skip
    return ChangeTogether(label, (ChangeRows(key, tuple(changes)),))


def _end_before(rows: Sequence[Values], start: date) -> list[RowChange]:
    """Closes a revision, unless it ends before ``start`` anyway. Its dates stand on every row."""
    row = rows[0]
    begin, end = (row.get(name) for name in _DATES)
    last = start - timedelta(days=1)
    if end is not None and end <= last:
        return []
    _check_order(begin, last, revision_name(rows))
    return [RowChange(row, {**row, "effective_to": last})]


def set_dates(
    key: str, rows: Sequence[Values], start: date | None, end: date | None
) -> ChangeTogether:
    """When a revision is in force. Errors: ``RuleBroken`` if it ends before it begins."""
    _check_order(start, end, revision_name(rows))
    row = rows[0]
    after = {**row, "effective_from": start, "effective_to": end}
    return ChangeTogether(
        message("products.label_dates", owner=owner_name(rows), revision=revision_name(rows)),
        (ChangeRows(key, (RowChange(row, after),)),),
    )


def _check_order(start: date | None, end: date | None, revision: str) -> None:
    if start is not None and end is not None and end < start:
        raise RuleBroken(
            message("products.ends_before_start", revision=revision, start=start, end=end)
        )


def retire_revision(key: str, rows: Sequence[Values], *, again: bool = False) -> ChangeTogether:
    """No longer use a revision (or use it again); its lines stay."""
    code = "products.label_revision_again" if again else "products.label_revision_retired"
    label = message(code, owner=owner_name(rows), revision=revision_name(rows))
    return ChangeTogether(label, (retire(key, rows[0], again=again),))


def remove_revision(key: str, rows: Sequence[Values]) -> ChangeTogether:
    """Take a revision away with all its lines."""
    label = message(
        "products.label_revision_removed", owner=owner_name(rows), revision=revision_name(rows)
    )
    return ChangeTogether(label, (ChangeRows(key, tuple(RowChange(row, None) for row in rows)),))


# ---------------------------------------------------------------- lines of a bill of material


def line_after(head: Values, rows: Sequence[Values], **values: Any) -> RowChange:
    """A new line at the end of a bill of material.

    ``head``: any row of it, or item and revision of a new one; ``rows``: its lines.
    """
    of = {name: head[name] for name in ("parent_code", "revision", *_DATES, "action")
          if name in head}  # fmt: skip
    number = max((int(row.get("line_no", 0)) for row in rows), default=0) + 1
    return RowChange(None, {**of, "line_no": number, **values})


def in_order(rows: Sequence[Values]) -> ChangeTogether | None:
    """Line numbers so that the lines stand in the order of ``rows``; None if they do."""
    numbers = sorted(int(row.get("line_no", 0)) for row in rows)
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(rows) + 1))
    changes = tuple(
        RowChange(row, {**row, "line_no": number})
        for row, number in zip(rows, numbers, strict=True)
        if row.get("line_no") != number
    )
    if not changes:
        return None
    label = message("products.label_order", owner=owner_name(rows), revision=revision_name(rows))
    return ChangeTogether(label, (ChangeRows("BOM", changes),))
