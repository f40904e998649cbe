"""Quality: inspection plans with their sketches, and what an inspection sheet shows."""
