"""From rows to what leaves: the schema of the kind decides which fields, this module where each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.content import cards
from portal.content.api import queries
from portal.content.api.schemas import FacetValue, Hit, MeOut, SearchOut, SpaceOut
from portal.content.spaces.policy import may_read, may_write
from portal.content.spaces.queries import readable_spaces
from portal.platform.search.snippets import Highlighter
from portal.web.context import item_url, person_url, space_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from portal.content.api.queries import Row
    from portal.content.cards import Card
    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Found
    from portal.platform.search.service import Answer


def outgoing(schema: type[BaseModel], row: Row) -> BaseModel:
    """An item as its schema wants it: names in place of keys, everything else as it stands in the row."""
    item = row.item
    named = {"author": row.author, "space": row.space, "tags": row.tags, "url": item_url(item.kind, item.id)}
    named |= row.filled
    return schema(
        **{name: named[name] if name in named else getattr(item, name) for name in schema.model_fields}
    )


def me(session: Session, actor: Actor) -> MeOut:
    """The actor, and the spaces that they read."""
    spaces = [space for space in session.scalars(readable_spaces(actor)) if may_read(actor, space)]
    return MeOut(
        id=actor.user_id,
        username=actor.username,
        name=actor.name,
        roles=sorted(actor.roles),
        locale=actor.locale,
        url=person_url(actor.username),
        spaces=[
            SpaceOut(
                key=space.key,
                name=space.name,
                name_en=space.name_en,
                may_write=may_write(actor, space),
                url=space_url(space.key),
            )
            for space in spaces
        ],
    )


def found(session: Session, actor: Actor, query: str, answer: Answer) -> SearchOut:
    """Hits in the order of the engine, as the database knows them now."""
    return SearchOut(
        query=query,
        total=answer.found.total,
        took_ms=round(answer.took_ms, 1),
        hits=list(_hits(session, actor, answer.found)),
        facets={name: _facet(values) for name, values in answer.found.facets.items()},
        dropped=list(answer.found.dropped),
    )


def nothing(query: str) -> SearchOut:
    """The answer to a question that can be about no item."""
    return SearchOut(query=query, total=0, took_ms=0.0, hits=[], facets={}, dropped=[])


def _facet(values: Iterable[tuple[str, int]]) -> list[FacetValue]:
    return [FacetValue(value=value, count=count) for value, count in values]


def _hits(session: Session, actor: Actor, answer: Found) -> Iterable[Hit]:
    scores = {hit.item_id: hit.score for hit in answer.hits}
    bodies = queries.texts(session, actor, list(scores))
    highlighter = Highlighter(answer.terms)
    for card in cards.by_ids(session, actor, list(scores)):
        yield _hit(card, round(scores[card.id], 4), highlighter.snippet(bodies.get(card.id, "")))


def _hit(card: Card, score: float, parts: Iterable[tuple[str, Any]]) -> Hit:
    return Hit(
        id=card.id,
        kind=card.kind,
        title=card.title or card.holder_title,
        snippet="".join(text for text, _is_match in parts),
        score=score,
        url=item_url(card.kind, card.id),
    )
