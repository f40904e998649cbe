"""Taktline: production orders and finite-capacity scheduling on the desktop."""

__version__ = "0.1.0"
