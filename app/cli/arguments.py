"""Arguments that several commands take, and how their values are read."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path


def add_now(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--now", type=moment, metavar="ISO", help="planning date, e.g. 2026-11-23T10:20"
    )


def add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", type=Path, metavar="FILE", help="report as JSON")


def moment(text: str) -> datetime:
    """ISO date or time; a date alone is its midnight, a time without zone is the plant's."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date or time") from None


def moment_or_clock(text: str) -> datetime | str:
    return text if text == "clock" else moment(text)


def pieces_or_none(text: str) -> int:
    return 0 if text == "0" else pieces(text)


def pieces(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of pieces")
    return int(text)


def seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return found


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date") from None


def quantity(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no quantity") from None
    if not found.is_finite() or found <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no quantity above zero")
    return found
