"""Neighbours of an item: what points to it, what it is related to; under the reader's own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, func, or_, select

from portal.content import cards
from portal.content.records import ItemTag, Link
from portal.platform.access import READABLE, columns
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor


ITEM_ID: BindParameter[int] = bindparam("item_id")
NEWEST = (Item.published_at.desc(), Item.id.desc())
_from_links = select(Link.source_id).where(
    or_(Link.target_id == ITEM_ID, Link.target_title == bindparam("title"))
)
POINTING = (
    cards.ROWS.where(READABLE, Item.id.in_(_from_links), Item.id != ITEM_ID, Item.state == PUBLISHED)
    .order_by(*NEWEST)
    .limit(bindparam("most"))
)

_own_tags = select(ItemTag.tag_id).where(ItemTag.item_id == ITEM_ID)
_spread = (
    select(ItemTag.tag_id, (1.0 / func.count()).label("weight"))
    .where(ItemTag.tag_id.in_(_own_tags))
    .group_by(ItemTag.tag_id)
    .subquery()
)
_shared = (
    select(ItemTag.item_id, func.sum(_spread.c.weight).label("likeness"))
    .join(_spread, _spread.c.tag_id == ItemTag.tag_id)
    .where(ItemTag.item_id != ITEM_ID)
    .group_by(ItemTag.item_id)
    .subquery()
)
# The nearest are found on the items alone; only those few are joined with what a card shows.
_nearest = (
    select(Item.id, _shared.c.likeness)
    .join(_shared, _shared.c.item_id == Item.id)
    .where(READABLE, Item.state == PUBLISHED)
    .order_by(_shared.c.likeness.desc(), *NEWEST)
    .limit(bindparam("most"))
    .subquery()
)
RELATED = cards.ROWS.join(_nearest, _nearest.c.id == Item.id).order_by(_nearest.c.likeness.desc(), *NEWEST)


def backlinks(session: Session, actor: Actor, item: Item, limit: int = 10) -> list[Card]:
    """Readable items whose text points to this one, by number or by title, newest first."""
    known = {"item_id": item.id, "title": item.title, "most": limit}
    return cards.fetch_bare(session, actor, POINTING, known)


def related(session: Session, actor: Actor, item: Item, limit: int = 5) -> list[Card]:
    """Readable items that share tags with this one; a rare tag counts for more than a common one."""
    return cards.fetch_bare(session, actor, RELATED, {"item_id": item.id, "most": limit})


def by_title(session: Session, actor: Actor, title: str) -> int | None:
    """The newest readable item with exactly this title, where a `[[title]]` leads."""
    found = columns(actor, Item.id).where(Item.title == title, Item.kind != "reply")
    newest = Item.published_at.desc().nulls_last(), Item.id.desc()
    item_id: int | None = session.scalar(found.order_by(*newest).limit(1))
    return item_id
