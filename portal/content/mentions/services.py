"""Verbs of mentions: keep whom a text names, tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from portal.content.mentions import events, queries
from portal.content.mentions.models import Mention
from portal.content.mentions.queries import DEPARTMENT, USER
from portal.content.notices.services import Told, tell
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.people.models import Department, User
from portal.platform.items import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item

MOST_AT_ONCE = 30


def keep(session: Session, actor: Actor, item: Item, named: Collection[str]) -> None:
    """Keep whom an item's text names now.

    Raises:
        InvalidError: it names departments with more people than this person may call at once.
    """
    stored = set(queries.tokens(session, item.id))
    if not named and not stored:
        return
    wanted = _keys(session, named)
    _check(session, actor, item, wanted - stored)
    if stored - wanted:
        gone = delete(Mention).where(Mention.item_id == item.id, Mention.token.in_(stored - wanted))
        session.execute(gone)
    if wanted - stored:
        rows = [{"item_id": item.id, "token": token} for token in sorted(wanted - stored)]
        session.execute(insert(Mention), rows)


def announce(session: Session, actor: Actor, item: Item) -> set[int]:
    """Tell those whom a published item names and who may read it, each once however often it is saved.

    Returns:
        Keys of those who had not been told before.
    """
    if item.state != PUBLISHED:
        return set()
    told = Told(events.IN_DOCUMENT, item, f"mention:{item.id}")
    return tell(session, actor, queries.people(session, queries.tokens(session, item.id)), told)


def announce_in_reply(
    session: Session, actor: Actor, reply: Item, before: Collection[str] | None = None
) -> None:
    """Tell those whom a reply names: of the reply itself when it is new, else of being named by the change.

    Args:
        session: open session.
        actor: who wrote it.
        reply: the reply, saved.
        before: whom it named before; None when it is new.
    """
    named = set(queries.tokens(session, reply.id)) - set(before or ())
    key = f"reply:{reply.id}" if before is None else f"mention:{reply.id}"
    tell(session, actor, queries.people(session, named), Told(events.IN_REPLY, reply, key))


def _keys(session: Session, named: Collection[str]) -> set[str]:
    """Names to sign in with become keys, which stay the same when a name changes; what does not exist is left out."""
    usernames = [token.removeprefix(USER) for token in named if token.startswith(USER)]
    numbers = [int(token.removeprefix(DEPARTMENT)) for token in named if token.startswith(DEPARTMENT)]
    persons = session.scalars(select(User.id).where(User.username.in_(usernames))) if usernames else ()
    departments = session.scalars(select(Department.id).where(Department.id.in_(numbers))) if numbers else ()
    return {f"{USER}{key}" for key in persons} | {f"{DEPARTMENT}{key}" for key in departments}


def _check(session: Session, actor: Actor, item: Item, new: Collection[str]) -> None:
    departments = [token for token in new if token.startswith(DEPARTMENT)]
    if not departments or actor.is_admin or item.space_id in actor.edits:
        return
    number = len(queries.people(session, departments))
    if number > MOST_AT_ONCE:
        text = _l(
            "You name departments with %(number)s people. Only the editors of the space can call more than %(most)s at once.",
            number=number,
            most=MOST_AT_ONCE,
        )
        raise InvalidError(text, {"body": [str(text)]})
