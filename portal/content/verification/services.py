"""Verbs of verification: vouch for an item, say who keeps it and how often, doubt it, give a space a rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.notices.services import Told, tell
from portal.content.reach import people_who_read
from portal.content.verification import acts, events, keepers, policy, weeks
from portal.content.verification.models import (
    AUTHOR,
    DOUBT_LENGTH,
    EDITORS,
    NOTE_LENGTH,
    Verification,
    VerificationRule,
)
from portal.kernel.actor import READER
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.messages import _l
from portal.kernel.typed import line
from portal.people.models import User
from portal.platform import access, audit, timeline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.content.verification.models import VerificationAct
    from portal.content.verification.weeks import Limits
    from portal.kernel.actor import Actor
    from portal.platform.items import Item

INTERVALS = (30, 90, 180, 365, 730)
MOVED_ON = _l("It has been changed since you opened it. Read it as it is now, then verify it.")
ACTED_ON = _l("Somebody has verified or doubted it since you opened it. Look at it again.")
FURTHEST = dt.timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody had before their eyes when they vouched for an item.

    Args:
        version: of the item.
        turn: of its verification.
        until: the last day they vouch for; None for what the interval says.
        interval_days: for an item without one; whoever vouches for what nobody kept keeps it from now on.
        note: what they add.
    """

    version: int
    turn: int
    until: dt.date | None = None
    interval_days: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who keeps an item and how often it is looked at.

    Args:
        keeper_id: key of a person, None for the editors of its space.
        interval_days: one of `INTERVALS`, None when a day is chosen each time.
        until: the last day by which it is to be looked at, None to leave that to the interval.
        is_exempt: nobody has to verify it.
    """

    keeper_id: int | None = None
    interval_days: int | None = None
    until: dt.date | None = None
    is_exempt: bool = False


def verify(
    session: Session, actor: Actor, item: Item, seen: Seen, limits: Limits, act: VerificationAct
) -> None:
    """Vouch for an item as one has seen it, for its interval or until a day; an open doubt is settled by it.

    Raises:
        ForbiddenError: the actor neither keeps it nor edits it.
        ConflictError: it has been changed, verified or doubted since they saw it.
        InvalidError: it has no interval and no day is given, or the day is not ahead.
    """
    row = _open(session, item)
    access.require(
        policy.may_verify(actor, item, row.keeper_id),
        _l("Its keeper, its author and the editors of its space verify it."),
    )
    if _was_sent_before(actor, row, seen):
        return
    if item.version != seen.version:
        raise ConflictError(MOVED_ON, item)
    if row.turn != seen.turn:
        raise ConflictError(ACTED_ON, item)
    _check_interval(seen.interval_days)
    promise = _promise(actor, seen.until, row.interval_days or seen.interval_days)
    before, doubter = acts.snapshot(row), row.doubted_by
    if row.promised_on is None and row.verified_at is None:
        row.keeper_id, row.interval_days = (
            row.keeper_id or actor.user_id,
            row.interval_days or seen.interval_days,
        )
    row.verified_at, row.verified_by, row.verified_version = actor.now, actor.user_id, item.version
    row.note, row.is_changed, row.is_exempt = line(seen.note)[:NOTE_LENGTH], False, False
    row.doubted_at = row.doubted_by = None
    row.doubt, row.promised_on = "", promise
    weeks.set_due(session, actor, item, row, limits)
    _finish(session, actor, item, row, act, before)
    timeline.record(
        session, actor, item, "verified", until=row.due_on.isoformat() if row.due_on else "", note=row.note
    )
    if doubter:
        tell(
            session,
            actor,
            {doubter},
            Told(events.SETTLED, item, f"verification:{item.id}:settled:{row.turn}"),
        )


def plan(
    session: Session, actor: Actor, item: Item, wanted: Plan, limits: Limits, act: VerificationAct
) -> None:
    """Say who keeps an item and how often it is looked at.

    A day that would lie in the past by a new, shorter interval counts from today: a rule made today was not broken yesterday.

    Raises:
        ForbiddenError: the actor may not edit it.
        InvalidError: the keeper may not read it or may not verify, the interval is unknown, or the day is not ahead.
    """
    row = _open(session, item)
    access.require(
        policy.may_plan(actor, item), _l("Its author and the editors of its space choose who keeps it.")
    )
    if wanted.keeper_id != row.keeper_id:
        _check_keeper(session, item, wanted.keeper_id)
    _check_interval(wanted.interval_days)
    promise = None if wanted.is_exempt else _planned(actor, row, wanted)
    before = acts.snapshot(row)
    row.keeper_id, row.interval_days, row.is_exempt = wanted.keeper_id, wanted.interval_days, wanted.is_exempt
    is_over = row.verified_at is not None and row.due_on is not None and row.due_on < actor.today
    if promise != row.promised_on or (before["keeper_id"] != row.keeper_id and not is_over):
        row.promised_on = promise
        weeks.set_due(session, actor, item, row, limits, soonest=is_over or row.verified_at is None)
    if acts.snapshot(row) == before:
        return
    _finish(session, actor, item, row, act, before)
    timeline.record(session, actor, item, "kept", keeper=row.keeper_id, interval=row.interval_days)
    if row.keeper_id != before["keeper_id"]:
        row.left_by = None
    if row.keeper_id and row.keeper_id != before["keeper_id"]:
        told = Told(events.KEEPER, item, f"verification:{item.id}:keeper:{row.turn}")
        tell(session, actor, {row.keeper_id}, told)


def doubt(session: Session, actor: Actor, item: Item, reason: str, act: VerificationAct) -> None:
    """Say that an item is no longer right, and why; it shows as doubted until somebody responsible verifies it.

    Raises:
        ForbiddenError: the actor is no member, or it is not published.
        InvalidError: no reason is given.
        ConflictError: somebody else's doubt is open already.
    """
    row = _open(session, item)
    access.require(policy.may_doubt(actor, item))
    why = line(reason)[:DOUBT_LENGTH]
    if not why:
        raise InvalidError(_l("Say what is no longer right, so that somebody can correct it."))
    if row.doubted_at:
        if (row.doubted_by, row.doubt) == (actor.user_id, why):
            return
        raise ConflictError(_l("Somebody has doubted it already. Reply to it to add what you know."), item)
    before = acts.snapshot(row)
    row.doubted_at, row.doubted_by, row.doubt = actor.now, actor.user_id, why
    _finish(session, actor, item, row, act, before)
    timeline.record(session, actor, item, "doubted", reason=why)
    concerned = keepers.responsible(session, item, row.keeper_id) | {item.author_id}
    told = Told(events.DOUBTED, item, f"verification:{item.id}:doubted:{row.turn}", data={"reason": why})
    tell(session, actor, concerned, told)


def set_rule(session: Session, actor: Actor, space: Space, interval_days: int | None, keeper: str) -> None:
    """Say what a space wants of all its documents; those without a plan get one within the minute, a few a week.

    Args:
        session: open session.
        actor: an editor of the space or an administrator.
        space: the space.
        interval_days: one of `INTERVALS`; None to want nothing any more. Plans that were made stay.
        keeper: `author` or `editors`.

    Raises:
        ForbiddenError: the actor may not.
        InvalidError: interval or keeper are unknown.
    """
    access.require(
        policy.may_rule(actor, space), _l("Only the editors of the space and administrators do this.")
    )
    _check_interval(interval_days)
    if keeper not in {AUTHOR, EDITORS}:
        raise InvalidError(_l("Choose who keeps the documents."))
    rule = session.scalar(select(VerificationRule).where(VerificationRule.space_id == space.id))
    if interval_days is None:
        if rule:
            session.delete(rule)
    elif rule:
        rule.interval_days, rule.keeper = interval_days, keeper
    else:
        session.add(VerificationRule(space_id=space.id, interval_days=interval_days, keeper=keeper))
    audit.note(
        session, actor, "verification.rule", f"space:{space.id}", interval=interval_days, keeper=keeper
    )


def _open(session: Session, item: Item) -> Verification:
    """An item's verification, with the item locked, so that two people act one after the other."""
    access.lock(session, item)
    row = acts.row_of(session, item)
    if row in session:
        session.refresh(row)
    return row


def _finish(
    session: Session,
    actor: Actor,
    item: Item,
    row: Verification,
    act: VerificationAct,
    before: dict[str, object],
) -> None:
    acts.keep(session, act, row, before)
    acts.mirror(actor, item, row)
    session.flush()


def _was_sent_before(actor: Actor, row: Verification, seen: Seen) -> bool:
    """The same form a second time: its own first sending is all that has happened since."""
    is_own = (row.verified_by, row.verified_version, row.turn) == (actor.user_id, seen.version, seen.turn + 1)
    return is_own and row.doubted_at is None and row.verified_at is not None


def _promise(actor: Actor, until: dt.date | None, interval_days: int | None) -> dt.date:
    if until is None:
        if interval_days is None:
            raise InvalidError(_l("Say until when it holds; it has no interval."))
        return actor.today + dt.timedelta(days=interval_days)
    if until <= actor.today:
        raise InvalidError(_l("Choose a day after today."))
    if until > actor.today + FURTHEST:
        raise InvalidError(_l("Choose a day within the next ten years."))
    return until


def _planned(actor: Actor, row: Verification, wanted: Plan) -> dt.date | None:
    if wanted.until:
        # A day that stood there before may be over by now; keeping it is no new promise.
        return wanted.until if wanted.until == row.promised_on else _promise(actor, wanted.until, None)
    if wanted.interval_days is None:
        return None
    if wanted.interval_days == row.interval_days and row.promised_on:
        return row.promised_on
    days = dt.timedelta(days=wanted.interval_days)
    since = row.verified_at.astimezone(actor.zone).date() if row.verified_at else actor.today
    return since + days if since + days > actor.today else actor.today + days


def _check_keeper(session: Session, item: Item, keeper_id: int | None) -> None:
    if keeper_id is None:
        return
    user = session.scalar(select(User).where(User.id == keeper_id))
    if user is None or keeper_id not in people_who_read(session, item):
        raise InvalidError(_l("This person does not read it, so they cannot keep it."))
    if user.role_set <= {READER}:
        raise InvalidError(_l("This person only reads here; a keeper must be a member."))


def _check_interval(interval_days: int | None) -> None:
    if interval_days is not None and interval_days not in INTERVALS:
        raise InvalidError(_l("Choose one of the intervals."))
