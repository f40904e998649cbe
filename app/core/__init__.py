"""What every floor may use: errors, messages, quantities, time."""
