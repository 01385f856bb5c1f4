"""Who may do what with a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import EVERYONE, PUBLISHER
from portal.platform.items import ARCHIVED, DELETED, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from portal.content.spaces.models import Space
    from portal.content.templates.models import Template
    from portal.kernel.actor import Actor


def audience(template: Template) -> set[str]:
    """A draft is its maker's and its keeper's; afterwards everyone's, or that of the space it belongs to."""
    own = {f"user:{template.author_id}", f"user:{template.keeper_id}"}
    if template.state == DRAFT:
        return own
    return own | ({f"space:{template.space_id}"} if template.space_id else {EVERYONE})


def may_create(actor: Actor) -> bool:
    """Publishers and administrators for everyone, the editors of a space for their space."""
    return actor.is_member and (_rules(actor) or bool(actor.edits))


def may_place(actor: Actor, space_id: int | None) -> bool:
    """Whether a template of theirs may belong to that space, or to no space and so to everyone."""
    return actor.is_member and (_rules(actor) or space_id in actor.edits)


def may_edit(actor: Actor, template: Template) -> bool:
    """Its keeper, the editors of its space, publishers and administrators."""
    if template.state == DELETED or not actor.is_member:
        return False
    return template.keeper_id == actor.user_id or template.space_id in actor.edits or _rules(actor)


def may_publish(actor: Actor, template: Template) -> bool:
    """Whoever may edit a draft or an archived template."""
    return template.state in {DRAFT, ARCHIVED} and may_edit(actor, template)


def may_archive(actor: Actor, template: Template) -> bool:
    """Whoever may edit a published template."""
    return template.state == PUBLISHED and may_edit(actor, template)


def may_set_default(actor: Actor, space: Space) -> bool:
    """Which template a space offers first: its editors and administrators."""
    return actor.is_admin or (actor.is_member and space.id in actor.edits)


def _rules(actor: Actor) -> bool:
    return actor.is_admin or PUBLISHER in actor.roles
