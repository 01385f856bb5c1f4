"""Verbs of watching: follow, stop, go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from portal.content.watching.models import ITEM, TARGET_LENGTH, Follow
from portal.kernel.db import upsert
from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.messages import _l

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST = 300


def follow(session: Session, actor: Actor, sort: str, target: str) -> Follow:
    """Follow something that was found under the actor's rights; following it twice is following it once.

    Args:
        session: open session.
        actor: who follows.
        sort: one of `models.SORTS`.
        target: key, folded tag or search.

    Raises:
        InvalidError: the search is too long, or they follow too much already.
    """
    if len(target) > TARGET_LENGTH:
        raise InvalidError(_l("This search is too long to be followed."))
    own = Follow.user_id == actor.user_id, Follow.stopped_at.is_(None)
    if (session.scalar(select(func.count()).select_from(Follow).where(*own)) or 0) >= MOST:
        raise InvalidError(_l("You follow %(n)s things. Stop following some of them first.", n=MOST))
    row = _row(actor, sort, target, is_own=True)
    again = upsert(session, Follow).values(row).on_conflict_do_update(
        index_elements=["user_id", "sort", "target"], set_={"stopped_at": None, "is_own": True}
    )  # fmt: skip
    made: Follow = session.scalars(again.returning(Follow).execution_options(populate_existing=True)).one()
    return made


def follow_by_itself(session: Session, actor: Actor, item_id: int) -> None:
    """Whoever writes something or replies to it follows it, unless they have stopped following it."""
    if not actor.user_id:
        return
    row = _row(actor, ITEM, str(item_id), is_own=False)
    session.execute(upsert(session, Follow).values(row).on_conflict_do_nothing())


def stop(session: Session, actor: Actor, follow_id: int) -> None:
    """Follow something no more.

    Raises:
        NotFoundError: this person follows no such thing.
    """
    _change(session, actor, follow_id, stopped=True)


def go_on(session: Session, actor: Actor, follow_id: int) -> None:
    """Undo `stop`.

    Raises:
        NotFoundError: this person has never followed it.
    """
    _change(session, actor, follow_id, stopped=False)


def _change(session: Session, actor: Actor, follow_id: int, *, stopped: bool) -> None:
    own = update(Follow).where(Follow.id == follow_id, Follow.user_id == actor.user_id)
    changed = own.values(stopped_at=actor.now if stopped else None).returning(Follow.id)
    if session.execute(changed).first() is None:
        raise NotFoundError


def _row(actor: Actor, sort: str, target: str, *, is_own: bool) -> dict[str, object]:
    return {
        "user_id": actor.user_id,
        "sort": sort,
        "target": target,
        "is_own": is_own,
        "created_at": actor.now,
    }
