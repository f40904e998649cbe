"""Publishing without a window: ``publish``, ``published`` and ``notices``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.shared import Add, Say, Speaker, actor, open_database, utc, write_json
from app.core.format import moment
from app.core.messages import message

if TYPE_CHECKING:
    from app.models.database import Database
    from app.services.planning.publishing.notices import NoticeRow
    from app.services.planning.publishing.pictures import ChangedRow, Stand


def add_commands(add: Add) -> None:
    add_publish(add("publish", "make the working plan the one in force", _publish))
    add_published(
        add("published", "plans that were in force, or one as it was known then", _published)
    )
    add_notices(add("notices", "what a published plan changes for each team", _notices))


def _publish(options: argparse.Namespace, speaker: Speaker) -> int:
    code, content = publish(open_database(options), options, actor(), speaker.tell)
    write_json(options.json, content)
    return code


def _published(options: argparse.Namespace, speaker: Speaker) -> int:
    code, content = published(open_database(options), options, speaker.tell)
    write_json(options.json, content)
    return code


def _notices(options: argparse.Namespace, speaker: Speaker) -> int:
    code, content = notices(open_database(options), options, actor(), speaker.tell)
    write_json(options.json, content)
    return code


def add_publish(command: argparse.ArgumentParser) -> None:
    command.add_argument("--check", action="store_true", help="only list what would change")
    command.add_argument("--note", default="", help="for the history")
    command.add_argument(
        "--base", type=int, metavar="N", help="refuse unless plan N is the one in force (0 = none)"
    )
    arguments.add_json(command)


def add_published(command: argparse.ArgumentParser) -> None:
    command.add_argument("revision", nargs="?", type=int, metavar="N", help="show this one")
    arguments.add_json(command)


def add_notices(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    made = verbs.add_parser("list", help="of all teams, those that wait first")
    made.add_argument("--unread", action="store_true")
    arguments.add_json(made)
    made = verbs.add_parser("sign", help="the leader has read it")
    made.add_argument("notice", type=int, metavar="ID")
    made.add_argument("--as", dest="signed_by", metavar="NAME", help="default: who is logged in")
    arguments.add_json(made)
    made = verbs.add_parser("print", help="those of the newest plan, or some, as PDF")
    made.add_argument("notices", nargs="*", type=int, metavar="ID")
    made.add_argument("--out", type=Path, default=Path("output"), metavar="DIR")
    made.add_argument("--paper", choices=("a4", "letter"), default="a4")
    arguments.add_json(made)


def publish(
    database: Database, options: argparse.Namespace, actor: str, say: Say
) -> tuple[int, Any]:
    """Says what changes by team; the exit code and the JSON."""
    from dataclasses import replace

    from app.services.edit import apply_edit
    from app.services.planning.publishing.history import publish_state
    from app.services.planning.publishing.publish import checked_publish

    state = publish_state(database)
    for team, rows in state.teams.items():
        say(message("cli.publish_team", team=team, count=len(rows)))
    edit = state.edit(options.note)
    if options.base is not None:
        edit = replace(edit, base=options.base)
    if not options.check:
        apply_edit(database, checked_publish(database, edit), actor)
    code = "cli.publish_checked" if options.check else "cli.publish_done"
    say(message(code, revision=state.revision + 1, count=len(state.changes)))
    return 0, {
        "revision": state.revision + (0 if options.check else 1),
        "published": not options.check,
        "unplaced": state.unplaced,
        "teams": {team: [_changed(row) for row in rows] for team, rows in state.teams.items()},
    }


def published(database: Database, options: argparse.Namespace, say: Say) -> tuple[int, Any]:
    """The history, or one plan as it was known then."""
    from app.services.planning.publishing.history import published_rows, published_view
    from app.services.site import site

    zone = ZoneInfo(site(database).time_zone)
    if options.revision is not None:
        view = published_view(database, options.revision)
        say(message("cli.published_one", revision=options.revision, count=len(view.placements),
                    unplaced=len(view.unplaced)))  # fmt: skip
        return 0, {
            "revision": view.plan.revision,
            "published_at": utc(view.plan.created_at),
            "published_by": view.plan.created_by,
            "placements": [
                {
                    "order": row.order_number,
                    "operation": row.step_no,
                    "item": row.item_code,
                    "quantity": format(row.quantity, "f"),
                    "machine": row.machine_code,
                    "start": utc(row.start),
                    "end": utc(row.end),
                    "due": None if row.due is None else utc(row.due),
                }
                for row in view.placements
            ],
        }
    rows = published_rows(database)
    for row in rows:
        at = moment(row.published_at.astimezone(zone), options.language)
        say(message("cli.published_row", revision=row.revision, at=at, by=row.published_by,
                    late=round(row.figures.get("late_orders", 0)), signed=row.signed,
                    notices=row.notices, note=row.note))  # fmt: skip
    if not rows:
        say(message("cli.nothing_published"))
    return 0, [
        {
            "revision": row.revision,
            "published_at": utc(row.published_at),
            "published_by": row.published_by,
            "policy": row.policy,
            "note": row.note,
            "figures": dict(row.figures),
            "notices": row.notices,
            "signed": row.signed,
        }
        for row in rows
    ]


def notices(
    database: Database, options: argparse.Namespace, actor: str, say: Say
) -> tuple[int, Any]:
    """The change notices, or one signed. Exit code 1 if any is escalated."""
    from app.services.edit import apply_edit
    from app.services.planning.publishing.notices import SignNotice, notice_rows

    if options.verb == "print":
        return _print(database, options, actor, say)
    rows = notice_rows(database, unread=options.verb == "list" and options.unread)
    if options.verb == "sign":
        team = next((row.team for row in rows if row.id == options.notice), "")
        name = options.signed_by or actor
        apply_edit(database, SignNotice(options.notice, team, name), actor)
        say(message("cli.notice_signed", team=team, by=name))
        return 0, {"notice": options.notice, "team": team, "signed_by": name}
    for row in rows:
        _tell(row, say)
    if not rows:
        say(message("cli.no_notice"))
    return int(any(row.escalated for row in rows)), [_notice(row) for row in rows]


def _print(
    database: Database, options: argparse.Namespace, actor: str, say: Say
) -> tuple[int, Any]:
    from app.core.errors import NotFound
    from app.reports.change_notice import change_notice_pdf
    from app.services.planning.publishing.notices import notice_sheets

    sheets = notice_sheets(database, actor, options.notices or None)
    if not sheets:
        raise NotFound(message("cli.no_notice"))
    paper = {"a4": "A4", "letter": "Letter"}[options.paper]
    data, pages = change_notice_pdf(sheets, options.language, paper)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "notices.pdf"
    path.write_bytes(data)
    say(message("cli.sheet_written", file=str(path), pages=pages))
    return 0, {"file": str(path), "notices": len(sheets), "pages": pages}


def _tell(row: NoticeRow, say: Say) -> None:
    code = "cli.notice_escalated" if row.escalated else "cli.notice_unread"
    if not row.unread:
        code = "cli.notice_read"
    say(message(code, notice=row.id, team=row.team, revision=row.revision, count=len(row.rows),
                by=row.read_by))  # fmt: skip


def _notice(row: NoticeRow) -> dict[str, Any]:
    return {
        "notice": row.id,
        "revision": row.revision,
        "team": row.team,
        "published_at": utc(row.published_at),
        "signed_by": row.read_by or None,
        "signed_at": None if row.read_at is None else utc(row.read_at),
        "escalated": row.escalated,
        "rows": [_changed(each) for each in row.rows],
    }


def _changed(row: ChangedRow) -> dict[str, Any]:
    return {
        "order": row.order,
        "operation": row.step,
        "name": row.name,
        "item": row.item,
        "quantity": format(row.quantity, "f"),
        "what": row.what,
        "was": _stand(row.was),
        "is": _stand(row.now),
    }


def _stand(stand: Stand | None) -> dict[str, Any] | None:
    if stand is None:
        return None
    return {"machine": stand.machine, "start": utc(stand.start), "end": utc(stand.end)}
