"""Requests, as people send them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.features.documents.reviews import deciding, services
from portal.features.documents.services import DocumentInput
from tests.builders.documents import BODY, manuscript
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.people.models import User


def reviewed(session: Session, space: Space) -> Space:
    """A space in which whoever is not its editor publishes after review."""
    space.needs_review = True
    session.flush()
    return space


def submitted(session: Session, author: User, document: Document) -> ChangeRequest:
    """A draft that waits for review."""
    made = services.submit(session, actor_of(session, author), document)
    session.flush()
    return made


def suggestion(
    session: Session,
    author: User,
    document: Document,
    body: str = BODY + "\n\n最后记下批号。",
    title: str = "",
) -> ChangeRequest:
    """A change that somebody proposes."""
    wanted = DocumentInput(manuscript(title or document.title, body), document.space_id or 0)
    made = services.propose(session, actor_of(session, author), document, wanted, document.version)
    session.flush()
    return made


def approved(session: Session, editor: User, request: ChangeRequest, document: Document) -> None:
    """An editor approves what they see."""
    text = manuscript(request.title, request.body, request.tags) if request.kind == "change" else None
    seen = request.version if text else document.version
    deciding.approve(session, actor_of(session, editor), request, document, seen, text)
    session.flush()


def returned(
    session: Session, editor: User, request: ChangeRequest, document: Document, why: str = "请补上批号。"
) -> None:
    """An editor sends it back."""
    deciding.send_back(session, actor_of(session, editor), request, document, manuscript(body=why))
    session.flush()
