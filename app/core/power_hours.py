"""The power rule of a machine: at what hours of the day its runs may begin, or rather should.

``仅 22:00-08:00`` / ``only 22:00-08:00``: at no other hours. ``优先 22:00-08:00`` / ``prefer
22:00-08:00``: other hours are dearer, no more. Several hours and both kinds are separated by ``;``:
``仅 20:00-10:00; 优先 22:00-08:00``. The words 开始 and start may stand beside them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.working_time import MINUTES_PER_DAY, Hours

ONLY = frozenset({"仅", "只", "只能", "仅限", "限", "only"})
PREFER = frozenset({"优先", "尽量", "最好", "prefer", "preferably"})
_FILLING = re.compile(r"\b(?:starts?|begins?|in|at|between)\b|开始|开机|启动|在|于|\s+")
_PART = re.compile(
    r"(?P<before>[^\d]*?)\s*(?P<h>\d{1,2}):(?P<m>\d{2})\s*(?:[-–—~]|至|到|to)\s*"
    r"(?P<h2>\d{1,2}):(?P<m2>\d{2})\s*(?P<after>[^\d]*)"
)


@dataclass(frozen=True, slots=True)
class PowerRule:
    """Daily hours in minutes of the wall clock; an end not after the start is on the next day."""

    only: Hours = ()
    prefer: Hours = ()


def power_rule(text: str) -> PowerRule:
    """What a cell says; RuleBroken names the part that cannot be read."""
    found: dict[str, list[tuple[int, int]]] = {"only": [], "prefer": []}
    kind = ""
    for part in re.split(r"[;,、\n]", unicodedata.normalize("NFKC", text).casefold()):
        if not part.strip():
            continue
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise RuleBroken(message("exchange.no_power_rule", text=part.strip()))
        kind = _kind(match["before"] + match["after"], kind, part.strip())
        hours = _minutes(match["h"], match["m"]), _minutes(match["h2"], match["m2"])
        if None in hours or hours[0] == hours[1]:
            raise RuleBroken(message("exchange.no_power_hours", text=part.strip()))
        found[kind].append((hours[0] or 0, hours[1] or 0))
    return PowerRule(tuple(found["only"]), tuple(found["prefer"]))


def _kind(words: str, before: str, part: str) -> str:
    """Of a part by its words; without any it goes on as the one before."""
    word = _FILLING.sub("", words)
    if word in ONLY:
        return "only"
    if word in PREFER:
        return "prefer"
    if word or not before:
        raise RuleBroken(message("exchange.no_power_rule", text=part))
    return before


def _minutes(hour: str, minute: str) -> int | None:
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= MINUTES_PER_DAY else None
