"""The plant as it is: ``doctor | health | site``."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.shared import Add, Speaker, actor, now_of, open_database, write_json
from app.core.messages import message

SEVERITIES = ("error", "warning", "note")


def add_commands(add: Add) -> None:
    arguments.add_json(add("doctor", "check the database and the stored plan", _doctor))
    command = add(
        "health", "check the plant's data: what cannot be planned, or looks wrong", _health
    )
    command.add_argument("--severity", choices=SEVERITIES, default="note", help="from this on")
    arguments.add_json(command)
    command = add("site", "show or change the site's settings", _site)
    command.add_argument("--name")
    command.add_argument("--time-zone", metavar="ZONE", help="IANA name, e.g. Europe/Berlin")
    command.add_argument(
        "--planning-date",
        type=arguments.moment_or_clock,
        metavar="ISO|clock",
        help="fix the planning date, or follow the clock",
    )
    command.add_argument("--safety-days", type=arguments.pieces_or_none, metavar="N")


def _doctor(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services import doctor

    findings = doctor.run(open_database(options))
    for finding in findings:
        speaker.tell(finding.message)
    write_json(
        options.json,
        [{"code": f.message.code, "message": f.message.text(speaker.language)} for f in findings],
    )
    speaker.say("doctor_findings" if findings else "doctor_well", count=len(findings))
    return 1 if findings else 0


def _health(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.health.checks import check_health

    wanted = SEVERITIES[: SEVERITIES.index(options.severity) + 1]
    findings = [f for f in check_health(open_database(options)) if f.severity.value in wanted]
    for finding in findings:
        speaker.say(f"health_{finding.severity}", sheet=finding.place.title,
                    record=finding.place.name or "–", what=finding.what,
                    count=finding.open_operations)  # fmt: skip
    write_json(options.json, [finding.as_dict(speaker.language) for finding in findings])
    errors = sum(finding.severity.value == "error" for finding in findings)
    speaker.say("health_findings" if findings else "health_well", count=len(findings),
                errors=errors)  # fmt: skip
    return 1 if errors else 0


def _site(options: argparse.Namespace, speaker: Speaker) -> int:
    from app.services.site import change_site, site

    database = open_database(options)
    settings = {
        name: value
        for name, value in (
            ("name", options.name),
            ("time_zone", options.time_zone),
            ("safety_days", options.safety_days),
        )
        if value is not None
    }
    row = change_site(database, actor(), **settings) if settings else site(database)
    if options.planning_date is not None:
        # After the zone, by which a date without one is meant.
        options.now = None if options.planning_date == "clock" else options.planning_date
        row = change_site(database, actor(), planning_now=now_of(options, database))
    zone = ZoneInfo(row.time_zone)
    fixed = row.planning_now and row.planning_now.astimezone(zone)
    speaker.say("site", name=row.name or "–", zone=row.time_zone, days=row.safety_days,
                date=fixed or message("cli.clock"))  # fmt: skip
    return 0
