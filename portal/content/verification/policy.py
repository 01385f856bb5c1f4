"""Who may vouch for an item, say who keeps it, and doubt it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import PUBLISHED
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from portal.content.spaces.models import Space
    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def is_verifiable(item: Item) -> bool:
    """What is published, of a kind whose timeline knows the word."""
    return item.state == PUBLISHED and "verified" in KINDS[item.kind].verbs


def may_verify(actor: Actor, item: Item, keeper_id: int | None) -> bool:
    """Its keeper, its author and the editors of its space."""
    return may_plan(actor, item) or (actor.is_member and is_verifiable(item) and keeper_id == actor.user_id)


def may_plan(actor: Actor, item: Item) -> bool:
    """Choosing the keeper and how often it is looked at: its author and the editors of its space."""
    is_theirs = item.author_id == actor.user_id or item.space_id in actor.edits
    return actor.is_member and is_verifiable(item) and is_theirs


def may_doubt(actor: Actor, item: Item) -> bool:
    """Every member who reads it."""
    return actor.is_member and is_verifiable(item)


def may_rule(actor: Actor, space: Space) -> bool:
    """What a space wants of all its documents: its editors, and administrators."""
    return actor.is_admin or (actor.is_member and space.id in actor.edits)
