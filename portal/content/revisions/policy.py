"""Who reads which version of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def may_see(actor: Actor, item: Item, version: int, audience: Collection[str]) -> bool:
    """Of an item that the actor reads: the current version, and those that they could read while they were current.

    A version that remembers nobody (a reply's, or one older than this memory) is for those who may edit.
    """
    if version == item.version:
        return True
    return not actor.tokens.isdisjoint(audience) if audience else may_edit(actor, item)


def may_edit(actor: Actor, item: Item) -> bool:
    """As the item's kind says."""
    allowed = getattr(KINDS[item.kind].policy, "may_edit", None)
    return bool(allowed and allowed(actor, item))


def may_rewind(actor: Actor, item: Item) -> bool:
    """Making an earlier version current again is editing."""
    return bool(KINDS[item.kind].rewind) and may_edit(actor, item)
