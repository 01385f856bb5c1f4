"""Reminders of must-reads: exact to the day of the company, given once, and to those who join later."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.must_reads import routine
from portal.content.notices.models import Notice
from tests import builders
from tests.builders.must_reads import TODAY, must_read, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.conftest import Moment

DUE = TODAY + dt.timedelta(days=7)  # a Wednesday
ASKED, SOON, OVERDUE = "must_read.asked", "must_read.due", "must_read.overdue"


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "linyue", "林越")


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def document(session: Session, editor: User) -> Document:
    author = builders.person(session, "wangfang", "王芳")
    return builders.document(session, author, builders.space(session, editors=[editor]))


@pytest.fixture
def told(session: Session, portal: Portal, moment: Moment) -> Callable[..., list[str]]:
    """What somebody has been told by a moment of the company's clock, however often the portal looked."""

    def look(person: User, day: dt.date, hour: int = 9) -> list[str]:
        local = dt.datetime.combine(day, dt.time(hour), portal.settings.zone)
        moment.now = local.astimezone(dt.UTC)
        session.commit()
        for _time in range(2):
            routine.run(portal.sessions, portal.settings, moment.now)
        session.expire_all()
        mine = select(Notice.event).where(Notice.user_id == person.id, Notice.event.startswith("must_read."))
        return list(session.scalars(mine.order_by(Notice.id)))

    return look


@pytest.mark.databases
def test_three_days_before_on_the_day_and_each_week_after(
    session: Session, editor: User, reader: User, document: Document, told: Callable[..., list[str]]
) -> None:
    must_read(session, editor, document, due=DUE)
    days = {
        offset: told(reader, DUE + dt.timedelta(days=offset)) for offset in (-4, -3, -2, 0, 1, 2, 3, 4, 5, 6)
    }
    assert days[-4] == [ASKED]
    assert days[-3] == days[-2] == [ASKED, SOON]
    assert days[0] == [ASKED, SOON, SOON]
    assert days[1] == days[2] == days[3] == days[4] == [ASKED, SOON, SOON, OVERDUE]
    assert days[5] == days[6] == [ASKED, SOON, SOON, OVERDUE, OVERDUE]


def test_the_last_day_ends_at_midnight_in_the_company(
    session: Session, editor: User, reader: User, document: Document, told: Callable[..., list[str]]
) -> None:
    must_read(session, editor, document, due=DUE)
    assert told(reader, DUE, 23).count(OVERDUE) == 0
    assert told(reader, DUE + dt.timedelta(days=1), 0).count(OVERDUE) == 1


def test_whoever_joins_is_asked_and_whoever_has_signed_is_left_in_peace(
    session: Session, editor: User, reader: User, document: Document, told: Callable[..., list[str]]
) -> None:
    asked = must_read(session, editor, document, due=DUE)
    signed(session, reader, asked, document)
    joined = builders.person(session, "xinren", "新人")
    assert told(joined, TODAY) == [ASKED]
    assert told(joined, DUE) == [ASKED, SOON]
    assert told(reader, DUE) == [ASKED]


def test_whoever_is_asked_shortly_before_is_not_reminded_at_once(
    session: Session, editor: User, reader: User, document: Document, told: Callable[..., list[str]]
) -> None:
    must_read(session, editor, document, due=TODAY + dt.timedelta(days=2))
    assert told(reader, TODAY + dt.timedelta(days=1)) == [ASKED]
    assert told(reader, TODAY + dt.timedelta(days=2)) == [ASKED, SOON]


def test_a_later_day_reminds_anew(
    session: Session, editor: User, reader: User, document: Document, told: Callable[..., list[str]]
) -> None:
    asked = must_read(session, editor, document, due=DUE)
    assert told(reader, DUE + dt.timedelta(days=1))[-1] == OVERDUE
    asked.due = DUE + dt.timedelta(days=7)
    assert told(reader, DUE + dt.timedelta(days=7))[-1] == SOON
