"""What other pages show of review: the banner of a document, and what waits for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from portal.features.documents import policy as documents
from portal.features.documents.reviews import policy, queries
from portal.features.documents.reviews.models import CHANGE, OPEN, PUBLICATION, RETURNED
from portal.platform.items import IN_REVIEW
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest


def banner(document: Document) -> dict[str, Any]:
    """What a document's page says of the undecided requests about it that its reader may see."""
    seen = [
        request
        for request in queries.about(session(), document)
        if policy.may_see(actor(), request, document)
    ]
    waiting = [request for request in seen if request.kind == CHANGE and request.state == OPEN]
    own = next((one for one in seen if one.kind == CHANGE and one.author_id == actor().user_id), None)
    others = [request for request in waiting if request is not own]
    return {
        "publication": _publication(seen, document),
        "own": own and {"url": address(own), "is_returned": own.state == RETURNED},
        "waiting": len(others),
        "waiting_url": address(others[0]) if len(others) == 1 else url_for("reviews.index"),
        "may_submit": documents.may_submit(actor(), document),
        "submit_url": url_for("reviews.submit", item_id=document.id),
        "may_suggest": documents.may_suggest(actor(), document) and own is None,
        "suggest_url": url_for("reviews.suggest", item_id=document.id),
    }


def address(request: ChangeRequest) -> str:
    """Where a request is shown."""
    return url_for("reviews.show", request_id=request.id)


def _publication(seen: list[ChangeRequest], document: Document) -> dict[str, Any] | None:
    found = [request for request in seen if request.kind == PUBLICATION]
    if not found or (found[-1].state == RETURNED and not documents.may_submit(actor(), document)):
        return None
    request = found[-1]
    return {
        "state": request.state,
        "url": address(request),
        "sent_at": request.sent_at,
        "reason": request.reason,
        "is_own": request.author_id == actor().user_id,
        "is_in_review": document.state == IN_REVIEW,
        "may_approve": policy.may_approve(actor(), request, document),
        "may_return": policy.may_return(actor(), request, document),
        "may_withdraw": policy.may_withdraw(actor(), request),
        "version": document.version,
        "is_changed": document.version > request.base_version,
    }
