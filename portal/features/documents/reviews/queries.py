"""Reads of review. Every statement joins the access rule: whoever may not read a document has no requests about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from portal.content.records import Rendering, Revision
from portal.content.spaces.models import Space, SpaceEditor
from portal.features.documents.models import Document
from portal.features.documents.reviews.models import (
    CHANGE,
    PENDING,
    PUBLICATION,
    ChangeRequest,
    Step,
)
from portal.kernel.errors import NotFoundError
from portal.people.models import User
from portal.platform import access
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

AROUND = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A step with who took it."""

    verb: str
    at: dt.datetime
    html: str
    name: str
    username: str


def decided_by(actor: Actor) -> ColumnElement[bool]:
    """`policy.may_decide` in SQL: editors of the space; about a published document also its author, where they may edit."""
    own = and_(
        Item.author_id == actor.user_id,
        Item.state == PUBLISHED,
        Item.space_id.not_in(sorted(actor.reviewed)),
    )
    return or_(Item.space_id.in_(sorted(actor.edits)), own)


def made_by(actor: Actor) -> ColumnElement[bool]:
    """The actor's own, in whatever state."""
    return ChangeRequest.author_id == actor.user_id


def find(session: Session, actor: Actor, request_id: int) -> tuple[ChangeRequest, Document]:
    """A request with its document.

    Raises:
        NotFoundError: there is none, it is not the actor's to see, or they may not read the document.
    """
    statement = access.items(actor, Document).join(ChangeRequest, ChangeRequest.item_id == Document.id)
    seen = statement.where(ChangeRequest.id == request_id, or_(made_by(actor), decided_by(actor)))
    row = session.execute(seen.add_columns(ChangeRequest)).first()
    if row is None:
        raise NotFoundError
    return row[1], row[0]


def own_text(session: Session, actor: Actor, request_id: int) -> ChangeRequest:
    """A change that the actor has proposed, even when they may no longer read the document: their words are theirs.

    Raises:
        NotFoundError: it is somebody else's, or there is none.
    """
    own = select(ChangeRequest).where(
        ChangeRequest.id == request_id, made_by(actor), ChangeRequest.kind == CHANGE
    )
    found = session.scalar(own)
    if found is None:
        raise NotFoundError
    return found


ABOUT = (
    select(ChangeRequest)
    .where(ChangeRequest.item_id == bindparam("item_id"), ChangeRequest.state.in_(PENDING))
    .order_by(ChangeRequest.sent_at, ChangeRequest.id)
    .limit(AROUND)
)


def about(session: Session, document: Document) -> Sequence[ChangeRequest]:
    """The undecided requests about a document that was read under the access rule; who sees them is `policy.may_see`."""
    return session.scalars(ABOUT, {"item_id": document.id}).all()


def pending_publication(session: Session, document: Document) -> ChangeRequest | None:
    """The undecided request to publish a document."""
    found = select(ChangeRequest).where(
        ChangeRequest.item_id == document.id,
        ChangeRequest.kind == PUBLICATION,
        ChangeRequest.state.in_(PENDING),
    )
    return session.scalar(found.order_by(ChangeRequest.id.desc()).limit(1))


def pending_change(session: Session, actor: Actor, document: Document) -> ChangeRequest | None:
    """The actor's own undecided change to a document."""
    found = select(ChangeRequest).where(
        ChangeRequest.item_id == document.id,
        made_by(actor),
        ChangeRequest.kind == CHANGE,
        ChangeRequest.state.in_(PENDING),
    )
    return session.scalar(found.order_by(ChangeRequest.id.desc()).limit(1))


def sent_before(session: Session, actor: Actor, submission: str) -> ChangeRequest | None:
    """The request that this form of the actor has already made."""
    sent = select(ChangeRequest).where(ChangeRequest.submission == submission, made_by(actor))
    return session.scalar(sent) if submission else None


def said_before(session: Session, actor: Actor, submission: str) -> bool:
    """Whether this form of the actor has already been taken as a remark."""
    said = select(Step.id).where(Step.submission == submission, Step.author_id == actor.user_id)
    return bool(submission) and session.scalar(said) is not None


def steps(session: Session, request_id: int) -> list[Told]:
    """What was done and said, in order."""
    statement = (
        select(Step.verb, Step.at, Step.html, User.name, User.username)
        .join(User, User.id == Step.author_id)
        .where(Step.request_id == request_id)
    )
    return [Told(*row) for row in session.execute(statement.order_by(Step.id))]


def speakers(session: Session, request_id: int) -> set[int]:
    """Keys of those who have taken part."""
    return set(session.scalars(select(Step.author_id).where(Step.request_id == request_id)))


def revision(session: Session, item_id: int, version: int) -> Revision | None:
    """What a document said in a version."""
    return session.scalar(select(Revision).where(Revision.item_id == item_id, Revision.version == version))


def editors(session: Session, space_id: int | None) -> list[tuple[int, str]]:
    """Keys and names of a space's active editors, in the order of their names."""
    statement = (
        select(User.id, User.name)
        .join(SpaceEditor, SpaceEditor.user_id == User.id)
        .where(SpaceEditor.space_id == space_id, User.is_active)
    )
    return [(row.id, row.name) for row in session.execute(statement.order_by(User.sort_key, User.id))]


def html_of(session: Session, item_id: int) -> str:
    """The text of a document that was read under the access rule, laid out."""
    return session.scalar(select(Rendering.html).where(Rendering.item_id == item_id)) or ""


def newly_outdated(session: Session, limit: int) -> Sequence[tuple[int, int]]:
    """Keys of undecided changes, with their authors', whose document has moved on without their having been told."""
    statement = (
        select(ChangeRequest.id, ChangeRequest.author_id)
        .join(
            Revision,
            (Revision.item_id == ChangeRequest.item_id)
            & (Revision.version == ChangeRequest.base_version + 1),
        )
        .where(
            ChangeRequest.kind == CHANGE,
            ChangeRequest.state.in_(PENDING),
            ChangeRequest.told_version < ChangeRequest.base_version,
        )
    )
    return [(row[0], row[1]) for row in session.execute(statement.order_by(ChangeRequest.id).limit(limit))]


def is_reviewed(session: Session, space_id: int | None) -> bool:
    """Whether a space publishes after review."""
    return bool(session.scalar(select(Space.needs_review).where(Space.id == space_id)))


def space_label(session: Session, space_id: int | None, locale: str) -> str:
    """The name of a space in a language, empty for none."""
    space = session.scalar(select(Space).where(Space.id == space_id))
    return space.label(locale) if space else ""


def names(session: Session, user_ids: set[int | None]) -> dict[int, tuple[str, str]]:
    """Name and user name of each."""
    statement = select(User.id, User.name, User.username).where(User.id.in_(user_ids - {None}))
    return {row.id: (row.name, row.username) for row in session.execute(statement)}
