"""Questions about the working plan without a window: ``why``, ``risk``, ``update``, and limits."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.shared import Add, Say, Speaker, actor, now_of, open_database, utc, write_json
from app.core.format import Minutes, moment
from app.core.messages import message

if TYPE_CHECKING:
    from app.models.database import Database
    from app.scheduling.stability import Churn
    from app.services.planning.change_limits import ChangeLimit

POLICIES = ("on_time", "throughput", "calm", "makespan")
ANSWERS = ("yes", "no")
LIMIT = re.compile(r"(?P<most>\d+)(?:@(?P<machines>[^:]+))?(?::(?P<until>.+))?")
SPAN = re.compile(r"(?P<count>\d+)(?P<unit>[dh])")


def add_commands(add: Add) -> None:
    command = add("schedule", "plan all approved orders at finite capacity", _schedule)
    command.add_argument(
        "--seconds", type=arguments.seconds, default=10.0, help="time to improve the plan"
    )
    command.add_argument("--policy", choices=POLICIES, default="on_time")
    command.add_argument("--seed", type=int, default=0)
    add_limits(command)
    arguments.add_now(command)
    arguments.add_json(command)
    for name, help_text, run, add_arguments in (
        ("why", "why an order or operation ends when it does", _why, add_why),
        ("risk", "how likely each order is to be on time", _risk, add_risk),
        ("update", "bring the working plan up to date", _update, add_update),
    ):
        command = add(name, help_text, run)
        add_arguments(command)
        arguments.add_now(command)
        arguments.add_json(command)


def _schedule(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    report = solve(database, options, speaker, now_of(options, database))
    if options.json:
        from app.services.planning.report import schedule_json

        write_json(options.json, schedule_json(database, report))
    return 0


def _why(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    content = why(database, options, now_of(options, database), speaker.tell)
    write_json(options.json, content)
    return 0


def _risk(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    content = risk(database, options, now_of(options, database), speaker.tell)
    write_json(options.json, content)
    return 0


def _update(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    now = now_of(options, database)
    content = update(database, options, now, actor(), speaker.tell)
    write_json(options.json, content)
    return 0


def solve(
    database: Database, options: argparse.Namespace, speaker: Speaker, now: datetime | None
) -> Any:
    from app.services.planning.solving import schedule_plant

    report = schedule_plant(
        database,
        policy=getattr(options, "policy", "on_time"),
        seconds=options.seconds,
        now=now,
        seed=options.seed,
        actor=actor(),
        limits=limits(database, options, now),
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
    tell_churn(report.churn, speaker.tell)
    for machine, percent in report.utilisation:
        speaker.say("utilisation", machine=machine, percent=f"{percent:.0f}")
    return report


def add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="ORDER|ORDER/STEP", help="order, or one of its operations")
    command.add_argument(
        "--chain", action="store_true", help="minute by minute, and not only the sums"
    )
    command.add_argument(
        "--remedies", action="store_true", help="also try what would help the order"
    )
    command.add_argument(
        "--seconds", type=float, default=20.0, metavar="S", help="time to try remedies"
    )


def add_risk(command: argparse.ArgumentParser) -> None:
    command.add_argument("--replays", type=_replays, default=1000, metavar="N")
    command.add_argument("--seed", type=int, default=0)


def add_update(command: argparse.ArgumentParser) -> None:
    questions = (
        ("earlier", "no", "may operations start earlier than planned?"),
        ("sequence", "yes", "may operations pass each other on a machine?"),
        ("keep", "yes", "does what can stay where it is stay?"),
        ("machine", "no", "may what has to move change its machine?"),
    )
    for name, default, text in questions:
        command.add_argument(f"--{name}", choices=ANSWERS, default=default, help=text)
    command.add_argument(
        "--on", action="append", default=[], metavar="MACHINE,…", help="only what is planned there"
    )
    command.add_argument(
        "--from", dest="start", type=arguments.moment, metavar="ISO", help="planned from"
    )
    command.add_argument(
        "--to", dest="end", type=arguments.moment, metavar="ISO", help="planned before"
    )
    command.add_argument("--check", action="store_true", help="report only, change nothing")
    add_limits(command)


def add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--move-at-most", action="append", default=[], type=_limit,
        metavar="N[@MACHINE,…][:UNTIL]",
        help="hard limit: of the operations that start before UNTIL (3d, 8h or ISO) on the "
        "machines at most N move; may be repeated",
    )  # fmt: skip


def _replays(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 2 <= int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of replays")
    return int(text)


def _limit(text: str) -> tuple[int, tuple[str, ...], timedelta | datetime | None]:
    found = LIMIT.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no limit such as 20:3d or 0@P2:2026-11-26")
    machines = tuple(code.strip() for code in (found["machines"] or "").split(",") if code.strip())
    until = found["until"]
    if until is None:
        return int(found["most"]), machines, None
    span = SPAN.fullmatch(until)
    if span is not None:
        count = int(span["count"])
        length = timedelta(days=count) if span["unit"] == "d" else timedelta(hours=count)
        return int(found["most"]), machines, length
    return int(found["most"]), machines, arguments.moment(until)


# ---------------------------------------------------------------- in the plant's time


def in_zone(database: Database, at: datetime | None) -> datetime | None:
    """A moment without a zone is the plant's wall clock."""
    if at is None or at.tzinfo is not None:
        return at
    from app.services.site import site

    return at.replace(tzinfo=ZoneInfo(site(database).time_zone)).astimezone(UTC)


def limits(
    database: Database, options: argparse.Namespace, now: datetime | None
) -> tuple[ChangeLimit, ...]:
    """``--move-at-most`` as the services take it; spans count from the planning date."""
    from app.services.planning.change_limits import ChangeLimit
    from app.services.site import now_of, site

    found = []
    for most, machines, until in getattr(options, "move_at_most", []):
        at = in_zone(database, until) if isinstance(until, datetime) else None
        if isinstance(until, timedelta):
            at = (now or now_of(site(database))) + until
        found.append(ChangeLimit(most, at, machines))
    return tuple(found)


# ---------------------------------------------------------------- commands


def why(
    database: Database, options: argparse.Namespace, now: datetime | None, say: Say
) -> dict[str, Any]:
    """Says the causes, the longest first, then the chain; returns the JSON."""
    from app.services.planning.why import Reasons
    from app.services.planning.working import read_working_plan

    plan = read_working_plan(database, now)
    zone = plan.loaded.time_zone
    reasons = Reasons(plan)
    view = reasons.why(options.name)
    say(message("cli.why_head", operation=view.operation, end=_at(view.end, zone, options),
                minutes=Minutes(view.minutes)))  # fmt: skip
    for cause, minutes in view.by_cause:
        say(message("cli.why_cause", cause=message(f"cause.{cause}"), minutes=Minutes(minutes)))
    for row in view.rows if options.chain else ():
        say(message("cli.why_row", start=_at(row.start, zone, options),
                    end=_at(row.end, zone, options), minutes=Minutes(row.minutes),
                    text=row.text))  # fmt: skip
    for text, minutes in view.obstacles:
        say(message("cli.why_obstacle", minutes=Minutes(minutes), text=text))
    content: dict[str, Any] = {
        "order": view.order,
        "operation": view.operation,
        "begin": utc(view.begin),
        "end": utc(view.end),
        "due": None if view.due is None else utc(view.due),
        "minutes": view.minutes,
        "by_cause": dict(view.by_cause),
        "obstacles": [
            {"text": text.text(options.language), "minutes": minutes}
            for text, minutes in view.obstacles
        ],
        "chain": [
            {
                "cause": row.cause,
                "minutes": row.minutes,
                "start": utc(row.start),
                "end": utc(row.end),
                "text": row.text.text(options.language),
            }
            for row in view.rows
        ],
    }
    if options.remedies:
        content["remedies"] = _remedies(reasons, view.order, options, zone, say)
    return content


def _remedies(
    reasons: Any, order: str, options: argparse.Namespace, zone: ZoneInfo, say: Say
) -> dict[str, Any]:
    found = reasons.remedies(order, seconds=options.seconds)
    if not found.rows:
        say(message("cli.no_remedy", tried=found.tried))
    for row in found.rows:
        code = "cli.remedy_on_time" if row.on_time else "cli.remedy"
        say(message(code, text=row.text, end=_at(row.end, zone, options),
                    gain=Minutes(row.gain_minutes), others=row.others_later))  # fmt: skip
    return {
        "planned": utc(found.planned),
        "placed_anew": utc(found.anew),
        "tried": found.tried,
        "left": found.left,
        "found": [
            {
                "remedy": row.remedy,
                "text": row.text.text(options.language),
                "end": utc(row.end),
                "gain_minutes": row.gain_minutes,
                "on_time": row.on_time,
                "others_later": row.others_later,
                "objective_change": row.cost,
            }
            for row in found.rows
        ],
    }


def risk(
    database: Database, options: argparse.Namespace, now: datetime | None, say: Say
) -> dict[str, Any]:
    """Says the orders, the least likely to be on time first; returns the JSON."""
    from app.services.planning.plan_risk import plan_risk
    from app.services.planning.working import read_working_plan

    plan = read_working_plan(database, now)
    zone = plan.loaded.time_zone
    view = plan_risk(plan, replays=options.replays, seed=options.seed)
    say(message("cli.risk_head", replays=view.replays, run=round(100 * view.run_spread),
                setup=round(100 * view.setup_spread)))  # fmt: skip
    for row in view.rows:
        likely = message("cli.no_due") if row.on_time is None else f"{100 * row.on_time:.0f} %"
        say(message("cli.risk_row", order=row.order, likely=likely, p50=_at(row.p50, zone, options),
                    p90=_at(row.p90, zone, options), worst=row.worst or "–"))  # fmt: skip
    return {
        "replays": view.replays,
        "seed": view.seed,
        "run_spread": view.run_spread,
        "setup_spread": view.setup_spread,
        "orders": [
            {
                "order": row.order,
                "due": None if row.due is None else utc(row.due),
                "planned": utc(row.planned),
                "on_time": row.on_time,
                "p50": utc(row.p50),
                "p90": utc(row.p90),
                "worst": row.worst or None,
                "share": row.share,
            }
            for row in view.rows
        ],
    }


def update(
    database: Database, options: argparse.Namespace, now: datetime | None, actor: str, say: Say
) -> dict[str, Any]:
    """Says what moved; returns the JSON."""
    from app.scheduling.update import Questions
    from app.services.planning.report import churn_json
    from app.services.planning.up_to_date import update_plan

    answers = {name: getattr(options, name) == "yes" for name in
               ("earlier", "sequence", "keep", "machine")}  # fmt: skip
    found = update_plan(
        database,
        questions=Questions(**answers),
        machines=tuple(code.strip() for text in options.on for code in text.split(",")),
        start=in_zone(database, options.start),
        end=in_zone(database, options.end),
        limits=limits(database, options, now),
        now=now,
        actor=actor,
        save=not options.check,
    )
    for name, reason in found.lost:
        say(message("cli.update_lost", operation=name, reason=reason))
    say(message("cli.update_done", moved=len(found.moved), outside=len(found.outside),
                new=len(found.new), lost=len(found.lost)))  # fmt: skip
    tell_churn(found.churn, say)
    return {
        "moved": list(found.moved),
        "outside": list(found.outside),
        "new": list(found.new),
        "lost": [
            {"operation": name, "reason": reason.text(options.language)}
            for name, reason in found.lost
        ],
        "objective_before": found.objective[0],
        "objective": found.objective[1],
        "churn": churn_json(found.churn),
        "saved": found.edit is not None,
    }


def tell_churn(churn: Churn, say: Say) -> None:
    if churn.placed:
        say(message("cli.churn", moved=churn.moved, placed=churn.placed,
                    machines=churn.other_machine, most=Minutes(churn.most_shift_min)))  # fmt: skip


def _at(when: datetime, zone: ZoneInfo, options: argparse.Namespace) -> str:
    return moment(when.astimezone(zone), options.language)[5:]
