"""Publishing: what is in force, what would change, who has read it."""
