"""What the worker looks after: spaces' rules reach their documents, and who is responsible is reminded in time.

Each round first looks, without the write lock, for what is due; nothing due costs three reads. What was told is noted with
the item and named by the notice's key, so that two workers at once tell it once.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from portal.content import actors
from portal.content.notices.services import Told, tell
from portal.content.verification import acts, events, keepers, trust, weeks
from portal.content.verification.models import AUTHOR, Verification, VerificationRule
from portal.kernel.db import reading
from portal.people.models import User
from portal.platform import access
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.kernel.actor import Actor

AT_ONCE = 100


def look_after(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Do what is due by now."""
    actor, limits = actors.system(now, settings.zone), weeks.limits(settings)
    for find, do in ((_unplanned, _adopt), (_left, _tell_left), (_to_remind, _remind)):
        with reading(), sessions() as session:
            ids = find(session, actor, limits)
        for item_id in ids[:AT_ONCE]:
            with sessions.begin() as session:
                item = session.scalar(access.unscoped(Item).where(Item.id == item_id))
                if item and item.state == PUBLISHED:
                    access.lock(session, item)
                    do(session, actor, limits, item)


def _unplanned(session: Session, _actor: Actor, _limits: weeks.Limits) -> list[int]:
    """Published documents of spaces with a rule that nobody has planned, verified or exempted yet."""
    bare = Verification.due_on.is_(None) & Verification.verified_at.is_(None) & ~Verification.is_exempt
    found = (
        select(Item.id)
        .join(VerificationRule, VerificationRule.space_id == Item.space_id)
        .outerjoin(Verification, Verification.item_id == Item.id)
        .where(Item.kind == "document", Item.state == PUBLISHED, or_(Verification.item_id.is_(None), bare))
    )
    return list(session.scalars(found.order_by(Item.id).limit(AT_ONCE)))


def _adopt(session: Session, actor: Actor, limits: weeks.Limits, item: Item) -> None:
    """Plan a document as its space wants it: its author's when they are still here, else the editors'."""
    rule = session.scalar(select(VerificationRule).where(VerificationRule.space_id == item.space_id))
    row = acts.row_of(session, item)
    if rule is None or row.due_on or row.verified_at or row.is_exempt:
        return
    author = {item.author_id} if rule.keeper == AUTHOR else set()
    row.keeper_id = next(iter(author & keepers.responsible(session, item, item.author_id)), None)
    row.interval_days = rule.interval_days
    row.promised_on = actor.today + dt.timedelta(days=rule.interval_days)
    weeks.set_due(session, actor, item, row, limits, soonest=True)
    row.turn += 1
    session.add(row)


def _left(session: Session, _actor: Actor, _limits: weeks.Limits) -> list[int]:
    """What a keeper has left behind, as long as those who have it now have not been told."""
    is_told = func.coalesce(Verification.left_by, 0) == Verification.keeper_id
    found = _published(select(Verification.item_id)).where(Verification.keeper_id.is_not(None))
    return list(session.scalars(found.where(~keepers.KEEPS, ~is_told).limit(AT_ONCE)))


def _tell_left(session: Session, actor: Actor, _limits: weeks.Limits, item: Item) -> None:
    row = acts.row_of(session, item)
    name = session.scalar(select(User.name).where(User.id == row.keeper_id))
    row.left_by = row.keeper_id
    told = Told(
        events.LEFT, item, f"verification:{item.id}:left:{row.keeper_id}:{row.turn}", data={"name": name}
    )
    tell(session, actor, keepers.responsible(session, item, row.keeper_id), told)


def _to_remind(session: Session, actor: Actor, limits: weeks.Limits) -> list[int]:
    """What is near its end or past it and has not been reminded of in this period."""
    near = actor.today + dt.timedelta(days=limits.lead_days)
    dates = select(Verification.item_id, Verification.due_on, Verification.reminded)
    rows = session.execute(_published(dates).where(Verification.due_on <= near))
    return [item_id for item_id, due_on, reminded in rows if reminded != _period(due_on, actor.today, limits)]


def _remind(session: Session, actor: Actor, limits: weeks.Limits, item: Item) -> None:
    row = acts.row_of(session, item)
    if row.due_on is None or row.reminded == (period := _period(row.due_on, actor.today, limits)):
        return
    row.reminded = period
    is_over = row.verified_at is not None and row.due_on < actor.today
    told = Told(
        events.EXPIRED if is_over else events.SOON,
        item,
        f"verification:{item.id}:{period}",
        data={"day": row.due_on.isoformat()},
    )
    tell(session, actor, keepers.responsible(session, item, row.keeper_id), told)


def _period(due_on: dt.date, today: dt.date, limits: weeks.Limits) -> str:
    return f"{due_on}:{trust.reminder(due_on, today, limits.lead_days)}"


def _published(statement: Any) -> Any:  # noqa: ANN401 - a SELECT of any columns
    return statement.join(Item, Item.id == Verification.item_id).where(Item.state == PUBLISHED)
