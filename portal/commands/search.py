"""`portal search`: what somebody would find, by the same code as the page."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from portal.commands.leading import bring_up_to_date
from portal.commands.speaking import acting, open_portal, plainly
from portal.content import cards
from portal.features.search import queries
from portal.kernel.db import reading
from portal.platform.search import service
from portal.platform.search.snippets import Highlighter
from portal.platform.search.syntax import parse

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.factory import Portal
    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Found


@click.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option("--as", "username", required=True, help="Who searches, by the name they sign in with.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Hits wanted.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plainly
def command(query: str, username: str, limit: int, *, as_json: bool) -> None:
    """Search for QUERY as somebody; the index is up to date when the search begins."""
    portal = open_portal()
    with reading(), portal.sessions() as session:
        acting(portal, session, username)
    bring_up_to_date(portal)
    with reading(), portal.sessions() as session:
        answer = ask(portal, session, acting(portal, session, username), query, limit)
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _in_words(answer))


def ask(portal: Portal, session: Session, actor: Actor, query: str, limit: int) -> dict[str, Any]:
    """The answer, as it is printed in JSON."""
    tree = queries.resolve(session, actor, parse(query))
    answer = service.search(session, actor, portal.engine, tree, limit=limit)
    found = answer.found
    return {
        "query": query,
        "total": found.total,
        "took_ms": round(answer.took_ms, 1),
        "hits": _hits(session, actor, found),
        "facets": {name: dict(values) for name, values in found.facets.items()},
    }


def _hits(session: Session, actor: Actor, found: Found) -> list[dict[str, Any]]:
    chosen = cards.by_ids(session, actor, [hit.item_id for hit in found.hits])
    ids = [card.id for card in chosen]
    texts, sources = queries.texts(session, actor, ids), queries.sources(session, actor, ids)
    scores = {hit.item_id: hit.score for hit in found.hits}
    marker = Highlighter(found.terms)
    return [
        {
            "id": card.id,
            "kind": card.kind,
            "title": _title(card),
            "snippet": "".join(part for part, _ in marker.snippet(texts.get(card.id, ""))),
            "score": round(scores[card.id], 4),
            "source": PurePosixPath(sources.get(card.id, "")).name,
        }
        for card in chosen
    ]


def _title(card: Card) -> str:
    """A reply has no title of its own; it is shown under that of the document."""
    return card.title or card.holder_title


def _in_words(answer: dict[str, Any]) -> str:
    lines = [f"{answer['total']} found in {answer['took_ms']} ms"]
    for number, hit in enumerate(answer["hits"], 1):
        source = f"  [{hit['source']}]" if hit["source"] else ""
        lines += [
            f"{number:>3}. {hit['title']}  ({hit['kind']} {hit['id']}){source}",
            f"     {hit['snippet']}",
        ]
    return "\n".join(lines)
