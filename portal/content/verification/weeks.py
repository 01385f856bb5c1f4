"""How full the weeks of those who verify are, and on which day something comes due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import false, func, or_, select

from portal.content.spaces.models import SpaceEditor
from portal.content.verification import spreading
from portal.content.verification.models import Verification
from portal.people.models import User
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Limits:
    """What an installation wants of its keepers.

    Args:
        a_week: the most that one person is asked to verify in a week.
        lead_days: how many days before its end something counts as due soon.
    """

    a_week: int
    lead_days: int


def limits(settings: Settings) -> Limits:
    """The limits that the settings state."""
    return Limits(max(1, settings.verifications_a_week), max(0, settings.verification_lead_days))


def set_due(
    session: Session, actor: Actor, item: Item, row: Verification, wanted: Limits, *, soonest: bool = False
) -> None:
    """Choose the day on which an item comes due, by its promise and by what its keeper has to do already.

    Args:
        session: open session.
        actor: who plans, with the day it is.
        item: what is planned.
        row: its verification, with keeper and promise; gets the day.
        wanted: the limits of the installation.
        soonest: for what nobody vouches for now: the first week with room instead of the last before the promise.
    """
    if row.promised_on is None:
        row.due_on = None
        return
    known = _load(session, actor, item, row)
    row.due_on = spreading.place(row.promised_on, known, wanted.a_week, actor.today, soonest=soonest)


def _load(session: Session, actor: Actor, item: Item, row: Verification) -> Mapping[dt.date, int]:
    """What comes due in each week for whoever answers for an item, the item itself left out.

    Each editor of a space answers for all that is the editors': of several people the fullest week counts.
    """
    people = {row.keeper_id} if row.keeper_id else _editors(session, item.space_id)
    loads = [_load_of(session, actor, person, item) for person in sorted(people)]
    return {week: max(load[week] for load in loads) for load in loads for week in load}


def _load_of(session: Session, actor: Actor, user_id: int, item: Item) -> Counter[dt.date]:
    """What a person keeps, and what is, or has come, to the editors of the spaces that they edit."""
    edited = select(SpaceEditor.space_id).where(SpaceEditor.user_id == user_id)
    is_editors = func.coalesce(User.is_active, false()).is_(False) & Item.space_id.in_(edited)
    days = (
        select(Verification.due_on)
        .join(Item, Item.id == Verification.item_id)
        .outerjoin(User, User.id == Verification.keeper_id)
        .where(
            or_(Verification.keeper_id == user_id, is_editors),
            Verification.due_on >= spreading.week_of(actor.today),
            Item.id != item.id,
            Item.state == PUBLISHED,
        )
    )
    return spreading.load_of(day for day in session.scalars(days) if day)


def _editors(session: Session, space_id: int | None) -> set[int]:
    editors = select(SpaceEditor.user_id).join(User, User.id == SpaceEditor.user_id)
    return set(session.scalars(editors.where(SpaceEditor.space_id == space_id, User.is_active)))
