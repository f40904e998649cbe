"""What all commands share: how they are announced, speaking, the database, reports as JSON."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.core.messages import Message, message

if TYPE_CHECKING:
    from app.models.database import Database


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


Say = Callable[[Message], None]
Run = Callable[[argparse.Namespace, Speaker], int]
"""A command: its exit code."""
Add = Callable[[str, str, Run], argparse.ArgumentParser]
"""Name of a command, what it is for, what runs it; the parser for its arguments."""


def default_database_url() -> str:
    """The person's own SQLite file."""
    from platformdirs import user_data_path

    folder = user_data_path("taktline", appauthor=False, ensure_exists=True)
    return f"sqlite:///{(folder / 'taktline.sqlite').as_posix()}"


def open_database(options: argparse.Namespace) -> Database:
    from app.models.database import Database

    return kept(options, Database.open(options.database or default_database_url()))


def kept(options: argparse.Namespace, database: Database) -> Database:
    """Remembered, to be closed when the command ends."""
    options.opened.append(database)
    return database


def now_of(options: argparse.Namespace, database: Database) -> datetime | None:
    """``--now`` as an aware moment, or None for the site's own."""
    now: datetime | None = options.now
    if now is None:
        return None
    if now.tzinfo is not None:
        return now.astimezone(UTC)
    from app.services.site import site

    return now.replace(tzinfo=ZoneInfo(site(database).time_zone)).astimezone(UTC)


def actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "planner"


def write_json(path: Path | None, content: Any) -> None:
    if path is not None:
        text = json.dumps(content, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def utc(when: datetime) -> str:
    """As all reports write a moment."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
