"""Pages of a PDF as pictures. PDFium works for one caller at a time, so a lock stands before it."""

from __future__ import annotations

import threading

from PySide6.QtGui import QImage

POINTS_PER_INCH = 72

one_caller = threading.Lock()
"""PDFium ends the whole program when two threads are in it, also with two documents."""


def page_sizes(data: bytes) -> tuple[tuple[float, float], ...]:
    """(width, height) of every page in points."""
    import pypdfium2

    with one_caller:
        document = pypdfium2.PdfDocument(data)
        try:
            return tuple(document.get_page_size(number) for number in range(len(document)))
        finally:
            document.close()


def page_image(data: bytes, number: int, dots_per_inch: float) -> QImage:
    """One page, grey (travelers are black on white)."""
    import pypdfium2

    with one_caller:
        document = pypdfium2.PdfDocument(data)
        try:
            page = document[number]
            bitmap = page.render(scale=dots_per_inch / POINTS_PER_INCH, grayscale=True)
            image = QImage(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                QImage.Format.Format_Grayscale8,
            ).copy()
            bitmap.close()
            page.close()
            return image
        finally:
            document.close()
