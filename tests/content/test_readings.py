"""Reads: whose, when and how often they count."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.reach import count_readers
from portal.content.readings import count_reading, readers
from portal.content.records import Reading
from portal.features.documents import services
from portal.people import services as people
from portal.platform import access
from portal.platform.items import ARCHIVED, DRAFT, Item
from portal.platform.search import queue
from tests import builders
from tests.builders.people import system
from tests.concurrency import at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.conftest import Moment

MIDNIGHT = dt.datetime(2026, 11, 11, 16, 0, tzinfo=dt.UTC)  # 12 November, 00:00 in Shanghai


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def document(session: Session, author: User) -> Document:
    return builders.document(session, author, builders.space(session))


def read(session: Session, user: User, document: Document) -> bool:
    return count_reading(session, builders.actor_of(session, user), document)


def count(session: Session, document: Document) -> int:
    return session.scalars(select(Item.read_count).where(Item.id == document.id)).one()


@pytest.mark.databases
def test_once_per_person_and_day(session: Session, reader: User, document: Document, moment: Moment) -> None:
    counted = [read(session, reader, document)]
    moment.advance(dt.timedelta(hours=3))
    counted.append(read(session, reader, document))
    moment.advance(dt.timedelta(days=1))
    counted.append(read(session, reader, document))
    assert counted == [True, False, True]
    assert count(session, document) == 2


@pytest.mark.databases
def test_the_day_begins_at_midnight_in_shanghai(
    session: Session, reader: User, document: Document, moment: Moment
) -> None:
    moment.now = MIDNIGHT - dt.timedelta(microseconds=1)
    assert read(session, reader, document)
    moment.advance(dt.timedelta(microseconds=1))
    assert read(session, reader, document)
    moment.advance(dt.timedelta(days=1, microseconds=-1))
    assert not read(session, reader, document)
    days = session.scalars(select(Reading.day).order_by(Reading.day)).all()
    assert days == [dt.date(2026, 11, 11), dt.date(2026, 11, 12)]


@pytest.mark.databases
def test_authors_do_not_count(session: Session, author: User, document: Document) -> None:
    assert not read(session, author, document)
    assert count(session, document) == 0


@pytest.mark.parametrize("state", [DRAFT, ARCHIVED])
def test_what_is_not_published_does_not_count(
    session: Session, author: User, reader: User, state: str
) -> None:
    space = builders.space(session, editors=[reader])
    assert not read(session, reader, builders.document(session, author, space, state=state))


@pytest.mark.databases
def test_two_windows_at_once_count_once(
    any_portal: Portal, session: Session, reader: User, document: Document
) -> None:
    session.commit()

    def act(opened: Session) -> bool:
        found = access.find(opened, builders.actor_of(opened, reader.username), Item, document.id)
        return count_reading(opened, builders.actor_of(opened, reader.username), found)

    outcomes = at_once(any_portal, [act] * 6)
    assert sorted(map(str, outcomes)) == ["False"] * 5 + ["True"]
    assert count(session, document) == 1


@pytest.mark.databases
def test_six_people_at_once_are_six_reads(any_portal: Portal, session: Session, document: Document) -> None:
    people_ = [builders.person(session, f"rep-{number}", f"销售{number}") for number in range(6)]
    session.commit()

    def reading_as(username: str) -> object:
        def act(opened: Session) -> bool:
            actor = builders.actor_of(opened, username)
            return count_reading(opened, actor, access.find(opened, actor, Item, document.id))

        return act

    outcomes = at_once(any_portal, [reading_as(person.username) for person in people_])  # type: ignore[misc]
    assert outcomes == [True] * 6
    assert count(session, document) == 6


def test_a_read_is_no_change(session: Session, reader: User, document: Document) -> None:
    session.commit()
    before, version = queue.last(session), document.version
    read(session, reader, document)
    session.commit()
    session.refresh(document)
    assert (queue.last(session), document.version) == (before, version)


@pytest.mark.databases
def test_who_has_read_latest_first(
    session: Session, reader: User, document: Document, moment: Moment
) -> None:
    early = builders.person(session, "zhaojun", "赵军")
    read(session, early, document)
    read(session, reader, document)
    moment.advance(dt.timedelta(days=2))
    read(session, reader, document)
    found = readers(session, document.id)
    assert [(row.username, row.days) for row in found] == [("wangfang", 2), ("zhaojun", 1)]
    assert (found[0].first_at, found[0].last_at) == (builders.NOW, moment.now)


@pytest.mark.databases
@pytest.mark.usefixtures("reader")
def test_how_many_may_read(session: Session, author: User) -> None:
    region = builders.department(session)
    near = builders.person(session, "zhaojun", "赵军", department=region, post=builders.post(session))
    builders.person(session, "liuwei", "刘伟", department=region)
    session.flush()
    everyone = builders.space(session)
    east = builders.space(session, "east", "华东", readers=[f"dept:{region.id}"], editors=[author])
    sizes = [
        count_readers(session, builders.document(session, author, everyone)),
        count_readers(session, builders.document(session, author, east)),
        count_readers(
            session, builders.document(session, author, everyone, readers=[f"dept:{region.id}+post:rep"])
        ),
        count_readers(session, builders.document(session, author, everyone, state=DRAFT)),
    ]
    assert sizes == [4, 3, 2, 1]
    people.deactivate(session, system(), near)
    assert count_readers(session, builders.document(session, author, east)) == 2


def test_a_deleted_document_has_no_audience(session: Session, author: User, document: Document) -> None:
    services.delete(session, builders.actor_of(session, author), document)
    session.flush()
    assert count_readers(session, document) == 0
