"""Whom an item reaches: the access rule read backwards, from the item to the people who may read it now.

Mails, reminders and figures go through here, so that none of them tells somebody of what they may not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.spaces.models import SpaceEditor, SpaceReader
from portal.people.queries import bearers
from portal.platform.items import DELETED, Audience

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.platform.items import Item


def people_who_read(session: Session, item: Item) -> set[int]:
    """Keys of the active people who may read an item now, its author included."""
    if item.state == DELETED:
        return set()
    return set(session.scalars(bearers(_plain(session, item))))


def count_readers(session: Session, item: Item) -> int:
    """How many active people may read an item."""
    found = bearers(_plain(session, item)).subquery()
    return session.scalar(select(func.count(found.c.id.distinct()))) or 0


def _plain(session: Session, item: Item) -> list[str]:
    """An item's tokens, those of spaces replaced by who reads and who edits them."""
    stored = select(Audience.token).where(Audience.item_id == (item.holder_id or item.id))
    tokens = set(session.scalars(stored))
    read = _numbers(tokens, "space:")
    edited = read | _numbers(tokens, "editors:")
    plain = {token for token in tokens if not token.startswith(("space:", "editors:"))}
    plain |= set(session.scalars(select(SpaceReader.token).where(SpaceReader.space_id.in_(read))))
    editors = session.scalars(select(SpaceEditor.user_id).where(SpaceEditor.space_id.in_(edited)))
    return sorted(plain | {f"user:{user_id}" for user_id in editors})


def _numbers(tokens: set[str], prefix: str) -> set[int]:
    return {int(token.removeprefix(prefix)) for token in tokens if token.startswith(prefix)}
