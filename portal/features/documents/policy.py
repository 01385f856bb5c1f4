"""Who may do what with a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import ARCHIVED, DELETED, DRAFT, IN_REVIEW, PUBLISHED

if TYPE_CHECKING:
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor


def audience(document: Document) -> set[str]:
    """A draft is its author's; in review its space's editors read it, too; afterwards chosen readers, or the space's."""
    author = f"user:{document.author_id}"
    if document.state == DRAFT:
        return {author}
    if document.state == IN_REVIEW:
        return {author, f"editors:{document.space_id}"}
    chosen = {grant.token for grant in document.grants}
    return chosen | {author} if chosen else {f"space:{document.space_id}", author}


def may_edit(actor: Actor, document: Document) -> bool:
    """Its author, and the editors of its space, as long as it is not in the bin.

    Where documents are reviewed, the author of one that others read suggests changes instead.
    """
    is_out = document.state in {PUBLISHED, ARCHIVED}
    return may_delete(actor, document) and not (is_out and document.space_id in actor.reviewed)


def may_suggest(actor: Actor, document: Document) -> bool:
    """Every member who reads a published document without being allowed to edit it."""
    return actor.is_member and document.state == PUBLISHED and not may_edit(actor, document)


def may_publish(actor: Actor, document: Document) -> bool:
    """A draft or an archived document: its author and the editors of its space; where documents are reviewed, these alone."""
    return (
        document.state in {DRAFT, ARCHIVED}
        and _keeps(actor, document)
        and document.space_id not in actor.reviewed
    )


def may_submit(actor: Actor, document: Document) -> bool:
    """Sending to review what one would publish oneself elsewhere."""
    return (
        document.state in {DRAFT, ARCHIVED}
        and _keeps(actor, document)
        and document.space_id in actor.reviewed
    )


def may_move(actor: Actor, document: Document, space_id: int) -> bool:
    """Into another space, as far as this does not publish past its review."""
    return document.state not in {PUBLISHED, ARCHIVED} or space_id not in actor.reviewed


def may_withdraw(actor: Actor, document: Document) -> bool:
    """Back to a draft, which its author alone reads: therefore its author alone. An editor archives."""
    return document.state == PUBLISHED and actor.is_member and document.author_id == actor.user_id


def may_archive(actor: Actor, document: Document) -> bool:
    """Whoever may edit a published document."""
    return document.state == PUBLISHED and _keeps(actor, document)


def may_delete(actor: Actor, document: Document) -> bool:
    """Its author, and the editors of its space."""
    return document.state != DELETED and _keeps(actor, document)


def may_restore(actor: Actor, document: Document) -> bool:
    """Whoever could have deleted it."""
    return document.state == DELETED and _keeps(actor, document)


def may_see_readers(actor: Actor, document: Document) -> bool:
    """Its author and the editors of its space."""
    return _keeps(actor, document)


def _keeps(actor: Actor, document: Document) -> bool:
    return actor.is_member and (document.author_id == actor.user_id or document.space_id in actor.edits)
