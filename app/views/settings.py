"""Where the window remembers itself: one INI file of the person, on every system."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

VERSION = 1
"""Raised when saved layouts no longer fit; then they are forgotten, never half restored."""

RECENT = 6


def open_settings(path: Path | None = None) -> QSettings:
    """The settings file, by default in the person's configuration folder."""
    settings = QSettings(str(path or _default_path()), QSettings.Format.IniFormat)
    if int(str(settings.value("version", VERSION))) != VERSION:
        settings.remove("window")
        settings.remove("pages")
    settings.setValue("version", VERSION)
    return settings


def recent_databases(settings: QSettings) -> list[str]:
    """URLs of the databases opened last, the newest first. Passwords are never kept."""
    found = settings.value("recent", [])
    if isinstance(found, str):
        found = [found]
    return [str(url) for url in found or []]


def remember_database(settings: QSettings, url: str) -> None:
    others = [each for each in recent_databases(settings) if each != url]
    settings.setValue("recent", [url, *others][:RECENT])


def _default_path() -> Path:
    from platformdirs import user_config_path

    return user_config_path("taktline", appauthor=False, ensure_exists=True) / "taktline.ini"
