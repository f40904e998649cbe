"""The setup attributes of a work centre: added, renamed, removed; what holds where no pair fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from app.core.choices import SetupCombine
from app.core.errors import AppError, RuleBroken
from app.services.masters.edits import InUse
from app.services.plant.setup_edits import (
    MOST_MINUTES,
    add_attribute,
    change_attribute,
    change_combine,
    free_positions,
    remove_attribute,
    remove_attribute_alone,
)
from app.services.plant.setup_view import AttributeMatrix, SetupSheet
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import choose, put_text, set_choices
from app.views.plant.proposal_panel import ProposalPanel
from app.views.plant.uses_view import UsesView
from app.views.spin import Spin

MOST_EXAMPLES = 5
USES_HEIGHT = 110


class AttributePanel(ProposalPanel):
    """The attribute that is shown, or a new one."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.write: Callable[[Any], bool] = lambda edit: False
        self.attempt: Callable[[Any], AppError | None] = lambda edit: None
        self.made: Callable[[str], None] = lambda name: None
        """Tells the name of an attribute that was added or renamed, before it is read."""
        self.editable = True
        self._sheet: SetupSheet | None = None
        self._attribute: AttributeMatrix | None = None
        self._adding = False
        self.name = QLineEdit(self)
        self.position = QComboBox(self)
        self.minutes = Spin(self)
        self.minutes.setRange(0, MOST_MINUTES)
        self.forbidden = QCheckBox(self)
        self.campaign = Spin(self)
        self.campaign.setRange(0, MOST_MINUTES)
        self.combine = QComboBox(self)
        self.told = label(self, "small", wrap=True)
        self.uses = UsesView(context, self)
        self.uses.tree.setMaximumHeight(USES_HEIGHT)
        self.uses.hide()
        self.lay_out(
            (
                self.position,
                self.name,
                self.minutes,
                self.forbidden,
                self.campaign,
                self.combine,
            ),
            above=(self.told,),
            below=(self.uses,),
        )
        self.minutes.valueChanged.connect(self._on_field_changed)
        self.forbidden.toggled.connect(self._on_field_changed)
        self.campaign.valueChanged.connect(self._on_field_changed)
        self.combine.activated.connect(self._on_combine_activated)
        self.remove.clicked.connect(self._on_remove_clicked)
        self.new.clicked.connect(self.start_new)
        self.uses.together_asked.connect(self._on_uses_together_asked)
        self.uses.go_asked.connect(context.ask_for_record)
        self.retranslate()

    def show_attribute(self, sheet: SetupSheet | None, attribute: AttributeMatrix | None) -> None:
        """What is typed stays while it is the same attribute."""
        was = self._attribute
        same = was is not None and attribute is not None and was.row.id == attribute.row.id
        adding = self._adding and sheet is not None and self._sheet is not None and (
            sheet.scope.centre == self._sheet.scope.centre)  # fmt: skip
        typed = (same or adding) and self.typed()
        if not same:
            self._end_refusal()
        self._sheet, self._attribute = sheet, attribute
        self._adding = adding or (sheet is not None and attribute is None)
        if not typed:
            self._fill()
        self.judge()

    @Slot()
    def start_new(self) -> None:
        """The fields of an attribute that is to be added."""
        self._adding = True
        self._fill()
        self.judge()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        shown = None if self._adding else self._attribute
        if shown is not None:
            positions = [shown.position]
        else:
            positions = free_positions(self._sheet) if self._sheet is not None else []
        set_choices(self.position, [(place, str(place)) for place in positions])
        row = shown.row.values if shown is not None else {}
        put_text(self.name, str(row.get("name", "")))
        self.minutes.setValue(int(row.get("default_min") or 0))
        self.forbidden.setChecked(bool(row.get("default_forbidden")))
        self.campaign.setValue(int(row.get("campaign_min") or 0))
        if self._sheet is not None:
            choose(self.combine, self._sheet.combine)

    def pairs(self) -> list[Any]:
        if self._sheet is None:
            return []
        name, minutes = self.name.text(), self.minutes.value()
        forbidden, campaign = self.forbidden.isChecked(), self.campaign.value()
        try:
            if not self._adding and self._attribute is not None:
                edit: Any = change_attribute(self._sheet, self._attribute, name=name,
                                             default_min=minutes,
                                             default_forbidden=forbidden,
                                             campaign_min=campaign)  # fmt: skip
                return [] if edit is None else [edit]
            position = self.position.currentData()
            if not name.strip() or position is None:
                return []
            return [add_attribute(self._sheet, int(position), name, minutes, forbidden, campaign)]
        except RuleBroken as refused:
            raise self.bad(self.name, self.context.text(refused.message)) from None

    def judge(self) -> None:
        edits = self.judged()
        free = self.editable and self._sheet is not None
        room = self._sheet is not None and bool(free_positions(self._sheet))
        self.save.setEnabled(free and bool(edits))
        self.remove.setEnabled(free and not self._adding and self._attribute is not None)
        self.new.setEnabled(free and room)
        for editor in (self.name, self.minutes, self.forbidden, self.campaign, self.combine):
            editor.setEnabled(free)
        self.position.setEnabled(free and self._adding and room)
        self.minutes.setEnabled(free and not self.forbidden.isChecked())
        self.heading.setText(self.tr("New attribute") if self._adding else self.tr("Attribute"))
        self.save.setText(self.tr("Add") if self._adding else self.tr("Save"))
        self._tell()

    def _tell(self) -> None:
        """Which values items have at this position: what the attribute is about."""
        position = self.position.currentData()
        text = ""
        if self._sheet is not None and position is None:
            text = self.tr("All four positions are in use: an item has at most four values.")
        elif self._sheet is not None:
            known = self._sheet.known[int(position) - 1]
            names = [value.text for value in known[:MOST_EXAMPLES]]
            names += ["…"] if len(known) > MOST_EXAMPLES else []
            if names:
                text = self.tr("Items have here: {values}").format(values=", ".join(names))
            else:
                text = self.tr("No item has a value here yet: write it at the items.")
        self.told.setText(text)

    def save_typed(self, pairs: list[Any]) -> None:
        self.made(self.name.text().strip())
        if pairs and self.write(pairs[0]):
            self._adding = False

    @Slot()
    def _on_combine_activated(self) -> None:
        if self._sheet is not None and not self._adding:
            edit = change_combine(self._sheet, SetupCombine(self.combine.currentData()))
            if edit is not None:
                self.write(edit)

    @Slot()
    def _on_remove_clicked(self) -> None:
        self._end_refusal()
        if self._attribute is None:
            return
        refused = self.attempt(remove_attribute_alone(self._attribute))
        if isinstance(refused, InUse):
            self.uses.show_uses(refused.users)
            self.uses.show_refused(False, together=True)
            self.uses.show()

    @Slot()
    def _on_uses_together_asked(self) -> None:
        if self._attribute is not None and self.write(remove_attribute(self._attribute)):
            self._end_refusal()

    def _end_refusal(self) -> None:
        self.uses.hide()
        self.uses.show_none()

    def retranslate(self) -> None:
        set_choices(
            self.combine,
            [
                (SetupCombine.SUM, self.tr("parts add up")),
                (SetupCombine.MAX, self.tr("the longest part counts")),
                (SetupCombine.FIRST, self.tr("the first part that differs counts")),
            ],
        )
        self.put_titles(
            (
                (self.position, self.tr("Position"),
                 self.tr("Which of the four values of an item it is.")),
                (self.name, self.tr("Name"), self.tr("What differs: mould, colour, length …")),
                (self.minutes, self.tr("Not listed, min"),
                 self.tr("Where no pair fits, a change takes so long.")),
                (self.forbidden, "", self.tr("Where no pair fits, a change is forbidden.")),
                (self.campaign, self.tr("Shortest run, min"),
                 self.tr("So long should be run before the next change. Plans keep it where that"
                         " pays; 0 = any length.")),
                (self.combine, self.tr("Several parts"),
                 self.tr("How the attributes of this work centre are put together.")),
            )
        )  # fmt: skip
        self.forbidden.setText(self.tr("not listed: forbidden"))
        self.remove.setText(self.tr("Remove"))
        self.new.setText(self.tr("New"))
        self.judge()
