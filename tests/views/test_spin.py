"""Boxes to count in."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.views import theme
from app.views.spin import DecimalSpin, Spin


def first_ink(box: QWidget) -> int:
    """x of the leftmost dark pixel inside its border."""
    picture = box.grab().toImage()
    return min(
        x
        for x in range(3, 40)
        for y in range(6, box.height() - 6)
        if QColor(picture.pixel(x, y)).lightness() < 120
    )


def test_text_in_a_spin_box_stands_where_it_does_in_other_fields(qtbot: QtBot) -> None:
    theme.apply(theme.LIGHT)
    field, whole, decimal = QLineEdit("444"), Spin(), DecimalSpin()
    whole.setMaximum(999)
    whole.setValue(444)
    decimal.setMaximum(999)
    decimal.setValue(444)
    for box in (field, whole, decimal):
        qtbot.addWidget(box)
        box.resize(160, 26)
        box.show()
        assert abs(first_ink(box) - first_ink(field)) <= 2
