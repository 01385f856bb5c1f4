"""Tags in use, counted over what the reader may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.manuscripts import fold_tag
from portal.content.records import ItemTag, Tag
from portal.kernel.typed import storable
from portal.platform.access import columns
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


def counted(
    session: Session, actor: Actor, space_id: int | None = None, limit: int = 30
) -> list[tuple[str, int]]:
    """The most used tags of published items, of one space or of all."""
    count = func.count()
    statement = (
        columns(actor, Tag.name, count)
        .join(ItemTag, ItemTag.item_id == Item.id)
        .join(Tag, Tag.id == ItemTag.tag_id)
        .where(Item.state == PUBLISHED)
    )
    if space_id is not None:
        statement = statement.where(Item.space_id == space_id)
    grouped = statement.group_by(Tag.id, Tag.name, Tag.sort_key).order_by(count.desc(), Tag.sort_key)
    return [(name, number) for name, number in session.execute(grouped.limit(limit))]


def tagged(name: str) -> ColumnElement[bool]:
    """Condition on `items`: it carries the tag, whatever its width or case."""
    return Item.id.in_(select(ItemTag.item_id).join(Tag).where(Tag.folded == fold_tag(storable(name))))
