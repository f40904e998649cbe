"""Codes that look like another: 0 and O, 1 and l, dashes of every length, lost leading zeros.

Nothing here decides: what looks alike is proposed, or named, and a person says which is meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from app.core.codes import code_key

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\u4e00\u02d7"
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_GREEK_AND_CYRILLIC = {
    "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "0", "р": "p", "с": "c",
    "т": "t", "у": "y", "х": "x", "і": "1", "α": "a", "β": "b", "ε": "e", "η": "h", "ι": "1",
    "κ": "k", "μ": "m", "ν": "v", "ο": "0", "ρ": "p", "τ": "t", "υ": "y", "χ": "x",
}  # fmt: skip
_ALIKE = str.maketrans(
    _GREEK_AND_CYRILLIC
    | dict.fromkeys(_DASHES, "-")
    | {"o": "0", "i": "1", "l": "1", "|": "1", "×": "x", "✕": "x", "_": "-"}
)
_SHORTEST = 3
"""Codes of fewer characters are all one letter apart."""


def skeleton(code: str) -> str:
    """What is left of a code for the eye: codes with the same skeleton look alike.

    >>> skeleton("HX\u201315O") == skeleton("hx-150")
    True
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", code)).casefold()
    text = re.sub(r"\.0+$", "", text.translate(_ALIKE))
    return text.lstrip("0") or "0" if text.isdecimal() else text


def one_apart(a: str, b: str) -> bool:
    """Whether one letter was left out, put in, mistyped or exchanged with its neighbour."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    place = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if place is None:
        return True
    if len(a) == len(b):
        swapped = a[:place] + a[place : place + 2][::-1] + a[place + 2 :]
        return a[place + 1 :] == b[place + 1 :] or swapped == b
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[place + 1 :] == shorter[place:]


class KnownCodes:
    """The codes of one kind, to find the one that another was meant to be."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._by_skeleton: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for code in codes:
            self._by_skeleton[skeleton(code)][code_key(code)] = code

    def nearest(self, code: str) -> str | None:
        """The one code that looks like it, else the one a letter apart; None if several are."""
        wanted = skeleton(code)
        found = list(self._by_skeleton.get(wanted, {}).values())
        if not found and len(wanted) >= _SHORTEST:
            found = [
                known
                for shape, codes in self._by_skeleton.items()
                if one_apart(wanted, shape)
                for known in codes.values()
            ]
        return found[0] if len(found) == 1 else None

    def alike(self, code: str) -> list[str]:
        """Other codes that look like this one."""
        own = code_key(code)
        return [c for key, c in self._by_skeleton.get(skeleton(code), {}).items() if key != own]
