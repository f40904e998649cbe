"""Tabu search for shops that never close: job shops, flexible and assembly shops, with setups.

``arrays`` says which problems are such shops and turns them into flat arrays; ``kernel`` is the
compiled search on those; ``search`` lets it work on the plan of a running improvement. Real plants
with calendars, people and tools are not in its language: ``plain_shop`` answers None for them.
"""
