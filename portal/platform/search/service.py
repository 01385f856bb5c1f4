"""Searching on behalf of somebody: the engine proposes, the database decides.

What has changed since the index's last commit is looked up under the access rule before the engine counts anything, so
a stale index can miss a row for a moment but never show one, count one or hint at one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.kernel.errors import UnavailableError
from portal.kernel.messages import _l
from portal.platform.access import readable_ids
from portal.platform.items import ARCHIVED, DRAFT, IN_REVIEW, PUBLISHED
from portal.platform.search import queue
from portal.platform.search.engine import Found, IndexDamaged, Request

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Engine, Sort
    from portal.platform.search.syntax import Query

CURRENT = frozenset({PUBLISHED, DRAFT, IN_REVIEW})
ALL = CURRENT | {ARCHIVED}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and how long it took in milliseconds."""

    found: Found
    took_ms: float


def search(  # noqa: PLR0913 - the keyword arguments are the place in the results
    session: Session,
    actor: Actor,
    engine: Engine,
    tree: Query,
    *,
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = 20,
) -> Answer:
    """Answer a query as one person sees it.

    Args:
        session: open session.
        actor: who asks.
        engine: the open engine.
        tree: the parsed query, its names already resolved to keys.
        sort: order of the hits.
        offset: hits to pass over.
        limit: hits wanted.

    Raises:
        UnavailableError: the index is damaged; the worker is building it anew.
    """
    started = time.perf_counter()
    try:
        request = Request(
            tree=tree,
            tokens=actor.tokens,
            blocked=_blocked(session, actor, engine),
            states=ALL if _asks_for_state(tree) else CURRENT,
            sort=sort,
            offset=offset,
            limit=limit,
        )
        found = engine.search(request)
    except IndexDamaged as error:
        raise UnavailableError(
            _l("The search index is being rebuilt. Please try again in a moment.")
        ) from error
    return Answer(found, (time.perf_counter() - started) * 1000)


def _asks_for_state(tree: Query) -> bool:
    return bool(tree.filters("state"))


def _blocked(session: Session, actor: Actor, engine: Engine) -> frozenset[int]:
    """Items that have changed since the index's last commit and that the actor may not read now."""
    changed = {item_id for _, item_id in queue.since(session, engine.cursor())}
    return frozenset(changed - readable_ids(session, actor, changed))
