"""Reads of one's own unfinished texts; every one of them asks for the actor's alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.drafts.models import UnfinishedText
from portal.kernel.errors import NotFoundError
from portal.platform import access
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A text with the title of what it is for; `is_reachable` says whether the writer may still go there."""

    text: UnfinishedText
    item_title: str
    is_reachable: bool


def own(session: Session, actor: Actor, subject: str | None = None) -> Sequence[UnfinishedText]:
    """The actor's texts, last touched first; those for one subject when it is given."""
    found = select(UnfinishedText).where(UnfinishedText.user_id == actor.user_id)
    if subject is not None:
        found = found.where(UnfinishedText.subject == subject)
    return session.scalars(found.order_by(UnfinishedText.saved_at.desc()).limit(MOST_SHOWN)).all()


def listed(session: Session, actor: Actor) -> list[Unfinished]:
    """The actor's texts with what they are for, as far as it may still be read."""
    texts = own(session, actor)
    numbers = {text.item_id for text in texts if text.item_id}
    titles = access.columns(actor, Item.id, Item.title).where(Item.id.in_(numbers))
    known = {row[0]: row[1] for row in session.execute(titles)} if numbers else {}
    return [
        Unfinished(text, known.get(text.item_id or 0, ""), text.item_id is None or text.item_id in known)
        for text in texts
    ]


def find(session: Session, actor: Actor, subject: str, form: str) -> UnfinishedText:
    """One text of the actor's.

    Raises:
        NotFoundError: there is none of theirs.
    """
    wanted = (UnfinishedText.subject == subject) & (UnfinishedText.form == form)
    found = session.scalar(select(UnfinishedText).where(UnfinishedText.user_id == actor.user_id, wanted))
    if found is None:
        raise NotFoundError
    return found


def count(session: Session, actor: Actor) -> int:
    """How many texts the actor has not finished."""
    mine = UnfinishedText.user_id == actor.user_id
    return session.scalar(select(func.count()).select_from(UnfinishedText).where(mine)) or 0
