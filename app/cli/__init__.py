"""The program without a window: import, schedule, export, print, doctor, demo and the others.

Exit code 0: done; 1: the world said no (the reason is printed); 2: wrong use. Each module here
adds some commands; what costs time to load is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from app import __version__
from app.cli import demo, exchange, papers, plan, promise, publish, scenarios, site
from app.cli.shared import Run, Speaker
from app.core.errors import AppError
from app.core.messages import LANGUAGES, message

GROUPS = (exchange, plan, promise, scenarios, publish, papers, site, demo)


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    speaker = Speaker(options.language)
    run: Run = options.run
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

    def add(name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text)
        command.set_defaults(run=run)
        return command

    for group in GROUPS:
        group.add_commands(add)
    return parser
