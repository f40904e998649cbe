"""Is the plant's data fit to plan with? Findings a planner can mend, and merging of duplicates."""
