"""Pushing, compiled: what ``repair`` does to a plan at a hundredth of the time.

The rules are those of ``repair`` and of the Python floor while something may be displaced; a
property test compares the two placement by placement. ``hand`` says which problems it can state,
loads a plan that stands on a Python floor, and reads the answer. What it cannot state, what it
refuses and what has not been compiled is settled by ``repair`` itself.

On top of each other: ``records``, ``journal`` (changes that can be taken back), ``books`` (on the
floor and off it), ``taking`` (with all that hangs on it), ``people``, ``equipment``, ``spots`` (the
search for a place that may push), ``settling`` (whose turn it is), ``gesture`` (the one entry).
"""
