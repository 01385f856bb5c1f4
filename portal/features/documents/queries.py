"""Reads of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from portal.content.cards import tags_of
from portal.content.records import Rendering
from portal.content.spaces.models import Space
from portal.features.documents.models import Document
from portal.kernel.errors import NotFoundError
from portal.people.models import Department, Post, User
from portal.platform.access import READABLE, as_read_by

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of a document shows of the document itself."""

    document: Document
    rendering: Rendering
    space: Space
    author: User
    department: str
    post: str
    tags: list[str]


SHEET = (
    select(Document, Rendering, Space, User, Department.name, Post.name)
    .join(Rendering, Rendering.item_id == Document.id)
    .join(Space, Space.id == Document.space_id)
    .join(User, User.id == Document.author_id)
    .join(Department, Department.id == User.department_id)
    .outerjoin(Post, Post.id == User.post_id)
    .where(Document.id == bindparam("item_id"), READABLE)
)


def sheet(session: Session, actor: Actor, item_id: int) -> Sheet:
    """A document with what its page shows, in two queries.

    Raises:
        NotFoundError: it does not exist or the actor may not read it.
    """
    row = session.execute(SHEET, {"item_id": item_id, **as_read_by(actor)}).first()
    if row is None:
        raise NotFoundError
    tags = tags_of(session, [item_id]).get(item_id, [])
    return Sheet(row[0], row[1], row[2], row[3], row[4], row[5] or "", tags)
