"""The few families of error a person may see. Anything else that is raised is a bug.

Raised where the rule lives, shown at a few named doors (edit stack, job, command line), never
swallowed. Each carries a ``Message``, so that it is read in the person's language.
"""

from __future__ import annotations

from app.core.messages import Message


class AppError(Exception):
    """The world said no; ``message`` says what happened, to which record, and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message.text("en")


class RuleBroken(AppError):
    """A rule of the domain; the person can mend it."""


class Conflict(AppError):
    """Somebody else was faster; re-read and decide again."""


class NotFound(AppError):
    """The record is not there (any more)."""


class Unavailable(AppError):
    """Database, disk or network cannot be used as it is."""
