"""Reads of the home page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, bindparam, func, select

from portal.content import cards
from portal.content.records import Reading
from portal.platform.access import READABLE
from portal.platform.items import DRAFT, IN_REVIEW, PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor

LAST_SIX_DAYS = dt.timedelta(days=6)  # with today they make seven
MOST = 10
FEW = 6

USER, SINCE = bindparam("user_id", type_=Integer), bindparam("since", type_=Date)
NEWEST = (Item.published_at.desc(), Item.id.desc())
DOCUMENTS = cards.ROWS.where(READABLE, Item.state == PUBLISHED, Item.kind == "document")

_mine = select(Reading.item_id).where(Reading.item_id == Item.id, Reading.user_id == USER).correlate(Item)
_recent = (
    select(Reading.item_id, func.count().label("reads"))
    .where(Reading.day >= SINCE)
    .group_by(Reading.item_id)
    .subquery()
)
NEW = DOCUMENTS.where(Item.author_id != USER, ~_mine.exists()).order_by(*NEWEST).limit(MOST)
_read = (
    select(Item.id, _recent.c.reads)
    .join(_recent, _recent.c.item_id == Item.id)
    .where(READABLE, Item.state == PUBLISHED)
    .order_by(_recent.c.reads.desc(), Item.id.desc())
    .limit(FEW)
    .subquery()
)
MOST_READ = cards.ROWS.join(_read, _read.c.id == Item.id).order_by(_read.c.reads.desc(), Item.id.desc())
UNANSWERED = DOCUMENTS.where(Item.is_question, Item.accepted_id.is_(None)).order_by(*NEWEST).limit(FEW)
DRAFTS = (
    cards.ROWS.where(
        READABLE, Item.kind == "document", Item.state.in_((DRAFT, IN_REVIEW)), Item.author_id == USER
    )
    .order_by(Item.updated_at.desc(), Item.id.desc())
    .limit(FEW)
)


def new_for(session: Session, actor: Actor) -> list[Card]:
    """What others have published and the person has not read, newest first."""
    return cards.with_tags(session, cards.fetch_bare(session, actor, NEW, {"user_id": actor.user_id}))


def most_read(session: Session, actor: Actor) -> list[Card]:
    """What most people have read in the last seven days."""
    return cards.fetch_bare(session, actor, MOST_READ, {"since": actor.today - LAST_SIX_DAYS})


def unanswered(session: Session, actor: Actor) -> list[Card]:
    """Questions without an accepted answer, newest first."""
    return cards.fetch_bare(session, actor, UNANSWERED, {})


def drafts(session: Session, actor: Actor) -> list[Card]:
    """The person's own drafts and what they have sent to review, last touched first."""
    return cards.fetch_bare(session, actor, DRAFTS, {"user_id": actor.user_id})
