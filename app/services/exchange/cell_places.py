"""Where problems stand: pages with their headers, and the cells a person has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.services.exchange.answers import LEAVE_OUT, cell_id, parts_of, row_id
from app.services.exchange.cells import Cell, Page
from app.services.exchange.draft import Draft
from app.services.exchange.evidence import shown
from app.services.exchange.headers import find_headers
from app.services.exchange.records import Problem, Severity
from app.services.exchange.tables import folded


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a file. ``names``: of its columns, as problems call them; ``first``: number of
    the first row of data."""

    file: str
    page: str
    names: tuple[str, ...]
    first: int
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, name: str | None) -> int:
        """Number of the column a problem is about; -1 if it is about none that stands there."""
        if name is None:
            return -1
        wanted = folded(name)
        return next((n for n, each in enumerate(self.names) if folded(each) == wanted), -1)

    def cell(self, row: int, column: int) -> str:
        """The id under which another text for a cell is answered."""
        return cell_id(self.file, self.page, row, self.names[column])

    def row(self, row: int) -> str:
        return row_id(self.file, self.page, row)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell of the file."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        cell = cells[column] if column < len(cells) else None
        return "" if cell is None else shown(cell)

    def left_out(self, answers: Mapping[str, str]) -> set[int]:
        """Numbers of rows that a person left out."""
        return {
            int(place[2]) for place, answer in self._answered("row", answers) if answer == LEAVE_OUT
        }

    def mended(self, answers: Mapping[str, str]) -> dict[tuple[int, int], str]:
        """(row, column) -> the text that was put there."""
        return {
            (int(place[2]), self.column(place[3])): answer
            for place, answer in self._answered("cell", answers)
        }

    def _answered(self, kind: str, answers: Mapping[str, str]) -> list[tuple[list[str], str]]:
        """Answers about this page, with the parts of their ids."""
        placed = [(parts_of(q), a) for q, a in answers.items() if q.partition(":")[0] == kind]
        return [(parts, a) for parts, a in placed if parts[:2] == [self.file, self.page]]


def page_view(draft: Draft, file: str, page: str) -> PageView | None:
    """The page as texts; None if there is no such page."""
    read = next((f for f in draft.files if f.path.name == file), None)
    found = next((p for p in read.pages if p.name == page), None) if read else None
    if found is None:
        return None
    names, first = _headers(draft, file, found)
    return PageView(file, page, names, first, found.rows)


def _headers(draft: Draft, file: str, page: Page) -> tuple[tuple[str, ...], int]:
    for source in draft.sources.values():
        lone = source.only_page or folded(source.page) == folded(page.name)
        if file in source.files and lone:
            return tuple(name or "" for name in source.headers.names), source.headers.first
    found = find_headers(page.rows)
    if found is None:
        return (), 1
    return tuple((name or "").rstrip("*") for name in found.names), found.first


def mended_pages(answers: Iterable[str]) -> list[tuple[str, str]]:
    """(file, page) of every page in which a cell was typed over or a row left out."""
    placed = [parts_of(key) for key in answers if key.partition(":")[0] in ("cell", "row")]
    return list(dict.fromkeys((parts[0], parts[1]) for parts in placed))


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind: they say the same of the same column, about other rows."""

    code: str
    column: str
    problems: tuple[Problem, ...]

    @property
    def fixable(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.fixes())


def groups_of(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Errors by kind, the most frequent first."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.severity is Severity.ERROR:
            key = (problem.message.code, problem.column or "")
            found.setdefault(key, []).append(problem)
    groups = [ProblemGroup(*key, tuple(members)) for key, members in found.items()]
    return sorted(groups, key=lambda group: -len(group.problems))
