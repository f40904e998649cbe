"""The program without a window: import, schedule, export, print, doctor, demo, template.

Exit code 0: done; 1: the world said no (the reason is printed); 2: wrong use. What costs time to
load is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app import __version__
from app.core.errors import AppError, RuleBroken
from app.core.format import number
from app.core.messages import LANGUAGES, Message, message

if TYPE_CHECKING:
    from app.models.database import Database

POLICY_NAMES = ("on_time", "throughput", "calm", "makespan")
SEVERITIES = ("error", "warning", "note")
PLANT_ZONE = ZoneInfo("Asia/Shanghai")
"""Zone of a ``--now`` without one when there is no plant yet to ask (the demo's)."""


@dataclass(frozen=True)
class Speaker:
    """Says sentences in the person's language on standard output and standard error."""

    language: str

    def say(self, code: str, **values: object) -> None:
        self.tell(message(f"cli.{code}", **values))

    def tell(self, text: Message, prefix: str = "") -> None:
        print(prefix + text.text(self.language))

    def complain(self, text: Message) -> None:
        print(text.text(self.language), file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    speaker = Speaker(options.language)
    run: Callable[[argparse.Namespace, Speaker], int] = options.run
    options.opened = []
    try:
        return run(options, speaker)
    except AppError as error:
        speaker.complain(error.message)
        return 1
    except BrokenPipeError:
        # Whoever read our output has enough of it; nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        name = error.filename or ""
        speaker.complain(message("cli.file_error", file=str(name), reason=error.strerror or ""))
        return 1
    finally:
        for database in options.opened:
            database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="taktline", description="Production orders and finite-capacity scheduling."
    )
    parser.add_argument("--version", action="version", version=f"Taktline {__version__}")
    parser.add_argument(
        "--database", metavar="URL", help="SQLAlchemy URL or SQLite file (default: your own file)"
    )
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of messages")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str, run: Any) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text)
        command.set_defaults(run=run)
        return command

    command = add("import", "bring workbooks in, all or nothing", _import)
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument(
        "--mapping", metavar="NAME_OR_FILE", help="for foreign spreadsheets: TOML file or saved one"
    )
    command.add_argument("--check", action="store_true", help="report only, write nothing")
    command.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="ID=CHOICE",
        help="answer to a question of an earlier report; may be repeated",
    )
    command.add_argument("--encoding", metavar="NAME", help="of text tables, such as gb18030")
    command.add_argument("--delimiter", metavar="SIGN", help="of text tables: , ; | or tab")
    command.add_argument("--decimal", choices=[".", ","], help="decimal sign of text tables")
    _add_now(command)
    _add_json(command)

    command = add("mappings", "list, show, save or delete saved mappings", _mappings)
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="names, file patterns, last use")
    verbs.add_parser("show", help="the TOML").add_argument("name", metavar="NAME")
    verb = verbs.add_parser("save", help="keep a mapping file")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--name", help="to save under; default: the file's name without endings")
    verbs.add_parser("delete", help="forget one").add_argument("name", metavar="NAME")

    command = add("imports", "list past imports, or take one back", _imports)
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="when, who, which files, what they brought")
    verb = verbs.add_parser("undo", help="put back what was there before")
    verb.add_argument("key", metavar="KEY", help="of the import, or how it begins")

    command = add("schedule", "plan all approved orders at finite capacity", _schedule)
    command.add_argument("--seconds", type=_seconds, default=10.0, help="time to improve the plan")
    command.add_argument("--policy", choices=POLICY_NAMES, default="on_time")
    command.add_argument("--seed", type=int, default=0)
    from app import cli_plan

    cli_plan.add_limits(command)
    _add_now(command)
    _add_json(command)

    for name, help_text, run, arguments in (
        ("why", "why an order or operation ends when it does", _why, cli_plan.add_why),
        ("risk", "how likely each order is to be on time", _risk, cli_plan.add_risk),
        ("update", "bring the working plan up to date", _update, cli_plan.add_update),
    ):
        command = add(name, help_text, run)
        arguments(command)
        _add_now(command)
        _add_json(command)

    from app import cli_promise

    command = add("promise", "whether an order can be promised, and for when", _promise)
    cli_promise.add_promise(command)
    _add_now(command)
    _add_json(command)

    from app import cli_publish, cli_scenarios

    command = add("scenario", "what-if: make, solve, compare and adopt scenarios", _scenario)
    cli_scenarios.add_arguments(command, _add_json, _add_now)
    command = add("publish", "make the working plan the one in force", _publish)
    cli_publish.add_publish(command, _add_json)
    command = add("published", "plans that were in force, or one as it was known then", _published)
    cli_publish.add_published(command, _add_json)
    command = add("notices", "what a published plan changes for each team", _notices)
    cli_publish.add_notices(command, _add_json)

    command = add("holds", "capacity held for quotes: list, release, confirm", _holds)
    cli_promise.add_holds(command)

    command = add("export", "write the whole plant as a workbook", _export)
    command.add_argument("file", type=Path, metavar="FILE")

    from app import cli_papers

    command = add("print", "print papers as PDF", _print)
    cli_papers.add_arguments(command)
    _add_now(command)

    command = add("doctor", "check the database and the stored plan", _doctor)
    _add_json(command)

    command = add(
        "health", "check the plant's data: what cannot be planned, or looks wrong", _health
    )
    command.add_argument("--severity", choices=SEVERITIES, default="note", help="from this on")
    _add_json(command)

    command = add("site", "show or change the site's settings", _site)
    command.add_argument("--name")
    command.add_argument("--time-zone", metavar="ZONE", help="IANA name, e.g. Europe/Berlin")
    command.add_argument(
        "--planning-date",
        type=_moment_or_clock,
        metavar="ISO|clock",
        help="fix the planning date, or follow the clock",
    )
    command.add_argument("--safety-days", type=_pieces_or_none, metavar="N")

    command = add("demo", "make the demo plant, schedule it, show it", _demo)
    command.add_argument("--out", type=Path, default=Path("output"), metavar="DIR")
    command.add_argument("--open", action="store_true", help="open the window on it")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--seconds", type=_seconds, default=10.0)
    _add_now(command)

    command = add("template", "write the empty import workbook", _template)
    command.add_argument("file", type=Path, metavar="FILE")
    return parser


def _add_now(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--now", type=_moment, metavar="ISO", help="planning date, e.g. 2026-11-23T10:20"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", type=Path, metavar="FILE", help="report as JSON")


def _moment(text: str) -> datetime:
    """ISO date or time; a date alone is its midnight, a time without zone is the plant's."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date or time") from None


def _moment_or_clock(text: str) -> datetime | str:
    return text if text == "clock" else _moment(text)


def _pieces_or_none(text: str) -> int:
    return 0 if text == "0" else _pieces(text)


def _pieces(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of pieces")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


# ---------------------------------------------------------------- shared


def default_database_url() -> str:
    """The person's own SQLite file."""
    from platformdirs import user_data_path

    folder = user_data_path("taktline", appauthor=False, ensure_exists=True)
    return f"sqlite:///{(folder / 'taktline.sqlite').as_posix()}"


def _open(options: argparse.Namespace) -> Database:
    from app.models.database import Database

    return _kept(options, Database.open(options.database or default_database_url()))


def _kept(options: argparse.Namespace, database: Database) -> Database:
    """Remembered, to be closed when the command ends."""
    options.opened.append(database)
    return database


def _now(options: argparse.Namespace, database: Database) -> datetime | None:
    """``--now`` as an aware moment, or None for the site's own."""
    now: datetime | None = options.now
    if now is None:
        return None
    if now.tzinfo is not None:
        return now.astimezone(UTC)
    from app.services.site import site

    return now.replace(tzinfo=ZoneInfo(site(database).time_zone)).astimezone(UTC)


def _actor() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "planner"


def _write_json(path: Path | None, content: Any) -> None:
    if path is not None:
        text = json.dumps(content, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


# ---------------------------------------------------------------- commands


def _answers(options: argparse.Namespace) -> dict[str, str]:
    """``--answer ID=CHOICE`` as ids and answers, and what holds for all text tables."""
    named = {name: getattr(options, name) for name in ("encoding", "delimiter", "decimal")}
    answers = {f"{name}:*": value for name, value in named.items() if value is not None}
    for text in options.answer:
        question, equals, answer = text.partition("=")
        if not equals:
            raise RuleBroken(message("cli.no_answer", text=text))
        answers[question] = answer
    return answers


def _import(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.exchange import import_files, plan_import

    database = _open(options)
    now = _now(options, database)
    mapping = None
    if options.mapping is not None:
        from app.services.exchange.saved_mappings import mapping_named

        mapping = mapping_named(database, options.mapping)
    answers = _answers(options)
    if options.check:
        report = plan_import(database, options.files, mapping=mapping, now=now, answers=answers)
    else:
        report = import_files(
            database, options.files, mapping=mapping, actor=_actor(), now=now, answers=answers
        )
    for problem in report.problems:
        speaker.tell(problem.message_with_place())
        if problem.fix is not None:
            for cell, text in problem.fixes().items():
                speaker.say("import_fix", answer=f"{cell}={text}")
    for question in report.questions:
        speaker.say("import_question", text=question.text)
        for option in question.options:
            speaker.say("import_option", answer=f"{question.id}={option.key}", text=option.text)
    for sheet in report.counts:
        speaker.say("import_counts", sheet=sheet.sheet, new=sheet.new, changed=sheet.changed,
                    unchanged=sheet.unchanged)  # fmt: skip
    _write_json(options.json, report.as_dict(speaker.language))
    if not report.ok:
        speaker.complain(message("cli.import_refused"))
        return 1
    speaker.say("import_checked" if options.check else "import_done")
    return 0


def _mappings(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.edit import apply_edit
    from app.services.exchange import saved_mappings as saved
    from app.services.exchange.plan import MappingText

    database = _open(options)
    if options.verb == "list":
        rows = saved.saved_mappings(database)
        for row in rows:
            used = row.last_used_at or message("cli.never")
            speaker.say("mapping_row", name=row.name, patterns=list(row.patterns), used=used)
        if not rows:
            speaker.say("no_mappings")
    elif options.verb == "show":
        print(saved.load_mapping(database, options.name).text)
    elif options.verb == "save":
        written = MappingText.of_file(options.file)
        name = options.name or options.file.name.split(".")[0]
        apply_edit(database, saved.save_mapping(database, name, written.text), _actor())
        speaker.say("mapping_saved", name=name)
    else:
        edit = saved.delete_mapping(database, options.name)
        apply_edit(database, edit, _actor())
        speaker.say("mapping_deleted", name=edit.name)
    return 0


def _imports(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.exchange.batches import find_batch, import_batches
    from app.services.exchange.undo import UndoRefused, undo_import
    from app.services.site import site

    database = _open(options)
    if options.verb == "list":
        zone = ZoneInfo(site(database).time_zone)
        rows = import_batches(database)
        for row in rows:
            state = row.why_not or message("cli.import_undoable")
            speaker.say("import_row", key=row.key[:8], at=row.at.astimezone(zone), actor=row.actor,
                        files=list(row.files), new=row.new, changed=row.changed,
                        state=state)  # fmt: skip
            for answer in row.answers:
                speaker.say("import_answer", text=answer)
        if not rows:
            speaker.say("no_imports")
        return 0
    key = find_batch(database, options.key)
    try:
        undo_import(database, key, _actor())
    except UndoRefused as refused:
        for obstacle in refused.obstacles:
            speaker.tell(obstacle.message)
        speaker.complain(message("cli.import_not_undone", count=len(refused.obstacles)))
        return 1
    speaker.say("import_undone", key=key[:8])
    return 0


def _schedule(options: argparse.Namespace, speaker: Speaker) -> int:
    database = _open(options)
    report = _solve(database, options, speaker, _now(options, database))
    if options.json:
        from app.services.planning.report import schedule_json

        _write_json(options.json, schedule_json(database, report))
    return 0


def _why(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_plan

    database = _open(options)
    content = cli_plan.why(database, options, _now(options, database), speaker.tell)
    _write_json(options.json, content)
    return 0


def _risk(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_plan

    database = _open(options)
    content = cli_plan.risk(database, options, _now(options, database), speaker.tell)
    _write_json(options.json, content)
    return 0


def _update(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_plan

    database = _open(options)
    now = _now(options, database)
    content = cli_plan.update(database, options, now, _actor(), speaker.tell)
    _write_json(options.json, content)
    return 0


def _promise(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_promise

    database = _open(options)
    now = _now(options, database)
    content = cli_promise.promise(database, options, now, _actor(), speaker.tell)
    _write_json(options.json, content)
    return 0 if content["verdict"] in cli_promise.KEPT else 1


def _scenario(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_scenarios

    database = _open(options)
    now = _now(options, database) if "now" in options else None
    code, content = cli_scenarios.run(database, options, now, _actor(), speaker.tell)
    _write_json(options.json, content)
    return code


def _publish(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_publish

    code, content = cli_publish.publish(_open(options), options, _actor(), speaker.tell)
    _write_json(options.json, content)
    return code


def _published(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_publish

    code, content = cli_publish.published(_open(options), options, speaker.tell)
    _write_json(options.json, content)
    return code


def _notices(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_publish

    code, content = cli_publish.notices(_open(options), options, _actor(), speaker.tell)
    _write_json(options.json, content)
    return code


def _holds(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_promise

    cli_promise.holds(_open(options), options, _actor(), speaker.tell)
    return 0


def _solve(
    database: Database, options: argparse.Namespace, speaker: Speaker, now: datetime | None
) -> Any:
    from app import cli_plan
    from app.services.planning.solving import schedule_plant

    report = schedule_plant(
        database,
        policy=getattr(options, "policy", "on_time"),
        seconds=options.seconds,
        now=now,
        seed=options.seed,
        actor=_actor(),
        limits=cli_plan.limits(database, options, now),
    )
    for warning in report.warnings:
        speaker.tell(warning)
    for row in report.unplaced:
        speaker.say("unplaced", order=row.order_number, step=row.step_no, reason=row.reason)
    speaker.say(
        "schedule_done",
        status=message(f"cli.status_{report.status}"),
        placed=report.placed,
        unplaced=len(report.unplaced),
        late=report.late_orders,
        tardiness=f"{report.tardiness_hours:.1f}",
        setup=f"{report.setup_hours:.1f}",
    )
    bound = message("cli.no_bound") if report.bound is None else f"{report.bound:.1f}"
    speaker.say("schedule_bound", bound=bound, elapsed=f"{report.elapsed:.1f}")
    cli_plan.tell_churn(report.churn, speaker.tell)
    for machine, percent in report.utilisation:
        speaker.say("utilisation", machine=machine, percent=f"{percent:.0f}")
    return report


def _export(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.reports.workbook import write_rows
    from app.services.exchange.export_rows import export_rows

    write_rows(options.file, export_rows(_open(options)))
    speaker.say("written", file=options.file.name)
    return 0


def _print(options: argparse.Namespace, speaker: Speaker) -> int:
    from app import cli_papers

    database = _open(options)
    wanted = cli_papers.wanted(options, database, _actor(), _now(options, database))
    if options.excel:
        lines, path = cli_papers.write_workbook(database, wanted, options.out)
        speaker.say("written_gantt", sheets=lines, file=path.name)
        return 0
    printed, path = cli_papers.write(database, options.what, wanted, options.out)
    speaker.say(f"printed_{options.what}", sheets=printed.sheets, pages=printed.pages,
                file=path.name)  # fmt: skip
    return 0


def _doctor(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services import doctor

    findings = doctor.run(_open(options))
    for finding in findings:
        speaker.tell(finding.message)
    _write_json(
        options.json,
        [{"code": f.message.code, "message": f.message.text(speaker.language)} for f in findings],
    )
    speaker.say("doctor_findings" if findings else "doctor_well", count=len(findings))
    return 1 if findings else 0


def _health(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.health.checks import check_health

    wanted = SEVERITIES[: SEVERITIES.index(options.severity) + 1]
    findings = [f for f in check_health(_open(options)) if f.severity.value in wanted]
    for finding in findings:
        speaker.say(f"health_{finding.severity}", sheet=finding.place.title,
                    record=finding.place.name or "–", what=finding.what,
                    count=finding.open_operations)  # fmt: skip
    _write_json(options.json, [finding.as_dict(speaker.language) for finding in findings])
    errors = sum(finding.severity.value == "error" for finding in findings)
    speaker.say("health_findings" if findings else "health_well", count=len(findings),
                errors=errors)  # fmt: skip
    return 1 if errors else 0


def _site(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.site import change_site, site

    database = _open(options)
    settings = {
        name: value
        for name, value in (
            ("name", options.name),
            ("time_zone", options.time_zone),
            ("safety_days", options.safety_days),
        )
        if value is not None
    }
    row = change_site(database, _actor(), **settings) if settings else site(database)
    if options.planning_date is not None:
        # After the zone, by which a date without one is meant.
        options.now = None if options.planning_date == "clock" else options.planning_date
        row = change_site(database, _actor(), planning_now=_now(options, database))
    zone = ZoneInfo(row.time_zone)
    fixed = row.planning_now and row.planning_now.astimezone(zone)
    speaker.say("site", name=row.name or "–", zone=row.time_zone, days=row.safety_days,
                date=fixed or message("cli.clock"))  # fmt: skip
    return 0


def _template(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.reports.workbook import write_template

    write_template(options.file)
    speaker.say("written", file=options.file.name)
    return 0


# ---------------------------------------------------------------- demo


def demo_now(today: datetime) -> datetime:
    """The Monday of this week, 10:20 in the plant: the middle of a shift."""
    local = today.astimezone(PLANT_ZONE)
    monday = local - timedelta(days=local.weekday())
    return monday.replace(hour=10, minute=20, second=0, microsecond=0).astimezone(UTC)


def _demo(options: argparse.Namespace, speaker: Speaker) -> int:
    """Makes the demo plant once; with a window shows it, without one draws and prints it."""
    options.out.mkdir(parents=True, exist_ok=True)
    now = options.now.astimezone(PLANT_ZONE) if options.now else demo_now(datetime.now(UTC))
    if options.now and options.now.tzinfo is None:
        now = options.now.replace(tzinfo=PLANT_ZONE)
    database = _demo_database(options, speaker, now.astimezone(UTC))
    if options.open:
        from app.main import run
        from app.services.planning.stored_plan import working_plan

        with database.read() as session:
            planned = working_plan(session) is not None
        if not planned:
            # A first plan is worth a second; a better one is the planner's to ask for.
            options.seconds = 0.0
            _solve(database, options, speaker, now.astimezone(UTC))
        return run(database.url.render_as_string(hide_password=False), language=None)
    report = _solve(database, options, speaker, now.astimezone(UTC))
    _demo_output(database, options, speaker)
    return 0 if report.placed else 1


def _demo_database(options: argparse.Namespace, speaker: Speaker, now: datetime) -> Database:
    from app.models.database import Database

    url = options.database or f"sqlite:///{(options.out / 'demo.sqlite').resolve().as_posix()}"
    database = _kept(options, Database.open(url))
    from app.services.site import is_empty

    if not is_empty(database):
        speaker.say("demo_kept", database=database.url.database or "")
        return database
    from app.reports.demo_workbook import write_demo_workbook
    from app.services.demo.sketches import attach_sketches
    from app.services.exchange import import_files
    from app.services.site import set_up_demo

    workbook = options.out / "demo-plant.xlsx"
    write_demo_workbook(workbook, now, options.seed)
    set_up_demo(database, planning_now=now)
    report = import_files(database, [workbook], actor=_actor(), now=now)
    if not report.ok:
        for problem in report.problems:
            speaker.complain(problem.message_with_place())
        raise RuleBroken(message("cli.import_refused"))
    attach_sketches(database, _actor())
    speaker.say("demo_made", rows=sum(sheet.new for sheet in report.counts))
    return database


def _demo_output(database: Database, options: argparse.Namespace, speaker: Speaker) -> None:
    # The pictures need no screen, and there may be none.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app import cli_papers
    from app.services.orders.queries import order_rows
    from app.views.pictures import save_pictures

    pictures = save_pictures(database, options.out / "pictures")
    speaker.say("pictures", count=len(pictures))
    rows = order_rows(database)
    # A sheet for each order of the day would be a ream of paper; a dozen shows what they are.
    soonest = sorted((r for r in rows if r.state == "released"), key=lambda r: r.internal_due)
    chosen = tuple(r.id for r in soonest[:12])
    for what, printed, path in cli_papers.demo_papers(database, chosen, _actor(), options.out):
        speaker.say(f"printed_{what}", sheets=printed.sheets, pages=printed.pages, file=path.name)
    pieces = sum((row.base_quantity for row in rows), start=rows[0].base_quantity * 0)
    speaker.say("demo_summary", orders=len(rows), pieces=number(pieces), folder=options.out.name)
