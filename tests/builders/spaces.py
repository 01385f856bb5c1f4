"""Spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.spaces import services
from portal.content.spaces.models import Space
from portal.content.spaces.services import SpaceInput
from portal.kernel.actor import EVERYONE
from tests.builders.people import system

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.people.models import User


def space(
    session: Session,
    key: str = "handbook",
    name: str = "销售手册",
    *,
    readers: Iterable[str] = (EVERYONE,),
    editors: Iterable[User] = (),
    is_open: bool = True,
) -> Space:
    """A space that everybody reads and every member writes in, unless told otherwise."""
    wanted = SpaceInput(
        name=name,
        name_en=key.title(),
        about="怎么做事，都写在这里。",
        is_open=is_open,
        readers=frozenset(readers),
        editors=frozenset(editor.id for editor in editors),
    )
    return services.create(session, system(), key, wanted)


def space_of(session: Session, key: str) -> Space:
    """A space that was made before."""
    return session.scalars(select(Space).where(Space.key == key)).one()
