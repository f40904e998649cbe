"""Workbooks in and out: ``import | mappings | imports | export | template``."""

from __future__ import annotations

import argparse
from pathlib import Path
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.shared import Add, Speaker, actor, now_of, open_database, write_json
from app.core.errors import RuleBroken
from app.core.messages import message


def add_commands(add: Add) -> None:
    _add_import(add("import", "bring workbooks in, all or nothing", _import))
    _add_mappings(add("mappings", "list, show, save or delete saved mappings", _mappings))
    command = add("imports", "list past imports, or take one back", _imports)
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="when, who, which files, what they brought")
    verb = verbs.add_parser("undo", help="put back what was there before")
    verb.add_argument("key", metavar="KEY", help="of the import, or how it begins")
    command = add("export", "write the whole plant as a workbook", _export)
    command.add_argument("file", type=Path, metavar="FILE")
    command = add("template", "write the empty import workbook", _template)
    command.add_argument("file", type=Path, metavar="FILE")


def _add_import(command: argparse.ArgumentParser) -> None:
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
    arguments.add_now(command)
    arguments.add_json(command)


def _add_mappings(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="names, file patterns, last use")
    verbs.add_parser("show", help="the TOML").add_argument("name", metavar="NAME")
    verb = verbs.add_parser("save", help="keep a mapping file")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--name", help="to save under; default: the file's name without endings")
    verbs.add_parser("delete", help="forget one").add_argument("name", metavar="NAME")


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

    database = open_database(options)
    now = now_of(options, database)
    mapping = None
    if options.mapping is not None:
        from app.services.exchange.saved_mappings import mapping_named

        mapping = mapping_named(database, options.mapping)
    answers = _answers(options)
    if options.check:
        report = plan_import(database, options.files, mapping=mapping, now=now, answers=answers)
    else:
        report = import_files(
            database, options.files, mapping=mapping, actor=actor(), now=now, answers=answers
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
    write_json(options.json, report.as_dict(speaker.language))
    if not report.ok:
        speaker.complain(message("cli.import_refused"))
        return 1
    speaker.say("import_checked" if options.check else "import_done")
    return 0


def _mappings(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.edit import apply_edit
    from app.services.exchange import saved_mappings as saved
    from app.services.exchange.plan import MappingText

    database = open_database(options)
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
        apply_edit(database, saved.save_mapping(database, name, written.text), actor())
        speaker.say("mapping_saved", name=name)
    else:
        edit = saved.delete_mapping(database, options.name)
        apply_edit(database, edit, actor())
        speaker.say("mapping_deleted", name=edit.name)
    return 0


def _imports(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.exchange.batches import find_batch, import_batches
    from app.services.exchange.undo import UndoRefused, undo_import
    from app.services.site import site

    database = open_database(options)
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
        undo_import(database, key, actor())
    except UndoRefused as refused:
        for obstacle in refused.obstacles:
            speaker.tell(obstacle.message)
        speaker.complain(message("cli.import_not_undone", count=len(refused.obstacles)))
        return 1
    speaker.say("import_undone", key=key[:8])
    return 0


def _export(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.reports.workbook import write_rows
    from app.services.exchange.export_rows import export_rows

    write_rows(options.file, export_rows(open_database(options)))
    speaker.say("written", file=options.file.name)
    return 0


def _template(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.reports.workbook import write_template

    write_template(options.file)
    speaker.say("written", file=options.file.name)
    return 0
