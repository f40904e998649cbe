"""The scheduling engine: a pure problem in, a verified schedule out.

``check -> construct -> improve -> verify -> explain``. Knows neither tables nor screens.
"""
