"""Reads for the pages of a single person: what they say of themselves, who leads them, whom they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.kernel.errors import NotFoundError
from portal.people.models import Department, Post, Profile, User
from portal.platform.access import find, items

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


def about(session: Session, actor: Actor, user_id: int) -> str:
    """What a person says of themselves."""
    own = items(actor, Profile).where(Profile.user_id == user_id)
    return session.scalar(own.with_only_columns(Profile.body)) or ""


def direct_reports(session: Session, user_id: int) -> list[tuple[str, str]]:
    """Names and sign-in names of the active people whose manager somebody is, in pinyin order."""
    led = select(User.name, User.username).where(User.manager_id == user_id, User.is_active)
    return [(name, username) for name, username in session.execute(led.order_by(User.sort_key, User.id))]


def username_of(session: Session, actor: Actor, item_id: int) -> str:
    """The sign-in name of the person whose profile an item is.

    Raises:
        NotFoundError: there is no such profile.
    """
    profile = find(session, actor, Profile, item_id)
    return session.scalars(select(User.username).where(User.id == profile.user_id)).one()


def user(session: Session, user_id: int) -> User:
    """The row of a person by its key, for changing it.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(select(User).where(User.id == user_id))
    if found is None:
        raise NotFoundError
    return found


def figures(session: Session) -> dict[str, int]:
    """What an administrator wants to see at a glance: `active`, `closed`, `without_password`, `departments`, `posts`."""
    counted = select(
        func.count().filter(User.is_active),
        func.count().filter(~User.is_active),
        func.count().filter(User.is_active, User.password_hash == ""),
        select(func.count(Department.id)).scalar_subquery(),
        select(func.count(Post.id)).scalar_subquery(),
    ).select_from(User)
    names = ("active", "closed", "without_password", "departments", "posts")
    return dict(zip(names, session.execute(counted).one(), strict=True))
