"""Reminders of must-reads, and telling those who have joined an audience: finds by itself what is due.

Days are those of the company's calendar. What somebody is told bears a key that names the day or week it is for, so that a
reminder is given once however often, and by however many workers, this is called.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import true

from portal.content import actors
from portal.content.must_reads import census, events, queries
from portal.content.must_reads.models import MustRead
from portal.content.must_reads.services import asked_key
from portal.content.notices.services import Told, tell
from portal.kernel.db import reading
from portal.platform.access import unscoped
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

SOON = dt.timedelta(days=3)
FRIDAY = 5


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that people are to be told."""

    must_read: MustRead
    item_id: int
    event: str
    key: str
    people: frozenset[int]


def run(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Remind of what is due, and tell new readers what they are asked to sign."""
    today = now.astimezone(settings.zone).date()
    with reading(), sessions() as session:
        due = list(_due(session, today, settings.zone))
    for reminder in due:
        with sessions.begin() as session:
            _give(session, settings, now, reminder)


def _due(session: Session, today: dt.date, zone: ZoneInfo) -> Iterator[Reminder]:
    """Everything that somebody has not been told yet."""
    open_ones = queries.in_force(session, true())
    if not open_ones:
        return
    wanted = unscoped(Item).where(Item.id.in_([one.item_id for one in open_ones]), Item.state == PUBLISHED)
    items = {item.id: item for item in session.scalars(wanted)}
    pairs = [(one, items[one.item_id]) for one in open_ones if one.item_id in items]
    asked = census.asked(session, census.take(session), pairs)
    signed = queries.signatures(session, asked)
    reminders = [
        Reminder(one, item.id, event, key, _unsigned(one, asked[one.id].people, signed[one.id]))
        for one, item in pairs
        for event, key in _occasions(one, today, one.created_at.astimezone(zone).date())
    ]
    told = queries.told(session, items, [reminder.key for reminder in reminders])
    for reminder in reminders:
        untold = reminder.people - told[reminder.key] - {reminder.must_read.created_by}
        if untold:
            yield Reminder(reminder.must_read, reminder.item_id, reminder.event, reminder.key, untold)


def _unsigned(
    must_read: MustRead, people: frozenset[int], signed: dict[int, queries.Signed]
) -> frozenset[int]:
    return frozenset(
        user_id
        for user_id in people
        if user_id not in signed or signed[user_id].version < must_read.required_version
    )


def _occasions(must_read: MustRead, today: dt.date, asked_on: dt.date) -> Iterator[tuple[str, str]]:
    """What those who have not signed are told on a day, with the key that it is told under.

    They are told that they are asked; three days before the end (or as soon after that as the portal is at work) unless they
    were only asked then; on the last day; and from then on once in each week, not on a weekend.
    """
    yield events.ASKED, asked_key(must_read)
    about = f"must_read:{must_read.id}:{must_read.required_version}"
    due = must_read.due
    if asked_on < due - SOON <= today < due:
        yield events.DUE, f"{about}:soon:{due.isoformat()}"
    if today == due:
        yield events.DUE, f"{about}:due:{due.isoformat()}"
    if today > due and today.weekday() < FRIDAY:
        year, week, _day = today.isocalendar()
        yield events.OVERDUE, f"{about}:overdue:{due.isoformat()}:{year}-{week}"


def _give(session: Session, settings: Settings, now: dt.datetime, reminder: Reminder) -> None:
    must_read = reminder.must_read
    # Whoever asked is named as the one who asks; reminders come from the portal.
    author = must_read.created_by if reminder.event == events.ASKED else 0
    item = session.scalar(unscoped(Item).where(Item.id == reminder.item_id))
    told = Told(
        reminder.event,
        item,
        reminder.key,
        "" if reminder.event == events.ASKED else f"/must-reads/{must_read.id}",
        {"due": must_read.due.isoformat()},
    )
    if item is not None:
        tell(session, actors.system(now, settings.zone, author), reminder.people, told)
