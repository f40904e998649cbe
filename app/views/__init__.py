"""Qt windows, item models, gestures and workers."""
