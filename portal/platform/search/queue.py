"""The numbered change log that every index follows: written inside the transaction that changes an item.

Knows no engine. A number is given only while the writer holds a lock until its commit, so numbers become visible in
their order and a follower that has seen n will never find a smaller one later.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, delete, func, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

LOCK = 7_164_201  # PostgreSQL advisory lock of the change log; any constant that no other part uses


class Change(Base):
    """Item `item_id` is to be indexed anew."""

    __tablename__ = "changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"), index=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.current_timestamp())


def put(connection: Connection, item_ids: Collection[int]) -> None:
    """Note that these items have changed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    rows = [{"item_id": item_id} for item_id in dict.fromkeys(item_ids)]
    if rows:
        connection.execute(insert(Change), rows)


def last(session: Session) -> int:
    """The newest number; 0 when nothing has ever changed."""
    return session.scalar(select(func.max(Change.seq))) or 0


def since(session: Session, cursor: int, limit: int = 1_000_000) -> list[tuple[int, int]]:
    """Numbers and items after `cursor`, oldest first."""
    found = select(Change.seq, Change.item_id).where(Change.seq > cursor).order_by(Change.seq).limit(limit)
    return [(seq, item_id) for seq, item_id in session.execute(found)]


def trim(session: Session, upto: int) -> None:
    """Forget numbers that every index has passed, but for the newest, which keeps the count from starting again."""
    session.execute(delete(Change).where(Change.seq <= upto, Change.seq < last(session)))
