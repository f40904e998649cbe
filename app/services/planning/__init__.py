"""Plans: from tables to the engine and back, edits of placements, what the Gantt shows."""
