"""What the author of a request does with it: send, propose, revise, withdraw; and the talk about it.

What those who decide do stands in `deciding`. Every verb first takes the document's lock, then reads the request anew:
of two people who act at once, the second finds what the first has done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.content.images import services as images
from portal.content.templates.filling import fill
from portal.content.templates.fillings import FILLED, as_data
from portal.content.templates.queries import fillings_of
from portal.features.documents import policy as documents
from portal.features.documents import services as publishing
from portal.features.documents.reviews import events, policy, queries
from portal.features.documents.reviews.models import (
    CHANGE,
    OPEN,
    PUBLICATION,
    REASON_LENGTH,
    RETURNED,
    WITHDRAWN,
    ChangeRequest,
    Step,
)
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.messages import _l
from portal.platform import access, timeline
from portal.platform.items import IN_REVIEW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.features.documents.models import Document
    from portal.features.documents.services import DocumentInput
    from portal.kernel.actor import Actor

DECIDED = _l("This request has been decided or changed meanwhile. Look at it again.")
NOTHING_CHANGED = _l("Your text says the same as the document. Change something first.")


def submit(session: Session, actor: Actor, document: Document, note: str = "") -> ChangeRequest:
    """Send a document for review. Sent twice it is one request; one that was sent back goes on.

    Raises:
        ForbiddenError: it is not the actor's, or they may publish it themselves.
    """
    access.lock(session, document)
    known = queries.pending_publication(session, document)
    if known and document.state == IN_REVIEW and known.author_id == actor.user_id:
        return known
    access.require(documents.may_submit(actor, document))
    is_again = known is not None and known.author_id == actor.user_id
    request = known if known is not None and is_again else _new(session, actor, document, PUBLICATION)
    request.version += is_again
    request.base_version, request.before, request.note = document.version, document.state, note
    request.state, request.sent_at, request.reason = OPEN, actor.now, ""
    document.state, document.updated_at = IN_REVIEW, actor.now
    timeline.record(session, actor, document, "submitted")
    _note(session, actor, request, "resubmitted" if is_again else "sent")
    events.tell_deciders(session, actor, request, document)
    return request


def propose(
    session: Session, actor: Actor, document: Document, wanted: DocumentInput, base: int
) -> ChangeRequest:
    """Propose that a published document says something else. The same form sent twice proposes once.

    Args:
        session: open session.
        actor: a member who reads it and may not edit it.
        document: as read in this transaction.
        wanted: what it is to say, and in which space; its readers are not for others to choose.
        base: the version that the person had before their eyes.

    Raises:
        InvalidError: nothing was changed, or something is missing.
        ForbiddenError: the actor may not, or need not.
    """
    access.lock(session, document)
    sent = queries.sent_before(session, actor, wanted.manuscript.submission)
    if sent:
        return sent
    access.require(documents.may_suggest(actor, document))
    wanted = _filled(session, actor, document, wanted)
    request = _new(session, actor, document, CHANGE, wanted.manuscript.submission)
    request.base_version = _possible_base(document, base, 1)
    _fill(session, actor, request, document, wanted)
    _note(session, actor, request, "sent")
    events.tell_deciders(session, actor, request, document)
    return request


def revise(
    session: Session,
    actor: Actor,
    request: ChangeRequest,
    document: Document,
    wanted: DocumentInput,
    seen: tuple[int, int],
) -> None:
    """Change what one has proposed; one that was sent back is thereby sent again.

    Args:
        session: open session.
        actor: its author.
        request: as read in this transaction.
        document: what it is about.
        wanted: what the document is to say.
        seen: the versions of request and document that the person had before their eyes.

    Raises:
        ConflictError: it was changed or decided meanwhile.
        InvalidError: nothing is left of the change, or something is missing.
        ForbiddenError: it is somebody else's.
    """
    lock(session, request, document)
    access.require(policy.may_revise(actor, request), DECIDED)
    if request.version != seen[0]:
        raise ConflictError(DECIDED, request)
    request.base_version = _possible_base(document, seen[1], request.base_version)
    wanted = _filled(session, actor, document, wanted)
    _fill(session, actor, request, document, wanted)
    _note(session, actor, request, "resubmitted" if request.state == RETURNED else "revised")
    if request.state == RETURNED:
        request.state, request.sent_at = OPEN, actor.now
    request.version += 1
    events.tell_deciders(session, actor, request, document)


def publish_or_submit(session: Session, actor: Actor, document: Document, note: str = "") -> None:
    """Publish a document, or send it for review where others publish; nothing where it is out already.

    Raises:
        ForbiddenError: the actor may not write in its space.
    """
    if documents.may_publish(actor, document):
        publishing.publish(session, actor, document)
    elif documents.may_submit(actor, document):
        submit(session, actor, document, note)


def withdraw(session: Session, actor: Actor, request: ChangeRequest, document: Document) -> None:
    """Take a request back. A document in review is again what it was before.

    Raises:
        ConflictError: it was decided meanwhile.
        ForbiddenError: it is somebody else's.
    """
    lock(session, request, document)
    access.require(request.author_id == actor.user_id)
    if not policy.may_withdraw(actor, request):
        raise ConflictError(DECIDED, request)
    request.state, request.decided_at, request.decided_by = WITHDRAWN, actor.now, actor.user_id
    if request.kind == PUBLICATION and document.state == IN_REVIEW:
        document.state, document.updated_at = policy.state_after(request, document), actor.now
        timeline.record(session, actor, document, "withdrawn")
    _note(session, actor, request, "withdrawn")


def remark(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, said: Manuscript
) -> None:
    """Say something about a request. The same form sent twice is said once.

    Raises:
        InvalidError: nothing was written, or too much.
        ForbiddenError: the actor does not take part, or it has been decided.
    """
    lock(session, request, document)
    if queries.said_before(session, actor, said.submission):
        return
    access.require(policy.may_remark(actor, request, document), DECIDED)
    check_said(said)
    step = _note(session, actor, request, "remark", said)
    images.claim(session, actor, document.id, said.body)
    session.flush()
    events.tell_speakers(session, actor, request, document, step.id)


def lock(session: Session, request: ChangeRequest, document: Document) -> None:
    """Keep others from deciding until the end of the transaction, and read anew what they have decided."""
    access.lock(session, document)
    session.refresh(request, with_for_update=True)


def check_said(said: Manuscript) -> None:
    """Refuse a remark or a reason that says nothing, or more than anybody reads.

    Raises:
        InvalidError: it does.
    """
    if not said.body.strip():
        raise InvalidError(fields={"body": [str(_l("Write something first."))]})
    if len(said.body) > REASON_LENGTH:
        raise InvalidError(fields={"body": [str(_l("At most %(n)s characters fit here.", n=REASON_LENGTH))]})


def record(
    session: Session, actor: Actor, request: ChangeRequest, verb: str, said: Manuscript | None = None
) -> Step:
    """Put a step into the history of a request."""
    return _note(session, actor, request, verb, said)


def _new(
    session: Session, actor: Actor, document: Document, kind: str, submission: str = ""
) -> ChangeRequest:
    request = ChangeRequest(
        item_id=document.id,
        kind=kind,
        state=OPEN,
        author_id=actor.user_id,
        base_version=document.version,
        version=1,
        tags=[],
        data={},
        created_at=actor.now,
        sent_at=actor.now,
        told_version=0,
        submission=submission or None,
    )
    session.add(request)
    return request


def _filled(session: Session, actor: Actor, document: Document, wanted: DocumentInput) -> DocumentInput:
    """What is proposed with the fields of its template; what a form without them does not say stays as it is."""
    text = fill(session, actor, wanted.manuscript, wanted.filled, document)
    stored = fillings_of(session, [document.id]).get(document.id)
    if wanted.filled is None and stored:
        text = replace(text, data={**text.data, FILLED: as_data(stored)})
    return replace(wanted, manuscript=text)


def _possible_base(document: Document, base: int, least: int) -> int:
    """The version somebody says that they have seen; a form may say anything."""
    if not least <= base <= document.version:
        raise ConflictError(DECIDED, document)
    return base


def _fill(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, wanted: DocumentInput
) -> None:
    text = wanted.manuscript
    if not text.title or not (text.body.strip() or document.is_question):
        raise InvalidError(fields={"body": [str(_l("Write something first."))]})
    request.title, request.body, request.html = text.title, text.body, str(text.rendered.html)
    request.tags, request.data, request.note = list(text.tags), dict(text.data), text.note
    request.space_id = wanted.space_id
    _check_change(session, request, document)
    images.claim(session, actor, document.id, text.body)


def _check_change(session: Session, request: ChangeRequest, document: Document) -> None:
    with session.no_autoflush:
        base = queries.revision(session, document.id, request.base_version)
    same = base is not None and (base.title, base.body, sorted(base.tags), base.data.get(FILLED)) == (
        request.title,
        request.body,
        sorted(request.tags),
        request.data.get(FILLED),
    )
    if same and request.space_id == document.space_id:
        raise InvalidError(NOTHING_CHANGED, {"body": [str(NOTHING_CHANGED)]})


def _note(
    session: Session, actor: Actor, request: ChangeRequest, verb: str, said: Manuscript | None = None
) -> Step:
    session.flush()
    step = Step(request_id=request.id, verb=verb, author_id=actor.user_id, at=actor.now)
    if said:
        step.body, step.html, step.submission = said.body, str(said.rendered.html), said.submission or None
    session.add(step)
    return step
