"""The lists of requests: what waits for somebody, what they have sent back, what they have sent in.

Every statement joins the access rule: whoever may not read a document has no requests about it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.content.records import Revision
from portal.content.spaces.models import Space
from portal.features.documents.reviews.models import (
    CHANGE,
    OPEN,
    PENDING,
    PUBLICATION,
    RETURNED,
    ChangeRequest,
)
from portal.features.documents.reviews.queries import decided_by, made_by
from portal.kernel.paging import MAX_FIGURE, Page, paginate
from portal.people.models import User
from portal.platform import access
from portal.platform.items import IN_REVIEW, PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST_LOST = 50
Reviewer = aliased(User, name="reviewer")


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list. `outdated_at` is when the document moved on from what it builds on, if it has."""

    id: int
    kind: str
    state: str
    title: str
    note: str
    sent_at: dt.datetime
    author_name: str
    author_username: str
    space_name: str
    space_name_en: str
    reviewer_name: str | None
    outdated_at: dt.datetime | None


COLUMNS: tuple[Any, ...] = (
    ChangeRequest.id,
    ChangeRequest.kind,
    ChangeRequest.state,
    Item.title,
    ChangeRequest.note,
    ChangeRequest.sent_at,
    User.name,
    User.username,
    Space.name,
    Space.name_en,
    Reviewer.name,
    Revision.at,
)


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Open requests that the actor decides on: not their own, and only about what can be decided on now."""
    fitting = or_(
        and_(ChangeRequest.kind == PUBLICATION, Item.state == IN_REVIEW),
        and_(ChangeRequest.kind == CHANGE, Item.state == PUBLISHED),
    )
    return and_(
        ChangeRequest.state == OPEN, ChangeRequest.author_id != actor.user_id, fitting, decided_by(actor)
    )


def sent_back_by(actor: Actor) -> ColumnElement[bool]:
    """Requests that wait for their authors to mend them."""
    return and_(ChangeRequest.state == RETURNED, ChangeRequest.author_id != actor.user_id, decided_by(actor))


def page(
    session: Session, actor: Actor, condition: ColumnElement[bool], cursor: str | None, *, ascending: bool
) -> Page[Row]:
    """One page of requests, those that wait longest first, or the latest first."""
    keys = (ChangeRequest.sent_at, ChangeRequest.id)
    found = paginate(
        session,
        _rows(access.columns(actor, *COLUMNS, *keys)).where(condition),
        keys,
        cursor,
        ascending=ascending,
    )
    return Page([Row(*row[: len(COLUMNS)]) for row in found.rows], found.next, found.previous)


def _rows(statement: Select[Any]) -> Select[Any]:
    moved_on = and_(
        Revision.item_id == Item.id,
        Revision.version == ChangeRequest.base_version + 1,
        ChangeRequest.kind == CHANGE,
        ChangeRequest.state.in_(PENDING),
    )
    return (
        statement.join(ChangeRequest, ChangeRequest.item_id == Item.id)
        .join(User, User.id == ChangeRequest.author_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .outerjoin(Reviewer, Reviewer.id == ChangeRequest.reviewer_id)
        .outerjoin(Revision, moved_on)
    )


def counts(session: Session, actor: Actor) -> tuple[int, int, int]:
    """How many wait for the actor, how many they sent back, how many are their own and undecided."""
    wanted = (
        waiting_for(actor),
        sent_back_by(actor),
        and_(made_by(actor), ChangeRequest.state.in_(PENDING)),
    )
    figures = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in wanted]
    statement = access.columns(actor, *figures).join(ChangeRequest, ChangeRequest.item_id == Item.id)
    row = session.execute(statement.where(ChangeRequest.state.in_(PENDING))).one()
    return row[0], row[1], row[2]


def waiting_count(session: Session, actor: Actor) -> int:
    """How many requests wait for the actor."""
    statement = access.columns(actor, func.count()).join(ChangeRequest, ChangeRequest.item_id == Item.id)
    return session.scalar(statement.where(waiting_for(actor))) or 0


def lost(session: Session, actor: Actor) -> Sequence[ChangeRequest]:
    """The actor's undecided changes to documents that they may no longer read, latest first."""
    readable = access.columns(actor, Item.id).where(Item.id == ChangeRequest.item_id).correlate(ChangeRequest)
    own = select(ChangeRequest).where(
        made_by(actor), ChangeRequest.kind == CHANGE, ChangeRequest.state.in_(PENDING), ~readable.exists()
    )
    return session.scalars(own.order_by(ChangeRequest.sent_at.desc()).limit(MOST_LOST)).all()


def narrowed(actor: Actor, space_id: int | None, *, taken: bool) -> ColumnElement[bool]:
    """Only requests of one space, or only those that the actor has taken on."""
    here = Item.space_id == max(-1, min(space_id or 0, MAX_FIGURE)) if space_id is not None else Item.id > 0
    return and_(here, ChangeRequest.reviewer_id == actor.user_id) if taken else and_(here)
