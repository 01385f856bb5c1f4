"""Tables of must-reads: what has to be read by whom and until when, and who has signed which version."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base

NOTE_LENGTH = 200
_OPEN = text("closed_at IS NULL")


class MustRead(Base):
    """An item has to be read and signed by the end of a day of the company's calendar.

    A signature counts when its version is at least `required_version`: that of the moment at which it was asked for, and of
    every material edit since. An item has at most one that is not closed.
    """

    __tablename__ = "must_reads"
    __table_args__ = (
        Index("uq_must_reads_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[dt.datetime]
    due: Mapped[dt.date] = mapped_column(index=True)
    required_version: Mapped[int]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    closed_at: Mapped[dt.datetime | None]
    audience: Mapped[list[MustReadToken]] = relationship(
        cascade="all, delete-orphan", order_by="MustReadToken.token"
    )

    @property
    def tokens(self) -> frozenset[str]:
        """Whom it is meant for."""
        return frozenset(row.token for row in self.audience)


class MustReadToken(Base):
    """An access token whose bearers are meant; who of them may not read the item is not asked."""

    __tablename__ = "must_read_tokens"

    must_read_id: Mapped[int] = mapped_column(
        ForeignKey("must_reads.id", ondelete="cascade"), primary_key=True
    )
    token: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class Signature(Base):
    """Somebody states that they have read a version."""

    __tablename__ = "signatures"

    must_read_id: Mapped[int] = mapped_column(
        ForeignKey("must_reads.id", ondelete="cascade"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
