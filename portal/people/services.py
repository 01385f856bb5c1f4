"""Verbs of people and departments. Deactivating somebody keeps all they wrote."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from portal.kernel.actor import ADMINISTRATOR, MEMBER, ROLES
from portal.kernel.collation import name_key, spellings
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.messages import _l
from portal.people import credentials, policy
from portal.people.models import Post, Profile, User
from portal.platform import audit
from portal.platform.access import requeue, require
from portal.platform.items import ARCHIVED, PUBLISHED, SUMMARY_LENGTH, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")
ABOUT_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class PersonInput:
    """What an administrator says of a person.

    Args:
        username: name to sign in with: lower-case letters, digits, `.`, `_`, `-`.
        name: name to show.
        email: may be empty.
        department_id: key of the department.
        post_id: key of the post, or None.
        manager_id: key of the manager, or None.
        roles: roles of use.
    """

    username: str
    name: str
    email: str
    department_id: int
    post_id: int | None = None
    manager_id: int | None = None
    roles: frozenset[str] = field(default_factory=lambda: frozenset({MEMBER}))


def add_person(session: Session, actor: Actor, wanted: PersonInput, password: str = "") -> User:
    """Add somebody.

    Args:
        session: open session.
        actor: an administrator.
        wanted: who they are.
        password: to begin with; empty means they cannot sign in until one is set.

    Raises:
        InvalidError: a field does not fit.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    _check_person(session, wanted, None)
    user = User(username=wanted.username, created_at=actor.now)
    _fill(user, wanted)
    if password:
        credentials.check_new_password(password, wanted.username)
        user.password_hash = credentials.hash_password(password)
    session.add(user)
    session.flush()
    _profile(session, actor, user)
    audit.note(session, actor, "person.added", f"user:{user.id}", username=user.username)
    return user


def change_person(session: Session, actor: Actor, user: User, wanted: PersonInput, expected: int) -> None:
    """Change what an administrator says of a person.

    Raises:
        ConflictError: another administrator saved meanwhile.
        InvalidError: a field does not fit, or somebody would be their own superior.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    session.refresh(user, ["version"], with_for_update=True)
    if user.version != expected:
        raise ConflictError(
            _l("Somebody else changed this person meanwhile. Look at it again before you save."), user
        )
    if user.id == actor.user_id and ADMINISTRATOR not in wanted.roles:
        raise InvalidError(
            fields={"roles": [str(_l("You cannot take the role of administrator from yourself."))]}
        )
    _check_person(session, wanted, user.id)
    before = _facts(user)
    _fill(user, wanted)
    user.version += 1
    session.flush()
    _profile(session, actor, user)
    if (before["username"], before["name"]) != (user.username, user.name):
        requeue(session, session.scalars(select(Item.id).where(Item.author_id == user.id)).all())
    audit.note(session, actor, "person.changed", f"user:{user.id}", before=before, after=_facts(user))


def deactivate(session: Session, actor: Actor, user: User) -> None:
    """End somebody's access at once; all they wrote stays under their name.

    Raises:
        InvalidError: an administrator would lock themselves out.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    if user.id == actor.user_id:
        raise InvalidError(_l("You cannot deactivate yourself."))
    user.is_active = False
    credentials.end_all(session, user)
    _profile(session, actor, user)
    audit.note(session, actor, "person.deactivated", f"user:{user.id}")


def reactivate(session: Session, actor: Actor, user: User) -> None:
    """Undo `deactivate`; they sign in with the password they had.

    Raises:
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    user.is_active = True
    _profile(session, actor, user)
    audit.note(session, actor, "person.reactivated", f"user:{user.id}")


def set_password(session: Session, actor: Actor, user: User, password: str) -> None:
    """Set a new password and end all sign-ins and tokens of the user.

    Raises:
        InvalidError: the password may not be used.
        ForbiddenError: it is somebody else and the actor is no administrator.
    """
    require(policy.may_administer(actor) or actor.user_id == user.id)
    credentials.check_new_password(password, user.username)
    user.password_hash = credentials.hash_password(password)
    credentials.end_all(session, user)
    audit.note(session, actor, "person.password", f"user:{user.id}")


def initial_password() -> str:
    """A password that nobody can guess, for handing over once."""
    return secrets.token_urlsafe(12)


def describe(session: Session, actor: Actor, about: str) -> None:
    """Say something of oneself."""
    profile = session.scalar(select(Profile).where(Profile.user_id == actor.user_id))
    if profile:
        profile.body = about[:ABOUT_LENGTH]
        profile.summary = " ".join(about.split())[:SUMMARY_LENGTH]
        profile.version += 1
        profile.updated_at = actor.now


def choose(session: Session, actor: Actor, *, locale: str | None = None, theme: str | None = None) -> None:
    """Keep somebody's language and theme.

    Raises:
        InvalidError: there is no such language or theme.
    """
    values: dict[str, str] = {}
    if locale is not None:
        values["locale"] = _one_of(locale, ("zh_Hans_CN", "en"))
    if theme is not None:
        values["theme"] = _one_of(theme, ("auto", "light", "dark"))
    session.execute(update(User).where(User.id == actor.user_id).values(**values))


def _check_person(session: Session, wanted: PersonInput, own_id: int | None) -> None:
    wrong: dict[str, list[str]] = {}
    if not USERNAME.fullmatch(wanted.username):
        wrong["username"] = [
            str(_l("3 to 60 characters: lower-case letters, digits, dot, underscore, hyphen."))
        ]
    elif session.scalar(select(User.id).where(User.username == wanted.username)) not in {None, own_id}:
        wrong["username"] = [str(_l("This name to sign in with is taken."))]
    if not wanted.name:
        wrong["name"] = [str(_l("Give the person a name."))]
    if wanted.email and "@" not in wanted.email:
        wrong["email"] = [str(_l("This is no e-mail address."))]
    if not wanted.roles or wanted.roles - set(ROLES):
        wrong["roles"] = [str(_l("Choose at least one role."))]
    if own_id and wanted.manager_id and _below(session, own_id, wanted.manager_id):
        wrong["manager"] = [
            str(_l("This person reports to the one you are changing, directly or indirectly."))
        ]
    if wrong:
        raise InvalidError(_l("Some details do not fit."), wrong)


def _below(session: Session, boss_id: int, user_id: int) -> bool:
    """Whether one reports to the other, directly or indirectly, or is the same person."""
    current: int | None = user_id
    for _ in range(session.scalar(select(func.count(User.id))) or 0):
        if current in {None, boss_id}:
            break
        current = session.scalar(select(User.manager_id).where(User.id == current))
    return current == boss_id


def _fill(user: User, wanted: PersonInput) -> None:
    user.username, user.name, user.email = wanted.username, wanted.name, wanted.email
    user.sort_key = name_key(wanted.name)
    user.department_id, user.post_id, user.manager_id = (
        wanted.department_id,
        wanted.post_id,
        wanted.manager_id,
    )
    user.roles = ",".join(role for role in ROLES if role in wanted.roles)


def _profile(session: Session, actor: Actor, user: User) -> None:
    """Keep the item under which a person is found in line with their row."""
    profile = session.scalar(select(Profile).where(Profile.user_id == user.id))
    post = session.scalar(select(Post).where(Post.id == user.post_id))
    if profile is None:
        profile = Profile(user_id=user.id, author_id=user.id, created_at=actor.now, published_at=actor.now)
    profile.title = user.name
    profile.names = (
        f"{user.username} {spellings(user.name)} {post.name if post else ''} {post.name_en if post else ''}"
    )
    profile.state = PUBLISHED if user.is_active else ARCHIVED
    profile.department_id = user.department_id
    profile.updated_at = actor.now
    session.add(profile)
    session.flush()


def _facts(user: User) -> dict[str, object]:
    wanted = ("username", "name", "email", "department_id", "post_id", "manager_id", "roles")
    return {name: getattr(user, name) for name in wanted}


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise InvalidError(_l("There is no such choice."))
    return value
