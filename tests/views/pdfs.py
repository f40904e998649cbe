"""What a PDF says, read while no preview is in PDFium: two callers at once end the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2

from app.views.printing.pdf_pages import one_caller


@contextmanager
def opened_pdf(source: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    with one_caller:
        document = pypdfium2.PdfDocument(source)
        try:
            yield document
        finally:
            document.close()


def page_texts(source: bytes | Path) -> list[str]:
    with opened_pdf(source) as document:
        return [page.get_textpage().get_text_range() for page in document]
