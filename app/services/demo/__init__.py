"""The demo plant: Nanping Cornice Works, a fictional maker of plaster cornices.

A seeded generator of the rows of the ordinary import workbook; the program brings them in by the
ordinary import. The figures are a practitioner's guesses; stations, moulds and people are tuned
so that casting places and mould copies are the bottleneck.
"""

from app.services.demo.plant import demo_rows

__all__ = ["demo_rows"]
