"""What is looked after in review again and again; it finds by itself what is due.

Whose document has moved on is told so, and whoever decides no longer loses the notices of requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, String, and_, cast, delete, literal, or_, select

from portal.content import actors
from portal.content.notices.models import Notice
from portal.content.spaces.models import Space, SpaceEditor
from portal.features.documents.reviews import events, queries
from portal.features.documents.reviews.models import ChangeRequest
from portal.kernel.db import reading
from portal.kernel.errors import NotFoundError
from portal.platform.items import Item

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

AT_ONCE = 200
OF_DECIDERS = ("review.sent", "review.assigned", "review.remark")


def look_after(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Tell whom a change of a document concerns, and take back what was told to people who no longer decide."""
    tell_outdated(sessions, settings, now)
    forget_lost(sessions)


def forget_lost(sessions: sessionmaker[Session]) -> None:
    """Remove notices of requests that are no longer their reader's to see: the document or its editors have changed."""
    lost = select(Notice.id).where(Notice.event.in_(OF_DECIDERS), ~_is_theirs()).limit(AT_ONCE)
    with reading(), sessions() as session:
        ids = session.scalars(lost).all()
    if ids:
        with sessions.begin() as session:
            session.execute(delete(Notice).where(Notice.id.in_(ids)))


def _is_theirs() -> ColumnElement[bool]:
    edits = select(SpaceEditor.user_id).where(
        SpaceEditor.space_id == Item.space_id, SpaceEditor.user_id == Notice.user_id
    )
    writes = and_(Item.author_id == Notice.user_id, ~Space.needs_review)
    spoken_of = and_(
        ChangeRequest.item_id == Notice.item_id,
        Notice.path == literal("/reviews/") + cast(ChangeRequest.id, String),
    )
    request = select(ChangeRequest.id).join(Item, Item.id == ChangeRequest.item_id)
    request = request.outerjoin(Space, Space.id == Item.space_id).where(spoken_of)
    sees = or_(ChangeRequest.author_id == Notice.user_id, edits.exists(), writes)
    return request.where(sees).correlate(Notice).exists()


def tell_outdated(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Tell the authors of undecided changes, each once for what they built on, that the document has moved on."""
    with reading(), sessions() as session:
        due = queries.newly_outdated(session, AT_ONCE)
    for request_id, author_id in due:
        with sessions.begin() as session:
            _tell(session, settings, now, request_id, author_id)


def _tell(session: Session, settings: Settings, now: dt.datetime, request_id: int, author_id: int) -> None:
    request = session.scalar(select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update())
    author = actors.load(session, author_id, now, settings.zone)
    if request is None:
        return
    request.told_version = request.base_version
    if author is None:
        return
    try:
        _request, document = queries.find(session, author, request_id)
    except NotFoundError:
        return  # it is not for them to read any more
    events.tell_author(session, actors.system(now, settings.zone), request, document, "outdated")
