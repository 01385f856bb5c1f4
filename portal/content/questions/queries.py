"""Reads of questions: lists, who was asked, what was accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from portal.content import cards
from portal.content.questions import knowing
from portal.content.questions.knowing import Reason
from portal.content.questions.models import Route
from portal.content.replies.models import Reply
from portal.people.models import User
from portal.platform import access
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor
    from portal.kernel.paging import Page

KEYS = (Item.published_at, Item.id)
QUESTIONS: tuple[Any, ...] = (Item.kind == "document", Item.is_question, Item.state == PUBLISHED)
OPEN, WITHOUT_REPLY, ANSWERED, MINE, FOR_ME = "open", "no-reply", "answered", "mine", "for-me"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked a question, and why, as far as the reader may know."""

    user_id: int
    name: str
    username: str
    by_name: str
    at: dt.datetime
    passed_at: dt.datetime | None
    reason: Reason = field(default_factory=Reason)


def condition(actor: Actor, tab: str) -> Any:  # noqa: ANN401 - an SQL condition
    """What a list of questions holds besides being questions."""
    routed = select(Route.item_id).where(Route.user_id == actor.user_id, Route.passed_at.is_(None))
    return {
        OPEN: Item.accepted_id.is_(None),
        WITHOUT_REPLY: Item.accepted_id.is_(None) & (Item.reply_count == 0),
        ANSWERED: Item.accepted_id.is_not(None),
        MINE: Item.author_id == actor.user_id,
        FOR_ME: Item.accepted_id.is_(None) & Item.id.in_(routed),
    }[tab]


def page(
    session: Session, actor: Actor, tab: str, cursor: str | None, further: Sequence[Any] = ()
) -> Page[Card]:
    """One page of a list of questions, the newest first."""
    conditions = [*QUESTIONS, condition(actor, tab), *further]
    return cards.page(session, actor, KEYS, cursor, conditions)


def counts(session: Session, actor: Actor, further: Sequence[Any] = ()) -> dict[str, int]:
    """How many questions each list holds, in one statement."""
    tabs = (OPEN, WITHOUT_REPLY, ANSWERED, MINE, FOR_ME)
    figures = [func.count().filter(condition(actor, tab)) for tab in tabs]
    row = session.execute(access.columns(actor, *figures).where(*QUESTIONS, *further)).one()
    return dict(zip(tabs, row, strict=True))


def asked(session: Session, actor: Actor, question: Item) -> list[Asked]:
    """Who was asked a question that was found under the access rule; those first who may still answer."""
    namer = select(User.name).where(User.id == Route.by_id).correlate(Route).scalar_subquery()
    rows = session.execute(
        select(User.id, User.name, User.username, func.coalesce(namer, ""), Route.at, Route.passed_at)
        .join(Route, Route.user_id == User.id)
        .where(Route.item_id == question.id, User.is_active)
        .order_by(Route.passed_at.is_not(None), Route.at, User.sort_key, User.id)
    ).all()
    if not rows:
        return []
    known = knowing.reasons(session, actor, question.id, [row[0] for row in rows])
    columns: list[list[Any]] = [list(row) for row in rows]
    return [Asked(*[*values, known.get(values[0], Reason())]) for values in columns]


def route(session: Session, item_id: int, user_id: int) -> Route | None:
    """That somebody was asked a question."""
    return session.scalar(select(Route).where(Route.item_id == item_id, Route.user_id == user_id))


def was_routed(session: Session, item_id: int) -> bool:
    """Whether anybody has been asked a question."""
    return session.scalar(select(Route.user_id).where(Route.item_id == item_id).limit(1)) is not None


def load(session: Session, people: Iterable[int], since: dt.datetime) -> dict[int, int]:
    """How many questions the portal has sent to each person since a moment."""
    sent = (
        select(Route.user_id, func.count())
        .where(Route.user_id.in_(list(people)), Route.at > since, Route.by_id.is_(None))
        .group_by(Route.user_id)
    )
    return {user_id: count for user_id, count in session.execute(sent)}  # noqa: C416 - dict() loses the types


def standing_reply(session: Session, actor: Actor, reply_id: int) -> Reply:
    """A reply that the actor may read.

    Raises:
        NotFoundError: there is none, or it was deleted.
    """
    return access.find(session, actor, Reply, reply_id)


def summaries(session: Session, actor: Actor, reply_ids: Iterable[int]) -> dict[int, str]:
    """What replies say in a few words, as far as the actor may read them."""
    found = access.columns(actor, Item.id, Item.summary).where(
        Item.id.in_(list(reply_ids)), Item.state == PUBLISHED
    )
    return {item_id: summary for item_id, summary in session.execute(found)}  # noqa: C416 - as above
