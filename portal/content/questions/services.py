"""Verbs of questions: accept an answer, take that back, ask the people who may know, pass a question on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import update

from portal.content.notices.services import Told, tell
from portal.content.questions import events, knowing, policy, queries
from portal.content.questions.models import Route
from portal.content.reach import people_who_read
from portal.kernel.db import upsert
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform import access
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.content.replies.models import Reply
    from portal.kernel.actor import Actor

FEW = 3
WEEK = dt.timedelta(days=7)
MOST_A_WEEK = 3


def accept(session: Session, actor: Actor, question: Item, reply: Reply) -> None:
    """Say that a reply answers a question; an earlier choice gives way.

    Raises:
        ForbiddenError: the actor may not.
        InvalidError: the reply stands elsewhere, or is no longer there.
    """
    access.lock(session, question)
    access.require(
        policy.may_accept(actor, question),
        _l("Whoever asked, and the editors of the space, accept an answer."),
    )
    if reply.holder_id != question.id or reply.state != PUBLISHED:
        raise InvalidError(_l("This reply is no longer there."))
    if question.accepted_id == reply.id:
        return
    question.accepted_id = reply.id
    session.flush()
    key = f"question:{question.id}:accepted:{reply.id}"
    tell(session, actor, [reply.author_id], Told(events.ACCEPTED, question, key, f"/replies/{reply.id}"))


def reopen(session: Session, actor: Actor, question: Item) -> None:
    """Say that a question has no answer after all.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, question)
    access.require(
        policy.may_accept(actor, question),
        _l("Whoever asked, and the editors of the space, accept an answer."),
    )
    question.accepted_id = None
    session.flush()


def forget(session: Session, reply: Reply) -> None:
    """A reply goes away, and with it the answer that it was."""
    gone = update(Item).where(Item.id == reply.holder_id, Item.accepted_id == reply.id)
    session.execute(gone.values(accepted_id=None))


def route(session: Session, actor: Actor, question: Item) -> list[int]:
    """Ask the people who may know a question that has just been put; nobody when it has no tags.

    Chosen are at most `FEW` of those who may read it, by what they have contributed to its tags, as far as the actor may read
    that; nobody is asked by the portal more than `MOST_A_WEEK` times in seven days.

    Returns:
        Keys of those who were asked.
    """
    if not (question.is_question and question.state == PUBLISHED) or queries.was_routed(session, question.id):
        return []
    chosen = [user_id for user_id, _reason in candidates(session, actor, question)][:FEW]
    _ask(session, actor, question, chosen, None)
    return chosen


def candidates(session: Session, actor: Actor, question: Item) -> list[tuple[int, knowing.Reason]]:
    """Who may know and has not been asked too often lately, the likeliest first."""
    session.flush()
    found = knowing.reasons(session, actor, question.id)
    possible = people_who_read(session, question) - {question.author_id, actor.user_id}
    load = queries.load(session, possible & set(found), actor.now - WEEK)
    ranked = [
        (user_id, reason)
        for user_id, reason in found.items()
        if user_id in possible and reason.score > 0 and load.get(user_id, 0) < MOST_A_WEEK
    ]
    return sorted(ranked, key=lambda pair: (-pair[1].score, pair[0]))


def ask_somebody(
    session: Session, actor: Actor, question: Item, user_id: int, *, passes: bool = False
) -> None:
    """Ask one more person; whoever passes a question on is no longer waited for.

    Raises:
        ForbiddenError: the actor may not.
        InvalidError: that person may not read the question, or is the one who asks.
    """
    own = queries.route(session, question.id, actor.user_id)
    access.require(policy.may_ask_others(actor, question, is_asked=own is not None))
    if user_id not in people_who_read(session, question) - {question.author_id}:
        raise InvalidError(fields={"person": [str(_l("Choose somebody who may read the question."))]})
    if passes and own is not None:
        own.passed_at = actor.now
    _ask(session, actor, question, [user_id], actor.user_id)


def pass_by(session: Session, actor: Actor, question: Item) -> None:
    """Say that one does not know, without naming anybody else.

    Raises:
        ForbiddenError: the actor was not asked.
    """
    own = queries.route(session, question.id, actor.user_id)
    access.require(own is not None and question.is_question)
    if own is not None:
        own.passed_at = actor.now


def _ask(session: Session, actor: Actor, question: Item, people: Iterable[int], by_id: int | None) -> None:
    """Whoever was asked before is not told again; whoever had passed it on is waited for again."""
    rows = [
        {"item_id": question.id, "user_id": user_id, "at": actor.now, "by_id": by_id, "passed_at": None}
        for user_id in people
    ]
    if not rows:
        return
    adding = upsert(session, Route).on_conflict_do_update(
        index_elements=["item_id", "user_id"], set_={"passed_at": None}
    )
    session.execute(adding, rows)
    told = Told(events.ROUTED, question, f"question:{question.id}:routed")
    tell(session, actor, [row["user_id"] for row in rows if isinstance(row["user_id"], int)], told)
