"""Alembic migrations: how a database of an older program becomes one of this program."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0007", "0008", "0009", "0010")
"""All revisions this program knows, oldest first (a test compares them with the files)."""

HEAD = REVISIONS[-1]
