"""Who may do what with attachments. Reading follows the item that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.items import DELETED
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from portal.content.attachments.models import Attachment
    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def audience(attachment: Attachment) -> tuple[str, ...]:
    """Until an item holds it, its owner; afterwards the holder's tokens decide, and this is not asked."""
    return (f"user:{attachment.author_id}",)


def may_upload(actor: Actor) -> bool:
    """Every member, for an item that is still being written."""
    return actor.is_member


def may_attach(actor: Actor, holder: Item) -> bool:
    """Whoever may edit an item of a kind that holds attachments."""
    kind = KINDS[holder.kind]
    return kind.has_attachments and holder.state != DELETED and kind.policy.may_edit(actor, holder)


def may_change(actor: Actor, attachment: Attachment, holder: Item | None) -> bool:
    """Whoever may attach to its holder; its owner as long as nothing holds it."""
    if holder is None:
        return actor.is_member and attachment.author_id == actor.user_id
    return may_attach(actor, holder)
