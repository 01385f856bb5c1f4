"""Reads of shelves: of what stands there, only what its owner may read now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, select

from portal.content import cards
from portal.content.cards import Card
from portal.content.shelves.models import Favourite, ToRead
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """An item on the reading list."""

    card: Card
    done_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """On which shelves an item stands."""

    is_favourite: bool
    is_to_read: bool


_KNOWN: tuple[Any, ...] = (bindparam("user_id"), bindparam("item_id"))
STANDING = select(
    exists().where(Favourite.user_id == _KNOWN[0], Favourite.item_id == _KNOWN[1]),
    exists().where(ToRead.user_id == _KNOWN[0], ToRead.item_id == _KNOWN[1], ToRead.done_at.is_(None)),
)


def standing(session: Session, actor: Actor, item_id: int) -> Standing:
    """Where the actor keeps an item."""
    is_favourite, is_to_read = session.execute(STANDING, {"user_id": actor.user_id, "item_id": item_id}).one()
    return Standing(bool(is_favourite), bool(is_to_read))


def favourites(session: Session, actor: Actor, limit: int = MOST) -> list[Card]:
    """The actor's favourites, the latest first."""
    rows = cards.rows(actor).join(Favourite, Favourite.item_id == Item.id)
    mine = rows.where(Favourite.user_id == actor.user_id)
    return cards.fetch(session, mine.order_by(Favourite.at.desc(), Item.id.desc()).limit(limit))


def reading_list(session: Session, actor: Actor, limit: int = MOST) -> list[Entry]:
    """The actor's reading list: what is to be read in its order, then what is done, the latest first."""
    rows = cards.rows(actor).join(ToRead, ToRead.item_id == Item.id).where(ToRead.user_id == actor.user_id)
    ordered = rows.order_by(ToRead.done_at.is_not(None), ToRead.done_at.desc(), ToRead.place, Item.id)
    found = cards.fetch(session, ordered.limit(limit))
    done = _done(session, actor, [card.id for card in found])
    return [Entry(card, done.get(card.id)) for card in found]


def _done(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, dt.datetime | None]:
    """When the entries were ticked off."""
    mine = select(ToRead.item_id, ToRead.done_at).where(ToRead.user_id == actor.user_id)
    return {row.item_id: row.done_at for row in session.execute(mine.where(ToRead.item_id.in_(ids)))}
