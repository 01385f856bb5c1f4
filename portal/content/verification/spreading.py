"""Spreading reviews over weeks, so that nobody gets more than so many in one. Pure.

A day is chosen as late as the promise allows, a whole number of weeks before it, in the first week that has room. Only when
every week up to the promise is full does it fall after it: the limit of a week holds always, the promise where it can.
Placing each into the latest free week finds a place before every promise whenever there is a way to do so at all.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WEEK = dt.timedelta(weeks=1)
NOTICE = dt.timedelta(days=7)  # nobody is asked for a first look sooner than this


def week_of(day: dt.date) -> dt.date:
    """The Monday of the day's week."""
    return day - dt.timedelta(days=day.weekday())


def load_of(days: Iterable[dt.date]) -> Counter[dt.date]:
    """How many fall into each week."""
    return Counter(week_of(day) for day in days)


def place(
    promise: dt.date, load: Mapping[dt.date, int], room: int, today: dt.date, *, soonest: bool = False
) -> dt.date:
    """The day on which something comes due.

    Args:
        promise: the last day on which it may.
        load: what comes due in each week already, by its Monday.
        room: the most that may come due in one week, at least 1.
        today: days after this one are chosen.
        soonest: take the first week with room instead of the last, for what nobody has looked at yet.
    """
    promise = max(promise, today + dt.timedelta(days=1))
    days = list(_back_from(promise, today))
    if soonest:
        days.sort(key=lambda day: (day < today + NOTICE, day))
    kept = (day for day in days if load.get(week_of(day), 0) < room)
    return next(kept, None) or _after(promise, load, room)


def spread(
    promises: Mapping[int, dt.date],
    load: Mapping[dt.date, int],
    room: int,
    today: dt.date,
    *,
    soonest: bool = False,
) -> dict[int, dt.date]:
    """A day for each of several items, the same whatever their order.

    Args:
        promises: the last day of each item, by its key.
        load: as in `place`.
        room: as in `place`.
        today: as in `place`.
        soonest: as in `place`.
    """
    taken = Counter(load)
    placed = {}
    for key in sorted(promises, key=lambda key: (promises[key], key)):
        placed[key] = place(promises[key], taken, room, today, soonest=soonest)
        taken[week_of(placed[key])] += 1
    return placed


def _back_from(promise: dt.date, today: dt.date) -> Iterator[dt.date]:
    while promise > today:
        yield promise
        promise -= WEEK


def _after(promise: dt.date, load: Mapping[dt.date, int], room: int) -> dt.date:
    while load.get(week_of(promise), 0) >= room:
        promise += WEEK
    return promise
