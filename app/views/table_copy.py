"""Rows for the clipboard, as tabs and as an HTML table: what Excel and a mail understand."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from app.views.table_columns import Column
from app.views.table_lines import Line, Lines

_BLANKS = ("\t", "\n", "\r", "  ", "\x1e ", " \x1e")
MOST_MARKED_UP = 20_000
"""Rows; more go as tabs only, which every spreadsheet takes as well."""


def clipboard_data(
    lines: Lines, chosen: Sequence[Line], columns: Sequence[Column], *, titles: bool
) -> QMimeData:
    """The texts of ``chosen`` in these columns. 100,000 rows are made as a few long texts."""
    places = [line.at for line in chosen]
    cells = [_cleaned(list(map(lines.texts(column).__getitem__, places))) for column in columns]
    rows = ["\t".join(row) for row in zip(*cells, strict=True)]
    if titles:
        rows.insert(0, "\t".join(_cleaned([column.title for column in columns])))
    text = "\n".join(rows)
    data = QMimeData()
    data.setText(text + "\n")
    if len(rows) <= MOST_MARKED_UP:
        marked = html.escape(text).replace("\t", "</td><td>").replace("\n", "</td></tr><tr><td>")
        data.setHtml(f"<table><tr><td>{marked}</td></tr></table>")
    return data


def _cleaned(texts: list[str]) -> list[str]:
    """One line each, without tabs and needless blanks."""
    whole = "\x1e".join(texts)
    if not any(blank in whole for blank in _BLANKS):
        return texts
    return [" ".join(text.split()) for text in texts]
