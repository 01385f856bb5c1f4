"""How people want to be told by mail: at once, in a digest, not at all; by group of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portal.content.notices.events import EVENTS, MENTIONS, REPLIES, TASKS, groups
from portal.content.notices.models import Notice, Wish
from portal.people.models import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

NOW, DAILY, WEEKLY, NEVER = "now", "daily", "weekly", "never"
DELIVERIES = (NOW, DAILY, WEEKLY, NEVER)
AT_ONCE = {MENTIONS.name, REPLIES.name, TASKS.name}
"""What concerns somebody in person comes at once, the rest once a day, until they choose otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants.

    Args:
        choices: name of a group to its delivery.
        hour: of the company's day, at which digests are sent.
        weekday: of the weekly digest, 0 for Monday.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    hour: int = 8
    weekday: int = 0

    def delivery(self, group: str) -> str:
        """How events of a group are delivered."""
        return self.choices.get(group) or (NOW if group in AT_ONCE else DAILY)

    def events(self, delivery: str) -> list[str]:
        """Names of the events that are delivered in a way."""
        return [event.name for event in EVENTS.values() if self.delivery(event.group.name) == delivery]


def of(session: Session, user_id: int) -> Wanted:
    """What one person wants."""
    found = session.scalar(select(Wish).where(Wish.user_id == user_id))
    return Wanted(found.choices, found.hour, found.weekday) if found else Wanted()


def of_all(session: Session, user_ids: list[int]) -> dict[int, Wanted]:
    """What several people want, in one query."""
    rows = session.scalars(select(Wish).where(Wish.user_id.in_(user_ids)))
    known = {row.user_id: Wanted(row.choices, row.hour, row.weekday) for row in rows}
    return {user_id: known.get(user_id, Wanted()) for user_id in user_ids}


def address(session: Session, user_id: int) -> str:
    """Where one's mails go; empty when no address is known."""
    return session.scalar(select(User.email).where(User.id == user_id)) or ""


def choose(session: Session, actor: Actor, wanted: Wanted) -> None:
    """Save what one wants. What had gathered while one wanted no mail of a group is not sent afterwards."""
    before = of(session, actor.user_id)
    woken = [
        event.name for event in EVENTS.values() if before.delivery(event.group.name) == NEVER
        and wanted.delivery(event.group.name) != NEVER
    ]  # fmt: skip
    if woken:
        _settle(session, actor, woken)
    session.merge(
        Wish(user_id=actor.user_id, choices=dict(wanted.choices), hour=wanted.hour, weekday=wanted.weekday)
    )


def stop(session: Session, actor: Actor, group: str) -> None:
    """No more mail of a group, or of none at all when no group is named."""
    before = of(session, actor.user_id)
    names = [group] if group else [each.name for each in groups()]
    choose(
        session, actor, Wanted({**before.choices, **dict.fromkeys(names, NEVER)}, before.hour, before.weekday)
    )


def _settle(session: Session, actor: Actor, events: list[str]) -> None:
    waiting = update(Notice).where(
        Notice.user_id == actor.user_id, Notice.event.in_(events), Notice.mailed_at.is_(None)
    )
    session.execute(waiting.values(mailed_at=actor.now).execution_options(synchronize_session=False))
