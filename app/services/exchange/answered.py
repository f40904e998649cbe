"""What was answered to an import, in sentences: for the list of past imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from app.core.messages import Message, message
from app.services.exchange.answers import EVERY_FILE, parts_of
from app.services.exchange.cleaning import NEXT_YEAR

_OF_ONE_FILE = {"year", "encoding", "delimiter", "decimal"}
_OF_LINES = {"sum", "first", "last", "both"}


def answered(answers: Mapping[str, str]) -> tuple[Message, ...]:
    """One sentence for each question; cells typed over and rows left out are counted by file."""
    said: list[Message] = []
    counted: Counter[tuple[str, str]] = Counter()
    for question, answer in answers.items():
        kind, parts = question.partition(":")[0], parts_of(question)
        if kind in ("cell", "row"):
            counted[kind, parts[0]] += 1
        else:
            said.append(_sentence(kind, parts, answer, question))
    for (kind, file), count in counted.items():
        said.append(message(f"imports.answered_{kind}", file=file, count=count))
    return tuple(said)


def _sentence(kind: str, parts: list[str], answer: str, question: str) -> Message:
    if kind in _OF_ONE_FILE:
        file: object = message("imports.every_file") if parts[0] == EVERY_FILE else parts[0]
        return message(f"imports.answered_{kind}", file=file, answer=_shown(kind, answer))
    if kind == "bom" and answer in _OF_LINES and len(parts) > 2:
        return message(f"imports.answered_bom_{answer}", item=parts[0], component=parts[2])
    if kind == "customer":
        return message("imports.answered_customer", code=parts[0])
    return message("imports.answered_other", question=question, answer=answer)


def _shown(kind: str, answer: str) -> object:
    if kind == "year" and answer == NEXT_YEAR:
        return message("exchange.year_next")
    return message("exchange.tab") if kind == "delimiter" and answer == "tab" else answer
