"""Reads of notices: the inbox and its count, always joined with the rule, so that lost access takes notices along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.content.notices.events import EVENTS
from portal.content.notices.models import Notice
from portal.kernel.errors import NotFoundError
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import READABLE, as_read_by, readable
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

PER_PAGE = 30
MOST_COUNTED = 100
Holder = aliased(Item, name="holder")


@dataclass(frozen=True, slots=True)
class Heard:
    """A notice as its reader sees it. `subject_id` is the item, or what a reply stands under."""

    id: int
    event: str
    data: dict[str, Any]
    path: str
    at: dt.datetime
    read_at: dt.datetime | None
    actor_name: str
    item_id: int | None
    kind: str
    title: str
    subject_id: int | None


ROWS: Select[Any] = (
    select(
        Notice.id,
        Notice.event,
        Notice.data,
        Notice.path,
        Notice.at,
        Notice.read_at,
        func.coalesce(User.name, ""),
        Notice.item_id,
        func.coalesce(Item.kind, ""),
        func.coalesce(func.nullif(Item.title, ""), Holder.title, ""),
        func.coalesce(Item.holder_id, Item.id),
    )
    .select_from(Notice)
    .outerjoin(Item, Item.id == Notice.item_id)
    .outerjoin(Holder, Holder.id == Item.holder_id)
    .outerjoin(User, User.id == Notice.actor_id)
)
NEW = (
    select(Notice.id)
    .outerjoin(Item, Item.id == Notice.item_id)
    .where(
        Notice.user_id == bindparam("user_id"),
        Notice.read_at.is_(None),
        or_(Notice.item_id.is_(None), READABLE),
    )
    .limit(MOST_COUNTED)
    .subquery()
)
COUNT = select(func.count()).select_from(NEW)


def visible(actor: Actor) -> Any:  # noqa: ANN401 - an SQL expression
    """Condition on notices joined with their items: they are this person's and speak of what may be read now."""
    return (Notice.user_id == actor.user_id) & or_(Notice.item_id.is_(None), readable(actor))


def count_new(session: Session, actor: Actor) -> int:
    """How many notices wait to be read; counted up to a hundred."""
    return session.scalar(COUNT, {"user_id": actor.user_id, **as_read_by(actor)}) or 0


def inbox(
    session: Session, actor: Actor, events: Collection[str], cursor: str | None, *, unread: bool
) -> Page[Heard]:
    """One page of somebody's notices, newest first.

    Args:
        session: open session.
        actor: whose notices.
        events: names of the events wanted; none for all.
        cursor: from the neighbouring page, or None.
        unread: whether those that were read are left out.
    """
    found = ROWS.add_columns(Notice.id).where(visible(actor))
    if events:
        found = found.where(Notice.event.in_(events))
    if unread:
        found = found.where(Notice.read_at.is_(None))
    page = paginate(session, found, (Notice.id,), cursor, PER_PAGE)
    return Page([Heard(*row[:-1]) for row in page.rows], page.next, page.previous)


def find(session: Session, actor: Actor, notice_id: int) -> Heard:
    """One of one's own notices.

    Raises:
        NotFoundError: there is none, or it speaks of what may not be read any more.
    """
    row = session.execute(ROWS.where(visible(actor), Notice.id == notice_id)).first()
    if row is None:
        raise NotFoundError
    return Heard(*row)


def of_mail(session: Session, actor: Actor, mail_id: int) -> list[Heard]:
    """What a mail tells: of its notices those that may be read at this moment and still wait, oldest first."""
    found = ROWS.where(visible(actor), Notice.mail_id == mail_id, Notice.read_at.is_(None))
    return [Heard(*row) for row in session.execute(found.order_by(Notice.id))]


def events_of(group: str) -> list[str]:
    """Names of the events of a group."""
    return [event.name for event in EVENTS.values() if event.group.name == group]
