"""Cards as templates want them: with addresses, and names in the reader's language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request

from portal.content.verification.trust import NONE, Facts, judge
from portal.platform.items import PUBLISHED
from portal.web.context import item_url, person_url, settings, space_url
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.content.cards import Card
    from portal.content.spaces.models import Space
    from portal.content.spaces.queries import SpaceRow
    from portal.kernel.paging import Page


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card on a page. A reply is called by what it stands under."""

    id: int
    kind: str
    state: str
    title: str
    summary: str
    url: str
    author_name: str
    author_url: str
    space_name: str
    space_url: str
    published_at: dt.datetime | None
    updated_at: dt.datetime
    read_count: int
    reply_count: int
    tags: tuple[str, ...]
    trust: str = NONE
    is_question: bool = False
    is_answered: bool = False
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ShownSpace:
    """A space on a page."""

    key: str
    name: str
    about: str
    url: str
    document_count: int = 0
    last_published_at: dt.datetime | None = None
    audience_label: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Addresses of the pages before and after."""

    previous_url: str | None
    next_url: str | None


def shown(cards: Iterable[Card]) -> list[ShownCard]:
    """Cards with addresses."""
    language = locale()
    return [_shown(card, language) for card in cards]


def _shown(card: Card, language: str) -> ShownCard:
    space_name = card.space_name_en if language == "en" and card.space_name_en else card.space_name
    return ShownCard(
        id=card.id,
        kind=card.kind,
        state=card.state,
        title=card.title or card.holder_title,
        summary=card.summary,
        url=item_url(card.kind, card.id),
        author_name=card.author_name,
        author_url=person_url(card.author_username),
        space_name=space_name,
        space_url=space_url(card.space_key) if card.space_key else "",
        published_at=card.published_at,
        updated_at=card.updated_at,
        read_count=card.read_count,
        reply_count=card.reply_count,
        tags=card.tags,
        trust=_trust(card),
        is_question=card.is_question,
        is_answered=card.accepted_id is not None,
        due_on=card.due_on,
    )


def _trust(card: Card) -> str:
    """How far a card can be trusted on the reader's day; only what is published is vouched for."""
    if card.state != PUBLISHED:
        return NONE
    facts = Facts(
        card.verified_at is not None, card.due_on, bool(card.is_changed), card.doubted_at is not None
    )
    return judge(facts, actor().today, settings().verification_lead_days)


def shown_space(space: Space) -> ShownSpace:
    """A space with its address."""
    return ShownSpace(space.key, space.label(locale()), space.about, space_url(space.key))


def shown_spaces(rows: Sequence[SpaceRow]) -> list[ShownSpace]:
    """Spaces with what is in them."""
    language = locale()
    return [
        ShownSpace(
            row.space.key,
            row.space.label(language),
            row.space.about,
            space_url(row.space.key),
            row.document_count,
            row.last_published_at,
        )
        for row in rows
    ]


def neighbours(page: Page[Any]) -> Neighbours:
    """Addresses of the neighbouring pages, with the filters of this one."""
    return Neighbours(*(here(cursor=cursor) if cursor else None for cursor in (page.previous, page.next)))


def here(**changed: str | int | None) -> str:
    """Address of this page with some of its query arguments changed; None takes one away."""
    wanted = {name: value for name, value in {**request.args.to_dict(), **changed}.items() if value}
    return f"{request.path}?{urlencode(wanted)}" if wanted else request.path
