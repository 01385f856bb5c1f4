"""Verbs of notices: tell people of something, mark what they have read.

Notices are rows of the transaction in which something happens; mail follows from them later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, update

from portal.content.notices.events import EVENTS
from portal.content.notices.models import Notice
from portal.content.reach import people_who_read
from portal.kernel.db import upsert
from portal.kernel.errors import NotFoundError
from portal.platform.access import columns
from portal.platform.items import Item

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Told:
    """What people are told.

    Args:
        event: name of a declared event.
        item: what it is about, None for what concerns no item.
        key: what exactly is told, e.g. `must_read:12:due:2026-11-30`; told again it is not told twice.
        path: address that the notice leads to; empty for the item's page.
        data: JSON values for the event's sentence.
    """

    event: str
    item: Item | None
    key: str
    path: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def tell(session: Session, actor: Actor, user_ids: Iterable[int], told: Told) -> set[int]:
    """Tell people of something, each once for a key; whoever acts, and whoever may not read the item, is left out.

    Args:
        session: open session.
        actor: who did it; the portal itself has the number 0 and is not named.
        user_ids: keys of the people to tell.
        told: what they are told.

    Returns:
        Keys of those who had not been told of it before.

    Raises:
        KeyError: nobody declares the event.
    """
    wanted = set(user_ids) - {actor.user_id}
    if told.item is not None and wanted:
        session.flush()
        wanted &= people_who_read(session, told.item)
    if not wanted:
        return set()
    common = {
        "event": EVENTS[told.event].name,
        "item_id": told.item.id if told.item else None,
        "actor_id": actor.user_id or None,
        "key": told.key,
        "path": told.path,
        "data": dict(told.data),
        "at": actor.now,
    }
    adding = upsert(session, Notice).on_conflict_do_nothing().returning(Notice.user_id)
    return set(session.scalars(adding, [{"user_id": user_id, **common} for user_id in sorted(wanted)]))


def mark(session: Session, actor: Actor, notice_id: int, *, read: bool) -> None:
    """Mark one of one's own notices as read, or as new again.

    Raises:
        NotFoundError: there is no such notice, or it is somebody else's.
    """
    changed = update(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id)
    done = session.execute(changed.values(read_at=actor.now if read else None).returning(Notice.id))
    if done.first() is None:
        raise NotFoundError


def mark_all(session: Session, actor: Actor, events: Iterable[str], upto: int) -> int:
    """Mark one's unread notices as read, as far as one has seen them.

    Args:
        session: open session.
        actor: whose notices.
        events: names of the events to mark; none for all.
        upto: number of the newest notice that was on the page; later ones stay new.

    Returns:
        How many were marked; all of them carry the moment of the actor, by which `unmark_all` knows them.
    """
    named = list(events)
    chosen = _unread(actor, Notice.id <= upto, *([Notice.event.in_(named)] if named else []))
    return len(session.scalars(chosen.values(read_at=actor.now).returning(Notice.id)).all())


def unmark_all(session: Session, actor: Actor, at: dt.datetime) -> None:
    """Undo what `mark_all` did at a moment."""
    marked = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at == at)
    session.execute(marked.values(read_at=None))


def mark_item(session: Session, actor: Actor, item_id: int) -> None:
    """Whoever has read an item has read what they were told of it and of the replies under it."""
    about = columns(actor, Item.id).where(or_(Item.id == item_id, Item.holder_id == item_id))
    session.execute(_unread(actor, Notice.item_id.in_(about)).values(read_at=actor.now))


def _unread(actor: Actor, *conditions: ColumnElement[bool]) -> Any:  # noqa: ANN401 - an UPDATE still without values
    own = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None), *conditions)
    return own.execution_options(synchronize_session=False)
