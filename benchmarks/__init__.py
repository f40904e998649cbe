"""Measurements of speed and plan quality; run by hand, never part of the product."""
