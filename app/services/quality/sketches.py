"""The picture of an inspection plan: checked, kept by its content, put in place or taken away."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.access import Attachment
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.quality import InspectionPlan

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_SIDE = 8000
"""Pixels; a decoded picture must fit into memory on any of the clients."""

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked PNG or JPEG."""

    file_name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_picture(path: Path) -> Picture:
    """A picture from a file.

    Errors: ``RuleBroken`` for what is no PNG or JPEG, is damaged, or too large; ``OSError``.
    """
    _refuse_heavy(path.name, path.stat().st_size)
    return picture_of(path.read_bytes(), path.name)


def picture_of(content: bytes, file_name: str) -> Picture:
    """As ``read_picture``, for content that came otherwise (the clipboard)."""
    from PIL import Image, UnidentifiedImageError

    _refuse_heavy(file_name, len(content))
    try:
        with Image.open(io.BytesIO(content), formats=list(_TYPES)) as image:
            kind, size = str(image.format), image.size
            if max(size) > LARGEST_SIDE:
                width, height = size
                text = message("quality.picture_too_wide", file=file_name, width=width,
                               height=height, most=LARGEST_SIDE)  # fmt: skip
                raise RuleBroken(text)
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise RuleBroken(message("quality.no_picture", file=file_name)) from None
    return Picture(file_name, _TYPES[kind], content)


def _refuse_heavy(file_name: str, size: int) -> None:
    if size > LARGEST_FILE:
        text = message("quality.picture_too_large", file=file_name, size=f"{size / 1024**2:.1f}",
                       most=LARGEST_FILE // 1024**2)  # fmt: skip
        raise RuleBroken(text)


def keep_picture(database: Database, picture: Picture, actor: str) -> str:
    """Stores the content, once however often it is kept; returns its SHA-256."""
    sha256 = picture.sha256
    with database.write(actor) as session:
        if _by_hash(session, sha256) is None:
            session.add(
                Attachment(
                    sha256=sha256,
                    file_name=picture.file_name,
                    media_type=picture.media_type,
                    content=picture.content,
                )
            )
    return sha256


def sketch_of(database: Database, plan_id: int) -> Picture | None:
    """The sketch of a plan, or None. NotFound when the plan is gone."""
    with database.read() as session:
        plan = session.get(InspectionPlan, plan_id)
        if plan is None:
            raise NotFound(message("quality.plan_gone"))
        row = session.get(Attachment, plan.sketch_id) if plan.sketch_id else None
        return Picture(row.file_name, row.media_type, row.content) if row else None


@dataclass(frozen=True, slots=True)
class SetSketch:
    """Puts a kept picture on a plan, replaces it, or (``after`` None) takes it away.

    Pictures are named by their SHA-256; taken away, they stay in the database for undo.
    Errors: ``Conflict`` when the plan shows another picture than ``before``; ``NotFound``.
    """

    plan_id: int
    plan_code: str
    before: str | None
    after: str | None

    @property
    def label(self) -> Message:
        what = "label_sketch_removed" if self.after is None else "label_sketch"
        return message(f"quality.{what}", plan=self.plan_code)

    def apply(self, session: WritingSession) -> None:
        plan = session.get(InspectionPlan, self.plan_id)
        if plan is None:
            raise NotFound(message("quality.plan_gone"))
        before, after = _by_hash(session, self.before), _by_hash(session, self.after)
        if plan.sketch_id != before:
            raise Conflict(message("quality.sketch_changed_meanwhile", plan=plan.code))
        if self.after is not None and after is None:
            raise NotFound(message("quality.picture_gone"))
        plan.sketch_id = after

    def inverse(self) -> SetSketch:
        return SetSketch(self.plan_id, self.plan_code, self.after, self.before)


def _by_hash(session: Session, sha256: str | None) -> int | None:
    if sha256 is None:
        return None
    return session.scalars(select(Attachment.id).where(Attachment.sha256 == sha256)).one_or_none()
