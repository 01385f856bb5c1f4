"""Tells those who follow something: reads the timeline entry by entry and remembers how far it has come.

The notices of a batch and the new position are one transaction: killed at any instant, the batch is done or it is not,
and a notice has a key by which telling it twice tells it once. Entries get their numbers under the lock of the change
log, so no smaller number appears later. Whether somebody may read what they are told of is asked by `tell` for
every one of them, at that moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content import actors
from portal.content.cards import tags_of
from portal.content.manuscripts import fold_tag
from portal.content.notices.services import Told, tell
from portal.content.spaces.models import Space
from portal.content.watching import events, queries
from portal.content.watching.models import ITEM, PERSON, SPACE, TAG, Position
from portal.kernel.db import reading, upsert
from portal.people.models import User
from portal.platform.access import unscoped
from portal.platform.items import PUBLISHED, Item
from portal.platform.timeline import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.content.watching.queries import Follower
    from portal.kernel.actor import Actor

BATCH = 50
ROUNDS = 40
NEWS = dt.timedelta(days=1)
"""What is older when the portal begins to follow is no news any more."""

NAME = "followers"


def tell_followers(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Tell everybody who follows what has happened since the last time."""
    for _round in range(ROUNDS):
        if not is_behind(sessions, NAME) or not _batch(sessions, settings, now):
            return


def is_behind(sessions: sessionmaker[Session], name: str) -> bool:
    """Whether there are entries that a follower has not seen; asked without the lock that writing needs."""
    with reading(), sessions() as session:
        newest = session.scalar(select(func.max(Entry.id))) or 0
        return newest > (session.scalar(select(Position.entry_id).where(Position.name == name)) or 0)


def next_entries(
    session: Session, name: str, now: dt.datetime, most: int
) -> tuple[Position, Sequence[Entry]]:
    """A follower's position, locked until the end of the transaction, and the entries after it."""
    place = _place(session, name, now)
    following = select(Entry).where(Entry.id > place.entry_id).order_by(Entry.id).limit(most)
    return place, session.scalars(following).all()


def _place(session: Session, name: str, now: dt.datetime) -> Position:
    stored = select(Position).where(Position.name == name).with_for_update()
    found = session.scalar(stored)
    if found is None:
        old = select(func.coalesce(func.max(Entry.id), 0)).where(Entry.at < now - NEWS)
        first = upsert(session, Position).values(name=name, entry_id=session.scalar(old) or 0)
        session.execute(first.on_conflict_do_nothing())
        found = session.scalars(stored).one()
    return found


def _batch(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> bool:
    with sessions.begin() as session:
        place, entries = next_entries(session, NAME, now, BATCH)
        for entry in entries:
            item = session.scalar(unscoped(Item).where(Item.id == entry.item_id))
            if item is not None and entry.verb in TELLING:
                TELLING[entry.verb](
                    session, actors.system(now, settings.zone, entry.actor_id), item, entry.at
                )
            place.entry_id = entry.id
    return bool(entries)


def _published(session: Session, actor: Actor, item: Item, at: dt.datetime) -> None:
    """Those who follow the document, its author, one of its tags or its space, each for the nearest of these reasons."""
    tags = tags_of(session, [item.id]).get(item.id, [])
    things = [(ITEM, str(item.id)), (PERSON, str(item.author_id)), *((TAG, fold_tag(tag)) for tag in tags)]
    found = queries.followers(session, [*things, (SPACE, str(item.space_id))], at)
    gone = queries.stopped(session, item.id)
    names = _names(session, item, tags)
    for sort in (ITEM, PERSON, TAG, SPACE):
        for each in found:
            if each.sort == sort and each.user_id not in gone:
                data = _because(each, names.get((each.sort, each.target), ""))
                tell(
                    session,
                    actor,
                    [each.user_id],
                    Told(events.PUBLISHED, item, published_key(item.id), data=data),
                )


def published_key(item_id: int) -> str:
    """Of the one notice that something new is there, whatever made it known."""
    return f"published:{item_id}"


def _names(session: Session, item: Item, tags: Sequence[str]) -> dict[tuple[str, str], str]:
    """What is followed, as people call it."""
    author = session.scalar(select(User.name).where(User.id == item.author_id)) or ""
    space = session.scalar(select(Space.name).where(Space.id == item.space_id)) or ""
    named = {(TAG, fold_tag(tag)): tag for tag in tags}
    return {**named, (PERSON, str(item.author_id)): author, (SPACE, str(item.space_id)): space}


def _because(follower: Follower, label: str) -> dict[str, object]:
    return {"follow": follower.id} if follower.sort == ITEM else {
        "follow": follower.id, "why": follower.sort, "label": label,
    }  # fmt: skip


def _edited(session: Session, actor: Actor, item: Item, at: dt.datetime) -> None:
    """Those who follow the document itself, once a day however often it is saved."""
    if item.state == PUBLISHED:
        told = Told(events.EDITED, item, f"edited:{item.id}:{actor.today}")
        _tell_of_item(session, actor, item.id, at, told)


def _replied(session: Session, actor: Actor, item: Item, at: dt.datetime) -> None:
    """Those who follow what it stands under; whoever was told in person has a notice of that key already."""
    if item.state == PUBLISHED and item.holder_id:
        _tell_of_item(session, actor, item.holder_id, at, Told(events.REPLIED, item, f"reply:{item.id}"))


def _imported(session: Session, actor: Actor, item: Item, at: dt.datetime) -> None:
    """Those who follow the space, once for all that somebody brings into it on one day."""
    if item.version > 1 or item.state != PUBLISHED:
        return
    key = f"imported:{item.space_id}:{actor.user_id}:{actor.today}"
    for each in queries.followers(session, [(SPACE, str(item.space_id))], at):
        tell(session, actor, [each.user_id], Told(events.IMPORTED, item, key, data={"follow": each.id}))


def _tell_of_item(session: Session, actor: Actor, item_id: int, at: dt.datetime, told: Told) -> None:
    for each in queries.followers(session, [(ITEM, str(item_id))], at):
        tell(session, actor, [each.user_id], replace(told, data={"follow": each.id}))


def _announced(session: Session, actor: Actor, item: Item, at: dt.datetime) -> None:
    if item.state == PUBLISHED:
        _published(session, actor, item, at)


TELLING: dict[str, Callable[[Session, Actor, Item, dt.datetime], None]] = {
    "published": _announced,
    "edited": _edited,
    "replied": _replied,
    "imported": _imported,
}
