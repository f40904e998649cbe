"""Pages of foreign files that have the same shape: one source of a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from app.services.exchange.cells import Cell, Page
from app.services.exchange.evidence import LOOKED_AT, Profile, profiles
from app.services.exchange.headers import Headers, find_headers
from app.services.exchange.names import RUNNING


@dataclass(frozen=True, slots=True)
class SourceTable:
    """``name``: in the mapping; ``pattern``: which files it takes; ``page``: their sheet.

    ``only_page``: the files have no other sheet with cells, so the mapping need not name it.
    ``sample``: the first rows below the headers.
    """

    name: str
    files: tuple[str, ...]
    pattern: str
    page: str
    only_page: bool
    headers: Headers
    profiles: tuple[Profile, ...]
    sample: tuple[tuple[Cell, ...], ...]
    count: int

    def texts(self, header: str) -> tuple[str, ...]:
        """What stands in a column, each text once."""
        return next((p.texts for p in self.profiles if p.header == header), ())

    def runs_down(self, header: str) -> bool:
        """Whether the column's cells seem merged over the rows below them."""
        place = self.headers.names.index(header)
        cells = [row[place] if place < len(row) else None for row in self.sample]
        if not cells or cells[0] is None or None not in cells:
            return False
        blank = [row for row, cell in zip(self.sample, cells, strict=True) if cell is None]
        width = sum(name is not None for name in self.headers.names)
        # Rows below are otherwise full: it is the cell that is merged, not the row that is short.
        full = sum(sum(c is not None for c in row) * 2 >= width for row in blank)
        return full * 10 >= len(blank) * 9 and len(blank) * 10 >= len(cells)


def source_of(name: str, files: Sequence[str], pattern: str, page: Page, headers: Headers,
              only_page: bool) -> SourceTable:  # fmt: skip
    rows = [row for row in page.rows[headers.first - 1 :] if any(c is not None for c in row)]
    return SourceTable(
        name, tuple(files), pattern, page.name, only_page, headers,
        profiles(page.rows, headers), tuple(rows[:LOOKED_AT]), len(rows),
    )  # fmt: skip


def find_sources(files: Sequence[tuple[str, Sequence[Page]]]) -> list[SourceTable]:
    """The tables in foreign files (name, pages); files of the same shape are one source."""
    shapes: dict[
        tuple[str, str, tuple[str | None, ...]], list[tuple[str, Page, Headers, bool]]
    ] = {}
    for file, pages in files:
        filled = [page for page in pages if page.rows and not page.hidden]
        for page in filled:
            headers = find_headers(page.rows)
            if headers is None:
                continue
            lone = len(filled) == 1
            shape = (pattern_of(file), "" if lone else page.name, headers.names)
            shapes.setdefault(shape, []).append((file, page, headers, lone))
    names: set[str] = set()
    found = []
    everyone = [file for file, _ in files]
    for (pattern, _, _), members in shapes.items():
        file, page, headers, lone = members[0]
        mine = [member[0] for member in members]
        strangers = [name for name in everyone if name not in mine and fnmatch(name, pattern)]
        taken = pattern if not (strangers and lone) else escaped(file)
        name = _free(source_name(file if lone else f"{Path(file).stem}_{page.name}"), names)
        names.add(name)
        made = source_of(name, mine, taken, page, headers, lone)
        rows = sum(_row_count(m[1], m[2]) for m in members)
        found.append(replace(made, count=rows))
    return found


def _row_count(page: Page, headers: Headers) -> int:
    return sum(any(c is not None for c in row) for row in page.rows[headers.first - 1 :])


def escaped(name: str) -> str:
    """A file name as a pattern that takes this name only."""
    return re.sub(r"([\[*?])", r"[\1]", name)


def pattern_of(name: str) -> str:
    """A pattern that takes the next export too: dates and running numbers stand open.

    >>> pattern_of("purchaseOrder_181020.xlsx")
    'purchaseOrder_*.xlsx'
    """
    path = Path(name)
    stem = re.sub("\0([-_. ]?\0)+", "\0", RUNNING.sub("\0", escaped(path.stem)))
    stem = stem.replace("\0", "*")
    return f"{stem}{path.suffix}" if stem.strip("*_- ") else escaped(name)


def source_name(name: str) -> str:
    """A short name for a source, made of a file's name, without digits and signs."""
    stem = re.sub(r"\.(xlsx|xlsm|xls|xlsb|ods|csv|tsv|txt)$", "", name, flags=re.IGNORECASE)
    stem = RUNNING.sub(" ", stem)
    return "_".join(re.findall(r"\w+", stem)).strip("_") or "source"


def _free(name: str, taken: Iterable[str]) -> str:
    others = set(taken)
    number, free = 2, name
    while free in others:
        free, number = f"{name}_{number}", number + 1
    return free
