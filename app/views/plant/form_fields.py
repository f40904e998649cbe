"""The fields of a record's form: each shows a value, is typed into, and tells what was meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import RuleBroken
from app.views.date_field import BadDate, DayPicker
from app.views.date_field import parse as parse_day
from app.views.icons import icon
from app.views.page import label
from app.views.plant.master_columns import Reader
from app.views.theme import SPACE, tokens

MOST_OFFERED = 12
LONG_TEXT_HEIGHT = 54
ASIDE_GAP = 8
DAY_WIDTH = 26

Choices = Callable[[Any], Sequence[tuple[Any, str]]] | None


class FormField(QWidget):
    """One field, or a few columns that are edited together.

    ``committed`` carries {column: value}; the form answers with ``show_values`` or ``complain``.
    """

    committed = Signal(object)
    entered = Signal()
    """It has the focus now."""
    go_asked = Signal(str, object)
    """(sheet, code): the record it names is wanted."""

    def __init__(self, readers: Sequence[Reader], parent: QWidget) -> None:
        super().__init__(parent)
        self.readers = tuple(readers)
        self.keys = tuple(reader.key for reader in readers)
        self.values: dict[str, Any] = {}
        """What it shows, as read."""
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        self._complaint = label(self, "error", wrap=True)
        self._complaint.hide()

    @property
    def reader(self) -> Reader:
        return self.readers[0]

    @property
    def editor(self) -> QWidget:
        """What takes the focus."""
        raise NotImplementedError

    def put_editor(self, widget: QWidget) -> None:
        self._lines.addWidget(widget)
        self._lines.addWidget(self._complaint)
        self.setFocusProxy(self.editor)

    # ---- in and out ------------------------------------------------------------------------------

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show a record's values. What is typed and not yet taken stays, with a word about what
        the field holds now."""
        before, self.values = self.values, {key: values.get(key) for key in self.keys}
        if self.is_dirty():
            if self.values != before:
                self.complain(self._meanwhile())
            return
        self.complain("")
        self.put(self.values)

    def put(self, values: Mapping[str, Any]) -> None:
        """Show exactly these values."""
        raise NotImplementedError

    def is_dirty(self) -> bool:
        """Whether something stands in it that was not taken yet."""
        return False

    def typed(self) -> dict[str, Any]:
        """{column: value} of what stands in it; ``RuleBroken`` if that cannot be."""
        raise NotImplementedError

    def commit(self) -> bool:
        """Tell what was typed; False if it cannot be taken (the reason stands below)."""
        if not self.is_dirty():
            return True
        try:
            values = self.typed()
        except RuleBroken as refused:
            self.complain(self.reader.context.text(refused.message))
            return False
        self.committed.emit(values)
        return not self.is_dirty()

    def taken(self, values: Mapping[str, Any]) -> None:
        """What was typed has been written."""
        self.values = {key: values.get(key) for key in self.keys}
        self.complain("")
        self.put(self.values)

    def revert(self) -> None:
        self.put(self.values)
        self.complain("")

    def complain(self, text: str) -> None:
        self._complaint.setText(text)
        self._complaint.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        if self.editor.property("bad") != bool(text):
            self.editor.setProperty("bad", bool(text))
            self.editor.style().polish(self.editor)

    @property
    def complaint(self) -> str:
        return self._complaint.text()

    def set_name(self, name: str) -> None:
        self.editor.setAccessibleName(name)

    def set_locked(self, locked: bool) -> None:
        self.editor.setEnabled(not locked)

    def retranslate(self) -> None:
        """Choices, placeholders and values in the language now spoken."""
        if not self.is_dirty():
            self.put(self.values)

    def _meanwhile(self) -> str:
        value = self.reader.edited_text(self.values.get(self.keys[0]))
        text = QCoreApplication.translate(
            "FormField",
            "Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs.",
        )
        nothing = QCoreApplication.translate("FormField", "nothing")
        return text.format(value=value or nothing)


# ---------------------------------------------------------------- lines of text


class FormLine(QLineEdit):
    """Enter takes what was typed and goes on, Esc gives it up, leaving takes it."""

    done = Signal(bool)
    """True: by Enter, so the next field is wanted."""
    given_up = Signal()
    came = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._aside = ""

    def set_aside(self, text: str) -> None:
        """A quiet word at the right end while the field is not typed into: a record's name."""
        if text != self._aside:
            self._aside = text
            self.update()

    def aside(self) -> str:
        return self._aside

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            event.accept()
            self.done.emit(True)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            event.accept()
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Esc in a field that is typed into is the field's, not the panel's.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.isModified()
        ):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.done.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._aside or self.hasFocus():
            return
        metrics = self.fontMetrics()
        taken = metrics.horizontalAdvance(self.text()) + 3 * ASIDE_GAP
        room = self.rect().adjusted(taken, 0, -ASIDE_GAP, 0)
        if room.width() > 2 * ASIDE_GAP:
            painter = QPainter(self)
            painter.setPen(QColor(tokens().muted))
            shown = metrics.elidedText(self._aside, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             shown)  # fmt: skip
            painter.end()


class ListCompleter(QCompleter):
    """Completes the part after the last ``;`` of a list of codes."""

    def splitPath(self, path: str) -> list[str]:
        return [path.rpartition(";")[2].strip()]

    def pathFromIndex(self, index: QModelIndex) -> str:
        chosen = str(index.data(Qt.ItemDataRole.EditRole)).partition("  ")[0]
        widget = self.widget()
        text = widget.text() if isinstance(widget, QLineEdit) else ""
        head, separator, _ = text.rpartition(";")
        return f"{head}{separator}{chosen}"


class TextField(FormField):
    """A line: text, numbers, times, lists joined by ``;``, codes of other records."""

    def __init__(
        self, reader: Reader, choices: Choices, parent: QWidget, *, several: bool = False
    ) -> None:
        """``several``: a list of codes, completed part by part."""
        self._line = FormLine(parent)
        super().__init__([reader], parent)
        self._choices = choices
        self._several = several
        self._go: QToolButton | None = None
        if choices is not None:
            self._offer(several)
        self.put_editor(self._framed(reader))
        self._line.textEdited.connect(self._on_line_text_edited)
        self._line.done.connect(self._on_line_done)
        self._line.given_up.connect(self.revert)
        self._line.came.connect(self._on_line_came)

    @property
    def editor(self) -> QLineEdit:
        return self._line

    def _framed(self, reader: Reader) -> QWidget:
        """With a way to the record it names, where it names one."""
        if not reader.column.refers or self._several:
            return self._line
        frame = QWidget(self)
        self._line.setParent(frame)
        self._go = QToolButton(frame)
        self._go.setAutoRaise(True)
        self._go.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._go.setCursor(Qt.CursorShape.PointingHandCursor)
        self._go.clicked.connect(self._on_go_clicked)
        line = QHBoxLayout(frame)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE // 2)
        line.addWidget(self._line, 1)
        line.addWidget(self._go)
        self._draw_go()
        return frame

    def _draw_go(self) -> None:
        if self._go is not None:
            self._go.setIcon(icon("chevron-right", "accent"))
            tip = QCoreApplication.translate("FormField", "Go to this record")
            self._go.setToolTip(tip)
            self._go.setAccessibleName(tip)

    def _offer(self, several: bool) -> None:
        completer = ListCompleter(self) if several else QCompleter(self)
        completer.setModel(QStringListModel(self))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(MOST_OFFERED)
        self._line.setCompleter(completer)

    def _fill_offer(self) -> None:
        completer = self._line.completer()
        if completer is not None and self._choices is not None:
            model = completer.model()
            if isinstance(model, QStringListModel):
                model.setStringList([text for _, text in self._choices(None)])

    def put(self, values: Mapping[str, Any]) -> None:
        value = values.get(self.keys[0])
        self._line.setText(self.reader.edited_text(value))
        self._line.setCursorPosition(0)
        self._line.setModified(False)
        self._name_aside(value)

    def _name_aside(self, value: Any) -> None:
        named = ""
        if self._choices is not None and self.reader.column.refers and not self._several:
            offered = dict(self._choices(None))
            named = str(offered.get(value, "")).partition("  ")[2]
        self._line.set_aside(named)
        if self._go is not None:
            self._go.setEnabled(bool(value))

    def is_dirty(self) -> bool:
        return self._line.isModified() and self._line.text().strip() != self.reader.edited_text(
            self.values.get(self.keys[0])
        )

    def typed(self) -> dict[str, Any]:
        text = self._line.text().strip()
        for value, offered in self._choices(None) if self._choices and not self._several else ():
            if offered.casefold() == text.casefold() and text:
                return {self.keys[0]: value}
        return {self.keys[0]: self.reader.parse(text)}

    def retranslate(self) -> None:
        super().retranslate()
        self._draw_go()

    @Slot()
    def _on_line_text_edited(self) -> None:
        # setText of the completer's choice does not count as typed.
        self._line.setModified(True)
        if self.complaint:
            self.complain("")

    @Slot(bool)
    def _on_line_done(self, onwards: bool) -> None:
        completer = self._line.completer()
        if completer is not None and completer.popup().isVisible() and not onwards:
            return
        if self._line.text().strip() != self.reader.edited_text(self.values.get(self.keys[0])):
            self._line.setModified(True)
        if self.commit() and onwards:
            self.focusNextChild()

    @Slot()
    def _on_line_came(self) -> None:
        self._fill_offer()
        self.entered.emit()

    @Slot()
    def _on_go_clicked(self) -> None:
        value = self.values.get(self.keys[0])
        if value:
            self.go_asked.emit(self.reader.column.refers, str(value))


class LongText(QPlainTextEdit):
    """Several lines; leaving it or Ctrl+Enter takes what was typed."""

    done = Signal()
    given_up = Signal()
    came = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            event.accept()
            self.done.emit()
        elif event.key() == Qt.Key.Key_Escape and self.document().isModified():
            event.accept()
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.done.emit()


class LongTextField(FormField):
    def __init__(self, reader: Reader, parent: QWidget) -> None:
        self._text = LongText(parent)
        super().__init__([reader], parent)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(LONG_TEXT_HEIGHT)
        self.put_editor(self._text)
        self._text.done.connect(self.commit)
        self._text.given_up.connect(self.revert)
        self._text.came.connect(self.entered)

    @property
    def editor(self) -> QWidget:
        return self._text

    def put(self, values: Mapping[str, Any]) -> None:
        self._text.setPlainText(self.reader.edited_text(values.get(self.keys[0])))

    def is_dirty(self) -> bool:
        held = self.reader.edited_text(self.values.get(self.keys[0]))
        return self._text.toPlainText().strip() != held.strip()

    def typed(self) -> dict[str, Any]:
        return {self.keys[0]: self.reader.parse(self._text.toPlainText())}


# ---------------------------------------------------------------- choices


class QuietCombo(QComboBox):
    """Does not turn under the wheel while the form is scrolled."""

    came = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # As wide as the form lets it be, whatever the longest choice is.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()


class ChoiceField(FormField):
    def __init__(self, reader: Reader, choices: Choices, parent: QWidget) -> None:
        self._combo = QuietCombo(parent)
        super().__init__([reader], parent)
        self._choices = choices
        self._offered: list[Any] = []
        self.put_editor(self._combo)
        self._fill()
        self._combo.activated.connect(self._on_combo_activated)
        self._combo.came.connect(self.entered)

    @property
    def editor(self) -> QWidget:
        return self._combo

    def _fill(self) -> None:
        given = list(self._choices(None)) if self._choices is not None else []
        if not self.reader.column.required:
            given.insert(0, (None, ""))
        self._offered = [value for value, _ in given]
        self._combo.clear()
        self._combo.addItems([text for _, text in given])

    def put(self, values: Mapping[str, Any]) -> None:
        value = values.get(self.keys[0])
        self._combo.setCurrentIndex(self._offered.index(value) if value in self._offered else -1)

    def _chosen(self) -> Any:
        index = self._combo.currentIndex()
        return self._offered[index] if index >= 0 else None

    def is_dirty(self) -> bool:
        return bool(self._chosen() != self.values.get(self.keys[0]))

    def typed(self) -> dict[str, Any]:
        return {self.keys[0]: self._chosen()}

    def retranslate(self) -> None:
        chosen = self._chosen()
        self._fill()
        self.put({self.keys[0]: chosen})

    @Slot()
    def _on_combo_activated(self) -> None:
        self.commit()


class TickBox(QCheckBox):
    came = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()


class YesField(FormField):
    def __init__(self, reader: Reader, parent: QWidget) -> None:
        self._box = TickBox(parent)
        super().__init__([reader], parent)
        self.put_editor(self._box)
        self._box.clicked.connect(self._on_box_clicked)
        self._box.came.connect(self.entered)

    @property
    def editor(self) -> QWidget:
        return self._box

    def put(self, values: Mapping[str, Any]) -> None:
        self._box.setChecked(bool(values.get(self.keys[0])))

    def is_dirty(self) -> bool:
        return self._box.isChecked() != bool(self.values.get(self.keys[0]))

    def typed(self) -> dict[str, Any]:
        return {self.keys[0]: self._box.isChecked()}

    @Slot()
    def _on_box_clicked(self) -> None:
        self.commit()


class WeekdaysField(FormField):
    """Seven buttons, one a weekday."""

    def __init__(self, reader: Reader, parent: QWidget) -> None:
        self._days = [QToolButton(parent) for _ in range(7)]
        super().__init__([reader], parent)
        frame = QWidget(self)
        line = QHBoxLayout(frame)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(1)
        for day in self._days:
            day.setCheckable(True)
            day.setProperty("framed", True)
            day.setFixedWidth(DAY_WIDTH)
            day.setStyleSheet("padding: 4px 0;")
            day.clicked.connect(self._on_day_clicked)
            line.addWidget(day)
        line.addStretch(1)
        self.put_editor(frame)
        self._name_days()

    @property
    def editor(self) -> QWidget:
        return self._days[0]

    def set_name(self, name: str) -> None:
        for day in self._days:
            day.setAccessibleName(f"{name} {day.text()}")

    def set_locked(self, locked: bool) -> None:
        for day in self._days:
            day.setEnabled(not locked)

    def put(self, values: Mapping[str, Any]) -> None:
        chosen = values.get(self.keys[0]) or ()
        for number, day in enumerate(self._days, 1):
            day.setChecked(number in chosen)

    def _chosen(self) -> list[int]:
        return [number for number, day in enumerate(self._days, 1) if day.isChecked()]

    def is_dirty(self) -> bool:
        return self._chosen() != list(self.values.get(self.keys[0]) or ())

    def typed(self) -> dict[str, Any]:
        return {self.keys[0]: self._chosen()}

    def retranslate(self) -> None:
        self._name_days()

    def _name_days(self) -> None:
        from app.core.format import WEEKDAYS

        names = WEEKDAYS[self.reader.context.language]
        for name, day in zip(names, self._days, strict=True):
            day.setText(name.removeprefix("周")[:1])
            day.setToolTip(name)

    @Slot()
    def _on_day_clicked(self) -> None:
        self.entered.emit()
        self.commit()


class DayField(TextField):
    """A day, or a moment of the plant's clock: typed (a day without a year is the next one), or
    picked from a calendar."""

    def __init__(self, reader: Reader, parent: QWidget) -> None:
        super().__init__(reader, None, parent)
        self._picker = DayPicker(self.editor, self._shown_day)
        self._picker.picked.connect(self._on_picker_picked)

    def typed(self) -> dict[str, Any]:
        context = self.reader.context
        text = self.editor.text()
        try:
            moment = parse_day(text, context.local(context.now()), time(0))
        except BadDate:
            moment = None  # the cell's own rule says what to type
        if moment is not None:
            text = f"{moment:%Y-%m-%d %H:%M}" if moment.time() != time(0) else f"{moment:%Y-%m-%d}"
        return {self.keys[0]: self.reader.parse(text)}

    def retranslate(self) -> None:
        super().retranslate()
        self._picker.retranslate()

    def _shown_day(self) -> date:
        context = self.reader.context
        now = context.local(context.now())
        try:
            found = parse_day(self.editor.text(), now)
        except BadDate:
            found = None
        return (found or now).date()

    @Slot(object)
    def _on_picker_picked(self, day: date) -> None:
        self.editor.setText(f"{day:%Y-%m-%d}")
        self.editor.setModified(True)
        self.commit()
