"""Tells those who follow a search what is new in it.

Whether an item matches a search is a matter of its text alone, so each followed search is asked once, over everything that
the new items' own audiences may see; who of its followers is told is then decided per person by `tell`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content import actors
from portal.content.notices.services import Told, tell
from portal.content.watching import events, queries
from portal.content.watching.following import is_behind, next_entries, published_key
from portal.platform.access import unscoped
from portal.platform.items import PUBLISHED, Audience, Item
from portal.platform.search import queue
from portal.platform.search.engine import IndexDamaged, Request
from portal.platform.search.engines.opening import open_engine
from portal.platform.search.syntax import parse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Engine
    from portal.platform.search.syntax import Query

    Resolve = Callable[[Session, Actor, Query], Query]

NAME = "searches"
BATCH = 200
MOST_SEARCHES = 500
VERBS = {"published", "approved", "edited", "imported", "replied"}


def tell_searchers(
    sessions: sessionmaker[Session], settings: Settings, now: dt.datetime, *, resolve: Resolve
) -> None:
    """Look for what is new in the searches that people follow.

    Args:
        sessions: opens sessions on the database.
        settings: of the installation.
        now: the moment.
        resolve: turns the names in a search into the keys of the index.
    """
    if not is_behind(sessions, NAME):
        return
    engine = open_engine(settings.search_engine, settings.index_path, settings.zone)
    try:
        while _batch(sessions, settings, engine, now, resolve):
            pass
    except IndexDamaged:
        return  # it is being built anew; the position stays where it is
    finally:
        engine.close()


def _batch(
    sessions: sessionmaker[Session], settings: Settings, engine: Engine, now: dt.datetime, resolve: Resolve
) -> bool:
    """Deal with the next entries; whether there may be more to deal with now."""
    with sessions.begin() as session:
        place, entries = next_entries(session, NAME, now, BATCH)
        ids = {entry.item_id for entry in entries if entry.verb in VERBS}
        if not entries or not _is_indexed(session, engine, ids):
            return False
        new = {
            item.id: item
            for item in session.scalars(unscoped(Item).where(Item.id.in_(ids), Item.state == PUBLISHED))
        }
        if new:
            system = actors.system(now, settings.zone)
            for text, followers in queries.searches(session, MOST_SEARCHES).items():
                tree = resolve(session, system, parse(text))
                for item_id in sorted(_found(session, engine, tree, new)):
                    writer = actors.system(now, settings.zone, new[item_id].author_id)
                    for each in followers:
                        data = {"follow": each.id, "why": "query", "label": text}
                        told = Told(events.MATCHED, new[item_id], published_key(item_id), data=data)
                        tell(session, writer, [each.user_id], told)
        place.entry_id = entries[-1].id
        return len(entries) == BATCH


def _is_indexed(session: Session, engine: Engine, ids: Iterable[int]) -> bool:
    """Whether the index has heard of the last change of each of these items."""
    newest = session.scalar(select(func.max(queue.Change.seq)).where(queue.Change.item_id.in_(ids)))
    return (newest or 0) <= engine.cursor()


def _found(session: Session, engine: Engine, tree: Query, new: dict[int, Item]) -> set[int]:
    """Which of the new items have all that the search asks for; one that had to give up words has found nothing."""
    holders = {item.holder_id or item.id for item in new.values()}
    tokens = frozenset(
        session.scalars(select(Audience.token).where(Audience.item_id.in_(holders)).distinct())
    )
    found = engine.search(Request(tree=tree, tokens=tokens, facets=(), limit=1))
    is_whole = found.mode != "any" and not found.dropped
    return new.keys() & set(found.ids) if is_whole else set()
