"""Use cases: edits, queries and the bridge from tables to engines."""
