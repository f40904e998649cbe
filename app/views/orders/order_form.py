"""The form of one order, for a new one and for a change: errors stand under their fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.quantity import scaled
from app.services.orders.rows import OrderChoices, OrderForm
from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.orders import words
from app.views.orders.site_fields import SiteFieldInput, needed
from app.views.page import hairline, label
from app.views.spin import Spin
from app.views.theme import SPACE

NEEDS_CUSTOMER = frozenset({"normal", "rush"})
TEXT_HEIGHT = 56
MOST_SAFETY_DAYS = 365


class _Bad(Exception):
    """Why a field cannot be taken as it is."""


class _Field(QWidget):
    """An input with its complaint below it."""

    def __init__(self, editor: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.editor = editor
        self.complaint = label(self, "error", wrap=True)
        self.complaint.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(editor)
        layout.addWidget(self.complaint)

    def complain(self, text: str) -> None:
        self.complaint.setText(text)
        self.complaint.setVisible(bool(text))
        marked = self.editor.focusProxy() or self.editor
        marked.setProperty("bad", bool(text))
        marked.style().polish(marked)


class OrderFormPanel(QWidget):
    """``accepted(OrderForm)`` only when every field is in order; ``given_up`` otherwise."""

    accepted = Signal(object)
    given_up = Signal()
    promise_asked = Signal(object)
    """Can what was typed be promised? Carries the OrderForm, every field in order."""
    type_changed = Signal(str)
    """So that the page can look up the next number of that type's series."""

    def __init__(self, context: AppContext, choices: OrderChoices, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._choices = choices
        self._before: OrderForm | None = None
        self._complained = False
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.heading = label(self, "title")
        self._make_editors()
        self.save_button = QPushButton(self)
        self.save_button.setProperty("primary", True)
        self.cancel_button = QPushButton(self)
        self.promise_button = QPushButton(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- in and out ------------------------------------------------------------------------------

    def start_new(self) -> None:
        """An empty form; the cursor stands in the first field."""
        self._before = None
        self._clear()
        self._head()
        self.type_changed.emit(self.type.currentData())
        self.customer.setFocus()

    def start_change(self, form: OrderForm) -> None:
        """The order as it is, to be changed."""
        self._before = form
        self._clear()
        self.type.setCurrentIndex(self.type.findData(form.type))
        self.number.setText(form.number or "")
        self._select(self.customer, form.customer_code)
        self.po.setText(form.customer_po)
        self._select(self.item, form.item_code)
        self._offer_units()
        self.quantity.setText(f"{form.quantity:f}")
        self.unit.setCurrentText(form.unit)
        self.requested.set_moment(form.requested)
        self.promised.set_moment(form.promised)
        self.earliest.set_moment(form.earliest_start)
        self.priority.setValue(form.priority)
        self.safety.setText("" if form.safety_days is None else str(form.safety_days))
        self.requirements.setPlainText(form.requirements)
        self.remark.setPlainText(form.remark)
        for each in self._inputs:
            each.show(form.specification.get(each.field.key, ""))
        self._head()
        self.quantity.setFocus()

    @property
    def before(self) -> OrderForm | None:
        """The order as it was read; None for a new one."""
        return self._before

    def show_next_number(self, number: str) -> None:
        self.number.setPlaceholderText(number)

    def form(self) -> OrderForm | None:
        """What was typed, or None: then every field that is wrong says so."""
        values: dict[str, Any] = {}
        first_bad: _Field | None = None
        for name, (field, read) in self._fields.items():
            try:
                values[name] = read()
            except _Bad as bad:
                field.complain(str(bad))
                first_bad = first_bad or field
            else:
                field.complain("")
        if first_bad is not None:
            first_bad.editor.setFocus()
            self._complained = True
            return None
        own = {each.field.key: values.pop(f"field:{each.field.key}") for each in self._inputs}
        held = dict(self._before.specification) if self._before else {}
        kept = {key: text for key, text in (held | own).items() if text}
        typed = OrderForm(unit=self.unit.currentText(), specification=kept, **values)
        return replace(typed, number=self._before.number) if self._before else typed

    # ---- reading the fields ----------------------------------------------------------------------

    def _read_number(self) -> str | None:
        return self.number.text().strip() or None

    def _read_type(self) -> str:
        return str(self.type.currentData())

    def _read_customer(self) -> str | None:
        code = self._chosen(self.customer)
        if code is None and self.customer.currentText().strip():
            raise _Bad(self.tr("There is no such customer. Choose one from the list."))
        if code is None and self._read_type() in NEEDS_CUSTOMER:
            raise _Bad(self.tr("Choose the customer."))
        return code

    def _read_item(self) -> str:
        code = self._chosen(self.item)
        if code is None:
            if self.item.currentText().strip():
                raise _Bad(self.tr("There is no such item. Choose one from the list."))
            raise _Bad(self.tr("Choose the item."))
        return code

    def _read_quantity(self) -> Decimal:
        text = self.quantity.text().strip().replace(",", "").replace(",", "")
        try:
            quantity = Decimal(text)
            scaled(quantity)
        except (InvalidOperation, ValueError):
            raise _Bad(self.tr("Type a number with at most six decimal places.")) from None
        if quantity <= 0:
            raise _Bad(self.tr("The quantity must be above zero."))
        return quantity

    def _read_requested(self) -> Any:
        moment = self._read_date(self.requested)
        if moment is None:
            raise _Bad(self.tr("Type the date that the customer asked for."))
        return moment

    def _read_promised(self) -> Any:
        return self._read_date(self.promised)

    def _read_earliest(self) -> Any:
        return self._read_date(self.earliest)

    def _read_date(self, field: DateField) -> Any:
        try:
            return field.moment()
        except BadDate:
            raise _Bad(self.tr("This is no date. Type it like 2026-12-05.")) from None

    def _read_safety(self) -> int | None:
        text = self.safety.text().strip()
        if not text:
            return None
        if not text.isdecimal() or int(text) > MOST_SAFETY_DAYS:
            raise _Bad(self.tr("Type whole days from 0 to 365, or nothing."))
        return int(text)

    def _read_own(self, own: SiteFieldInput) -> str:
        """A field the site has defined; an order that never had a required one may stay so."""
        try:
            text = own.typed()
        except RuleBroken as refused:
            raise _Bad(self._context.text(refused.message)) from None
        had = self._before is None or self._before.specification.get(own.field.key)
        if own.field.required and not text and had:
            raise _Bad(needed(own.field, self._context))
        return text

    # ---- language --------------------------------------------------------------------------------

    def retranslate(self) -> None:
        names = (
            self.tr("Order no."),
            self.tr("Type"),
            self.tr("Customer"),
            self.tr("Customer's PO"),
            self.tr("Item"),
            self.tr("Quantity"),
            self.tr("Requested"),
            self.tr("Promised"),
            self.tr("Earliest start"),
            self.tr("Priority (1 first, 9 last)"),
            self.tr("Safety days"),
            self.tr("Requirements"),
            self.tr("Remark"),
            *(self._own_name(each) for each in self._inputs),
        )
        for widget, text in zip(self._names, names, strict=True):
            widget.setText(text)
        for (field, _), text in zip(self._fields.values(), names, strict=True):
            field.editor.setAccessibleName(text)
        self.quantity.setAccessibleName(self.tr("Quantity"))
        self.unit.setAccessibleName(self.tr("Unit"))
        self.safety.setPlaceholderText(self.tr("the customer's"))
        self.item.lineEdit().setPlaceholderText(self.tr("code or name"))
        self.customer.lineEdit().setPlaceholderText(self.tr("code or name"))
        self.save_button.setText(self.tr("Save"))
        self.cancel_button.setText(self.tr("Discard"))
        self.promise_button.setText(self.tr("Can we promise it?"))
        for each in self._inputs:
            each.retranslate()
        for index in range(self.type.count()):
            self.type.setItemText(index, words.order_type(self.type.itemData(index)))
        self._head()
        if self._complained:
            self.form()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def _own_name(self, own: SiteFieldInput) -> str:
        name = self._context.text(own.field.name)
        return f"{name} *" if own.field.required else name

    def _head(self) -> None:
        if self._before is None:
            self.heading.setText(self.tr("New order"))
        else:
            title = self.tr("Change order {number}").format(number=self._before.number)
            self.heading.setText(title)

    # ---- inside ----------------------------------------------------------------------------------

    def _make_editors(self) -> None:
        context = self._context
        self.number = QLineEdit(self)
        self.type = QComboBox(self)
        for each in self._choices.types:
            self.type.addItem("", each)
        self.customer = _search_box(self)
        for customer in self._choices.customers:
            self.customer.addItem(f"{customer.code}  {customer.name}", customer.code)
        self.po = QLineEdit(self)
        self.item = _search_box(self)
        for item in self._choices.items:
            self.item.addItem(f"{item.code}  {item.name}", item.code)
        self.quantity = QLineEdit(self)
        self.unit = QComboBox(self)
        self.requested = DateField(context.zone, context.now(), self)
        self.promised = DateField(context.zone, context.now(), self)
        self.earliest = DateField(context.zone, context.now(), self)
        self.priority = Spin(self)
        self.priority.setRange(1, 9)
        self.safety = QLineEdit(self)
        self.requirements, self.remark = QPlainTextEdit(self), QPlainTextEdit(self)
        for text in (self.requirements, self.remark):
            text.setFixedHeight(TEXT_HEIGHT)
            text.setTabChangesFocus(True)
        self._inputs = [SiteFieldInput(context, each, self) for each in self._choices.fields]

    def _lay_out(self) -> None:
        inside = QWidget(self)
        with_unit = QWidget(inside)
        line = QHBoxLayout(with_unit)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.quantity, 2)
        line.addWidget(self.unit, 1)
        with_unit.setFocusProxy(self.quantity)
        self._names: list[QLabel] = []
        self._fields: dict[str, tuple[_Field, Callable[[], Any]]] = {}
        form = QFormLayout(inside)
        form.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 3 * SPACE)
        form.setHorizontalSpacing(4 * SPACE)
        form.setVerticalSpacing(2 * SPACE)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for box in (self.type, self.customer, self.item, self.unit):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for name, editor, read in (
            ("number", self.number, self._read_number),
            ("type", self.type, self._read_type),
            ("customer_code", self.customer, self._read_customer),
            ("customer_po", self.po, lambda: self.po.text().strip()),
            ("item_code", self.item, self._read_item),
            ("quantity", with_unit, self._read_quantity),
            ("requested", self.requested, self._read_requested),
            ("promised", self.promised, self._read_promised),
            ("earliest_start", self.earliest, self._read_earliest),
            ("priority", self.priority, self.priority.value),
            ("safety_days", self.safety, self._read_safety),
            ("requirements", self.requirements, lambda: self.requirements.toPlainText().strip()),
            ("remark", self.remark, lambda: self.remark.toPlainText().strip()),
            *(
                (f"field:{each.field.key}", each.widget, partial(self._read_own, each))
                for each in self._inputs
            ),
        ):
            caption, field = label(inside, "muted"), _Field(editor, inside)
            self._names.append(caption)
            self._fields[name] = (field, read)
            form.addRow(caption, field)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 2 * SPACE)
        buttons.addWidget(self.promise_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 2 * SPACE, 0, 0)
        head = QHBoxLayout()
        head.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 0)
        head.addWidget(self.heading)
        whole.addLayout(head)
        whole.addWidget(hairline(self))
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.save_button.clicked.connect(self._on_save_clicked)
        self.cancel_button.clicked.connect(self.given_up)
        self.promise_button.clicked.connect(self._on_promise_clicked)
        self.type.currentIndexChanged.connect(self._on_type_changed)
        self.item.currentTextChanged.connect(self._offer_units)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        save = QShortcut(QKeySequence("Ctrl+Return"), self)
        save.setContext(context)
        save.activated.connect(self._on_save_clicked)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(context)
        leave.activated.connect(self.given_up)

    def _clear(self) -> None:
        self._complained = False
        for line in (self.number, self.po, self.quantity, self.safety):
            line.clear()
        for field in (self.requested, self.promised, self.earliest):
            field.set_moment(None)
        for box in (self.customer, self.item):
            box.setCurrentIndex(-1)
            box.clearEditText()
        self.unit.clear()
        self.type.setCurrentIndex(0)
        self.number.setEnabled(self._before is None)
        self.type.setEnabled(self._before is None)
        self.item.setEnabled(self._before is None)
        self.priority.setValue(5)
        self.requirements.clear()
        self.remark.clear()
        for own in self._inputs:
            own.show("")
        for field, _ in self._fields.values():
            field.complain("")

    def _select(self, box: QComboBox, code: str | None) -> None:
        box.setCurrentIndex(-1 if code is None else box.findData(code))
        if code is None:
            box.clearEditText()

    def _chosen(self, box: QComboBox) -> str | None:
        """The code that was chosen, or typed in full."""
        text = box.currentText().strip()
        index = box.findText(text)
        if index >= 0:
            return str(box.itemData(index))
        typed = code_key(text)
        for number in range(box.count()):
            if code_key(str(box.itemData(number))) == typed:
                return str(box.itemData(number))
        return None

    @Slot()
    def _offer_units(self) -> None:
        code = self._chosen(self.item)
        item = next((each for each in self._choices.items if each.code == code), None)
        units = list(item.units) if item is not None else []
        if units != [self.unit.itemText(n) for n in range(self.unit.count())]:
            self.unit.clear()
            self.unit.addItems(units)

    @Slot()
    def _on_type_changed(self) -> None:
        if self._before is None:
            self.type_changed.emit(self.type.currentData())

    @Slot()
    def _on_promise_clicked(self) -> None:
        form = self.form()
        if form is not None:
            self.promise_asked.emit(form)

    @Slot(object)
    def take_promise(self, moment: datetime) -> None:
        """A date that was found to be possible goes into its field."""
        self.promised.set_moment(moment)
        self.promised.setFocus()

    @Slot()
    def _on_save_clicked(self) -> None:
        form = self.form()
        if form is not None:
            self.accepted.emit(form)


def _search_box(parent: QWidget) -> QComboBox:
    """Type a part of the code or of the name, choose from what matches."""
    box = QComboBox(parent)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    completer = box.completer()
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return box
