"""What saving an item means for those who vouched for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, update

from portal.content.verification.models import Verification

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def note_change(session: Session, actor: Actor, item: Item) -> None:
    """Somebody has saved a version: unless they keep the item themselves, what was verified is no longer what it says."""
    own = func.coalesce(Verification.keeper_id, -1) == actor.user_id
    if item.space_id in actor.edits:
        own = or_(own, Verification.keeper_id.is_(None))
    session.execute(
        update(Verification)
        .where(Verification.item_id == item.id, Verification.verified_at.is_not(None), ~own)
        .values(is_changed=True)
    )
