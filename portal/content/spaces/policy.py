"""Who may do what with a space."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.content.spaces.models import Space
    from portal.kernel.actor import Actor


def may_read(actor: Actor, space: Space) -> bool:
    """Its audience and its editors; administrators see that it exists, not what is in it."""
    return f"space:{space.id}" in actor.tokens


def may_write(actor: Actor, space: Space) -> bool:
    """Its editors; in an open space every member who reads it."""
    return actor.is_member and (space.id in actor.edits or (space.is_open and may_read(actor, space)))


def may_change(actor: Actor) -> bool:
    """Making spaces, naming their audience and editors: administrators."""
    return actor.is_admin
