"""Mapped classes, the database and its migrations."""
