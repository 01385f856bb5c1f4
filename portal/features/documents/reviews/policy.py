"""Who may do what with a request. Reading the document comes first: whoever may not, has no requests about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.features.documents import policy as documents
from portal.features.documents.reviews.models import OPEN, PENDING, PUBLICATION
from portal.platform.items import DRAFT, IN_REVIEW, PUBLISHED

if TYPE_CHECKING:
    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.kernel.actor import Actor


def may_decide(actor: Actor, document: Document) -> bool:
    """Whoever could do by themselves what is asked for: publish in the space, or edit the published document."""
    if document.state == PUBLISHED:
        return documents.may_edit(actor, document)
    return actor.is_member and document.space_id in actor.edits


def may_see(actor: Actor, request: ChangeRequest, document: Document) -> bool:
    """Whoever made it, and those who decide on it."""
    return request.author_id == actor.user_id or may_decide(actor, document)


def may_approve(
    actor: Actor, request: ChangeRequest, document: Document, *, is_only_editor: bool = False
) -> bool:
    """Those who decide, but nobody their own: unless they are the only editor, and there is nobody else to ask."""
    is_others = request.author_id != actor.user_id or is_only_editor
    return is_decidable(request, document) and is_others and may_decide(actor, document)


def may_return(actor: Actor, request: ChangeRequest, document: Document) -> bool:
    """Those who decide; one's own one withdraws."""
    is_others = request.author_id != actor.user_id
    return is_decidable(request, document) and is_others and may_decide(actor, document)


def may_withdraw(actor: Actor, request: ChangeRequest) -> bool:
    """Its author, until it is decided."""
    return actor.is_member and request.author_id == actor.user_id and request.state in PENDING


def may_revise(actor: Actor, request: ChangeRequest) -> bool:
    """Its author, until it is decided; a document in review is itself what one goes on writing."""
    return request.kind != PUBLICATION and may_withdraw(actor, request)


def may_update(actor: Actor, request: ChangeRequest, document: Document) -> bool:
    """Bringing it up to date where nothing is in dispute: its author and those who decide."""
    is_change = request.kind != PUBLICATION and document.state == PUBLISHED
    return is_change and (may_revise(actor, request) or may_return(actor, request, document))


def may_remark(actor: Actor, request: ChangeRequest, document: Document) -> bool:
    """Whoever sees it, until it is decided."""
    return actor.is_member and request.state in PENDING and may_see(actor, request, document)


def may_assign(actor: Actor, request: ChangeRequest, document: Document) -> bool:
    """Those who decide."""
    return is_decidable(request, document) and may_decide(actor, document)


def is_decidable(request: ChangeRequest, document: Document) -> bool:
    """Whether it is open, and the document is where the request found it."""
    return request.state == OPEN and document.state == (
        IN_REVIEW if request.kind == PUBLICATION else PUBLISHED
    )


def state_after(request: ChangeRequest, document: Document) -> str:
    """What a document in review becomes without an approval: what it was, or a draft when it says something else by now.

    What was archived is for others to read again, and they are to read nothing that nobody has approved.
    """
    is_same = document.version == request.base_version
    return request.before if request.before and is_same else DRAFT
