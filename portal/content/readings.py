"""Counting reads: once per person and day, never the author's own (domain §3), and who has read what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from portal.content.records import Reading
from portal.kernel.db import upsert
from portal.people.models import Department, User
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who has read an item: when first and last, and on how many days."""

    user_id: int
    name: str
    username: str
    department: str
    first_at: dt.datetime
    last_at: dt.datetime
    days: int


def count_reading(session: Session, actor: Actor, item: Item) -> bool:
    """Note that the actor has read an item today; whether it counted.

    A second time on the same day, the author's own reading, and reading what is not published do not count. Sent twice
    at once it still counts once: the row's key is the person and the day.
    """
    if item.author_id == actor.user_id or item.state != PUBLISHED:
        return False
    row = {"item_id": item.id, "user_id": actor.user_id, "day": actor.today, "at": actor.now}
    added = session.execute(
        upsert(session, Reading).values(row).on_conflict_do_nothing().returning(Reading.item_id)
    ).first()
    if added:
        # Core, not the mapped object: a read changes no text and must not queue the item for the index.
        session.execute(update(Item).where(Item.id == item.id).values(read_count=Item.read_count + 1))
    return added is not None


def readers(session: Session, item_id: int) -> Sequence[Reader]:
    """Who has read an item, latest first. Whether one may know is the kind's policy."""
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.username,
            Department.name,
            func.min(Reading.at),
            func.max(Reading.at),
            func.count(),
        )
        .join(Reading, Reading.user_id == User.id)
        .join(Department, Department.id == User.department_id)
        .where(Reading.item_id == item_id)
        .group_by(User.id, User.name, User.username, Department.name)
        .order_by(func.max(Reading.at).desc(), User.id)
    )
    return [Reader(*row) for row in rows]
