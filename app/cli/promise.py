"""Can we promise it? The question without a window: ``promise``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.cli import arguments
from app.cli.plan import in_zone
from app.cli.shared import Add, Say, Speaker, actor, now_of, open_database, utc, write_json
from app.core.errors import RuleBroken
from app.core.format import moment
from app.core.messages import Message, message

if TYPE_CHECKING:
    from app.models.database import Database
    from app.services.orders.rows import OrderForm
    from app.services.planning.promising.rows import Finish, Option, PromiseQuestion, PromiseView

KEPT = ("in_time", "tight")
"""Verdicts with which the requested date is kept."""


def add_commands(add: Add) -> None:
    command = add("promise", "whether an order can be promised, and for when", _promise)
    add_promise(command)
    arguments.add_now(command)
    arguments.add_json(command)
    add_holds(add("holds", "capacity held for quotes: list, release, confirm", _holds))


def _promise(options: argparse.Namespace, speaker: Speaker) -> int:
    database = open_database(options)
    now = now_of(options, database)
    content = promise(database, options, now, actor(), speaker.tell)
    write_json(options.json, content)
    return 0 if content["verdict"] in KEPT else 1


def _holds(options: argparse.Namespace, speaker: Speaker) -> int:
    holds(open_database(options), options, actor(), speaker.tell)
    return 0


def add_promise(command: argparse.ArgumentParser) -> None:
    command.add_argument("order", nargs="?", metavar="ORDER", help="or --item for a new one")
    command.add_argument("--item", metavar="CODE", help="of an order that does not exist yet")
    command.add_argument("--quantity", type=arguments.quantity, metavar="N")
    command.add_argument("--unit", help="of the quantity; default: the item's own")
    command.add_argument("--customer", metavar="CODE")
    command.add_argument(
        "--requested", type=arguments.moment, metavar="ISO", help="date the customer asks for"
    )
    command.add_argument("--priority", type=int, metavar="1-9")
    command.add_argument(
        "--hold-until",
        type=arguments.moment,
        metavar="ISO",
        help="hold the capacity found, for a new order",
    )
    command.add_argument("--owner", metavar="NAME", help="for whom it is held; default: who asks")


def promise(
    database: Database, options: argparse.Namespace, now: datetime | None, actor: str, say: Say
) -> dict[str, Any]:
    """Says verdict, dates, lamps and options; returns the JSON. Errors: ``RuleBroken``."""
    from app.services.planning.promising.answer import promise as answer

    view = answer(database, _question(database, options), now=now)
    if view is None:  # nobody stops a command
        raise RuleBroken(message("promise.stopped"))
    zone = ZoneInfo(view.time_zone) if view.time_zone else ZoneInfo("UTC")

    def at(when: datetime) -> str:
        return moment(when.astimezone(zone), options.language)[5:]

    say(message("promise.cli_head", order=view.order, item=view.item, quantity=view.quantity,
                unit=view.unit, requested=at(view.requested)))  # fmt: skip
    if view.earliest is not None:
        say(_finish_text(view.earliest, at))
        say(message(f"promise.verdict_{view.earliest.verdict}"))
    if view.obstacle is not None:
        say(message("promise.cli_none", reason=view.obstacle))
    for lamp in view.lamps:
        say(message("promise.cli_lamp", lamp=message(f"promise.lamp_{lamp.code}"),
                    state=message(f"promise.state_{lamp.state}"), text=lamp.text))  # fmt: skip
    for option in view.options:
        say(message("promise.cli_option", option=message(f"promise.option_{option.kind}"),
                    text=option.text))  # fmt: skip
        if option.finish is not None:
            say(_finish_text(option.finish, at))
    for note in view.notes:
        say(note)
    until = in_zone(database, options.hold_until)
    if until is not None:
        hold(database, view, options.owner or actor, until, actor, say)
    return content_of(view, options.language)


def _finish_text(finish: Finish, at: Any) -> Message:
    return message("promise.cli_finish", end=at(finish.end), promise=at(finish.promise),
                   p50=at(finish.p50), p90=at(finish.p90),
                   chance=f"{100 * finish.on_time:.0f}")  # fmt: skip


def _question(database: Database, options: argparse.Namespace) -> PromiseQuestion:
    from app.services.planning.promising.rows import PromiseQuestion

    if (options.order is None) == (options.item is None):
        raise RuleBroken(message("promise.cli_order_or_item"))
    if options.order is not None:
        return PromiseQuestion(number=options.order, form=_changed(database, options))
    return PromiseQuestion(form=_new(database, options))


def _changed(database: Database, options: argparse.Namespace) -> OrderForm | None:
    """The order with what the options say otherwise; None if they say nothing."""
    from app.services.orders.queries import order_form_by_number

    wanted: dict[str, Any] = {
        "quantity": options.quantity,
        "unit": options.unit,
        "customer_code": options.customer,
        "requested": in_zone(database, options.requested),
        "priority": options.priority,
    }
    changes = {name: value for name, value in wanted.items() if value is not None}
    if not changes:
        return None
    return replace(order_form_by_number(database, options.order), **changes)


def _new(database: Database, options: argparse.Namespace) -> OrderForm:
    from app.services.orders.queries import item_unit
    from app.services.orders.rows import OrderForm

    requested = in_zone(database, options.requested)
    if options.quantity is None or requested is None:
        raise RuleBroken(message("promise.cli_needs"))
    return OrderForm(
        number=None,
        type="normal" if options.customer else "stock",
        customer_code=options.customer,
        customer_po="",
        item_code=options.item,
        quantity=options.quantity,
        unit=options.unit or item_unit(database, options.item),
        requested=requested,
        promised=None,
        priority=options.priority or 5,
        safety_days=None,
        requirements="",
        remark="",
        earliest_start=None,
    )


# ---------------------------------------------------------------- JSON


def content_of(view: PromiseView, language: str) -> dict[str, Any]:
    """For JSON; documented in docs/commands.md."""
    earliest = view.earliest
    return {
        "order": view.order,
        "item": view.item,
        "quantity": str(view.quantity),
        "unit": view.unit,
        "requested": utc(view.requested),
        "latest_ship": utc(view.latest_ship),
        "internal_due": utc(view.internal_due),
        "planned": None if view.planned is None else utc(view.planned),
        "verdict": "impossible" if earliest is None else earliest.verdict.value,
        "earliest": _finish(earliest),
        "obstacle": None if view.obstacle is None else view.obstacle.text(language),
        "lamps": [
            {
                "lamp": lamp.code,
                "state": lamp.state.value,
                "text": lamp.text.text(language),
                "proofs": [proof.text.text(language) for proof in lamp.proofs],
            }
            for lamp in view.lamps
        ],
        "steps": [
            {
                "order": place.order,
                "operation": place.step_no,
                "name": place.name,
                "machine": place.machine,
                "setup_start": utc(place.setup_start),
                "start": utc(place.start),
                "end": utc(place.end),
            }
            for place in view.places
        ],
        "waits": [
            {"text": text.text(language), "minutes": minutes} for text, minutes in view.obstacles
        ],
        "options": [_option(option, language) for option in view.options],
        "notes": [note.text(language) for note in view.notes],
        "replays": view.replays,
        "seconds": round(view.seconds, 3),
    }


def _finish(finish: Finish | None) -> dict[str, Any] | None:
    if finish is None:
        return None
    return {
        "end": utc(finish.end),
        "promise": utc(finish.promise),
        "p50": utc(finish.p50),
        "p90": utc(finish.p90),
        "promise_p90": utc(finish.promise90),
        "on_time": round(finish.on_time, 3),
        "verdict": finish.verdict.value,
    }


def _option(option: Option, language: str) -> dict[str, Any]:
    return {
        "option": option.kind,
        "text": option.text.text(language),
        "finish": _finish(option.finish),
        "details": [text.text(language) for text in option.details],
        "overtime_minutes": option.extra_minutes,
        "overtime_cost": None if option.cost is None else str(option.cost),
        "setup_minutes": option.setup_minutes,
        "setup_cost": str(option.setup_cost),
        "others": [
            {
                "order": one.order,
                "was": utc(one.was),
                "becomes": utc(one.becomes),
                "due": utc(one.due),
                "late": one.late,
                "was_late": one.was_late,
            }
            for one in option.others
        ],
        "losses": [
            {
                "what": loss.what,
                "name": loss.name,
                "operation": loss.operation,
                "was": utc(loss.was),
                "becomes": utc(loss.becomes),
            }
            for loss in option.losses
        ],
    }


# ---------------------------------------------------------------- holds


def add_holds(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="what is held, for whom, until when")
    verbs.add_parser("release", help="give it back").add_argument("order", metavar="ORDER")
    verb = verbs.add_parser("confirm", help="the quote becomes an order at its places")
    verb.add_argument("order", metavar="ORDER")
    verb.add_argument(
        "--promised", type=arguments.moment, metavar="ISO", help="date the customer is told"
    )


def hold(
    database: Database, view: PromiseView, owner: str, until: datetime, actor: str, say: Say
) -> None:
    """Holds what the answer found. Errors: ``RuleBroken`` if there is nothing to hold."""
    from app.services.edit import apply_edit
    from app.services.planning.holds import HoldCapacity, held_places

    if view.form is None or view.seen is None or view.earliest is None or not view.sound:
        raise RuleBroken(message("holds.not_now"))
    if view.order_id is not None:
        raise RuleBroken(message("holds.only_new"))
    places = held_places(view.order, view.places)
    apply_edit(database, HoldCapacity(view.form, places, owner, until, view.seen), actor)
    zone = ZoneInfo(view.time_zone)
    say(message("holds.held", order=view.order, until=moment(until.astimezone(zone), "en")))


def holds(database: Database, options: argparse.Namespace, actor: str, say: Say) -> None:
    """``holds list``, ``release`` and ``confirm``. Errors: ``NotFound``."""
    from app.services.edit import apply_edit
    from app.services.planning import holds as service
    from app.services.site import site

    zone = ZoneInfo(site(database).time_zone)
    if options.verb == "list":
        rows = service.holds(database)
        for row in rows:
            code = "holds.row_expired" if row.expired else "holds.row"
            until = moment(row.expires_at.astimezone(zone), options.language)
            say(Message(code, {"order": row.order, "item": row.item, "quantity": row.quantity,
                               "unit": row.unit, "customer": row.customer, "owner": row.owner,
                               "until": until}))  # fmt: skip
        if not rows:
            say(message("holds.nothing"))
        return
    row = service.held_order(database, options.order)
    confirming = options.verb == "confirm"
    promised = in_zone(database, options.promised) if confirming else None
    how = service.CONFIRMED if confirming else service.RELEASED
    apply_edit(database, service.EndHold(row.order_id, how, promised), actor)
    say(message("holds.confirmed" if confirming else "holds.released", order=row.order))
