"""Who may retire phrases, and who answers for an item that carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import ADMINISTRATOR, PUBLISHER

if TYPE_CHECKING:
    from portal.kernel.actor import Actor


def may_retire(actor: Actor) -> bool:
    """Headquarters' publishers, and administrators."""
    return bool(actor.roles & {PUBLISHER, ADMINISTRATOR})


def may_excuse(actor: Actor, author_id: int, space_id: int | None) -> bool:
    """Whoever could change the item: its author and the editors of its space."""
    return actor.is_member and (author_id == actor.user_id or space_id in actor.edits)
