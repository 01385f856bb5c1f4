"""Reads of the bin, under its own rule: what one wrote, and what one read in spaces that one edits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.content.redirects import Redirect
from portal.content.spaces.models import Space
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import in_bin, readable_ids
from portal.platform.items import Item
from portal.platform.timeline import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

REMOVED = ("deleted", "merged", "detached")
KINDS = ("document", "reply", "attachment")
Author, Remover, Holder = aliased(User), aliased(User), aliased(Item)


@dataclass(frozen=True, slots=True)
class Binned:
    """Something in the bin.

    `holder_id` and `holder_title` name what a reply or a file belonged to, `target_id` what a document was merged into; each only as
    long as the actor may read it.
    """

    id: int
    kind: str
    title: str
    author_name: str
    space_name: str
    space_name_en: str
    deleted_at: dt.datetime
    deleted_by: str
    holder_id: int | None
    holder_title: str
    target_id: int | None


_last = (
    select(func.max(Entry.id))
    .where(Entry.item_id == Item.id, Entry.verb.in_(REMOVED))
    .correlate(Item)
    .scalar_subquery()
)
KEYS = (Item.updated_at, Item.id)
COLUMNS: tuple[Any, ...] = (
    Item.id,
    Item.kind,
    Item.title,
    Author.name,
    Space.name,
    Space.name_en,
    Item.updated_at,
    Remover.name,
    Item.holder_id,
    Holder.title,
    Redirect.target_id,
    *KEYS,
)
# `updated_at` of what lies in the bin is the moment it was put there: nothing changes it afterwards.
ROWS: Select[Any] = (
    select(*COLUMNS)
    .join(Author, Author.id == Item.author_id)
    .outerjoin(Space, Space.id == Item.space_id)
    .outerjoin(Entry, Entry.id == _last)
    .outerjoin(Remover, Remover.id == Entry.actor_id)
    .outerjoin(Holder, Holder.id == Item.holder_id)
    .outerjoin(Redirect, Redirect.item_id == Item.id)
)


def binned(
    session: Session, actor: Actor, cursor: str | None, *, mine: bool, limit: int = 30
) -> Page[Binned]:
    """A page of the bin, the latest first.

    Args:
        session: open session.
        actor: who looks.
        cursor: from the neighbouring page, or None.
        mine: only what the actor wrote.
        limit: rows on a page.
    """
    statement: Select[Any] = ROWS.where(in_bin(actor), Item.kind.in_(KINDS))
    if mine:
        statement = statement.where(Item.author_id == actor.user_id)
    found = paginate(session, statement, KEYS, cursor, limit)
    return Page(_rows(session, actor, found.rows), found.next, found.previous)


def one(session: Session, actor: Actor, item_id: int) -> Binned | None:
    """One thing in the bin."""
    found = session.execute(ROWS.where(in_bin(actor), Item.id == item_id)).all()
    return next(iter(_rows(session, actor, found)), None)


def due(session: Session, before: dt.datetime, limit: int) -> list[int]:
    """Keys of what has lain in the bin since before a moment, replies first."""
    old = select(Item.id).where(Item.state == "deleted", Item.updated_at <= before)
    return list(session.scalars(old.order_by(Item.holder_id.is_(None), Item.id).limit(limit)))


def _rows(session: Session, actor: Actor, found: Sequence[Any]) -> list[Binned]:
    """What was found, without naming anything that the actor may not read."""
    readable = readable_ids(session, actor, {key for row in found for key in (row[8], row[10]) if key})
    return [_row(row, readable) for row in found]


def _row(row: Any, readable: set[int]) -> Binned:  # noqa: ANN401 - a row of ROWS
    values: list[Any] = [*row[:11]]
    for place in (4, 5, 7):
        values[place] = values[place] or ""
    values[9] = values[9] or "" if values[8] in readable else ""
    for place in (8, 10):
        values[place] = values[place] if values[place] in readable else None
    return Binned(*values)
