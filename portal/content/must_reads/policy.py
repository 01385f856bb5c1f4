"""Who may ask others to read something, and who sees how far they are. Everybody here may read the item itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import PUBLISHER
from portal.platform.items import PUBLISHED
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from portal.content.must_reads.models import MustRead
    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def may_demand(actor: Actor, item: Item) -> bool:
    """The editors of its space, and publishers who may read it; of what is published and has a page to be discussed on."""
    asks = item.space_id in actor.edits or PUBLISHER in actor.roles
    return actor.is_member and asks and item.state == PUBLISHED and KINDS[item.kind].is_discussed


def may_manage(actor: Actor, item: Item, must_read: MustRead) -> bool:
    """Extend, close, reopen: whoever asked, and the editors of the space."""
    return actor.is_member and (must_read.created_by == actor.user_id or item.space_id in actor.edits)


def may_see_everybody(actor: Actor, item: Item, must_read: MustRead) -> bool:
    """The same people; a manager sees those who report to them, and nobody else."""
    return may_manage(actor, item, must_read)
