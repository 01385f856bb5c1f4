"""Making an actor of a user: who they are and what they may read, asked anew each time and never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from portal.content.spaces.models import Space, SpaceEditor, SpaceReader
from portal.kernel.actor import EVERYONE, ROLES, Actor
from portal.people.credentials import digest
from portal.people.models import Department, Post, SignIn, Token, User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session


USERS = (
    select(
        User.id,
        User.username,
        User.name,
        User.roles,
        User.locale,
        User.theme,
        User.department_id,
        Department.path,
        Post.code,
    )
    .join(Department, Department.id == User.department_id)
    .outerjoin(Post, Post.id == User.post_id)
    .where(User.is_active)
)
NOW: BindParameter[Any] = bindparam("now")
SECRET: BindParameter[Any] = bindparam("secret")
USER: BindParameter[Any] = bindparam("user")
TOKENS: BindParameter[Any] = bindparam("own", expanding=True)
BY_ID = USERS.where(User.id == USER)
BY_NAME = USERS.where(User.username == USER)
BY_SIGN_IN = USERS.join(SignIn, SignIn.user_id == User.id).where(
    SignIn.digest == SECRET, SignIn.expires_at > NOW, SignIn.epoch == User.epoch
)
BY_TOKEN = USERS.join(Token, Token.user_id == User.id).where(
    Token.digest == SECRET, Token.expires_at > NOW, Token.epoch == User.epoch
)
SPACES = (
    select(
        Space.id, SpaceEditor.user_id, Space.needs_review, SpaceReader.token.is_not(None).label("is_reader")
    )
    .outerjoin(SpaceEditor, (SpaceEditor.space_id == Space.id) & (SpaceEditor.user_id == USER))
    .outerjoin(SpaceReader, (SpaceReader.space_id == Space.id) & SpaceReader.token.in_(TOKENS))
    # Review binds the author of a document even when its space is no longer theirs to read.
    .where(or_(SpaceEditor.user_id.is_not(None), SpaceReader.token.is_not(None), Space.needs_review))
    .distinct()
)


def load(session: Session, user_id: int, now: dt.datetime, zone: ZoneInfo) -> Actor | None:
    """The actor of an active user; None when there is no such user or the account is deactivated."""
    return _actor(session, BY_ID, {"user": user_id}, now, zone)


def of_sign_in(session: Session, secret: str, now: dt.datetime, zone: ZoneInfo) -> Actor | None:
    """The actor whose browser holds this secret, as long as the sign-in is good."""
    return _actor(session, BY_SIGN_IN, {"secret": digest(secret), "now": now}, now, zone)


def of_token(session: Session, secret: str, now: dt.datetime, zone: ZoneInfo) -> Actor | None:
    """The actor whose API key this is, as long as it is good."""
    return _actor(session, BY_TOKEN, {"secret": digest(secret), "now": now}, now, zone)


def by_username(session: Session, username: str, now: dt.datetime, zone: ZoneInfo) -> Actor | None:
    """The actor of an active user by the name they sign in with."""
    return _actor(session, BY_NAME, {"user": username.strip().lower()}, now, zone)


def system(now: dt.datetime, zone: ZoneInfo, user_id: int = 0) -> Actor:
    """The portal itself, for set-up and maintenance: it may do everything and reads only what everyone may."""
    return Actor(user_id, "system", "", frozenset(ROLES), frozenset({EVERYONE}), frozenset(), None, now, zone)


def own_tokens(user_id: int, lineage: Iterable[int], post: str | None) -> frozenset[str]:
    """Tokens that do not depend on spaces: everyone, oneself, department and all above it, post, both joined."""
    departments = [f"dept:{department_id}" for department_id in lineage]
    tokens = {EVERYONE, f"user:{user_id}", *departments}
    if post:
        tokens |= {f"post:{post}", *(f"{department}+post:{post}" for department in departments)}
    return frozenset(tokens)


def _actor(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    known: dict[str, Any],
    now: dt.datetime,
    zone: ZoneInfo,
) -> Actor | None:
    found = session.execute(statement, known).first()
    if found is None:
        return None
    own = own_tokens(found.id, [int(part) for part in found.path.strip("/").split("/")], found.code)
    spaces, edits, reviewed = _spaces(session, found.id, own)
    return Actor(
        user_id=found.id,
        username=found.username,
        name=found.name,
        roles=frozenset(found.roles.split(",")),
        tokens=own | {f"space:{key}" for key in spaces} | {f"editors:{key}" for key in edits},
        edits=frozenset(edits),
        department_id=found.department_id,
        now=now,
        zone=zone,
        locale=found.locale,
        theme=found.theme,
        reviewed=frozenset(reviewed - edits),
    )


def _spaces(session: Session, user_id: int, tokens: frozenset[str]) -> tuple[set[int], set[int], set[int]]:
    """Keys of the spaces somebody reads, of those they edit, and of those that publish after review."""
    rows = session.execute(SPACES, {"user": user_id, "own": sorted(tokens)}).all()
    edits = {row.id for row in rows if row.user_id is not None}
    reads = {row.id for row in rows if row.is_reader} | edits
    return reads, edits, {row.id for row in rows if row.needs_review}
