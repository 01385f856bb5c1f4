"""Reads of spaces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.spaces.models import Space
from portal.kernel.errors import NotFoundError
from portal.platform.access import readable
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A space in a list, with what the reader finds there."""

    space: Space
    document_count: int
    last_published_at: dt.datetime | None


def space_ids(actor: Actor) -> list[int]:
    """Keys of the spaces that the actor reads, from their tokens."""
    return sorted(int(token.removeprefix("space:")) for token in actor.tokens if token.startswith("space:"))


def readable_spaces(actor: Actor) -> Select[Space]:
    """The spaces that the actor reads; administrators list them all."""
    found = select(Space).order_by(Space.position, Space.id)
    return found if actor.is_admin else found.where(Space.id.in_(space_ids(actor)))


def writable_spaces(session: Session, actor: Actor) -> Sequence[Space]:
    """The spaces in which the actor may publish."""
    if not actor.is_member:
        return []
    found = select(Space).where(Space.id.in_(space_ids(actor))).order_by(Space.position, Space.id)
    return session.scalars(found.where(Space.is_open | Space.id.in_(actor.edits))).all()


def editable_spaces(session: Session, actor: Actor) -> Sequence[Space]:
    """The spaces that the actor edits."""
    if not actor.edits:
        return []
    edited = select(Space).where(Space.id.in_(sorted(actor.edits)))
    return session.scalars(edited.order_by(Space.position, Space.id)).all()


def find_space(session: Session, actor: Actor, key: str) -> Space:
    """A space by its key.

    Raises:
        NotFoundError: it does not exist or the actor may not know of it.
    """
    space = session.scalar(readable_spaces(actor).where(Space.key == key))
    if space is None:
        raise NotFoundError
    return space


def overview(session: Session, actor: Actor) -> list[SpaceRow]:
    """All spaces that the actor may know of, with what they can read in each: two queries."""
    counts = (
        select(Item.space_id, func.count(), func.max(Item.published_at))
        .where(readable(actor), Item.kind == "document", Item.state == PUBLISHED)
        .group_by(Item.space_id)
    )
    found = {space_id: (count, at) for space_id, count, at in session.execute(counts)}
    spaces = session.scalars(readable_spaces(actor)).all()
    return [SpaceRow(space, *found.get(space.id, (0, None))) for space in spaces]
