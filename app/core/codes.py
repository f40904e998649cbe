"""Codes people type: item numbers, machine numbers, order numbers."""

from __future__ import annotations

import unicodedata


def code_key(code: str) -> str:
    """What makes two codes the same: full-width folded, blanks around cut off, case ignored.

    >>> code_key(" ｈx-12 ") == code_key("HX-12")
    True
    """
    return unicodedata.normalize("NFKC", code).strip().casefold()
