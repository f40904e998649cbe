"""Boxes to count in. Under a style sheet Qt puts their text at the very edge: theirs has some air,
as that of all other fields has."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QDateEdit, QDoubleSpinBox, QSpinBox, QWidget

AIR = 6  # pixels


class Spin(QSpinBox):
    """Whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _give_air(self)


class DecimalSpin(QDoubleSpinBox):
    """Numbers with decimals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _give_air(self)


class DaySpin(QDateEdit):
    """Days."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _give_air(self)


def _give_air(box: QAbstractSpinBox) -> None:
    box.lineEdit().setTextMargins(AIR, 0, 0, 0)
