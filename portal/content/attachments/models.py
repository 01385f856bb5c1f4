"""Tables of attachments: the item, and the versions of its file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.kernel.db import Base
from portal.platform.items import Item


class Attachment(Item):
    """A file that belongs to `holder_id`, whose readers are its readers; `version` is the number of its present file.

    Its title is the file's name, its body the file's text. Until a saved item claims it, it is a draft without a holder, which
    the person who sent it reads alone.
    """

    __tablename__ = "attachments"
    __mapper_args__ = {"polymorphic_identity": "attachment"}  # noqa: RUF012 - read by SQLAlchemy

    id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)


# What reading a file has come to. The values are stored: they never change.
WAITING, READ, PARTLY, EMPTY, UNREAD, FAILED = "waiting", "read", "partly", "empty", "unread", "failed"


class AttachmentFile(Base):
    """One version of a file.

    `key` names it on the disk, twice when an older version was made the present one again. `state` says what reading it
    has come to, `reason` and `details` why. `outline` lists its parts: name, place in the text, width, height.
    """

    __tablename__ = "attachment_files"
    __table_args__ = (Index("ix_attachment_files_state", "state"),)

    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachments.id", ondelete="cascade"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(50), index=True)
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    reason: Mapped[str] = mapped_column(String(20), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    part_count: Mapped[int] = mapped_column(default=0)
    outline: Mapped[list[Any]] = deferred(mapped_column(JSON, default=list))
    job_id: Mapped[int | None]
