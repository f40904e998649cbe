"""Screens of the plan: the schedule page with its Gantt."""
