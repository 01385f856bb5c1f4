"""Verbs of posts. A post is never removed: its code stands in audiences and its people keep it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.messages import _l
from portal.people import policy
from portal.people.models import Post, User
from portal.platform import audit
from portal.platform.access import require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with the number of active people who hold it."""

    id: int
    code: str
    name: str
    name_en: str
    count: int


def overview(session: Session) -> list[PostRow]:
    """All posts with their people counted, in the order they were made."""
    statement = (
        select(Post.id, Post.code, Post.name, Post.name_en, func.count(User.id))
        .outerjoin(User, (User.post_id == Post.id) & User.is_active)
        .group_by(Post.id)
        .order_by(Post.id)
    )
    return [PostRow(*row) for row in session.execute(statement)]


def find(session: Session, post_id: int) -> Post:
    """One post.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(select(Post).where(Post.id == post_id))
    if found is None:
        raise NotFoundError
    return found


def add(session: Session, actor: Actor, name: str, name_en: str) -> Post:
    """Add a post; its code, which audiences name it by, is made of the English name and never changes.

    Raises:
        InvalidError: the name is missing, too long or taken.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    _check(session, name, name_en, None)
    post = Post(code=_code(session, name_en), name=name, name_en=name_en)
    session.add(post)
    session.flush()
    audit.note(session, actor, "post.added", f"post:{post.code}", name=name)
    return post


def rename(session: Session, actor: Actor, post: Post, name: str, name_en: str) -> None:
    """Call a post something else.

    Raises:
        InvalidError: the name is missing, too long or taken.
        ForbiddenError: the actor is no administrator.
    """
    require(policy.may_administer(actor))
    _check(session, name, name_en, post.id)
    post.name, post.name_en = name, name_en
    audit.note(session, actor, "post.renamed", f"post:{post.code}", name=name)


def _check(session: Session, name: str, name_en: str, own_id: int | None) -> None:
    if not name or max(len(name), len(name_en)) > NAME_LENGTH:
        raise _refused(_l("Give the post a name of at most %(n)s characters.", n=NAME_LENGTH))
    if session.scalar(select(Post.id).where(Post.name == name)) not in {None, own_id}:
        raise _refused(_l("There is already a post of this name."))


def _code(session: Session, name_en: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name_en.lower()).strip("-")[:30]
    taken = session.scalar(select(Post.id).where(Post.code == plain))
    return plain if plain and not taken else f"{plain or 'post'}-{secrets.token_hex(3)}"


def _refused(message: object) -> InvalidError:
    return InvalidError(message, {"name": [str(message)]})
