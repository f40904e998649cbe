"""``python -m app.scheduling.tabu`` compiles the kernels, so that no search has to wait for it."""

from __future__ import annotations

from app.scheduling.project import search as project
from app.scheduling.tabu import large as tabu
from app.scheduling.urgency import search as urgency

if __name__ == "__main__":
    tabu.prepare()
    project.prepare()
    urgency.prepare()
