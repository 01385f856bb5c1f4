"""Who may do what with a reply. Reading follows the item it stands under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import PUBLISHED
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from portal.content.replies.models import Reply
    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def audience(reply: Reply) -> tuple[str, ...]:
    """None of its own: the holder's tokens decide."""
    del reply
    return ()


def may_reply(actor: Actor, holder: Item) -> bool:
    """Every member who reads a published item of a kind that is discussed; a reply is answered under its document."""
    return actor.is_member and holder.state == PUBLISHED and KINDS[holder.kind].is_discussed


def may_edit(actor: Actor, reply: Reply) -> bool:
    """Its author."""
    return actor.is_member and reply.author_id == actor.user_id


def may_delete(actor: Actor, reply: Reply) -> bool:
    """Its author, and the editors of the space."""
    return may_edit(actor, reply) or reply.space_id in actor.edits
