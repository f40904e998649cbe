"""What the screens of publishing read and do off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.services.planning.publishing.history import PublishedRow, PublishState

KINDS = frozenset(
    {
        "placement", "unplaced_operation", "plan", "operation", "production_order", "machine",
        "work_centre", "change_notice", "site",
    }
)  # fmt: skip
"""Records whose change may show: in what differs, or in who has signed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Working against published, and all published plans, the newest first."""

    state: PublishState
    history: tuple[PublishedRow, ...]


def read_summary(database: Any) -> Any:
    """Working against published, in numbers."""
    from app.services.planning.publishing.summary import publish_summary

    return publish_summary(database)


def read_publishing(database: Any) -> Reading:
    from app.services.planning.publishing.history import publish_state, published_rows

    return Reading(publish_state(database), published_rows(database))


def read_published(database: Any, revision: int) -> Any:
    """A published plan as it was known then, ready to be shown."""
    from app.services.planning.publishing.history import published_view
    from app.views.planning.gantt.model import model_of

    return model_of(published_view(database, revision))


def publish(database: Any, state: Any, note: str, actor: str) -> int:
    """Publish what was seen; the revision it got."""
    from app.services.edit import apply_edit
    from app.services.planning.publishing.publish import checked_publish

    apply_edit(database, checked_publish(database, state.edit(note)), actor)
    return int(state.revision) + 1


def sign(database: Any, notice: int, team: str, name: str, actor: str) -> str:
    """Sign a change notice; the team."""
    from app.services.edit import apply_edit
    from app.services.planning.publishing.notices import SignNotice

    apply_edit(database, SignNotice(notice, team, name), actor)
    return team
