"""Production orders: making and changing them, their operations, lists and details."""
