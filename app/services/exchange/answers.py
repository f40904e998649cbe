"""Answers a person gave to what an import asked: text under an id.

Ids and answers are plain text, so that a window, a saved file and a command line all pass them on.
The ids: ``year:FILE``, ``encoding:FILE``, ``delimiter:FILE``, ``decimal:FILE``,
``cell:FILE/SHEET/ROW/COLUMN`` (what should stand in a cell), ``row:FILE/SHEET/ROW``
(``LEAVE_OUT``), ``bom:…`` (two rows of one line).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EVERY_FILE = "*"
"""In place of a file name: the answer holds for all files that have none of their own."""

LEAVE_OUT = "leave_out"
"""Answer for a row that is not to be read."""


def answer_id(kind: str, *parts: object) -> str:
    """The id of a question; ``/``, ``=`` and ``%`` within a part are escaped."""
    return f"{kind}:" + "/".join(_escaped(str(part)) for part in parts)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F").replace("=", "%3D").replace("\n", " ")


def parts_of(question: str) -> list[str]:
    """The parts of an id behind its kind, as they were before they were escaped."""
    found = []
    for part in question.partition(":")[2].split("/"):
        for escaped, sign in (("%3D", "="), ("%2F", "/"), ("%25", "%")):
            part = part.replace(escaped, sign)
        found.append(part)
    return found


OF_FILES = {"year", "encoding", "delimiter", "decimal", "cell", "row"}
"""Kinds of questions whose id names a file first."""


def file_of(question: str) -> str:
    """The file that an id names; empty for ids that name none, or every one."""
    file = parts_of(question)[0] if question.partition(":")[0] in OF_FILES else ""
    return "" if file == EVERY_FILE else file


def cell_id(file: str, page: str, row: int, column: str) -> str:
    """The id under which another text for a cell is given; ``column``: its header in the file."""
    return answer_id("cell", file, page, row, column)


def row_id(file: str, page: str, row: int) -> str:
    """The id under which a row is left out."""
    return answer_id("row", file, page, row)


class Answers:
    """What was answered; remembers which answers were used."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = dict(given or {})
        self._used: set[str] = set()
        self._asked: set[str] = set()
        """Questions that came up: those of a mapping may be about other files."""

    def add(self, others: Mapping[str, str]) -> None:
        """Answers of a mapping: what the person answered goes before, and none has to be used."""
        for question, answer in others.items():
            if question not in self._given:
                self._given[question] = str(answer)
                self._used.add(question)

    def of(self, question: str) -> str | None:
        """The answer to a question, or None."""
        if question not in self._given:
            return None
        self._used.add(question)
        self._asked.add(question)
        return self._given[question]

    def about(self, kind: str, file: str) -> str | None:
        """The answer about a file, else the one about every file."""
        own = self.of(answer_id(kind, file))
        return own if own is not None else self.of(answer_id(kind, EVERY_FILE))

    def cells_of(self, file: str) -> bool:
        """Whether any cell of that file was typed over."""
        head = answer_id("cell", file) + "/"
        return any(key.startswith(head) for key in self._given)

    def choice(self, question: str, options: Iterable[str]) -> str | None:
        """The answer to a question with fixed options; None if it is none of them."""
        answer = self.of(question)
        return answer if answer in set(options) else None

    def used(self) -> dict[str, str]:
        """What was answered to questions that came up, and kept with the import."""
        return {
            question: self._given[question] for question in self._given if question in self._asked
        }

    def unused(self) -> list[str]:
        """Ids that were answered and never asked."""
        return sorted(set(self._given) - self._used)
