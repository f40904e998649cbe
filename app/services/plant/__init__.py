"""The plant's master data."""
