"""Reads of the home page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.content import cards
from portal.content.readings import reads_since
from portal.content.records import Reading
from portal.platform.items import DRAFT, PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor

DOCUMENTS = Item.kind == "document"
WEEK = dt.timedelta(days=7)


def new_for(session: Session, actor: Actor, limit: int = 10) -> list[Card]:
    """What others have published and the person has not read, newest first."""
    mine = Reading.item_id == Item.id, Reading.user_id == actor.user_id
    unread = ~Reading.__table__.select().where(*mine).correlate(Item.__table__).exists()
    statement = cards.rows(actor).where(
        DOCUMENTS, Item.state == PUBLISHED, Item.author_id != actor.user_id, unread
    )
    return cards.fetch(session, statement.order_by(Item.published_at.desc(), Item.id.desc()).limit(limit))


def most_read(session: Session, actor: Actor, limit: int = 6) -> list[Card]:
    """What most people have read in the last seven days."""
    recent = reads_since(actor.today - WEEK)
    statement = cards.rows(actor).join(recent, recent.c.item_id == Item.id).where(Item.state == PUBLISHED)
    return cards.fetch(session, statement.order_by(recent.c.reads.desc(), Item.id.desc()).limit(limit))


def unanswered(session: Session, actor: Actor, limit: int = 6) -> list[Card]:
    """Documents that ask something to which nobody has replied, newest first."""
    asking = Item.is_question, Item.reply_count == 0, Item.state == PUBLISHED, DOCUMENTS
    statement = cards.rows(actor).where(*asking)
    return cards.fetch(session, statement.order_by(Item.published_at.desc(), Item.id.desc()).limit(limit))


def drafts(session: Session, actor: Actor, limit: int = 6) -> list[Card]:
    """The person's own drafts, last touched first."""
    statement = cards.rows(actor).where(DOCUMENTS, Item.state == DRAFT, Item.author_id == actor.user_id)
    return cards.fetch(session, statement.order_by(Item.updated_at.desc(), Item.id.desc()).limit(limit))
