"""Who may do what with a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import ARCHIVED, DELETED, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor


def audience(document: Document) -> set[str]:
    """A draft is its author's; afterwards the chosen readers and the author, or the audience of the space."""
    author = f"user:{document.author_id}"
    if document.state == DRAFT:
        return {author}
    chosen = {grant.token for grant in document.grants}
    return chosen | {author} if chosen else {f"space:{document.space_id}", author}


def may_edit(actor: Actor, document: Document) -> bool:
    """Its author, and the editors of its space, as long as it is not in the bin."""
    return document.state != DELETED and _keeps(actor, document)


def may_publish(actor: Actor, document: Document) -> bool:
    """Whoever may edit a draft or an archived document."""
    return document.state in {DRAFT, ARCHIVED} and _keeps(actor, document)


def may_withdraw(actor: Actor, document: Document) -> bool:
    """Back to a draft, which its author alone reads: therefore its author alone. An editor archives."""
    return document.state == PUBLISHED and actor.is_member and document.author_id == actor.user_id


def may_archive(actor: Actor, document: Document) -> bool:
    """Whoever may edit a published document."""
    return document.state == PUBLISHED and _keeps(actor, document)


def may_delete(actor: Actor, document: Document) -> bool:
    """Whoever may edit it."""
    return may_edit(actor, document)


def may_restore(actor: Actor, document: Document) -> bool:
    """Whoever could have deleted it."""
    return document.state == DELETED and _keeps(actor, document)


def may_see_readers(actor: Actor, document: Document) -> bool:
    """Its author and the editors of its space."""
    return _keeps(actor, document)


def _keeps(actor: Actor, document: Document) -> bool:
    return actor.is_member and (document.author_id == actor.user_id or document.space_id in actor.edits)
