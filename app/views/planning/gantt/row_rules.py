"""What a drag means where rows are not machines: who works and which copies hang is the plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.messages import Message, message
from app.views.planning.gantt.model import Arrangement, Rows

if TYPE_CHECKING:
    from app.services.planning.rows import MovedBar
    from app.views.planning.gantt.painter import Frame
    from app.views.planning.gantt.row_layout import Band

_REASONS = {
    Arrangement.PEOPLE: message("planning.people_by_plan"),
    Arrangement.MOULDS: message("planning.moulds_by_plan"),
}


def foreign_row(rows: Rows, bar: int, row: int) -> Message | None:
    """Why a bar cannot be dropped in a row of other people or another mould; None if it can."""
    reason = _REASONS.get(rows.arrangement)
    if reason is None or row < 0:
        return None
    own = {rows.tracks.row_at(position)[0] for position in rows.tracks.positions(bar).tolist()}
    return None if row in own else reason


def places_after(frame: Frame, bar: int, change: MovedBar) -> list[tuple[Band, int]]:
    """Bands and sub-lanes in which a moved bar is drawn: those of its new machine, people, moulds.

    Empty while all of them are folded away.
    """
    rows = frame.rows
    old = frame.place(bar)
    if rows.arrangement is Arrangement.ORDERS:
        return [old] if old is not None else []
    if rows.arrangement is Arrangement.MOULDS:
        wanted = [rows.lane_of_copy[copy] for copy in change.tool_ids if copy in rows.lane_of_copy]
    else:
        keys = [change.machine_id]
        if rows.arrangement is Arrangement.PEOPLE:
            keys = list(dict.fromkeys(one[0] for one in change.crew))
        wanted = [(rows.row_of[key], 0) for key in keys if key in rows.row_of]
    found = []
    for row, lane in wanted:
        band = frame.layout.band_of(row)
        if band is not None:
            same = old is not None and old[0].row == row and not rows.lane_of_copy
            found.append((band, old[1] if same and old is not None else lane))
    return found
