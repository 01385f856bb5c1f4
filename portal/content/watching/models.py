"""Tables of watching: who follows what, and how far the followers of the timeline have come."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

TARGET_LENGTH = 300
SPACE, TAG, ITEM, PERSON, QUERY = "space", "tag", "item", "person", "query"
SORTS = (SPACE, TAG, ITEM, PERSON, QUERY)


class Follow(Base):
    """Somebody follows something.

    `target` is a key as text (of a space, an item or a person), a folded tag, or a search. `is_own` says that they chose it
    themselves rather than by writing or replying. `stopped_at` keeps the row of what somebody stopped, so that a later
    reply does not make them follow it again.
    """

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("user_id", "sort", "target"),
        Index("ix_follows_target", "sort", "target"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sort: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(TARGET_LENGTH))
    is_own: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]
    stopped_at: Mapped[dt.datetime | None]


class Position(Base):
    """How far something that follows the timeline has come: the number of the last entry it has dealt with."""

    __tablename__ = "positions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[int]
