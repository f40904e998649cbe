"""Words of a sheet in one language, or in both at once."""

from __future__ import annotations

from datetime import date, datetime

from app.core.format import WEEKDAYS, moment
from app.core.messages import Message, message

LANGUAGES = ("zh", "en", "both")


class Labels:
    """``language``: zh, en or both. ValueError for another word."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"unknown language {language!r}")
        self.languages = ("zh", "en") if language == "both" else (language,)

    def __call__(self, code: str, **values: object) -> str:
        return self.plain(message(f"reports.{code}", **values))

    def plain(self, text: Message) -> str:
        """Both languages side by side where both are asked for and they differ."""
        words = dict.fromkeys(text.text(language) for language in self.languages)
        return " ".join(words)

    def stacked(self, code: str) -> str:
        """Both languages one below the other, for narrow places."""
        text = message(f"reports.{code}")
        return "\n".join(dict.fromkeys(text.text(language) for language in self.languages))

    def value(self, text: Message | str) -> str:
        """A sentence of data in the first language only: there is no room for two."""
        return text if isinstance(text, str) else text.text(self.languages[0])

    def when(self, value: datetime | date | None) -> str:
        """``11-24 Tue 08:00``, a day without its time; empty for None."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            return moment(value, self.languages[0], today=value.date())
        return f"{value:%m-%d} {WEEKDAYS[self.languages[0]][value.weekday()]}"

    @property
    def joint(self) -> str:
        return ";" if self.languages[0] == "zh" else "; "
