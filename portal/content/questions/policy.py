"""Who may say that a question is answered, and who may ask further people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import PUBLISHED

if TYPE_CHECKING:
    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def may_accept(actor: Actor, question: Item) -> bool:
    """Whoever asked, and the editors of the space, as long as the question stands."""
    keeps = question.author_id == actor.user_id or question.space_id in actor.edits
    return actor.is_member and question.is_question and question.state == PUBLISHED and keeps


def may_ask_others(actor: Actor, question: Item, *, is_asked: bool = False) -> bool:
    """The same people, and whoever was asked themselves, until there is an answer."""
    stands = question.is_question and question.state == PUBLISHED and question.accepted_id is None
    return actor.is_member and stands and (is_asked or may_accept(actor, question))
