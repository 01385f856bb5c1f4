"""What those who decide on a request do with it: take it on, bring it up to date, send it back, approve it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.records import Revision
from portal.features.documents import services as documents
from portal.features.documents.reviews import events, policy, queries
from portal.features.documents.reviews.models import APPROVED, PUBLICATION, RETURNED, ChangeRequest
from portal.features.documents.reviews.services import DECIDED, check_said, lock, record
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor

CHANGED = _l("The document has changed since you opened this page. Look at it again, then approve it.")
OUTDATED = _l("The document has moved on since this was proposed. Bring the request up to date first.")
DISPUTED = _l(
    "Document and request changed the same lines. Whoever proposed the change has to put them together."
)
OWN = _l("Another editor of the space has to approve what you have sent in yourself.")


def approve(
    session: Session,
    actor: Actor,
    request: ChangeRequest,
    document: Document,
    seen: int,
    manuscript: Manuscript | None = None,
) -> None:
    """Publish what was sent for review, or let the document say what was proposed.

    Args:
        session: open session.
        actor: who decides; never whoever made the request, unless they are the space's only editor.
        request: as read in this transaction.
        document: what it is about.
        seen: the version that the person has approved: of the document for a publication, else of the request.
        manuscript: what was proposed, rendered; None for a publication.

    Raises:
        ConflictError: it was decided, or what was seen has changed, or the document has moved on.
        ForbiddenError: the actor may not decide on this.
    """
    lock(session, request, document)
    access.require(policy.may_decide(actor, document))
    if not policy.is_decidable(request, document):
        raise ConflictError(DECIDED, request)
    is_alone = is_only_editor(session, actor, document)
    access.require(policy.may_approve(actor, request, document, is_only_editor=is_alone), OWN)
    if request.kind == PUBLICATION:
        _publish(session, actor, document, seen)
    else:
        _apply(session, actor, request, document, manuscript, seen)
    request.state, request.decided_at, request.decided_by = APPROVED, actor.now, actor.user_id
    timeline.record(session, actor, document, "approved", request=request.id, by=request.author_id)
    is_own = request.author_id == actor.user_id
    audit.note(session, actor, "review.approved", f"item:{document.id}", request=request.id, own=is_own)
    record(session, actor, request, "approved")
    events.tell_author(session, actor, request, document, "approved")


def send_back(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, reason: Manuscript
) -> None:
    """Ask its author for something else, and say why. A document that was in review is again what it was before.

    Raises:
        InvalidError: no reason is given.
        ConflictError: it was decided meanwhile.
        ForbiddenError: the actor may not decide on this.
    """
    lock(session, request, document)
    access.require(policy.may_decide(actor, document))
    check_said(reason)
    if not policy.may_return(actor, request, document):
        raise ConflictError(DECIDED, request)
    request.state, request.reason = RETURNED, reason.body.strip()
    if request.kind == PUBLICATION:
        document.state, document.updated_at = policy.state_after(request, document), actor.now
        timeline.record(session, actor, document, "returned")
    record(session, actor, request, "returned", reason)
    events.tell_author(session, actor, request, document, "returned", request.reason)


def assign(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, reviewer_id: int | None
) -> None:
    """Take a request on, leave it to another editor of the space, or to nobody in particular.

    Raises:
        ConflictError: it was decided meanwhile.
        InvalidError: that person does not decide on this.
        ForbiddenError: the actor may not decide on this.
    """
    lock(session, request, document)
    access.require(policy.may_decide(actor, document))
    if not policy.is_decidable(request, document):
        raise ConflictError(DECIDED, request)
    possible = {user_id for user_id, _name in queries.editors(session, document.space_id)} | {actor.user_id}
    if reviewer_id not in {None, *possible} or reviewer_id == request.author_id:
        raise InvalidError(_l("Choose one of the editors of the space."))
    if reviewer_id == request.reviewer_id:
        return
    request.reviewer_id = reviewer_id
    record(session, actor, request, "taken" if reviewer_id == actor.user_id else "assigned")
    events.tell_reviewer(session, actor, request, document)


def update(
    session: Session,
    actor: Actor,
    request: ChangeRequest,
    document: Document,
    merged: Manuscript | None,
    seen: tuple[int, int],
) -> None:
    """Let a request build on what the document says now, where both changes stand side by side.

    Args:
        session: open session.
        actor: its author, or who decides on it.
        request: as read in this transaction.
        document: what it is about.
        merged: what it is to say now, with the document's changes in it; None where both changed the same.
        seen: the versions of request and document of which it was made.

    Raises:
        ConflictError: one of them has changed since.
        ForbiddenError: the actor has no part in this.
    """
    lock(session, request, document)
    access.require(policy.may_update(actor, request, document))
    if (request.version, document.version) != seen:
        raise ConflictError(DECIDED, request)
    if merged is None:
        raise ConflictError(DISPUTED, document)
    request.title, request.body, request.html = merged.title, merged.body, str(merged.rendered.html)
    request.tags, request.data = list(merged.tags), dict(merged.data)
    request.base_version = document.version
    request.version += 1
    record(session, actor, request, "updated")


def is_only_editor(session: Session, actor: Actor, document: Document) -> bool:
    """Whether there is no other editor of the space to ask."""
    return {user_id for user_id, _name in queries.editors(session, document.space_id)} <= {actor.user_id}


def _publish(session: Session, actor: Actor, document: Document, seen: int) -> None:
    if document.version != seen:
        raise ConflictError(CHANGED, document)
    documents.release(session, replace(actor, user_id=document.author_id), document)


def _apply(
    session: Session,
    actor: Actor,
    request: ChangeRequest,
    document: Document,
    manuscript: Manuscript | None,
    seen: int,
) -> None:
    if request.version != seen or manuscript is None:
        raise ConflictError(DECIDED, request)
    if document.version != request.base_version:
        raise ConflictError(OUTDATED, document)
    readers = frozenset(grant.token for grant in document.grants)
    wanted = DocumentInput(manuscript, request.space_id or document.space_id or 0, readers)
    documents.edit(session, actor, document, wanted, request.base_version)
    _credit(session, request, document)


def _credit(session: Session, request: ChangeRequest, document: Document) -> None:
    """The words are the proposer's; who let them in stands on the timeline as such, and in the record."""
    session.flush()
    written = select(Revision).where(Revision.item_id == document.id, Revision.version == document.version)
    session.scalars(written).one().author_id = request.author_id
    edits = select(timeline.Entry).where(
        timeline.Entry.item_id == document.id, timeline.Entry.verb == "edited"
    )
    session.scalars(edits.order_by(timeline.Entry.id.desc()).limit(1)).one().actor_id = request.author_id
