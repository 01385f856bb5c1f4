"""Verbs of documents: create, edit, publish, withdraw, archive, delete, restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content import writing
from portal.content.manuscripts import Manuscript
from portal.content.spaces.models import Space
from portal.content.spaces.policy import may_write
from portal.features.documents import policy
from portal.features.documents.models import Document
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform import access, audit, timeline
from portal.platform.items import ARCHIVED, DELETED, DRAFT, PUBLISHED, Grant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

CLOSING = " *_）)”」』】]"


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """What a document is to be.

    Args:
        manuscript: title, body, tags, note.
        space_id: key of the space it belongs to.
        readers: access tokens of chosen readers; empty for the audience of the space.
    """

    manuscript: Manuscript
    space_id: int
    readers: frozenset[str] = frozenset()


def create(session: Session, actor: Actor, wanted: DocumentInput) -> Document:
    """Begin a document as a draft that only its author sees.

    Raises:
        InvalidError: title or body is missing.
        ForbiddenError: the actor may not write in the space.
    """
    _require_space(session, actor, wanted.space_id)
    _check(wanted.manuscript)
    document = Document(
        state=DRAFT,
        author_id=actor.user_id,
        department_id=actor.department_id,
        space_id=wanted.space_id,
        is_question=asks(wanted.manuscript),
        grants=[Grant(token=token) for token in sorted(wanted.readers)],
    )
    writing.write_new(session, actor, document, wanted.manuscript)
    timeline.record(session, actor, document, "created")
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
    _check(wanted.manuscript)
    before = {grant.token for grant in document.grants}
    writing.rewrite(session, actor, document, wanted.manuscript, expected)
    if wanted.space_id != document.space_id:
        writing.move(session, document, wanted.space_id)
    document.is_question = asks(wanted.manuscript)
    if before != wanted.readers:
        _choose_readers(session, actor, document, wanted.readers)
    timeline.record(session, actor, document, "edited", version=document.version)


def publish(session: Session, actor: Actor, document: Document) -> None:
    """Show a draft to its audience, or bring an archived document back. The first date of publication stays.

    Raises:
        ForbiddenError: the actor may not, or there is nothing to publish.
    """
    access.lock(session, document)
    access.require(policy.may_publish(actor, document))
    _require_space(session, actor, document.space_id)
    document.published_at = document.published_at or actor.now
    _move(session, actor, document, PUBLISHED, "published")


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
    audit.note(session, actor, "document.restored", f"item:{document.id}")
    _move(session, actor, document, _state_before(session, document), "restored")


def asks(manuscript: Manuscript) -> bool:
    """Whether a document ends in a question, in its title or in its last paragraph."""
    last = manuscript.body.rstrip().rsplit("\n", 1)[-1]
    return any(text.rstrip(CLOSING).endswith(("?", "？")) for text in (manuscript.title, last))


def _state_before(session: Session, document: Document) -> str:
    """The state that the last deletion noted; a draft, which nobody else reads, when it noted none."""
    noted = select(timeline.Entry.data).where(
        timeline.Entry.item_id == document.id, timeline.Entry.verb == "deleted"
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


def _check(manuscript: Manuscript) -> None:
    missing = {}
    if not manuscript.title:
        missing["title"] = [str(_l("Give the document a title."))]
    if not manuscript.body.strip():
        missing["body"] = [str(_l("Write something first."))]
    if missing:
        raise InvalidError(_l("The document is not complete."), missing)
