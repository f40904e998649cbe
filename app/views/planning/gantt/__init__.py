"""The Gantt: one culled painter over sorted arrays.

Five small roles: time grid (time <-> x), row layout (row <-> y), painter (how a bar looks and which
zone of it the mouse is in), interactions (one gesture = one object) and the view that holds them.
"""
