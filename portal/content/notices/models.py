"""The tables of notices: what somebody is told, the mails that follow from it, and how each person wants them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

KEY_LENGTH = 120
QUEUED, SENT, FAILED, DROPPED = "queued", "sent", "failed", "dropped"


class Notice(Base):
    """Somebody is told of something.

    `item_id` names the item that the notice speaks of: who may not read it (any more) has no such notice, in lists,
    counts and mails alike. `key` says what the notice is about, so that telling twice tells once. `path` leads elsewhere than
    to the item's page. `mailed_at` says that mail has nothing more to do with it; `mail_id` which mail took it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notices_inbox", "user_id", "read_at", "id"),
        Index("ix_notices_pending", "mailed_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    event: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    path: Mapped[str] = mapped_column(String(300), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    mailed_at: Mapped[dt.datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="set null"), index=True)


class Mail(Base):
    """One mail to one person, from the moment it is due until it was sent or given up.

    It holds no text: that is made of its notices at the moment of sending, under the reader's rights at that moment.
    `key` names what it is for, so that a period has one digest. `due_at` moves on with every attempt, which also keeps
    two workers from sending it at once.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "state", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    delivery: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")


class Wish(Base):
    """How somebody wants to be told by mail: a delivery for each group of events, the hour and weekday of digests."""

    __tablename__ = "notice_wishes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    choices: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    hour: Mapped[int] = mapped_column(default=8)
    weekday: Mapped[int] = mapped_column(default=0)
