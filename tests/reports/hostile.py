"""Long and mixed texts as people type and paste them, and whether a PDF has lost any."""

from __future__ import annotations

import re

import pypdfium2
from hypothesis import strategies as st

from app.reports.page import drawable

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<>&#%§µäöü"
CHINESE = "石膏线浇注烘干修整检验包装花型颜色客户急件龑喆䶮龘靐𠮷齉爨"
_SIGNS = ",。;:()【】、—…±≤≥°×□"

WORDS = st.one_of(
    st.text(LATIN, min_size=1, max_size=14),
    st.text(CHINESE, min_size=1, max_size=30),
    st.text(_SIGNS, min_size=1, max_size=3),
    st.text("W", min_size=30, max_size=90),
)
SHORT = st.lists(WORDS, min_size=0, max_size=3).map(" ".join)
LONG = st.one_of(
    st.lists(WORDS, min_size=1, max_size=120).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=40).map("\n".join),
    st.lists(WORDS, min_size=1, max_size=60).map("".join),
)
TEXTS = st.one_of(SHORT, SHORT, SHORT, LONG)


def text_of(pdf: bytes) -> str:
    """All text of all pages, without blanks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "".join("".join(pages).split())


def lost(text: str, typed: list[str]) -> list[str]:
    """Pieces of what was typed that ``text`` does not hold.

    A piece is a run of Latin letters, or a single other sign: a line, a cell or a page may end
    between any two of the latter, and once inside a word that is wider than its cell.
    """
    return [
        piece
        for each in typed
        for piece in re.findall(r"[!-~]{1,14}|[^\s!-~]", drawable(each))
        if not any(piece[:cut] in text and piece[cut:] in text for cut in range(len(piece)))
    ]
