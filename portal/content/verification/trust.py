"""How far an item can be trusted today: one judgement for cards, pages, boards and reminders. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

VERIFIED = "verified"
DUE_SOON = "due_soon"
CHANGED = "changed"
EXPIRED = "expired"
DOUBTED = "doubted"
UNVERIFIED = "unverified"
NONE = "none"

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an item.

    Args:
        is_verified: whether somebody has ever vouched for it.
        due_on: the last day for which they did; of what nobody has looked at yet, the day by which they should.
        is_changed: whether somebody else has saved it since.
        is_doubted: whether a reader's doubt is open.
    """

    is_verified: bool = False
    due_on: dt.date | None = None
    is_changed: bool = False
    is_doubted: bool = False


def judge(facts: Facts, today: dt.date, lead_days: int) -> str:
    """The one word for it. What weighs most wins: a doubt, an end that has passed, a change, an end that is near.

    Args:
        facts: what is known.
        today: the day by the company's calendar.
        lead_days: how many days before its end something counts as due soon.
    """
    if facts.is_doubted:
        return DOUBTED
    if not facts.is_verified:
        return UNVERIFIED if facts.due_on else NONE
    if facts.due_on and today > facts.due_on:
        return EXPIRED
    if facts.is_changed:
        return CHANGED
    is_near = facts.due_on is not None and today >= facts.due_on - DAY * lead_days
    return DUE_SOON if is_near else VERIFIED


def reminder(due_on: dt.date, today: dt.date, lead_days: int) -> str:
    """What the people responsible are reminded of today: once before the end, once at it, then every week.

    Returns:
        `soon`, `expired:0`, `expired:1`…; empty while there is nothing to say.
    """
    if today > due_on:
        return f"expired:{(today - due_on - DAY) // WEEK}"
    return "soon" if today >= due_on - DAY * lead_days else ""
