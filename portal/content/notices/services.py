"""Telling people of something: notices are rows of the transaction in which it happens; mail follows from them later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from portal.content.notices.events import EVENTS
from portal.content.notices.models import Notice
from portal.content.reach import people_who_read
from portal.platform.items import Item

if TYPE_CHECKING:
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
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    adding = dialect.insert(Notice).on_conflict_do_nothing().returning(Notice.user_id)
    return set(session.scalars(adding, [{"user_id": user_id, **common} for user_id in sorted(wanted)]))
