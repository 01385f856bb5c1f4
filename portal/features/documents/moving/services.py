"""The verb: move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content import writing
from portal.content.spaces.models import Space
from portal.content.spaces.policy import may_write
from portal.features.documents import policy
from portal.features.documents.services import MOVED_PAST_REVIEW
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor


def move(session: Session, actor: Actor, document: Document, space_id: int) -> None:
    """Put a document with its replies into another space. Where it is already, nothing happens.

    Raises:
        ForbiddenError: the actor may not edit the document, or not write in that space.
    """
    access.lock(session, document)
    access.require(policy.may_edit(actor, document), _l("You may not edit this document."))
    if space_id == document.space_id:
        return
    space = session.scalar(select(Space).where(Space.id == space_id))
    is_writable = space is not None and may_write(actor, space)
    access.require(is_writable, _l("You may not write in this space."))
    access.require(policy.may_move(actor, document, space_id), MOVED_PAST_REVIEW)
    before = document.space_id
    writing.move(session, document, space_id)
    document.updated_at = actor.now
    timeline.record(session, actor, document, "moved", before=before, after=space_id)
    audit.note(session, actor, "document.moved", f"item:{document.id}", before=before, after=space_id)
