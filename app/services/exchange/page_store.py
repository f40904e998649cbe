"""Files read once and kept: the wizard looks at them many times, and imports what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.services.exchange.answers import Answers
from app.services.exchange.cells import Page, Trouble
from app.services.exchange.child import ReadingChild
from app.services.exchange.records import Problem
from app.services.exchange.tables import Parse, pages_of, text_wanted
from app.services.exchange.text_shape import TextWanted


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was read; no pages where it could not be. ``problems``: what reading said."""

    path: Path
    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]


class PageStore:
    """Stands where a parser stands: answers from what it has read, else reads in a child."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, TextWanted], list[Page] | Trouble] = {}

    def __call__(self, path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble:
        key = (path, wanted or TextWanted())
        if key not in self._kept:
            with ReadingChild() as child:
                self._kept[key] = child(path, wanted)
        return self._kept[key]

    def read_all(
        self, paths: Sequence[Path], answers: Answers, tell: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> list[ReadFile]:  # fmt: skip
        """The files, read one after the other; ``tell`` hears how many are done."""
        found = []
        with ReadingChild() as child:
            for number, path in enumerate(paths, 1):
                if stop is not None and stop():
                    break
                wanted = text_wanted(path.name, answers)
                if (path, wanted) not in self._kept:
                    self._kept[path, wanted] = child(path, wanted)
                found.append(read_file(path, self, answers))
                if tell is not None:
                    tell(number)
        return found

    def forget(self, path: Path) -> None:
        """The file is to be read anew."""
        for key in [key for key in self._kept if key[0] == path]:
            del self._kept[key]


def read_file(path: Path, parse: Parse, answers: Answers) -> ReadFile:
    problems: list[Problem] = []
    pages = pages_of(path, problems, parse, answers)
    return ReadFile(path, tuple(pages), tuple(problems))
