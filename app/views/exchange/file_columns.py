"""Columns of the lists of the first step: files, saved mappings, earlier imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.views.context import AppContext
from app.views.exchange.report_columns import sheet_name
from app.views.table import CellEdit, Column, Kind

TONES = {"own": "good", "foreign": "text", "unreadable": "late", "reading": "muted"}
ICONS = {"own": "circle-check", "foreign": "file-spreadsheet", "unreadable": "alert-circle",
         "reading": "clock"}  # fmt: skip


class FileColumns(QObject):
    """A QObject for its ``tr``."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def of_files(self) -> list[Column]:
        return [
            Column("name", self.tr("File"), lambda row: row.path.name, width=280,
                   icon=lambda row: ICONS[row.kind], tone=lambda row: TONES[row.kind],
                   tip=lambda row: str(row.path)),
            Column("sheets", self.tr("Sheets"), lambda row: row.sheets or None, kind=Kind.NUMBER,
                   width=64),
            Column("rows", self.tr("Rows"), lambda row: row.rows or None, kind=Kind.NUMBER,
                   width=72),
            Column("kind", self.tr("What it is"), self._kind, width=560,
                   tone=lambda row: "late" if row.kind == "unreadable" else None),
        ]  # fmt: skip

    def _kind(self, row: Any) -> str:
        if row.problem is not None:
            return self._context.text(row.problem)
        words = {
            "own": self.tr("The import workbook: it needs no mapping"),
            "foreign": self.tr("A spreadsheet of your own: it needs a mapping"),
            "unreadable": self.tr("It cannot be read"),
            "reading": self.tr("Reading…"),
        }
        return words[row.kind]

    def of_saved(self, renamed: Callable[[Any, str], Any]) -> list[Column]:
        return [
            Column("name", self.tr("Name"), lambda row: row.name, width=150,
                   icon=lambda _: "template", edit=CellEdit(lambda row: row.name, renamed)),
            Column("files", self.tr("Files"), lambda row: ", ".join(row.patterns), width=190),
            Column("used", self.tr("Last used"), lambda row: row.last_used_at,
                   text=self._used, kind=Kind.DATE, width=130,
                   day=self._context.local_day),
        ]  # fmt: skip

    def _used(self, row: Any) -> str:
        if row.last_used_at is None:
            return self.tr("never")
        return self._context.moment_text(row.last_used_at)

    def of_batches(self) -> list[Column]:
        return [
            Column("at", self.tr("When"), lambda row: row.at,
                   text=lambda row: self._context.moment_text(row.at), kind=Kind.DATE, width=130,
                   tone=self._tone, day=self._context.local_day),
            Column("actor", self.tr("Who"), lambda row: row.actor, width=80, tone=self._tone),
            Column("files", self.tr("Files"), lambda row: ", ".join(row.files), width=180,
                   tone=self._tone),
            Column("counts", self.tr("What"), self._counts, width=150, tone=self._tone,
                   tip=self._sheets),
            Column("state", self.tr("State"), self._state, width=120, tone=self._tone),
        ]  # fmt: skip

    @staticmethod
    def _tone(row: Any) -> str | None:
        return "muted" if row.undone_at is not None else None

    def _counts(self, row: Any) -> str:
        return self.tr("{new} new, {changed} changed").format(new=row.new, changed=row.changed)

    def _sheets(self, row: Any) -> str:
        return "\n".join(
            f"{sheet_name(self._context, s.sheet)}: {s.new} + {s.changed}" for s in row.sheets
        )

    def _state(self, row: Any) -> str:
        if row.undone_at is not None:
            return self.tr("taken back")
        return self.tr("can be undone") if row.undoable else self.tr("in use")
