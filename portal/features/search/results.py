"""What the template of the search page is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.content import cards
from portal.content.attachments.places import FilePlace, places
from portal.content.presenting import Neighbours, here, shown
from portal.content.watching.presenting import search_button
from portal.features.search import queries
from portal.kernel.messages import Message, _l
from portal.platform.items import Item
from portal.platform.search import service
from portal.platform.search.snippets import Highlighter
from portal.web.context import engine
from portal.web.i18n import locale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Found, Hit
    from portal.platform.search.service import Answer
    from portal.platform.search.syntax import Query

PER_PAGE = 20
LAST_PAGE = 500
FACET_VALUES = 8
RELEVANCE = "relevance"
SORTS: Mapping[str, Message] = {
    RELEVANCE: _l("Best match"),
    "newest": _l("Newest"),
    "most_read": _l("Most read"),
    "most_replied": _l("Most replied"),
}
FIGURES = {"most_read": Item.read_count, "most_replied": Item.reply_count}
FACETS: Mapping[str, Message] = {
    "kind": _l("Kind"),
    "space": _l("Space"),
    "region": _l("Region"),
    "tag": _l("Tag"),
    "author": _l("Author"),
    "year": _l("Year"),
}
REASONS: Mapping[str, Message] = {
    "title": _l("title"),
    "body": _l("text"),
    "tags": _l("tag"),
    "tag": _l("tag"),
    "author": _l("author"),
    "names": _l("name"),
    "source": _l("file name"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the results one is: their order and the page, from 1."""

    sort: str
    number: int

    @property
    def offset(self) -> int:
        """Hits before this page."""
        return (min(max(self.number, 1), LAST_PAGE) - 1) * PER_PAGE


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One hit on the page: its card, its highlighted title and snippet, and why it was found."""

    card: Any
    title_parts: Sequence[tuple[str, bool]]
    snippet_parts: Sequence[tuple[str, bool]]
    why: list[str]
    place: FilePlace | None = None


def known_sort(wanted: str | None) -> str:
    """A known order."""
    return wanted if wanted and wanted in SORTS else RELEVANCE


def nothing(typed: str) -> dict[str, Any]:
    """The page before anything was asked, or after operators only."""
    return {"is_blank": bool(typed), "sorts": [], "sort": RELEVANCE, "page": None}


def page(session: Session, actor: Actor, tree: Query, place: Place) -> dict[str, Any]:
    """Everything the page shows for a query."""
    resolved = queries.resolve(session, actor, tree)
    answer = _ask(session, actor, resolved, place)
    chosen = _cards(session, actor, answer.found, place)
    found = answer.found
    return {
        "query": tree.text,
        "found": _figures(answer, tree),
        "hits": _hits(session, actor, found, chosen),
        "facets": _facets(session, actor, found, tree, resolved),
        "sort": place.sort,
        "sorts": [(key, str(label), here(sort=key, page=None)) for key, label in SORTS.items()],
        "page": _neighbours(found.total, place),
        "follow": search_button(tree.text),
    }


def _ask(session: Session, actor: Actor, tree: Query, place: Place) -> Answer:
    sort: Any = "newest" if place.sort == "newest" else RELEVANCE
    return service.search(session, actor, engine(), tree, sort=sort, offset=place.offset, limit=PER_PAGE)


def _cards(session: Session, actor: Actor, found: Found, place: Place) -> list[Card]:
    if place.sort in FIGURES:
        return queries.resorted(session, actor, found.ids, FIGURES[place.sort], place.offset, PER_PAGE)
    return cards.by_ids(session, actor, [hit.item_id for hit in found.hits])


def _figures(answer: Answer, tree: Query) -> dict[str, Any]:
    found = answer.found
    return {
        "total": found.total,
        "took_ms": round(answer.took_ms, 1),
        "mode": found.mode,
        "dropped": list(found.dropped),
        "truncated": tree.truncated,
    }


def _hits(session: Session, actor: Actor, found: Found, chosen: Sequence[Card]) -> list[ShownHit]:
    bodies = queries.texts(session, actor, [card.id for card in chosen])
    known = {hit.item_id: hit for hit in found.hits}
    marks = Highlighter(found.terms)
    inside = places(session, chosen, bodies, marks)
    bodies |= {item_id: place.text for item_id, place in inside.items()}
    return [
        ShownHit(
            card=seen,
            title_parts=marks.whole(seen.title) if card.kind != "reply" else (),
            snippet_parts=marks.snippet(bodies.get(card.id, "")) if card.kind != "person" else (),
            why=_why(known.get(card.id)),
            place=inside.get(card.id),
        )
        for card, seen in zip(chosen, shown(chosen), strict=True)
    ]


def _why(hit: Hit | None) -> list[str]:
    if hit is None:
        return []
    reasons = [str(REASONS[field]) for field in hit.fields if field in REASONS]
    return list(dict.fromkeys(reasons))


def _facets(
    session: Session, actor: Actor, found: Found, tree: Query, resolved: Query
) -> list[dict[str, Any]]:
    """Each facet with links that add a value to the query or take it away again."""
    authors = [value for value, _count in found.facets.get("author", ())[:FACET_VALUES]]
    names = queries.labels(session, actor, locale(), authors)
    blocks = []
    for key, label in FACETS.items():
        demanded = set(resolved.filters(key))
        values = [
            _value(tree, key, value, count, names.get(key, {}), selected=value in demanded)
            for value, count in found.facets.get(key, ())[:FACET_VALUES]
        ]
        blocks.append({"key": key, "label": str(label), "values": values})
    return blocks


def _value(
    tree: Query, key: str, value: str, count: int, names: Mapping[str, str], *, selected: bool
) -> dict[str, Any]:
    changed = tree.without_filter(key) if selected else tree.with_filter(key, value)
    url = here(q=changed.text, page=None)
    return {
        "value": value,
        "label": names.get(value, value),
        "count": count,
        "url": url,
        "selected": selected,
    }


def _neighbours(total: int, place: Place) -> Neighbours:
    number = place.offset // PER_PAGE + 1
    before = here(page=number - 1) if number > 1 else None
    return Neighbours(
        before, here(page=number + 1) if place.offset + PER_PAGE < total and number < LAST_PAGE else None
    )
