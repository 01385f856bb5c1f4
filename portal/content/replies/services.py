"""Verbs of replies: reply, change, delete, restore; they keep the holder's reply count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from portal.content import writing
from portal.content.mentions import queries as mentions
from portal.content.mentions.services import announce_in_reply
from portal.content.questions import services as questions
from portal.content.replies import policy
from portal.content.replies.models import Reply
from portal.content.replies.telling import tell_of_reply
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.kernel.paging import MAX_FIGURE
from portal.platform import access, timeline
from portal.platform.items import DELETED, PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.kernel.actor import Actor

MAX_LENGTH = 20_000


def reply(
    session: Session, actor: Actor, holder: Item, manuscript: Manuscript, parent_id: int | None = None
) -> Reply:
    """Answer an item, or one of the replies under it.

    Raises:
        InvalidError: nothing was written, or too much, or the parent stands under another item.
        ForbiddenError: the actor may not reply here.
    """
    access.lock(session, holder)
    access.require(policy.may_reply(actor, holder), _l("Replies are possible under published documents."))
    _check(manuscript)
    if parent_id is not None:
        _check_parent(session, actor, holder, parent_id)
    made = Reply(
        state=PUBLISHED,
        author_id=actor.user_id,
        department_id=actor.department_id,
        space_id=holder.space_id,
        holder_id=holder.id,
        parent_id=parent_id,
        published_at=actor.now,
    )
    writing.write_new(session, actor, made, manuscript)
    timeline.record(session, actor, made, "replied")
    tell_of_reply(session, actor, made, holder)
    recount(session, holder.id)
    return made


def change(session: Session, actor: Actor, answer: Reply, manuscript: Manuscript, expected: int) -> None:
    """Save another text of a reply.

    Raises:
        ConflictError: it was changed in another window meanwhile.
        InvalidError: nothing was written, or too much.
        ForbiddenError: it is somebody else's.
    """
    access.lock(session, answer)
    access.require(policy.may_edit(actor, answer))
    _check(manuscript)
    named = mentions.tokens(session, answer.id)
    writing.rewrite(session, actor, answer, manuscript, expected)
    announce_in_reply(session, actor, answer, named)


def remove(session: Session, actor: Actor, answer: Reply) -> None:
    """Take a reply away; what was answered to it stays in its place.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    access.lock(session, answer)
    access.require(policy.may_delete(actor, answer))
    answer.updated_at = actor.now
    questions.forget(session, answer)
    _set_state(session, answer, DELETED)
    timeline.record(session, actor, answer, "deleted")


def restore(session: Session, actor: Actor, answer: Reply) -> None:
    """Undo `remove`.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    access.lock(session, answer)
    access.require(policy.may_delete(actor, answer))
    _set_state(session, answer, PUBLISHED)


def _check(manuscript: Manuscript) -> None:
    if not manuscript.body.strip():
        raise InvalidError(fields={"body": [str(_l("Write something first."))]})
    if len(manuscript.body) > MAX_LENGTH:
        raise InvalidError(fields={"body": [str(_l("A reply has at most %(n)s characters.", n=MAX_LENGTH))]})


def _check_parent(session: Session, actor: Actor, holder: Item, parent_id: int) -> None:
    standing = access.items(actor, Reply).where(Reply.id == parent_id, Reply.holder_id == holder.id)
    parent = session.scalar(standing) if abs(parent_id) <= MAX_FIGURE else None
    if parent is None:
        raise InvalidError(_l("The reply you are answering is no longer there."))


def _set_state(session: Session, answer: Reply, state: str) -> None:
    answer.state = state
    session.flush()
    if answer.holder_id:
        recount(session, answer.holder_id)


def recount(session: Session, holder_id: int) -> None:
    """Count anew rather than add one, so that the figure cannot drift; the holder's index entry knows the count."""
    session.flush()
    # From the replies: what else an item holds, such as its attachments, is no reply.
    replies = select(func.count()).select_from(Reply)
    standing = replies.where(Reply.holder_id == holder_id, Reply.state == PUBLISHED).scalar_subquery()
    session.execute(update(Item).where(Item.id == holder_id).values(reply_count=standing))
    access.requeue(session, [holder_id])
