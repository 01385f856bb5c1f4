"""What is new in an item since somebody signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.records import Rendering, Revision
from portal.content.revisions.differences import Block, compare, has_changes, only_changes
from portal.content.revisions.policy import may_see

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def since(session: Session, actor: Actor, item: Item, signed: int) -> list[Block] | None:
    """The paragraphs that differ between a signed version and the present one, with a little around them.

    Args:
        session: open session.
        actor: who has signed.
        item: as found under the access rule.
        signed: the version that was signed, 0 for none.

    Returns:
        None when there is nothing that the actor may compare with, and the whole text has to be read.
    """
    found = select(Revision.version, Revision.title, Revision.body, Revision.audience).where(
        Revision.item_id == item.id, Revision.version.in_((signed, item.version))
    )
    texts = {
        version: f"# {title}\n\n{body}"
        for version, title, body, audience in session.execute(found)
        if may_see(actor, item, version, audience)
    }
    if signed not in texts or item.version not in texts:
        return None
    blocks = compare(texts[signed], texts[item.version])
    return only_changes(blocks) if has_changes(blocks) else []


def notes(session: Session, actor: Actor, item: Item, signed: int) -> list[str]:
    """What those who changed the item since said about it, of the versions that the actor sees."""
    found = select(Revision.version, Revision.note, Revision.audience).where(
        Revision.item_id == item.id, Revision.version > signed, Revision.note != ""
    )
    rows = session.execute(found.order_by(Revision.version))
    return [note for version, note, audience in rows if may_see(actor, item, version, audience)]


def text_of(session: Session, item: Item) -> str:
    """The whole text as the renderer made it; empty when it has not been laid out."""
    return session.scalar(select(Rendering.html).where(Rendering.item_id == item.id)) or ""
