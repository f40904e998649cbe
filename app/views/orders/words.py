"""The domain's fixed choices as words of the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

LAMP_ICONS = {
    "ok": "circle-check",
    "watch": "clock",
    "risk": "alert-triangle",
    "late": "alert-circle",
}
LAMP_TONES = {"ok": "good", "watch": "watch", "risk": "risk", "late": "late"}


def lamp(value: str) -> str:
    words = {
        "ok": QCoreApplication.translate("Words", "OK"),
        "watch": QCoreApplication.translate("Words", "Watch"),
        "risk": QCoreApplication.translate("Words", "At risk"),
        "late": QCoreApplication.translate("Words", "Late"),
    }
    return words[value]


def order_type(value: str) -> str:
    words = {
        "normal": QCoreApplication.translate("Words", "Normal"),
        "rush": QCoreApplication.translate("Words", "Rush"),
        "sample": QCoreApplication.translate("Words", "Sample"),
        "trial": QCoreApplication.translate("Words", "Mould trial"),
        "rework": QCoreApplication.translate("Words", "Rework"),
        "top_up": QCoreApplication.translate("Words", "Top-up"),
        "stock": QCoreApplication.translate("Words", "Stock"),
        "subcontract": QCoreApplication.translate("Words", "Subcontract"),
    }
    return words[value]


def order_state(value: str) -> str:
    words = {
        "draft": QCoreApplication.translate("Words", "Draft"),
        "in_review": QCoreApplication.translate("Words", "In review"),
        "approved": QCoreApplication.translate("Words", "Approved"),
        "released": QCoreApplication.translate("Words", "Released"),
        "in_production": QCoreApplication.translate("Words", "In production"),
        "completed": QCoreApplication.translate("Words", "Completed"),
        "closed": QCoreApplication.translate("Words", "Closed"),
        "on_hold": QCoreApplication.translate("Words", "On hold"),
        "rejected": QCoreApplication.translate("Words", "Rejected"),
        "cancelled": QCoreApplication.translate("Words", "Cancelled"),
    }
    return words[value]


def step_state(value: str) -> str:
    words = {
        "pending": QCoreApplication.translate("Words", "Waiting"),
        "running": QCoreApplication.translate("Words", "Running"),
        "done": QCoreApplication.translate("Words", "Done"),
    }
    return words[value]
