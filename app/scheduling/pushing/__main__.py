"""``python -m app.scheduling.pushing`` compiles the repair, so that no drag has to wait for it."""

from __future__ import annotations

from app.scheduling.pushing.pusher import prepare

if __name__ == "__main__":
    prepare()
