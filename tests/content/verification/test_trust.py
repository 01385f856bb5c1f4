"""One word for how far an item can be trusted, and how reviews are spread: pure judgements."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.verification import spreading, trust
from portal.content.verification.trust import Facts, judge, reminder

TODAY = dt.date(2026, 11, 11)
LEAD = 14


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (Facts(), trust.NONE),
        (Facts(due_on=day(5)), trust.UNVERIFIED),
        (Facts(due_on=day(-5)), trust.UNVERIFIED),
        (Facts(is_verified=True), trust.VERIFIED),
        (Facts(is_verified=True, due_on=day(15)), trust.VERIFIED),
        (Facts(is_verified=True, due_on=day(14)), trust.DUE_SOON),
        (Facts(is_verified=True, due_on=day(0)), trust.DUE_SOON),
        (Facts(is_verified=True, due_on=day(-1)), trust.EXPIRED),
        (Facts(is_verified=True, due_on=day(90), is_changed=True), trust.CHANGED),
        (Facts(is_verified=True, due_on=day(-1), is_changed=True), trust.EXPIRED),
        (Facts(is_verified=True, due_on=day(90), is_doubted=True), trust.DOUBTED),
        (Facts(is_doubted=True), trust.DOUBTED),
    ],
)
def test_what_weighs_most_wins(facts: Facts, word: str) -> None:
    assert judge(facts, TODAY, LEAD) == word


@pytest.mark.parametrize(
    ("due", "period"),
    [
        (15, ""),
        (14, "soon"),
        (0, "soon"),
        (-1, "expired:0"),
        (-7, "expired:0"),
        (-8, "expired:1"),
        (-15, "expired:2"),
    ],
)
def test_reminders_come_before_the_end_at_it_and_weekly_after(due: int, period: str) -> None:
    assert reminder(day(due), TODAY, LEAD) == period


promises = st.dictionaries(st.integers(1, 10_000), st.integers(-30, 200).map(day), min_size=1, max_size=60)
loads = st.dictionaries(
    st.integers(0, 30).map(lambda n: spreading.week_of(day(7 * n))), st.integers(0, 6), max_size=10
)
rooms = st.integers(1, 5)


@given(promises, loads, rooms, st.booleans())
def test_no_week_gets_more_than_its_room(
    wanted: dict[int, dt.date],
    load: dict[dt.date, int],
    room: int,
    soonest: bool,
) -> None:
    placed = spreading.spread(wanted, load, room, TODAY, soonest=soonest)
    for week, count in Counter(map(spreading.week_of, placed.values())).items():
        assert count + load.get(week, 0) <= room


@given(promises, loads, rooms, st.booleans())
def test_no_day_lies_after_its_promise_unless_every_week_before_is_full(
    wanted: dict[int, dt.date],
    load: dict[dt.date, int],
    room: int,
    soonest: bool,
) -> None:
    placed = spreading.spread(wanted, load, room, TODAY, soonest=soonest)
    taken = Counter(load) + spreading.load_of(placed.values())
    for key, due in placed.items():
        assert due > TODAY
        promise = max(wanted[key], day(1))
        if due > promise:
            earlier = [promise - dt.timedelta(weeks=n) for n in range((promise - TODAY).days // 7 + 1)]
            assert all(taken[spreading.week_of(each)] >= room for each in earlier if each > TODAY)


@given(promises, loads, rooms)
def test_the_order_in_which_items_are_named_does_not_matter(
    wanted: dict[int, dt.date], load: dict[dt.date, int], room: int
) -> None:
    backwards = dict(reversed(wanted.items()))
    assert spreading.spread(wanted, load, room, TODAY) == spreading.spread(backwards, load, room, TODAY)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=24), rooms)
def test_every_promise_is_kept_when_that_is_possible(weeks: list[int], room: int) -> None:
    """Possible it is when, up to each week, no more is promised than the weeks until then can hold."""
    due = sorted(weeks)
    if any(number + 1 > week * room for number, week in enumerate(due)):
        return
    wanted = {key: day(7 * week) for key, week in enumerate(weeks)}
    placed = spreading.spread(wanted, {}, room, TODAY)
    assert all(placed[key] <= wanted[key] for key in wanted)


def test_what_nobody_has_looked_at_comes_in_the_first_week_with_room() -> None:
    wanted = dict.fromkeys(range(6), day(90))
    placed = sorted(spreading.spread(wanted, {}, 2, TODAY, soonest=True).values())
    assert [(due - TODAY).days // 7 for due in placed] == [1, 1, 2, 2, 3, 3]


def test_what_was_verified_lasts_as_long_as_it_can() -> None:
    placed = sorted(spreading.spread(dict.fromkeys(range(5), day(90)), {}, 2, TODAY).values())
    assert [(day(90) - due).days // 7 for due in placed] == [2, 1, 1, 0, 0]
