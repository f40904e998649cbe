"""Columns of the tables of the What-if page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject

from app.services.planning.scenarios.outcome import number_of
from app.views.context import AppContext
from app.views.planning.whatif.words import ICONS
from app.views.table import Column, Kind

UNSOLVED, STALE, SOLVED = "unsolved", "stale", "solved"


def state_of(row: Any) -> str:
    """Of a scenario."""
    if row.result is None:
        return UNSOLVED
    return STALE if row.result.stale else SOLVED


def figure_of(row: Any, name: str) -> float | None:
    return None if row.result is None else row.result.figures.get(name)


class WhatIfColumns(QObject):
    """A QObject for its ``tr``: titles are asked for again when the language changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def state_text(self, row: Any) -> str:
        text = {
            UNSOLVED: self.tr("not solved"),
            STALE: self.tr("stale"),
            SOLVED: self.tr("solved"),
        }[state_of(row)]
        return self.tr("{state}, older base").format(state=text) if row.behind else text

    def scenarios(self) -> list[Column]:
        context = self._context
        return [
            Column("name", self.tr("Scenario"), lambda row: row.name, width=120),
            Column(
                "state",
                self.tr("State"),
                self.state_text,
                icon=lambda row: {
                    UNSOLVED: "clock", STALE: "alert-triangle", SOLVED: "circle-check",
                }[state_of(row)],
                tone=lambda row: {UNSOLVED: "muted", STALE: "risk", SOLVED: "good"}[state_of(row)],
                width=128,
            ),
            Column(
                "late",
                self.tr("Late"),
                lambda row: figure_of(row, "late_orders"),
                text=lambda row: _whole(figure_of(row, "late_orders")),
                kind=Kind.NUMBER,
                width=50,
            ),
            Column(
                "edits",
                self.tr("Edits"),
                lambda row: len(row.open_steps),
                kind=Kind.NUMBER,
                width=50,
            ),
            Column("owner", self.tr("Owner"), lambda row: row.owner, width=72),
            Column(
                "solved",
                self.tr("Solved at"),
                lambda row: None if row.result is None else row.result.solved_at,
                text=lambda row: context.moment_text(row.result and row.result.solved_at),
                kind=Kind.DATE,
                day=context.local_day,
                width=128,
            ),
            Column(
                "base",
                self.tr("Base"),
                lambda row: row.base_revision,
                text=lambda row: self.base_text(row.base_revision),
                width=90,
                hidden=True,
            ),
        ]  # fmt: skip

    def base_text(self, revision: int) -> str:
        if not revision:
            return self.tr("unpublished")
        return self.tr("published r{revision}").format(revision=revision)

    def steps(self) -> list[Column]:
        text = self._context.text
        return [
            Column("seq", self.tr("No."), lambda row: row.seq, kind=Kind.NUMBER, width=40),
            Column(
                "sentence",
                self.tr("What is asked"),
                lambda row: text(row.sentence),
                icon=lambda row: "check" if row.adopted else ICONS[row.step.kind],
                tone=lambda row: "muted" if row.adopted else None,
                tip=lambda row: text(row.sentence),
                width=280,
            ),
            Column(
                "state",
                self.tr("State"),
                lambda row: self.tr("adopted") if row.adopted else self.tr("asked"),
                width=64,
            ),
        ]

    def figures(self, names: Sequence[str], currency: str) -> list[Column]:
        """One column per plan; the best of a row carries a star as well as its colour."""
        text = self._context.text

        def title(row: Any) -> str:
            said = text(row.title)
            return f"{said} ({currency})" if row.figure.unit == "money" else said

        columns = [Column("figure", self.tr("Figure"), title, width=190)]
        for place, name in enumerate(names):
            columns.append(self._plan(place, name))
        return columns

    def _plan(self, place: int, name: str) -> Column:
        def shown(row: Any) -> str:
            star = "★ " if place in row.best else ""
            return star + number_of(row.figure, row.values[place])

        return Column(
            f"plan{place}",
            name,
            lambda row: row.values[place],
            text=shown,
            tone=lambda row: "good" if place in row.best else None,
            kind=Kind.NUMBER,
            width=118,
        )

    def orders(self) -> list[Column]:
        context = self._context
        moment = context.moment_text

        def date(key: str, title: str, *, hidden: bool = False) -> Column:
            return Column(
                key,
                title,
                lambda row: getattr(row, key),
                text=lambda row: moment(getattr(row, key)),
                kind=Kind.DATE,
                day=context.local_day,
                width=122,
                hidden=hidden,
            )

        return [
            Column("order", self.tr("Order no."), lambda row: row.order, width=112),
            Column("item", self.tr("Item"), lambda row: row.item, width=96),
            Column("customer", self.tr("Customer"), lambda row: row.customer, width=96),
            Column(
                "difference",
                self.tr("Difference"),
                lambda row: row.difference,
                text=self._difference,
                tone=lambda row: _tone(row.difference),
                icon=lambda row: _arrow(row.difference),
                kind=Kind.NUMBER,
                width=104,
            ),
            Column(
                "late",
                self.tr("Late"),
                lambda row: row.late,
                text=self._late,
                tone=lambda row: "late" if row.late else None,
                kind=Kind.NUMBER,
                width=92,
            ),
            Column(
                "cause",
                self.tr("Cause"),
                lambda row: "" if row.cause is None else context.text(row.cause),
                tip=lambda row: "" if row.cause is None else context.text(row.cause),
                width=300,
            ),
            Column(
                "weighted",
                self.tr("Later, weighted"),
                lambda row: row.weighted,
                text=self._weighted,
                kind=Kind.NUMBER,
                width=120,
                hidden=True,
            ),
            Column(
                "loses",
                self.tr("Waits longer for"),
                self._loses,
                tip=lambda row: "\n".join(context.text(each) for each in row.loses),
                width=300,
                hidden=True,
            ),
            date("base_end", self.tr("Was to end")),
            date("end", self.tr("Ends")),
            date("due", self.tr("Internal due")),
        ]

    def load(self) -> list[Column]:
        def hours(key: str, title: str) -> Column:
            return Column(
                key,
                title,
                lambda row: getattr(row, key),
                text=lambda row: f"{getattr(row, key):.1f} h",
                kind=Kind.NUMBER,
                width=104,
            )

        def percent(key: str, title: str) -> Column:
            return Column(
                key,
                title,
                lambda row: getattr(row, key),
                text=lambda row: f"{getattr(row, key):.0f} %",
                bar=lambda row: min(getattr(row, key) / 100, 1.0),
                kind=Kind.NUMBER,
                width=104,
            )

        return [
            Column("machine", self.tr("Machine"), lambda row: row.machine, width=120),
            hours("was", self.tr("Was")),
            hours("now", self.tr("Is")),
            Column(
                "difference",
                self.tr("Difference"),
                lambda row: row.difference,
                text=lambda row: _signed_hours(row.difference),
                kind=Kind.NUMBER,
                width=104,
            ),
            percent("was_percent", self.tr("Load was")),
            percent("now_percent", self.tr("Load is")),
        ]

    def _difference(self, row: Any) -> str:
        if row.difference is None:
            return "–"
        if not row.difference:
            return "0"
        sign = "+" if row.difference > 0 else "−"
        return sign + self._context.duration_text(abs(row.difference))

    def _loses(self, row: Any) -> str:
        return " · ".join(self._context.text(each) for each in row.loses)

    def _weighted(self, row: Any) -> str:
        """Hours; an order that has no end any more weighs more than any."""
        if row.end is None:
            return self.tr("not placed") if row.base_end is not None else ""
        return f"{row.weighted / 60:,.1f} h" if row.weighted else ""

    def _late(self, row: Any) -> str:
        return self._context.duration_text(row.late) if row.late else ""


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _tone(difference: int | None) -> str | None:
    if not difference:
        return None
    return "late" if difference > 0 else "good"


def _signed_hours(hours: float) -> str:
    """No sign before nothing."""
    shown = round(hours, 1)
    return f"{shown:+.1f} h".replace("-", "−") if shown else "0.0 h"


def _arrow(difference: int | None) -> str | None:
    if not difference:
        return None
    return "chevron-right" if difference > 0 else "chevron-left"
