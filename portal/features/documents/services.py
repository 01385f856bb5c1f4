"""Verbs of documents: create, edit, publish, withdraw, archive, delete, restore."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content import redirects, writing
from portal.content.attachments import services as attachments
from portal.content.manuscripts import Manuscript
from portal.content.mentions.services import announce
from portal.content.questions import services as questions
from portal.content.spaces.models import Space
from portal.content.spaces.policy import may_write
from portal.content.templates.filling import Filled, fill
from portal.content.watching.services import follow_by_itself
from portal.features.documents import policy
from portal.features.documents.models import Document
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline
from portal.platform.items import ARCHIVED, DELETED, DRAFT, PUBLISHED, Grant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOVED_PAST_REVIEW = _l(
    "That space publishes after review. Withdraw the document to a draft, move it, then send it for review."
)
CLOSING = " *_）)”」』】]"


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """What a document is to be.

    Args:
        manuscript: title, body, tags, note.
        space_id: key of the space it belongs to.
        readers: access tokens of chosen readers; empty for the audience of the space.
        attachments: keys of the author's own files that a new document takes to itself.
        filled: what was filled in by a template; None leaves the fields as they are.
        is_question: whether it asks something; None leaves it as it is, and lets a new document's text decide.
    """

    manuscript: Manuscript
    space_id: int
    readers: frozenset[str] = frozenset()
    attachments: tuple[int, ...] = ()
    filled: Filled | None = None
    is_question: bool | None = None


def create(session: Session, actor: Actor, wanted: DocumentInput) -> Document:
    """Begin a document as a draft that only its author sees.

    Raises:
        InvalidError: title or body is missing.
        ForbiddenError: the actor may not write in the space.
    """
    _require_space(session, actor, wanted.space_id)
    wanted = replace(wanted, manuscript=fill(session, actor, wanted.manuscript, wanted.filled))
    _check(wanted.manuscript, may_be_short=bool(wanted.is_question))
    document = Document(
        state=DRAFT,
        author_id=actor.user_id,
        department_id=actor.department_id,
        space_id=wanted.space_id,
        is_question=asks(wanted.manuscript) if wanted.is_question is None else wanted.is_question,
        grants=[Grant(token=token) for token in sorted(wanted.readers)],
    )
    writing.write_new(session, actor, document, wanted.manuscript)
    timeline.record(session, actor, document, "created")
    follow_by_itself(session, actor, document.id)
    attachments.claim(session, actor, document, wanted.attachments)
    return document


def edit(session: Session, actor: Actor, document: Document, wanted: DocumentInput, expected: int) -> None:
    """Save a new version.

    Args:
        session: open session.
        actor: its author or an editor of its space.
        document: as read in this transaction.
        wanted: what it is to be.
        expected: the version that the person had before their eyes.

    Raises:
        ConflictError: somebody else saved meanwhile.
        InvalidError: title or body is missing.
        ForbiddenError: the actor may not edit it, or not write in the space it is to move to.
    """
    access.lock(session, document)
    access.require(policy.may_edit(actor, document))
    if wanted.space_id != document.space_id:
        _require_space(session, actor, wanted.space_id)
        access.require(policy.may_move(actor, document, wanted.space_id), MOVED_PAST_REVIEW)
    wanted = replace(wanted, manuscript=fill(session, actor, wanted.manuscript, wanted.filled, document))
    is_question = document.is_question if wanted.is_question is None else wanted.is_question
    _check(wanted.manuscript, may_be_short=is_question)
    before = {grant.token for grant in document.grants}
    writing.rewrite(session, actor, document, wanted.manuscript, expected)
    if wanted.space_id != document.space_id:
        writing.move(session, document, wanted.space_id)
    document.is_question = is_question
    if before != wanted.readers:
        _choose_readers(session, actor, document, wanted.readers)
    timeline.record(session, actor, document, "edited", version=document.version)
    announce(session, actor, document)
    questions.route(session, actor, document)


def publish(session: Session, actor: Actor, document: Document) -> None:
    """Show a draft to its audience, or bring an archived document back. The first date of publication stays.

    Raises:
        ForbiddenError: the actor may not, or there is nothing to publish.
    """
    access.lock(session, document)
    access.require(policy.may_publish(actor, document))
    _require_space(session, actor, document.space_id)
    release(session, actor, document)


def release(session: Session, actor: Actor, document: Document) -> None:
    """Show a document to its audience; whether that may be has been asked before."""
    document.published_at = document.published_at or actor.now
    _move(session, actor, document, PUBLISHED, "published")
    announce(session, actor, document)
    questions.route(session, actor, document)


def withdraw(session: Session, actor: Actor, document: Document) -> None:
    """Make a published document a draft again.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, document)
    access.require(policy.may_withdraw(actor, document))
    _move(session, actor, document, DRAFT, "withdrawn")


def archive(session: Session, actor: Actor, document: Document) -> None:
    """Take a document out of lists and ordinary search; its address still works.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, document)
    access.require(policy.may_archive(actor, document))
    _move(session, actor, document, ARCHIVED, "archived")


def delete(session: Session, actor: Actor, document: Document) -> None:
    """Put a document into the bin, where nobody reads it; `restore` brings it back.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, document)
    access.require(policy.may_delete(actor, document))
    audit.note(session, actor, "document.deleted", f"item:{document.id}", state=document.state)
    _move(session, actor, document, DELETED, "deleted", before=document.state)


def restore(session: Session, actor: Actor, document: Document) -> None:
    """Undo a deletion: the document is again what it was before.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, document)
    access.require(policy.may_restore(actor, document))
    redirects.forget(session, document.id)
    audit.note(session, actor, "document.restored", f"item:{document.id}")
    _move(session, actor, document, _state_before(session, document), "restored")


def asks(manuscript: Manuscript) -> bool:
    """Whether a document ends in a question, in its title or in its last paragraph."""
    last = manuscript.body.rstrip().rsplit("\n", 1)[-1]
    return any(text.rstrip(CLOSING).endswith(("?", "？")) for text in (manuscript.title, last))


def _state_before(session: Session, document: Document) -> str:
    """The state that the last deletion noted; a draft, which nobody else reads, when it noted none."""
    noted = select(timeline.Entry.data).where(
        timeline.Entry.item_id == document.id, timeline.Entry.verb.in_(("deleted", "merged"))
    )
    data = session.scalar(noted.order_by(timeline.Entry.id.desc()).limit(1)) or {}
    return str(data.get("before", DRAFT))


def _move(session: Session, actor: Actor, document: Document, state: str, verb: str, **data: str) -> None:
    document.state = state
    document.updated_at = actor.now
    timeline.record(session, actor, document, verb, **data)


def _choose_readers(session: Session, actor: Actor, document: Document, tokens: frozenset[str]) -> None:
    known = {grant.token: grant for grant in document.grants}
    document.grants = [known.get(token) or Grant(token=token) for token in sorted(tokens)]
    access.touch(session, document)
    audit.note(session, actor, "document.readers", f"item:{document.id}", readers=sorted(tokens))


def _require_space(session: Session, actor: Actor, space_id: int | None) -> None:
    space = session.scalar(select(Space).where(Space.id == space_id))
    access.require(space is not None and may_write(actor, space), _l("You may not write in this space."))


def _check(manuscript: Manuscript, *, may_be_short: bool) -> None:
    """A question may be a title alone."""
    missing = {}
    if not manuscript.title:
        missing["title"] = [str(_l("Give the document a title."))]
    if not manuscript.body.strip() and not may_be_short:
        missing["body"] = [str(_l("Write something first."))]
    if missing:
        raise InvalidError(_l("The document is not complete."), missing)
