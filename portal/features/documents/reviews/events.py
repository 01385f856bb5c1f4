"""What people are told about review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.notices.events import TASKS, Event
from portal.content.notices.services import Told, tell
from portal.features.documents.reviews import queries
from portal.kernel.messages import _l
from portal.platform.items import PUBLISHED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.kernel.actor import Actor

EVENTS = (
    Event("review.sent", TASKS, _l("%(actor)s asks for a review of %(title)s"), "send"),
    Event("review.assigned", TASKS, _l("%(actor)s leaves the review of %(title)s to you"), "user-check"),
    Event("review.returned", TASKS, _l("%(actor)s sent %(title)s back: %(reason)s"), "arrow-back-up"),
    Event("review.approved", TASKS, _l("%(actor)s approved what you sent in for %(title)s"), "checks"),
    Event("review.remark", TASKS, _l("%(actor)s wrote about the review of %(title)s"), "message"),
    Event(
        "review.outdated",
        TASKS,
        _l("%(title)s has changed since you proposed a change to it"),
        "arrows-split-2",
    ),
)
REASON_SHOWN = 120


def path_of(request: ChangeRequest) -> str:
    """The address of a request, as notices keep it."""
    return f"/reviews/{request.id}"


def tell_deciders(session: Session, actor: Actor, request: ChangeRequest, document: Document) -> None:
    """Those who decide learn that something waits for them."""
    people = {user_id for user_id, _name in queries.editors(session, document.space_id)}
    if document.state == PUBLISHED and not queries.is_reviewed(session, document.space_id):
        people.add(document.author_id)
    tell(session, actor, people, _told(request, document, "sent", str(request.version)))


def tell_author(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, what: str, reason: str = ""
) -> None:
    """Who made a request learns what became of it."""
    data = {"reason": reason[:REASON_SHOWN]}
    known = f"{request.version}:{request.base_version}"
    tell(session, actor, {request.author_id}, _told(request, document, what, known, **data))


def tell_reviewer(session: Session, actor: Actor, request: ChangeRequest, document: Document) -> None:
    """Who is to review something learns it."""
    people = {request.reviewer_id} if request.reviewer_id else set()
    tell(session, actor, people, _told(request, document, "assigned", actor.now.isoformat()))


def tell_speakers(
    session: Session, actor: Actor, request: ChangeRequest, document: Document, number: int
) -> None:
    """Everybody who has taken part in a request, its reviewer and its author learn of a remark."""
    people = queries.speakers(session, request.id) | {request.author_id}
    people |= {request.reviewer_id} if request.reviewer_id else set()
    tell(session, actor, people, _told(request, document, "remark", str(number)))


def _told(request: ChangeRequest, document: Document, what: str, known: str, **data: str) -> Told:
    key = f"review:{request.id}:{what}:{known}"
    return Told(f"review.{what}", document, key, path_of(request), data)
