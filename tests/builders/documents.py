"""Documents and replies, written as their authors would write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.manuscripts import Manuscript, clean_tags
from portal.content.replies import services as replies
from portal.features.documents import services
from portal.features.documents.services import DocumentInput
from portal.kernel.markup import render, summary
from portal.platform.items import ARCHIVED, DRAFT
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.content.replies.models import Reply
    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from portal.platform.items import Item

BODY = "## 先看含水率\n\n再看混炼温度，最后才换供应商。"


def manuscript(title: str = "", body: str = BODY, tags: Iterable[str] = ()) -> Manuscript:
    """A text, rendered here and now: a child process for each would cost more than the test."""
    return Manuscript(title, body, clean_tags(tags), "", summary(body, 100), render(body))


def document(
    session: Session,
    author: User,
    space: Space,
    title: str = "白炭黑分散不良的处理",
    *,
    body: str = BODY,
    tags: Iterable[str] = (),
    readers: Iterable[str] = (),
    state: str = "published",
) -> Document:
    """A document in a state; for chosen readers when they are given, else for the audience of its space."""
    actor = actor_of(session, author)
    wanted = DocumentInput(manuscript(title, body, tags), space.id, frozenset(readers))
    made = services.create(session, actor, wanted)
    if state != DRAFT:
        services.publish(session, actor, made)
    if state == ARCHIVED:
        services.archive(session, actor, made)
    session.flush()
    return made


def reply(
    session: Session, author: User, holder: Item, body: str = "照做了，有效。", parent: Reply | None = None
) -> Reply:
    """An answer to an item, or to one of its replies."""
    actor = actor_of(session, author)
    return replies.reply(session, actor, holder, manuscript(body=body), parent.id if parent else None)
