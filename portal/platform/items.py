"""The spine: one row in `items` for everything that is read, found, discussed or shown on a timeline.

The table of a kind joins it by inheritance. This module states what every item has; who may see it is decided in
`access.py`, what a kind adds in its own declaration.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from portal.kernel.db import Base

DRAFT = "draft"
IN_REVIEW = "in_review"
PUBLISHED = "published"
ARCHIVED = "archived"
DELETED = "deleted"
TITLE_LENGTH = 200
SUMMARY_LENGTH = 200


class Item(Base):
    """What all kinds have in common.

    `holder_id` names the item whose audience decides over this one too (a reply follows its document); such an item
    has no audience rows of its own. `is_question` says that it asks something, `accepted_id` which reply
    answered it (a key without a constraint, as replies may be purged). `verified_until` is the end of what somebody vouched
    for. `version` counts saves. `submission` names the
    form that made it, so that a form sent twice makes one item. `read_count` and `reply_count` are kept by `content`.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_feed", "state", "published_at", "id"),
        Index("ix_items_space", "space_id", "state", "published_at"),
        Index("ix_items_author", "author_id", "state", "published_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", index=True)
    body: Mapped[str] = deferred(mapped_column(Text, default=""))
    summary: Mapped[str] = mapped_column(String(SUMMARY_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    published_at: Mapped[dt.datetime | None]
    is_question: Mapped[bool] = mapped_column(default=False)
    accepted_id: Mapped[int | None]
    verified_until: Mapped[dt.datetime | None]
    read_count: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    submission: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime] = mapped_column(index=True)
    grants: Mapped[list[Grant]] = relationship(cascade="all, delete-orphan", order_by="Grant.token")

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - read by SQLAlchemy


class Grant(Base):
    """A chosen reader of one item: an access token. An item without grants is for the audience of its space."""

    __tablename__ = "item_grants"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True)


class FormerAudience(Base):
    """Who read an item before it went into the bin; decides, with the right to restore it, who sees it there."""

    __tablename__ = "former_audience"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class Audience(Base):
    """Who may read an item, as tokens; written by the flush listener of `access.py` and by nothing else."""

    __tablename__ = "audience"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
