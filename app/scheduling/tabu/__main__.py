"""``python -m app.scheduling.tabu`` compiles the kernel, so that no search has to wait for it."""

from __future__ import annotations

from app.scheduling.tabu.large import prepare

if __name__ == "__main__":
    prepare()
