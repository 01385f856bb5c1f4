"""The numbered change log that every index follows: written inside the transaction that changes an item.

Knows no engine. A number is given only while the writer holds a lock until its commit, so numbers become visible in
their order and a follower that has seen n will never find a smaller one later.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, delete, func, insert, select, text, union_all
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


class Gone(Base):
    """An item that exists no more: what `changes` says of it goes with it, and an index must still hear of it."""

    __tablename__ = "gone"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int]


def put(connection: Connection, item_ids: Collection[int]) -> None:
    """Note that these items have changed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    rows = [{"item_id": item_id} for item_id in dict.fromkeys(item_ids)]
    if rows:
        connection.execute(insert(Change), rows)


def put_gone(connection: Connection, item_ids: Collection[int]) -> None:
    """Note that these items are about to be removed for good."""
    put(connection, item_ids)
    newest = select(func.max(Change.seq), Change.item_id).where(Change.item_id.in_(item_ids))
    connection.execute(insert(Gone).from_select(["seq", "item_id"], newest.group_by(Change.item_id)))


def span(session: Session) -> tuple[int, int]:
    """The oldest number that is kept and the newest; 0 when nothing has ever changed."""
    numbers = union_all(select(Change.seq), select(Gone.seq)).subquery()
    first, newest = session.execute(select(func.min(numbers.c.seq), func.max(numbers.c.seq))).one()
    return first or 0, newest or 0


def last(session: Session) -> int:
    """The newest number; 0 when nothing has ever changed."""
    newest = (select(func.max(log.seq)).scalar_subquery() for log in (Change, Gone))
    return max(number or 0 for number in session.execute(select(*newest)).one())


def since(session: Session, cursor: int, limit: int = 1_000_000) -> list[tuple[int, int]]:
    """Numbers and items after `cursor`, oldest first."""
    parts = (select(log.seq, log.item_id).where(log.seq > cursor) for log in (Change, Gone))
    found = union_all(*parts).order_by("seq").limit(limit)
    return [(seq, item_id) for seq, item_id in session.execute(found)]


def trim(session: Session, upto: int) -> None:
    """Forget numbers that every index has passed, but for the newest, which keeps the count from starting again."""
    newest = last(session)
    for log in (Change, Gone):
        session.execute(delete(log).where(log.seq <= upto, log.seq < newest))
