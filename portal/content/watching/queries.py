"""Reads of watching: whether somebody follows something, who follows it, and all that one follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, tuple_

from portal.content.watching.models import ITEM, Follow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

OWN = select(Follow.id).where(
    Follow.user_id == bindparam("user_id"),
    Follow.sort == bindparam("sort"),
    Follow.target == bindparam("target"),
    Follow.stopped_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who follows one of several things."""

    id: int
    user_id: int
    sort: str
    target: str


def followed(session: Session, actor: Actor, sort: str, target: str) -> int | None:
    """The number under which somebody follows something; None when they do not."""
    return session.scalar(OWN, {"user_id": actor.user_id, "sort": sort, "target": target})


def all_of(session: Session, actor: Actor) -> Sequence[Follow]:
    """Everything that somebody follows, the latest first."""
    own = select(Follow).where(Follow.user_id == actor.user_id, Follow.stopped_at.is_(None))
    return session.scalars(own.order_by(Follow.id.desc())).all()


def followers(session: Session, things: Iterable[tuple[str, str]], at: dt.datetime) -> list[Follower]:
    """Who follows any of these things, and did so at a moment: nobody is told of what was before."""
    wanted = tuple_(Follow.sort, Follow.target).in_(sorted(things))
    columns = Follow.id, Follow.user_id, Follow.sort, Follow.target
    found = select(*columns).where(wanted, Follow.stopped_at.is_(None), Follow.created_at <= at)
    return [Follower(*row) for row in session.execute(found.order_by(Follow.id))]


def stopped(session: Session, item_id: int) -> set[int]:
    """Who has stopped following an item and wants to hear of it no more."""
    gone = select(Follow.user_id).where(
        Follow.sort == ITEM, Follow.target == str(item_id), Follow.stopped_at.is_not(None)
    )
    return set(session.scalars(gone))


def searches(session: Session, most: int) -> dict[str, list[Follower]]:
    """Every search that is followed, with those who do."""
    found: dict[str, list[Follower]] = {}
    columns = Follow.id, Follow.user_id, Follow.sort, Follow.target
    rows = session.execute(
        select(*columns).where(Follow.sort == "query", Follow.stopped_at.is_(None)).order_by(Follow.id)
    )
    for row in rows:
        if row.target in found or len(found) < most:
            found.setdefault(row.target, []).append(Follower(*row))
    return found
