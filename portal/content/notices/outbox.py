"""What is to be mailed: gathers waiting notices into mails, each notice into one mail, each period into one digest.

A mail is a row made in the same transaction that takes the notices, so that nothing is taken and then forgotten. What
was read in the portal before is not mailed; what nobody wants by mail stays where it is and grows too old.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from portal.content.notices import wishes
from portal.content.notices.models import QUEUED, Mail, Notice
from portal.content.notices.wishes import DAILY, NOW, WEEKLY
from portal.kernel.db import reading, upsert
from portal.people.models import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.content.notices.wishes import Wanted

GATHERING = dt.timedelta(seconds=90)
"""So long the first notice waits for others: ten replies make one mail."""

TOO_OLD = dt.timedelta(days=9)
KEPT_READ = dt.timedelta(days=180)
KEPT_MAILS = dt.timedelta(days=60)


def gather(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Make the mails that are due by now. Without a mail server there are none; notices stay in the portal."""
    if not settings.has_mail:
        return
    with reading(), sessions() as session:
        waiting = _waiting(session, now)
    for user_id in waiting:
        with sessions.begin() as session:
            _gather_for(session, settings, now, user_id)


def tidy(sessions: sessionmaker[Session], _settings: Settings, now: dt.datetime) -> None:
    """Forget what was read half a year ago, and mails that were dealt with long since."""
    old = Notice.read_at < now - KEPT_READ
    done = (Mail.state != QUEUED) & (Mail.created_at < now - KEPT_MAILS)
    with reading(), sessions() as session:
        found = (
            session.scalar(select(Notice.id).where(old).limit(1)),
            session.scalar(select(Mail.id).where(done).limit(1)),
        )
    if any(found):
        with sessions.begin() as session:
            session.execute(delete(Notice).where(old))
            session.execute(delete(Mail).where(done))


def _waiting(session: Session, now: dt.datetime) -> Sequence[int]:
    """Who has something that might be mailed: active people with an address."""
    found = select(Notice.user_id).join(User, User.id == Notice.user_id).where(*_pending(now))
    return session.scalars(found.where(User.is_active, User.email != "").distinct()).all()


def _pending(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return Notice.mailed_at.is_(None), Notice.read_at.is_(None), Notice.at > now - TOO_OLD


def _gather_for(session: Session, settings: Settings, now: dt.datetime, user_id: int) -> None:
    wanted = wishes.of(session, user_id)
    oldest = session.execute(
        select(func.min(Notice.at), func.min(Notice.id)).where(
            Notice.user_id == user_id, Notice.event.in_(wanted.events(NOW)), *_pending(now)
        )
    ).one()
    if oldest[0] is not None and oldest[0] <= now - GATHERING:
        _take(session, now, user_id, NOW, f"now:{user_id}:{oldest[1]}", wanted.events(NOW), now)
    for delivery, end in (
        (DAILY, daily_end(settings, wanted, now)),
        (WEEKLY, weekly_end(settings, wanted, now)),
    ):
        day = end.astimezone(settings.zone).date()
        _take(session, now, user_id, delivery, f"{delivery}:{user_id}:{day}", wanted.events(delivery), end)


def _take(  # noqa: PLR0913, PLR0917 - the columns of a mail
    session: Session, now: dt.datetime, user_id: int, delivery: str, key: str, events: list[str], end: dt.datetime
) -> None:  # fmt: skip
    """Put what has gathered before `end` into a mail, unless the mail of that key was made already."""
    pending = Notice.user_id == user_id, Notice.event.in_(events), *_pending(now), Notice.at <= end
    if session.scalar(select(Notice.id).where(*pending).limit(1)) is None:
        return
    mail_id = _begin(session, now, user_id, delivery, key)
    if mail_id is not None:
        taken = update(Notice).where(*pending).values(mailed_at=now, mail_id=mail_id)
        session.execute(taken.execution_options(synchronize_session=False))


def _begin(session: Session, now: dt.datetime, user_id: int, delivery: str, key: str) -> int | None:
    """A new mail; None when another worker, or an earlier round, has made it."""
    row = {
        "user_id": user_id,
        "key": key,
        "delivery": delivery,
        "state": QUEUED,
        "attempts": 0,
        "due_at": now,
        "created_at": now,
        "error": "",
    }
    adding = upsert(session, Mail).values(row).on_conflict_do_nothing().returning(Mail.id)
    made: int | None = session.scalar(adding)
    return made


def daily_end(settings: Settings, wanted: Wanted, now: dt.datetime) -> dt.datetime:
    """The last moment at which the daily digest was due, in the company's time zone."""
    return _last(settings, now, wanted.hour, 1, 0)


def weekly_end(settings: Settings, wanted: Wanted, now: dt.datetime) -> dt.datetime:
    """The last moment at which the weekly digest was due."""
    local = now.astimezone(settings.zone).date()
    return _last(settings, now, wanted.hour, 7, (local.weekday() - wanted.weekday) % 7)


def _last(settings: Settings, now: dt.datetime, hour: int, period: int, days_ago: int) -> dt.datetime:
    """That hour on that day of the calendar, or one period before when it is still to come.

    Counted in days of the calendar, not in hours: where clocks change, a day has 23 or 25 of them.
    """
    day = now.astimezone(settings.zone).date() - dt.timedelta(days=days_ago)
    due = dt.datetime.combine(day, dt.time(hour), settings.zone)
    if due > now:
        due = dt.datetime.combine(day - dt.timedelta(days=period), dt.time(hour), settings.zone)
    return due.astimezone(dt.UTC)
