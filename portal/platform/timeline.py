"""What people did with items, in order of time: entries made by hand in the verbs that they state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.platform.kinds import KINDS
from portal.platform.search import queue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item


class Entry(Base):
    """Somebody did something with an item. Who may read the item may read its entries."""

    __tablename__ = "timeline"
    __table_args__ = (
        Index("ix_timeline_item", "item_id", "at"),
        Index("ix_timeline_actor", "actor_id", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="cascade"))
    verb: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(session: Session, actor: Actor, item: Item, verb: str, **data: Any) -> None:  # noqa: ANN401 - JSON values
    """Put a statement on the timeline.

    Args:
        session: open session.
        actor: who did it; the moment is `actor.now`.
        item: with what.
        verb: one of the verbs that the item's kind declares.
        data: JSON values that the sentence needs.

    Raises:
        ValueError: the kind does not know the verb.
    """
    if verb not in KINDS[item.kind].verbs:
        raise ValueError(f"{item.kind} has no verb {verb!r}")
    session.flush()
    queue.put(
        session.connection(), ()
    )  # under the lock of the change log numbers become visible in their order
    session.add(Entry(item_id=item.id, verb=verb, actor_id=actor.user_id, at=actor.now, data=data))
