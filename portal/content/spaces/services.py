"""Verbs of spaces: create and change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.spaces import policy
from portal.content.spaces.models import Space, SpaceEditor, SpaceReader
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform import audit
from portal.platform.access import require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class SpaceInput:
    """What a space is to be.

    Args:
        name: in Chinese, unique.
        name_en: in English, may be empty.
        about: a sentence or two.
        is_open: whether every member who reads it may write in it.
        readers: access tokens of its audience.
        editors: keys of users.
        needs_review: whether what others than its editors write is published after approval.
    """

    name: str
    name_en: str
    about: str
    is_open: bool
    readers: frozenset[str]
    editors: frozenset[int]
    needs_review: bool = False


def create(session: Session, actor: Actor, key: str, wanted: SpaceInput) -> Space:
    """Make a space.

    Args:
        session: open session.
        actor: an administrator.
        key: short ASCII name for addresses and for `space:` in searches; never changes.
        wanted: its properties.

    Raises:
        InvalidError: key or name are taken.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_change(actor))
    if session.scalar(select(Space.id).where(Space.key == key)):
        raise InvalidError(fields={"key": [str(_l("There is already a space with this short name."))]})
    space = Space(key=key, created_at=actor.now, position=100)
    _check_name(session, wanted.name, None)
    _check_editors(wanted)
    _fill(space, wanted)
    session.add(space)
    session.flush()
    audit.note(session, actor, "space.created", f"space:{space.id}", name=space.name)
    return space


def change(session: Session, actor: Actor, space: Space, wanted: SpaceInput) -> None:
    """Change a space; its readers change with the next request, because actors ask for their spaces each time.

    Raises:
        InvalidError: the name is taken.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_change(actor))
    _check_name(session, wanted.name, space.id)
    _check_editors(wanted)
    before = sorted(reader.token for reader in space.readers)
    _fill(space, wanted)
    session.flush()
    audit.note(
        session, actor, "space.changed", f"space:{space.id}", before=before, after=sorted(wanted.readers)
    )


def _check_name(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalar(select(Space.id).where(Space.name == name))
    if taken and taken != own_id:
        raise InvalidError(fields={"name": [str(_l("There is already a space with this name."))]})


def _check_editors(wanted: SpaceInput) -> None:
    if wanted.needs_review and not wanted.editors:
        raise InvalidError(
            fields={"editors": [str(_l("Where documents are reviewed, somebody has to be an editor."))]}
        )


def _fill(space: Space, wanted: SpaceInput) -> None:
    space.name, space.name_en, space.about = wanted.name, wanted.name_en, wanted.about
    space.is_open, space.needs_review = wanted.is_open, wanted.needs_review
    known = {reader.token: reader for reader in space.readers}
    space.readers = [known.get(token) or SpaceReader(token=token) for token in sorted(wanted.readers)]
    editing = {editor.user_id: editor for editor in space.editors}
    space.editors = [
        editing.get(user_id) or SpaceEditor(user_id=user_id) for user_id in sorted(wanted.editors)
    ]
