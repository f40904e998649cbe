"""Which dropped files the program takes: spreadsheets, and mappings that explain them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent

READABLE = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt",
     ".xml", ".htm", ".html"}
)  # fmt: skip
MAPPING = ".toml"


def take(event: QDropEvent) -> None:
    """The files are copied from, never moved: a file manager may delete what was moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def paths_of(data: QMimeData) -> list[Path]:
    """Local files among what is dragged that can be imported; folders stand for what is in them."""
    found: list[Path] = []
    for url in data.urls():
        if not url.isLocalFile():
            continue
        path = Path(url.toLocalFile())
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else []
        found += [
            each for each in (inside or [path]) if each.suffix.lower() in READABLE | {MAPPING}
        ]
    return found
