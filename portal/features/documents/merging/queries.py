"""Reads before a merge: what one may merge into, and whom it reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content import cards
from portal.content.reach import people_who_read
from portal.kernel.paging import MAX_FIGURE
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor

ADDRESS = re.compile(r"/(?:documents|items)/(\d{1,10})")
MOST = 12


@dataclass(frozen=True, slots=True)
class Reach:
    """What merging does to readers: so many begin to read the one's content, so many lose it."""

    gaining: int
    losing: int


def candidates(session: Session, actor: Actor, document: Document, text: str) -> list[Card]:
    """Published documents that the actor keeps, by a part of their title or by their address."""
    keeps = (Item.author_id == actor.user_id) | Item.space_id.in_(sorted(actor.edits))
    rows = cards.rows(actor).where(Item.kind == "document", Item.state == PUBLISHED, keeps)
    address = ADDRESS.search(text)
    if address and int(address[1]) <= MAX_FIGURE:
        rows = rows.where(Item.id == int(address[1]))
    elif text:
        rows = rows.where(Item.title.icontains(text, autoescape=True))
    else:
        rows = rows.where(Item.space_id == document.space_id)
    newest = Item.published_at.desc(), Item.id.desc()
    return cards.fetch(session, rows.where(Item.id != document.id).order_by(*newest).limit(MOST))


def reach(session: Session, source: Document, target: Document) -> Reach:
    """Who will read the content of the one in the other."""
    before, after = people_who_read(session, source), people_who_read(session, target)
    return Reach(len(after - before), len(before - after))
