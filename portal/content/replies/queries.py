"""Reads of replies: the thread under an item."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from portal.content.records import Rendering
from portal.content.replies.models import Reply
from portal.people.models import User
from portal.platform.access import READABLE, as_read_by
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


DEEPEST = 6


@dataclass(slots=True)
class ThreadReply:
    """A reply with those that answer it, oldest first."""

    id: int
    parent_id: int | None
    author_id: int
    author_name: str
    author_username: str
    space_id: int | None
    html: str
    created_at: dt.datetime
    version: int
    children: list[ThreadReply] = field(default_factory=list)
    depth: int = 0
    above: ThreadReply | None = field(default=None, repr=False)

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return self.version > 1


STANDING = (
    select(
        Reply.id,
        Reply.parent_id,
        Reply.author_id,
        User.name,
        User.username,
        Reply.space_id,
        Rendering.html,
        Reply.created_at,
        Reply.version,
    )
    .join(User, User.id == Reply.author_id)
    .join(Rendering, Rendering.item_id == Reply.id)
    .where(Item.holder_id == bindparam("holder_id"), Item.state == PUBLISHED, READABLE)
    .order_by(Reply.created_at, Reply.id)
)


def thread(session: Session, actor: Actor, holder_id: int) -> list[ThreadReply]:
    """The replies under an item as a forest, in one query. An answer to a deleted reply moves to the top."""
    rows = session.execute(STANDING, {"holder_id": holder_id, **as_read_by(actor)})
    replies = {row[0]: ThreadReply(*row) for row in rows}
    top: list[ThreadReply] = []
    for answer in replies.values():
        parent = replies.get(answer.parent_id or 0)
        if parent is None:
            top.append(answer)
            continue
        # Beyond the deepest level answers stand one below the other: a page shows no more, and nesting has no bound.
        answer.depth, answer.above = parent.depth + 1, parent
        if answer.depth > DEEPEST and parent.above:
            answer.depth, answer.above = parent.depth, parent.above
        answer.above.children.append(answer)
    return top
