"""Tables of review: requests, and what was done and said about each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.kernel.db import Base
from portal.platform.items import TITLE_LENGTH

PUBLICATION, CHANGE = "publication", "change"
OPEN, RETURNED, APPROVED, WITHDRAWN = "open", "returned", "approved", "withdrawn"
PENDING = (OPEN, RETURNED)
NOTE_LENGTH = 200
REASON_LENGTH = 2_000


class ChangeRequest(Base):
    """Somebody asks for a document to be published, or for a published one to say something else.

    The text that is to be published is the document itself; a change brings its own, with the `html` it will become.
    `base_version` is the version of the document that it builds on: once the document has moved on, it is outdated.
    `before` is the state to which a document that was sent for publication returns. `sent_at` is since when it waits,
    `told_version` the base of which its author has been told that it is outdated. `version` counts what its author sent.
    """

    __tablename__ = "change_requests"
    __table_args__ = (
        Index("ix_change_requests_item", "item_id", "state"),
        Index("ix_change_requests_waiting", "state", "sent_at", "id"),
        Index("ix_change_requests_author", "author_id", "sent_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    base_version: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    body: Mapped[str] = deferred(mapped_column(Text, default=""))
    html: Mapped[str] = deferred(mapped_column(Text, default=""))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(String(12), default="")
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime]
    told_version: Mapped[int] = mapped_column(default=0)
    submission: Mapped[str | None] = mapped_column(String(40), unique=True)


class Step(Base):
    """Something that was done with a request, or said about it; `html` is what was said, as our renderer made it."""

    __tablename__ = "review_steps"
    __table_args__ = (Index("ix_review_steps_request", "request_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("change_requests.id", ondelete="cascade"))
    verb: Mapped[str] = mapped_column(String(12))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    body: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[str | None] = mapped_column(String(40), unique=True)
