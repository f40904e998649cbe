"""What-if without a window: ``scenario list | new | add | solve | compare | adopt …``."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.plan import POLICIES, in_zone
from app.cli.shared import Add, Say, Speaker, actor, now_of, open_database, write_json
from app.core.format import Minutes, moment
from app.core.messages import message

if TYPE_CHECKING:
    from app.models.database import Database
    from app.services.planning.scenarios.kinds import Step
    from app.services.planning.scenarios.rows import ScenarioRow


def add_commands(add: Add) -> None:
    add_arguments(add("scenario", "what-if: make, solve, compare and adopt scenarios", _scenario))


def _scenario(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    now = now_of(options, database) if "now" in options else None
    code, content = run(database, options, now, actor(), speaker.tell)
    write_json(options.json, content)
    return code


def add_arguments(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, text: str, *, named: bool = True) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text)
        if named:
            made.add_argument("name", metavar="NAME", help="of the scenario")
        arguments.add_json(made)
        return made

    verb("list", "all scenarios with what they came to", named=False)
    made = verb("new", "begin one: an empty list of edits on the working plan")
    made.add_argument("--like", metavar="NAME", help="with the edits of another one")
    verb("show", "its edits, and order by order what it came to")
    made = verbs.add_parser("add", help="add one edit")
    made.add_argument("name", metavar="NAME", help="of the scenario")
    _add_step(made)
    made = verb("remove", "take one edit out")
    made.add_argument("edit", type=int, metavar="N", help="number of the edit")
    verb("delete", "throw it away")
    made = verbs.add_parser("solve", help="solve one or several, unattended")
    made.add_argument("names", nargs="*", metavar="NAME", help="none = all")
    made.add_argument("--side-by-side", type=int, metavar="N", help="on N processes at once")
    made.add_argument("--cluster", metavar="ADDRESS", help="on the Dask scheduler at ADDRESS")
    _add_search(made)
    arguments.add_json(made)
    arguments.add_now(made)
    made = verbs.add_parser("compare", help="figures side by side, the best marked")
    made.add_argument("names", nargs="*", metavar="NAME", help="none = all that are solved")
    arguments.add_json(made)
    made = verb("adopt", "make its edits and its plan real")
    made.add_argument("--edit", type=int, action="append", default=[], metavar="N",
                      help="only this edit, with a plan of its own; may be repeated")  # fmt: skip
    _add_search(made)
    arguments.add_now(made)
    made = verb("rebase", "put it on the plan in force; lists what no longer fits")
    for choice in ("renew", "drop"):
        made.add_argument(f"--{choice}", type=int, action="append", default=[], metavar="N")
    made = verb("describe", "who pays, what you recommend, another name")
    made.add_argument("--payer")
    made.add_argument("--recommendation")
    made.add_argument("--rename", metavar="NAME")
    made = verb("print", "the decision sheet as PDF")
    made.add_argument("--out", type=Path, default=Path("output"), metavar="DIR")
    made.add_argument("--paper", choices=("a4", "letter"), default="a4")
    made.add_argument("--with", dest="others", action="append", default=[], metavar="NAME",
                      help="another scenario beside it; may be repeated")  # fmt: skip


def _add_search(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seconds", type=float, default=10.0, help="time to improve each plan")
    command.add_argument("--policy", choices=POLICIES, default="on_time")
    command.add_argument("--seed", type=int, default=0)


def _add_step(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(dest="kind", required=True, metavar="KIND")

    def kind(name: str, text: str) -> argparse.ArgumentParser:
        made = kinds.add_parser(name, help=text)
        arguments.add_json(made)
        return made

    made = kind("rush", "a rush order that is not there yet")
    made.add_argument("item", metavar="ITEM")
    made.add_argument("quantity", type=_quantity, metavar="QUANTITY")
    made.add_argument("wanted", type=arguments.moment, metavar="ISO")
    made.add_argument("--customer", default="")
    made.add_argument("--unit", default="")
    made.add_argument("--priority", type=int, default=1)
    made.add_argument("--number", default="", help="default: of the series, when it is adopted")
    made.add_argument("--asked-by", default="")
    made.add_argument("--approved-by", default="")
    made = kind("down", "a machine stands")
    made.add_argument("machine", metavar="MACHINE")
    made.add_argument("start", type=arguments.moment, metavar="FROM")
    made.add_argument("end", type=arguments.moment, metavar="TO")
    made.add_argument("--reason", default="")
    made = kind("open", "overtime or an extra shift")
    made.add_argument(
        "scopes", metavar="SCOPE,…", help="calendars, machines, centres, people, teams"
    )
    made.add_argument("day", type=arguments.day, metavar="DAY")
    made.add_argument("hours", type=_hours, metavar="HH:MM-HH:MM")
    made.add_argument("--until", type=arguments.day, metavar="DAY", help="each day up to this one")
    made.add_argument("--extra-shift", action="store_true", help="a shift at no extra rate")
    made.add_argument("--cost-per-hour", type=_quantity, default=Decimal(0))
    made = kind("absence", "a person is away")
    made.add_argument("person", metavar="BADGE")
    made.add_argument("first", type=arguments.day, metavar="FROM")
    made.add_argument("last", type=arguments.day, metavar="TO")
    made.add_argument("--reason", default="")
    made = kind("late", "a purchase arrives on another day")
    made.add_argument("line", metavar="ORDER-LINE")
    made.add_argument("after", type=arguments.day, metavar="DAY")
    for name, text, kind_of, of in (
        ("date", "an order is wanted at another time", arguments.moment, "ISO"),
        ("priority", "an order is more or less urgent", int, "1…9"),
        ("quantity", "more or fewer of an order", _quantity, "QUANTITY"),
    ):
        made = kind(name, text)
        made.add_argument("order", metavar="ORDER")
        made.add_argument("after", type=kind_of, metavar=of)
    made = kind("stands", "an operation stands on a machine, begins at a time, or both")
    made.add_argument("order", metavar="ORDER")
    made.add_argument("step", type=int, metavar="STEP")
    made.add_argument("--machine", default="", metavar="MACHINE")
    made.add_argument("--start", type=arguments.moment, metavar="ISO")
    made = kind("cut", "an operation that runs ends earlier, its rest is planned like other work")
    made.add_argument("order", metavar="ORDER")
    made.add_argument("step", type=int, metavar="STEP")
    made.add_argument("--after", type=_quantity, default=Decimal(0), metavar="QUANTITY",
                      help="of all that it makes; default: at the next boundary")  # fmt: skip


def _quantity(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no quantity") from None
    if not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no quantity")
    return value


def _hours(text: str) -> tuple[int, int]:
    try:
        start, end = (
            60 * int(hour) + int(minute)
            for hour, minute in (part.split(":") for part in text.split("-"))
        )
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no stretch such as 18:00-22:00") from None
    if not (0 <= start < 1440 and 0 <= end <= 1440):
        raise argparse.ArgumentTypeError(f"{text!r} is no stretch of a day")
    return start, end


# ---------------------------------------------------------------- commands


def run(
    database: Database, options: argparse.Namespace, now: datetime | None, actor: str, say: Say
) -> tuple[int, Any]:
    """Runs one verb; the exit code and the JSON."""
    command = {
        "list": _list, "new": _new, "show": _show, "add": _add, "remove": _remove,
        "delete": _delete, "solve": _solve, "compare": _compare, "adopt": _adopt,
        "rebase": _rebase, "describe": _describe, "print": _print,
    }[options.verb]  # fmt: skip
    return command(database, options, now, actor, say)


def _list(*given: Any) -> tuple[int, Any]:
    database, options, _, _, say = given
    from app.services.planning.scenarios.queries import scenario_rows

    rows = scenario_rows(database)
    for row in rows:
        _tell(row, options, say)
    if not rows:
        say(message("cli.no_scenario"))
    return 0, [_json(row, options.language, orders=False) for row in rows]


def _tell(row: ScenarioRow, options: argparse.Namespace, say: Say) -> None:
    state = message("cli.scenario_unsolved")
    if row.result is not None:
        code = "cli.scenario_stale" if row.result.stale else "cli.scenario_solved"
        figures = row.result.figures
        state = message(code, late=round(figures["late_orders"]),
                        on_time=round(figures["on_time"], 1), moved=round(figures["moved"]),
                        policy=row.result.policy)  # fmt: skip
    behind = message("cli.scenario_behind") if row.behind else ""
    say(message("cli.scenario_row", name=row.name, owner=row.owner, edits=len(row.open_steps),
                state=state, behind=behind))  # fmt: skip


def _new(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.desk import copy_of
    from app.services.planning.scenarios.store import CreateScenario, ScenarioImage

    image = ScenarioImage(options.name, actor)
    if options.like:
        image = copy_of(database, options.like, options.name, actor)
    apply_edit(database, CreateScenario(image), actor)
    say(message("cli.scenario_made", name=options.name))
    return 0, {"name": options.name}


def _show(*given: Any) -> tuple[int, Any]:
    database, options, _, _, say = given
    from app.services.planning.scenarios.queries import scenario_row
    from app.services.site import site

    row = scenario_row(database, options.name)
    zone = ZoneInfo(site(database).time_zone)
    _tell(row, options, say)
    for step in row.steps:
        code = "cli.scenario_edit_done" if step.adopted else "cli.scenario_edit"
        say(message(code, seq=step.seq, sentence=step.sentence))
    for order in row.result.orders[:20] if row.result is not None else ():
        if order.difference:
            end = "–" if order.end is None else moment(order.end.astimezone(zone), "en")[5:]
            later = "cli.scenario_later" if order.difference > 0 else "cli.scenario_earlier"
            say(message(later, order=order.order, end=end, minutes=Minutes(abs(order.difference)),
                        cause=order.cause or "–"))  # fmt: skip
    return 0, _json(row, options.language)


def _add(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.desk import added

    edit = added(database, options.name, _step(database, options), actor)
    apply_edit(database, edit, actor)
    return _told(database, options, edit.seq, say)


def _told(database: Any, options: Any, seq: int, say: Say) -> tuple[int, Any]:
    from app.services.planning.scenarios.queries import scenario_row

    row = scenario_row(database, options.name)
    step = next(each for each in row.steps if each.seq == seq)
    say(message("cli.scenario_edit", seq=seq, sentence=step.sentence))
    return 0, {"edit": seq, "sentence": step.sentence.text(options.language)}


def _step(database: Database, options: argparse.Namespace) -> Step:
    from app.services.planning.scenarios import kinds

    def utc(at: datetime) -> datetime:
        found = in_zone(database, at)
        assert found is not None  # noqa: S101 - only None gives None
        return found.astimezone(UTC)

    given = options
    if given.kind == "rush":
        return kinds.InsertRush(
            given.item, given.quantity, utc(given.wanted), given.customer, given.unit,
            given.priority, given.number, given.asked_by, given.approved_by,
        )  # fmt: skip
    if given.kind == "down":
        return kinds.MachineDown(given.machine, utc(given.start), utc(given.end), given.reason)
    if given.kind == "open":
        scopes = tuple(code.strip() for code in given.scopes.split(",") if code.strip())
        return kinds.OpenTime(scopes, given.day, *given.hours, given.extra_shift,
                              given.cost_per_hour, given.until)  # fmt: skip
    if given.kind == "absence":
        return kinds.Absence(given.person, given.first, given.last, given.reason)
    if given.kind == "late":
        return kinds.LateMaterial(given.line, given.after)
    if given.kind == "date":
        return kinds.OtherDate(given.order, utc(given.after))
    if given.kind == "priority":
        return kinds.OtherPriority(given.order, given.after)
    if given.kind == "stands":
        start = None if given.start is None else utc(given.start)
        return kinds.StandsThere(given.order, given.step, given.machine, start)
    if given.kind == "cut":
        return kinds.CutRunning(given.order, given.step, given.after)
    return kinds.OtherQuantity(given.order, given.after)


def _remove(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.desk import removed

    apply_edit(database, removed(database, options.name, options.edit), actor)
    say(message("cli.scenario_edit_gone", seq=options.edit))
    return 0, {"edit": options.edit}


def _delete(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.desk import deleted

    apply_edit(database, deleted(database, options.name), actor)
    say(message("cli.scenario_gone", name=options.name))
    return 0, {"name": options.name}


def _solve(*given: Any) -> tuple[int, Any]:
    database, options, now, actor, say = given
    from app.services.planning.scenarios import sweep
    from app.services.planning.scenarios.queries import scenario_rows

    names = options.names or [row.name for row in scenario_rows(database)]
    search = {"policy": options.policy, "seconds": options.seconds, "seed": options.seed,
              "actor": actor, "now": now}  # fmt: skip
    if options.cluster or options.side_by_side:
        where = (
            sweep.cluster(options.cluster)
            if options.cluster
            else sweep.local_pool(options.side_by_side)
        )
        with where as executor:
            at_once = options.side_by_side or sweep.AT_ONCE
            found = sweep.solve_side_by_side(database, names, executor, at_once=at_once, **search)
    else:
        found = sweep.solve_in_turn(database, names, **search)
    for each in found:
        if each.answer is None:
            say(message("cli.scenario_refused", name=each.name, reason=each.refused))
        else:
            figures = each.answer.figures
            say(message("cli.scenario_done", name=each.name, late=round(figures["late_orders"]),
                        on_time=round(figures["on_time"], 1),
                        moved=round(figures["moved"])))  # fmt: skip
    content = [
        {
            "name": each.name,
            "status": None if each.answer is None else each.answer.solution.status.value,
            "figures": None if each.answer is None else dict(each.answer.figures),
            "refused": None if each.refused is None else each.refused.text(options.language),
        }
        for each in found
    ]
    return int(any(each.answer is None for each in found)), content


def _compare(*given: Any) -> tuple[int, Any]:
    database, options, _, _, say = given
    from app.services.planning.scenarios.outcome import number_of
    from app.services.planning.scenarios.queries import (
        comparison,
        scenario_row,
        scenario_rows,
        working_figures,
    )

    rows = [scenario_row(database, name) for name in options.names] or [
        row for row in scenario_rows(database) if row.result is not None
    ]
    columns = [working_figures(database), *(row.result and row.result.figures for row in rows)]
    names = [message("scenarios.working"), *(row.name for row in rows)]
    found = comparison(columns)
    say(message("cli.compare_head", names=names))
    for row in found:
        values = [
            f"{number_of(row.figure, value)}{' *' if place in row.best else ''}"
            for place, value in enumerate(row.values)
        ]
        say(message("cli.compare_row", figure=message(f"scenarios.figure_{row.figure.name}"),
                    values=" | ".join(values)))  # fmt: skip
    return 0, {
        "plans": [name if isinstance(name, str) else name.text(options.language) for name in names],
        "stale": [False, *(bool(row.result and row.result.stale) for row in rows)],
        "figures": [
            {"figure": row.figure.name, "values": list(row.values), "best": sorted(row.best)}
            for row in found
        ],
    }


def _adopt(*given: Any) -> tuple[int, Any]:
    database, options, now, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.adopting import adoption, adoption_of

    if options.edit:
        edit = adoption_of(database, options.name, options.edit, policy=options.policy,
                           seconds=options.seconds, seed=options.seed, actor=actor,
                           now=now)  # fmt: skip
    else:
        edit = adoption(database, options.name, actor)
    apply_edit(database, edit, actor)
    say(message("cli.scenario_adopted", name=options.name, edits=len(edit.seqs)))
    return 0, {"name": edit.name, "edits": list(edit.seqs), "placed": len(edit.after.spots)}


def _rebase(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.rebasing import Choice, rebase

    choices = dict.fromkeys(options.renew, Choice.RENEW) | dict.fromkeys(options.drop, Choice.DROP)
    found = rebase(database, options.name, actor, choices)
    for each in found.misfits:
        code = "cli.misfit_renewable" if each.can_renew else "cli.misfit"
        say(message(code, seq=each.refusal.seq, sentence=each.refusal.sentence,
                    reason=each.refusal.reason))  # fmt: skip
    if found.edit is None:
        say(message("cli.rebase_undecided"))
    else:
        apply_edit(database, found.edit, actor)
        say(message("cli.rebased", name=options.name, revision=found.published))
    return int(found.edit is None), {
        "base": found.base,
        "published": found.published,
        "rebased": found.edit is not None,
        "misfits": [
            {
                "edit": each.refusal.seq,
                "reason": each.refusal.reason.text(options.language),
                "can_renew": each.can_renew,
            }
            for each in found.misfits
        ],
    }


def _describe(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.services.edit import apply_edit
    from app.services.planning.scenarios.queries import scenario_row
    from app.services.planning.scenarios.store import About, DescribeScenario

    row = scenario_row(database, options.name)
    before = About(row.name, row.payer, row.recommendation)
    after = About(
        options.rename or row.name,
        row.payer if options.payer is None else options.payer,
        row.recommendation if options.recommendation is None else options.recommendation,
    )
    apply_edit(database, DescribeScenario(before, after), actor)
    say(message("cli.scenario_described", name=after.name))
    return 0, {"name": after.name, "payer": after.payer, "recommendation": after.recommendation}


def _print(*given: Any) -> tuple[int, Any]:
    database, options, _, actor, say = given
    from app.reports.decision_sheet import decision_sheet_pdf
    from app.services.planning.scenarios.decision import decision_rows

    rows = decision_rows(database, [options.name, *options.others], actor)
    paper = {"a4": "A4", "letter": "Letter"}[options.paper]
    data, pages = decision_sheet_pdf(rows, options.language, paper)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "decision.pdf"
    path.write_bytes(data)
    say(message("cli.sheet_written", file=str(path), pages=pages))
    return 0, {"file": str(path), "pages": pages}


# ---------------------------------------------------------------- JSON


def _json(row: ScenarioRow, language: str, *, orders: bool = True) -> dict[str, Any]:
    from app.services.planning.scenarios.stored_edits import as_json

    result = row.result
    found: dict[str, Any] = {
        "name": row.name,
        "owner": row.owner,
        "base_revision": row.base_revision,
        "behind": row.behind,
        "payer": row.payer,
        "recommendation": row.recommendation,
        "edits": [
            {
                "edit": each.seq,
                "kind": each.step.kind,
                "content": as_json(each.step),
                "sentence": each.sentence.text(language),
                "adopted": each.adopted,
            }
            for each in row.steps
        ],
        "result": None,
    }
    if result is not None:
        found["result"] = {
            "solved_at": _utc(result.solved_at),
            "solved_by": result.solved_by,
            "policy": result.policy,
            "seconds": result.seconds,
            "status": result.status,
            "stale": result.stale,
            "figures": dict(result.figures),
            "working_figures": dict(result.base_figures),
        }
        if orders:
            found["result"]["orders"] = [
                {
                    "order": each.order,
                    "item": each.item,
                    "due": _utc(each.due),
                    "was": _utc(each.base_end),
                    "is": _utc(each.end),
                    "difference_minutes": each.difference,
                    "late_minutes": each.late,
                    "cause": None if each.cause is None else each.cause.text(language),
                }
                for each in result.orders
            ]
    return found


def _utc(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
