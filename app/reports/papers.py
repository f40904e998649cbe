"""The list of reports: what can be printed, one place for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.messages import Message, message


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a paper; each takes what concerns it.

    ``leaves``: the paper goes out (printed or saved), so that its print is counted; a preview is
    not. ``now``: aware moment of planning, None = the site's. ``orders``: ids. Inspection sheets:
    only those of these ``operations`` (ids) and ``kinds`` (FAI, FQC …), None = all; ``purchases``:
    lines of purchase orders, None = no incoming goods, empty = all that are open. Papers of a
    shift: ``shift_date`` None = the production day of now; ``shifts`` by name and ``machines`` by
    id, None = all; ``by_shift``: shift by shift, else work centre by work centre. The chart:
    ``rows`` of ``gantt_lines.ROWS``, ``days`` from ``first_day`` on (None = the production day of
    now), so many ``days_per_page``; ``machines`` as above.
    """

    actor: str
    language: str = "zh"
    size: str = "A4"
    leaves: bool = True
    now: datetime | None = None
    orders: tuple[int, ...] = ()
    pieces_per_card: int | None = None
    operations: tuple[int, ...] | None = None
    kinds: tuple[str, ...] | None = None
    purchases: tuple[str, ...] | None = None
    shift_date: date | None = None
    shifts: tuple[str, ...] | None = None
    machines: tuple[int, ...] | None = None
    by_shift: bool = False
    rows: str = "machines"
    first_day: date | None = None
    days: int = 6
    days_per_page: int = 3
    scenarios: tuple[str, ...] = ()
    notices: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, the sheets (cards, lists) in it, and its pages."""

    data: bytes
    sheets: int
    pages: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of sheet. ``key`` names it on the command line and its file; first size = usual.

    ``make(database, wanted)`` gives no sheet at all as ``sheets == 0`` and empty data.
    """

    key: str
    title: Message
    sizes: tuple[str, ...]
    make: Callable[[Any, Wanted], Printed]


NOTHING = Printed(b"", 0, 0)


def _travelers(database: Any, wanted: Wanted) -> Printed:
    from app.reports.travelers import traveler_pdf
    from app.services.orders.travelers import traveler_rows

    rows = traveler_rows(
        database,
        wanted.orders,
        actor=wanted.actor,
        now=wanted.now,
        register=wanted.leaves,
        pieces_per_card=wanted.pieces_per_card,
    )
    return _printed(rows, traveler_pdf, wanted)


def _inspection(database: Any, wanted: Wanted) -> Printed:
    from app.reports.inspection_sheet import inspection_pdf
    from app.services.quality.inspections import incoming_rows, inspection_rows

    rows = inspection_rows(
        database,
        wanted.orders,
        actor=wanted.actor,
        now=wanted.now,
        kinds=wanted.kinds,
        operation_ids=wanted.operations,
    )
    if wanted.purchases is not None:
        rows += incoming_rows(
            database, wanted.purchases or None, actor=wanted.actor, now=wanted.now
        )
    return _printed(rows, inspection_pdf, wanted)


TRAVELERS = Paper("travelers", message("reports.travelers"), ("A4", "A5x2", "Letter"), _travelers)


def _asked(wanted: Wanted) -> Any:
    from app.services.planning.dispatch import Asked

    return Asked(wanted.shift_date, wanted.shifts, wanted.machines)


def _dispatch(database: Any, wanted: Wanted) -> Printed:
    from app.reports.dispatch_list import dispatch_pdf
    from app.services.planning.dispatch import dispatch_lists

    lists = dispatch_lists(
        database, _asked(wanted), actor=wanted.actor, now=wanted.now, by_shift=wanted.by_shift
    )
    return _printed(lists, dispatch_pdf, wanted)


def _moulds(database: Any, wanted: Wanted) -> Printed:
    from app.reports.mould_list import mould_list_pdf
    from app.services.planning.mould_changes import mould_lists

    lists = mould_lists(
        database, _asked(wanted), actor=wanted.actor, now=wanted.now, by_shift=wanted.by_shift
    )
    return _printed(lists, mould_list_pdf, wanted)


def _mixes(database: Any, wanted: Wanted) -> Printed:
    from app.reports.mix_ticket import mix_ticket_pdf
    from app.services.planning.mixes import mix_tickets

    tickets = mix_tickets(
        database, _asked(wanted), actor=wanted.actor, now=wanted.now, by_shift=wanted.by_shift
    )
    return _printed(tickets, mix_ticket_pdf, wanted)


def _printed(
    rows: Sequence[Any], make: Callable[..., tuple[bytes, int]], wanted: Wanted
) -> Printed:
    if not rows:
        return NOTHING
    data, pages = make(rows, wanted.language, wanted.size)
    return Printed(data, len(rows), pages)


INSPECTION = Paper(
    "inspection", message("reports.inspection_sheets"), ("A4", "Letter"), _inspection
)


def _gantt(database: Any, wanted: Wanted) -> Printed:
    from app.reports.gantt_paper import gantt_print

    data, lines, pages = gantt_print(database, wanted)
    return Printed(data, lines, pages) if lines else NOTHING


def _decision(database: Any, wanted: Wanted) -> Printed:
    from app.reports.decision_sheet import decision_sheet_pdf
    from app.services.planning.scenarios.decision import decision_rows

    rows = decision_rows(database, wanted.scenarios, wanted.actor)
    data, pages = decision_sheet_pdf(rows, wanted.language, wanted.size)
    return Printed(data, 1, pages)


def _notices(database: Any, wanted: Wanted) -> Printed:
    from app.reports.change_notice import change_notice_pdf
    from app.services.planning.publishing.notices import notice_sheets

    sheets = notice_sheets(database, wanted.actor, wanted.notices)
    return _printed(sheets, change_notice_pdf, wanted)


NOTICES = Paper("notices", message("reports.change_notice"), ("A4", "Letter"), _notices)
"""Of published plans; printed from the Publish page and ``notices print``."""
DECISION = Paper("decision", message("reports.decision_sheet"), ("A4", "Letter"), _decision)
"""Of scenarios, the proposed one first; printed from the What-if page and ``scenario print``."""
GANTT = Paper("gantt", message("reports.gantt"), ("A3", "A4"), _gantt)
DISPATCH = Paper("dispatch", message("reports.dispatch_lists"), ("A4", "Letter"), _dispatch)
MOULDS = Paper("moulds", message("reports.mould_lists"), ("A4", "Letter"), _moulds)
MIXES = Paper("mixes", message("reports.mix_tickets"), ("A4", "Letter"), _mixes)

PAPERS: tuple[Paper, ...] = (TRAVELERS, INSPECTION, DISPATCH, MOULDS, MIXES, GANTT)


def by_key(key: str) -> Paper:
    """The paper of that key. KeyError for another (a bug)."""
    return {paper.key: paper for paper in PAPERS}[key]
