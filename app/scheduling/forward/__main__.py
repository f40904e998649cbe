"""``python -m app.scheduling.forward`` compiles the dispatcher, so that no plan has to wait."""

from __future__ import annotations

from app.scheduling.forward.build import prepare

if __name__ == "__main__":
    prepare()
