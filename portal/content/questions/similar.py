"""What has been asked before: questions like the one being typed, those with an answer first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content import cards
from portal.content.cards import Card
from portal.content.questions import queries
from portal.platform.search import service
from portal.platform.search.syntax import parse

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Engine
    from portal.platform.search.syntax import Query

SHORTEST = 2
LONGEST = 120
LOOKED_AT = 12
SHOWN, DOCUMENTS = 5, 3
NEAR = 0.35  # of the best hit's score: what shares but a word with the question is no help
# What a question is asked with rather than about, and what our query language would take for an operator.
_ASKING = re.compile(
    r"请问|请教|有没有人|有没有|有人知道|谁知道|知道|为什么|为啥|怎么样|怎么办|怎样|怎么|如何|什么|多少|哪些|哪个|哪家|是不是|能不能|可不可以|"
    r"[吗呢吧啊呀]|\b(?:how|what|why|who|which|when|does|do|is|are|can|the|a|an|to)\b",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[^\w\s.%℃+-]|(?<!\w)[-+.]+|[-+.]+(?!\w)")


@dataclass(frozen=True, slots=True)
class Similar:
    """A question that was asked before, with the answer that was accepted, in a few words."""

    card: Card
    answer: str


def find(session: Session, actor: Actor, engine: Engine, typed: str) -> tuple[list[Similar], list[Card]]:
    """Questions and documents that may answer what is being typed, as far as the actor may read them."""
    words = _words(typed)
    if len(words) < SHORTEST:
        return [], []
    tree = parse(words).with_filter("kind", "document")
    questions = _cards(session, actor, engine, tree.with_filter("is", "question"))
    others = [card for card in _cards(session, actor, engine, tree) if not card.is_question]
    answers = queries.summaries(session, actor, [card.accepted_id for card in questions if card.accepted_id])
    found = [Similar(card, answers.get(card.accepted_id or 0, "")) for card in questions]
    found.sort(key=lambda each: not each.answer)
    return found[:SHOWN], others[:DOCUMENTS]


def _words(typed: str) -> str:
    """What a question is about."""
    plain = _SIGNS.sub(" ", typed[:LONGEST])
    about = " ".join(_ASKING.sub(" ", plain).split())
    return about if len(about) >= SHORTEST else " ".join(plain.split())


def _cards(session: Session, actor: Actor, engine: Engine, tree: Query) -> list[Card]:
    hits = service.search(session, actor, engine, tree, limit=LOOKED_AT).found.hits
    best = max((hit.score for hit in hits), default=0.0)
    near = [hit.item_id for hit in hits if hit.score >= best * NEAR]
    return cards.by_ids(session, actor, near)
