"""Who may do what with people; the audience of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.actor import EVERYONE

if TYPE_CHECKING:
    from portal.kernel.actor import Actor
    from portal.people.models import Profile


def audience(profile: Profile) -> set[str]:
    """Colleagues may look each other up; somebody who has left keeps a page for what they wrote."""
    del profile
    return {EVERYONE}


def may_administer(actor: Actor) -> bool:
    """People, departments, posts: administrators."""
    return actor.is_admin
