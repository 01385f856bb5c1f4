"""Verifications, made as people make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.verification import acts, services
from portal.content.verification.models import Verification
from portal.content.verification.services import Plan, Seen
from portal.content.verification.weeks import Limits
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.people.models import User
    from portal.platform.items import Item

LIMITS = Limits(a_week=5, lead_days=14)


def row_of(session: Session, item: Item) -> Verification:
    """What is stored of an item."""
    return session.scalars(select(Verification).where(Verification.item_id == item.id)).one()


def verified(session: Session, user: User, item: Item, days: int | None = 90, **seen: Any) -> int:  # noqa: ANN401
    """Somebody vouches for an item as it stands; the number of the act."""
    actor, known = actor_of(session, user), acts.row_of(session, item)
    act = acts.begin(session, actor, "verified")
    interval = None if known.interval_days else days
    services.verify(
        session, actor, item, Seen(item.version, known.turn, interval_days=interval, **seen), LIMITS, act
    )
    acts.close(session, actor, act)
    return act.id


def planned(session: Session, user: User, item: Item, **plan: Any) -> int:  # noqa: ANN401
    """Somebody says who keeps an item and how often; the number of the act."""
    actor = actor_of(session, user)
    act = acts.begin(session, actor, "planned")
    services.plan(session, actor, item, Plan(**plan), LIMITS, act)
    acts.close(session, actor, act)
    return act.id


def doubted(session: Session, user: User, item: Item, reason: str = "价格已经变了。") -> int:
    """Somebody doubts an item; the number of the act."""
    actor = actor_of(session, user)
    act = acts.begin(session, actor, "doubted")
    services.doubt(session, actor, item, reason, act)
    acts.close(session, actor, act)
    return act.id
