"""The chosen column: what it is for, how it is made, and what comes out of its first cells.

The page lays ``outcomes`` out beside the list of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.exchange.column_choice import TargetChoice
from app.views.exchange.report_columns import column_name
from app.views.exchange.row_choice import RowChoice
from app.views.exchange.rule_form import RuleForm
from app.views.exchange.wizard import Wizard
from app.views.exchange.words_table import WordsTable
from app.views.page import hairline, label
from app.views.table import Column, RowTable
from app.views.theme import SPACE

WIDTH = 348
WAIT = 250
"""Milliseconds without a change before a rule is tried."""
OUTCOMES_HEIGHT = 150


def _try(
    _: Any, plan: Any, paths: Sequence[Any], store: Any, today: Any, number: int, target: str,
    answers: Mapping[str, str],
) -> Any:  # fmt: skip
    from app.services.exchange.rule_trial import try_rule

    found = try_rule(plan, paths, store, today, number, target, dict(answers))
    return number, target, found


class RulePanel(QWidget):
    """Works on one row of a table of the draft."""

    moved = Signal(str)
    """The row will be called so after the change that follows."""

    def __init__(self, context: AppContext, wizard: Wizard, parent: QWidget) -> None:
        super().__init__(parent)
        self.context, self.wizard = context, wizard
        self._number, self._row = 0, None
        self.setFixedWidth(WIDTH)
        self.heading = label(self, "section")
        self.examples = label(self, "small", wrap=True)
        self.becomes = label(self, "small")
        self.target = TargetChoice(context, self)
        self.rows = RowChoice(self)
        self.how = label(self, "small")
        self.form = RuleForm(self)
        self.words = WordsTable(self)
        self.note = label(self, "small", wrap=True)
        self.outcomes_title = label(self, "small")
        self.outcomes = RowTable(self._columns(), self, row_id=lambda row: row[0], filters=False,
                                 footer=False)  # fmt: skip
        self.outcomes.setFixedHeight(OUTCOMES_HEIGHT)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT)
        self._timer.timeout.connect(self._on_timer)
        self._lay_out()
        self.target.chosen.connect(self._on_target_chosen)
        self.form.changed.connect(self._on_form_changed)
        self.form.words_wanted.connect(self.words.setVisible)
        self.words.changed.connect(self._on_words_changed)
        self.rows.where_changed.connect(self._on_rows_where_changed)
        self.rows.key_changed.connect(self._on_rows_key_changed)
        self.rows.numbered_changed.connect(self._on_rows_numbered_changed)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_row(self, number: int, row: Any) -> None:
        """``number``: of the table in the draft; ``row``: its ColumnRow, or None."""
        self._number, self._row = number, row
        self._timer.stop()
        self.whole.setVisible(row is not None)
        if row is None:
            return
        draft = self.wizard.draft
        table = draft.table(number)
        self.heading.setText(row.header or column_name(self.context, table.sheet, row.target))
        self.examples.setText(" · ".join(row.examples))
        self.examples.setVisible(bool(row.examples))
        ranked = draft.rank_targets(number, row.header) if row.header else []
        self.target.offer(table.sheet, ranked, row.target, table.columns)
        headers = draft.headers_of(table)
        self.rows.setVisible(bool(row.header))
        self.rows.show_choice(
            draft.where(number, row.header), key=draft.is_key(number, row.header),
            numbered=draft.is_numbered(number),
        )  # fmt: skip
        self.form.setVisible(bool(row.target))
        self.how.setVisible(bool(row.target))
        joins = [(s.name, [p.header for p in s.profiles]) for s in draft.sources.values()]
        self.form.show_rule(row.rule, headers, self._choices(), joins)
        self._show_words(table)
        self._show_note()
        self._try_soon()

    def _column(self) -> Any:
        from app.services.exchange.mapping import column_of_key
        from app.services.exchange.sheets import sheet

        table = self.wizard.draft.table(self._number)
        return column_of_key(sheet(table.sheet), self._row.target) if self._row.target else None

    def _choices(self) -> list[str]:
        column = self._column()
        if column is None:
            return []
        chinese = self.context.language == "zh"
        if column.kind == "bool":
            return ["是", "否"] if chinese else ["yes", "no"]
        if chinese:
            return list(dict.fromkeys(column.words().values()))
        return [word for word in column.choices if word.isascii()]

    def _show_words(self, table: Any) -> None:
        rule = self._row.rule
        named = rule.get("translate", "") if isinstance(rule, Mapping) else ""
        self.words.setVisible(bool(self._row.target) and bool(named))
        if named:
            texts = self.wizard.draft.texts(table, self._row.header)
            words = self.wizard.draft.translate.get(named, {})
            self.words.show_words(texts, words, self._choices())

    def _show_note(self) -> None:
        column = self._column()
        note = column.note[0 if self.context.language == "zh" else 1] if column else ""
        example = self.tr("for example {example}").format(example=column.example) if (
            column is not None and column.example
        ) else ""  # fmt: skip
        self.note.setText(" · ".join(part for part in (note, example) if part))
        self.note.setVisible(bool(self.note.text()))

    def retranslate(self) -> None:
        self.becomes.setText(self.tr("becomes"))
        self.how.setText(self.tr("How"))
        self.outcomes_title.setText(self.tr("What comes of it"))
        self.outcomes.set_columns(self._columns())
        self.outcomes.set_empty(self.tr("Nothing yet."))
        if self._row is not None:
            self.show_row(self._number, self._row)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def _columns(self) -> list[Column]:
        return [
            Column("before", self.tr("In the file"), lambda row: row[1].before, width=220),
            Column("after", self.tr("With us"), lambda row: row[1].after or None,
                   text=self._after, width=340, tip=self._after,
                   tone=lambda row: "late" if row[1].refused else None),
        ]  # fmt: skip

    def _after(self, row: Any) -> str:
        return self.context.text(row[1].refused) if row[1].refused else row[1].after

    # ---- what a person changes -------------------------------------------------------------------

    @Slot(str)
    def _on_target_chosen(self, target: str) -> None:
        """Another column of ours for theirs, or none."""
        row, number = self._row, self._number
        self.moved.emit(target or f"unused:{row.header}")
        if not target:
            self.wizard.change(partial(_remove, number, row.target))
        elif row.target:
            self.wizard.change(partial(_retarget, number, row, target))
        else:
            self.wizard.change(partial(_take, number, target, row.header))

    @Slot(object)
    def _on_form_changed(self, rule: Any) -> None:
        if isinstance(rule, dict) and rule.get("translate") == "":
            rule["translate"] = self._table_of_words()
        self.moved.emit(self._row.target)  # it may have been missing until now
        self.wizard.change(partial(_set, self._number, self._row.target, rule))

    def _table_of_words(self) -> str:
        table = self.wizard.draft.table(self._number)
        source = table.sources[0] if table.sources else table.sheet
        return f"{source}_{self._row.target}"

    @Slot(object)
    def _on_rows_where_changed(self, where: Any) -> None:
        self.wizard.change(partial(_take_where, self._number, self._row.header, where))

    @Slot(bool)
    def _on_rows_key_changed(self, key: bool) -> None:
        self.wizard.change(partial(_make_key, self._number, self._row.header, key))

    @Slot(bool)
    def _on_rows_numbered_changed(self, numbered: bool) -> None:
        self.wizard.change(partial(_make_numbered, self._number, numbered))

    @Slot(object)
    def _on_words_changed(self, words: Any) -> None:
        self.wizard.change(partial(_set_words, self._row.rule["translate"], words))

    # ---- trying ----------------------------------------------------------------------------------

    def _try_soon(self) -> None:
        if self._row is not None and self._row.target and self._row.rule is not None:
            self._timer.start()
        else:
            self.outcomes.set_rows(())

    @Slot()
    def _on_timer(self) -> None:
        wizard = self.wizard
        if wizard.draft is None or self._row is None:
            return
        numbers = [table.number for table in wizard.draft.tables]
        if self._number not in numbers:
            return
        self.context.read(
            _try, wizard.draft.plan(), wizard.paths, wizard.store, wizard.draft.today,
            numbers.index(self._number), self._row.target, wizard.answers, then=self._on_tried,
        )  # fmt: skip

    @Slot(object)
    def _on_tried(self, answer: Any) -> None:
        number, target, found = answer
        draft = self.wizard.draft
        if draft is None or self._row is None or self._row.target != target:
            return
        if number < len(draft.tables) and draft.tables[number].number == self._number:
            self.outcomes.set_rows(enumerate(found))

    def _lay_out(self) -> None:
        self.whole = QWidget(self)
        column = QVBoxLayout(self.whole)
        column.setContentsMargins(0, 0, 2 * SPACE, 0)
        column.setSpacing(SPACE)
        for widget in (self.heading, self.examples, self.becomes, self.target, self.note,
                       self.rows,
                       hairline(self.whole), self.how, self.form, self.words
                       ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)


def _remove(number: int, target: str, draft: Any) -> None:
    if target:
        draft.remove_rule(number, target)


def _retarget(number: int, row: Any, target: str, draft: Any) -> None:
    rule = draft.propose_rule(number, target, row.header) if isinstance(row.rule, str) else row.rule
    draft.set_rule(number, target, rule, was=row.target)


def _take(number: int, target: str, header: str, draft: Any) -> None:
    draft.set_rule(number, target, draft.propose_rule(number, target, header))


def _set(number: int, target: str, rule: Any, draft: Any) -> None:
    draft.set_rule(number, target, rule)


def _take_where(number: int, header: str, where: Any, draft: Any) -> None:
    draft.take_where(number, header, where)


def _make_key(number: int, header: str, key: bool, draft: Any) -> None:
    draft.make_key(number, header, key)


def _make_numbered(number: int, numbered: bool, draft: Any) -> None:
    draft.make_numbered(number, numbered)


def _set_words(name: str, words: dict[str, str], draft: Any) -> None:
    draft.set_words(name, words)
