"""The constraint model of the engine; the only place that knows OR-Tools.

A model holds some *free* operations while the other placements stand. What it cannot state exactly
it relaxes, never tightens: with all operations free its bound holds for the real problem. Its
answers are only priorities and modes until the decoder has made a plan of them.

Imported on first use: loading OR-Tools takes a second.
"""
