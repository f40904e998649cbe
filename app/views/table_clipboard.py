"""Cells out of the clipboard: what Excel, WPS, a browser or a mail puts there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from PySide6.QtCore import QMimeData

Grid = list[list[str]]
_SPACES = re.compile(r"\s+")


def grid_of(data: QMimeData) -> Grid:
    """Rows of texts; empty where there is nothing to paste. Tabs are believed before HTML."""
    text = data.text() if data.hasText() else ""
    if "\t" not in text and "<t" in (data.html() if data.hasHtml() else ""):
        grid = from_html(data.html())
        if grid:
            return grid
    return from_tabs(text)


def from_tabs(text: str) -> Grid:
    """Tab-separated lines; a cell in quotes may hold line breaks, as Excel writes it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\n"):
        return []
    grid: Grid = [[]]
    at = 0
    while at <= len(text):
        cell, at = _cell(text, at)
        grid[-1].append(cell)
        if at < len(text) and text[at] == "\n" and at + 1 < len(text):
            grid.append([])
        elif at < len(text) and text[at] == "\n":
            break
        at += 1
    return grid


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins here, and where the tab or line break after it stands."""
    if text[at : at + 1] == '"':
        end = at + 1
        while (end := text.find('"', end)) >= 0:
            if text[end + 1 : end + 2] == '"':
                end += 2
            elif text[end + 1 : end + 2] in ("\t", "\n", ""):
                return text[at + 1 : end].replace('""', '"'), end + 1
            else:
                break  # an inch mark, not a quoted cell
    ends = [end for end in (text.find("\t", at), text.find("\n", at)) if end >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def from_html(html: str) -> Grid:
    """The cells of all tables in it."""
    reader = _Tables()
    reader.feed(html)
    reader.close()
    return reader.grid


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.grid: Grid = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.grid.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            span = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], int(span) if span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(_SPACES.sub(" ", data))

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self.grid:
            self.grid.append([])
        lines = (" ".join(line.split()) for line in "".join(self._cell).split("\n"))
        self.grid[-1] += ["\n".join(lines).strip()] + [""] * (self._span - 1)
        self._cell = None
